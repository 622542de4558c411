"""Bad input: no row is lost silently, and no run stops without saying where and why.

Two shops hold one row for every case, as text and as typed Parquet; three more are bare
or all alike. Each shop is built once, and the tests look at what became of each row. At
last a table changes its columns between two builds.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
import yaml
from pipeline import (
    PROJECT,
    PipelineError,
    Row,
    Warehouse,
    dbt,
    manifest_for,
    new_place,
    run_pipeline,
)
from rendering import Macros

Rows = list[dict[str, Any]]
Build = Callable[..., Warehouse]

BARE = ["order_id", "customer_id", "ordered_at", "total_amount"]

TOLD_OF_SEGMENTS = (
    "+row_counts +quarantined_rows +revenue_ledger +segment_history +rfm_scores"
    " +person_identifiers"
)
"""What the bare shops are asked for; that everything can be built is seen elsewhere."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all shops of this module, which share one database file."""
    return tmp_path_factory.mktemp("bad input's [\u0111\u1ea5t]")


@pytest.fixture(scope="module")
def build(place: Path) -> Build:
    """Writes a shop's files and builds it, or some models of it."""

    def run(
        files: dict[str, Any],
        vars: dict[str, Any] | None = None,
        select: str | None = None,
        folder: Path = place / "raw",
        warnings: list[str] | None = None,
        full_refresh: bool = True,
    ) -> Warehouse:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, content in files.items():
            write_file(folder / name, content)
        return run_pipeline(
            folder,
            place / "shop.duckdb",
            vars,
            select,
            full_refresh=full_refresh,
            warnings=warnings,
        )

    return run


def write_file(path: Path, content: Rows | bytes | str) -> None:
    """Write a raw file.

    Args:
        path: Where; the suffix decides the format of rows.
        content: Bytes as they are; a select whose result becomes Parquet; or rows.
    """
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        quoted = str(path).replace("'", "''")
        with duckdb.connect() as engine:
            engine.execute("set timezone = 'UTC'")
            engine.execute(f"copy ({content}) to '{quoted}' (format parquet)")
    else:
        names = list(dict.fromkeys(name for row in content for name in row))
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names or BARE, restval="")
            writer.writeheader()
            writer.writerows(content)


@dataclass
class Result:
    """What the tests need of a build, read before the next one overwrites it."""

    counts: dict[str, tuple[int, ...]]
    """By table: rows read, staged, folded, quarantined."""
    quarantined: dict[str, list[tuple[str, str | None]]]
    """By table and record key, `orders o1`: reason and column of each row."""
    quarantined_json: list[dict[str, Any]]
    orders: dict[str, list[tuple[date, Decimal]]]
    """By order id: business date and amount of the staged rows."""
    ledger: dict[str, tuple[int, Decimal]]
    kinds: dict[str, list[Decimal]]
    """Ledger amounts by kind: opening, change, closing, memo."""
    persons: dict[str, date]
    """First business date by customer id."""
    revenue: dict[str, Decimal]
    """Lifetime revenue by customer id."""
    lifecycle: dict[str, list[tuple[str, date]]]
    """Groups and their first days, by customer id."""
    cells: list[str]
    noted: set[tuple[str, str]]
    """Table and column of what the build remembers of the raw tables."""


def result_of(warehouse: Warehouse, has_persons: bool = True) -> Result:
    """Read everything that the tests look at.

    Args:
        warehouse: A build.
        has_persons: Whether mart `persons` is of this build.
    """
    rows = warehouse.rows
    quarantined: dict[str, list[tuple[str, str | None]]] = {}
    for table, key, reason, column in rows(
        "select source_table, record_key, reason, column_name"
        " from marts.quarantined_rows order by all"
    ):
        quarantined.setdefault(f"{table} {key}", []).append((reason, column))
    orders: dict[str, list[tuple[date, Decimal]]] = {}
    for order_id, ordered_on, amount in rows(
        "select order_id, ordered_on, order_amount from staging.stg_shop__orders"
    ):
        orders.setdefault(order_id, []).append((ordered_on, amount))
    kinds: dict[str, list[Decimal]] = {}
    for kind, amount in rows("select kind, amount from marts.revenue_ledger"):
        kinds.setdefault(kind, []).append(amount)
    lifecycle: dict[str, list[tuple[str, date]]] = {}
    for customer, segment, since in rows(
        "select identifier_value, segment, valid_from from marts.segment_history"
        " inner join marts.person_identifiers using (person_id)"
        " where scheme = 'lifecycle' and identifier_type = 'customer_id'"
        " order by valid_from"
    ):
        lifecycle.setdefault(customer, []).append((segment, since))
    persons: list[Row] = []
    if has_persons:
        persons = rows(
            "select identifier_value, first_seen_on, lifetime_revenue"
            " from marts.persons inner join marts.person_identifiers using (person_id)"
            " where identifier_type = 'customer_id'"
        )
    return Result(
        counts={
            table: tuple(counts)
            for table, *counts in rows(
                "select source_table, rows_read, rows_staged, duplicates_folded,"
                " rows_quarantined from marts.row_counts"
            )
        },
        quarantined=quarantined,
        quarantined_json=[
            json.loads(text)
            for (text,) in rows("select row_json from marts.quarantined_rows")
        ],
        orders=orders,
        ledger={
            line: (number, amount)
            for line, number, amount in rows(
                "select line, orders, amount from marts.revenue_ledger"
            )
        },
        kinds=kinds,
        persons={customer: first for customer, first, _ in persons},
        revenue={customer: revenue for customer, _, revenue in persons},
        lifecycle=lifecycle,
        cells=[cell for (cell,) in rows("select rfm_cell from marts.rfm_scores")],
        noted=set(
            rows(
                "select source_table, column_name from state.raw_columns where is_built"
            )
        ),
    )


def assert_nothing_lost(result: Result, given: dict[str, int]) -> None:
    """Every row given was read, and became one thing; every cent is in the ledger."""
    for table, counts in result.counts.items():
        read, staged, folded, quarantined = counts
        assert read == given.get(table, 0), table
        assert read == staged + folded + quarantined, table
    opening = sum(result.kinds.get("opening", []))
    changes = sum(result.kinds.get("change", []))
    assert opening + changes == sum(result.kinds.get("closing", []))


# ---------------------------------------------------------------------------
# The shop of text: every case is one order of its own customer, on 1 March 2024
# unless the case says otherwise. The clock is `yesterday`, so that the future shows.
# ---------------------------------------------------------------------------

DAY = date(2024, 3, 1)
NEXT_DAY = date(2024, 3, 2)
STAGED = "staged"


@dataclass
class Case:
    """An order, and what has to become of it.

    Args:
        changes: What differs from a plain order of 100,000 on DAY.
        outcome: STAGED, or (reason, column) in quarantine.
        ordered_on: Its business date if staged.
        amount: Its amount if staged.
        line: The ledger line that takes its whole amount away; empty if it counts.
    """

    changes: dict[str, str]
    outcome: str | tuple[str, str | None] = STAGED
    ordered_on: date = DAY
    amount: str = "100000"
    line: str = ""


def unreadable(**changes: str) -> Case:
    """A case whose one changed column cannot be read."""
    return Case(changes, ("unreadable_value", next(iter(changes))))


