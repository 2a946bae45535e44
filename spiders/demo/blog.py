"""The demo's WordPress blog with comments, and a paper whose robots.txt forbids all.

Source: https://developer.wordpress.org/themes/classic-themes/templates/comment-template/ (layout)
"""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from typing import Any

from spiders.demo import answer as answers
from spiders.demo.answer import Answer, Asked, as_json, missing
from spiders.demo.genesis import BLOG
from spiders.demo.world import Piece, World

FORBIDDEN = "closedpress.example"
HOSTS = (BLOG, FORBIDDEN)
ROBOTS = {
    BLOG: f"User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\nSitemap: https://{BLOG}/wp-sitemap.xml\n",
    FORBIDDEN: "User-agent: *\nDisallow: /\n",
}


def slug(piece: Piece) -> str:
    """The last part of an article's address."""
    return re.sub(r"[^a-z0-9]+", "-", (piece.title or "").lower()).strip("-")


def link(piece: Piece) -> str:
    """An article's address."""
    return f"https://{BLOG}/{piece.at:%Y/%m}/{slug(piece)}/"


def comment_id(piece: Piece) -> str:
    """A comment's number."""
    return str(40_000 + piece.serial)


def comment(piece: Piece, parent: Piece) -> str:
    """One comment as WordPress's own themes show it."""
    known = comment_id(piece)
    return f"""<li id="comment-{known}" class="comment even thread-even depth-1">
<article id="div-comment-{known}" class="comment-body"><footer class="comment-meta">
<div class="comment-author vcard"><b class="fn">{escape(piece.author)}</b> <span class="says">says:</span></div>
<div class="comment-metadata"><a href="{link(parent)}#comment-{known}"><time datetime="{piece.at:%Y-%m-%dT%H:%M:%S}+00:00">{piece.at:%B} {piece.at.day}, {piece.at:%Y} at {piece.at:%H:%M}</time></a></div>
</footer><div class="comment-content"><p>{escape(piece.text, quote=False)}</p></div>
<div class="reply"><a rel="nofollow" class="comment-reply-link" href="#comment-{known}">Reply</a></div></article></li>
"""


def comment_json(piece: Piece, parent: Piece) -> dict[str, Any]:
    """One comment of the blog's API."""
    written = f"{piece.at:%Y-%m-%dT%H:%M:%S}"
    return {
        "id": int(comment_id(piece)),
        "post": parent.serial,
        "parent": 0,
        "author": 0,
        "author_name": piece.author,
        "author_url": "",
        "date": written,
        "date_gmt": written,
        "content": {"rendered": f"<p>{escape(piece.text, quote=False)}</p>\n"},
        "link": f"{link(parent)}#comment-{comment_id(piece)}",
        "status": "approved",
        "type": "comment",
        "meta": [],
    }


def article(world: World, piece: Piece, at: datetime) -> Answer:
    """An article and what was said below it."""
    title, comments = escape(piece.title or "", quote=False), world.children(piece, at)
    heading = "One thought on" if len(comments) == 1 else f"{len(comments)} thoughts on"
    below = (
        f"""<h2 class="comments-title">{heading} &ldquo;{title}&rdquo;</h2>
<ol class="comment-list">{"".join(comment(one, piece) for one in comments)}</ol>"""
        if comments
        else ""
    )
    return answers.html(f"""<!DOCTYPE html>
<html lang="en-US"><head><meta charset="UTF-8"><title>{title} &#8211; Slow Lane</title><meta name="generator" content="WordPress 6.9">
<link rel="canonical" href="{link(piece)}"><link rel="shortlink" href="https://{BLOG}/?p={piece.serial}">
<link rel="https://api.w.org/" href="https://{BLOG}/wp-json/"></head>
<body class="wp-singular post-template-default single single-post postid-{piece.serial} single-format-standard wp-embed-responsive">
<header id="masthead" class="site-header"><p class="site-title"><a href="https://{BLOG}/" rel="home">Slow Lane</a></p></header>
<main id="main" class="site-main"><article id="post-{piece.serial}" class="post-{piece.serial} post type-post status-publish format-standard hentry entry">
<header class="entry-header"><h1 class="entry-title">{title}</h1>
<div class="entry-meta"><span class="posted-on"><a href="{link(piece)}" rel="bookmark"><time class="entry-date published" datetime="{piece.at:%Y-%m-%dT%H:%M:%S}+00:00">{piece.at:%B} {piece.at.day}, {piece.at:%Y}</time></a></span>
<span class="byline">by <span class="author vcard"><a class="url fn n" href="https://{BLOG}/author/marit/">{escape(piece.author)}</a></span></span></div></header>
<div class="entry-content"><p>{escape(piece.text, quote=False)}</p></div></article>
<div id="comments" class="comments-area">{below}<div id="respond" class="comment-respond"><h3 id="reply-title">Leave a Reply</h3></div></div></main>
<aside class="widget-area"><section class="widget widget_recent_comments"><h2>Recent Comments</h2><ul><li>Someone on About</li></ul></section></aside>
</body></html>""")


def answer(world: World, at: datetime, asked: Asked) -> Answer:
    """An article of the blog; the other host would answer to whoever ignored its robots.txt."""
    if asked.host == FORBIDDEN:
        return answers.html("<html><body><h1>Asked in spite of robots.txt</h1></body></html>")
    if asked.path == "/wp-json/wp/v2/comments":
        number = asked.get("post")
        parent = next((one for one in world.listed("blog", BLOG, at) if str(one.serial) == number), None)
        comments = world.children(parent, at) if parent else ()
        total = {"x-wp-total": str(len(comments)), "x-wp-totalpages": "1"}
        return as_json([comment_json(one, parent) for one in comments if parent], headers=total)
    wanted = f"https://{BLOG}{asked.path.rstrip('/')}/"
    found = next((p for p in world.listed("blog", BLOG, at) if p.parent is None and link(p) == wanted), None)
    return article(world, found, at) if found else missing()
