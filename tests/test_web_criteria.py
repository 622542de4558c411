"""Sessions, visits and times of day against plain Python, on random moments.

The models are compiled once per set of vars and run in an engine of their own on random
events, so that an example costs no dbt run.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pipeline import dbt, manifest_for, new_place

if TYPE_CHECKING:
    from pathlib import Path

AS_OF_DATE = date(2024, 12, 31)
WINDOW_DAYS = 30
MODELS = [
    "int_web_events__half_hours",
    "int_web_events__sessions",
    "int_criteria__time",
    "int_criteria__behaviour",
]
INPUTS = {
    "int_calendar__bounds": f"select date '{AS_OF_DATE}' as as_of_date",
    "int_criteria__unbought_views": """
        select '' as person_id, '' as categories, 1 as category_count where false
    """,
    "int_web_events__unioned": """
        select
            person_id,
            'mobile' as device_type,
            cast(null as varchar) as os,
            'chrome' as browser,
            has_intent,
            occurred_at
        from events
    """,
    "int_web_events__attributed": "select * from int_web_events__unioned",
    "int_orders__counted": "select * from orders",
}
VARS = [
    {"reporting_timezone": "Asia/Ho_Chi_Minh", "session_minutes": 30},
    {"reporting_timezone": "Europe/London", "session_minutes": 30},
    {"reporting_timezone": "Asia/Kathmandu", "session_minutes": 20},
    {"reporting_timezone": "America/Havana", "session_minutes": 45},
]
# Hours before the clocks of London and Havana change, around New Year, and any day.
STARTS = [
    datetime(2024, 3, 9, 20),
    datetime(2024, 3, 30, 20),
    datetime(2024, 10, 26, 20),
    datetime(2024, 11, 2, 20),
    datetime(2024, 12, 1, 10),
    datetime(2024, 12, 30, 0),
]
PAUSES = [0, 1, 60, 600, 1199, 1200, 1201, 1799, 1800, 1801, 2699, 2700, 2701, 3600]
BANDS = ["lunch", "evening", "office_hours", "other"]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

Event = tuple[str, bool, datetime]
Order = tuple[str, date, datetime, date | None]


@pytest.fixture(scope="module")
def place() -> tuple[Path, Path]:
    """One place for all sets of vars, so that the project is parsed once."""
    return new_place()


@pytest.fixture(
    scope="module",
    params=VARS,
    ids=lambda variables: "-".join(map(str, variables.values())),
)
def models(
    request: pytest.FixtureRequest, place: tuple[Path, Path]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Vars, and the SQL of each model under them, in an order to build them in."""
    folder, db_path = place
    variables = {"raw_data": str(folder), **request.param}
    manifest = manifest_for(db_path, variables)
    result = dbt(["compile", "--select", *MODELS], db_path, variables, manifest)
    found = {each.node.name: each.node for each in result.result.results}
    return request.param, {
        name: found[name].compiled_code.replace('"shop".', "") for name in MODELS
    }


def make_moments(seed: int, zone: ZoneInfo) -> tuple[list[Event], list[Order]]:
    """Draw events and orders of some persons, dense with pauses that just matter.

    Args:
        seed: Where draws come from.
        zone: The reporting time zone.

    Returns:
        Events (person, intent, instant) and orders (person, date, instant, end).
    """
    source = random.Random(seed)
    events, orders = [], []
    for number in range(30):
        at = source.choice(STARTS) + timedelta(seconds=source.randrange(86400))
        for _ in range(source.choice([0, 1, 2, 10, 40])):
            events.append((f"p{number}", source.random() < 0.2, at))
            at += timedelta(seconds=source.choice(PAUSES))
            at += timedelta(hours=source.choice([0, 0, 0, 0, 0, 1, 12, 24]))
        for _ in range(source.choice([0, 0, 1, 3])):
            at = source.choice([at, *[event[2] for event in events[-3:]]])
            local = at.replace(tzinfo=UTC).astimezone(zone)
            if source.random() < 0.3:
                local = local.replace(hour=0, minute=0, second=0, fold=0)
            end = AS_OF_DATE if source.random() < 0.2 else None
            instant = local.astimezone(UTC).replace(tzinfo=None)
            orders.append((f"p{number}", local.date(), instant, end))
    events = [
        event for event in events if on_clock(event[2], zone).date() <= AS_OF_DATE
    ]
    return source.sample(events, len(events)), source.sample(orders, len(orders))


def on_clock(instant: datetime, zone: ZoneInfo) -> datetime:
    """The local time of an instant."""
    return instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def literal(value: str | bool | date | None) -> str:
    """A value as SQL; binding thousands of them one by one is slow."""
    return "null" if value is None else f"'{value}'"


