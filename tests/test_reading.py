"""How staging reads what a shop writes: numbers, instants, dates and booleans.

One raw folder holds a row per case, its key is the case's text. Base models are built
on it once for each value of a var that changes how a text is read.
"""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pipeline import Warehouse, run_pipeline

MODELS = " ".join(
    f"base_shop__{table}"
    for table in (
        *("orders", "order_items", "customers", "feedback", "contacts"),
        *("products", "refunds", "web_events", "loyalty_accounts", "ad_spend"),
    )
)

UNREADABLE = "unreadable_value"
AMBIGUOUS = "ambiguous_number"

NUMBERS: dict[str, dict[str, Decimal | str | None]] = {
    # text: what it is under decimal_mark auto, '.' and ','; a text is a problem.
    "1234.5": {"auto": Decimal("1234.5"), ".": Decimal("1234.5"), ",": UNREADABLE},
    "1234,5": {"auto": Decimal("1234.5"), ".": UNREADABLE, ",": Decimal("1234.5")},
    "12,50": {"auto": Decimal("12.5"), ".": UNREADABLE, ",": Decimal("12.5")},
    "1,234,567.89": {
        "auto": Decimal("1234567.89"),
        ".": Decimal("1234567.89"),
        ",": UNREADABLE,
    },
    "1.234.567,89": {
        "auto": Decimal("1234567.89"),
        ".": UNREADABLE,
        ",": Decimal("1234567.89"),
    },
    "1.234.567": {"auto": Decimal(1234567), ".": UNREADABLE, ",": Decimal(1234567)},
    "1,234,567": {"auto": Decimal(1234567), ".": Decimal(1234567), ",": UNREADABLE},
    "150.000": {"auto": AMBIGUOUS, ".": Decimal(150), ",": Decimal(150000)},
    "1,234": {"auto": AMBIGUOUS, ".": Decimal(1234), ",": Decimal("1.234")},
    "-150.000": {"auto": AMBIGUOUS, ".": Decimal(-150), ",": Decimal(-150000)},
    # Four digits before the mark, or a 0, or not three behind it: no group mark.
    "1234.567": {
        "auto": Decimal("1234.567"),
        ".": Decimal("1234.567"),
        ",": UNREADABLE,
    },
    "0.500": {"auto": Decimal("0.5"), ".": Decimal("0.5"), ",": UNREADABLE},
    "150.0000": {"auto": Decimal(150), ".": Decimal(150), ",": UNREADABLE},
    "12.34.567": {"auto": UNREADABLE, ".": UNREADABLE, ",": UNREADABLE},
    "1.234,567.8": {"auto": UNREADABLE, ".": UNREADABLE, ",": UNREADABLE},
    **{
        text: dict.fromkeys(("auto", ".", ","), value)
        for text, value in {
            "0": Decimal(0),
            "-5": Decimal(-5),
            "+5": Decimal(5),
            " 1 ": Decimal(1),
            "007": Decimal(7),
            "150000": Decimal(150000),
            "1e5": UNREADABLE,
            "abc": UNREADABLE,
            "5 VND": UNREADABLE,
            "1_000": UNREADABLE,
            "0x1F": UNREADABLE,
            "NaN": UNREADABLE,
            "--5": UNREADABLE,
            # More digits than decimal(18,4) holds.
            "123456789012345": UNREADABLE,
            "": None,
            "   ": None,
        }.items()
    },
}

WHOLE_NUMBERS: dict[str, int | str] = {
    "7": 7,
    " 7 ": 7,
    "7.0": 7,
    "-7": -7,
    "1,234,567": 1234567,
    "1.234": AMBIGUOUS,
    "1.5": UNREADABLE,
    "12,50": UNREADABLE,
    "3000000000": UNREADABLE,
    "seven": UNREADABLE,
}

DEGREES: dict[str, float | str] = {
    # Degrees have a decimal point, whatever the money is written with.
    "10.776": 10.776,
    "-106.7": -106.7,
    "10,776": UNREADABLE,
    "north": UNREADABLE,
}