ORDERS = {
    "plain": Case({}),
    # Timestamps with and without zone: 20:30 UTC is 03:30 of the next day in Vietnam.
    "time_without_zone": Case(
        {"ordered_at": "2024-03-01 20:30:00"}, ordered_on=NEXT_DAY
    ),
    "time_in_utc": Case({"ordered_at": "2024-03-01T20:30:00Z"}, ordered_on=NEXT_DAY),
    "time_with_offset": Case({"ordered_at": "2024-03-01T20:30:00+07:00"}),
    "time_with_short_offset": Case({"ordered_at": "2024-03-01 20:30:00+07"}),
    "time_behind_utc": Case(
        {"ordered_at": "2024-03-01T12:30:00-05:00"}, ordered_on=NEXT_DAY
    ),
    "time_with_fraction": Case({"ordered_at": "2024-03-01 10:00:00.123456"}),
    "date_alone": Case({"ordered_at": "2024-03-01"}),
    "time_in_words": unreadable(ordered_at="yesterday noon"),
    "day_first": unreadable(ordered_at="01/03/2024 10:00"),
    "day_that_is_not": unreadable(ordered_at="2024-02-30"),
    "epoch_seconds": unreadable(ordered_at="1709251200"),
    "infinity": unreadable(ordered_at="infinity"),
    "year_one": unreadable(ordered_at="0001-01-01"),
    "year_of_five_digits": unreadable(ordered_at="20224-03-01"),
    "no_time": Case({"ordered_at": ""}, ("missing_value", "ordered_at")),
    # Amounts with thousands separators.
    "grouped_with_commas": Case({"total_amount": "1,234,567.89"}, amount="1234567.89"),
    "grouped_with_dots": Case({"total_amount": "1.234.567"}, amount="1234567"),
    "grouped_with_dots_and_cents": Case(
        {"total_amount": "1.234.567,89"}, amount="1234567.89"
    ),
    "group_or_decimal_dot": Case(
        {"total_amount": "150.000"}, ("ambiguous_number", "total_amount")
    ),
    "group_or_decimal_comma": Case(
        {"total_amount": "1,234"}, ("ambiguous_number", "total_amount")
    ),
    "groups_of_two": unreadable(total_amount="12,34,567.00"),
    "amount_with_sign": unreadable(total_amount="\u20ab150000"),
    "amount_in_words": unreadable(total_amount="free"),
    "amount_nan": unreadable(total_amount="NaN"),
    "amount_beyond_the_type": unreadable(total_amount="123456789012345678901234"),
    "barcode_as_amount": Case(
        {"total_amount": "8934567890123"}, ("amount_too_large", "total_amount")
    ),
    "largest_amount": Case(
        {"total_amount": "999999999999.9999"}, amount="999999999999.9999"
    ),
    # Negative, zero, null amounts.
    "negative": Case(
        {"total_amount": "-50000"}, amount="-50000", line="negative_amount"
    ),
    "zero": Case({"total_amount": "0"}, amount="0", line="free_order"),
    "null_with_items": Case({"total_amount": ""}, amount="30000"),
    "null_without_items": Case(
        {"total_amount": ""}, ("missing_amount", "total_amount")
    ),
    # Keys and references.
    "no_id": Case({"order_id": "  "}, ("missing_value", "order_id")),
    "guest": Case({"customer_id": " "}, line="unattributed"),
    # Statuses.
    "unknown_status": Case({"status": "Teleported"}, line="unknown_status_teleported"),
    "decomposed_status": Case(
        {"status": "\u0110a\u0303 gia\u0309 "},
        line="unknown_status_\u0111\u00e3 gi\u1ea3",
    ),
    "no_status": Case({"status": ""}),
    "test": Case({"is_test": "TRUE"}, line="test_order"),
    "test_in_words": unreadable(is_test="perhaps"),
    # Times that do not fit together.
    "before_sign_up": Case({}),
    "refund_before_order": Case({}),
    "refund_above_amount": Case({}, line="refunded_in_full"),
    "cancelled_before_order": Case(
        {"status": "cancelled", "cancelled_at": "2024-02-01 00:00:00"}, line="cancelled"
    ),
    "future": Case(
        {"ordered_at": "2099-01-01 00:00:00"}, ("dated_in_future", "ordered_at")
    ),
    # Money of an unknown currency.
    "currency_without_rate": Case(
        {"currency": "XAU"}, ("unknown_currency", "currency")
    ),
    # Ids with spaces, quotes, unicode.
    "  outer spaces ": Case({}),
    "inner  spaces": Case({}),
    "O'Brien \"the\" 'quote'": Case({}),
    "\u0110\u1eb7ng-Th\u1ecb-\u0110\u00e0o \u4e2d\u6587 \U0001f6d2": Case({}),
    "#1001": Case({}),
    "-- drop table orders;": Case({}),
    "back\\slash, comma; semicolon | bar": Case({}),
    "two\nlines": Case({}),
    "{{ jinja }} {% x %}": Case({}),
    "007": Case({}),
    "7": Case({}),
}

DUPLICATES = [
    {"order_id": "copied"},
    {"order_id": " copied "},
    {"order_id": "copied", "total_amount": "100000.00"},
    {"order_id": "in_conflict", "total_amount": "300000"},
    {"order_id": "in_conflict", "total_amount": "200000"},
    {
        "order_id": "in_conflict",
        "total_amount": "999",
        "ordered_at": "2024-02-29 05:00:00",
    },
    {
        "order_id": "in_conflict",
        "total_amount": "999",
        "ordered_at": "2024-02-29 05:00:00",
    },
]


def text_order(name: str, changes: dict[str, str]) -> dict[str, str]:
    """An order as a row of text; its id and its customer's are the case's name."""
    return {
        "order_id": name,
        "customer_id": name,
        "ordered_at": "2024-03-01 05:00:00",
        "status": "paid",
        "total_amount": "100000",
        "currency": "",
        "cancelled_at": "",
        "is_test": "",
    } | changes


def text_refund(order_id: str, at: str, amount: str) -> dict[str, str]:
    """A refund as a row of text."""
    return {
        "refund_id": f"refund of {order_id}",
        "order_id": order_id,
        "refunded_at": at,
        "amount": amount,
    }


def text_item(order_id: str, line_number: str, **changes: str) -> dict[str, str]:
    """A line of an order as a row of text."""
    return {
        "order_id": order_id,
        "line_number": line_number,
        "product_id": "p1",
        "quantity": "3",
        "unit_price": "10000",
    } | changes


def text_event(name: str, at: str, **changes: str) -> dict[str, str]:
    """A web event as a row of text."""
    return {
        "event_id": name,
        "occurred_at": at,
        "anonymous_id": f"browser of {name}",
        "customer_id": "",
        "event_type": "page_view",
    } | changes


TEXT_SHOP: dict[str, Rows] = {
    "orders": [text_order(name, case.changes) for name, case in ORDERS.items()]
    + [text_order("copied", changes) for changes in DUPLICATES],
    "order_items": [
        text_item("null_with_items", "1"),
        text_item("null_with_items", "1"),
        text_item("null_with_items", "one"),
        text_item("nowhere", "1"),
        text_item("plain", "1", quantity=""),
    ],
    "refunds": [
        text_refund("refund_before_order", "2024-02-01 00:00:00", "40000"),
        text_refund("refund_above_amount", "2024-03-05 00:00:00", "250000"),
        text_refund("nowhere", "2024-03-05 00:00:00", "10"),
        text_refund("infinity", "2024-03-05 00:00:00", "10"),
        text_refund("plain", "2024-03-05 00:00:00", "-10"),
    ],
    "customers": [
        {"customer_id": "before_sign_up", "signed_up_at": "2024-06-01 00:00:00"},
        {"customer_id": "Lead 'one' \u0111", "signed_up_at": ""},
        {"customer_id": "bad date", "signed_up_at": "soon"},
        {"customer_id": "", "signed_up_at": "2024-06-01 00:00:00"},
    ],
    "web_events": [
        text_event("seen", "2024-03-01 20:30:00"),
        text_event("seen with offset", "2024-03-01T20:30:00+07:00"),
        text_event("in the future", "2099-01-01 00:00:00"),
        text_event("of an unknown type", "2024-03-01 05:00:00", event_type="swipe"),
        text_event("by nobody", "2024-03-01 05:00:00", anonymous_id=""),
    ],
    "products": [{"product_id": "p1", "category": "tea"}],
    "exchange_rates": [
        {"rate_date": "2024-01-01", "currency": "USD", "rate_to_reporting": "24000"},
        {"rate_date": "infinity", "currency": "EUR", "rate_to_reporting": "27000"},
    ],
}

QUARANTINED_ELSEWHERE = {
    "order_items null_with_items|one": ("unreadable_value", "line_number"),
    "order_items nowhere|1": ("orphan_item", None),
    "order_items plain|1": ("missing_value", "quantity"),
    "refunds refund of nowhere": ("orphan_refund", None),
    "refunds refund of infinity": ("orphan_refund", None),
    "refunds refund of plain": ("not_positive", "amount"),
    "customers bad date": ("unreadable_value", "signed_up_at"),
    "customers ": ("missing_value", "customer_id"),
    "web_events in the future": ("dated_in_future", "occurred_at"),
    "web_events by nobody": ("missing_value", "anonymous_id"),
    "exchange_rates infinity|EUR": ("unreadable_value", "rate_date"),
}


@pytest.fixture(scope="module")
def text_shop(build: Build) -> Result:
    """The shop of text, built with the clock `yesterday`."""
    files = {f"{table}.csv": rows for table, rows in TEXT_SHOP.items()}
    return result_of(build(files, {"as_of_date": "yesterday"}))


def test_text_shop_loses_nothing(text_shop: Result) -> None:
    given = {table: len(rows) for table, rows in TEXT_SHOP.items()}
    assert_nothing_lost(text_shop, given)


@pytest.mark.parametrize("name", ORDERS)
def test_order_becomes(text_shop: Result, name: str) -> None:
    case = ORDERS[name]
    key = case.changes.get("order_id", name).strip()
    if case.outcome == STAGED:
        assert text_shop.orders[key] == [(case.ordered_on, Decimal(case.amount))]
        assert f"orders {key}" not in text_shop.quarantined
    else:
        assert text_shop.quarantined[f"orders {key}"] == [case.outcome]
        assert key not in text_shop.orders


@pytest.mark.parametrize("name", [name for name, case in ORDERS.items() if case.line])
def test_order_that_does_not_count_is_in_the_ledger(
    text_shop: Result, name: str
) -> None:
    case = ORDERS[name]
    expected = (
        sum(1 for each in ORDERS.values() if each.line == case.line),
        -sum(
            Decimal(each.amount) for each in ORDERS.values() if each.line == case.line
        ),
    )
    assert text_shop.ledger[case.line] == expected


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, case in ORDERS.items()
        if case.outcome == STAGED and case.changes.get("customer_id") is None
    ],
)
def test_customer_of_a_staged_order_is_a_person(text_shop: Result, name: str) -> None:
    case = ORDERS[name]
    first_seen_on = text_shop.persons[name.strip()]
    assert first_seen_on == case.ordered_on
    revenue = Decimal(0) if case.line else Decimal(case.amount)
    if name == "refund_before_order":
        revenue -= 40000
    assert text_shop.revenue[name.strip()] == revenue


