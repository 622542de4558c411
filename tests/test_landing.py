"""Landed raw rows: reading what changed gives what reading everything gives.

The macros are rendered without dbt and run in memory, on random multisets of raw rows
that change from run to run: new, corrected in place, vanished and repeated ones, with
and without `loaded_at`, customers who are erased and come back, rows of tomorrow.
"""

from __future__ import annotations

import datetime as datetime_module
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
import pytz
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pipeline import PROJECT
from rendering import Macros

SOURCES = PROJECT / "models" / "staging" / "shop"
VARS = {
    "source_systems": ["shop"],
    "as_of_date": "yesterday",
    "decimal_mark": "auto",
    "reporting_timezone": "Asia/Ho_Chi_Minh",
}
TODAY = date(2024, 3, 10)
CUSTOMERS = ("an", "binh", "chi")


def contract_nodes() -> dict[str, SimpleNamespace]:
    """The raw contract as dbt's graph has it."""
    nodes = {}
    for path in SOURCES.glob("sources_*.yml"):
        for table in yaml.safe_load(path.read_text("utf-8"))["sources"][0]["tables"]:
            columns = {
                column["name"]: SimpleNamespace(
                    name=column["name"],
                    data_type=column["data_type"],
                    config=SimpleNamespace(
                        meta=column.get("config", {}).get("meta", {})
                    ),
                )
                for column in table["columns"]
            }
            nodes[table["name"]] = SimpleNamespace(
                name=table["name"],
                source_name="raw",
                columns=columns,
                config=SimpleNamespace(meta=table["config"]["meta"]),
            )
    return nodes


class Landing:
    """Raw tables in memory, and what is landed of them.

    The tables of who is erased are filled by hand: customer ids by their hash.
    """

    def __init__(self) -> None:
        self.connection = duckdb.connect(config={"threads": "1"})
        self.connection.execute("set timezone = 'UTC'")
        self.connection.execute("create schema raw")
        self.connection.execute(
            "create table placeholder_identifiers as select 'customer_id' as"
            " identifier_type, 'value' as part, 'nobody' as value"
        )
        self.today = TODAY
        self.macros = Macros(
            (".", "adapters", "identity", "raw"),
            names={
                "execute": True,
                "graph": SimpleNamespace(sources=contract_nodes()),
                "source": lambda _, table: f"raw.{table}",
                "ref": lambda name: name,
                "load_relation": lambda relation: relation,
                "run_query": self.run_query,
                "run_started_at": SimpleNamespace(astimezone=lambda _: self.today),
                "modules": SimpleNamespace(
                    re=re,
                    datetime=datetime_module,
                    pytz=pytz,
                ),
            },
            of_adapter={
                "quote": lambda name: f'"{name}"',
                "get_columns_in_relation": self.columns,
            },
        )

        # Asking for the offset of every month takes longer than all the rest.
        self.macros.replace("fixed_utc_offset_minutes", "420")

    def columns(self, relation: str) -> list[SimpleNamespace]:
        """Columns of a raw table; none if it is not there."""
        schema, table = relation.split(".")
        found = self.connection.execute(
            "select column_name, data_type from duckdb_columns()"
            " where schema_name = ? and table_name = ? order by column_index",
            [schema, table],
        ).fetchall()
        return [SimpleNamespace(name=name, dtype=dtype) for name, dtype in found]

    def run_query(self, sql: str) -> SimpleNamespace:
        """What dbt's run_query gives."""
        return SimpleNamespace(rows=self.connection.execute(sql).fetchall())

    def fill(self, table: str, columns: dict[str, str], rows: list[tuple]) -> None:
        """Make a raw table anew."""
        declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        self.connection.execute(f"create or replace table raw.{table} ({declared})")
        if rows:
            marks = ", ".join("?" * len(columns))
            self.connection.executemany(
                f"insert into raw.{table} values ({marks})", rows
            )

    def erase(self, customers: list[str]) -> None:
        """Say which customer ids are erased."""
        self.connection.execute(
            "create or replace table base_shop__erased_identifiers as"
            " select 'customer_id' as identifier_type, md5(id) as identifier_hash,"
            " 'erased:' || md5(id) as pseudonym from unnest(?::varchar[]) as t(id)",
            [customers],
        )

    def call(self, today: date, name: str, *arguments: Any) -> Any:
        """What a macro gives on some day."""
        self.today = today
        return self.macros.call(name, *arguments, **VARS)

    def read_all(self, today: date, relation: str) -> None:
        """Land everything."""
        sql = self.call(today, "read_raw", "orders")
        self.connection.execute(f"create or replace table {relation} as {sql}")
        self.mark_repeats(today, relation)

    def mark_repeats(self, today: date, relation: str, *changes: str) -> None:
        """Mark rows whose key repeats, as the materialization does."""
        keys = self.call(today, "repeated_keys", relation, *changes)
        self.connection.execute(f"create or replace temp table repeated as {keys}")
        self.connection.execute(
            self.call(today, "mark_repeated_keys", relation, "repeated")
        )

    def read_changes(self, today: date, relation: str, is_erased_anew: bool) -> int:
        """Land what changed.

        Returns:
            How many hashes that were.
        """
        sql = self.call(today, "changed_rows", "orders", relation, is_erased_anew)
        self.connection.execute(f"create or replace temp table changes as {sql}")
        self.connection.execute(
            self.call(today, "delete_changed_rows", relation, "changes")
        )
        self.connection.execute(
            self.call(today, "insert_changed_rows", "orders", relation, "changes")
        )
        self.mark_repeats(today, relation, "changes")
        (count,) = self.connection.execute("select count(*) from changes").fetchone()
        return count

    def rows(self, relation: str) -> list[tuple]:
        """The rows of a table, in a fixed order."""
        found = self.connection.execute(f"select * from {relation}").fetchall()
        return sorted(found, key=repr)