BOOLEANS: dict[str, bool | str | None] = {
    "true": True,
    "TRUE": True,
    "t": True,
    "1": True,
    "yes": True,
    " true ": True,
    "false": False,
    "False": False,
    "0": False,
    "no": False,
    "Y": True,
    "N": False,
    "on": True,
    "Off": False,
    "f": False,
    "c\u00f3": True,
    "C\u00d3": True,
    " Co\u0301 ": True,
    "kh\u00f4ng": False,
    "KHO\u0302NG": False,
    "": None,
    "maybe": UNREADABLE,
    "co": UNREADABLE,
    "yes no": UNREADABLE,
    "1.0": UNREADABLE,
    "2": UNREADABLE,
}

DATES: dict[str, date | str | None] = {
    "2024-02-29": date(2024, 2, 29),
    " 2024-02-29 ": date(2024, 2, 29),
    "2024-2-9": date(2024, 2, 9),
    "1800-01-01": date(1800, 1, 1),
    "2199-12-31": date(2199, 12, 31),
    "1799-12-31": UNREADABLE,
    "2200-01-01": UNREADABLE,
    "2023-02-29": UNREADABLE,
    "29/02/2024": UNREADABLE,
    "February": UNREADABLE,
    "": None,
}

INSTANTS: dict[str, datetime | str] = {
    # The engine takes a zone that it has met for that of the texts behind it.
    "2024-03-01 10:00:00 America/New_York": datetime(2024, 3, 1, 15),
    "2024-03-01T10:00:00Z": datetime(2024, 3, 1, 10),
    "2024-03-01 10:00:00": datetime(2024, 3, 1, 10),
    "2024-03-01T10:00:00.250Z": datetime(2024, 3, 1, 10, 0, 0, 250_000),
    "2024-03-01T10:00:00+07:00": datetime(2024, 3, 1, 3),
    "2024-03-01T10:00:00+0700": datetime(2024, 3, 1, 3),
    "2024-03-01 00:30:00-05:00": datetime(2024, 3, 1, 5, 30),
    # As Shopify exports it.
    "2024-03-01 10:00:00 +0700": datetime(2024, 3, 1, 3),
    "2024-03-01 00:30:00 -05:00": datetime(2024, 3, 1, 5, 30),
    "2024-03-01 10:00:00 UTC": datetime(2024, 3, 1, 10),
    # Without seconds.
    "2024-03-01T10:00+07:00": datetime(2024, 3, 1, 3),
    "2024-03-01 10:00 +0700": datetime(2024, 3, 1, 3),
    "2024-03-01T10:00Z": datetime(2024, 3, 1, 10),
    "2024-03-01 10:00": datetime(2024, 3, 1, 10),
    "2024-03-01T10+07:00": UNREADABLE,
    "2024-03-01 07:00 7": UNREADABLE,
    "2024-03-01 +07:00": UNREADABLE,
    "  2024-03-01T10:00:00Z  ": datetime(2024, 3, 1, 10),
    "2024-02-30T10:00:00Z": UNREADABLE,
    "2024-03-01T25:00:00Z": UNREADABLE,
    "01/03/2024 10:00:00": UNREADABLE,
    "yesterday": UNREADABLE,
    "1709287200": UNREADABLE,
    "1799-12-31T23:59:59Z": UNREADABLE,
    "2199-12-31T23:59:59Z": datetime(2199, 12, 31, 23, 59, 59),
    "2200-01-01T00:00:00Z": UNREADABLE,
    "300000-1-1": UNREADABLE,
}

MIDNIGHTS: dict[str, dict[str, datetime]] = {
    # A date without a time, and its midnight in each zone as an instant in UTC.
    "Asia/Ho_Chi_Minh": {
        "2024-01-15": datetime(2024, 1, 14, 17),
        "2024-07-15": datetime(2024, 7, 14, 17),
        # Saigon was eight hours ahead then; business dates are told by seven.
        "1970-01-01": datetime(1969, 12, 31, 17),
    },
    "Europe/London": {
        "2024-01-15": datetime(2024, 1, 15),
        "2024-03-31": datetime(2024, 3, 31),
        "2024-04-01": datetime(2024, 3, 31, 23),
        "2024-07-15": datetime(2024, 7, 14, 23),
    },
    "America/New_York": {
        "2024-01-15": datetime(2024, 1, 15, 5),
        "2024-03-10": datetime(2024, 3, 10, 5),
        "2024-03-11": datetime(2024, 3, 11, 4),
        "2024-07-15": datetime(2024, 7, 15, 4),
        "2024-11-04": datetime(2024, 11, 4, 5),
    },
}