@pytest.mark.parametrize("key", QUARANTINED_ELSEWHERE)
def test_row_of_another_table_is_quarantined(text_shop: Result, key: str) -> None:
    reason, column = QUARANTINED_ELSEWHERE[key]
    found = text_shop.quarantined[key]
    assert [each[0] for each in found] == [reason]
    assert column is None or found[0][1] == column


def test_nothing_else_is_quarantined(text_shop: Result) -> None:
    expected = {
        f"orders {case.changes.get('order_id', name).strip()}"
        for name, case in ORDERS.items()
        if case.outcome != STAGED
    } | {"orders in_conflict", *QUARANTINED_ELSEWHERE}
    assert set(text_shop.quarantined) == expected


def test_quarantined_rows_are_kept_as_they_were(text_shop: Result) -> None:
    given = [
        {name: value or None for name, value in row.items()}
        for rows in TEXT_SHOP.values()
        for row in rows
    ]
    assert [row for row in text_shop.quarantined_json if row not in given] == []


def test_columns_of_the_raw_tables_are_noted(text_shop: Result) -> None:
    assert text_shop.noted == {
        (table, column)
        for table, rows in TEXT_SHOP.items()
        for row in rows
        for column in row
    }


def test_identical_duplicates_are_folded(text_shop: Result) -> None:
    assert text_shop.orders["copied"] == [(DAY, Decimal(100000))]
    assert text_shop.ledger["duplicates_folded"] == (3, Decimal(-200999))
    assert text_shop.counts["order_items"][2] == 1


def test_of_conflicting_duplicates_the_earliest_stays(text_shop: Result) -> None:
    assert text_shop.orders["in_conflict"] == [(date(2024, 2, 29), Decimal(999))]
    assert text_shop.quarantined["orders in_conflict"] == [
        ("conflicting_duplicate", None),
        ("conflicting_duplicate", None),
    ]
    assert text_shop.ledger["quarantined_conflicting_duplicate"] == (
        2,
        Decimal(-500000),
    )


def test_refund_before_its_order_takes_effect_with_it(text_shop: Result) -> None:
    assert text_shop.ledger["partially_refunded"] == (1, Decimal(-40000))
    assert text_shop.lifecycle["refund_before_order"][0] == ("converting", DAY)


def test_refund_above_the_amount_is_capped(text_shop: Result) -> None:
    assert text_shop.ledger["refund_excess"] == (1, Decimal(150000))
    assert text_shop.lifecycle["refund_above_amount"][:2] == [
        ("converting", DAY),
        ("potential", date(2024, 3, 5)),
    ]


def test_revenue_is_read_to_the_cent(text_shop: Result) -> None:
    """What can be read of the raw amounts, added up by hand."""
    readable = sum(
        Decimal(case.amount)
        for case in ORDERS.values()
        if case.outcome == STAGED or "total_amount" not in case.changes
        if case.outcome != ("unknown_currency", "currency")
    )
    copies = 3 * 100000 + 300000 + 200000 + 2 * 999
    assert text_shop.ledger["raw_revenue"][1] == readable + copies


def test_amounts_that_stand_for_nothing_do_not_stop_the_run(build: Build) -> None:
    """Some systems write nines where they know no amount: one fits into a column, the
    sum of two does not."""
    orders = [
        {
            "order_id": name,
            "customer_id": "c1",
            "ordered_at": "2024-03-01 05:00:00",
            "total_amount": amount,
        }
        for name, amount in {
            "nines": "99999999999999",
            "nines again": "99999999999999",
            "plain": "100000",
        }.items()
    ]
    result = result_of(build({"orders.csv": orders}))
    assert_nothing_lost(result, {"orders": 3})
    assert result.revenue == {"c1": Decimal(100000)}
    assert result.quarantined == {
        f"orders {name}": [("amount_too_large", "total_amount")]
        for name in ("nines", "nines again")
    }


# ---------------------------------------------------------------------------
# The same questions to a shop of typed Parquet, with an as-of date of its own.
# ---------------------------------------------------------------------------

TYPED_ORDERS = """
select * from (values
    (1, 'c1', timestamptz '2024-03-01 20:30:00+07', 0.1::double, 'paid', false),
    (2, 'c1', timestamptz '2024-03-01 20:30:00Z', 100.005::double, null, null),
    (3, 'c2', timestamptz '2024-03-01 05:00:00Z', 'nan'::double, 'paid', false),
    (4, 'c2', timestamptz '2024-03-01 05:00:00Z', 'inf'::double, 'paid', false),
    (5, 'c2', timestamptz '2024-03-01 05:00:00Z', null, 'paid', false),
    (6, 'c3', timestamptz 'infinity', 1::double, 'paid', false),
    (7, 'c3', null, 1::double, 'paid', false),
    (8, 'c4', timestamptz '2024-03-01 05:00:00Z', -5::double, 'paid', false),
    (9, 'c4', timestamptz '2024-03-01 05:00:00Z', 0::double, 'paid', false),
    (10, 'c5', timestamptz '2025-03-01 05:00:00Z', 7::double, 'paid', false),
    (11, 'c6', timestamptz '2024-03-01 05:00:00Z', 7::double, 'paid', false),
    (11, 'c6', timestamptz '2024-03-01 05:00:00Z', 7::double, 'paid', false),
    (11, 'c6', timestamptz '2024-03-01 05:00:00Z', 8::double, 'paid', false),
    (null, 'c6', timestamptz '2024-03-01 05:00:00Z', 8::double, 'paid', false),
    (12, null, timestamptz '2024-03-01 05:00:00Z', 9::double, 'paid', false)
) as orders(Order_ID, customer_id, "ORDERED_AT", total_amount, status, is_test)
"""

TYPED_REFUNDS = """
select 1 as refund_id, 11 as order_id, date '2024-03-02' as refunded_at,
    cast(2.50 as decimal(9, 2)) as amount
union all select 2, 11, date '2025-03-02', 1
union all select 3, 99, date '2024-03-02', 1
"""

TYPED_EVENTS = """
select
    range as event_id,
    timestamp_ns '2024-03-01 20:30:00' as occurred_at,
    range % 2 as anonymous_id,
    'page_view' as event_type,
    {'a': [range]} as payload
from range(3)
"""


@pytest.fixture(scope="module")
def typed_shop(build: Build) -> Result:
    """A shop of typed Parquet, as of the end of 2024."""
    files = {
        "orders.parquet": TYPED_ORDERS,
        "refunds.parquet": TYPED_REFUNDS,
        "web_events.parquet": TYPED_EVENTS,
        "notes.parquet": "select 1 as x",
        "stores.csv": [{"store_id": "s1"}],
        "readme.txt": b"not a table",
    }
    return result_of(build(files, {"as_of_date": "2024-12-31"}))


def test_typed_shop_loses_nothing(typed_shop: Result) -> None:
    given = {"orders": 15, "refunds": 3, "web_events": 3, "stores": 1}
    assert_nothing_lost(typed_shop, given)


def test_typed_values_are_read(typed_shop: Result) -> None:
    assert typed_shop.orders == {
        "1": [(DAY, Decimal("0.1"))],
        "2": [(NEXT_DAY, Decimal("100.005"))],
        "8": [(DAY, Decimal(-5))],
        "9": [(DAY, Decimal(0))],
        "10": [(date(2025, 3, 1), Decimal(7))],
        "11": [(DAY, Decimal(7))],
        "12": [(DAY, Decimal(9))],
    }


def test_typed_values_that_cannot_be_used_are_quarantined(typed_shop: Result) -> None:
    assert typed_shop.quarantined == {
        "orders 3": [("unreadable_value", "total_amount")],
        "orders 4": [("unreadable_value", "total_amount")],
        "orders 5": [("missing_amount", "total_amount")],
        "orders 6": [("unreadable_value", "ordered_at")],
        "orders 7": [("missing_value", "ordered_at")],
        "orders 11": [("conflicting_duplicate", None)],
        "orders ": [("missing_value", "order_id")],
        "refunds 3": typed_shop.quarantined["refunds 3"],
    }
    assert typed_shop.quarantined["refunds 3"][0][0] == "orphan_refund"


def test_what_is_dated_after_the_as_of_date_is_ignored(typed_shop: Result) -> None:
    assert typed_shop.ledger["after_as_of_date"] == (1, Decimal(-7))
    assert "c5" not in typed_shop.persons
    assert typed_shop.ledger["partially_refunded"] == (1, Decimal("-2.5"))
    assert typed_shop.revenue["c6"] == Decimal("4.5")


# Columns of whole numbers in which one is missing, as many tools write them.
IDS_WITH_FRACTIONS = {
    "customers.parquet": """
        select 1001 as customer_id, 987650001.0::double as phone, null as erased_at
        union all select 1002, 'nan'::double, null
        union all select 1003, 987650002, date '2024-03-05'
    """,
    "orders.parquet": """
        select
            col0 as order_id, col1 as customer_id, col2 as phone,
            date '2024-03-01' as ordered_at, 10 as total_amount
        from (values
            (1::float, 1001.0::decimal(9, 2), null),
            (2, 1002, 987650001),
            (3, null, 987650001),
            (4, 1003, 987650002)
        )
    """,
    "web_events.parquet": """
        select
            1 as event_id, 7 as anonymous_id, 'nan'::double as customer_id,
            'search' as event_type, date '2024-03-01' as occurred_at
    """,
    "refunds.parquet": """
        select
            1 as refund_id, 1 as order_id, date '2024-03-01' as refunded_at, 4 as amount
    """,
}


