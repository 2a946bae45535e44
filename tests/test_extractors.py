"""What the text says: folding, languages, mentions, keywords, and the pipelines that put them together."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import jieba
import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as some
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from config.watchlist import Brand, ConfigError
from extractors.analysis import Analyser, Models, Text
from extractors.common import untold
from extractors.duplicates import ALIKE, bands, likeness, signature
from extractors.entities import entities_of_many
from extractors.findings import Form
from extractors.folding import fold, simplified
from extractors.languages import language_of
from extractors.lexicon import is_tone, vader
from extractors.linear import MODELS
from extractors.mentions import Matcher
from extractors.pipelines import pipeline
from extractors.queries import Circumstances, QueryError, parse
from extractors.relevance import Label
from extractors.segmenting import words_of

ROOT = Path(__file__).resolve().parent.parent
ACME = Brand.model_validate(
    {
        "name": "Acme",
        "aliases": ["艾克米", "{ACM}", "Acme-Co"],
        "accounts": {"weibo": ["acme_cn"]},
        "product": [{"name": "Acme Phone", "aliases": ["AP-1", "Roller"]}],
    }
)
GLOBEX = Brand.model_validate({"name": "Globex", "aliases": ["Straße"]})
MATCHER = Matcher([ACME, GLOBEX])
SOURCE = SentimentIntensityAnalyzer()


@settings(deadline=None)
@given(some.text())
def test_folding_leads_every_sign_back_to_the_text(text: str) -> None:
    folded = fold(text)
    for at in range(len(folded.text)):
        start, end = folded.span(at, at + 1)
        assert 0 <= start < end <= len(text)
    if folded.starts is not None:
        assert len(folded.starts) == len(folded.text)
        assert folded.starts == sorted(folded.starts)
    else:
        assert len(folded.text) == len(text)


@settings(deadline=None)
@given(some.text(alphabet=some.characters(codec="utf-8", exclude_categories=["Cn", "Co"])))
def test_folding_agrees_with_unicode(text: str) -> None:
    def plain(words: str) -> str:
        words = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", words).casefold()).translate(simplified())
        return "".join(" " if sign.isspace() else sign for sign in words)

    marks = set("\u2018\u2019\u02bc\uff07\u2010\u2011\u2012\u2013\u2014\u2026")
    if not marks & set(text):
        assert plain(fold(text).text) == plain(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I really love this phone, the camera is great", "en"),
        ("今天买了iPhone 15 Pro Max", "zh"),
        ("I love 小米 phones so much", "en"),
        ("今日はとても楽しかったです", "ja"),
        ("새 휴대폰을 샀어요 정말 좋아요", "ko"),
        ("Ich liebe mein neues Handy sehr", "de"),
        ("@user http://t.co/abc", "und"),
        ("ok", "und"),
        ("", "und"),
        ("😂😂😂", "und"),
        ("美の味道真好吃啊", "zh"),
        ("RT @user: ¿Dónde está mi pedido? Llevo tres semanas esperando", "es"),
        ("Worst. Customer. Service. Ever. @acme", "en"),
        ("love it", "en"),
        ("sehr schlecht", "de"),
        ("muito bom", "pt"),
        ("yaar ye phone toh bahut accha hai", "hi"),
        ("यह फ़ोन बहुत अच्छा है", "hi"),
    ],
)
def test_language(text: str, code: str) -> None:
    assert language_of(text).code == code


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Acme is here", [("acme", None, "Acme", "word")]),
        ("the acme phone broke", [("acme", "acme-phone", "acme phone", "word")]),
        ("Acme's fault", [("acme", None, "Acme", "word")]),
        ("Acme’s fault", [("acme", None, "Acme", "word")]),
        ("two rollers", [("acme", "acme-phone", "rollers", "word")]),
        ("pharmacme, acmed, acme2", []),
        ("#AcmePhone #ILoveAcme", [("acme", "acme-phone", "AcmePhone", "hashtag"), ("acme", None, "Acme", "hashtag")]),
        ("#acme_sucks", [("acme", None, "acme", "hashtag")]),
        ("acme_sucks", []),
        ("thanks @acme and @acme_cn", [("acme", None, "acme", "handle"), ("acme", None, "acme_cn", "handle")]),
        ("@acmefan says", []),
        ("RT @acme: hello", [("acme", None, "acme", "source")]),
        ("真的//@acme: 你好", [("acme", None, "acme", "source")]),
        ("see https://acme.example/acme or www.acme.com", [("acme", None, "acme", "link")] * 3),
        ("write to acme@acme.com", [("acme", None, "acme", "link")] * 2),
        ("ACM but not acm", [("acme", None, "ACM", "word")]),
        ("買艾克米手機Acme很好", [("acme", None, "艾克米", "word"), ("acme", None, "Acme", "word")]),
        ("ＡＣＭＥ！", [("acme", None, "ＡＣＭＥ", "word")]),
        (
            "ap\u20111 acme\u2013co",
            [("acme", "acme-phone", "ap\u20111", "word"), ("acme", None, "acme\u2013co", "word")],
        ),
        ("STRASSE strasse", [("globex", None, "STRASSE", "word"), ("globex", None, "strasse", "word")]),
        ("ﬁrst Acme… é Globex", [("acme", None, "Acme", "word"), ("globex", None, "Globex", "word")]),
        ("Acme\n\nPhone", [("acme", None, "Acme", "word")]),
        ("हिन्दीAcme", []),
    ],
)
def test_mentions(text: str, found: list[tuple[str, str | None, str, Form]]) -> None:
    mentions = MATCHER.find(text)
    assert [(each.brand, each.product, each.text, each.form) for each in mentions] == found
    for each in mentions:
        assert text[each.start : each.end] == each.text


def test_the_writers_own_handle_is_no_mention() -> None:
    (found,) = MATCHER.find("@acme here, how can we help?", Circumstances(authors=frozenset({"acme"})))
    assert not found.names_it


def test_a_name_that_two_brands_share_is_a_mention_of_each() -> None:
    matcher = Matcher([ACME, Brand.model_validate({"name": "Other", "aliases": ["Acme"]})])
    assert {found.brand for found in matcher.find("Acme!")} == {"acme", "other"}


def test_the_version_changes_with_what_is_matched() -> None:
    assert Matcher([ACME]).version == Matcher([ACME]).version != MATCHER.version


def test_no_brands_no_mentions() -> None:
    assert Matcher([]).find("Acme") == ()


def test_traditional_chinese_is_cut_like_simplified() -> None:
    assert words_of("電池續航不錯") == ["電池", "續航", "不錯"]


def test_words_are_cut_as_jieba_cuts_them() -> None:
    cutter = jieba.Tokenizer()
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    for text in (
        "刚买了新的手机，电池续航真的非常不错，比上一台好多了[赞]", "http://t.cn/zRx-2.5%_a 很好-的 C++ 和c# AT&T、R&D、T恤-衫",
        "涨了3.5%，共1,000.50元\r\n新 行　宽", "𠮷野家的check-in太慢😀😀#吐槽#@小王_1-2",
    ):  # fmt: skip
        assert words_of(text) == list(cutter.cut(text))


def test_annotation_of_one_post() -> None:
    text = "The Acme Phone battery life is awful. Globex is great!"
    (found,) = Analyser([ACME, GLOBEX]).analyse([Text(text, targets=((42, 44),))])
    assert [each.sentiment.label for each in found.mentions] == ["negative", "positive"]
    assert found.targets[0].start == 42
    assert "battery life" in {keyword.term for keyword in found.keywords}


def test_names_beyond_the_tokenized_part_are_found() -> None:
    text = "word " * 20_000 + "Acme"
    (found,) = Analyser([ACME]).analyse([text])
    assert [text[each.start : each.end] for each in found.mentions] == ["Acme"]


def test_the_token_aligned_view_holds_what_the_exact_one_does() -> None:
    nlp = pipeline("en", MATCHER)
    doc = nlp("My Phone小米 and Acme Phones")
    assert [found.text for found in doc._.mentions] == ["Acme Phones"]
    assert [span.label_ for span in doc.spans["mentions"]] == ["acme"]
    assert [span._.mention for span in doc.spans["mentions"]] == list(doc._.mentions)


def test_analyse_prints_a_line_for_each_text(tmp_path: Path) -> None:
    (tmp_path / "watchlist.toml").write_text('[[brand]]\nname = "Acme"\n', "utf-8")
    lines = '{"id": 7, "text": "I love Acme", "targets": [{"start": 7, "end": 11}]}\n\n{"id": "b", "text": ""}\n'
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "analyse", "--watchlist", tmp_path / "watchlist.toml", "-"],
        input=lines, capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.returncode == 0
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["id"] == 7
    assert list(first) == ["id", "language", "mentions", "targets", "entities", "sentiment", "keywords"]
    assert list(first["mentions"][0]) == ["brand", "product", "start", "end", "text", "relevance", "sentiment"]
    assert second["language"] == {"code": "und", "confidence": 0.0}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 1: no valid JSON"),
        ("[1]", "line 1: no JSON object"),
        ('{"id": 1}', 'line 1: no "text"'),
        ('{"text": "a", "targets": [{"start": 0, "end": 2}]}', "line 1: target 0 to 2 lies outside"),
        ('{"text": "a", "targets": [3]}', 'line 1: "targets" is a list'),
    ],
)
def test_analyse_names_the_line_that_is_wrong(line: str, complaint: str, tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text(line, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "analyse", file], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 1
    assert f"{file}, {complaint}" in done.stderr
    assert "Traceback" not in done.stderr


def brand_with(query: str) -> Matcher:
    return Matcher([Brand.model_validate({"name": "Gap", "query": query}), GLOBEX])


@pytest.mark.parametrize(
    ("query", "text", "spans"),
    [
        ("gap AND (jeans OR shirt)", "Gap has jeans", ["Gap"]),
        ("gap AND (jeans OR shirt)", "Mind the gap", []),
        ("gap jeans NOT train", "gap jeans on a train", []),
        ("gap AND jeans", "gap jeansy", []),
        ("gap AND jean*", "gap jeansy", ["gap"]),
        ("gap AND *jeans", "gap superjeans", ["gap"]),
        ("gap AND su*ns", "gap superjeans", ["gap"]),
        ("{GAP}", "the gap, the GAP", ["gap", "GAP"]),
        ("{GAP}", "the gap", []),
        ('"old navy"', "I like Old Navy more", ["Old Navy"]),
        ("gap NEAR/1 jeans", "jeans by Gap", ["Gap"]),
        ("gap NEAR/0 jeans", "jeans by Gap", []),
        ("gap NEAR/1f jeans", "jeans by Gap", []),
        ("gap NEAR/1f jeans", "Gap blue jeans", ["Gap"]),
        ("(gap OR globe) NEAR/0f (jeans OR shirts)", "Gap shirts", ["Gap"]),
        ("蓋璞 NEAR/1 牛仔褲", "我买盖璞的牛仔裤", ["盖璞的牛仔裤"]),
        ("gap NEAR/2 手机 NEAR/1 电池", "手机电池比 gap 好", ["gap"]),
        ("gap AND title:sale", "Big sale\n\ngap jeans", ["gap"]),
        ("gap AND title:jeans", "Big sale\n\ngap jeans", []),
        ("gap lang:en", "the gap", ["gap"]),
        ("gap NOT lang:en", "the gap", []),
        ("gap author:fashion.fan", "the gap", ["gap"]),
        ("gap site:example.org", "the gap", ["gap"]),
        ("gap site:xample.org", "the gap", []),
        ("gap (platform:reddit OR kind:video)", "the gap", ["gap"]),
        ("gap NOT is:owned NOT is:repost", "the gap", []),
        ("gap AND shop", "gap https://shop.example/gap", []),
    ],
)  # fmt: skip
def test_queries(query: str, text: str, spans: list[str]) -> None:
    about = Circumstances(
        authors=frozenset({"fashion.fan"}), site="news.example.org", language="en", platform="reddit", kind="post",
        repost=True, title_end=len("Big sale"),
    )  # fmt: skip
    assert [found.text for found in brand_with(query).find(text, about)] == spans


@pytest.mark.parametrize(
    ("brand", "names"),
    [
        ({"name": "Sky"}, ["Sky"]),
        ({"name": "好奇", "aliases": ["Huggies"]}, ["好奇"]),
        ({"name": "Acme", "product": [{"name": "Tide"}]}, ["Tide"]),
        ({"name": "Acme"}, []),
        ({"name": "Coach", "query": "coach NEAR/5 bag"}, []),
        ({"name": "Coach", "context": {"for": ["bag"], "against": ["team"]}}, []),
        ({"name": "Acme", "aliases": ["{Sky}"]}, []),
        ({"name": "小米"}, []),  # our seeds tell it from the grain
    ],
)
def test_names_that_are_also_words(brand: dict[str, Any], names: list[str]) -> None:
    assert untold(Brand.model_validate(brand)) == names


def test_a_query_touches_no_other_brand() -> None:
    assert [found.brand for found in brand_with("gap AND jeans").find("Globex closes the gap")] == ["globex"]


@pytest.mark.parametrize(
    ("query", "at", "what"),
    [
        ("", 0, "it is empty"),
        ("apple AND", 9, "a word is missing at the end"),
        ("(apple OR", 0, "a parenthesis that is not closed"),
        ("(apple AND (pear)", 0, "a parenthesis that is not closed"),
        ("apple)", 5, "a closing parenthesis without an opening one"),
        ("apple AND ()", 11, "a word is missing before the parenthesis"),
        ('apple "pie', 6, "a quotation mark that is not closed"),
        ("{Apple", 0, "a brace that is not closed"),
        ("apple OR AND pie", 9, "AND needs a word before it"),
        ("OR apple", 0, "OR needs a word before it"),
        ("apple and pie", 6, "the operator is written AND"),
        ("apple near/5 pie", 6, "the operator is written NEAR/5"),
        ("apple NEAR pie", 6, "the operator is written NEAR/5"),
        ("apple NEAR/500 pie", 6, "NEAR reaches 100 words at most"),
        ("apple NEAR/5 lang:en", 6, "NEAR stands between words"),
        ("apple colour:red", 6, "no field 'colour'"),
        ("apple is:dead", 9, "no is:dead"),
        ("apple OR NOT pie", 0, "it would match posts without any of its words"),
        ("a* pie", 0, "a wildcard needs two letters"),
        ('"app* pie"', 0, "no wildcard in a phrase"),
        ("apple AND &&", 10, "holds no letter or digit"),
        ("(" * 200, 100, "more than 100 parentheses open"),
        ("NOT " * 500 + "x", 0, "NOT stands too often"),
        ("x" * 30_000, 20_000, "longer than 20,000 characters"),
    ],
)
def test_a_wrong_query_is_refused_at_its_place(query: str, at: int, what: str) -> None:
    with pytest.raises(QueryError, match=re.escape(what)) as caught:
        parse(query)
    assert caught.value.at == at
    assert f"column {at + 1}: " in str(caught.value)


@settings(deadline=None)
@given(some.text(alphabet='ab ()"{}*:ANDORT/5f\n', max_size=40))
def test_any_query_is_parsed_or_refused(query: str) -> None:
    try:
        made = parse(query)
    except QueryError as error:
        place = error.at
    else:
        place = len(made.terms) and 0
    assert 0 <= place <= len(query)


def test_a_wrong_query_of_a_brand_names_the_brand() -> None:
    with pytest.raises(ConfigError, match=r"'Gap': query: column 5: "):
        brand_with("gap (")


@pytest.mark.parametrize(
    ("name", "text", "means_it"),
    [
        ("Apple", "Apple unveils a new iPhone at its keynote", True),
        ("Apple", "I ate an apple and a banana for lunch", False),
        ("Apple", "apple pie recipe with cinnamon", False),
        ("Target", "I bought this lamp at Target, the cashier was lovely", True),
        ("Target", "The striker missed the target again", False),
        ("Orange", "orange juice with ice on a sunny day", False),
        ("Orange", "Orange has no signal here, the network is down", True),
        ("小米", "小米发布会今晚开始，新手机真不错", True),
        ("小米", "早上煮了小米粥，加了红枣", False),
        ("苹果", "苹果又出新手机了，库克亲自发布", True),
        ("苹果", "每天吃一个苹果，这种水果很甜", False),
    ],
)
def test_an_ambiguous_name_is_told_by_its_context(name: str, text: str, means_it: bool) -> None:
    (found,) = Matcher([Brand.model_validate({"name": name})]).find(text)
    assert (found.relevance > 0.5) is means_it


def test_a_name_of_its_own_is_certain() -> None:
    assert MATCHER.find("a globex in the fruit bowl")[0].relevance == 1.0


def test_words_of_the_watchlist_speak_for_and_against() -> None:
    words = {"for": ["backpack"], "against": ["hill"]}
    matcher = Matcher([Brand.model_validate({"name": "Summit", "context": words})])
    assert matcher.find("my Summit backpack")[0].relevance > 0.7
    assert matcher.find("the summit of the hill")[0].relevance < 0.3


def test_a_few_labels_teach_a_judge() -> None:
    brand = Brand.model_validate({"name": "Summit"})
    texts = [(f"my Summit zipper broke on day {n}", True) for n in range(4)] + [
        (f"the Summit talks between leaders, day {n}", False) for n in range(4)
    ]
    labels = [Label("summit", text, text.index("Summit"), text.index("Summit") + 6, means) for text, means in texts]
    matcher = Matcher([brand], labels)
    assert matcher.version != Matcher([brand]).version
    bought = matcher.find("the Summit zipper is stuck")[0].relevance
    assert bought > matcher.find("leaders met for Summit talks")[0].relevance


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I love this phone, best camera ever!", "positive"),
        ("Worst service ever, I want my money back", "negative"),
        ("The meeting starts on Tuesday at nine", "neutral"),
        ("这个手机太好用了，非常喜欢", "positive"),
        ("质量太差，再也不买了，垃圾", "negative"),
        ("Questo telefono non funziona e il servizio fa schifo, delusione totale", "negative"),
        ("Jag älskar min nya telefon, den är fantastisk", "unscored"),
        ("このカメラは本当に素晴らしいです", "unscored"),
    ],
)
def test_sentiment(text: str, label: str) -> None:
    (found,) = Analyser().analyse([text])
    assert found.sentiment.label == label
    assert (found.sentiment.score is None) is (label == "unscored")


def test_two_names_of_one_post_are_judged_apart() -> None:
    text = "The Acme camera is awful and broke, but the Globex one is great, I love it"
    (found,) = Analyser([ACME, GLOBEX]).analyse([text])
    acme, globex = (mention.sentiment.score or 0 for mention in found.mentions)
    assert acme < globex


def test_mentions_in_a_language_without_a_targeted_model_are_unscored() -> None:
    (found,) = Analyser([ACME]).analyse([Text("Ich liebe mein neues Acme Handy, es ist super", language="de")])
    assert found.sentiment.label != "unscored"
    assert found.mentions[0].sentiment.label == "unscored"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Does anyone know whether this ships to Canada?", {"question"}),
        ("I wish they would bring back the old design", {"wish"}),
        ("The screen broke after two days and customer service is useless, worst phone ever", {"complaint"}),
        ("Love this phone, amazing battery, highly recommend it", {"praise"}),
        ("Thinking of buying one for my sister", {"purchase"}),
        ("质量太差了，要求退货，太失望了", {"complaint"}),
        ("有人知道什么时候出新款吗？", {"question"}),
    ],
)
def test_intents(text: str, kinds: set[str]) -> None:
    (found,) = Analyser().analyse([text])
    assert kinds <= {intent.kind for intent in found.intents}


def test_signatures_of_copies_are_alike_and_others_are_not() -> None:
    text = "The new Acme Phone has a great camera and an even better battery life"
    one = signature(text)
    assert one is not None
    for copy in (f"RT @news: {text.upper()} https://t.example/a", "Ｔｈｅ" + text[3:], text + " 😀"):
        other = signature(copy)
        assert other is not None
        assert likeness(one, other) >= ALIKE
        assert set(bands(one)) & set(bands(other))
    apart = signature("The old Globex Tablet has an awful screen and a worse speaker, says everyone")
    assert apart is not None
    assert likeness(one, apart) < ALIKE
    assert signature("happy birthday") is None


def test_models_are_small_read_without_pickle_and_have_cards() -> None:
    folders = [folder for folder in MODELS.iterdir() if (folder / "weights.npz").exists()]
    assert sum((folder / "weights.npz").stat().st_size for folder in folders) < 40_000_000
    for folder in folders:
        with np.load(folder / "weights.npz", allow_pickle=False) as stored:
            assert all(stored[name].dtype != object for name in stored.files)
        card = (folder / "CARD.md").read_text("utf-8")
        assert all(
            heading in card for heading in ("## Data and licence", "## Recipe", "## Scores", "## Size and speed")
        )


@settings(deadline=None)
@given(
    some.lists(
        some.sampled_from(
            [
                "not",
                "very",
                "good",
                "bad",
                "kind",
                "of",
                "the",
                "GREAT",
                "no",
                "never",
                "least",
                "at",
                "but",
                ":)",
                ":(",
                "!",
                "!!!",
                "?",
                "isn't",
                "barely",
                "hell",
                "yeah",
                "right",
                "sucks",
                "😀",
                "movie",
            ]
        ),
        max_size=12,
    )
)
def test_the_fast_lexicon_scores_as_its_source_does(words: list[str]) -> None:
    text = " ".join(words)
    assert vader().polarity_scores(text) == SOURCE.polarity_scores(text)


def test_the_accurate_models_find_what_the_light_ones_miss_and_have_a_version_of_their_own() -> None:
    light, accurate = Analyser(), Analyser(models=Models(accurate=True))
    assert light.extractor_version != accurate.extractor_version
    assert light.matcher_version == accurate.matcher_version
    text = "今天在北京见到了李彦宏\n百度公司发布新手机"
    (found,) = accurate.analyse([text])
    names = {(each.text, each.label) for each in found.entities}
    assert {("李彦宏", "PERSON"), ("百度公司", "ORG")} <= names
    assert all(text[each.start : each.end] == each.text for each in found.entities)


def test_a_handle_that_stands_apart_from_its_sign_is_one_name() -> None:
    """As the Broad Twitter Corpus cuts tweets, and texts that were put together from its words."""
    text = "Thanks @ Harry_Styles and @ david_myers77 for snake_case"
    (found,) = entities_of_many([text], "en")
    assert {each.text for each in found if each.label == "PERSON"} - {"@"} == {"Harry_Styles", "david_myers77"}
    assert all(text[each.start : each.end] == each.text for each in found)


def test_a_trained_pipeline_of_ones_own_stands_in_place_of_the_entities(tmp_path: Path) -> None:
    own = spacy.blank("en")
    own.add_pipe("entity_ruler").add_patterns(  # type: ignore[attr-defined]
        [{"label": "ORG", "pattern": "Initech"}, {"label": "DATE", "pattern": "Monday"}, {"label": "GPE", "pattern": "Springfield"}]
    )  # fmt: skip
    own.to_disk(tmp_path / "own")
    line = json.dumps({"id": 1, "language": "en", "text": "Initech opens in Springfield on Monday"})
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "analyse", "-s", f"ENTITY_PIPELINES={json.dumps({'en': str(tmp_path / 'own')})}", "-"],
        input=line, capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    found = json.loads(done.stdout)["entities"]
    assert [(each["text"], each["label"]) for each in found] == [("Initech", "ORG"), ("Springfield", "LOCATION")]


def test_a_pipeline_that_is_not_there_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "analyse", "-s", 'ENTITY_PIPELINES={"en": "no_such_pipeline"}', "-"],
        input="", capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "no_such_pipeline" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("term", "tone"),
    [
        ("frustrating", True), ("hate", True), ("best", True), ("finally", True), ("thank", True), ("so bad", True),
        ("battery life", False), ("delivery", False), ("delay", False), ("broken", False), ("support team", False), ("best purchase", False),
        ("差评", True), ("一个月", True), ("电池", False), ("断电", False), ("客服", False),
    ],
)  # fmt: skip
def test_words_of_tone(term: str, tone: bool) -> None:
    assert is_tone(term) is tone
