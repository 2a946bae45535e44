"""Taking an import back leaves the rows as if it had never run."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from extractors.records import Outcome
from storage.errors import StorageError
from storage.ledger import finish_run, start_run
from storage.undo import undo_run
from tests.stored import AT, WORDS, a_post, bring, hours, page, rows
from tests.test_writing import empty, pages_of_a_few_things


def test_an_import_taken_back_leaves_what_the_others_brought(database: Engine) -> None:
    shared = page("https://video.test/1", hours(1), a_post("1", author="jo", title="one", likes=1))
    first = bring(database, [shared, page("https://video.test/2", hours(2), a_post("2", author="flo"))])
    second = bring(database, [shared, page("https://video.test/1", hours(3), a_post("1", title="two", likes=2))])
    done = undo_run(database, first, WORDS)
    assert (done["pages"], done["pages_kept"], done["posts"], done["accounts"]) == (1, 1, 1, 1)
    (row,) = rows(database)["post"]
    assert (row["native_id"], row["title"], row["likes_low"]) == ("1", "two", 2)
    undo_run(database, second, WORDS)
    assert all(not found for found in rows(database).values())


def test_a_post_that_an_import_found_gone_is_there_again(database: Engine) -> None:
    url = "https://video.test/1"
    bring(database, [page(url, hours(1), a_post(url=url, text="words"))])
    before = rows(database)
    undo_run(database, bring(database, [page(url, hours(2), outcome=Outcome.GONE, reason="deleted")]), WORDS)
    assert rows(database) == before


def test_only_imports_that_have_ended_can_be_taken_back(database: Engine) -> None:
    with pytest.raises(StorageError, match="no run 99"):
        undo_run(database, 99, WORDS)
    crawl = start_run(database, "crawl", "youtube", {}, AT)
    with pytest.raises(StorageError, match="only imports"):
        undo_run(database, crawl, WORDS)
    going = start_run(database, "import", None, {}, AT)
    with pytest.raises(StorageError, match="still goes on"):
        undo_run(database, going, WORDS)
    finish_run(database, going, 0, None, AT)
    undo_run(database, going, WORDS)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_import_taken_back_leaves_no_trace(database: Engine, data: st.DataObject) -> None:
    ours, theirs = data.draw(pages_of_a_few_things()), data.draw(pages_of_a_few_things())
    both = data.draw(st.lists(st.sampled_from([*ours, *theirs]), max_size=3))
    empty(database)
    bring(database, [*ours, *both])
    expected = rows(database)
    empty(database)
    order = data.draw(st.booleans())
    runs = [bring(database, pages) for pages in ([*theirs, *both], [*ours, *both])[:: 1 if order else -1]]
    undo_run(database, runs[0 if order else 1], WORDS)
    assert rows(database) == expected | {"fetch_again": []}
