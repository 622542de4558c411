"""Incremental runs end in the same tables as one full refresh, row for row.

A random shop reaches the warehouse night by night: rows come up to a year late, are
corrected, repeated or taken back, customers vanish, are erased by mistake or carry the
contact of another, refunds and cancellations follow their orders, a night looks at an
earlier day, weeks are skipped, and one run ends half way. After the last night
everything is compared with a full refresh.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from compiled import Bench
from hypothesis import given
from hypothesis import strategies as st
from oracle import NAMED_AT, Rules, Shop, business_date
from pipeline import OF_ONE_RUN, Row, Warehouse, new_place, run_pipeline
from strategies import FIRST_DAY, shops, up_to, write_shop
from test_bad_input import write_file
from test_properties import examples

IS_THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
IS_SLOW = IS_THOROUGH or "SLOW" in os.environ
"""Whether a second run on the same input is tried, too."""

TOLD = " ".join(
    (
        "+config.incremental_strategy:reopened",
        "+config.incremental_strategy:append",
        "+config.incremental_strategy:differing",
        "+config.incremental_strategy:changed_groups",
        "+upcoming_migrations",
        "+int_offers__prices",
        "+int_rfm__told_cuts",
    )
)
"""What is kept from run to run, and what it is made of; all else is made anew."""

HALF_WAY = "+int_lifecycle__moves +int_rfm__moves"
"""What a run that was killed had done."""

DATED_BY = {
    "customers": "signed_up_at",
    "orders": "ordered_at",
    "refunds": "refunded_at",
    "web_events": "occurred_at",
    **NAMED_AT,
}


@dataclass(frozen=True)
class Night:
    """One run.

    Attributes:
        shop: The raw tables as they are that night.
        as_of_date: Var of the run.
        is_cut_short: Whether the run ends half way.
    """

    shop: Shop
    as_of_date: str = "data"
    is_cut_short: bool = False


@pytest.fixture(scope="module")
def place() -> tuple[Path, Path]:
    """A folder for raw files and a database file, the same for all tests."""
    return new_place()


def arrivals(shop: Shop, source: random.Random) -> dict[tuple[str, int], timedelta]:
    """How late rows come, by table and number: one out of six, by up to a year."""
    return {
        (table, number): timedelta(days=source.choice([1, 7, 30, 90, 365]))
        for table in DATED_BY
        for number in range(len(shop.tables()[table]))
        if source.random() < 1 / 6
    }


def seen_on(shop: Shop, day: date, late: dict[tuple[str, int], timedelta]) -> Shop:
    """What had arrived by the evening of a day.

    Args:
        shop: The whole shop.
        day: The day.
        late: How late rows come.
    """
    arrived = {}
    for table, rows in shop.tables().items():
        arrived[table] = [
            row
            for number, row in enumerate(rows)
            if (table, number) not in late
            or row[DATED_BY[table]] is None
            or business_date(row[DATED_BY[table]], Rules()) + late[table, number] <= day
        ]
    return up_to(Shop(**arrived), day, Rules())


def adorned(shop: Shop) -> Shop:
    """A shop with what the lifecycle has no need of: devices, sources, ways to pay.

    Args:
        shop: The plain one.
    """
    orders, events = [], []
    for row in shop.orders:
        source = random.Random(str(row["order_id"]))
        orders.append(
            {
                **row,
                "channel": source.choice([None, "website", "Store", "grab"]),
                "payment_method": source.choice([None, "momo", "cod"]),
                "coupon_code": source.choice([None, None, "TET"]),
            }
        )
    for row in shop.web_events:
        source = random.Random(str(row["event_id"]))
        events.append(
            {
                **row,
                "product_id": source.choice([None, "p1", "p3", "p9"]),
                "category": source.choice([None, None, "tea"]),
                "device_type": source.choice([None, "mobile", "desktop"]),
                "os": source.choice([None, "iOS", "Android"]),
                "browser": source.choice(["Safari", "Chrome"]),
                "utm_source": source.choice([None, None, "facebook", "zalo"]),
                "referrer_url": source.choice([None, "https://www.google.com/x"]),
                "page_url": "https://shop.example/",
            }
        )
    products = [
        {**row, "unit_cost": cost, "launched_at": datetime(2023, cost, 1)}
        for cost, row in enumerate(shop.products, start=1)
    ]
    changed = {"orders": orders, "web_events": events, "products": products}
    return Shop(**{**shop.tables(), **changed})


def with_mistakes(shop: Shop, source: random.Random) -> Shop:
    """A shop with wrong values to be corrected, and with rows to be taken back.

    Args:
        shop: The right one.
        source: Draws what is wrong.
    """
    wrong = {name: [dict(row) for row in rows] for name, rows in shop.tables().items()}
    for row in wrong["orders"]:
        if source.random() < 0.05:
            row["total_amount"] = Decimal(source.randint(1, 400))
        if source.random() < 0.03:
            row["status"] = "pending"
        if source.random() < 0.03:
            row["customer_id"] = f"c{source.randint(1, 30):02d}"
        if source.random() < 0.03:
            row["payment_method"] = "cash"
    for row in wrong["order_items"]:
        if source.random() < 0.05:
            row["product_id"] = "p2"
    owners = {
        row["order_id"]: (row.get("customer_id"), row.get("email"), row.get("phone"))
        for row in shop.orders
    }
    for row in wrong["refunds"]:
        others = [
            order for order in owners if owners[order] == owners.get(row["order_id"])
        ]
        if source.random() < 0.7 and others:
            row["order_id"] = source.choice(others)
    for row in wrong["web_events"]:
        if source.random() < 0.03:
            row["device_type"] = "tablet"
        if source.random() < 0.03:
            row["utm_source"] = "tiktok"
        if source.random() < 0.03:
            row["anonymous_id"] = "kiosk"
    if source.random() < 0.5 and wrong["products"]:
        wrong["products"][0].update(category="coffee", unit_cost=7)
    listed = wrong["customers"]
    wrong["customers"] = [row for row in listed if source.random() > 0.03]
    for row in wrong["customers"]:
        if source.random() < 0.05:
            row["email_consent"] = True
        if source.random() < 0.05:
            row["erased_at"] = None if row["erased_at"] else datetime(2023, 1, 2)
        if source.random() < 0.05:
            row["email"] = source.choice(listed)["email"]
        if source.random() < 0.05:
            row["phone"] = source.choice(listed)["phone"]
    for row in wrong["loyalty_accounts"]:
        if source.random() < 0.1:
            row["card_number"] = source.choice(["club", None])
    taken_back = [row for row in wrong["orders"] if source.random() < 0.03]
    for number, row in enumerate(taken_back):
        wrong["customers"].append({"customer_id": f"g{number}"})
        wrong["orders"].append(
            {**row, "order_id": f"back-{number}", "customer_id": f"g{number}"}
        )
    return Shop(**wrong)


def nights(shop: Shop, seed: int) -> Iterator[Night]:
    """The nights on which a shop arrives; on the last one all of it is there.

    Args:
        shop: The whole shop.
        seed: Decides what is late, wrong and cut short.
    """
    source = random.Random(seed)
    shop = adorned(shop)
    late = arrivals(shop, source)
    days = sorted(source.sample(range(40, 590, 3), 2))
    first, second = (FIRST_DAY + timedelta(days=number) for number in days)
    for evening in (first, second):
        yield Night(with_mistakes(seen_on(shop, evening, late), random.Random(seed)))
    earlier = first + (second - first) / 2
    yield Night(seen_on(shop, second, late), as_of_date=earlier.isoformat())
    yield Night(with_mistakes(shop, source), is_cut_short=True)
    yield Night(shop)


def tables(warehouse: Warehouse) -> dict[str, list[Row]]:
    """All rows of all tables that models made, by name, in a fixed order."""
    found = {}
    with duckdb.connect(str(warehouse.db_path), read_only=True) as connection:
        names = connection.execute(
            """
            select table_schema || '.' || table_name
            from information_schema.tables
            where
                table_schema in ('marts', 'intermediate', 'staging', 'restricted')
                and table_type = 'BASE TABLE'
                and not list_contains($1, table_name)
            """,
            [OF_ONE_RUN],
        ).fetchall()
        for (name,) in names:
            found[name] = sorted(
                connection.execute(f"select columns(*) from {name}").fetchall(),
                key=repr,
            )
    return found


def standing(warehouse: Warehouse, told_at: datetime, day: date) -> set[Row]:
    """Where everybody was thought to stand, as analysis where_we_thought asks for it.

    Args:
        warehouse: The build.
        told_at: When we thought so, UTC.
        day: The day of which we thought so.

    Returns:
        (person, scheme, segment) of everybody known; without provisional stays.
    """
    instant, on = f"timestamp '{told_at}'", f"date '{day}'"
    return set(
        warehouse.rows(
            f"""
            with thought as (
                select person_id, scheme, segment
                from marts.segment_history_revisions
                where valid_from <= {on} and coalesce(valid_to > {on}, true)
                    and recorded_at <= {instant} and superseded_at > {instant}
            ),

            told as (
                select person_id, scheme, arg_max(segment, valid_from) as segment
                from marts.segment_history
                where valid_from <= {on} and not is_provisional
                group by person_id, scheme
            )

            select
                person_id,
                scheme,
                case when thought.person_id is null then told.segment
                    else thought.segment end as thought_in
            from told
            full join thought using (person_id, scheme)
            where thought_in is not null
            """
        )
    )


def differences(first: dict[str, list[Row]], second: dict[str, list[Row]]) -> list[str]:
    """What differs between two sets of tables, a line each.

    Args:
        first: Of incremental runs.
        second: Of a full refresh.
    """
    wrong = []
    for name in sorted(first.keys() | second.keys()):
        before, after = first.get(name, []), second.get(name, [])
        if before != after:
            extra = [row for row in before if row not in after]
            missing = [row for row in after if row not in before]
            wrong.append(f"{name}: too much {extra[:3]}, missing {missing[:3]}")
    return wrong


def write_night(night: Night, folder: Path, number: int) -> None:
    """Write a night's files: shuffled, and every other night with rows twice."""
    write_shop(
        night.shop,
        folder,
        shuffle=random.Random(number),
        repeats=3 if number % 2 else 0,
    )