@pytest.fixture(scope="module")
def landing() -> Iterator[Landing]:
    """A database without raw tables."""
    landing = Landing()
    yield landing
    landing.connection.close()


COLUMNS = {
    "order_id": "varchar",
    "customer_id": "varchar",
    "email": "varchar",
    "ordered_at": "timestamp",
    "total_amount": "varchar",
    "Unknown kind": "varchar",
}


def draw_row(chance: random.Random, today: date) -> tuple:
    """A raw order out of few possible ones, so that many are equal or nearly so."""
    day = today + timedelta(days=chance.choice((-40, -1, 0, 1, 2)))
    return (
        f"o{chance.randrange(6)}",
        chance.choice((*CUSTOMERS, "Nobody", None)),
        chance.choice(("an@mail.vn", None)),
        datetime(day.year, day.month, day.day, chance.choice((16, 17))),
        chance.choice(("5", "7.5", "x", "1.000", None)),
        chance.choice(("a", None)),
    )


def change(rows: list[tuple], chance: random.Random, today: date) -> list[tuple]:
    """What becomes of a raw table until the next run."""
    kept = [row for row in rows if chance.random() < 0.8]
    corrected = [
        (*row[:4], "9", row[5]) if chance.random() < 0.2 else row for row in kept
    ]
    repeated = [row for row in corrected for _ in range(chance.choice((1, 1, 1, 2)))]
    repeated += [draw_row(chance, today) for _ in range(chance.randrange(4))]
    chance.shuffle(repeated)
    return repeated


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_changes_give_what_everything_gives(landing: Landing, seed: int) -> None:
    chance = random.Random(seed)
    today = TODAY
    landing.fill("customers", {"customer_id": "varchar", "erased_at": "varchar"}, [])
    landing.erase([])
    erased: list[str] = []
    rows = [draw_row(chance, today) for _ in range(chance.randrange(12))]
    landing.fill("orders", COLUMNS, rows)
    landing.read_all(today, "landed")
    for _ in range(4):
        today += timedelta(days=chance.choice((0, 1, 1, 30)))
        rows = change(rows, chance, today)
        landing.fill("orders", COLUMNS, rows)
        anew = [name for name in CUSTOMERS if chance.random() < 0.3]
        landing.erase(anew)
        landing.read_changes(today, "landed", anew != erased)
        erased = anew
        landing.read_all(today, "fresh")
        assert landing.rows("landed") == landing.rows("fresh")
        assert len(landing.rows("landed")) == len(rows)
        assert_repeats_are_marked(landing)
    assert landing.read_changes(today, "landed", False) == len(
        {row[0:6] for row in rows if is_tomorrow(row, today)}
    )


def assert_repeats_are_marked(landing: Landing) -> None:
    """A usable row is marked where another one has its key."""
    rows = landing.run_query(
        "select order_id, is_repeated from landed where problem is null"
    ).rows
    times = Counter(order_id for order_id, _ in rows)
    assert all(is_marked == (times[order_id] > 1) for order_id, is_marked in rows)
    unusable = "select 1 from landed where problem is not null and is_repeated"
    assert not landing.run_query(unusable).rows


