"""What a page may lack, by the name whose absence says so: a page without it is a page like any other.

Each as (platform, name): the losses that are then the page's right, as tests/damage.py calls them, and why. ``nothing left``
is another ending of a page all of whose telling elements are gone: the same as the shell that says so.
"""

from __future__ import annotations

HIDDEN = ("likes of posts", "comments of posts", "shares of posts", "saves of posts", "views of posts")
SCRIPTS = (
    "posts",
    "comments",
    "profiles",
    "id of profiles",
    "text of profiles",
    "comments of posts",
    "shares of posts",
    "quotes of posts",
)
LOSSES: dict[tuple[str, str], tuple[tuple[str, ...], str]] = {
    **{
        ("ebay", name): (("watchers of posts", "bids of posts", "sold of posts"), "a listing may show none of them")
        for name in (
            "a",
            "aria-label",
            "button",
            "x-bid-count",
            "x-ebay-signal",
            "x-quantity__availability",
            "x-watch-heart-btn",
        )
    },
    **{
        ("facebook", name): (
            ("id of profiles",),
            "a page's number stands in the links to apps only, which a page may lack",
        )
        for name in ("al", "android", "url", "content", "meta", "property")
    },
    **{
        ("facebook", name): (
            ("likes of posts", "comments of posts", "shares of posts", "text of posts"),
            "a post without reactions shows no counters",
        )
        for name in ("a", "class", "href", "span")
    },
    ("facebook", "p"): (("text of posts",), "an embedded photo may have no words"),
    ("linkedin", "interactionStatistic"): (("profiles",), "a post may show no followers of its author"),
    **{
        ("linkedin", name): (("likes of posts", "comments of posts"), "a counter that is not shown is not 0")
        for name in ("a", "div")
    },
    **{
        ("pinterest", name): (("profiles",), "a pin's page may not show the followers of its pinner")
        for name in ("followerCount", "follower_count")
    },
    ("pinterest", "total_reaction_count"): (("likes of posts",), "the state of older pages does not tell it"),
    **{
        ("pinterest", name): (("comments of posts", "likes of posts"), "a page tells of a pin in several answers")
        for name in ("script", "true")
    },
    **{
        ("snapchat", name): (("followers of profiles",), "an account may hide its subscribers")
        for name in ("interactionStatistic", "subscriberCount")
    },
    **{
        ("snapchat", name): (("text of profiles", "text of posts"), "an account or a video may have no words")
        for name in ("bio", "description")
    },
    ("snapchat", "title"): (("likes of posts", "comments of posts"), "a title may tell no counts"),
    **{
        ("threads", name): (("nothing left",), "a page without any meta tag is a shell")
        for name in ("application", "content", "meta", "og", "property")
    },
    ("threads", "reposted_post"): (("number",), "a null says that a post is no repost"),
    **{
        ("threads", name): (SCRIPTS, "a page meant for link previews has no data")
        for name in ("application", "data-sjs", "json", "mediaData", "script", "type")
    },
    **{("x", name): (("saves of posts",), "a post may show no bookmarks") for name in ("bookmark", "button")},
    **{
        ("x", name): (("nothing left",), "a page without what it shows is the shell")
        for name in ("content", "data-testid", "meta", "og", "primaryColumn", "property")
    },
    **{
        ("x", name): (("following of profiles", "posts of profiles"), "the old server left out what was 0")
        for name in ("following", "tweets")
    },
    ("x", "bookmark_count"): (("saves of posts",), "a count that came in 2023"),
    ("x", "quoted_status_result"): (("profiles",), "a quoted post may not be there any more, nor then its author"),
    ("x", "result"): (("posts", "profiles", "outcome"), "a post that is not there any more stands as an empty object"),
    ("appstore", "author"): (("author of posts",), "a review in the feed may name nobody"),
    ("appstore", "updated"): (("time of posts",), "the reviews of 2020 have no dates in JSON"),
    **{
        ("bilibili", name): (
            ("posts of profiles", "following of profiles", "likes of profiles"),
            "a card beside a video tells less than an account's own",
        )
        for name in ("archiveCount", "archive_count", "attention", "like_num")
    },
    ("bilibili", "up_info"): (("profiles", "author of posts"), "a licensed series may have no account of its own"),
    **{("bilibili", name): (("outcome",), "a list that is null is one without items") for name in ("replies", "vlist")},
    ("bilibili", "script"): (("nothing left",), "a page that never had its scripts is the check before it"),
    **{
        ("bilibili", name): (
            ("comments of posts", "views of posts"),
            "a forwarded post of 2021 tells less than a video",
        )
        for name in ("comment", "view")
    },
    ("bilibili", "type"): (("posts",), "what is no video or post is no record"),
    **{
        ("bluesky", name): (("saves of posts", "quotes of posts"), "counts that came with later versions")
        for name in ("bookmarkCount", "quoteCount")
    },
    **{
        ("bluesky", name): (
            ("text of profiles", "name of profiles", "text of posts"),
            "an account may have no name and no words",
        )
        for name in ("description", "displayName")
    },
    **{
        ("bluesky", name): (
            (
                "followers of profiles",
                "following of profiles",
                "posts of profiles",
                "comments of posts",
                "shares of posts",
            ),
            "pages before 2026 had no JSON-LD",
        )
        for name in ("application", "json", "ld", "script", "type")
    },
    ("bluesky", "viewer"): (("posts",), "who asks not to be shown to readers without log-in is not"),
    **{
        ("discourse", name): (("text of profiles", "name of profiles"), "a person or a category may have no words")
        for name in ("bio_cooked", "description_text", "name")
    },
    ("discourse", "count"): (("likes of posts", "likes of comments"), "an action that nobody took has no count"),
    ("discourse", "profile_view_count"): (("views of profiles",), "a forum may hide it"),
    **{
        ("douyin", name): (
            ("posts of profiles", "following of profiles", "likes of profiles"),
            "a video tells less of its author than his own page",
        )
        for name in ("aweme_count", "following_count", "total_favorited")
    },
    ("douyin", "aweme_detail"): (("outcome",), "a video that is null is none"),
    ("douyin", "collect_count"): (("saves of posts",), "a count that came with later versions"),
    **{
        ("douyin", name): (("profiles",), "a share page may name an author by his other names alone")
        for name in ("follower_count", "uid")
    },
    ("hackernews", "about"): (("text of profiles",), "an account may have nothing to say of itself"),
    ("hackernews", "title"): (("time of comments",), "the site of 2015 told only how long ago"),
    ("hackernews", "type"): (("comments of posts",), "a job has no comments"),
    **{
        ("lemmy", name): (("text of profiles", "name of profiles"), "a person or a community may have no words")
        for name in ("bio", "description", "display_name")
    },
    ("mastodon", "quotes_count"): (("quotes of posts",), "instances before 4.5 do not count them"),
    **{
        ("mastodon", name): (("likes of posts", "shares of posts"), "a server need not tell its totals")
        for name in ("likes", "shares")
    },
    ("mastodon", "reblog"): (("posts", "profiles", "number"), "a null says that a post is no boost"),
    ("mastodon", "item"): (("nothing left",), "a feed without entries is an empty one"),
    ("page", "p"): (("nothing left", "outcome"), "an article about walls without its words is a notice"),
    **{
        ("producthunt", name): (
            ("author of posts", "comments of posts"),
            "who asks the API names the fields; the feed may name nobody",
        )
        for name in ("author", "name", "user", "commentsCount")
    },
    **{
        ("reddit", name): (("author of posts", "author of comments", "profiles"), "a deleted account is named nowhere")
        for name in ("author", "author_fullname", "name")
    },
    **{("reddit", name): (("text of comments",), "a feed may carry titles only") for name in ("content", "md")},
    **{
        ("reddit", name): (
            ("followers of profiles", "profiles", "name of profiles", "id of profiles"),
            "the community's box is not on every page",
        )
        for name in ("number", "subscribers", "display-name", "subreddit-id", "shreddit-subreddit-header")
    },
    **{
        ("reddit", name): (("text of profiles", "name of profiles"), "a community or a person may have no words")
        for name in ("public_description", "subreddit", "title")
    },
    **{
        ("reddit", name): (("profiles",), "a post tells of its community in some answers only")
        for name in ("subreddit_subscribers", "subreddits")
    },
    ("reddit", "replies"): (("comments",), "a comment without answers"),
    **{("telegram", name): (("handle of profiles",), "a group without address has none") for name in ("a", "href")},
    ("telegram", "span"): (("name of profiles",), "the name stands in it"),
    **{
        ("telegram", name): (("text of profiles",), "a channel may have no description")
        for name in ("tgme_channel_info_description", "tgme_page_description")
    },
    ("telegram", "tgme_reaction"): (("likes of posts", "number"), "a post may have no reactions, or fewer"),
    ("telegram", "tgme_widget_message_views"): (("views of posts",), "groups show no views"),
    **{
        ("tieba", name): (("time of comments",), "a row of the head, not of the comment")
        for name in ("class", "span", "tail-info")
    },
    **{
        ("tiktok", name): (("nothing left", "outcome"), "a page without its data is the shell")
        for name in (
            "SIGI_STATE",
            "__NEXT_DATA__",
            "__UNIVERSAL_DATA_FOR_REHYDRATION__",
            "application",
            "id",
            "json",
            "script",
            "type",
        )
    },
    ("tiktok", "collectCount"): (("saves of posts",), "a count that came in 2023"),
    **{
        ("tumblr", name): (
            ("text of posts", "text of profiles", "name of profiles", "id of profiles"),
            "a post or a blog may have no words",
        )
        for name in ("content", "description", "meta", "og", "property", "title", "uuid")
    },
    **{
        ("tumblr", name): (
            ("likes of posts", "shares of posts", "comments of posts"),
            "themes and feeds tell the sum alone",
        )
        for name in ("likeCount", "reblogCount", "replyCount")
    },
    ("twitch", "followers"): (("profiles",), "most answers name an account without its numbers"),
    **{
        ("twitch", name): (("author of posts",), "an answer of one account may not repeat it")
        for name in ("broadcaster", "owner")
    },
    ("twitch", "description"): (("text of profiles",), "an account may have nothing to say of itself"),
    **{
        ("vimeo", name): (("text of profiles", "profiles"), "older pages do not number their author")
        for name in ("bio", "identifier")
    },
    **{
        ("vimeo", name): (("comments of posts", "likes of posts", "views of posts"), "an owner may hide them")
        for name in ("stats_number_of_comments", "stats_number_of_likes", "stats_number_of_plays")
    },
    ("weibo", "retweeted_status"): (("posts",), "the official API does not say apart that a post is a repost"),
    **{
        ("weibo", name): (("views of posts",), "only videos are counted by plays")
        for name in ("page_info", "play_count", "type")
    },
    **{
        ("weixin", name): (("text of profiles",), "an account may have nothing to say of itself")
        for name in ("dd", "dl", "dt")
    },
    ("weixin", "reply_new"): (("comments of comments",), "older answers tell no totals"),
    **{
        ("xiaohongshu", name): (
            ("saves of posts", "comments of posts", "shares of posts"),
            "a card may tell the likes alone",
        )
        for name in ("collected_count", "comment_count", "shared_count")
    },
    **{
        ("xiaohongshu", name): (("time of posts",), "a card may tell no time")
        for name in ("corner_tag_info", "text", "type")
    },
    ("xiaohongshu", "display_title"): (("text of posts",), "a note may have no title"),
    ("xiaohongshu", "script"): (("nothing left",), "a page without its scripts is the shell"),
    **{
        ("zhihu", name): (
            ("following of profiles", "views of posts"),
            "an answer tells less of its author than his own page",
        )
        for name in ("followingCount", "visitCount")
    },
    **{
        ("discourse", name): (("likes of posts", "likes of comments"), "pages for crawlers leave out what is 0")
        for name in (
            "content",
            "div",
            "http",
            "itemprop",
            "interactionStatistic",
            "meta",
            "org",
            "userInteractionCount",
        )
    },
    ("hackernews", "subtext"): (("posts",), "a row of the list without it is a job"),
    **{
        ("mastodon", name): (("author of posts", "time of posts"), "a link in the trends may have neither")
        for name in ("author_name", "published_at")
    },
    **{
        ("tiktok", name): (("posts",), "a page that no browser has drawn has no grid")
        for name in ("data-e2e", "div", "user-post-item")
    },
    ("zhihu", "queryDisplay"): (("posts",), "two searches of one name are one"),
    ("linkedin", "comment"): (("comments",), "a guest may be shown none of them"),
    ("zhihu", "urlToken"): (("posts",), "a person without an address of his own has no list"),
    ("zhihu", "id"): (("posts",), "answers of one question, one text and one author are one"),
    **{
        ("facebook", name): (
            ("time of posts",),
            "a photo's page tells its time among its tracking data, which other pages lack",
        )
        for name in ("data-ft", "page_insights", "post_context", "publish_time", "quot", "top_level_post_id")
    },
    ("tiktok", "__FRONTITY_CONNECT_STATE__"): (("nothing left",), "a page without its data is the shell"),
    **{
        ("tiktok", name): (
            ("following of profiles", "likes of profiles", "name of profiles", "views of posts"),
            "a frame tells less than a page",
        )
        for name in ("followingCount", "heartCount", "nickname", "playCount")
    },
    ("weibo", "total_number"): (("comments of posts",), "replies deeper down are not counted"),
    ("zhihu", "child_comment_count"): (("comments of comments",), "a comment deeper down has none"),
    ("pinterest", "repins"): (("saves of posts",), "a link preview may not tell them"),
    **{
        ("reddit", name): (("likes of posts", "profiles"), "the old site hides a young post's points")
        for name in ("score", "span", "unvoted")
    },
    ("pinterest", "unauthOnPageTitle"): (("text of posts",), "a pin may have no title"),
    ("reddit", "item"): (("nothing left",), "a feed without items is an empty one"),
    **{
        ("blog", name): (("author of posts",), "a theme may name no author, and its data neither")
        for name in ("author", "name", "yoast_head_json")
    },
    **{
        ("blog", name): (("comments of posts",), "a theme may not say how many comments there are")
        for name in (
            "@type",
            "a",
            "commentCount",
            "comments",
            "comments__headline",
            "h4",
            "interactionStatistic",
            "interactionType",
            "userInteractionCount",
        )
    },
    **{
        ("blog", name): (("time of posts",), "pages of many themes tell no time")
        for name in (
            "content",
            "date-header",
            "datePublished",
            "datetime",
            "meta",
            "post-timestamp",
            "property",
            "published_time",
        )
    },
    **{
        ("blog", name): (("id of posts",), "an article's number stands in links that a blog may leave out")
        for name in ("api", "https", "link", "org", "shortlink")
    },
    **{
        ("blog", name): (
            ("author of posts", "time of posts", "comments of posts"),
            "an article may not be described in JSON-LD",
        )
        for name in ("application", "json", "ld", "script", "type")
    },
    **{
        ("blog", name): (("comments of comments",), "counts that came with later versions")
        for name in ("children_count", "total_replies")
    },
    ("blog", "like_count"): (("likes of comments",), "counts that came with later versions"),
    ("blog", "restacks"): (("shares of comments",), "a count that came with later versions"),
    **{
        ("blog", name): (("comments",), "the old template of Blogger keeps a comment in several rows")
        for name in ("comment-author", "dt")
    },
    ("blog", "li"): (("comments",), "a SPIP site's list of comments is told by its classes alone"),
    ("blog", "href"): (("comments of posts",), "what only the address of a link tells"),
    ("blog", "rel"): (("author of posts", "id of posts"), "what only the kind of a link tells"),
    ("blog", "id"): (("comments of posts",), "what only the heading above the comments tells"),
    ("blog", "class"): (
        ("comments", "comments of posts", "time of posts"),
        "a SPIP site's list of comments, and a theme's heading and date, are told by their classes alone",
    ),
    **{
        ("feed", name): (("author of posts",), "an item of a feed needs no author")
        for name in ("author", "authors", "dc", "elements", "name")
    },
    **{
        ("feed", name): (
            ("author of posts", "comments of posts"),
            "an item of a feed needs no part of other vocabularies",
        )
        for name in ("http", "org", "purl")
    },
    **{
        ("feed", name): (("comments of posts",), "an item of a feed needs no part of other vocabularies")
        for name in ("modules", "slash", "syndication", "thread")
    },
    ("feed", "date_published"): (("time of posts",), "an item of a JSON feed needs no time"),
    ("feed", "guid"): (("id of posts",), "an item of RSS needs no id"),
    **{("feed", name): (("nothing left",), "a feed without entries is an empty one") for name in ("entry", "item")},
    **{
        ("instagram", name): (("nothing left",), "a page without any meta tag is the log-in shell")
        for name in ("content", "meta", "og", "property")
    },
    ("instagram", "Caption"): (
        ("text of posts",),
        "an embedded post may have no words, hide its likes, have no comments",
    ),
    ("instagram", "CaptionComments"): (
        ("comments of posts",),
        "an embedded post may have no words, hide its likes, have no comments",
    ),
    ("instagram", "SocialProof"): (
        ("likes of posts",),
        "an embedded post may have no words, hide its likes, have no comments",
    ),
    **{
        ("instagram", name): (("comments", "nothing left"), "today's pages carry their data in several blocks, or none")
        for name in ("application", "json", "script", "type")
    },
    ("instagram", "text"): (
        ("posts", "comments", "profiles", "id of profiles", "text of profiles"),
        "a page of 2021 without its scripts tells in its meta tags what others tell there alone",
    ),
    ("instagram", "xdt_api__v1__media__media_id__comments__connection"): (
        ("comments",),
        "a null says that a post has no comments",
    ),
    ("instagram", "author_name"): (("author of posts",), "embeds name no author since 2025"),
    ("instagram", "edge_followed_by"): (("profiles",), "a post may not show the followers of its author"),
    ("instagram", "like_and_view_counts_disabled"): (
        ("number",),
        "data from before likes could be hidden do not say so",
    ),
    ("instagram", "user"): (("outcome",), "an account that is null is none"),
    **{
        ("youtube", name): (("author of posts",), "a byline of several names none of them")
        for name in ("browseEndpoint", "navigationEndpoint", "runs", "shortBylineText")
    },
    **{
        ("youtube", name): (("posts",), "only the first answer tells the total")
        for name in ("commentsHeaderRenderer", "countText")
    },
    ("youtube", "commentCount"): (("comments of posts",), "where they are off, or hidden"),
    ("youtube", "likeCount"): (("likes of posts",), "where they are off, or hidden"),
    **{
        ("youtube", name): (("comments of posts",), "where comments are off")
        for name in ("actionButtons", "contextualInfo", "panelIdentifier")
    },
    **{
        ("youtube", name): (("posts of profiles",), "a header may leave it out")
        for name in ("videoCountText", "videosCountText")
    },
    ("youtube", "customUrl"): (("handle of profiles",), "a channel may have no address of its own choice"),
    **{("youtube", name): (("likes of posts",), "feeds leave out what is hidden") for name in ("average", "count")},
    ("youtube", "views"): (("views of posts",), "feeds leave out what is hidden"),
    ("youtube", "defaultText"): (("likes of posts",), "a button without a number shows none"),
    ("youtube", "voteCount"): (("likes of posts", "likes of comments"), "a button without a number shows none"),
    ("youtube", "entry"): (("nothing left",), "a feed without entries is an empty one"),
    ("youtube", "publishedTimeText"): (("time of posts",), "live and members-only videos tell neither"),
    ("youtube", "viewCountText"): (("views of posts",), "live and members-only videos tell neither"),
    ("youtube", "replyCount"): (("comments of comments",), "a comment without answers has no count"),
    **{
        ("youtube", name): (("followers of profiles",), "a channel may hide its subscribers")
        for name in ("subscriberCountText", "subtitle")
    },
    ("youtube", "content"): (("followers of profiles",), "a line beside several owners"),
    ("youtube", "simpleText"): (("time of posts",), "the words of any text, a date in them too"),
    ("youtube", "text"): (("posts",), "the words of any text, a date in them too"),
    ("youtube", "videoInfo"): (("time of posts", "views of posts"), "live and members-only videos tell neither"),
    ("youtube", "longBylineText"): (("author of posts",), "a byline of several names none of them"),
    ("youtube", "class"): (
        ("likes of posts", "name of profiles", "followers of profiles"),
        "hidden likes and subscribers were not in the page of 2015 either",
    ),
    ("youtube", "like-button-renderer-like-button"): (
        ("likes of posts",),
        "hidden likes and subscribers were not in the page of 2015 either",
    ),
    ("youtube", "yt-subscriber-count"): (
        ("followers of profiles",),
        "hidden likes and subscribers were not in the page of 2015 either",
    ),
    ("youtube", "yt-user-info"): (
        ("name of profiles",),
        "hidden likes and subscribers were not in the page of 2015 either",
    ),
}