OF_EVERYBODY = ("int_calendar__bounds", "int_rules__effective", "stg_shop__products")
"""Tables of which persons' facts hold one value, and not every row."""

FACTS: dict[str, tuple[str, Row]] = {
    "int_calendar__bounds": ("first_date date", (FIRST_DAY,)),
    "stg_shop__products": ("category string, launched_on date", ("tea", None)),
    "int_persons__known": (
        "person_id string, is_anonymous boolean, is_reachable boolean,"
        " first_seen_on date, signed_up_on date",
        ("p", False, True, FIRST_DAY, FIRST_DAY),
    ),
    "referrer_hosts": (
        "host_part string, source string, medium string",
        ("google", "google", "organic"),
    ),
    "sales_channels": ("channel string, sales_channel string", ("app", "web")),
    "rfm_segment_grid": (
        "preset string, recency_score integer, frequency_score integer,"
        " monetary_score integer, segment string",
        ("classic", 1, 1, 1, "lost"),
    ),
    "rfm_segments": (
        "preset string, segment string, rank integer",
        ("classic", "lost", 2),
    ),
    "lifecycle_groups": ("segment string, rank integer", ("potential", 1)),
    "int_persons__resolved": (
        "person_id string, source_system string, identifier_type string,"
        " identifier_value string",
        ("p", "shop", "customer_id", "c"),
    ),
    "int_orders__classified": (
        "contact_hash ubigint, standing_hash ubigint, refunds_fingerprint ubigint",
        (3, 8, 4),
    ),
    "int_orders__owners": ("person_id string, contact_hash ubigint", ("p", 3)),
    "int_rules__effective": ("effective_on date", (None,)),
    "int_web_events__identifiers": (
        "source_system string, anonymous_id string, customer_id string,"
        " fingerprint ubigint",
        ("shop", "a", "c", 5),
    ),
    "int_identity__facts": ("person_id string, identity_fact ubigint", ("p", 7)),
}
"""What a history is told from: columns and one row of each table."""