def test_ids_in_columns_of_numbers_are_whole(build: Build) -> None:
    warehouse = build(IDS_WITH_FRACTIONS, {})
    phone = hashlib.sha256(b"+84987650001").hexdigest()
    person_of = warehouse.identifiers()
    assert person_of.keys() == {
        ("customer_id", "1001"),
        ("customer_id", "1002"),
        ("phone", phone),
        ("anonymous_id", "7"),
    }
    assert person_of["phone", phone] == person_of["customer_id", "1002"]
    result = result_of(warehouse)
    assert result.revenue == {"1001": Decimal(26), "1002": Decimal(26)}
    assert result.quarantined == {}


# ---------------------------------------------------------------------------
# Bare shops, and shops where all are alike. Only the four columns are there.
# ---------------------------------------------------------------------------


def bare_order(order_id: str, customer_id: str, day: str) -> dict[str, str]:
    """An order of 100 in a shop that keeps no more than the four columns."""
    return dict(zip(BARE, (order_id, customer_id, day, "100"), strict=True))


@pytest.fixture(
    scope="module",
    params=[
        "csv",
        pytest.param(
            "parquet",
            marks=pytest.mark.skipif(
                "SLOW" not in os.environ, reason="a build more: run `make test-slow`"
            ),
        ),
    ],
)
def empty_shop(build: Build, request: pytest.FixtureRequest) -> Result:
    """An orders table without rows; as Parquet, its columns have no type either."""
    if request.param == "csv":
        return result_of(build({"orders.csv": []}))
    nothing = f"select {', '.join(f'null as {name}' for name in BARE)} where 1 = 0"
    files = {"orders.parquet": nothing}
    return result_of(build(files, select=TOLD_OF_SEGMENTS), has_persons=False)


def test_empty_orders(empty_shop: Result) -> None:
    assert_nothing_lost(empty_shop, {})
    assert (empty_shop.persons, empty_shop.lifecycle, empty_shop.cells) == ({}, {}, [])


def test_one_order(build: Build) -> None:
    """Bought in mid-month: scored in the open period, where all cut points coincide."""
    files = {"orders.csv": [bare_order("o1", "c1", "2024-03-15")]}
    result = result_of(build(files, select=TOLD_OF_SEGMENTS), has_persons=False)
    assert_nothing_lost(result, {"orders": 1})
    assert result.lifecycle == {"c1": [("converting", date(2024, 3, 15))]}
    assert result.cells == ["111"]
    assert sum(result.kinds["closing"]) == 100


def test_all_customers_identical_on_one_day(build: Build) -> None:
    """Nobody is better than the others, so nobody scores above 1."""
    orders = [bare_order(f"o{n}", f"c{n}", "2024-03-31 05:00:00") for n in range(50)]
    files = {"orders.csv": orders}
    result = result_of(build(files, select=TOLD_OF_SEGMENTS), has_persons=False)
    assert_nothing_lost(result, {"orders": 50})
    assert len(result.lifecycle) == 50
    assert set(map(tuple, result.lifecycle.values())) == {
        (("converting", date(2024, 3, 31)),)
    }
    assert result.cells == ["111"] * 50


@pytest.fixture
def is_readable(build: Build, place: Path) -> Callable[[Rows], bool]:
    """Builds a shop of some orders, and says whether they pass as readable.

    No run is on record before the first one.
    """
    db_path = place / "shop.duckdb"
    with duckdb.connect(str(db_path)) as connection:
        connection.execute("drop table if exists state.pipeline_runs")

    def run(orders: Rows) -> bool:
        build({"orders.csv": orders}, select="+row_counts")
        variables = {"raw_data": str(place / "raw")}
        manifest = manifest_for(db_path, variables)
        try:
            dbt(
                ["test", "--select", "orders_are_readable"],
                db_path,
                variables,
                manifest,
            )
        except PipelineError as error:
            assert "configured to fail" in str(error)
            return False
        return True

    return run


@pytest.mark.parametrize(
    ("rows_read", "rows_quarantined", "is_unusual"),
    [
        (9, 9, False),
        (10, 5, False),
        (10, 6, True),
        (99, 49, False),
        (99, 50, True),
        (100, 5, False),
        (100, 6, True),
        (100, 60, True),
    ],
)
def test_unusual_share_of_a_table_is_warned_of(
    rows_read: int, rows_quarantined: int, is_unusual: bool
) -> None:
    sql = Macros().model(
        PROJECT / "tests" / "data" / "unusual_quarantine_shares.sql",
        var={"alert_quarantine_share": 0.05}.get,
    )
    with duckdb.connect() as connection:
        connection.execute(
            "create table row_counts as select 'shop' as source_system,"
            " 'stores' as source_table, $1::bigint as rows_read,"
            " $2::bigint as rows_quarantined",
            [rows_read, rows_quarantined],
        )
        connection.execute(
            "create table quarantined_rows as select 'shop' as source_system, * from"
            " (values ('orders', 'z', 'x'), ('orders', 'z', 'x'), ('stores', 'a', 'x'),"
            " ('stores', 'b', 'y'), ('stores', 'b', 'y'), ('stores', 'c', null))"
            " as faults (source_table, reason, column_name)"
        )
        found = connection.execute(sql).fetchall()
    said = f"{rows_quarantined} of the {rows_read} rows of table `stores` are in"
    said += " quarantine, most often for b in column y: marts.quarantined_rows has"
    said += " them, and models/staging/shop/raw_columns.md says how values are written."
    row = ("shop", "stores", rows_read, rows_quarantined, said)
    assert found == ([row] if is_unusual else [])


@pytest.mark.parametrize(("unattributed", "is_unusual"), [(10, False), (11, True)])
def test_orders_of_nobody_are_warned_of(unattributed: int, is_unusual: bool) -> None:
    """A guest's number that cannot be read is no number that does not stand there."""
    sql = Macros().model(
        PROJECT / "tests" / "data" / "unusual_unattributed_share.sql",
        var={"alert_unattributed_share": 0.1}.get,
    )
    with duckdb.connect() as connection:
        connection.execute(
            "create table revenue_ledger as select * from (values"
            " ('raw_revenue', 60), ('raw_revenue', 40), ('test_order', 50),"
            f" ('unattributed', {unattributed})) as lines (line, orders)"
        )
        found = connection.execute(sql).fetchall()
    assert [row[:2] for row in found] == ([(100, unattributed)] if is_unusual else [])
    for row in found:
        assert "shared_identifiers" in row[2]
        assert "default_region" in row[2]


@pytest.mark.parametrize("word", ["GrabMart", "Đã trả lời", " grab", ""])
@pytest.mark.parametrize(
    "seed", ["sales_channels", "contact_outcomes", "referrer_hosts"]
)
def test_word_of_a_seed_that_fits_nothing_is_found(seed: str, word: str) -> None:
    sql = Macros().model(
        PROJECT / "tests" / "data" / "seed_words_are_in_lower_case.sql"
    )
    with duckdb.connect() as connection:
        connection.execute("create table sales_channels (channel varchar)")
        connection.execute("create table contact_outcomes (outcome varchar)")
        connection.execute("create table referrer_hosts (host_part varchar)")
        connection.execute(
            f"insert into {seed} values ('đã gọi'), ('grab'), (?)", [word]
        )
        found = connection.execute(sql).fetchall()
    assert [row[:2] for row in found] == [(seed, word)]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("counted", "uncounted", "unknown"),
    [
        (["Hoàn thành"], ["Đã hủy", "Lost"], []),
        (["Hoàn thành"], [], ["lost", "đã hủy"]),
        ([], ["lost"], ["hoàn thành", "đã hủy"]),
        ([], [], ["hoàn thành", "lost", "đã hủy"]),
    ],
)
def test_status_in_neither_var_is_warned_of(
    counted: list[str], uncounted: list[str], unknown: list[str], form: str
) -> None:
    """In whichever of two forms the vars have the letters of Vietnamese."""
    macros = Macros((".", "adapters"))
    macros.call(
        "quoted_list",
        [],
        counted_order_statuses=[unicodedata.normalize(form, text) for text in counted],
        uncounted_order_statuses=[
            unicodedata.normalize(form, text) for text in uncounted
        ],
    )
    sql = macros.model(PROJECT / "tests" / "data" / "unknown_order_statuses.sql")
    with duckdb.connect() as connection:
        connection.execute(
            "create table int_orders__unioned as select 'shop' as source_system, *"
            " from (values ('hoàn thành'), ('đã hủy'), ('lost'), ('lost'), (null))"
            " as orders (status)"
        )
        found = connection.execute(sql).fetchall()
    assert sorted(row[1] for row in found) == unknown


