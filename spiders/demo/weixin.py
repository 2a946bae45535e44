"""The demo's Weixin: single articles without counts, as a logged-out reader sees them; a deleted one, a verification page.

Source: https://mp.weixin.qq.com/ (layout)
"""

from __future__ import annotations

import base64
import hashlib
import html
from datetime import UTC, datetime, timedelta, timezone

from spiders.demo import answer as answers
from spiders.demo.answer import Answer, Asked, missing, moved
from spiders.demo.world import Piece, World

HOSTS = ("mp.weixin.qq.com",)
ROBOTS = "User-agent: *\nAllow: /s/\nAllow: /mp/wappoc_appmsgcaptcha\nDisallow: /\n"
CHINA = timezone(timedelta(hours=8))
CHECKED = (datetime(2026, 10, 14, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC))
"""From when until when one article wants a verification first."""
PROVINCES = ("浙江", "四川", "江苏", "福建", "云南", "山东")
CAPTCHA = "/mp/wappoc_appmsgcaptcha"


def token(piece: Piece) -> str:
    """The last part of an article's address."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"weixin {piece.serial}".encode()).digest())[:22].decode()


def link(piece: Piece) -> str:
    """An article's address."""
    return f"https://mp.weixin.qq.com/s/{token(piece)}"


def account_id(handle: str) -> str:
    """The account's stable id."""
    return "gh_" + hashlib.sha256(handle.encode()).hexdigest()[:12]


def biz(handle: str) -> str:
    """The account's other id, which articles carry."""
    number = 3_200_000_000 + int(hashlib.sha256(handle.encode()).hexdigest()[:7], 16)
    return base64.b64encode(str(number).encode()).decode()


def key(piece: Piece) -> str:
    """The stable key of an article: account, message and place in it."""
    return f"{biz(piece.author)}/{2_650_000_000 + piece.serial}/1"


def province(piece: Piece) -> str:
    """Where it was written."""
    return PROVINCES[piece.serial % len(PROVINCES)]


def checked(world: World) -> Piece:
    """The article that wants a verification for some days."""
    return [piece for piece in world.everything("weixin", "") if piece.deleted_at is None][1]


def article(piece: Piece) -> Answer:
    """An article as served to someone who is not logged in: the counters are there and hold nothing."""
    title, local = html.escape(piece.title or ""), piece.at.astimezone(CHINA)
    paragraphs = "".join(
        f'<p style="margin-bottom: 12px;"><span>{html.escape(part)}。</span></p>'
        for part in piece.text.rstrip("。").split("。")
    )
    account, mid = piece.author, 2_650_000_000 + piece.serial
    return answers.html(f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta name="author" content="编辑部">
<meta property="og:title" content="{title}"><meta property="og:url" content="{link(piece)}"><meta property="og:type" content="article">
<meta property="og:description" content=""><meta property="og:article:author" content="编辑部"><title></title></head>
<body id="activity-detail" class="zh_CN wx_wap_page mm_appmsg not_in_mm">
<script type="text/javascript">
    var biz = "{biz(account)}" || "";
    var sn = "{hashlib.sha256(title.encode()).hexdigest()[:32]}" || "" || "";
    var mid = "{mid}" || "" || "";
    var idx = "1" || "" || "";
</script>
<div id="js_article" class="rich_media"><div class="rich_media_inner"><div id="page-content" class="rich_media_area_primary"><div id="img-content" class="rich_media_wrp">
<h1 class="rich_media_title " id="activity-name">
    {title}
</h1>
<div id="meta_content" class="rich_media_meta_list">
<span class="rich_media_meta rich_media_meta_text">编辑部</span>
<span class="rich_media_meta rich_media_meta_nickname" id="profileBt"><a href="javascript:void(0);" class="wx_tap_link js_wx_tap_highlight" id="js_name">
    {html.escape(account)}
</a></span>
<em id="publish_time" class="rich_media_meta rich_media_meta_text"></em>
</div>
<div class="rich_media_content js_underline_content" id="js_content" style="visibility: hidden; opacity: 0; ">{paragraphs}</div>
</div></div></div></div>
<script type="text/javascript">
    var nickname = htmlDecode("{html.escape(account)}");
    var ct = "{int(piece.at.timestamp())}";
    var createTime = '{local:%Y-%m-%d %H:%M}';
    var user_name = "{account_id(account)}";
    var msg_title = '{title}'.html(false);
    var msg_link = "{link(piece)}";
    var user_uin = "" * 1;
    var read_num = "" * 1;
    var like_num = "" * 1;
    window.ip_wording = {{
        countryName: '中国',
        countryId: '156',
        provinceName: '{province(piece)}',
        provinceId: '',
        cityName: '',
        cityId: ''
    }};
    window.item_show_type = '0';
    window.appmsg_bar_data = {{
        show_like: '' * 1,
        like_count: '' * 1,
        share_count: '' * 1,
        old_like_count: '' * 1,
        comment_count: '' * 1
    }};
</script>
</body></html>""")


def notice(sentence: str) -> Answer:
    """A page that says why there is no article; its status is 200."""
    return answers.html(f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title></title></head><body class="zh_CN">
<div class="weui-msg"><div class="weui-msg__icon-area"><i class="weui-icon-warn weui-icon_msg-primary"></i></div>
<div class="weui-msg__text-area"><div class="weui-msg__title warn">{sentence}</div></div></div></body></html>""")


def verification() -> Answer:
    """The page that wants a verification first."""
    return answers.html("""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Weixin Official Accounts Platform</title></head><body>
<div class="weui-msg"><div class="weui-msg__text-area"><h2 class="weui-msg__title">环境异常</h2>
<p class="weui-msg__desc">当前环境异常，完成验证后即可继续访问。</p></div>
<div class="weui-msg__opr-area"><a class="weui-btn weui-btn_primary" id="js_verify" href="javascript:;">去验证</a></div></div>
<div id="tcaptcha_iframe"></div></body></html>""")


def answer(world: World, at: datetime, asked: Asked) -> Answer:
    """An article, the notice that it was deleted, or the way to the verification page."""
    if asked.path == CAPTCHA:
        return verification()
    wanted = asked.path.removeprefix("/s/")
    piece = next((one for one in world.everything("weixin", "") if token(one) == wanted and one.at <= at), None)
    if piece is None:
        return missing()
    if piece.deleted_at is not None and at >= piece.deleted_at:
        return notice("该内容已被发布者删除")
    if piece == checked(world) and CHECKED[0] <= at < CHECKED[1]:
        return moved(f"https://mp.weixin.qq.com{CAPTCHA}?poc_token={token(piece)}&target_url={link(piece)}")
    return article(piece)
