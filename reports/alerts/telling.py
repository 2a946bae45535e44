"""Alerts in words: one message each, or a digest where there are many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from reports.alerts import KINDS, Found
from reports.delivery import Message
from reports.forms.page import safe_link
from reports.sections.base import interval_of
from reports.text import clean
from reports.words import Words
from storage.alerts import Alert

Names = Mapping[str, str]
Links = Mapping[int, str]


def in_order(alerts: Iterable[Alert], brands: Sequence[str]) -> list[Alert]:
    """The brand's own first, sources last, each by kind and then by age."""

    def place(one: Alert) -> tuple[int, int, int]:
        brand = one.evidence["brand"]
        return (
            brands.index(brand) if brand in brands else len(brands),
            KINDS.index(one.kind) if one.kind in KINDS else len(KINDS),
            one.alert_id,
        )

    return sorted(alerts, key=place)


def sentence(one: Alert, words: Words, names: Names) -> str:
    """What happened, in one sentence with its numbers and the rule or the chance."""
    found: dict[str, Any] = {**one.evidence}
    brand = clean(names.get(found["brand"], found["brand"]), 60)
    platform = words.named("platform", found.get("platform", ""))
    p = chance(words, found["p"]) if found.get("p") is not None else ""
    if one.kind == "spike":
        terms = [f"“{clean(term, 60)}”" for term in found["terms"][:3]]
        cause = words("sentence.cause_terms", terms=words.list(terms)) if terms else words("sentence.cause_none")
        return words(
            "sentence.spike_storm" if found["storm"] else "sentence.spike",
            day=words.day_text(found["day"]),
            brand=brand,
            texts=words.number(found["texts"]),
            copies=words.number(found["copies"]),
            expected=words.number(found["expected"]),
            p=p,
            cause=cause,
        )
    if one.kind == "sentiment":
        return words(
            "alert.sentiment",
            brand=brand,
            now=words.both(interval_of(found["now"]), "net"),
            then=words.both(interval_of(found["then"]), "net"),
            days=words.days_text(found["first"], found["last"]),
            n=words.number(found["n"]),
            n_before=words.number(found["n_before"]),
            p=p,
        )
    if one.kind == "followers":
        return words(
            "alert.followers",
            brand=brand,
            platform=platform,
            before=words.best(interval_of(found["before"]), "followers"),
            after=words.best(interval_of(found["after"]), "followers"),
            growth=words.both(interval_of(found["growth"]), "growth"),
            days=words.period(words.day_at(found["from"]), words.day_at(found["to"])),
        )
    if one.kind == "viral":
        return words(
            "alert.viral_own" if found["own"] else "alert.viral",
            brand=brand,
            platform=platform,
            engagement=words.best(interval_of(found["engagement"]), "engagement"),
            usual=words.number(found["usual"]),
            n=words.number(found["n"]),
            z=words.best(interval_of(found["z"]), "z"),
        )
    since = words.moment(found["since"]) if found["since"] else words("alert.never")
    if found["rule"] == "nothing-read":
        reasons = "; ".join(
            f"{clean(reason, 80)} ({words.number(pages)})" for reason, pages in found["reasons"].items()
        )
        return words("alert.silent", platform=platform, since=since, reasons=reasons or "–")
    what = f"{platform} ({clean(found['target'], 80)})" if found["target"] else platform
    return words(
        "alert.silent_few",
        platform=what,
        records=words.number(found["records"]),
        expected=words.number(found["expected"]),
        p=p,
    )


def chance(words: Words, p: float) -> str:
    """A probability after its p."""
    told = words.chance(p)
    return told if told.startswith("<") else f"= {told}"


def lines(one: Alert, words: Words, names: Names, links: Links) -> list[str]:
    """The sentence, the posts to read, and how to see what it was made of."""
    addresses = [links[number] for number in one.evidence.get("posts", ()) if number in links]
    figures = one.evidence["figures"][:1]
    return [
        clean(sentence(one, words, names)),
        *(f"  {address}" for address in addresses if safe_link(address)),
        *(f"  {words('alert.figure', id=name)}" for name in figures),
    ]


def messages(
    alerts: Sequence[Alert], words: Words, names: Names, links: Links, digest: int
) -> list[tuple[Message, tuple[Alert, ...]]]:
    """One message for each alert, or one for all where there are at least ``digest``."""
    if len(alerts) >= digest:
        text = "\n\n".join("\n".join(lines(one, words, names, links)) for one in alerts)
        told = [clean(names.get(brand, brand), 60) for brand in dict.fromkeys(one.evidence["brand"] for one in alerts) if brand]  # fmt: skip
        subject = words("alert.subject_many", count=words.number(len(alerts)), brands=words.list(told) or words("alert.sources"))  # fmt: skip
        return [(Message(subject, text + "\n"), tuple(alerts))]
    return [
        (Message(subject_of(one, words, names), "\n".join(lines(one, words, names, links)) + "\n"), (one,))
        for one in alerts
    ]


def subject_of(one: Alert, words: Words, names: Names) -> str:
    """Kind and brand or source, with its day."""
    brand, platform = one.evidence["brand"], one.evidence.get("platform", "")
    who = clean(names.get(brand, brand), 60) if brand else words.named("platform", platform)
    return words(f"alert.kind_{one.kind}", who=who, day=words.day_text(one.evidence["day"]))


def day_of(evidence: Mapping[str, Any]) -> date:
    """The day on which an alert's thing was last seen."""
    return date.fromisoformat(evidence["last_seen"])


def as_evidence(found: Found) -> dict[str, Any]:
    """Evidence as it is kept: what was found, of whom, and until when it was seen."""
    day = found.day.isoformat()
    return {"brand": found.brand, "subject": found.subject, "day": day, "last_seen": day, **found.evidence}
