"""A worked question for each table and view: SQL that runs on SQLite and PostgreSQL alike. The data dictionary shows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody may want to know, and the query that tells it."""

    about: str
    asks: str
    sql: str


def question(about: str, asks: str, sql: str) -> Question:
    """A question with its query's lines at the margin."""
    lines = sql.strip("\n").splitlines()
    margin = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return Question(about, asks, "\n".join(line[margin:].rstrip() for line in lines).rstrip())


QUESTIONS = (
    question("accounts", "How many followers has each brand, platform by platform?", """
        SELECT brand_id, platform, SUM(followers) AS followers
        FROM accounts WHERE brand_id IS NOT NULL AND NOT mirror
        GROUP BY brand_id, platform ORDER BY brand_id, platform
    """),
    question("posts", "Which posts of a month were liked most?", """
        SELECT day, platform, author, likes, url
        FROM posts WHERE published_at >= '2026-03-01' AND published_at < '2026-04-01' AND likes IS NOT NULL
        ORDER BY likes DESC, post_id LIMIT 20
    """),
    question("mentions", "How often was each brand named by others, day by day, copies left out?", """
        SELECT day, brand, COUNT(DISTINCT post_id) AS posts
        FROM mentions
        WHERE published_at >= '2026-03-01' AND published_at < '2026-04-01'
            AND standing = 'earned' AND relevance >= 0.5 AND NOT copy
        GROUP BY day, brand ORDER BY day, brand
    """),
    question("post_history", "How did the views of one post grow?", """
        SELECT observed_at, views, likes, comments
        FROM post_history WHERE post_id = 1 ORDER BY observed_at
    """),
    question("account_history", "How many followers had an account at the end of each day?", """
        SELECT day, followers
        FROM account_history AS h
        WHERE account_id = 1 AND observed_at = (
            SELECT MAX(observed_at) FROM account_history
            WHERE account_id = h.account_id AND day = h.day AND followers IS NOT NULL)
        ORDER BY day
    """),
    question("fetch_days", "On which days did a platform give nothing?", """
        SELECT day, platform, SUM(fetches) AS asked,
               SUM(CASE WHEN outcome IN ('ok', 'partial', 'unchanged') THEN fetches ELSE 0 END) AS answered
        FROM fetch_days GROUP BY day, platform ORDER BY answered, day, platform
    """),
    question("post_observation", "Of which posts of a month were views shown as a lower bound alone?", """
        SELECT p.post_id, o.observed_at, o.views_low
        FROM post AS p JOIN post_observation AS o ON o.post_id = p.post_id
        WHERE p.published_at >= '2026-03-01' AND p.published_at < '2026-04-01'
            AND o.views_low IS NOT NULL AND o.views_high IS NULL
        ORDER BY o.observed_at, p.post_id LIMIT 100
    """),
    question("account_observation", "Between which numbers did an account's followers lie?", """
        SELECT observed_at, followers_low, followers_high
        FROM account_observation WHERE account_id = 1 ORDER BY observed_at
    """),
    question("brand", "Which brands are watched now?", """
        SELECT brand_id, name FROM brand WHERE active ORDER BY name
    """),
    question("product", "Which products belong to which brand?", """
        SELECT b.name AS brand, p.name AS product
        FROM product AS p JOIN brand AS b ON b.brand_id = p.brand_id ORDER BY 1, 2
    """),
    question("watchlist_change", "When did what is matched change?", """
        SELECT changed_at, summary FROM watchlist_change ORDER BY changed_at
    """),
    question("account", "Which watched accounts are new to the collection?", """
        SELECT platform, handle, first_seen_at
        FROM account WHERE brand_id IS NOT NULL ORDER BY first_seen_at DESC LIMIT 20
    """),
    question("post", "How many posts of a month were found gone, and on which platforms?", """
        SELECT platform, COUNT(*) AS posts, COUNT(gone_at) AS gone
        FROM post WHERE published_at >= '2026-03-01' AND published_at < '2026-04-01'
        GROUP BY platform ORDER BY platform
    """),
    question("post_version", "How was a post worded before it was edited?", """
        SELECT r.observed_at, v.attributes
        FROM post_read AS r JOIN post_version AS v ON v.post_id = r.post_id AND v.version = r.version
        WHERE r.post_id = 1 ORDER BY r.observed_at
    """),
    question("account_version", "What did an account's page say of it?", """
        SELECT attributes FROM account_version WHERE account_id = 1
    """),
    question("post_read", "On which kept page stands a number?", """
        SELECT r.observed_at, r.likes_low, f.url, f.archive_file, f.archive_offset
        FROM post_read AS r JOIN "fetch" AS f ON f.fetch_id = r.fetch_id
        WHERE r.post_id = 1 ORDER BY r.observed_at
    """),
    question("account_read", "Which pages showed an account?", """
        SELECT f.fetched_at, f.url, f.via
        FROM account_read AS r JOIN "fetch" AS f ON f.fetch_id = r.fetch_id
        WHERE r.account_id = 1 ORDER BY f.fetched_at
    """),
    question("run", "Which runs ended badly?", """
        SELECT run_id, kind, platform, started_at, note
        FROM run WHERE exit_status <> 0 ORDER BY started_at DESC LIMIT 20
    """),
    question("fetch", "What kept pages away, and how often?", """
        SELECT platform, outcome, reason, COUNT(*) AS fetches
        FROM "fetch" WHERE state = 'done' AND outcome NOT IN ('ok', 'unchanged')
        GROUP BY platform, outcome, reason ORDER BY fetches DESC, 1, 2, 3
    """),
    question("fetch_again", "How many pages did each run bring that were here already?", """
        SELECT run_id, COUNT(*) AS pages FROM fetch_again GROUP BY run_id ORDER BY run_id
    """),
    question("host", "Which hosts asked us to wait?", """
        SELECT host, not_before FROM host WHERE not_before IS NOT NULL ORDER BY not_before DESC
    """),
    question("job", "When is each job due, and how did it end last?", """
        SELECT name, last_finished_at, last_exit_status, next_due_at FROM job ORDER BY next_due_at, name
    """),
    question("missed_run", "When was no scheduler there, and what was missed?", """
        SELECT first_due_at, noted_at, job, runs FROM missed_run ORDER BY noted_at DESC, job
    """),
    question("lease", "Who leads?", """
        SELECT name, owner, until FROM lease ORDER BY name
    """),
    question("suppression", "How many people and posts were erased?", """
        SELECT COUNT(*) AS entries, MAX(erased_at) AS latest FROM suppression
    """),
    question("archive_drop", "Which archived pages wait to be dropped?", """
        SELECT archive_file, archive_offset, asked_at FROM archive_drop ORDER BY asked_at
    """),
    question("setting", "By which views and which key was this database written?", """
        SELECT name, value FROM setting ORDER BY name
    """),
    question("annotation", "In which languages do people write?", """
        SELECT language, COUNT(*) AS posts FROM annotation GROUP BY language ORDER BY posts DESC, language
    """),
    question("mention", "How is each product spoken of?", """
        SELECT brand_id, product_id, sentiment, COUNT(*) AS mentions
        FROM mention WHERE product_id IS NOT NULL
        GROUP BY brand_id, product_id, sentiment ORDER BY 1, 2, 3
    """),
    question("keyword", "Which terms come with a brand?", """
        SELECT k.term, COUNT(DISTINCT k.post_id) AS posts
        FROM mentions AS m JOIN keyword AS k ON k.post_id = m.post_id
        WHERE m.brand_id = 'acme' AND m.published_at >= '2026-03-01' AND m.published_at < '2026-04-01'
        GROUP BY k.term ORDER BY posts DESC, k.term LIMIT 20
    """),
    question("entity", "Which names turn up beside a brand?", """
        SELECT e.folded, e.label, COUNT(DISTINCT e.post_id) AS posts
        FROM mentions AS m JOIN entity AS e ON e.post_id = m.post_id
        WHERE m.brand_id = 'acme' AND m.published_at >= '2026-03-01' AND m.published_at < '2026-04-01'
        GROUP BY e.folded, e.label ORDER BY posts DESC, 1, 2 LIMIT 20
    """),
    question("intent", "What do people ask of a brand?", """
        SELECT i.kind, COUNT(DISTINCT i.post_id) AS posts
        FROM mentions AS m JOIN intent AS i ON i.post_id = m.post_id
        WHERE m.brand_id = 'acme' AND m.published_at >= '2026-03-01' AND m.published_at < '2026-04-01'
        GROUP BY i.kind ORDER BY posts DESC, i.kind
    """),
    question("label", "How many mentions has an analyst judged?", """
        SELECT brand_id, relevant, COUNT(*) AS labels FROM label GROUP BY brand_id, relevant ORDER BY 1, 2
    """),
    question("duplicate_group", "Which texts were copied most?", """
        SELECT group_id, COUNT(*) AS copies FROM duplicate_group
        GROUP BY group_id HAVING COUNT(*) > 1 ORDER BY copies DESC, group_id LIMIT 20
    """),
    question("duplicate_band", "Which posts may be near-duplicates of one post?", """
        SELECT other.post_id, COUNT(*) AS bands
        FROM duplicate_band AS mine JOIN duplicate_band AS other ON other.band = mine.band
        WHERE mine.post_id = 1 AND other.post_id <> 1
        GROUP BY other.post_id ORDER BY bands DESC, other.post_id
    """),
    question("duplicate_signature", "For how many posts are near-duplicates known?", """
        SELECT COUNT(*) AS posts FROM duplicate_signature
    """),
    question("report", "Which reports were made of a brand?", """
        SELECT report_id, from_day, to_day, made_at, place
        FROM report WHERE brand_id = 'acme' ORDER BY made_at DESC
    """),
    question("alert", "What was alerted of late?", """
        SELECT kind, about, raised_at, sent_at FROM alert ORDER BY raised_at DESC LIMIT 20
    """),
    question("alert_sent", "Who was told of what, and how long after it was raised?", """
        SELECT s.target, a.kind, a.about, a.raised_at, s.sent_at
        FROM alert_sent AS s JOIN alert AS a ON a.alert_id = s.alert_id ORDER BY s.sent_at DESC, s.target LIMIT 20
    """),
)  # fmt: skip