KINDS = {
    "nps": "nps",
    " csat ": "csat",
    "Review": "Review",
    "stars": "unknown_value",
    " ": "missing_value",
}

TYPED = {
    # A timestamp without a zone is UTC, one with a zone an instant, a date a midnight.
    "refunds": """
        select 'O1' as order_id, timestamp '2024-07-15 10:00:00' as refunded_at, *
        from (values
            ('naive_is_utc', 2.5::double), ('zero', 0), ('negative', -1),
            ('no_number', 'nan')
        ) as cases (refund_id, amount)""",
    "web_events": """
        select 'A1' as anonymous_id, 'search' as event_type, *
        from (values
            ('with_zone', timestamptz '2024-07-15 10:00:00+07:00'),
            ('far_future', timestamptz '2150-07-15 10:00:00+07:00')
        ) as cases (event_id, occurred_at)""",
    "products": """
        select
            1::bigint as product_id, date '2024-07-15' as launched_at,
            150.000::decimal(9, 3) as unit_cost""",
    # Seconds since 1970 do not say that they are.
    "loyalty_accounts": """
        select
            'C1' as customer_id, 12.5::double as points_balance,
            1720000000::bigint as joined_at""",
    "ad_spend": """
        select
            timestamp '2024-07-15 00:00:00' as spend_date, 'g' as utm_source,
            'c' as utm_campaign, 1 as spend, 3.0::double as clicks,
            2.5::double as impressions""",
}

KEYS = {
    "orders": "order_id",
    "order_items": "order_id",
    "customers": "customer_id",
    "feedback": "feedback_id",
}

NOON = "2024-03-01T12:00:00Z"


