"""Save what pages said of things: rows looked up once a batch, written in bulk.

What comes in the order of time is decided on the way, from what the row knows of its last read. All else (an older page, two
pages of the same second, an address that turns out to be an id's) is written and handed back to be settled from the whole set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage.keys import pruned_key
from storage.observations import Counts, differs, shown
from storage.tables import UNKNOWN_TIME, annotation
from storage.things import POST, Thing
from storage.upserts import Driver, compact
from storage.wording import PRECISION, TIMES, Said, Words, counts_version, digest, encode

STATE = ("version", "counts_version", "counted_at", "last_seen_at", "aliased")


@dataclass(slots=True)
class Shown:
    """What one page said of one thing, and when."""

    said: Said
    at: datetime
    fetch_id: int


@dataclass(slots=True)
class State:
    """A row as it is while a batch is written: what its last read was, and what must be changed."""

    key: str
    new: bool
    row_id: int
    alias: str | None
    version: str = ""
    counts_version: str | None = None
    counted_at: datetime | None = None
    last_seen_at: datetime = UNKNOWN_TIME
    aliased: bool = False
    gone: bool = False
    precision: str | None = None
    brand_id: str | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    unsettled: bool = False
    claims: bool = False


class Saver:
    """Saves one kind of thing for one batch."""

    def __init__(self, driver: Driver, thing: Thing, words: Words) -> None:
        self.driver = driver
        self.words = words
        self.thing = thing
        self.reads: list[tuple[Any, ...]] = []
        self.versions: dict[tuple[int, str], str] = {}
        self.states: list[State] = []

    def save(self, all_shown: Sequence[Shown]) -> set[int]:
        """Write what pages said; each said gets its ``row_id``. Returns the rows that must be settled."""
        by_scope: dict[tuple[str, ...], list[Shown]] = defaultdict(list)
        for item in all_shown:
            by_scope[item.said.scope].append(item)
        for scope, items in by_scope.items():
            self.save_scope(scope, items)
        return {state.row_id for state in self.states if state.unsettled}

    def save_scope(self, scope: tuple[str, ...], items: list[Shown]) -> None:
        """Write the things of one platform, site and namespace."""
        states = self.look_up(scope, items)
        distinct = list({id(state): state for state in states.values()}.values())
        fresh = [state for state in distinct if state.new]
        numbers = self.driver.numbers(self.thing.table, self.thing.id_name, len(fresh)) if fresh else []
        for state, number in zip(fresh, numbers, strict=True):
            state.row_id = number
        reads: list[tuple[Any, ...]] = []
        versions: dict[tuple[int, str], str] = {}
        # A page that shows a thing by its id and again without counts once, by its id: that is settled.
        for item in sorted(items, key=lambda item: (item.at, item.fetch_id, item.said.key is None)):
            state = states[item.said.key or "", item.said.alias]
            item.said.row_id = state.row_id
            reads.append(self.read(state, item, versions))
        self.write(scope, distinct, reads, versions)

    def look_up(self, scope: tuple[str, ...], items: Iterable[Shown]) -> dict[tuple[str, str | None], State]:
        """The row of each key or, where no key is shown, of each alias; rows that are not there yet are begun."""
        keys = {item.said.key for item in items if item.said.key is not None}
        aliases = {item.said.alias for item in items if item.said.key is None and item.said.alias is not None}
        by_key = {state.key: state for state in self.rows(scope, self.thing.key_name, keys | aliases)}
        owners: dict[str, State] = {}
        for state in sorted(self.rows(scope, self.thing.alias_name, aliases), key=lambda state: state.key):
            if state.alias is not None and state.key != state.alias:
                owners.setdefault(state.alias, by_key.setdefault(state.key, state))
        found: dict[tuple[str, str | None], State] = {}
        for item in items:
            said = item.said
            if said.key is None and said.told_by in owners:
                state = owners[said.told_by]
            else:
                state = by_key.setdefault(said.told_by, State(said.told_by, new=True, row_id=0, alias=None))
            found[said.key or "", said.alias] = state
        if self.thing is POST and self.words.has_pruned:
            self.revive(scope, [state for state in by_key.values() if state.new])
        return found

    def revive(self, scope: tuple[str, ...], begun: list[State]) -> None:
        """Find posts that were reduced to a keyed hash and are seen again: they are no new ones."""
        hidden = {pruned_key(self.words.pseudonyms, scope, state.key): state for state in begun}
        hidden.pop(None, None)
        for old in self.rows(scope, self.thing.key_name, {key for key in hidden if key is not None}):
            state = hidden[old.key]
            old.changes["native_id"] = old.key = state.key
            for name in old.__slots__:
                setattr(state, name, getattr(old, name))

    def rows(self, scope: tuple[str, ...], name: str, values: set[str]) -> list[State]:
        """What is known of stored rows."""
        if not values:
            return []
        thing, driver = self.thing, self.driver
        own = ("published_precision", "gone_at") if thing is POST else ("brand_id", "gone_at")
        names = (thing.key_name, thing.id_name, thing.alias_name, *STATE, *own)
        where = dict(zip(thing.scope_names, scope, strict=True))
        return [
            State(
                row[0], False, row[1], row[2], row[3], row[4], driver.read_time(row[5]),
                driver.read_time(row[6]) or UNKNOWN_TIME, bool(row[7]), row[9] is not None,
                precision=row[8] if thing is POST else None, brand_id=None if thing is POST else row[8],
            )
            for row in driver.select(thing.table, names, where, name, sorted(values))
        ]  # fmt: skip

    def read(self, state: State, item: Shown, versions: dict[tuple[int, str], str]) -> tuple[Any, ...]:
        """Decide one read; returns its row, and notes what it changes."""
        said, thing = item.said, self.thing
        text = encode(said.attributes)
        version = digest(text)
        counts: Counts = tuple(said.counts)
        first = state.new and not state.version
        at, dated = self.driver.time(item.at), item.at > UNKNOWN_TIME
        # A row that only pages of unknown age showed has no order yet.
        in_order = first or (state.last_seen_at > UNKNOWN_TIME and item.at > state.last_seen_at and not state.gone)
        in_order = in_order and dated
        is_kept = False
        if not in_order:
            state.unsettled = True
        if in_order or first:
            has_counts = shown(counts)
            if has_counts and dated:
                mark = counts_version(counts)
                before = state.counted_at
                is_kept = before is None or mark != state.counts_version or differs((before, counts), item.at, counts)
                if mark != state.counts_version:
                    self.count(state, counts)
                state.counted_at, state.counts_version = item.at, mark
                state.changes["counted_at"], state.changes["counts_version"] = at, mark
            if version != state.version:
                self.describe(state, said)
                state.version = state.changes["version"] = version
                versions[state.row_id, version] = text
            if first:
                state.changes["first_seen_at"] = at
            state.last_seen_at = item.at
            state.changes["last_seen_at"] = at
        else:
            versions[state.row_id, version] = text
        if said.key is None and not state.aliased:
            state.aliased = state.changes["aliased"] = True
        if thing is not POST:
            self.own(state, said)
        return (
            state.row_id, at, item.fetch_id, version, said.key is None, is_kept, *counts,
        )  # fmt: skip

    def own(self, state: State, said: Said) -> None:
        """Tell whose own account it is; one that is a brand's no longer loses its names, which settling does."""
        platform, site = said.scope
        brand_id = self.words.owner(platform, site, state.key, state.alias) or said.brand_id
        if brand_id is None and state.brand_id is not None and not state.claims:
            return
        if brand_id != state.brand_id:
            state.unsettled |= not state.new
            state.brand_id = state.changes["brand_id"] = brand_id
        if state.new:
            state.changes["mirror"] = said.mirror

    def count(self, state: State, counts: Counts) -> None:
        """Note the counts that a read shows; those that it does not show stay."""
        names = self.thing.bound_names
        for at in range(0, len(counts), 2):
            if counts[at] is not None:
                state.changes[names[at]], state.changes[names[at + 1]] = counts[at], counts[at + 1]

    def describe(self, state: State, said: Said) -> None:
        """Note the attributes that a read shows."""
        values = dict(said.attributes)
        author = values.pop("author", None)
        for name in TIMES:
            if name in values:
                values[name] = self.driver.stamp(values[name])
        for name in ("hashtags", "links"):
            if name in values:
                values[name] = compact(values[name])
        if "published_precision" in values:
            known = state.precision
            if known is not None and PRECISION[values["published_precision"]] < PRECISION[known]:
                del values["published_at"], values["published_precision"]
            else:
                state.precision = values["published_precision"]
        alias = values.get(self.thing.alias_name)
        if alias is not None and alias != state.alias:
            state.claims = True
            state.alias = alias
        if self.thing is not POST and state.key == state.alias and "handle" in values:
            values.setdefault("native_id", values["handle"])
        state.changes |= values
        if author is not None:
            state.changes["account_id"] = said.author.row_id if said.author is not None else None

    def write(
        self,
        scope: tuple[str, ...],
        states: list[State],
        reads: list[tuple[Any, ...]],
        versions: dict[tuple[int, str], str],
    ) -> None:
        """Write the batch: new rows, changes of old ones, wordings, reads; mark those whose address others claim."""
        thing, driver = self.thing, self.driver
        self.states += states
        begun = new_row(thing) | dict(zip(thing.scope_names, scope, strict=True))
        names = list(begun)
        made = []
        for state in states:
            if state.new:
                row = begun | state.changes
                row[thing.id_name], row[thing.key_name] = state.row_id, state.key
                if thing is not POST and row["native_id"] is None:
                    row["native_id"] = row["handle"] or state.key
                made.append(tuple(row.values()))
        driver.insert(thing.table, names, made, new=True)
        self.update([state for state in states if not state.new and state.changes])
        version_rows = [(number, version, text) for (number, version), text in versions.items()]
        driver.insert(thing.version, (thing.id_name, "version", "attributes"), version_rows, new=False)
        read_names = (thing.id_name, "observed_at", "fetch_id", "version", "by_alias", "kept", *thing.bound_names)
        driver.insert(thing.read, read_names, reads, new=True)
        claimed = {state.alias for state in states if state.claims and state.alias is not None}
        if claimed:
            where = dict(zip(thing.scope_names, scope, strict=True))
            rows = driver.select(
                thing.table, (thing.alias_name,), where, thing.alias_name, sorted(claimed), " AND aliased"
            )
            contested = {row[0] for row in rows}
            for state in states:
                state.unsettled |= state.claims and (state.alias in contested or (state.aliased and not state.new))

    def update(self, states: list[State]) -> None:
        """Write the changes of rows that were there; a post whose words changed is to be annotated again."""
        thing, driver = self.thing, self.driver
        reworded = [state for state in states if state.changes.keys() & {"title", "text", "account_id"}]
        if thing is POST and reworded:
            self.drop_annotations(reworded)
        by_names: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
        for state in states:
            by_names[tuple(state.changes)].append((*state.changes.values(), state.row_id))
        for names, rows in by_names.items():
            driver.update(thing.table, thing.id_name, names, rows)

    def drop_annotations(self, states: list[State]) -> None:
        """Drop the annotations of posts whose title, text or author is another now."""
        table = self.thing.table.c
        changes = {state.row_id: state.changes for state in states}
        query = self.thing.table.select().with_only_columns(table.post_id, table.title, table.text, table.account_id)
        numbers = list(changes)
        for start in range(0, len(numbers), 400):
            rows = self.driver.connection.execute(query.where(table.post_id.in_(numbers[start : start + 400])))
            other = [
                row.post_id
                for row in rows
                if any(
                    name in changes[row.post_id] and changes[row.post_id][name] != getattr(row, name)
                    for name in ("title", "text", "account_id")
                )
            ]
            if other:
                self.driver.connection.execute(annotation.delete().where(annotation.c.post_id.in_(other)))


def new_row(thing: Thing) -> dict[str, Any]:
    """The columns of a row that is begun."""
    row: dict[str, Any] = dict.fromkeys(column.name for column in thing.table.c)
    row |= {"aliased": False, "version": ""}
    return row | ({"hashtags": "[]", "links": "[]", "kind": "post"} if thing is POST else {"mirror": False})
