"""Comments as themes and engines write them, and the numbers over them, each with where it was seen."""

from __future__ import annotations

import pytest

from extractors.records import Post
from spiders.markup.comments import read_comments
from spiders.markup.shapes import talked
from spiders.page import Page

ADDRESS = "https://blog.example/2020/03/x/"


def comments(body: str, language: str) -> list[tuple[str | None, str | None, str | None, str | None, str | None]]:
    """Number, author, text, time and parent of each comment that a page's body holds."""
    page = Page(url=ADDRESS, body=f"<html lang='{language}'><body>{body}</body></html>".encode())
    return [
        (
            part.id,
            part.author_name,
            part.text,
            part.published_at.as_json() if part.published_at else None,
            part.in_reply_to,
        )
        for part in read_comments(page, "blog")
        if isinstance(part, Post)
    ]


THEMES = [
    # WordPress Twenty Ten
    (
        '<ol class="commentlist"><li class="comment even" id="li-comment-12"><div id="comment-12"><div class="comment-author vcard"><img class="avatar"><cite class="fn"><a href="#" class="url">Brit</a></cite> <span class="says">says:</span></div><div class="comment-meta commentmetadata"><a href="#comment-12">March 3, 2020 at 2:05 pm</a></div><div class="comment-body"><p>Loud?</p></div><div class="reply"><a class="comment-reply-link">Reply</a></div></div><ul class="children"><li class="comment odd" id="li-comment-13"><div id="comment-13"><div class="comment-author vcard"><cite class="fn">Carl</cite> <span class="says">says:</span></div><div class="comment-meta commentmetadata"><a>March 4, 2020 at 2:05 pm</a></div><div class="comment-body"><p>No</p></div></div></li></ul></li></ol></div>',
        "en-US",
        [("12", "Brit", "Loud?", "2020-03-03", None), ("13", "Carl", "No", "2020-03-04", "12")],
    ),
    # WordPress Kubrick, 2006
    (
        '<ol class="commentlist"><li class="alt" id="comment-12"><cite><a href=\'http://x\' rel=\'external nofollow\'>Brit</a></cite> Says:<br /><small class="commentmetadata"><a href="#comment-12">March 3rd, 2006 at 2:05 pm</a></small><p>Loud?</p><p>Really</p></li><li id="comment-13"><cite>Carl</cite> Says:<br /><small class="commentmetadata"><a href="#comment-13">March 4th, 2006 at 2:05 pm</a></small><p>No</p></li></ol>',
        "en-US",
        [("12", "Brit", "Loud?\n\nReally", "2006-03-03", None), ("13", "Carl", "No", "2006-03-04", None)],
    ),
    # TypePad
    (
        '<div class="comments-body"><div class="comment comment-odd" id="comment-6a00d8341c858253ef01b7c7d9d0f8970b"><div class="comment-content"><p>Loud?</p></div><p class="comment-footer">Posted by: <a rel="nofollow" href="#">Brit</a> | <a href="#c">March 03, 2020 at 02:05 PM</a></p></div></div></div>',
        "en-US",
        [("6a00d8341c858253ef01b7c7d9d0f8970b", "Brit", "Loud?", "2020-03-03", None)],
    ),
    # Drupal 7: the number stands on an anchor before
    (
        '<a id="comment-77"></a><article class="comment clearfix"><header><p class="submitted"><span class="username">Brit</span> replied on <time datetime="2020-03-03T14:05:00+01:00">Tue</time></p></header><div class="content"><div class="field-name-comment-body"><p>Loud?</p></div></div></article></section>',
        "en-US",
        [("77", "Brit", "Loud?", "2020-03-03T13:05:00Z", None)],
    ),
    # Drupal 8
    (
        '<a id="comment-77"></a><article data-comment-user-id="0" id="comment-77" class="comment js-comment"><footer class="comment__meta"><p class="comment__author"><span lang="">Brit</span></p><p class="comment__time">Tue, 03/03/2020 - 14:05</p></footer><div class="comment__content"><h3><a>Subject</a></h3><div class="clearfix text-formatted"><p>Loud?</p></div><ul class="links"><li>Reply</li></ul></div></article></section>',
        "en-GB",
        [("77", "Brit", "Loud?", "2020-03-03", None)],
    ),
    # wpDiscuz
    (
        '<div id="wpdcom"><div id="comments"><div class="wpd-thread-head"><span class="wpdtc">2</span> Comments</div><div id="wpd-comm-12_0" class="comment even wpd-comment wpd_comment_level-1"><div class="wpd-comment-wrap"><div class="wpd-comment-left"></div><div id="comment-12" class="wpd-comment-right"><div class="wpd-comment-header"><div class="wpd-comment-author"><a href="#">Brit</a></div><div class="wpd-comment-date" title="March 3, 2020 2:05 pm"><i></i>5 years ago</div></div><div class="wpd-comment-text"><p>Loud?</p></div><div class="wpd-comment-footer"><div class="wpd-vote-result" title="3">3</div></div></div></div><div id="wpdiscuz_form_anchor-12_0"></div></div></div></div>',
        "en-US",
        [("12", "Brit", "Loud?", "2020-03-03", None)],
    ),
    # WordPress in Japanese
    (
        '<ol class="comment-list"><li id="comment-12" class="comment"><article id="div-comment-12" class="comment-body"><footer class="comment-meta"><div class="comment-author vcard"><b class="fn">ブリット</b><span class="says">より:</span></div><div class="comment-metadata"><a><time datetime="2020-03-03T14:05:00+09:00">2020年3月3日 2:05 PM</time></a></div></footer><div class="comment-content"><p>いい</p></div></article></li></ol></div>',
        "ja",
        [("12", "ブリット", "いい", "2020-03-03T05:05:00Z", None)],
    ),
    # WordPress in Russian: the words stand beside the meta line
    (
        '<ul class="commentlist"><li class="comment" id="comment-12"><div class="comment-author vcard"><cite class="fn">Брит</cite> <span class="says">пишет:</span></div><div class="comment-meta commentmetadata"><a>3 марта 2020 в 14:05</a></div><p>Да</p><div class="reply">Ответить</div></li></ul></div>',
        "ru-RU",
        [("12", "Брит", "Да", "2020-03-03", None)],
    ),
    # WordPress in French: a list item within its article
    (
        '<ol class="comment-list"><li id="comment-12" class="comment"><article class="comment-body"><footer><b class="fn">Brit</b> dit :<div class="comment-metadata"><a>3 mars 2020 à 14 h 05 min</a></div></footer><div class="comment-content"><p>Oui</p></div></article></li></ol></div>',
        "fr-FR",
        [("12", "Brit", "Oui", "2020-03-03", None)],
    ),
]


