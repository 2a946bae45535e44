"""Which stored things a visit found gone: those of its own address, or that the walk made it for."""

from __future__ import annotations

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
        by_url = {state.alias: state.row_id for state in new if state.alias is not None}
        by_key = {state.key: state.row_id for state in new}
        for name, numbers in (("url", by_url), ("thing", by_key)):
            found = driver.select(fetch, (name,), {}, name, sorted(numbers), " AND outcome = 'gone'") if numbers else []
            rows |= {numbers[row[0]] for row in found}
    return rows
