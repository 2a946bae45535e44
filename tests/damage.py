"""Damage that a platform's next release could do to a page: what its reader looks for, renamed, removed or retyped.

Each name is damaged in all its places at once, and in one of them alone, whose container stands.
"""

from __future__ import annotations

import ast
import copy
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import lxml.etree

from extractors.records import COUNT_NAMES, PROFILE_COUNT_NAMES, Count, Outcome, Post, Reading, Record
from spiders import base
from spiders.page import Page, UnreadableError
from spiders.recording.documents import script_parts
from tests.losses import LOSSES

ROOT = Path(__file__).resolve().parent.parent
SHARED = ("*.py", "layouts/*.py", "markup/*.py")
SHOWN = frozenset({"href", "src", "content", "alt", "title", "value", "style", "datetime", "aria-label"})
"""Attributes whose values are for people or lead somewhere; the words of all others may be what a reader goes by."""


@cache
def names_read_by(platform: str) -> tuple[str, ...]:
    """The words in the string constants of a platform's file and of what the platforms share: what a reader may look for."""
    files = [ROOT / "spiders" / "platforms" / f"{platform}.py"]
    for pattern in SHARED:
        files += (ROOT / "spiders").glob(pattern)
    words: set[str] = {"a", "p"}
    for file in files:
        if not file.exists():
            continue
        tree = ast.parse(file.read_text("utf-8"))
        notes = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if node not in notes and isinstance(node, ast.Constant) and isinstance(node.value, str):
                words |= set(re.findall(r"[A-Za-z_@][\w-]+", node.value[:2000]))
    return tuple(sorted(words))


@dataclass(frozen=True, slots=True)
class Damage:
    """A page with a name damaged; ``alone``: in one of its places only."""

    name: str
    what: str
    page: Page
    alone: bool = False
    taken: str = ""
    """The text of the elements that were taken out."""


# --- In the text ------------------------------------------------------------------------------------------------------


def renamed(text: str, name: str) -> str:
    """The name replaced wherever it is a key, a tag, an attribute's name, or a word that names an element."""
    word = re.escape(name)
    if name[0] != "@":
        text = re.sub(rf"([{{,]\s*){word}(\s*:)", rf"\1zq{name}\2", text)
        text = re.sub(rf"(\bvar\s+|window\.){word}\b", rf"\1zq{name}", text)
        text = re.sub(rf'(<[^<>]*\s){word}(\s*=\s*["\'])', rf"\1zq{name}\2", text)
        text = re.sub(rf"(</?){word}(?=[\s/>])", rf"\1zq{name}", text)
    text = re.sub(rf'(&quot;|\\?["\']){word}(&quot;|\\?["\'])(\s*:)', rf"\1zq{name}\2\3", text)
    return re.sub(
        r'(\s([\w:-]+)\s*=\s*)("[^"]*"|\'[^\']*\')',
        lambda found: (
            found[0] if found[2].lower() in SHOWN or name not in found[3] else found[1] + _other(found[3], word, name)
        ),
        text,
    )


def _other(value: str, word: str, name: str) -> str:
    return re.sub(rf"(?<![\w-]){word}(?![\w-])", f"zq{name}", value)


# --- In the tree ------------------------------------------------------------------------------------------------------


