"""The demo's YouTube: channel pages with shortened numbers, watch pages with exact ones, and for a while a consent page.

Source: the JSON inside https://www.youtube.com pages (layout of 2026)
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from spiders.demo import answer as answers
from spiders.demo.answer import Answer, Asked, compact, missing, moved
from spiders.demo.brands import Account
from spiders.demo.world import Piece, World

SITE, CONSENT = "www.youtube.com", "consent.youtube.com"
HOSTS = (SITE, CONSENT)
ROBOTS = {
    SITE: "User-agent: *\nDisallow: /api/\nDisallow: /comment\nDisallow: /feeds/videos.xml\nDisallow: /results\nDisallow: /youtubei/\n"
}
ASKS_CONSENT = ("tavrelune", datetime(2026, 10, 13, tzinfo=UTC))
"""The channel whose pages come only after a consent, and until when."""
AGES = (("year", 365), ("month", 30), ("week", 7), ("day", 1))


def video_id(piece: Piece) -> str:
    """The id of a video."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"video {piece.serial}".encode()).digest())[:11].decode()


def channel_id(handle: str) -> str:
    """The stable id of a channel."""
    return "UC" + base64.urlsafe_b64encode(hashlib.sha256(handle.encode()).digest())[:22].decode()


def ago(piece: Piece, at: datetime) -> str:
    """The age of a video as listings show it."""
    age = at - piece.at
    for name, days in AGES:
        if age >= timedelta(days=days):
            number = age // timedelta(days=days)
            return f"{number} {name}{'s' if number > 1 else ''} ago"
    hours = max(int(age / timedelta(hours=1)), 1)
    return f"{hours} hour{'s' if hours > 1 else ''} ago"


def views_text(number: int, short: bool) -> str:
    """A counter of views as text."""
    if number == 0:
        return "No views"
    shown = compact(number) if short else f"{number:,}"
    return f"{shown} view{'' if number == 1 else 's'}"


def page(title: str, head: str, data: Any, player: Any = None) -> Answer:
    """A page that carries its content as JSON."""
    scripts = f"<script>var ytInitialPlayerResponse = {dumped(player)};</script>" if player else ""
    return answers.html(
        f'<!DOCTYPE html><html lang="en" dir="ltr"><head><meta charset="utf-8"><title>{html.escape(title)} - YouTube</title>{head}</head>'
        f'<body dir="ltr">{scripts}<script>var ytInitialData = {dumped(data)};</script></body></html>'
    )


def dumped(value: Any) -> str:
    """JSON that may stand in a script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def tile(piece: Piece, at: datetime) -> dict[str, Any]:
    """A video in a channel's list."""
    return {
        "richItemRenderer": {
            "content": {
                "lockupViewModel": {
                    "contentId": video_id(piece),
                    "contentType": "LOCKUP_CONTENT_TYPE_VIDEO",
                    "metadata": {
                        "lockupMetadataViewModel": {
                            "title": {"content": piece.title},
                            "metadata": {
                                "contentMetadataViewModel": {
                                    "metadataRows": [
                                        {
                                            "metadataParts": [
                                                {"text": {"content": views_text(piece.count("views", at), True)}},
                                                {"text": {"content": ago(piece, at)}},
                                            ]
                                        }
                                    ],
                                    "delimiter": " • ",
                                }
                            },
                        }
                    },
                    "rendererContext": {
                        "commandContext": {
                            "onTap": {
                                "innertubeCommand": {
                                    "commandMetadata": {
                                        "webCommandMetadata": {
                                            "url": f"/watch?v={video_id(piece)}",
                                            "webPageType": "WEB_PAGE_TYPE_WATCH",
                                        }
                                    },
                                    "watchEndpoint": {"videoId": video_id(piece)},
                                }
                            }
                        }
                    },
                }
            }
        }
    }