@pytest.mark.parametrize(
    ("customer", "contacts", "stands_for_guests"),
    [
        ("0", 1, True),
        ("Guest", 1, True),
        ("Khách lẻ", 1, True),
        ("KHACHLE", 1, True),
        ("00", 1, False),
        ("7", 20, False),
        ("7", 21, True),
    ],
)
@pytest.mark.parametrize("kind", ["email", "phone"])
def test_customer_id_of_guests_is_warned_of(
    kind: str, customer: str, contacts: int, stands_for_guests: bool
) -> None:
    sql = Macros().model(PROJECT / "tests" / "data" / "customer_ids_of_guests.sql")
    given = {"email_key": "null", "phone_key": "null"}
    given[f"{kind}_key"] = "md5(n::varchar)"
    # What is no usable contact says nothing, and neither do orders without an id.
    unusable = {name: "'placeholder:x' || n" for name in given}
    with duckdb.connect() as connection:
        connection.execute(f"""
            create table int_orders__contacts as
            select 'shop' as source_system, '{customer}' as customer_id, 2 as orders,
                {given["email_key"]} as email_key, {given["phone_key"]} as phone_key
            from range({contacts}) as numbers(n)
            union all
            select 'shop', '{customer}', 1, {", ".join(unusable.values())}
            from range(30) as numbers(n)
            union all
            select 'shop', null, 1, md5(n::varchar), md5(n::varchar)
            from range(30) as numbers(n)
        """)
        found = connection.execute(sql).fetchall()
    assert [row[:3] for row in found] == (
        [("shop", customer, 2 * contacts + 30)] if stands_for_guests else []
    )


@pytest.mark.parametrize(
    ("ordered_on", "unusable_on", "is_gap"),
    [
        (10, 10, True),
        (9, 10, False),
        (19, 10, True),
        # The next usable rate is of the 20th, the one before of the 1st.
        (20, 10, False),
        (20, 20, False),
        (1, 1, False),
        (25, 21, True),
        # The as-of date is the 25th.
        (26, 21, False),
        (25, None, False),
    ],
)
def test_orders_at_the_rate_before_an_unusable_one_are_warned_of(
    ordered_on: int, unusable_on: int | None, is_gap: bool
) -> None:
    sql = Macros().model(PROJECT / "tests" / "data" / "unusable_exchange_rates.sql")
    day = "date '2024-05-01' - 1 +"
    with duckdb.connect() as connection:
        connection.execute(f"""
            create table int_calendar__bounds as select {day} 25 as as_of_date;
            create table base_shop__exchange_rates as
            select 'USD' as currency, {day} {unusable_on or 0} as rate_date,
                {"'not_positive'" if unusable_on else "null"} as problem
            union all
            select 'USD', null, 'unreadable_value';
            create table stg_shop__exchange_rates as
            select 'USD' as currency, {day} 1 as valid_from, {day} 20 as valid_to
            union all
            select 'USD', {day} 20, date '9999-12-31'
            union all
            select 'EUR', {day} 1, date '9999-12-31';
            create table stg_shop__orders as
            select currency, {day} {ordered_on} as ordered_on
            from (values ('USD'), ('USD'), ('EUR'), ('VND')) as orders (currency)
        """)
        found = [row[-1] for row in connection.execute(sql).fetchall()]
    before = 1 if ordered_on < 20 else 20
    said = (
        f"The rate of `USD` from 2024-05-{unusable_on} on is in quarantine: orders"
        f" since are converted at that of 2024-05-{before:02}, 2 so far."
    )
    assert found == ([said] if is_gap else [])


NEW_YEAR = 19723
"""Of 2024, in days since 1970."""


@pytest.mark.parametrize(
    ("orders", "events", "strays"),
    [
        ([0, *range(NEW_YEAR, NEW_YEAR + 9)], [], []),
        ([0, *range(NEW_YEAR, NEW_YEAR + 10)], [], [("orders", 0, "o0", 1)]),
        (range(NEW_YEAR, NEW_YEAR + 20), [0, 0], [("web_events", 0, "e0", 2)]),
        # A shop that was closed for years has more to tell of before.
        (range(10), range(NEW_YEAR, NEW_YEAR + 90), []),
        ([0], range(730, 750), []),
        ([0], range(731, 751), [("orders", 0, "o0", 1)]),
        (
            [0, 1, 2000, *range(NEW_YEAR, NEW_YEAR + 40)],
            [1],
            [
                ("orders", 0, "o0", 1),
                ("orders", 1, "o1", 1),
                ("web_events", 1, "e0", 1),
                ("orders", 2000, "o2", 1),
            ],
        ),
        # What is dated after the as-of date has not happened.
        ([0, *range(NEW_YEAR + 100, NEW_YEAR + 120)], [], []),
        ([], [], []),
    ],
)
def test_dates_long_before_all_others_are_warned_of(
    orders: list[int], events: list[int], strays: list[tuple[str, int, str, int]]
) -> None:
    path = PROJECT / "tests" / "data" / "dates_long_before_all_others.sql"
    epoch = date(1970, 1, 1)
    with duckdb.connect() as connection:
        connection.execute(
            "create table int_orders__unioned (order_id varchar, ordered_on date);"
            "create table int_web_events__unioned (event_id varchar, occurred_on date);"
            "create table int_calendar__bounds as"
            f" select date '1970-01-01' + {NEW_YEAR + 99} as as_of_date"
        )
        for table, key, days in (
            ("int_orders__unioned", "o", orders),
            ("int_web_events__unioned", "e", events),
        ):
            for number, day in enumerate(days):
                connection.execute(
                    f"insert into {table} values (?, ?)",
                    [f"{key}{number}", epoch + timedelta(days=day)],
                )
        found = connection.execute(
            f"select source_table, dated_on, record_key, dated_rows, message"
            f" from ({Macros().model(path)}) as found order by dated_on, source_table"
        ).fetchall()
    assert [row[:4] for row in found] == [
        (table, epoch + timedelta(days=day), key, rows)
        for table, day, key, rows in strays
    ]
    for table, day, key, rows, message in found:
        assert f"`{table}` dated {day}: {rows}, such as `{key}`; nothing" in message
        assert "put their date right" in message


DAY_FIRST = [bare_order(f"o{number}", "c1", "31/12/2024") for number in range(3)]
"""Orders as a spreadsheet saves them again: no date is read."""


def test_shop_whose_orders_vanish_fails(is_readable: Callable[[Rows], bool]) -> None:
    assert is_readable([]), "a shop that begins with nothing is allowed"
    assert not is_readable(DAY_FIRST), "rows, and none of them can be used"
    assert is_readable([]), "no run on record has had an order"
    orders = [*DAY_FIRST, bare_order("o9", "c1", "2024-12-31")]
    assert is_readable(orders), "one order is a shop"
    assert not is_readable([]), "the run before had one"
    assert not is_readable([]), "nor is it forgotten the night after"
    assert is_readable(orders)


def test_older_record_of_runs_gets_the_new_column(
    place: Path, is_readable: Callable[[Rows], bool]
) -> None:
    assert is_readable([])
    with duckdb.connect(str(place / "shop.duckdb")) as connection:
        connection.execute("alter table state.pipeline_runs drop column orders_staged")
    assert is_readable([bare_order("o1", "c1", "2024-12-31")])
    assert not is_readable([])


# ---------------------------------------------------------------------------
# Input that cannot be read at all stops the run, and the message says where.
# ---------------------------------------------------------------------------

SOME_ORDERS = """
select
    'o' || range as order_id,
    'c' || range % 300 as customer_id,
    timestamp '2024-01-01' + range * interval 1 minute as ordered_at,
    cast(range * 1.5 as decimal(18, 2)) as total_amount
from range(20000)
"""