def is_tomorrow(row: tuple, today: date) -> bool:
    """Whether a raw order lies after a business day: it is judged anew every day."""
    return (row[3] + timedelta(hours=7)).date() > today


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32), as_text=st.booleans())
def test_loaded_at_says_what_to_read(
    landing: Landing, seed: int, as_text: bool
) -> None:
    """Rows are added, corrected by later ones, and vanish; nothing changes unsaid."""
    chance = random.Random(seed)
    today = TODAY
    columns = COLUMNS | {"Loaded_At": "varchar" if as_text else "timestamp"}
    landing.fill("customers", {"customer_id": "varchar", "erased_at": "varchar"}, [])
    landing.erase([])
    erased: list[str] = []

    def loaded() -> Any:
        """The time of a load; hardly ever unknown or absurd."""
        moment = datetime(today.year, today.month, today.day, chance.randrange(24))
        drawn = chance.random()
        if drawn < 0.1:
            return None
        if drawn < 0.2:
            return "0001-01-01 00:00:00" if as_text else datetime(1, 1, 1)
        return str(moment) if as_text else moment

    rows: list[tuple] = []
    landing.fill("orders", columns, rows)
    landing.read_all(today, "landed")
    for _ in range(4):
        today += timedelta(days=chance.choice((0, 1, 1, 7)))
        rows = [row for row in rows if chance.random() < 0.9]
        rows += [
            (*draw_row(chance, today), loaded()) for _ in range(chance.randrange(5))
        ]
        rows += [(*row[:6], loaded()) for row in rows if chance.random() < 0.1]
        chance.shuffle(rows)
        landing.fill("orders", columns, rows)
        anew = [name for name in CUSTOMERS if chance.random() < 0.3]
        landing.erase(anew)
        landing.read_changes(today, "landed", anew != erased)
        erased = anew
        landing.read_all(today, "fresh")
        assert landing.rows("landed") == landing.rows("fresh")


def test_days_that_were_landed_in_full_are_not_read(landing: Landing) -> None:
    columns = COLUMNS | {"loaded_at": "timestamp"}
    landing.fill("customers", {"customer_id": "varchar", "erased_at": "varchar"}, [])
    landing.erase([])
    moment = datetime(2024, 3, 1, 5)
    rows = [
        (f"o{day}", None, None, moment, "5", None, moment + timedelta(days=day))
        for day in range(3)
    ]
    landing.fill("orders", columns, rows)
    landing.read_all(TODAY, "landed")
    # A change that loaded_at does not tell of is seen on the last day only that was
    # landed, though a later one has come.
    unsaid = [(*row[:4], "6", *row[5:]) for row in rows]
    later = ("o3", None, None, moment, "7", None, moment + timedelta(days=3))
    landing.fill("orders", columns, [*unsaid, later])
    landing.read_changes(TODAY, "landed", False)
    amounts = "select order_id, total_amount from landed order by order_id"
    found = [int(amount) for _, amount in landing.run_query(amounts).rows]
    assert found == [5, 5, 6, 7]
    # A row less on a day, and the day is compared.
    landing.fill("orders", columns, unsaid[1:])
    landing.read_changes(TODAY, "landed", False)
    assert [order for order, _ in landing.run_query(amounts).rows] == ["o1", "o2"]


def test_erased_customers_leave_no_clear_row(landing: Landing) -> None:
    landing.fill("customers", {"customer_id": "varchar", "erased_at": "varchar"}, [])
    landing.erase([])
    moment = datetime(2024, 3, 1, 5)
    rows = [
        ("o1", "an", "an@mail.vn", moment, "5", "an's"),
        ("o1", "an", "an@mail.vn", moment, "x", "an's"),
        ("o2", "binh", "an@mail.vn", moment, "5", None),
    ]
    landing.fill("orders", COLUMNS, rows)
    landing.read_all(TODAY, "landed")
    assert "an@mail.vn" in json.dumps(landing.rows("landed"), default=str)
    landing.erase(["an"])
    assert landing.read_changes(TODAY, "landed", True) == 2
    texts = json.dumps(
        [row for row in landing.rows("landed") if row[0] == "o1"], default=str
    )
    assert "an@mail" not in texts
    assert '"an"' not in texts
    landing.erase([])
    assert landing.read_changes(TODAY, "landed", True) == 2
    assert json.dumps(landing.rows("landed"), default=str).count("an@mail.vn") == 3


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32), are_days_named=st.booleans())
def test_versions_are_told_apart_by_day(
    landing: Landing, seed: int, are_days_named: bool
) -> None:
    """Few hashes and days: a version may be on another day, or a day be the same."""
    chance = random.Random(seed)
    hashes = [chance.getrandbits(64) for _ in range(8)]
    days = [date(1, 1, 1), date(2024, 3, 1), date(2024, 3, 2), date(2024, 3, 3)]
    sides = {
        name: {version: chance.choice(days) for version in chance.sample(hashes, 6)}
        for name in ("now", "known")
    }
    for name, versions in sides.items():
        landing.connection.execute(
            f"create or replace temp table {name}_versions as"
            " select unnest(?)::ubigint as version_hash, unnest(?) as version_day",
            [list(versions), list(versions.values())],
        )
    now, known = ("select * from now_versions", "select * from known_versions")
    found = landing.call(TODAY, "days_that_differ", now, known)
    differing = {day for (day,) in landing.run_query(found).rows}
    both = sides["now"].items() & sides["known"].items()
    either = sides["now"].items() | sides["known"].items()
    assert differing == {day for _, day in either - both}
    named = [f"date '{day}'" for day in differing] if are_days_named else None
    for left, right, side in ((now, known, "now"), (known, now, "known")):
        names = ["version_hash", "version_day"]
        missing = landing.call(TODAY, "versions_without", left, right, named, names)
        assert set(landing.run_query(missing).rows) == sides[side].items() - both