SEEDS = (
    *("referrer_hosts", "sales_channels"),
    *("rfm_segment_grid", "rfm_segments", "lifecycle_groups"),
)

OTHER = {
    bool: lambda value: not value,
    int: lambda value: value + 1,
    str: lambda value: f"{value}2",
    Decimal: lambda value: value + Decimal("0.0001"),
    date: lambda value: value - timedelta(days=1),
    type(None): lambda value: FIRST_DAY,
}
"""Another value of each type."""

UNSEEN = {
    ("int_web_events__identifiers", "anonymous_id"),
    ("stg_shop__products", "category"),
}
"""Another value of these is no change: events are of the customer, products have
categories all the same."""


def facts(demo: duckdb.DuckDBPyConnection, rows: dict[str, list[Row]]) -> Any:
    """The fingerprints of person `p`.

    Args:
        demo: The demo's build.
        rows: Rows by table; a table that is left out has the row of FACTS.
    """
    with Bench(demo) as bench:
        for table, (columns, row) in FACTS.items():
            name = f"reference.{table}" if table in SEEDS else bench.name_of(table)
            bench.table(name, columns, rows.get(table, [row]))
        bench.run("int_persons__facts")
        return bench.records("int_persons__facts")["p"]


def test_every_change_of_a_fact_changes_the_fingerprint(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    before = facts(demo_warehouse, {})
    for table, (columns, row) in FACTS.items():
        names = [column.split()[0] for column in columns.split(", ")]
        for place, name in enumerate(names):
            if name == "person_id" or (table, name) in UNSEEN:
                continue
            value = OTHER[type(row[place])](row[place])
            changed = (*row[:place], value, *row[place + 1 :])
            after = facts(demo_warehouse, {table: [changed]})
            assert after != before, f"{table}.{name} = {value}"
        if table not in OF_EVERYBODY:
            after = facts(demo_warehouse, {table: [row, row]})
            assert after != before, f"{table}: the row twice"


REFUND = ("shop", "o", "r", Decimal(2), False, FIRST_DAY)


@pytest.mark.parametrize("place", range(1, len(REFUND)))
def test_orders_are_compared_by_every_column_of_their_refunds(
    demo_warehouse: duckdb.DuckDBPyConnection, place: int
) -> None:
    """That of two orders of a contact the other one is refunded, too, is a change."""

    def compared(refund: Row) -> Row:
        bench.table(
            "intermediate.int_refunds__effective",
            "source_system string, order_id string, refund_id string,"
            " effective_amount decimal(18,4), is_refunded_in_full boolean,"
            " takes_effect_on date, contact_hash ubigint",
            [(*refund, 3)],
        )
        bench.run("int_orders__classified")
        return bench.connection.execute(
            "select sum(refunds), bit_xor(refunds_fingerprint)"
            " from intermediate.int_orders__classified"
        ).fetchone()

    order = {
        "source_system": "string", "order_id": "string", "customer_id": "string",
        "email_key": "string", "phone_key": "string", "status": "string",
        "channel": "string", "store_id": "string", "payment_method": "string",
        "coupon_code": "string", "referrer_customer_id": "string",
        "order_amount": "decimal(18,4)", "is_test": "boolean", "ordered_on": "date",
        "cancelled_on": "date", "ordered_at": "timestamp", "contact_hash": "ubigint",
        "version_hash": "ubigint",
    }  # fmt: skip
    columns = ", ".join(map(" ".join, order.items()))
    rows = [
        ("shop", name, "c", None, None, "paid", *[None] * 5, Decimal(5), False,
         FIRST_DAY, None, None, 3, 8)
        for name in ("o", "o2")
    ]  # fmt: skip
    with Bench(demo_warehouse) as bench:
        bounds = "intermediate.int_calendar__bounds"
        bench.table(bounds, "as_of_date date", [(FIRST_DAY,)])
        bench.table("intermediate.int_orders__unioned", columns, rows)
        bench.table(
            "intermediate.int_orders__owners",
            f"person_id string, owner_hash ubigint, {columns}",
            [],
        )
        value = OTHER[type(REFUND[place])](REFUND[place])
        changed = (*REFUND[:place], value, *REFUND[place + 1 :])
        assert compared(changed) != compared(REFUND)


@examples(1)
@given(
    shop=shops(min_persons=25, max_persons=40, days=600),
    seed=st.integers(0, 2**32 - 1),
)
def test_incremental_runs_end_like_a_full_refresh(
    shop: Shop, seed: int, place: tuple[Path, Path]
) -> None:
    folder, db_path = place
    told = None if IS_THOROUGH else TOLD
    believed: dict[tuple[datetime, date], set[Row]] = {}
    for number, night in enumerate(nights(shop, seed)):
        write_night(night, folder, number)
        warehouse = run_pipeline(
            folder,
            db_path,
            {"as_of_date": night.as_of_date},
            select=HALF_WAY if night.is_cut_short else told,
            full_refresh=False,
        )
        if not night.is_cut_short:
            ((told_at, last_day, are_open),) = warehouse.rows(
                "select max(told_at), max_by(as_of_date, told_at), (select count(*)"
                " from state.person_facts where open_cause is not null)"
                " from state.histories"
            )
            assert not are_open, f"night {number}: histories are not told to the end"
            # A run for an earlier as-of date takes back what was said of later days.
            believed = {
                key: said for key, said in believed.items() if key[1] <= last_day
            }
            for back in (0, 7, 40, 200):
                day = last_day - timedelta(days=back)
                believed[told_at, day] = standing(warehouse, told_at, day)
    incremental = tables(warehouse)
    if IS_SLOW:
        again = tables(run_pipeline(folder, db_path, select=told, full_refresh=False))
        assert not (wrong := differences(again, incremental)), "\n".join(wrong)
    for (told_at, day), said in believed.items():
        assert standing(warehouse, told_at, day) == said, f"of {day} at {told_at}"
    full = tables(run_pipeline(folder, db_path, select=told))
    assert incremental.keys() == full.keys()
    assert not (wrong := differences(incremental, full)), "\n".join(wrong)


def invoice_days(file: Path) -> list[date]:
    """The days on which the file of Online Retail has invoices, in order."""
    with duckdb.connect() as connection:
        return [
            day
            for (day,) in connection.execute(
                "select distinct cast(InvoiceDate as date) from read_parquet(?)"
                " order by 1",
                [str(file)],
            ).fetchall()
        ]


@pytest.mark.skipif(
    "RETAIL_DAYS" not in os.environ, reason="takes two hours: `make test-retail`"
)
def test_online_retail_fed_day_by_day_ends_like_a_full_refresh(
    tmp_path: Path, online_retail_file: Path
) -> None:
    """RETAIL_DAYS is how many of its days have a run, evenly spread; `all` are 305."""
    days = invoice_days(online_retail_file)
    assert len(days) == 305
    wanted = os.environ["RETAIL_DAYS"]
    count = len(days) if wanted == "all" else int(wanted)
    fed = tmp_path / "fed.parquet"
    variables = {
        "source_systems": ["online_retail"],
        "online_retail_path": str(fed.resolve()),
        "reporting_timezone": "Europe/London",
        "reporting_currency": "GBP",
    }
    for number in range(1, count + 1):
        last = days[round(number * len(days) / count) - 1]
        print(f"{datetime.now():%H:%M:%S} run {number} of {count}: {last}", flush=True)
        with duckdb.connect() as connection:
            connection.execute(
                f"copy (select * from read_parquet('{online_retail_file}')"
                f" where cast(InvoiceDate as date) <= date '{last}') to '{fed}'"
            )
        place = tmp_path / "shop.duckdb"
        warehouse = run_pipeline(
            tmp_path / "raw", place, variables, select=TOLD, full_refresh=False
        )
    incremental = tables(warehouse)
    full = tables(run_pipeline(tmp_path / "raw", place, variables, select=TOLD))
    assert not (wrong := differences(incremental, full)), "\n".join(wrong)


GUESTS = {
    "orders": [
        {"order_id": "o1", "customer_id": "Guest", "email": "an@mail.vn"},
        {"order_id": "o2", "customer_id": "guest", "email": "binh@mail.vn"},
        {"order_id": "o3", "customer_id": "guest", "email": ""},
        {
            "order_id": "o4",
            "customer_id": "chi",
            "email": "",
            "referrer_customer_id": "guest",
        },
    ],
    "web_events": [
        {"event_id": f"e{n}", "anonymous_id": f"b{n}", "customer_id": "guest"}
        for n in (1, 2)
    ],
    "customers": [{"customer_id": "guest"}, {"customer_id": "chi"}],
    "loyalty_accounts": [{"customer_id": "guest", "card_number": "k1"}],
    "feedback": [{"feedback_id": "f1", "customer_id": "GUEST"}],
    "contacts": [{"contact_id": "t1", "customer_id": "guest"}],
    "experiment_assignments": [{"experiment_id": "x1", "customer_id": "guest"}],
}
"""A shop system that writes `guest` where it knows no customer."""

FILLED = {
    "orders": {"ordered_at": "2024-03-01 05:00:00", "total_amount": 5},
    "web_events": {"occurred_at": "2024-03-02 05:00:00", "event_type": "page_view"},
    "feedback": {"submitted_at": "2024-03-01", "kind": "nps", "score": 9},
    "contacts": {"contacted_at": "2024-03-01"},
    "experiment_assignments": {"variant": "a", "assigned_at": "2024-03-01"},
}
"""What else rows of these tables want."""


def test_customer_id_that_becomes_a_placeholder_identifies_nobody() -> None:
    folder, db_path = new_place()
    folder.mkdir()
    for table, rows in GUESTS.items():
        filled = [{**row, **FILLED.get(table, {})} for row in rows]
        write_file(folder / f"{table}.csv", filled)
    select = TOLD + " +person_identifiers +quarantined_rows"

    def build(full_refresh: bool) -> Warehouse:
        return run_pipeline(
            folder, db_path, select=select, threads=1, full_refresh=full_refresh
        )

    def known() -> set[str]:
        return {value for kind, value in warehouse.identifiers() if kind != "email"}

    warehouse = build(False)
    assert known() == {"Guest", "guest", "GUEST", "chi", "b1", "b2", "k1"}
    with duckdb.connect(str(db_path)) as connection:
        connection.execute(
            "insert into reference.placeholder_identifiers"
            " values ('customer_id', 'value', 'Guest')"
        )
    kept = tables(build(False))
    assert known() == {"chi", "b1", "b2"}
    assert differences(kept, tables(build(True))) == []
    # Two guests with an e-mail are two persons; who has none is nobody.
    assert len(warehouse.identifiers()) == 5
    assert len(set(warehouse.identifiers().values())) == 5
    assert warehouse.rows(
        "select source_table, reason from marts.quarantined_rows order by 1"
    ) == [
        (table, "missing_value")
        for table in sorted(GUESTS)
        if table not in ("orders", "web_events")
    ]