def channel(world: World, account: Account, at: datetime, tab: str) -> Answer:
    """A channel's page: name, subscribers, and its videos in a grid."""
    videos = list(reversed(world.listed("youtube", account.handle, at)))
    address = f"https://{SITE}/channel/{channel_id(account.handle)}"
    nothing = {"messageRenderer": {"text": {"simpleText": "This channel has no videos."}}}
    grid: dict[str, Any] = (
        {"richGridRenderer": {"contents": [tile(piece, at) for piece in videos]}}
        if videos
        else {"sectionListRenderer": {"contents": [{"itemSectionRenderer": {"contents": [nothing]}}]}}
    )
    rows = [
        [f"@{account.handle}"],
        [f"{compact(account.followers(at))} subscribers", f"{len(videos)} video{'' if len(videos) == 1 else 's'}"],
    ]
    data = {
        "contents": {
            "twoColumnBrowseResultsRenderer": {
                "tabs": [
                    {"tabRenderer": {"title": "Home", "selected": tab != "videos", **({} if tab == "videos" else {"content": grid})}},
                    {"tabRenderer": {"title": "Videos", "selected": tab == "videos", **({"content": grid} if tab == "videos" else {})}},
                ]
            }
        },
        "header": {
            "pageHeaderRenderer": {
                "pageTitle": account.name,
                "content": {
                    "pageHeaderViewModel": {
                        "title": {"dynamicTextViewModel": {"text": {"content": account.name}}},
                        "metadata": {
                            "contentMetadataViewModel": {
                                "metadataRows": [
                                    {"metadataParts": [{"text": {"content": part}} for part in row]} for row in rows
                                ],
                                "delimiter": "•",
                            }
                        },
                    }
                },
            }
        },
        "metadata": {
            "channelMetadataRenderer": {
                "title": account.name,
                "description": account.text,
                "externalId": channel_id(account.handle),
                "ownerUrls": [f"http://{SITE}/@{account.handle}"],
                "channelUrl": address,
                "vanityChannelUrl": f"http://{SITE}/@{account.handle}",
            }
        },
    }  # fmt: skip
    head = f'<link rel="canonical" href="{address}"><meta property="og:title" content="{html.escape(account.name)}">'
    return page(account.name, head, data)


def watch(world: World, piece: Piece, at: datetime) -> Answer:
    """A video's page: exact views and likes, a shortened number of subscribers; related videos beside it."""
    account, known = world.accounts["youtube", piece.place], video_id(piece)
    views, likes = piece.count("views", at), piece.count("likes", at)
    shows_likes, shows_comments = "likes" not in piece.hides, "comments" not in piece.hides
    published = f"{piece.at:%Y-%m-%dT%H:%M:%S}+00:00"
    owner = f"http://{SITE}/@{account.handle}"
    microformat = {
        "title": {"simpleText": piece.title},
        "description": {"simpleText": piece.text},
        "lengthSeconds": "312",
        "ownerProfileUrl": owner,
        "externalChannelId": channel_id(account.handle),
        "ownerChannelName": account.name,
        "viewCount": str(views),
        "category": "Autos & Vehicles",
        "publishDate": published,
        "uploadDate": published,
        **({"likeCount": str(likes)} if shows_likes else {}),
    }
    player = {
        "playabilityStatus": {"status": "OK", "playableInEmbed": True},
        "videoDetails": {
            "videoId": known,
            "title": piece.title,
            "lengthSeconds": "312",
            "channelId": channel_id(account.handle),
            "shortDescription": piece.text,
            "viewCount": str(views),
            "author": account.name,
            "isPrivate": False,
            "isLiveContent": False,
        },
        "microformat": {"playerMicroformatRenderer": microformat},
    }
    button = {
        "iconName": "LIKE",
        "title": compact(likes) if shows_likes else "Like",
        "accessibilityText": f"like this video along with {likes:,} other people" if shows_likes else "like this video",
    }
    related = [one for one in world.where("youtube") if one != piece and one.at <= at][:3]
    primary = {
        "title": {"runs": [{"text": piece.title}]},
        "viewCount": {
            "videoViewCountRenderer": {
                "viewCount": {"simpleText": views_text(views, False)},
                "shortViewCount": {"simpleText": views_text(views, True)},
                "originalViewCount": "0",
            }
        },
        "videoActions": {
            "menuRenderer": {
                "topLevelButtons": [
                    {
                        "segmentedLikeDislikeButtonViewModel": {
                            "likeButtonViewModel": {
                                "likeButtonViewModel": {
                                    "toggleButtonViewModel": {
                                        "toggleButtonViewModel": {
                                            "defaultButtonViewModel": {"buttonViewModel": button},
                                        }
                                    }
                                }
                            }
                        }
                    }
                ]
            }
        },
        "dateText": {"simpleText": f"{piece.at:%b} {piece.at.day}, {piece.at:%Y}"},
        "relativeDateText": {"simpleText": ago(piece, at)},
    }
    endpoint = {
        "browseEndpoint": {
            "browseId": channel_id(account.handle),
            "canonicalBaseUrl": f"/@{account.handle}",
        }
    }
    secondary = {
        "owner": {
            "videoOwnerRenderer": {
                "title": {"runs": [{"text": account.name, "navigationEndpoint": endpoint}]},
                "navigationEndpoint": endpoint,
                "subscriberCountText": {"simpleText": f"{compact(account.followers(at))} subscribers"},
            }
        },
        "attributedDescription": {"content": piece.text},
    }
    panel = {
        "engagementPanelSectionListRenderer": {
            "panelIdentifier": "engagement-panel-comments-section",
            "header": {
                "engagementPanelTitleHeaderRenderer": {
                    "title": {"runs": [{"text": "Comments"}]},
                    "contextualInfo": {"runs": [{"text": compact(piece.count("comments", at))}]},
                }
            },
        }
    }
    data = {
        "contents": {
            "twoColumnWatchNextResults": {
                "results": {
                    "results": {
                        "contents": [{"videoPrimaryInfoRenderer": primary}, {"videoSecondaryInfoRenderer": secondary}]
                    }
                },
                "secondaryResults": {
                    "secondaryResults": {
                        "results": [tile(one, at)["richItemRenderer"]["content"] for one in related],
                    }
                },
            }
        },
        "currentVideoEndpoint": {"watchEndpoint": {"videoId": known}},
        "engagementPanels": [panel] if shows_comments else [],
    }
    counters = [("WatchAction", views), *([("LikeAction", likes)] if shows_likes else [])]
    statistics = "".join(
        f'<div itemprop="interactionStatistic" itemscope itemtype="https://schema.org/InteractionCounter"><meta itemprop="interactionType" content="https://schema.org/{action}"><meta itemprop="userInteractionCount" content="{number}"></div>'
        for action, number in counters
    )
    title = html.escape(piece.title or "")
    head = f"""<link rel="canonical" href="https://{SITE}/watch?v={known}"><meta property="og:title" content="{title}">
<div itemscope itemid="https://{SITE}/watch?v={known}" itemtype="http://schema.org/VideoObject"><link itemprop="url" href="https://{SITE}/watch?v={known}"><meta itemprop="name" content="{title}"><meta itemprop="identifier" content="{known}"><span itemprop="author" itemscope itemtype="http://schema.org/Person"><link itemprop="url" href="{owner}"><link itemprop="name" content="{html.escape(account.name)}"></span>{statistics}<meta itemprop="datePublished" content="{published}"><meta itemprop="uploadDate" content="{published}"></div>"""
    return page(piece.title or "", head, data, player)