class Laid:
    """A page taken apart: the JSON that it is or holds, and its elements."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root: Any = None
        self.values: list[Any] = []
        self.lines = False
        self.scripts: list[tuple[int, list[Any]]] = []
        if page.looks_json:
            try:
                self.values = [page.json]
            except UnreadableError:
                self.values, self.lines = list(page.json_lines()), True
        else:
            self.is_xml = page.text.lstrip("\ufeff \r\n\t").startswith("<?xml") or "xml" in (page.content_type or "")
            if self.is_xml:
                parser: Any = lxml.etree.XMLParser(recover=True, resolve_entities=False)
            else:
                parser = lxml.etree.HTMLParser(encoding="utf-8")
            self.root = lxml.etree.fromstring(page.text.lstrip("\ufeff").encode("utf-8", "replace"), parser)
            for number, element in enumerate(self.root.iter("script")):
                parts = list(script_parts(element.text or ""))
                for part in parts:
                    if isinstance(part, dict):
                        self.values.append(part["json"])
                self.scripts.append((number, parts))

    def with_values(self, values: list[Any]) -> Page:
        """The page with other JSON in the places of its own."""
        if self.root is None:
            text = "\n".join(json.dumps(value, ensure_ascii=False) for value in values)
            return self.made(text)
        root, left = copy.deepcopy(self.root), iter(values)
        for element, (_, parts) in zip(list(root.iter("script")), self.scripts, strict=True):
            made = [
                json.dumps(next(left), ensure_ascii=False).replace("</", "<\\/") if isinstance(part, dict) else part[0]
                for part in parts
            ]
            element.text = "".join(made)
        return self.of_root(root)

    def of_root(self, root: Any) -> Page:
        """The page with another tree."""
        kind: Any = "xml" if self.is_xml else "html"
        return self.made(lxml.etree.tostring(root, encoding="unicode", method=kind))

    def made(self, text: str) -> Page:
        """The page with another text."""
        return replace(self.page, body=text.encode("utf-8", "replace"), content_type=as_utf8(self.page.content_type))

    def bearing(self, root: Any, name: str) -> list[Any]:
        """The elements that are called so: by their tag, an attribute's name, or a word of an attribute that is not shown."""
        if not re.fullmatch(r"[A-Za-z_][\w-]*", name):
            return []
        found = []
        for element in root.iter(lxml.etree.Element):
            if not isinstance(element.tag, str) or element.tag in {"html", "body", "head"}:
                continue
            words = " ".join(value for key, value in element.attrib.items() if str(key) not in SHOWN and name in value)
            if (
                element.tag.rpartition("}")[2] == name
                or name in element.attrib
                or (words and re.search(rf"(?<![\w-]){name}(?![\w-])", words))
            ):
                found.append(element)
        return found


def as_utf8(content_type: str | None) -> str | None:
    """A content type whose charset is that of the damaged page."""
    return (
        None if content_type is None else re.sub(r"charset=[^;]+", "charset=utf-8", content_type, flags=re.IGNORECASE)
    )


REMOVED = object()
Other = tuple[str, Callable[[Any], Any]]
OTHERS: tuple[Other, ...] = (
    ("removed", lambda value: REMOVED),
    ("made null", lambda value: None),
    ("made text", lambda value: "zq"),
    ("made a list", lambda value: "zq" if isinstance(value, list) else ["zq"]),
    ("made an object", lambda value: ["zq"] if isinstance(value, dict) else {"zq": 1}),
)
"""What becomes of a key's value."""


def changed(value: Any, name: str, made: Callable[[Any], Any]) -> Any:
    """JSON with the values of a key made another, in all its places."""
    if isinstance(value, dict):
        kept = {}
        for key, item in value.items():
            now = made(item) if key == name and item is not None else changed(item, name, made)
            if now is not REMOVED:
                kept[key] = now
        return kept
    return [changed(item, name, made) for item in value] if isinstance(value, list) else value


def holds(value: Any, name: str) -> bool:
    """Whether a key stands anywhere in JSON, with a value."""
    if isinstance(value, dict):
        return value.get(name) is not None or any(holds(item, name) for item in value.values())
    return isinstance(value, list) and any(holds(item, name) for item in value)


def in_one(value: Any, name: str) -> Any | None:
    """JSON with a key removed from the last item that has it of the first list where several have; None where there is none."""
    if isinstance(value, list):
        having = [at for at, item in enumerate(value) if isinstance(item, dict) and holds(item, name)]
        if len(having) > 1:
            last = having[-1]
            return [changed(item, name, lambda _: REMOVED) if at == last else item for at, item in enumerate(value)]
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        made = in_one(item, name)
        if made is not None:
            parts: Any = copy.copy(value)
            parts[key] = made
            return parts
    return None


def damaged(page: Page, platform: str, *, wholly: bool = True) -> Iterator[Damage]:
    """Each damage to a page; not ``wholly``: the further damages only of names without which the page reads otherwise."""
    text = page.text
    before = base.read(replace(page, platform=platform))[1]
    try:
        laid: Laid | None = Laid(page)
    except (lxml.etree.LxmlError, UnreadableError):
        laid = None
    if laid is not None and base.read(replace(laid.with_values(laid.values), platform=platform))[1] != before:
        laid = None
    for name in names_read_by(platform):
        if name not in text and name.replace("@", "\\u0040") not in text:
            continue
        made = renamed(text, name)
        named = replace(
            page, body=made.encode("utf-8", "replace"), content_type=as_utf8(page.content_type), platform=platform
        )
        if made != text:
            yield Damage(name, "renamed", named)
        if laid is None or not (wholly or base.read(named)[1] != before):
            continue
        yield from in_values(laid, name, OTHERS if wholly else OTHERS[:4])
        if laid.root is not None:
            yield from in_elements(laid, name)


