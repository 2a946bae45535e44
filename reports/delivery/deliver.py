"""Bringing a report to its readers: each target gets it once, a fault at one does not keep it from the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from reports.delivery import DeliveryError, Message, Target, chat, mail, places
from reports.delivery.messages import report_message, subject
from reports.document import Document
from reports.text import clean
from reports.words import Words

IfNothing = Literal["skip", "line", "send"]


@dataclass(frozen=True, slots=True)
class Ways:
    """The operator's servers, as the environment tells them."""

    smtp: str | None = None
    mail_from: str | None = None
    chats: str | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """What happened at each target: its places, or the sentence of what went wrong."""

    target: Target
    places: tuple[str, ...] = ()
    fault: str = ""


def nothing_new(document: Document) -> bool:
    """Whether pages were read and no text of the period names any of the brands; where nothing could be read, that itself is news."""
    voice = [value for one in document.figures.values() if one.metric == "share-of-voice" for value in one.values]
    coverage = [value for one in document.figures.values() if one.metric == "coverage" for value in one.values]
    read = any(value.interval is not None and value.interval.best > 0 for value in coverage)
    return read and not any(value.n for value in voice)


def deliver(
    document: Document,
    files: Mapping[str, bytes],
    targets: Sequence[Target],
    ways: Ways,
    if_nothing: IfNothing = "skip",
    placed: Mapping[str, bytes] | None = None,
) -> list[Delivered]:
    """Bring the report to every target; places come first, so that messages can name them. ``placed`` are the files of folders and sites where they differ."""
    if nothing_new(document) and if_nothing != "send":
        return (
            []
            if if_nothing == "skip"
            else tell(one_line(document), [one for one in targets if one.kind in {"mail", "chat"}], ways)
        )
    done = []
    for target in targets:
        if target.kind in {"site", "folder"}:
            try:
                done.append(Delivered(target, tuple(put(document, files if placed is None else placed, target))))
            except DeliveryError as error:
                done.append(Delivered(target, fault=str(error)))
    found = [
        place
        for one in done
        for place in one.places
        if place.endswith(".html") and place.rpartition("/")[2] in {*files}
    ]
    messages = [target for target in targets if target.kind in {"mail", "chat"}]
    if messages:
        done += tell(report_message(document, files, found), messages, ways)
    return done


def put(document: Document, files: Mapping[str, bytes], target: Target) -> list[str]:
    """Write the files into a folder, or onto a site."""
    if target.kind == "folder":
        return places.put(target.place, files)
    scope = document.scope
    page = next((name for name in files if name.endswith(".html") and "/" not in name), "")
    if not page:
        raise DeliveryError(f"site {target.place}: a site shows pages; add html to the formats")
    entry = places.Entry(
        file=f"reports/{page}",
        title=clean(document.title, 200),
        brand=scope.brand,
        first=scope.first.isoformat(),
        last=scope.last.isoformat(),
        as_of=scope.as_of.isoformat(),
        language=document.language,
        summary=tuple(clean(sentence.text, 600) for sentence in document.summary),
        others=tuple(f"reports/{name}" for name in files if name != page and "/" not in name),
    )
    return places.publish(target.place, entry, {f"reports/{name}": content for name, content in files.items()})


def tell(message: Message, targets: Sequence[Target], ways: Ways) -> list[Delivered]:
    """Send a message: one mail to all its receivers, and to each chat."""
    done = []
    receivers = [target for target in targets if target.kind == "mail"]
    if receivers:
        addresses = [target.place for target in receivers]
        try:
            mail.send(message, ways.smtp, ways.mail_from, addresses)
            done += [Delivered(target, (target.place,)) for target in receivers]
        except DeliveryError as error:
            done += [Delivered(target, fault=str(error)) for target in receivers]
    for target in targets:
        if target.kind == "chat":
            try:
                chat.send(message, chat.addresses(ways.chats), target.place)
                done.append(Delivered(target, (target.place,)))
            except DeliveryError as error:
                done.append(Delivered(target, fault=str(error)))
    return done


def one_line(document: Document) -> Message:
    """That there is nothing new, in one line."""
    words = Words(document.language, document.scope.zone)
    return Message(subject(document, words), words("report.nothing", brand=clean(document.title, 80)) + "\n")
