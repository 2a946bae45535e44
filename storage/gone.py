"""Which stored things a visit found gone: those of its own address, or that the walk made it for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from extractors.records import Outcome
from storage.fetched import Entry
from storage.saving import State
from storage.tables import fetch
from storage.things import POST, Thing
from storage.upserts import Driver


def found_gone(driver: Driver, entries: Sequence[Entry], states: Iterable[State], thing: Thing) -> set[int]:
    """The rows that must be settled: those that pages of this batch found gone, and new ones that earlier visits had found gone."""
    visits = [entry for entry in entries if entry.fresh and entry.reading.outcome is Outcome.GONE]
    rows: set[int] = set()
    if visits:
        urls = {url for entry in visits for url in (entry.fetched.url, entry.fetched.final_url) if url}
        things = {entry.fetched.thing for entry in visits if entry.fetched.thing}
        for name, values in (("url", urls), ("native_id", things)):
            found = driver.select(thing.table, (thing.id_name,), {}, name, sorted(values)) if values else []
            rows |= {row[0] for row in found}
    new = [state for state in states if state.new]
    if thing is POST and new:
        for name, attribute in (("url", "alias"), ("thing", "key")):
            numbers: dict[str, set[int]] = defaultdict(set)
            for state in new:
                numbers[getattr(state, attribute) or ""].add(state.row_id)
            found = driver.select(fetch, (name,), {}, name, sorted(numbers), " AND outcome = 'gone'")
            rows.update(number for row in found for number in numbers[row[0]])
    return rows