def write_csv(folder: Path, table: str, rows: list[dict[str, Any]]) -> None:
    """Write a raw table as text.

    Args:
        folder: Holds the raw files.
        table: Name of the table.
        rows: Values by column, the same columns in each.
    """
    with (folder / f"{table}.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of raw tables with one row per case, as text and as typed columns."""
    folder = tmp_path_factory.mktemp("reading") / "raw"
    folder.mkdir()
    instants = [*INSTANTS, *{text for zone in MIDNIGHTS.values() for text in zone}]
    write_csv(
        folder,
        "orders",
        [
            {
                "order_id": f"{column}({text})",
                "ordered_at": text if column == "ordered_at" else NOON,
                "total_amount": text if column == "total_amount" else "1",
                "is_test": text if column == "is_test" else "false",
            }
            for column, texts in {
                "ordered_at": instants,
                "total_amount": NUMBERS,
                "is_test": BOOLEANS,
            }.items()
            for text in texts
        ],
    )
    write_csv(
        folder,
        "order_items",
        [
            {
                "order_id": f"line_number({text})",
                "line_number": text,
                "product_id": "P1",
                "quantity": "1",
                "unit_price": "1",
            }
            for text in WHOLE_NUMBERS
        ],
    )
    write_csv(
        folder,
        "customers",
        [
            {
                "customer_id": f"{column}({text})",
                "birth_date": text if column == "birth_date" else "",
                "latitude": text if column == "latitude" else "",
            }
            for column, texts in {"birth_date": DATES, "latitude": DEGREES}.items()
            for text in texts
        ],
    )
    write_csv(
        folder,
        "feedback",
        [
            {
                "feedback_id": f"kind({kind})",
                "customer_id": "C1",
                "submitted_at": NOON,
                "kind": kind,
                "score": "5",
            }
            for kind in KINDS
        ],
    )
    for table, query in TYPED.items():
        duckdb.sql(query).write_parquet(str(folder / f"{table}.parquet"))
    return folder


def build(place: Path, **variables: Any) -> Warehouse:
    """Read the folder under some vars.

    Args:
        place: The folder.
        variables: The vars that differ from their defaults.

    Returns:
        The warehouse with the base models of the tables.
    """
    return run_pipeline(place, place.parent / "shop.duckdb", variables, MODELS)


def read(warehouse: Warehouse, table: str, column: str) -> dict[str, Any]:
    """What became of the cases of a column.

    Args:
        warehouse: The build.
        table: The raw table.
        column: The column whose cases are wanted.

    Returns:
        By the case's text its value, or else the problem that the row was given.
    """
    found = {}
    for key, value, problem, problem_column in warehouse.rows(
        f"select {KEYS[table]}, {column}, problem, problem_column"
        f" from restricted.base_shop__{table}"
        f" where starts_with({KEYS[table]}, '{column}(')"
    ):
        assert problem is None or problem_column == column, key
        text = key.removeprefix(f"{column}(").removesuffix(")")
        found[text] = problem or value
    return found


@pytest.mark.parametrize("mark", ["auto", ".", ","])
def test_numbers_are_read_as_the_decimal_mark_says(place: Path, mark: str) -> None:
    expected = {text: by_mark[mark] for text, by_mark in NUMBERS.items()}
    warehouse = build(place, decimal_mark=mark)
    assert read(warehouse, "orders", "total_amount") == expected
    assert read(warehouse, "customers", "latitude") == DEGREES


@pytest.mark.parametrize("zone", MIDNIGHTS)
def test_instants_are_utc_and_dates_are_local_midnights(place: Path, zone: str) -> None:
    warehouse = build(place, reporting_timezone=zone)
    found = read(warehouse, "orders", "ordered_at")
    expected = INSTANTS | MIDNIGHTS[zone]
    assert {text: found[text] for text in expected} == expected
    assert warehouse.rows("select launched_at from restricted.base_shop__products") == [
        (MIDNIGHTS[zone]["2024-07-15"],)
    ]


def test_everything_else_in_a_text(place: Path) -> None:
    warehouse = build(place)
    assert read(warehouse, "order_items", "line_number") == WHOLE_NUMBERS
    assert read(warehouse, "orders", "is_test") == BOOLEANS
    assert read(warehouse, "customers", "birth_date") == DATES
    assert read(warehouse, "feedback", "kind") == KINDS


def test_typed_columns(place: Path) -> None:
    warehouse = build(place, reporting_timezone="Europe/London")
    assert warehouse.rows(
        "select refund_id, amount, refunded_at, problem"
        " from restricted.base_shop__refunds order by refund_id"
    ) == [
        ("naive_is_utc", Decimal("2.5"), datetime(2024, 7, 15, 10), None),
        ("negative", Decimal(-1), datetime(2024, 7, 15, 10), "not_positive"),
        ("no_number", None, datetime(2024, 7, 15, 10), UNREADABLE),
        ("zero", Decimal(0), datetime(2024, 7, 15, 10), "not_positive"),
    ]
    assert warehouse.rows(
        "select product_id, launched_at, unit_cost, problem"
        " from restricted.base_shop__products"
    ) == [("1", datetime(2024, 7, 14, 23), Decimal(150), None)]
    assert warehouse.rows(
        "select points_balance, joined_at, problem, problem_column"
        " from restricted.base_shop__loyalty_accounts"
    ) == [(Decimal("12.5"), None, UNREADABLE, "joined_at")]
    assert warehouse.rows(
        "select spend_date, clicks, impressions, problem, problem_column"
        " from restricted.base_shop__ad_spend"
    ) == [(date(2024, 7, 15), 3, None, UNREADABLE, "impressions")]


def test_what_is_dated_after_today_waits_under_yesterday(place: Path) -> None:
    events = (
        "select event_id, problem from restricted.base_shop__web_events order by all"
    )
    assert build(place).rows(events) == [("far_future", None), ("with_zone", None)]
    assert build(place, as_of_date="yesterday").rows(events) == [
        ("far_future", "dated_in_future"),
        ("with_zone", None),
    ]


def test_what_is_not_there_is_null(place: Path) -> None:
    warehouse = build(place)
    assert warehouse.rows("select * from restricted.base_shop__contacts") == []
    assert warehouse.rows(
        "select count(*), count(email), count(cancelled_at), count(discount_amount)"
        " from restricted.base_shop__orders where order_id = 'is_test(true)'"
    ) == [(1, 0, 0, 0)]
    # The text and key of a raw row are kept only where something is wrong with it.
    assert warehouse.rows(
        "select record_key, raw_row from restricted.base_shop__order_items"
        " where line_number = 1234567 or record_key like '%|1.5'"
        " order by record_key nulls first"
    ) == [
        (None, None),
        (
            "line_number(1.5)|1.5",
            '{"order_id":"line_number(1.5)","line_number":"1.5",'
            '"product_id":"P1","quantity":"1","unit_price":"1"}',
        ),
    ]