@pytest.mark.parametrize(("body", "language", "expected"), THEMES)
def test_comments_of_a_theme(body: str, language: str, expected: list[tuple[str | None, ...]]) -> None:
    assert comments(body, language) == expected


HEADINGS = [
    # WordPress' own heading, as translated
    ("25 thoughts on “How to grow”", 25),
    ("One thought on “How to grow”", 1),
    ("8 thoughts on “10 comments about 3 things”", 8),
    ("45 Gedanken zu „Mühle“", 45),
    ("Ein Gedanke zu „Mühle“", 1),
    ("Une réflexion sur « T »", 1),
    ("3 réflexions sur « T »", 3),
    ("4 gedachten over “T”", 4),
    ("3 commenti su “T”", 3),
    ("5 comentários em “T”", 5),
    ("12 komentarzy do „T”", 12),
    ("“T” üzerine 7 yorum", 7),
    ("「題」に2件のコメント", 2),
    ("Комментариев: 2", 2),
    ("「題」への3件のフィードバック", 3),
    ("《题》有 3 条评论", 3),
    ("“题”的5个回复", 5),
    ("“제목”에 대한 4개의 생각", 4),
    ("댓글 4개", 4),
    ("暂无评论", 0),
    ("コメントはまだありません", 0),
    # themes
    ("2 Responses to “A title”", 2),
    ("Comments (3)", 3),
    ("1,204 Comments", 1204),
    ("19.783 Kommentare", 19783),
    ("91 Ergänzungen", 91),
    ("Se han publicado 11 comentarios", 11),
    ("24 comments:", 24),
    ("No Comments", 0),
    ("Keine Kommentare", 0),
    ("0 comentarios", 0),
    # no number of comments
    ("Leave a Reply", None),
    ("Comments", None),
    ("36 Antworten", None),
    ("1.2k comments", None),
    ("Like Like", None),
    ("Beiträge 2.206", None),
    ("25 people like this", None),
]


@pytest.mark.parametrize(("words", "expected"), HEADINGS)
def test_number_of_comments_as_written(words: str, expected: int | None) -> None:
    read = talked(words)
    assert (read.low if read else None) == expected
