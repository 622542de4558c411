"""Sources of random small shops, against a rule that reads like the description.

The models are compiled once and run on tables of the test's own making, which takes
milliseconds where a build takes seconds. The look-back is three days, so that most
touches fall near one of its ends.
"""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from pipeline import dbt, manifest_for

if TYPE_CHECKING:
    from pathlib import Path

LOOKBACK = 3
SHOPS = 3
PERSONS = 1000
FIRST_DAY = date(2024, 1, 27)
AS_OF = date(2024, 2, 6)
HOSTS = {
    "www.google.com.vn": ("google", "organic"),
    "mail.google.com": ("gmail", "email"),
    "l.facebook.com": ("facebook", "social"),
    "www.webtretho.com": ("webtretho.com", "referral"),
    "googleblog.com": ("googleblog.com", "referral"),
    "pay.vnpay.vn": None,
}
"""What a referrer is to be called; nothing for one that is no source."""

MODELS = (
    "int_touches__named",
    "int_touches__windows",
    "int_touches__credited",
    "int_touches__costs",
    "int_criteria__source",
)
INPUTS = {
    "intermediate.int_calendar__bounds": "first_date date, as_of_date date",
    "intermediate.int_web_events__attributed": "person_id varchar, utm_source varchar,"
    " utm_medium varchar, utm_campaign varchar, referrer_host varchar,"
    " occurred_on date, occurred_at timestamp",
    "intermediate.int_web_events__visits": "person_id varchar, visited_on date",
    "intermediate.int_orders__counted": "person_id varchar, counts_until date,"
    " ordered_on date, ordered_at timestamp",
    "staging.stg_shop__ad_spend": "utm_source varchar, utm_campaign varchar,"
    " spend decimal(18, 4), spend_date date",
    "reference.referrer_hosts": "host_part varchar, source varchar, medium varchar",
}
COLUMNS = (
    "person_id, first_touch_source, first_touch_medium, first_touch_campaign,"
    " last_touch_source, last_touch_medium, last_touch_campaign, acquisition_cost"
)

Tags = tuple[str | None, str | None, str | None]


def business_date(instant: datetime) -> date:
    """The date in Vietnam."""
    return (instant + timedelta(hours=7)).date()


def midnight(day: date) -> datetime:
    """The instant at which a day begins in Vietnam."""
    return datetime(day.year, day.month, day.day) - timedelta(hours=7)


@dataclass
class Visitor:
    """What a person did: web events (instant, tags, referrer) and orders."""

    events: list[tuple[datetime, Tags, str | None]] = field(default_factory=list)
    orders: list[tuple[datetime, date | None]] = field(default_factory=list)


def random_instant(rng: random.Random) -> datetime:
    """An instant out of few, so that many coincide; up to the as-of date."""
    last_hour = (AS_OF - FIRST_DAY).days * 24 + 16
    return datetime(2024, 1, 27) + timedelta(hours=rng.randrange(0, last_hour + 1, 6))


def random_visitor(rng: random.Random) -> Visitor:
    visitor = Visitor()
    for _ in range(rng.choice([0, 1, 2, 4, 8])):
        tags: Tags = (None, rng.choice([None, "paid"]), rng.choice([None, "tet"]))
        if rng.random() < 0.4:
            tags = (
                rng.choice(["facebook", "google"]),
                rng.choice(["cpc", "paid", None]),
                rng.choice(["tet", "brand", None]),
            )
        host = rng.choice([None, None, *HOSTS])
        visitor.events.append((random_instant(rng), tags, host))
    for _ in range(rng.choice([0, 0, 1, 2])):
        voided_on = rng.choice([None, None, AS_OF])
        at = random_instant(rng)
        if rng.random() < 0.3:
            at = midnight(business_date(at))
        visitor.orders.append((at, voided_on))
    return visitor


def named(tags: Tags, host: str | None) -> Tags | None:
    """Source, medium and campaign of an event; nothing where it names none."""
    if tags[0] is not None:
        return tags
    name = HOSTS[host] if host else None
    return (*name, None) if name else None


def order_of(visitor: Visitor) -> tuple[date, datetime] | None:
    """The first order that counts today: its day, and the instant up to which its day
    is looked at. One at midnight has no known time and comes after all events."""
    return min(
        (
            (day, at if at != midnight(day) else midnight(day + timedelta(1)))
            for at, voided_on in visitor.orders
            if not voided_on
            for day in (business_date(at),)
        ),
        default=None,
    )


