"""What a page may lack, by the name whose absence says so: a page without it is a page like any other.

Each as (platform, name): the losses that are then the page's right, as tests/damage.py calls them, and why. ``nothing left``
is another ending of a page all of whose telling elements are gone: the same as the shell that says so.
"""

from __future__ import annotations

LOSSES: dict[tuple[str, str], tuple[tuple[str, ...], str]] = {
    **{("ebay", name): (("bids of posts",), "a listing may show none of them") for name in ("a", "x-bid-count")},
    **{
        ("ebay", name): (("watchers of posts",), "a listing may show none of them")
        for name in ("aria-label", "x-ebay-signal", "x-watch-heart-btn")
    },
    ("ebay", "watchCount"): (("watchers of posts",), "the API tells them to chosen applications alone"),
    ("ebay", "shortDescription"): (("text of posts",), "a listing found has no words of its own"),
    ("ebay", "itemCreationDate"): (("time of posts",), "a page of a listing does not tell it"),
    **{
        ("ebay", name): (("sold of posts",), "the API tells it of single items alone")
        for name in ("estimatedAvailabilities", "estimatedSoldQuantity")
    },
    ("ebay", "x-quantity__availability"): (("sold of posts",), "a listing may show none of them"),
    **{
        ("facebook", name): (
            ("id of profiles",),
            "a page's number stands in the links to apps only, which a page may lack",
        )
        for name in ("al", "android", "content", "meta", "property", "url")
    },
    **{
        ("facebook", name): (("likes of posts",), "a post without reactions shows no counters")
        for name in ("a", "href")
    },
    ("facebook", "class"): (("likes of posts", "text of posts"), "a post without reactions shows no counters"),
    ("facebook", "p"): (("text of posts",), "an embedded photo may have no words"),
    ("facebook", "quot"): (
        ("time of posts",),
        "a photo's page tells its time among its tracking data, which other pages lack",
    ),
    **{
        ("facebook", name): (("posts",), "a story may come in a later part of the page")
        for name in ("comet_sections", "feedback")
    },
    ("facebook", "share_count"): (("shares of posts",), "who may not share a post is not told how often others did"),
    ("facebook", "about"): (("text of profiles",), "a page may have nothing to say of itself"),
    ("facebook", "from"): (("author of comments",), "the Graph API names people to their friends alone"),
    ("facebook", "message"): (("text of posts", "text of comments"), "a photo, or a comment of one, may have no words"),
    ("facebook", "shares"): (("shares of posts",), "the Graph API leaves out what is 0"),
    ("linkedin", "interactionStatistic"): (
        ("profiles", "followers of profiles"),
        "a post may show no followers of its author, nor a person's page",
    ),
    ("linkedin", "description"): (("text of profiles",), "a person may have nothing to say of himself"),
    ("linkedin", "a"): (("comments of posts",), "a counter that is not shown is not 0"),
    ("linkedin", "comment"): (("comments",), "a guest may be shown none of them"),
    **{
        ("pinterest", name): (("profiles",), "a pin's page may not show the followers of its pinner")
        for name in ("followerCount", "follower_count")
    },
    **{
        ("pinterest", name): (
            ("likes of posts", "comments of posts", "saves of posts"),
            "the official API tells numbers where they are asked for and known",
        )
        for name in ("comment", "lifetime_metrics", "pin_metrics", "reaction", "save")
    },
    **{
        ("pinterest", name): (("text of profiles", "name of profiles"), "an account of the API may have no words")
        for name in ("about", "business_name")
    },
    **{
        ("vimeo", name): (
            ("likes of posts", "comments of posts", "views of posts"),
            "only older pages state counts of the video itself",
        )
        for name in ("interactionStatistic", "interactionType")
    },
    ("pinterest", "total_reaction_count"): (("likes of posts",), "the state of older pages does not tell it"),
    ("pinterest", "repins"): (("saves of posts",), "a link preview may not tell them"),
    ("pinterest", "unauthOnPageTitle"): (("text of posts",), "a pin may have no title"),
    **{
        ("snapchat", name): (("followers of profiles",), "an account may hide its subscribers")
        for name in ("interactionStatistic", "subscriberCount")
    },
    ("snapchat", "id"): (("author of posts", "views of posts"), "a page cut to its head tells what its title does"),
    ("snapchat", "bio"): (("text of profiles",), "an account or a video may have no words"),
    ("snapchat", "description"): (("text of profiles", "text of posts"), "an account or a video may have no words"),
    ("snapchat", "title"): (("likes of posts", "comments of posts"), "a title may tell no counts"),
    **{
        ("threads", name): (
            ("posts", "id of profiles", "comments of posts", "shares of posts", "quotes of posts"),
            "a page meant for link previews has no data",
        )
        for name in ("application", "json", "script", "type")
    },
    **{
        ("threads", name): (("nothing left",), "a page without any meta tag is a shell")
        for name in ("content", "meta", "og", "property")
    },
    ("threads", "text"): (("text of posts",), "a picture may have no words"),
    ("threads", "reposted_post"): (("number",), "a null says that a post is no repost"),
    ("x", "bookmark"): (("saves of posts",), "a post may show no bookmarks"),
    **{
        ("x", name): (("nothing left",), "a page without what it shows is the shell")
        for name in ("content", "data-testid", "meta", "og", "property")
    },
    ("x", "bookmark_count"): (("saves of posts",), "a count that came in 2023"),
    ("x", "quoted_status_result"): (("profiles",), "a quoted post may not be there any more, nor then its author"),
    ("x", "result"): (("posts", "profiles", "outcome"), "a post that is not there any more stands as an empty object"),
    ("appstore", "author"): (("author of posts",), "a review in the feed may name nobody"),
    ("appstore", "updated"): (("time of posts",), "the reviews of 2020 have no dates in JSON"),
    **{
        ("bilibili", name): (("posts of profiles",), "a card beside a video tells less than an account's own")
        for name in ("archiveCount", "archive_count")
    },
    ("bilibili", "attention"): (("following of profiles",), "a card beside a video tells less than an account's own"),
    ("bilibili", "like_num"): (("likes of profiles",), "a card beside a video tells less than an account's own"),
    ("bilibili", "up_info"): (("profiles", "author of posts"), "a licensed series may have no account of its own"),
    ("bilibili", "vlist"): (("outcome",), "a list that is null is one without items"),
    ("bilibili", "replies"): (("outcome", "comments"), "a list that is null is one without items"),
    **{("bilibili", name): (("comments",), "an account need not pin a comment") for name in ("top", "upper")},
    ("bilibili", "comment"): (("comments of posts",), "a forwarded post of 2021 tells less than a video"),
    ("bilibili", "view"): (("views of posts",), "a forwarded post of 2021 tells less than a video"),
    ("bluesky", "bookmarkCount"): (("saves of posts",), "counts that came with later versions"),
    ("bluesky", "quoteCount"): (("quotes of posts",), "counts that came with later versions"),
    ("bluesky", "description"): (("text of profiles", "text of posts"), "an account may have no name and no words"),
    ("bluesky", "displayName"): (("name of profiles",), "an account may have no name and no words"),
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
        ("discourse", name): (("text of profiles",), "a person or a category may have no words")
        for name in ("bio_cooked", "description_text")
    },
    ("discourse", "name"): (("name of profiles",), "a person or a category may have no words"),
    ("discourse", "count"): (("likes of posts", "likes of comments"), "an action that nobody took has no count"),
    **{
        ("discourse", name): (("author of posts", "author of one of posts"), "older lists for crawlers name no posters")
        for name in ("a", "posters")
    },
    **{
        ("discourse", name): (("likes of comments",), "older pages for crawlers tell likes where there are some")
        for name in ("div", "itemtype")
    },
    **{
        ("discourse", name): (("comments of posts",), "a feed's words below a topic are of any language and theme")
        for name in ("description", "p", "small")
    },
    ("discourse", "item"): (("nothing left",), "a feed without entries is an empty one"),
    ("discourse", "profile_view_count"): (("views of profiles",), "a forum may hide it"),
    ("douyin", "aweme_count"): (("posts of profiles",), "a video tells less of its author than his own page"),
    ("douyin", "following_count"): (("following of profiles",), "a video tells less of its author than his own page"),
    ("douyin", "total_favorited"): (("likes of profiles",), "a video tells less of its author than his own page"),
    ("douyin", "aweme_detail"): (("outcome",), "a video that is null is none"),
    ("douyin", "collect_count"): (("saves of posts",), "a count that came with later versions"),
    **{
        ("douyin", name): (("profiles",), "a share page may name an author by his other names alone")
        for name in ("follower_count", "uid")
    },
    ("hackernews", "about"): (("text of profiles",), "an account may have nothing to say of itself"),
    ("hackernews", "title"): (("time of comments",), "the site of 2015 told only how long ago"),
    ("hackernews", "type"): (("comments of posts",), "a job has no comments"),
    ("hackernews", "subtext"): (("posts",), "a row of the list without it is a job"),
    **{
        ("lemmy", name): (("text of profiles",), "a person or a community may have no words")
        for name in ("bio", "description")
    },
    ("lemmy", "display_name"): (("name of profiles",), "a person or a community may have no words"),
    ("mastodon", "quotes_count"): (("quotes of posts",), "instances before 4.5 do not count them"),
    ("mastodon", "likes"): (("likes of posts",), "a server need not tell its totals"),
    ("mastodon", "shares"): (("shares of posts",), "a server need not tell its totals"),
    ("mastodon", "reblog"): (("posts", "profiles", "number"), "a null says that a post is no boost"),
    ("mastodon", "item"): (("nothing left",), "a feed without entries is an empty one"),
    ("mastodon", "author_name"): (("author of posts",), "a link in the trends may have neither"),
    ("mastodon", "published_at"): (("time of posts",), "a link in the trends may have neither"),
    ("page", "p"): (("nothing left", "outcome"), "an article about walls without its words is a notice"),
    **{
        ("producthunt", name): (("author of posts",), "who asks the API names the fields; the feed may name nobody")
        for name in ("author", "name", "user")
    },
    ("producthunt", "votesCount"): (("likes of posts",), "the site's lists hide it for a launch's first hours"),
    ("producthunt", "commentsCount"): (
        ("comments of posts",),
        "who asks the API names the fields; the feed may name nobody",
    ),
    ("xiaohongshu", "commentData"): (("comments",), "a phone's page may come without comments"),
    ("xiaohongshu", "subComments"): (("comments",), "a comment without answers"),
    ("xiaohongshu", "likeCount"): (("likes of comments",), "a phone's page may not tell it"),
    ("reddit", "author"): (("author of posts", "author of comments"), "a deleted account is named nowhere"),
    ("reddit", "author_fullname"): (("author of posts",), "a deleted account is named nowhere"),
    ("reddit", "name"): (("author of posts", "author of comments", "profiles"), "a deleted account is named nowhere"),
    **{("reddit", name): (("text of comments",), "a feed may carry titles only") for name in ("content", "md")},
    ("reddit", "subscribers"): (("followers of profiles", "profiles"), "the community's box is not on every page"),
    ("reddit", "display-name"): (("profiles", "name of profiles"), "the community's box is not on every page"),
    ("reddit", "subreddit-id"): (("profiles", "id of profiles"), "the community's box is not on every page"),
    ("reddit", "shreddit-subreddit-header"): (("profiles",), "the community's box is not on every page"),
    ("reddit", "public_description"): (("text of profiles",), "a community or a person may have no words"),
    **{
        ("reddit", name): (("name of profiles",), "a community or a person may have no words")
        for name in ("subreddit", "title")
    },
    **{
        ("reddit", name): (("profiles",), "a post tells of its community in some answers only")
        for name in ("subreddit_subscribers", "subreddits")
    },
    ("reddit", "shreddit-comment-action-row"): (
        ("likes of comments",),
        "an account's comments may come without this row",
    ),
    ("reddit", "profile"): (("author of posts",), "a search names nobody, unless the site measures what is clicked"),
    ("reddit", "replies"): (("comments",), "a comment without answers"),
    ("reddit", "unvoted"): (("likes of posts",), "the old site hides a young post's points"),
    ("reddit", "score"): (
        ("likes of posts", "likes of comments"),
        "the old site hides a young post's points, today's a young comment's",
    ),
    ("reddit", "item"): (("nothing left",), "a feed without items is an empty one"),
    **{
        ("telegram", name): (("text of profiles",), "a channel may have no description")
        for name in ("tgme_channel_info_description", "tgme_page_description")
    },
    ("telegram", "tgme_reaction"): (("likes of posts", "number"), "a post may have no reactions, or fewer"),
    ("telegram", "tgme_widget_message_views"): (("views of posts",), "groups show no views"),
    **{
        ("tieba", name): (("time of comments",), "a row of the head, not of the comment")
        for name in ("class", "tail-info")
    },
    **{
        ("tiktok", name): (("nothing left",), "a page without its data is the shell")
        for name in ("SIGI_STATE", "__FRONTITY_CONNECT_STATE__", "__NEXT_DATA__", "__UNIVERSAL_DATA_FOR_REHYDRATION__")
    },
    ("tiktok", "id"): (("nothing left", "outcome"), "a page without its data is the shell"),
    ("tiktok", "reply_comment"): (("comments",), "the answers to a comment are asked for apart"),
    ("tiktok", "collectCount"): (("saves of posts",), "a count that came in 2023"),
    **{
        ("tiktok", name): (("posts",), "a page that no browser has drawn has no grid")
        for name in ("data-e2e", "div", "user-post-item")
    },
    ("tiktok", "followingCount"): (("following of profiles",), "a frame tells less than a page"),
    ("tiktok", "heartCount"): (("likes of profiles",), "a frame tells less than a page"),
    ("tiktok", "nickname"): (("name of profiles",), "a frame tells less than a page"),
    ("tiktok", "playCount"): (("views of posts",), "a frame tells less than a page"),
    **{
        ("tumblr", name): (("text of posts",), "a post or a blog may have no words")
        for name in ("content", "meta", "og", "property")
    },
    ("tumblr", "description"): (("text of posts", "text of profiles"), "a post or a blog may have no words"),
    ("tumblr", "title"): (("name of profiles",), "a post or a blog may have no words"),
    ("tumblr", "uuid"): (("id of profiles",), "a post or a blog may have no words"),
    ("tumblr", "likeCount"): (("likes of posts",), "themes and feeds tell the sum alone"),
    ("tumblr", "reblogCount"): (("shares of posts",), "themes and feeds tell the sum alone"),
    ("tumblr", "replyCount"): (("comments of posts",), "themes and feeds tell the sum alone"),
    ("twitch", "followers"): (("profiles",), "most answers name an account without its numbers"),
    ("twitch", "broadcaster"): (("author of posts",), "an answer of one account may not repeat it"),
    ("twitch", "description"): (("text of profiles",), "an account may have nothing to say of itself"),
    ("vimeo", "bio"): (("text of profiles",), "older pages do not number their author"),
    ("vimeo", "identifier"): (("profiles",), "older pages do not number their author"),
    ("vimeo", "stats_number_of_comments"): (("comments of posts",), "an owner may hide them"),
    ("vimeo", "stats_number_of_likes"): (("likes of posts",), "an owner may hide them"),
    ("vimeo", "stats_number_of_plays"): (("views of posts",), "an owner may hide them"),
    ("weibo", "retweeted_status"): (("posts",), "the official API does not say apart that a post is a repost"),
    **{
        ("weibo", name): (("views of posts",), "only videos are counted by plays")
        for name in ("page_info", "play_count", "type")
    },
    ("weibo", "total_number"): (("comments of posts",), "replies deeper down are not counted"),
    **{
        ("weixin", name): (("text of profiles",), "an account may have nothing to say of itself")
        for name in ("dd", "dl", "dt")
    },
    ("weixin", "reply_new"): (("comments of comments",), "older answers tell no totals"),
    ("xiaohongshu", "collected_count"): (("saves of posts",), "a card may tell the likes alone"),
    ("xiaohongshu", "comment_count"): (("comments of posts",), "a card may tell the likes alone"),
    ("xiaohongshu", "shared_count"): (("shares of posts",), "a card may tell the likes alone"),
    **{
        ("xiaohongshu", name): (("time of posts",), "a card may tell no time")
        for name in ("corner_tag_info", "text", "type")
    },
    ("xiaohongshu", "display_title"): (("text of posts",), "a note may have no title"),
    ("zhihu", "followingCount"): (("following of profiles",), "an answer tells less of its author than his own page"),
    ("zhihu", "visitCount"): (("views of posts",), "an answer tells less of its author than his own page"),
    ("zhihu", "queryDisplay"): (("posts",), "two searches of one name are one"),
    ("zhihu", "urlToken"): (("posts",), "a person without an address of his own has no list"),
    ("zhihu", "id"): (("posts",), "answers of one question, one text and one author are one"),
    **{
        ("zhihu", name): (("posts",), "a page may show fewer answers than its question has")
        for name in ("ContentItem", "AnswerItem", "data-zop", "itemId", "suggestedAnswer")
    },
    ("zhihu", "child_comments"): (("comments",), "older answers tell a comment's answers apart"),
    ("zhihu", "child_comment_count"): (("comments of comments",), "a comment deeper down has none"),
    **{
        ("blog", name): (("author of posts",), "a theme may name no author, and its data neither")
        for name in ("author", "name", "yoast_head_json")
    },
    **{
        ("blog", name): (("comments of posts",), "a theme may not say how many comments there are")
        for name in (
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
    ("blog", "xg1"): (("comments of posts", "views of posts"), "a theme of Discuz! may not show a thread's counts"),
    ("blog", "@type"): (
        ("comments of posts", "author of posts"),
        "a theme may not say how many comments there are, nor who wrote",
    ),
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
    **{
        ("blog", name): (("time of posts", "time of comments"), "a forum's time may be in words that are unknown")
        for name in ("keyinfo", "postinfo", "span", "title", "thead")
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
    ("instagram", "full_name"): (("name of profiles",), "an embedded post does not name its author in full"),
    **{
        ("instagram", name): (("comments",), "a guest may be shown none of the comments")
        for name in ("comments_connection", "edges")
    },
    **{
        ("instagram", name): (("posts",), "the list is an answer of its own")
        for name in ("polaris_ordered_timeline_connection", "polaris_timeline_connection")
    },
    ("instagram", "xig_user_by_username"): (
        ("posts", "id of profiles", "text of profiles"),
        "pages of before 2026 tell an account in their meta tags alone",
    ),
    ("instagram", "if_not_gated_logged_out"): (("outcome",), "a null says that a post wants a log-in"),
    ("instagram", "biography"): (("text of profiles",), "who asks the Graph API names the fields"),
    ("instagram", "caption"): (("text of posts",), "a post may have no words"),
    ("instagram", "like_count"): (("likes of posts",), "the Graph API leaves out what an owner hides"),
    ("instagram", "name"): (("name of profiles",), "who asks the Graph API names the fields"),
    ("instagram", "username"): (("author of posts",), "who asks the Graph API names the fields"),
    ("instagram", "view_count"): (("views of posts",), "the Graph API tells it of films alone"),
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
        ("instagram", name): (
            ("comments", "nothing left", "posts", "id of profiles", "text of profiles"),
            "today's pages carry their data in several blocks, or none",
        )
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
        for name in ("browseEndpoint", "longBylineText", "navigationEndpoint", "runs", "shortBylineText")
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
    ("youtube", "description"): (("text of profiles",), "a channel may have nothing to say of itself"),
    ("youtube", "promotedVideoRenderer"): (("posts",), "an advertisement need not be a video"),
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
