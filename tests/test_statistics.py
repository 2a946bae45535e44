"""What SQLite's planner is told: a brand with more mentions than a sample has rows is not taken for a rare one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, text

from benchmarks.generate import Scale, build
from storage import statistics
from storage.database import open_database, writing
from storage.statistics import refresh_statistics
from storage.tables import mention

BY_BRAND = "ix_mention_brand_product"


def told(connection: Connection) -> int:
    """How many mentions the planner takes a brand to have."""
    stat = connection.exec_driver_sql("SELECT stat FROM sqlite_stat1 WHERE idx = ?", (BY_BRAND,)).scalar_one()
    return int(stat.split()[1])


def test_a_frequent_value_is_counted_beyond_the_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"sqlite:///{tmp_path / 'made.sqlite'}"
    build(address, Scale(posts=3000, days=40, end=date(2026, 5, 31)))
    engine = open_database(address)
    with writing(engine) as connection:
        mentions = connection.execute(select(func.count()).select_from(mention)).scalar_one()
        brands = connection.execute(select(func.count(mention.c.brand_id.distinct()))).scalar_one()
        connection.exec_driver_sql("PRAGMA analysis_limit = 100")
        connection.exec_driver_sql("ANALYZE")
        assert told(connection) == 101
    monkeypatch.setattr(statistics, "SAMPLE", 100)
    refresh_statistics(engine)
    with engine.connect() as connection:
        # How many rows an index has, SQLite only estimates.
        assert mentions / brands / 2 < told(connection) < mentions / brands * 2
        day = "SELECT count(*) FROM mentions WHERE brand_id = 'aurelia' AND published_at >= '2026-05-30' AND published_at < '2026-05-31'"
        plan = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {day}"))]
    assert any("ix_post_published" in step for step in plan)
    assert not any(BY_BRAND in step for step in plan)
    engine.dispose()