def rows_of_models(
    sql: dict[str, str], events: list[Event], orders: list[Order]
) -> dict[str, tuple]:
    """What the models say of each person.

    Args:
        sql: The SQL of each model.
        events: Events of all persons.
        orders: Orders of all persons.

    Returns:
        By person: visits, sessions, last visit, abandoned cart, and the three of time.
    """
    with duckdb.connect(config={"threads": 1}) as engine:
        engine.execute("set timezone = 'UTC'")
        engine.execute("create schema intermediate")
        engine.execute("use intermediate")
        engine.execute(
            "create table events (person_id text, has_intent boolean,"
            " occurred_at timestamp)"
        )
        engine.execute(
            "create table orders (person_id text, ordered_on date,"
            " ordered_at timestamp, counts_until date)"
        )
        for table, rows in (("events", events), ("orders", orders)):
            if rows:
                values = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
                engine.execute(f"insert into {table} values {values}")
        for name, query in (INPUTS | sql).items():
            engine.execute(f"create table {name} as {query}")
        found = engine.execute(
            """
            select
                person_id,
                visits,
                sessions,
                last_visit_on,
                cart_abandoned_on,
                preferred_hour_band,
                preferred_weekday,
                is_office_hours_visitor
            from int_criteria__time
            left join int_criteria__behaviour using (person_id)
            """
        ).fetchall()
    return {row[0]: row[1:] for row in found}


def rows_of_oracle(
    variables: dict[str, Any], events: list[Event], orders: list[Order]
) -> dict[str, tuple]:
    """The same by the words of the definitions, one person after the other."""
    zone = ZoneInfo(variables["reporting_timezone"])
    pause = timedelta(minutes=variables["session_minutes"])
    # The longest part of half an hour that divides the session.
    step = next(n for n in range(30, 0, -1) if not (30 % n or pause.seconds // 60 % n))
    kept = [order for order in orders if order[3] is None]
    expected = {}
    for person in {row[0] for row in events + kept}:
        times = sorted(at for name, _, at in events if name == person)
        own = [order[1:3] for order in kept if order[0] == person]
        clocks = {  # One moment per slot, known by its instant and told by the clock.
            (
                at - timedelta(0, at.second, at.microsecond, 0, local.minute % step)
            ): local
            for at in times
            for local in [on_clock(at, zone)]
        }
        timed = list(clocks.values())
        timed += [
            on for _, at in own if (on := on_clock(at, zone)).time() != on.min.time()
        ]
        bands, days = Counter(map(band, timed)), Counter()
        days.update(local.weekday() for local in clocks.values())
        days.update(day.weekday() for day, _ in own)
        carts = [at for name, intent, at in events if name == person and intent]
        expected[person] = (
            len({on_clock(at, zone).date() for at in times}) or None,
            sum(
                1
                for before, at in zip([datetime.min, *times], times, strict=False)
                if at - before > pause
            )
            or None,
            on_clock(times[-1], zone).date() if times else None,
            abandoned(max(carts), own, zone) if carts else None,
            max(BANDS, key=lambda name: bands[name]) if timed else None,
            DAYS[max(range(7), key=lambda day: days[day])],
            sum(map(is_office, timed)) * 2 > len(timed) if timed else None,
        )
    return expected


def is_office(local: datetime) -> bool:
    """Whether a local time lies in office hours."""
    return local.weekday() < 5 and 8 <= local.hour <= 16


def band(local: datetime) -> str:
    """The hour band of a local time."""
    if local.hour in (11, 12):
        return "lunch"
    if 19 <= local.hour <= 22:
        return "evening"
    return "office_hours" if is_office(local) else "other"


def abandoned(
    cart: datetime, orders: list[tuple[date, datetime]], zone: ZoneInfo
) -> date | None:
    """The day of a cart, None if it is too long ago or an order followed."""
    day = on_clock(cart, zone).date()
    for ordered_on, ordered_at in orders:
        has_time = on_clock(ordered_at, zone).time() != datetime.min.time()
        if ordered_at >= cart or (not has_time and ordered_on >= day):
            return None
    return day if day > AS_OF_DATE - timedelta(days=WINDOW_DAYS) else None


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_moments_are_counted_as_they_are_defined(
    models: tuple[dict[str, Any], dict[str, str]], seed: int
) -> None:
    variables, sql = models
    zone = ZoneInfo(variables["reporting_timezone"])
    events, orders = make_moments(seed, zone)
    expected = rows_of_oracle(variables, events, orders)
    assert rows_of_models(sql, events, orders) == expected
