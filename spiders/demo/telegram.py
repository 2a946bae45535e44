"""The demo's Telegram: a channel's preview and its landing page; one channel's preview gets a new layout near the end.

Source: https://t.me/s/ (layout)
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

from spiders.demo import answer as answers
from spiders.demo.answer import Answer, Asked, compact, missing
from spiders.demo.world import Piece, World

HOSTS = ("t.me",)
PAGE = 20
CHANGED = ("tavrelune_news", datetime(2026, 10, 23, tzinfo=UTC))
"""The channel whose preview is laid out anew, and from when."""
REACTIONS = ("👍", "🔥", "👎")


def post_id(world: World, piece: Piece) -> str:
    """The post's id: channel and number, counted from the channel's first."""
    number = world.everything("telegram", piece.place).index(piece) + 101
    return f"{piece.place}/{number}"


def reactions(piece: Piece, at: datetime) -> tuple[int, ...]:
    """A post's reactions, which together are its likes."""
    likes = piece.count("likes", at)
    first, second = likes * 6 // 10, likes * 3 // 10
    return tuple(number for number in (first, second, likes - first - second) if number)


def message(world: World, piece: Piece, at: datetime, name: str) -> str:
    """One post of the preview."""
    known = post_id(world, piece)
    shown = "".join(
        f'<span class="tgme_reaction"><i class="emoji"><b>{face}</b></i>{compact(number)}</span>'
        for face, number in zip(REACTIONS, reactions(piece, at), strict=False)
    )
    return f"""
<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message text_not_supported_wrap js-widget_message" data-post="{known}">
  <div class="tgme_widget_message_bubble">
    <div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name" href="https://t.me/{piece.place}"><span dir="auto">{name}</span></a></div>
    <div class="tgme_widget_message_text js-message_text" dir="auto">{html.escape(piece.text)}</div>
    {f'<div class="tgme_widget_message_reactions js-message_reactions">{shown}</div>' if shown else ""}
    <div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info short js-message_info">
      <span class="tgme_widget_message_views">{compact(piece.count("views", at))}</span><span class="copyonly"> views</span><span class="tgme_widget_message_meta"><a class="tgme_widget_message_date" href="https://t.me/{known}"><time datetime="{piece.at:%Y-%m-%dT%H:%M:%S}+00:00" class="time">{piece.at:%H:%M}</time></a></span>
    </div></div>
  </div>
</div></div>"""


def widget(inside: str) -> Answer:
    """A single post as other sites show it."""
    return answers.html(
        f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Telegram Widget</title></head><body class="widget_frame_base tgme_widget body_widget_post tme_mode">{inside}</body></html>"""
    )


def answer(world: World, at: datetime, asked: Asked) -> Answer:
    """A channel's preview (``/s/name``) or landing page (``/name``)."""
    found = re.fullmatch(r"/(s/)?([A-Za-z0-9_]+)(?:/(\d+))?", asked.path)
    account = world.accounts.get(("telegram", found[2])) if found else None
    if found is None or account is None:
        return missing()
    name, about, followers = html.escape(account.name), html.escape(account.text), account.followers(at)
    posts = list(world.listed("telegram", account.handle, at))
    head = f"""<meta property="og:title" content="{name}"><meta property="og:site_name" content="Telegram"><meta property="og:description" content="{about}">"""
    if not found[1] and not found[3]:
        spaced = f"{followers:,}".replace(",", " ")
        return answers.html(f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Telegram: Contact @{account.handle}</title>{head}</head>
<body class="no_transition"><div class="tgme_page_wrap"><div class="tgme_body_wrap"><div class="tgme_page">
<div class="tgme_page_title" dir="auto"><span dir="auto">{name}</span></div>
<div class="tgme_page_extra">{spaced} subscribers</div>
<div class="tgme_page_description" dir="auto">{about}</div>
<div class="tgme_page_action"><a class="tgme_action_button_new shine" href="tg://resolve?domain={account.handle}">View in Telegram</a></div>
<div class="tgme_page_context_link_wrap"><a class="tgme_page_context_link" href="https://t.me/s/{account.handle}">Preview channel</a></div>
</div></div></div></body></html>""")
    if not found[1]:
        known = f"{account.handle}/{found[3]}"
        piece = next((one for one in posts if post_id(world, one) == known), None)
        if piece is None:
            return widget('<div class="tgme_widget_message_error">Post not found</div>')
        return widget(message(world, piece, at, name))
    below = int(asked.get("before", "0"))
    rest = [piece for piece in posts if not below or int(post_id(world, piece).rpartition("/")[2]) < below]
    shown = rest[-PAGE:]
    first = post_id(world, shown[0]).rpartition("/")[2] if shown else "0"
    older = f'<link rel="prev" href="/s/{account.handle}?before={first}">' if len(rest) > len(shown) else ""
    page = f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{name} – Telegram</title>{head}{older}<link rel="canonical" href="/s/{account.handle}"></head>
<body class="widget_frame_base tgme_webpreview tme_mode no_transitions">
<header class="tgme_header search_collapsed"><div class="tgme_container"><div class="tgme_header_right_column"><section class="tgme_right_column"><div class="tgme_channel_info">
<div class="tgme_channel_info_header"><div class="tgme_channel_info_header_title_wrap"><div class="tgme_channel_info_header_title"><span dir="auto">{name}</span></div></div>
<div class="tgme_channel_info_header_username"><a href="https://t.me/{account.handle}">@{account.handle}</a></div></div>
<div class="tgme_channel_info_counters"><div class="tgme_channel_info_counter"><span class="counter_value">{compact(followers)}</span> <span class="counter_type">subscribers</span></div></div>
<div class="tgme_channel_info_description">{about}</div>
</div></section></div></div></header>
<main class="tgme_main"><div class="tgme_container"><section class="tgme_channel_history js-message_history">{"".join(message(world, piece, at, name) for piece in shown)}
</section></div></main></body></html>"""
    if account.handle == CHANGED[0] and at >= CHANGED[1]:
        page = page.replace("tgme_", "cv_").replace("data-post", "data-bubble").replace("counter_", "cv_num_")
    return answers.html(page)