def in_values(laid: Laid, name: str, others: tuple[Other, ...] = OTHERS) -> Iterator[Damage]:
    """The damages to a key of a page's JSON."""
    if not any(holds(value, name) for value in laid.values):
        return
    for what, made in others:
        yield Damage(name, what, laid.with_values([changed(value, name, made) for value in laid.values]))
    for at, value in enumerate(laid.values):
        one = in_one(value, name)
        if one is not None:
            yield Damage(
                name, "removed from one", laid.with_values([*laid.values[:at], one, *laid.values[at + 1 :]]), True
            )
            break


def in_elements(laid: Laid, name: str) -> Iterator[Damage]:
    """The damages to the elements that bear a name."""
    found = laid.bearing(laid.root, name)
    if not found:
        return
    whole, texts = said(laid.root), [said(element) for element in found]
    if len(max(texts, key=len)) > MOST * len(whole):
        return
    root = copy.deepcopy(laid.root)
    for element in laid.bearing(root, name):
        removed(element)
    yield Damage(name, "elements removed", laid.of_root(root), taken=" ".join(texts))
    if len(found) > 1:
        root = copy.deepcopy(laid.root)
        removed(laid.bearing(root, name)[-1])
        yield Damage(name, "one element removed", laid.of_root(root), True, texts[-1])


MOST = 0.5
"""An element that holds more of a page's text than this is the page: without it nothing tells what was there."""


def said(element: Any) -> str:
    """The text in an element, folded."""
    parts = element.xpath(".//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]")
    return " ".join("".join(parts).split())


def removed(element: Any) -> None:
    """Take an element out of its tree; the text after it stays."""
    parent = element.getparent()
    if parent is None:
        return
    before, tail = element.getprevious(), element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    element.tail = None
    parent.remove(element)


# --- What a reading may not say then ----------------------------------------------------------------------------------


FORMLESS = {"page"}
"""Platforms of no layout of their own: a page that no longer describes itself is a page like any other."""
GROUPS = {
    "id": ("id",),
    "handle": ("handle",),
    "author": ("author", "author_id", "author_name"),
    "text": ("title", "text"),
    "name": ("name",),
    "time": ("published_at",),
    **{name: (name,) for name in dict.fromkeys((*COUNT_NAMES, *PROFILE_COUNT_NAMES))},
}
"""What can't vanish from the records of a page while the page reads ok: one of each group."""


def kind_of(record: Record) -> str:
    """Posts, comments and profiles lack different things."""
    return ("comments" if record.kind == "comment" else "posts") if isinstance(record, Post) else "profiles"


def identity(record: Record) -> tuple[str | None, ...]:
    """What tells a record from others of its page."""
    if isinstance(record, Post):
        return (kind_of(record), record.id or record.url or (record.title or record.text or "")[:60])
    return ("profiles", record.handle or record.id or record.url or record.name)


def counts_of(record: Record) -> Iterator[tuple[str, Count]]:
    """The counts that a record tells."""
    for name in COUNT_NAMES if isinstance(record, Post) else PROFILE_COUNT_NAMES:
        value: Count | None = getattr(record, name)
        if value is not None:
            yield name, value


def primary(reading: Reading) -> tuple[Record, ...]:
    """The records of a page but for quoted posts, which may be there or not."""
    quoted = {post.quote_of for post in reading.posts} - {None}
    return tuple(record for record in reading.records if not isinstance(record, Post) or record.id not in quoted)


def was_in(taken: str, record: Record) -> bool:
    """Whether what was taken out held a record: its name, its title, or a line of its text."""
    if isinstance(record, Post):
        lines = [record.title or "", *(record.text or "").splitlines()]
    else:
        lines = [record.name or "", record.handle or ""]
    openings = [" ".join(line.split())[:12] for line in lines]
    return any(words and words in taken for words in openings)


def has(record: Record, group: str) -> bool:
    """Whether a record tells one of a group."""
    return any(getattr(record, name, None) not in (None, "") for name in GROUPS[group])


