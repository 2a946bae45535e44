"""The fixtures give what they promise."""

import psycopg


def test_postgresql_is_real_and_empty(postgres_address: str) -> None:
    with psycopg.connect(postgres_address.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