def consent(asked: Asked) -> Answer:
    """The page that wants a consent first."""
    target = html.escape(asked.get("continue"))
    return answers.html(f"""<!doctype html><html lang="en" dir="ltr"><head><base href="https://{CONSENT}/"><link rel="canonical" href="https://{CONSENT}/m"><title>Before you continue to YouTube</title></head>
<body><h1>Before you continue to YouTube</h1><p>We use cookies and data to deliver and maintain services.</p>
<form action="https://{CONSENT}/save" method="POST"><input type="hidden" name="continue" value="{target}"><button>Reject all</button><button>Accept all</button></form></body></html>""")


def answer(world: World, at: datetime, asked: Asked) -> Answer:
    """A channel's or a video's page, or the way to the consent page."""
    if asked.host == CONSENT:
        return consent(asked)
    if asked.path == "/watch":
        piece = next((one for one in world.where("youtube") if video_id(one) == asked.get("v") and one.at <= at), None)
        return watch(world, piece, at) if piece else missing()
    found = re.fullmatch(r"/(?:@([\w.-]+)|channel/(UC[\w-]{22}))(?:/(\w+))?", asked.path)
    account = next(
        (
            one
            for (platform, handle), one in world.accounts.items()
            if found and platform == "youtube" and (found[1] == handle or found[2] == channel_id(handle))
        ),
        None,
    )
    if found is None or account is None:
        return missing()
    if account.handle == ASKS_CONSENT[0] and at < ASKS_CONSENT[1]:
        wanted = quote(f"https://{SITE}{asked.path}", safe="")
        return moved(f"https://{CONSENT}/m?continue={wanted}&gl=DE&m=0&pc=yt&hl=en&src=1")
    return channel(world, account, at, found[3] or "")