def faults(before: Reading, after: Reading, damage: Damage) -> Iterator[tuple[str, str]]:
    """What a reading of a damaged page may not do: end as if all were well, or tell a number that was not there.

    Each as the kind of loss (``likes of posts``), which may be a page's right, and the words for it.
    """
    if after.outcome not in {Outcome.OK, Outcome.PARTIAL, Outcome.DRIFT}:
        yield "nothing left" if damage.what == "elements removed" else "outcome", f"outcome {after.outcome}"
    formless = all(record.platform in FORMLESS for record in before.records)
    if after.outcome is Outcome.OK and not formless:
        yield from losses(primary(before), primary(after), damage)
    yield from made_up(before, after)
    for reason in {after.reason, *(unread.reason for unread in after.unread)} - {None}:
        if PYTHON.search(reason or ""):
            yield "reason", f"reason {reason!r}"


PYTHON = re.compile(
    r"StopIteration|NoneType|\bobject is\b|out of range|to unpack|no attribute|\boperand|\bargument\b|\bindices must\b"
)
"""What Python says of a fault, and no reader of a reason wants to know."""


def losses(before: tuple[Record, ...], after: tuple[Record, ...], damage: Damage) -> Iterator[tuple[str, str]]:
    """The records that a reading no longer has, and what no record of a kind tells any more; of one alone: or one of them.

    An element may have been the record itself, or its text, which it may lack; a null may say that there is nothing.
    """
    alone = damage.alone
    for kind in ("posts", "comments", "profiles"):
        was, now = ([record for record in records if kind_of(record) == kind] for records in (before, after))
        known = {identity(record): record for record in now}
        lost = [record for record in was if identity(record) not in known] if len(was) > len(now) else []
        if lost and not (damage.taken and all(was_in(damage.taken, record) for record in lost)):
            yield kind, f"ok with {len(was) - len(now)} of {len(was)} {kind} lost"
        if lost or damage.what == "made null":
            continue
        for group in GROUPS:
            if group == "text" and damage.taken:
                continue
            had = [record for record in was if has(record, group)]
            if not had or not now:
                continue
            if not any(has(record, group) for record in now):
                yield f"{group} of {kind}", f"ok without {group} of {kind}"
            elif alone and len(had) == len(was):
                for record in had:
                    same = known.get(identity(record))
                    if same is not None and not has(same, group):
                        yield f"{group} of {kind}", f"ok without {group} of one of {kind}"


def made_up(before: Reading, after: Reading) -> Iterator[tuple[str, str]]:
    """The numbers that a page did not tell of the record that has them now."""
    known = {identity(record): record for record in before.records}
    for record in after.records:
        original = known.get(identity(record))
        for name, value in counts_of(record):
            was: Count | None = getattr(original, name) if original is not None else None
            if original is None:
                alike = (getattr(other, name) for other in before.records if type(other) is type(record))
                if not any(overlap(value, other) for other in alike):
                    yield "number", f"{name} {value.shown or value.low} of a record that was not there"
            elif not overlap(value, was):
                yield (
                    "number",
                    f"{name} {value.shown or value.low}, was {None if was is None else was.shown or was.low}",
                )


def overlap(value: Count, other: Count | None) -> bool:
    """Whether two counts can be of one number."""
    return (
        other is not None
        and (other.high is None or value.low <= other.high)
        and (value.high is None or other.low <= value.high)
    )


def unseen(page: Page, *, wholly: bool = True) -> list[str]:
    """Each damage to a page that is not seen for what it is; none where the page does not read ok."""
    platform, before = base.read(page)
    if platform is None or before.outcome is not Outcome.OK:
        return []
    found: dict[str, None] = {}
    for damage in damaged(page, platform, wholly=wholly):
        after = base.read(replace(damage.page, platform=platform))[1]
        if after == before:
            continue
        allowed = (*LOSSES.get((platform, damage.name), ((), ""))[0], *LOSSES.get((platform, "*"), ((), ""))[0])
        for loss, words in faults(before, after, damage):
            if loss not in allowed:
                found.setdefault(f"{damage.name} {damage.what}: {words}")
    return list(found)


def main() -> None:
    """Print, for each saved page in the folders given, the damages that its reading does not show."""
    from spiders.sources import found_in

    for folder in map(Path, sys.argv[1:]):
        for found in found_in(folder):
            if found.page is not None:
                wrong = unseen(found.page)
                print(f"{found.name}: {len(wrong)}", *wrong, sep="\n    ", flush=True)


if __name__ == "__main__":
    main()