def credited(visitor: Visitor) -> tuple[Any, ...] | None:
    """First and last touch; nothing if the web knows nobody."""
    days = [business_date(at) for at, _, _ in visitor.events]
    order = order_of(visitor)
    if not days or (order and min(days) > order[0]):
        return None
    if order:
        first_window = last_window = [
            order[0] - timedelta(back) for back in range(LOOKBACK)
        ]
    else:
        first_window = [min(days) + timedelta(ahead) for ahead in range(LOOKBACK)]
        last_window = [max(days) - timedelta(back) for back in range(LOOKBACK)]
    found: list[tuple[Any, ...]] = []
    for window, best in ((first_window, min), (last_window, max)):
        touches = [
            (at, touch)
            for at, tags, host in visitor.events
            if (touch := named(tags, host))
            and business_date(at) in window
            and (order is None or at <= order[1])
        ]
        if not touches:
            found.append(("direct", "none", None))
            continue
        at = best(at for at, _ in touches)
        smallest = min(
            (touch for other_at, touch in touches if other_at == at),
            key=lambda touch: [(value is None, value or "") for value in touch],
        )
        found.append(smallest)
    return (*found[0], *found[1])


def expected(
    visitors: dict[str, Visitor], spend: dict[tuple[str, str, date], Decimal]
) -> dict[str, tuple[Any, ...]]:
    """What the criteria of all visitors ought to be."""
    found = {
        name: touches
        for name, visitor in visitors.items()
        if (touches := credited(visitor))
    }
    monthly: dict[tuple[str, str, int], Decimal] = defaultdict(Decimal)
    for (source, campaign, day), amount in spend.items():
        if day <= AS_OF:
            monthly[source, campaign, day.month] += amount
    won = {
        name: (touches[3], touches[5], order[0].month)
        for name, touches in found.items()
        if (order := order_of(visitors[name]))
    }
    buyers = Counter(won.values())
    return {
        name: (
            *touches,
            (monthly[won[name]] / buyers[won[name]]).quantize(Decimal("0.0001"))
            if won.get(name) in monthly
            else None,
        )
        for name, touches in found.items()
    }


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Empty tables, and the compiled models as views of them."""
    folder: Path = tmp_path_factory.mktemp("touches")
    db_path = folder / "shop.duckdb"
    variables = {"raw_data": str(folder), "touch_lookback_days": LOOKBACK}
    compiled = dbt(
        ["compile", "--select", *MODELS],
        db_path,
        variables,
        manifest_for(db_path, variables),
    )
    sql = {each.node.name: each.node.compiled_code for each in compiled.result.results}
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as shop")
    for schema in ("staging", "intermediate", "reference"):
        connection.execute(f"create schema shop.{schema}")
    for name, columns in INPUTS.items():
        connection.execute(f"create table shop.{name} ({columns})")
    connection.executemany(
        "insert into shop.reference.referrer_hosts values (?, ?, ?)",
        [
            ("google", "google", "organic"),
            ("mail.google", "gmail", "email"),
            ("facebook", "facebook", "social"),
            ("vnpay", "vnpay", "ignored"),
        ],
    )
    connection.execute("insert into shop.intermediate.int_calendar__bounds values "
                       f"(date '{FIRST_DAY}', date '{AS_OF}')")  # fmt: skip
    for model in MODELS:
        connection.execute(f"create view shop.intermediate.{model} as {sql[model]}")
    return connection


def fill(
    connection: duckdb.DuckDBPyConnection, folder: Path, name: str, rows: list[Any]
) -> None:
    """Replace the rows of an input table, by way of a file: that is fastest."""
    path = folder / f"{name}.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    connection.execute(f"delete from shop.{name}")
    connection.execute(f"copy shop.{name} from '{path}' (header false)")


@pytest.mark.parametrize("seed", range(SHOPS))
def test_touches_are_credited_as_described(
    shop: duckdb.DuckDBPyConnection, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    visitors = {f"p{number}": random_visitor(rng) for number in range(PERSONS)}
    spend = {
        (source, campaign, FIRST_DAY + timedelta(day)): Decimal(rng.randint(0, 9999))
        for source in ("facebook", "google")
        for campaign in ("tet", "brand")
        for day in rng.sample(range(14), 8)
    }
    events = [
        (name, *tags, host, business_date(at), at)
        for name, visitor in visitors.items()
        for at, tags, host in visitor.events
    ]
    orders = [
        (name, voided_on, business_date(at), at)
        for name, visitor in visitors.items()
        for at, voided_on in visitor.orders
    ]
    rng.shuffle(events)
    tables = {
        "intermediate.int_web_events__attributed": events,
        "intermediate.int_web_events__visits": {(row[0], row[5]) for row in events},
        "intermediate.int_orders__counted": orders,
        "staging.stg_shop__ad_spend": [
            (source, campaign, amount, day)
            for (source, campaign, day), amount in spend.items()
        ],
    }
    for name, rows in tables.items():
        fill(shop, tmp_path, name, list(rows))
    found = shop.execute(
        f"select {COLUMNS} from shop.intermediate.int_criteria__source"
    ).fetchall()
    by_person = {name: tuple(values) for name, *values in found}
    assert len(by_person) == len(found)
    wanted = expected(visitors, spend)
    wrong = [
        (visitors[name], by_person.get(name), wanted.get(name))
        for name in visitors
        if by_person.get(name) != wanted.get(name)
    ]
    assert wrong == [], f"{len(wrong)} persons: what they did, found, expected"