@pytest.fixture(scope="module")
def sound_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A Parquet file of orders."""
    path = tmp_path_factory.mktemp("sound") / "orders.parquet"
    write_file(path, SOME_ORDERS)
    return path.read_bytes()


def flipped(content: bytes, start: int, count: int) -> bytes:
    """The content with every bit of some bytes turned over."""
    damaged = bytes(255 - byte for byte in content[start : start + count])
    return content[:start] + damaged + content[start + count :]


@pytest.mark.parametrize(
    ("damage", "said"),
    {
        "cut_short": (lambda sound: sound[: len(sound) // 2], ["cut short or damaged"]),
        "empty": (lambda sound: b"", ["cut short or damaged"]),
        "text": (lambda sound: b"order_id\n1\n", ["no Parquet file"]),
        "footer": (lambda sound: flipped(sound, len(sound) - 8, 4), ["damaged"]),
        "page_header": (lambda sound: flipped(sound, 4, 16), ["column `order_id`"]),
        "data_page": (
            lambda sound: flipped(sound, len(sound) * 3 // 4, 200),
            ["column `total_amount`"],
        ),
    }.values(),
    ids=["cut_short", "empty", "text", "footer", "page_header", "data_page"],
)
def test_corrupt_parquet_file(
    build: Build,
    place: Path,
    sound_file: bytes,
    damage: Callable[[bytes], bytes],
    said: list[str],
) -> None:
    with pytest.raises(PipelineError) as stopped:
        build(
            {"orders.parquet": damage(sound_file)},
            select="+base_shop__orders_repeated",
        )
    for words in ["`orders`", str(place / "raw" / "orders.parquet"), *said]:
        assert words in str(stopped.value)


ONE_ORDER = [bare_order("o1", "c1", "2024-03-15")]
RAGGED = b"order_id,customer_id,ordered_at,total_amount\no1,c1,2024-03-15,1\no2,c2\n"
HEADER = b"order_id,customer_id,ordered_at,total_amount\n"
LATIN = HEADER + b"o1,Andr\xe9,2024-03-15,1\n"
LATE = HEADER + b"o1,c1,2024-03-15,1\n" * 200_000 + b"o2,\xd0\xe0o,2024-03-15,1\n"

UNUSABLE_FOLDERS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no_orders_table": (
        {"customers.csv": [{"customer_id": "c1"}]},
        ["Table `orders` is missing", "{folder}", "orders.parquet or orders.csv"],
    ),
    "no_required_column": (
        {"orders.csv": [{"order_id": "o1", "customer_id": "c1", "ordered": "x"}]},
        [
            "Table `orders`",
            "{folder}",
            "no column `ordered_at`",
            "customer_id, ordered.",
        ],
    ),
    "no_required_column_of_an_optional_table": (
        {"orders.csv": ONE_ORDER, "refunds.csv": [{"refund_id": "r1"}]},
        ["Table `refunds`", "{folder}", "no column `order_id`"],
    ),
    "no_bytes": (
        {"orders.csv": b""},
        ["Table `orders` is empty", "{folder}/orders.csv", "Write its header line"],
    ),
    "no_bytes_of_an_optional_table": (
        {"orders.csv": ONE_ORDER, "refunds.csv": b""},
        ["Table `refunds` is empty", "{folder}/refunds.csv", "or remove the file"],
    ),
    "blank_lines": (
        {"orders.csv": b"\xef\xbb\xbf \n\n"},
        ["Table `orders` is empty", "{folder}/orders.csv"],
    ),
    "a_table_twice": (
        {"orders.csv": ONE_ORDER, "orders.parquet": SOME_ORDERS},
        ["`orders` is there twice", "{folder}/orders.csv", "{folder}/orders.parquet"],
    ),
    "rows_of_different_lengths": (
        {"orders.csv": RAGGED},
        [
            "Table `orders`",
            "line 3 of `{folder}/orders.csv` has fewer fields than the header, or a",
        ],
    ),
    "semicolons_and_a_row_too_long": (
        {"orders.csv": RAGGED.replace(b",", b";").replace(b"o2;c2", b"o2" + b";x" * 5)},
        ["line 3 of `{folder}/orders.csv` has more fields than the header"],
    ),
    "a_row_too_long_far_down": (
        {"orders.csv": HEADER + b"o1,c1,2024-03-15,1\n" * 200_000 + b"a,b,c,d,e\n"},
        [
            "Table `orders` cannot be read: line 200002 of `{folder}/orders.csv` has",
            "more fields than the header",
            "double quotes",
        ],
    ),
    "a_quote_that_does_not_end": (
        {"orders.csv": HEADER + b"o1,c1,2024-03-15,1\n" * 200_000 + b'a,"b,c,d\n'},
        ["line 200002 of `{folder}/orders.csv` has a double quote that does not end"],
    ),
    "a_line_break_in_quotes_above": (
        {"orders.csv": HEADER + b'o1,"c\n""\n\n1",2024-03-15,1\n\na,b\n'},
        ["line 7 of `{folder}/orders.csv` has fewer fields than the header"],
    ),
    "lines_that_end_in_two_ways": (
        {"orders.csv": HEADER + b"o1,c1,2024-03-15,1\r\n" * 2},
        ["Table `orders`", "fields of `{folder}/orders.csv` end", "CRLF and in LF"],
    ),
    "not_utf_8": (
        {"orders.csv": LATIN},
        [
            "`{folder}/orders.csv` is not UTF-8 in line 2",
            "iconv -f WINDOWS-1258 -t UTF-8 orders.csv > new",
        ],
    ),
    "not_utf_8_in_the_header": (
        {"orders.csv": HEADER.replace(b"total", b"t\xf4tal") + b"o1,c1,2024-03-15,1"},
        ["`{folder}/orders.csv` is not UTF-8 in line 1", '"CSV UTF-8"'],
    ),
    "utf_16": (
        {"orders.csv": (HEADER + b"o1,c1,2024-03-15,1\n").decode().encode("utf-16")},
        ["`{folder}/orders.csv` is not UTF-8 in line 1", "iconv -f UTF-16 -t UTF-8"],
    ),
    "line_above_the_header": (
        {"orders.csv": b"sep=;\n" + HEADER + b"o1,c1,2024-03-15,1\n"},
        ["Table `orders`", "{folder}", "a line stands above it"],
    ),
    "not_utf_8_far_down": (
        {"orders.csv": LATE},
        ["`{folder}/orders.csv` is not UTF-8 in line 200002"],
    ),
}


@pytest.mark.parametrize("name", UNUSABLE_FOLDERS)
def test_unusable_folder(build: Build, place: Path, name: str) -> None:
    files, said = UNUSABLE_FOLDERS[name]
    with pytest.raises(PipelineError) as stopped:
        build(files, select="+stg_shop__orders")
    for words in said:
        assert words.format(folder=place / "raw") in str(stopped.value)


def test_first_build_of_an_export_with_names_of_its_own() -> None:
    folder, db_path = new_place()
    folder.mkdir()
    export = [{"order_id": "o1", "customer_id": "c1", "ordered": "x"}]
    write_file(folder / "orders.csv", export)
    with pytest.raises(PipelineError) as stopped:
        run_pipeline(folder, db_path, select="+stg_shop__orders")
    assert "read through views: see docs/exports.md" in str(stopped.value)


def test_folder_that_does_not_exist(build: Build) -> None:
    with pytest.raises(PipelineError) as stopped:
        build({}, {"raw_data": "/no/such/folder"}, select="+stg_shop__orders")
    for words in ["`orders`", "/no/such/folder", "var raw_data"]:
        assert words in str(stopped.value)


@pytest.mark.parametrize("kind", ["view", "table"])
def test_tables_of_the_warehouse_are_not_replaced_by_files(
    build: Build, place: Path, kind: str
) -> None:
    """Such as by those of the demo, where `raw_data: ''` was forgotten."""
    files = {"orders.csv": ONE_ORDER}
    build(files, select="+stg_shop__orders")
    with duckdb.connect(str(place / "shop.duckdb")) as connection:
        connection.execute(f"create {kind} raw.stores as select 's1' as store_id")
    try:
        with pytest.raises(PipelineError) as stopped:
            build(files, select="+stg_shop__orders")
        for words in ["`raw`", "stores,", "var raw_data", '{raw_data: ""}']:
            assert words in str(stopped.value)
        assert "orders" not in str(stopped.value), "a view of the run before"
        built = build(files, {"raw_data": ""}, select="+stg_shop__stores")
        assert built.rows("select store_id from staging.stg_shop__stores") == [("s1",)]
    finally:
        with duckdb.connect(str(place / "shop.duckdb")) as connection:
            connection.execute(f"drop {kind} raw.stores")


def test_demo_does_not_take_the_place_of_a_shop(build: Build, place: Path) -> None:
    """Such as in a night whose --vars were forgotten."""
    built = build({"orders.csv": ONE_ORDER}, select="+stg_shop__orders")
    with pytest.raises(PipelineError) as stopped:
        build({}, {"raw_data": "seeds/demo"}, select="+stg_shop__orders")
    for words in ["/raw/orders.csv`", "demo shop", "--vars", "SEGMENTATION_DB"]:
        assert words in str(stopped.value)
    assert built.rows("select view_name from duckdb_views() where schema_name = 'raw'")


def test_demo_by_its_whole_path_is_the_demo() -> None:
    _, db_path = new_place()
    for folder in (str(PROJECT / "seeds" / "demo"), "seeds/demo"):
        settings = {"raw_data": folder}
        built = run_pipeline(PROJECT, db_path, settings, "+stg_shop__stores")
    assert built.rows("select * from staging.stg_shop__stores")


def test_file_under_another_name_is_warned_of(build: Build) -> None:
    said: list[str] = []
    nothing_read = ("Customers.csv", "refunds.csv.gz", "products.xlsx")
    read_or_none_of_ours = ("stores.xlsx", "notes.txt", "orders_2023.csv")
    built = build(
        {
            "orders.csv": ONE_ORDER,
            "stores.csv": [{"store_id": "s1"}],
            **dict.fromkeys(nothing_read + read_or_none_of_ours, b"x"),
        },
        select="+stg_shop__orders",
        warnings=said,
    )
    assert len(built.rows("select * from staging.stg_shop__orders")) == 1
    for name in nothing_read:
        table = name.split(".")[0].lower()
        (message,) = [text for text in said if f"/{name}`" in text]
        assert f"table `{table}` is read from `{table}.csv`" in message
    for name in read_or_none_of_ours:
        assert not [text for text in said if name in text]


# ---------------------------------------------------------------------------
# A table that changes its columns between two builds
# ---------------------------------------------------------------------------


@pytest.fixture
def columns_before(place: Path, text_shop: Result) -> None:
    """As if the last build that ended well had been one of these columns."""
    types = {"order_id": "VARCHAR", "ordered_at": "TIMESTAMP", "note": "VARCHAR"}
    types |= {"customer_id": "VARCHAR", "total_amount": "DOUBLE", "status": "VARCHAR"}
    with duckdb.connect(str(place / "shop.duckdb")) as connection:
        connection.execute("delete from state.raw_columns")
        connection.executemany(
            "insert into state.raw_columns values (?, ?, ?, ?, true)",
            [("orders", name, types[name], 1) for name in types]
            + [("refunds", "refund_id", "BIGINT", 1)],
        )


def noted_columns(place: Path) -> list[tuple[str, str, bool]]:
    """Column, type and whether a build has ended with it, of the orders."""
    return Warehouse(place / "shop.duckdb").rows(
        "select column_name, data_type, is_built from state.raw_columns"
        " where source_table = 'orders' order by all"
    )


def test_what_changed_in_a_raw_table_is_said(
    build: Build, place: Path, columns_before: None
) -> None:
    said: list[str] = []
    orders = [
        bare_order(order_id, "c1", "2024-03-15") | {"gift": "socks"}
        for order_id in ("o1", "o2")
    ]
    orders[1]["total_amount"] = "a lot"
    built = build({"orders.csv": orders}, select="+stg_shop__orders", warnings=said)
    table = "Table `orders`"
    assert sorted(said) == [
        "Column `ordered_at` of table `orders` was TIMESTAMP and is VARCHAR: rows in"
        " which it does not read as timestamp are quarantined.",
        "Column `total_amount` of table `orders` was DOUBLE and is VARCHAR: rows in"
        " which it does not read as decimal(18,4) are quarantined.",
        f"{table} has a new column `gift` (VARCHAR) that the contract does not know: it"
        " is carried in raw_row, masked, and nothing is computed from it. Describe it"
        " in models/staging/shop to have it read.",
        f"{table} no longer has the column `note`.",
        f"{table} no longer has the column `status`: it counts as empty.",
        "Table `refunds` was there at the last build and is gone: it counts as empty.",
    ]
    rows = built.rows(
        "select order_id, problem, raw_row from restricted.base_shop__orders"
        " order by all"
    )
    assert [(order_id, problem) for order_id, problem, _ in rows] == [
        ("o1", None),
        ("o2", "unreadable_value"),
    ]
    assert rows[0][2] is None, "kept only where it is needed"
    assert json.loads(rows[1][2])["gift"] == "***"
    # Not all was built, so the next run says it again.
    assert ("gift", "VARCHAR", False) in noted_columns(place)
    assert ("note", "VARCHAR", True) in noted_columns(place)


def test_columns_that_nothing_is_computed_from_are_said_of_a_new_table(
    build: Build, place: Path, columns_before: None
) -> None:
    """Such as `e-mail` for `email`, which the first build would leave out unnoticed."""
    said: list[str] = []
    customer = {"customer_id": "c1", "e-mail": "a@b.vn", "tags": "x", "loaded_at": None}
    build(
        {
            "orders.csv": [bare_order("o1", "c1", "2024-03-15")],
            "customers.csv": [customer],
        },
        select="+stg_shop__customers",
        warnings=said,
    )
    assert [text for text in said if "Table `customers`" in text] == [
        "Table `customers` has columns that the contract does not know: e-mail, tags."
        " Nothing is computed from them. Rename what"
        " models/staging/shop/raw_columns.md has under another name."
    ]


def test_erased_customers_do_not_come_back_with_a_lost_column(
    build: Build, place: Path, columns_before: None
) -> None:
    files = {
        "orders.csv": [bare_order("o1", "c1", "2024-03-15")],
        "customers.csv": [{"customer_id": "c1", "erased_at": "2024-04-01"}],
    }
    chosen = "+base_shop__customers"
    build(files, select=chosen)
    with duckdb.connect(str(place / "shop.duckdb")) as connection:
        connection.execute(
            "insert into state.raw_columns"
            " values ('customers', 'erased_at', 'VARCHAR', 2, true)"
        )
    lost = files | {"customers.csv": [{"customer_id": "c1"}]}
    for without in (lost, {"orders.csv": files["orders.csv"]}):
        with pytest.raises(PipelineError, match="the last build: 1\\)"):
            build(without, select=chosen, full_refresh=False)
    # Said in so many words, by a column or on a full refresh, it is believed.
    nobody = files | {"customers.csv": [{"customer_id": "c1", "erased_at": None}]}
    for believed, full_refresh in ((nobody, False), (lost, True)):
        built = build(believed, select=chosen, full_refresh=full_refresh)
        assert built.rows(
            "select customer_id from restricted.base_shop__customers"
        ) == [("c1",)]


def test_columns_of_a_run_that_did_not_end_well_are_forgotten(
    build: Build, place: Path, columns_before: None
) -> None:
    """They are not those of the next build that does, of other columns."""
    order = bare_order("o1", "c1", "2024-03-15")
    build({"orders.csv": [order]}, select="+stg_shop__stores")
    with duckdb.connect(str(place / "shop.duckdb")) as connection:
        connection.execute("delete from state.raw_columns where is_built")
        connection.execute("update state.raw_columns set is_built = true")
    ended_well = noted_columns(place)
    build({"orders.csv": [order | {"gift": "socks"}]}, select="+stg_shop__stores")
    assert ("gift", "VARCHAR", False) in noted_columns(place)
    build({"orders.csv": [order]}, select="+stg_shop__stores")
    assert noted_columns(place) == ended_well


def test_renamed_column_is_looked_for(build: Build, columns_before: None) -> None:
    renamed = {"order_id": "o1", "customer_id": "c1", "bought_at": "x", "note": "y"}
    with pytest.raises(PipelineError) as stopped:
        build({"orders.csv": [renamed]}, select="stg_shop__stores")
    assert "no column `ordered_at`" in str(stopped.value)
    assert "perhaps the same under another name: bought_at." in str(stopped.value)


def test_freshness_is_told_by_the_best_column_there_is(
    build: Build, place: Path
) -> None:
    """The table of web events is not there, and not late for that."""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    for loaded_at, expected in ((None, "warn"), (now, "pass")):
        order = bare_order("o1", "c1", "2024-03-15")
        order |= {"loaded_at": loaded_at} if loaded_at else {}
        build({"orders.csv": [order]}, select="+stg_shop__stores")
        db_path = place / "shop.duckdb"
        variables = {"raw_data": str(place / "raw")}
        found = dbt(
            ["source", "freshness"], db_path, variables, manifest_for(db_path, {})
        )
        assert {
            result.node.name: result.status
            for result in found.result.results
            if result.node.resource_type == "source"
        } == {"orders": expected, "web_events": "pass"}


# ---------------------------------------------------------------------------
# Wrong vars
# ---------------------------------------------------------------------------

TODAY = datetime.now(ZoneInfo("Pacific/Auckland")).date()
TOMORROW = f"{TODAY + timedelta(days=1)}"
"""By the clock of a zone that is ahead of most."""

WRONG_VARS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "unknown_source_system": (
        {"source_systems": ["shopify"]},
        ["`source_systems`", "shopify", "shop, online_retail"],
    ),
    "misspelt": (
        {"churn_day": 45},
        [
            *("There is no such var", "`churn_day`", "`45`"),
            "Allowed: one of alert_deviations, ",
            "the nearest name there is `churn_days`.",
        ],
    ),
    "misspelt_in_several_words": (
        {"frequency_min_order": 2},
        ["churn_days, code_change", "the nearest name there is `frequent_min_orders`."],
    ),
    "unknown_preset": (
        {"rfm_preset": "clasic"},
        ["`rfm_preset`", "`clasic`", "classic, store, klaviyo"],
    ),
    "unknown_method": (
        {"rfm_method": "kmeans"},
        ["`rfm_method`", "`kmeans`", "percentile, fixed, frozen"],
    ),
    "unknown_period": (
        {"rfm_period": "quarter"},
        ["`rfm_period`", "`quarter`", "month, week, day"],
    ),
    "unknown_measure": (
        {"monetary_measure": "profit"},
        ["`monetary_measure`", "`profit`", "revenue, average_order_value"],
    ),
    "unknown_decimal_mark": (
        {"decimal_mark": ";"},
        ["`decimal_mark`", "`;`", "auto, ., ,"],
    ),
    "negative_window": (
        {"churn_days": -1},
        ["`churn_days`", "`-1`", "a whole number of at least 1"],
    ),
    "window_beyond_the_calendar": (
        {"churn_days": 3_000_000_000},
        ["`churn_days`", "`3000000000`", "at least 1, and at most 500000"],
    ),
    "one_month_is_no_usual_one": (
        {"alert_periods": 1},
        ["`alert_periods`", "`1`", "at least 2", "deviate"],
    ),
    "zero_window": ({"rfm_window_days": 0}, ["`rfm_window_days`", "`0`", "at least 1"]),
    "window_as_text": (
        {"aware_window_days": "30"},
        ["`aware_window_days`", "`30`", "a whole number", "without quotes"],
    ),
    "window_with_fraction": (
        {"intent_window_days": 7.5},
        ["`intent_window_days`", "`7.5`", "a whole number"],
    ),
    "window_as_truth": (
        {"loyal_min_orders": True},
        ["`loyal_min_orders`", "`True`", "a whole number"],
    ),
    "window_of_nothing": (
        {"former_hold_days": None},
        ["`former_hold_days`", "`None`", "a whole number"],
    ),
    "unknown_time_zone": (
        {"reporting_timezone": "Asia/Hanoi"},
        ["`reporting_timezone`", "`Asia/Hanoi`", "alike: Asia/Harbin, Asia/Hebron, "],
    ),
    "time_zone_in_lower_case": (
        {"reporting_timezone": "europe/london"},
        ["`reporting_timezone`", "`europe/london`", "Europe/Ljubljana, Europe/London"],
    ),
    "offset_as_time_zone": (
        {"reporting_timezone": "+07:00"},
        ["`reporting_timezone`", "`+07:00`", "IANA"],
    ),
    "unknown_region": (
        {"default_region": "XX"},
        ["`default_region`", "`XX`", "ISO 3166"],
    ),
    "region_in_lower_case": (
        {"default_region": "vn"},
        ["`default_region`", "`vn`", "capital letters"],
    ),
    "norway_without_quotes": (
        {"default_region": False},
        ["`default_region`", "`False`", "'NO' in quotes"],
    ),
    "currency_symbol": (
        {"reporting_currency": "\u20ab"},
        ["`reporting_currency`", "`\u20ab`", "ISO 4217"],
    ),
    "unparsable_as_of_date": (
        {"as_of_date": "31/03/2024"},
        ["`as_of_date`", "`31/03/2024`", "2024-03-31"],
    ),
    "as_of_day_that_is_not": (
        {"as_of_date": "2024-02-30"},
        ["`as_of_date`", "`2024-02-30`", "yesterday"],
    ),
    "as_of_tomorrow": (
        {"as_of_date": TOMORROW, "reporting_timezone": "Pacific/Auckland"},
        ["Day to come", f"`{TOMORROW}`", f"up to today, which is {TODAY} in Pacific"],
    ),
    "as_of_today": ({"as_of_date": "today"}, ["`as_of_date`", "`today`", "yesterday"]),
    "frozen_without_date": (
        {"rfm_method": "frozen"},
        ["`rfm_frozen_at`", "``", "2024-03-31"],
    ),
    "frozen_at_words": (
        {"rfm_method": "frozen", "rfm_frozen_at": "March"},
        ["`rfm_frozen_at`", "`March`", "2024-03-31"],
    ),
    "frozen_in_mid_month": (
        {"rfm_method": "frozen", "rfm_frozen_at": "2024-03-30"},
        ["`rfm_frozen_at`", "`2024-03-30`", "the last day of a month"],
    ),
    "frozen_in_mid_week": (
        {"rfm_method": "frozen", "rfm_frozen_at": "2024-03-30", "rfm_period": "week"},
        ["`rfm_frozen_at`", "`2024-03-30`", "a Sunday"],
    ),
    "frozen_where_all_is_fixed": (
        {
            "rfm_preset": "store",
            "rfm_method": "frozen",
            "rfm_frozen_at": "2024-03-31",
        },
        ["`rfm_method`", "`frozen`", "percentile or fixed with rfm_preset store"],
    ),
    "unknown_factor": (
        {"rfm_factors": ["recency", "length"]},
        ["`rfm_factors`", "length", "recency, frequency, monetary"],
    ),
    "one_factor": ({"rfm_factors": ["recency"]}, ["`rfm_factors`", "two of them"]),
    "factor_twice": (
        {"rfm_factors": ["recency", "recency"]},
        ["`rfm_factors`", "a list out of"],
    ),
    "factors_as_text": ({"rfm_factors": "recency"}, ["`rfm_factors`", "a list out of"]),
    "factors_in_braces": (
        {"rfm_factors": dict.fromkeys(["recency", "frequency", "monetary"])},
        ["`rfm_factors`", "a list out of [recency, frequency, monetary]"],
    ),
    "status_in_both_lists": (
        {"counted_order_statuses": ["paid", "failed"]},
        ["`counted_order_statuses`", "`failed`", "uncounted_order_statuses"],
    ),
    "status_with_a_blank": (
        {"counted_order_statuses": ["paid", "shipped "]},
        ["`counted_order_statuses`", "shipped ", "without blanks around them"],
    ),
    "statuses_as_keys": (
        {"counted_order_statuses": {"paid": True}},
        ["`counted_order_statuses`", "{'paid': True}", "a list of order statuses"],
    ),
    "statuses_of_nothing": (
        {"uncounted_order_statuses": None},
        ["`uncounted_order_statuses`", "`None`", "[] for none"],
    ),
    "percent_as_share": (
        {"alert_one_time_share": 80},
        ["`alert_one_time_share`", "`80`", "at most 1, such as 0.8 for 80%"],
    ),
    "ratio_as_text": (
        {"basket_low_ratio": "0.5"},
        ["`basket_low_ratio`", "`0.5`", "at most 100000, without quotes"],
    ),
    "endless_radius": (
        {"delivery_radius_km": 10**30},
        ["`delivery_radius_km`", f"`{10**30}`", "at most 100000"],
    ),
    "low_above_high": (
        {"basket_low_ratio": 2},
        ["`basket_low_ratio`", "`2`", "at most basket_high_ratio, which is 1.5"],
    ),
    "folder_as_number": ({"raw_data": 2024}, ["`raw_data`", "`2024`", "as text"]),
    "file_as_list": (
        {"online_retail_path": ["retail.csv"]},
        ["`online_retail_path`", "['retail.csv']", "a path as text"],
    ),
    "year_nought": (
        {"as_of_date": "0000-01-31"},
        ["`as_of_date`", "`0000-01-31`", "yesterday"],
    ),
    "frozen_at_the_end_of_time": (
        {"rfm_method": "frozen", "rfm_frozen_at": "9999-12-31"},
        ["`rfm_frozen_at`", "`9999-12-31`", "up to the as-of date"],
    ),
    "frozen_after_the_as_of_date": (
        {
            "rfm_method": "frozen",
            "rfm_frozen_at": "2024-03-31",
            "as_of_date": "2024-03-30",
        },
        ["`rfm_frozen_at`", "`2024-03-31`", "no later than 2024-03-30"],
    ),
    "statuses_as_text": (
        {"counted_order_statuses": "paid"},
        ["`counted_order_statuses`", "`paid`", "a list of order statuses"],
    ),
    "status_in_both_lists_by_case": (
        {"counted_order_statuses": ["paid", "Failed"]},
        ["`counted_order_statuses`", "`Failed`", "uncounted_order_statuses"],
    ),
}


@pytest.mark.parametrize("name", WRONG_VARS)
def test_wrong_var_stops_the_run_at_once(place: Path, name: str) -> None:
    variables, said = WRONG_VARS[name]
    db_path = place / "shop.duckdb"
    command = ["run", "--select", "stg_shop__stores"]
    with pytest.raises(PipelineError) as stopped:
        dbt(command, db_path, variables, manifest_for(db_path, {}))
    for words in said:
        assert words in str(stopped.value)


def test_a_run_without_rows_is_refused(place: Path) -> None:
    """It would end the histories of a warehouse that has some."""
    db_path = place / "shop.duckdb"
    command = ["run", "--select", "stg_shop__stores", "--empty"]
    with pytest.raises(
        PipelineError, match=r"With --empty no row .* run `dbt compile`"
    ):
        dbt(command, db_path, {}, manifest_for(db_path, {}))


@pytest.mark.parametrize("value", ["30", None, {"paid": True}])
def test_wrong_vars_are_told_by_no_model(tmp_path: Path, value: Any) -> None:
    """Models ask for them while the project is parsed, before any check."""
    db_path = tmp_path / "shop.duckdb"
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    with pytest.raises(PipelineError) as stopped:
        dbt(
            ["run", "--select", "stg_shop__stores"],
            db_path,
            dict.fromkeys(project["vars"], value),
        )
    assert "Wrong value: var `decimal_mark` is" in str(stopped.value)
    assert "in model" not in str(stopped.value)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("moved_scheme", "RFM", "lifecycle or rfm"),
        ("moved_from", "31/01/2024", "a date such as 2024-01-31"),
        ("moved_to", "2024-02-30", "a date such as 2024-01-31"),
    ],
)
def test_wrong_var_of_an_analysis(
    place: Path, name: str, value: str, allowed: str
) -> None:
    db_path = place / "shop.duckdb"
    command = ["compile", "--select", "who_moved_between_two_dates"]
    with pytest.raises(PipelineError) as stopped:
        dbt(command, db_path, {name: value}, manifest_for(db_path, {}))
    assert f"var `{name}` is `{value}`. Allowed: {allowed}" in str(stopped.value)


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"as_of_date": "2024-02-29"},
        {"as_of_date": f"{TODAY}", "reporting_timezone": "Pacific/Auckland"},
        {"rfm_method": "frozen", "rfm_frozen_at": "2024-02-29"},
        {"rfm_method": "frozen", "rfm_frozen_at": "2024-03-31", "rfm_period": "week"},
        {"rfm_method": "frozen", "rfm_frozen_at": "2024-03-30", "rfm_period": "day"},
        {
            "rfm_preset": "klaviyo",
            "rfm_method": "frozen",
            "rfm_frozen_at": "2024-03-31",
        },
        {"rfm_preset": "store", "rfm_method": "fixed"},
        {"rfm_factors": ["recency", "monetary"], "decimal_mark": ","},
        {"former_hold_days": 500_000, "alert_periods": 2},
    ],
)
def test_right_vars_do_not(place: Path, variables: dict[str, Any]) -> None:
    db_path = place / "shop.duckdb"
    command = ["run-operation", "validate_vars"]
    dbt(command, db_path, variables, manifest_for(db_path, {}))


def test_run_before_any_build_says_what_to_do() -> None:
    """In place of one message of the engine for every model."""
    _, db_path = new_place()
    with pytest.raises(PipelineError) as stopped:
        dbt(["run", "--select", "persons"], db_path, {})
    assert "is not in the warehouse. Run `dbt build`" in str(stopped.value)
