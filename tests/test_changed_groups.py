"""Strategy `changed_groups`: making anew what differs gives the rows of a full refresh.

The macros are rendered without dbt and run in memory, on random tables.
"""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from rendering import Macros

NIGHTS = 60
COLUMNS = ("browser", "browser_hash", "events", "fingerprint")
MADE = """
    select
        browser,
        browser_hash,
        count(*) as events,
        bit_xor(version_hash) as fingerprint
    from events
    where {where}
    group by browser, browser_hash
"""
GROUPS = """
    select browser_hash, count(*) as events, bit_xor(version_hash) as fingerprint
    from events
    group by browser_hash
"""


class Table(str):
    """A relation as dbt has it."""

    @property
    def identifier(self) -> str:
        """Its name."""
        return str(self)


def macros(connection: duckdb.DuckDBPyConnection) -> Macros:
    """The macros, with what they use of dbt.

    Args:
        connection: Where queries run.
    """

    def columns_of(query: str) -> list[str]:
        return [column[0] for column in connection.execute(query).description]

    return Macros(
        ("adapters", "incremental"),
        {
            "this": Table("told"),
            "is_incremental": lambda: True,
            "config": SimpleNamespace(get={"group_by": "browser_hash"}.get),
            "api": SimpleNamespace(
                Relation=SimpleNamespace(create=lambda identifier: identifier)
            ),
            "run_query": connection.execute,
            "get_columns_in_query": columns_of,
            "create_table_as": lambda _temporary, name, query: (
                f"create temp table {name} as ({query})"
            ),
        },
    )


def changed(
    source: random.Random, events: set[tuple[str, int]]
) -> set[tuple[str, int]]:
    """The events of the next night: some gone, some new, some of another browser.

    Args:
        source: Where chance comes from.
        events: Browser and version of each event.
    """
    left = [event for event in sorted(events) if source.random() > 0.1]
    moved = {
        (source.choice("abcdef"), version) if source.random() < 0.1 else (name, version)
        for name, version in left
    }
    taken = {version for _, version in moved}
    new = set(range(200)) - taken
    return moved | {
        (source.choice("abcdef"), version)
        for version in source.sample(sorted(new), source.randint(0, 3))
    }


def test_only_groups_that_differ_are_made_anew() -> None:
    source = random.Random(5)
    with duckdb.connect(config={"threads": "1"}) as connection:
        of = macros(connection)
        version_hash = of.call("hash_of", ["$1", "$3::int"])
        connection.execute(
            "create table events (browser text, browser_hash ubigint,"
            " version_hash ubigint)"
        )
        connection.execute(f"create table told as {MADE.format(where='true')}")
        known = of.call("rows_by_group", "events")

        def told() -> dict[tuple[Any, ...], int]:
            """The rows, and where they lie."""
            rows = connection.execute("select *, rowid from told").fetchall()
            assert len(rows) == len({row[:-1] for row in rows}), "a row stands twice"
            return {row[:-1]: row[-1] for row in rows}

        events: set[tuple[str, int]] = set()
        for night in range(NIGHTS):
            events = changed(source, events)
            connection.execute("delete from events")
            for browser, version in events:
                # e and f share a hash; a version covers whose event it is.
                connection.execute(
                    f"insert into events values ($1, $2, {version_hash})",
                    [browser, min(ord(browser), ord("e")), version],
                )
            before = told()
            of.call("find_changed_groups", GROUPS, known)
            where = of.call("is_in_changed_group")
            connection.execute(
                f"create or replace temp table made as {MADE.format(where=where)}"
            )
            connection.execute(
                of.call(
                    "get_incremental_changed_groups_sql",
                    SimpleNamespace(
                        target_relation="told",
                        temp_relation="made",
                        dest_columns=[
                            SimpleNamespace(quoted=f'"{name}"') for name in COLUMNS
                        ],
                    ),
                )
            )
            after = told()
            full = connection.execute(MADE.format(where="true")).fetchall()
            assert after.keys() == set(full), f"night {night}"
            groups = {row[1] for row in before.keys() ^ after.keys()}
            moved = {
                row
                for row in before.keys() & after.keys()
                if row[1] not in groups and before[row] != after[row]
            }
            assert not moved, f"night {night}: written again"


@pytest.mark.parametrize("columns", [2, 3, 5])
def test_two_rows_that_swap_a_value_are_seen(columns: int) -> None:
    names = [f"column_{place}" for place in range(columns)]
    row = [f"value {place}" for place in range(columns)]
    other = [f"other {place}" for place in range(columns)]
    with duckdb.connect() as connection:
        hash_of = macros(connection).call("hash_of", names)

        def combined(*rows: list[str]) -> set[tuple[int, ...]]:
            """Their hashes combined, both ways."""
            values = ", ".join(str(tuple(each)) for each in rows)
            found = connection.execute(
                f"select bit_xor({hash_of}), sum({hash_of})"
                f" from (values {values}) as row ({', '.join(names)})"
            ).fetchone()
            return set(enumerate(found))

        as_they_were = combined(row, other)
        assert combined(other, row) == as_they_were
        for place in range(columns):
            mixed = [list(row), list(other)]
            mixed[0][place], mixed[1][place] = other[place], row[place]
            assert not combined(*mixed) & as_they_were, f"column {place}"
