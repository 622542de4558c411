"""Strategy `differing`: writing what differs ends in the rows of a full refresh.

The macro is rendered without dbt and run in memory, on random tables.
"""

from __future__ import annotations

import random
from types import SimpleNamespace

import duckdb
from rendering import Macros

COLUMNS = ("name", "amount", "version_hash")

NIGHTS = 40


def some_rows(source: random.Random) -> set[tuple[str, int | None]]:
    """Rows without their hash: a name in several rows or in none, unknown amounts."""
    return {
        (source.choice("abc"), source.choice([None, 0, 1, 2]))
        for _ in range(source.randint(0, 8))
    }


def test_only_what_differs_is_written() -> None:
    source = random.Random(4)
    sql = Macros(("adapters", "incremental")).call(
        "get_incremental_differing_sql",
        SimpleNamespace(
            target_relation="told",
            temp_relation="made",
            dest_columns=[SimpleNamespace(quoted=f'"{name}"') for name in COLUMNS],
        ),
    )
    with duckdb.connect(config={"threads": "1"}) as connection:
        for table in ("told", "made"):
            connection.execute(
                f"create table {table} (name text, amount int, version_hash ubigint)"
            )

        def told() -> dict[tuple[str, int | None], int]:
            """Where the rows lie."""
            found = connection.execute("select name, amount, rowid from told")
            rows = found.fetchall()
            assert len(rows) == len({row[:2] for row in rows}), "a row stands twice"
            return {row[:2]: row[2] for row in rows}

        for night in range(NIGHTS):
            rows = some_rows(source)
            connection.execute("delete from made")
            for row in rows:
                connection.execute(
                    "insert into made select $1, $2, hash($1, $2::int)", list(row)
                )
            before = told()
            connection.execute(sql)
            after = told()
            assert after.keys() == rows, f"night {night}"
            moved = {row for row in rows & before.keys() if before[row] != after[row]}
            assert not moved, f"night {night}: written again"
