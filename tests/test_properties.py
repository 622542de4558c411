"""Random small shops, built through dbt, against what must always hold.

- The marts say what the oracle says, which walks every person day by day.
- No look-ahead: rows dated after a day change nothing that is dated up to it.
- The order of rows and the file format change nothing.

One shop carries many persons, because a build costs seconds. A shop on which the marts
are wrong is narrowed down to a few rows before it is shown. `HYPOTHESIS_PROFILE` may be
`ci` (the same shops in every run) or `thorough` (ten times as many shops).
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from identity_oracle import GLOBAL_TYPES, own_person_id
from oracle import FACTORS, Key, Oracle, Rules, Shop, identifiers
from pipeline import PipelineError, Warehouse, new_place, run_pipeline
from strategies import (
    FIRST_DAY,
    shops,
    soil,
    up_to,
    without_later_links,
    write_shop,
)

Facts = dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]
"""Comparable statements: by kind, then by key."""

COMPARED = (
    # What mart persons takes the first facts from, without its many criteria.
    "int_persons__known",
    "int_criteria__value",
    "person_identifiers",
    "person_segments",
    "segment_history",
    "segment_migrations",
    "segment_summary",
    "segment_transitions",
    "rfm_scores",
    "rfm_thresholds",
    "upcoming_migrations",
)
SECONDS_TO_NARROW = 120
LINES_TO_SHOW = 25

IS_THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
IS_SAME_EVERY_TIME = "CI" in os.environ or os.environ.get("HYPOTHESIS_PROFILE") == "ci"


def examples(number: int) -> settings:
    """Settings with a number of examples, ten times as many in `thorough`.

    Hypothesis does not shrink: a shop that fails is narrowed down by its rows.
    """
    return settings(
        max_examples=number * (10 if IS_THOROUGH else 1),
        derandomize=IS_SAME_EVERY_TIME,
        deadline=None,
        database=None,
        print_blob=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


CASES = {
    "weeks_klaviyo_without_monetary": Rules(
        rfm_period="week",
        rfm_preset="klaviyo",
        rfm_factors=("recency", "frequency"),
    ),
    "days_store_in_new_york": Rules(
        rfm_period="day",
        rfm_preset="store",
        reporting_timezone="America/New_York",
    ),
    "frozen_average_without_recency": Rules(
        rfm_method="frozen",
        rfm_frozen_at="2023-03-31",
        rfm_factors=("frequency", "monetary"),
        monetary_measure="average_order_value",
    ),
    "fixed_long_after_the_last_order": Rules(
        rfm_method="fixed",
        as_of_date="2025-02-10",
        reporting_timezone="Europe/London",
    ),
    "great_windows_on_a_leap_day": Rules(
        as_of_date="2024-02-29",
        reporting_timezone="Asia/Kathmandu",
        loyal_min_orders=1,
        loyalty_window_days=30,
        frequent_min_orders=5,
        frequency_window_days=3000,
        intent_window_days=3000,
        aware_window_days=1,
    ),
    "short_windows_other_statuses": Rules(
        churn_days=10,
        former_hold_days=20,
        loyalty_window_days=120,
        loyal_min_orders=3,
        loyal_min_categories=1,
        frequency_window_days=46,
        frequent_min_orders=3,
        intent_window_days=1,
        aware_window_days=2,
        rfm_window_days=45,
        rfm_period="week",
        counted_order_statuses=("paid", "on_hold"),
        uncounted_order_statuses=(),
        monetary_measure="average_order_value",
    ),
}


SLOWER_CASES = (
    "days_store_in_new_york",
    "frozen_average_without_recency",
    "great_windows_on_a_leap_day",
)
"""The gate has no time for these."""


def cases() -> list[Any]:
    """The names of CASES, slower ones marked."""
    slow = pytest.mark.skipif(
        "SLOW" not in os.environ, reason="a build more: run `make test-slow`"
    )
    return [
        pytest.param(name, marks=[slow] if name in SLOWER_CASES else [])
        for name in CASES
    ]


@pytest.fixture(scope="module")
def place() -> tuple[Path, Path]:
    """A folder for raw files and a database file, the same for all tests."""
    return new_place()


def number(value: Any) -> Any:
    """A number as a Decimal of four places, anything else as it is."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return Decimal(str(value)).quantize(Decimal("0.0001"))
    return value


def by_key(rows: Iterator[tuple[Any, ...]] | list, keys: int) -> dict:
    """Rows as a dict from their first columns to the others.

    Args:
        rows: The rows.
        keys: How many columns are the key.

    Returns:
        The rest of each row by its key; a key that stands twice keeps both.
    """
    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in rows:
        values = tuple(number(value) for value in row)
        key, rest = values[:keys], values[keys:]
        found[key] = (*found[key], "and also", *rest) if key in found else rest
    return found


def facts_of_oracle(oracle: Oracle) -> Facts:
    """All that the oracle says of a shop, persons by their id in the marts."""
    facts: Facts = {}

    facts["identifier"] = by_key(
        [(*each, name(owner)) for each, owner in oracle_identifiers(oracle).items()], 2
    )
    people, today = [], []
    for key, person in oracle.persons.items():
        orders, revenue, first, last = oracle.lifetime(person)
        people.append(
            (
                name(key),
                key[0] == "anonymous_id",
                person.is_reachable,
                person.first_seen_on,
                first,
                last,
                orders,
                revenue,
            )
        )
        stay = oracle.history("lifecycle")[key][-1]
        rfm_stay = oracle.history("rfm")[key][-1]
        score = oracle.scores_on(oracle.as_of).get(key)
        following = oracle.upcoming().get(key, (None, None, None, None))
        today.append(
            (
                name(key),
                oracle.as_of,
                stay.segment,
                stay.valid_from,
                stay.reason,
                rfm_stay.segment,
                rfm_stay.valid_from,
                following[1],
                following[2],
                score.cell if score else "000",
                *(
                    (score.recency_days, score.frequency, score.monetary)
                    if score
                    else ()
                ),
            )
        )
    facts["person"] = by_key(people, 1)
    facts["person_segments"] = by_key(today, 1)

    stays, moves = [], []
    for scheme in ("lifecycle", "rfm"):
        for key, intervals in oracle.history(scheme).items():
            stays += [
                (
                    name(key),
                    scheme,
                    stay.valid_from,
                    stay.segment,
                    stay.valid_to,
                    stay.valid_to is None,
                    stay.is_provisional,
                    stay.reason,
                )
                for stay in intervals
            ]
        moves += [
            (name(key), scheme, on, old, new, direction, reason, days_in)
            for key, old, new, on, direction, reason, days_in in oracle.migrations(
                scheme
            )
        ]
    facts["history"] = by_key(stays, 3)
    facts["migration"] = by_key(moves, 3)
    facts["score"] = by_key(
        [
            (
                score.period_end,
                name(score.key),
                score.recency_days,
                score.frequency,
                score.monetary,
                *(score.scores[factor] for factor in FACTORS),
                score.cell,
                score.segment,
            )
            for score in oracle.scores()
        ],
        2,
    )
    facts["threshold"] = by_key(
        [
            (period_end, factor, score, bound, oracle.factor_method(factor))
            for period_end in oracle.scored_ends()
            for factor in FACTORS
            for score, bound in enumerate(
                oracle.cut_points(period_end)[factor], start=2
            )
        ],
        3,
    )
    facts["upcoming"] = by_key(
        [(name(key), *move) for key, move in oracle.upcoming().items()], 1
    )
    facts |= monthly_facts_of_oracle(oracle)
    facts["threshold"] = populated(facts["threshold"], oracle)
    return facts


def populated(thresholds: dict, oracle: Oracle) -> dict:
    """The thresholds of dates on which there is someone to score."""
    return {key: rest for key, rest in thresholds.items() if oracle.scores_on(key[0])}


def name(key: Key) -> str:
    """The id of the person whom an identifier leads."""
    system = "any" if key[0] in GLOBAL_TYPES else "shop"
    return own_person_id((system, *key))


def oracle_identifiers(oracle: Oracle) -> dict[Key, Key]:
    """The oracle's owner of every identifier of a known person who is not erased."""
    return {
        (kind, value): owner
        for (kind, value), owner in oracle.owners.items()
        if owner in oracle.persons and (kind, value) not in oracle.erased
    }


def monthly_facts_of_oracle(oracle: Oracle) -> Facts:
    """Who stands where at month ends, came, left and bought, and whence they came."""
    sums: dict[tuple, Any] = Counter()
    moves: dict[tuple, int] = Counter()
    month_ends = oracle.month_ends()
    for scheme in ("lifecycle", "rfm"):
        for _, old, new, on, *_ in oracle.migrations(scheme):
            month_end = next((day for day in month_ends if on <= day), None)
            sums[scheme, month_end, new, "entered"] += 1
            sums[scheme, month_end, old, "left"] += 1
        before: dict[Key, str] | None = None
        for month_end in month_ends:
            now = oracle.standing(scheme, month_end)
            for key, segment in now.items():
                orders, revenue = oracle.bought(oracle.persons[key], month_end)
                sums[scheme, month_end, segment, "persons"] += 1
                sums[scheme, month_end, segment, "orders"] += orders
                sums[scheme, month_end, segment, "revenue"] += revenue
                if before is not None:
                    moves[scheme, month_end, before.get(key), segment] += 1
            before = now
    return {
        "standing": by_key(
            [
                (*place, found)
                for place, found in sums.items()
                # Moves after the last month end, and what entries leave, are in no row.
                if found and None not in place
            ],
            4,
        ),
        "transition": by_key([(*move, found) for move, found in moves.items()], 4),
    }


def facts_of_marts(warehouse: Warehouse) -> Facts:
    """The same statements from the marts, persons by their id."""

    def query(columns: str, relation: str, keys: int, where: str = "true") -> dict:
        rows = warehouse.records(f"select {columns} from {relation} where {where}")
        return by_key([tuple(row.values()) for row in rows], keys)

    def place(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["scheme"], row["period_end"], row["segment"]

    facts = {
        "identifier": by_key(
            [
                (*identifier, person_id)
                for identifier, person_id in warehouse.identifiers().items()
            ],
            2,
        ),
        "person": query(
            "person_id, is_anonymous, is_reachable, first_seen_on, first_order_on,"
            " last_order_on, coalesce(lifetime_orders, 0) as orders,"
            " coalesce(lifetime_revenue, 0) as revenue",
            "intermediate.int_persons__known"
            " left join intermediate.int_criteria__value using (person_id)",
            1,
        ),
        "person_segments": query(
            "person_id, as_of_date, lifecycle_group, lifecycle_since,"
            " lifecycle_reason, rfm_segment, rfm_since, next_group, next_change_on,"
            " rfm_cell, recency_days, frequency, monetary",
            "marts.person_segments",
            1,
        ),
        "history": query(
            "person_id, scheme, valid_from, segment, valid_to, is_current,"
            " is_provisional, reason",
            "marts.segment_history",
            3,
        ),
        "migration": query(
            "person_id, scheme, migrated_on, from_segment, to_segment, direction,"
            " reason, days_in_from_segment",
            "marts.segment_migrations",
            3,
        ),
        "score": query(
            "period_end, person_id, recency_days, frequency, monetary, recency_score,"
            " frequency_score, monetary_score, rfm_cell, rfm_segment",
            "marts.rfm_scores",
            2,
            "rfm_cell <> '000'",
        ),
        "threshold": query(
            "period_end, factor, score, lower_bound, method",
            "marts.rfm_thresholds",
            3,
            "score > 1 and lower_bound is not null",
        ),
        "upcoming": query(
            "person_id, current_group, next_group, change_on, days_left",
            "marts.upcoming_migrations",
            1,
        ),
        "standing": by_key(
            [
                (*place(row), measure, row[measure])
                for row in warehouse.records("select * from marts.segment_summary")
                for measure in ("persons", "entered", "left", "orders", "revenue")
                if row[measure]
            ],
            4,
        ),
        "transition": query(
            "scheme, period_end, from_segment, to_segment, persons",
            "marts.segment_transitions",
            4,
            "persons > 0 and period_end >"
            " (select min(period_end) from marts.segment_summary)",
        ),
    }
    facts["person_segments"] = {
        key: rest[:9] if rest[8] == "000" else rest
        for key, rest in facts["person_segments"].items()
    }
    return facts


def differences(expected: Facts, found: Facts, other: str = "oracle") -> list[str]:
    """What two sets of facts disagree on.

    Args:
        expected: The facts of the other side.
        found: The facts of the marts.
        other: What the other side is called.

    Returns:
        A line per statement on which they differ.
    """
    lines = []
    for kind in expected:
        for key in sorted({*expected[kind], *found[kind]}, key=repr):
            left, right = expected[kind].get(key), found[kind].get(key)
            if left != right:
                lines.append(
                    f"{kind} {shown(key)}: {other} {shown(left)}, mart {shown(right)}"
                )
    return lines


def shown(values: tuple[Any, ...] | None) -> str:
    """A tuple in few letters."""
    if values is None:
        return "has none"
    return (
        "(" + ", ".join("-" if value is None else str(value) for value in values) + ")"
    )


def rows_of(shop: Shop) -> list[tuple[str, int]]:
    """Every row of a shop, as (table, position), customers of the shop first."""
    return [
        (table, position)
        for table, rows in shop.tables().items()
        for position in range(len(rows))
    ]


def without(shop: Shop, dropped: set[tuple[str, int]]) -> Shop:
    """A shop without some rows, and without what belonged to dropped orders."""
    kept = {
        table: [
            row for position, row in enumerate(rows) if (table, position) not in dropped
        ]
        for table, rows in shop.tables().items()
    }
    order_ids = {row["order_id"] for row in kept["orders"]}
    for table in ("order_items", "refunds"):
        kept[table] = [row for row in kept[table] if row["order_id"] in order_ids]
    return Shop(**kept)


def narrowed(shop: Shop, check: Callable[[Shop], list[str]]) -> tuple[Shop, list[str]]:
    """Drop rows from a shop as long as something is still wrong with it.

    Args:
        shop: A shop on which `check` finds something.
        check: Builds a shop and returns what is wrong.

    Returns:
        The smallest shop found, and what is wrong with it.
    """
    wrong = check(shop)
    kind = wrong[0].split()[0]
    size = max(len(rows_of(shop)) // 2, 1)
    deadline = time.monotonic() + SECONDS_TO_NARROW
    while time.monotonic() < deadline:
        rows = rows_of(shop)
        has_shrunk = False
        start = 0
        while start < len(rows) and time.monotonic() < deadline:
            smaller = without(shop, set(rows[start : start + size]))
            try:
                still_wrong = [line for line in check(smaller) if line.startswith(kind)]
            except PipelineError:
                still_wrong = []
            if still_wrong:
                shop, wrong, has_shrunk = smaller, still_wrong, True
                rows = rows_of(shop)
            else:
                start += size
        if size == 1 and not has_shrunk:
            break
        size = max(size // 2, 1)
    return shop, wrong


_complaints: dict[str, str] = {}


def complain(shop: Shop, check: Callable[[Shop], list[str]]) -> None:
    """Fail with what is wrong with a shop, and with a smaller shop that shows it.

    Args:
        shop: The shop.
        check: Builds a shop and returns what is wrong with it.
    """
    if repr(shop) in _complaints:
        # Hypothesis runs an example that failed once more.
        pytest.fail(_complaints[repr(shop)], pytrace=False)
    wrong = check(shop)
    if not wrong:
        return
    small, wrong_there = narrowed(shop, check)
    rows = [
        f"  {table} {', '.join(f'{k}={v}' for k, v in row.items() if v is not None)}"
        for table, some in small.tables().items()
        for row in some
    ]
    _complaints[repr(shop)] = "\n".join(
        [
            f"{len(wrong)} disagreements, such as",
            *wrong[:LINES_TO_SHOW],
            f"and {len(wrong_there)} in this smaller shop:",
            *wrong_there[:LINES_TO_SHOW],
            *rows,
        ]
    )
    pytest.fail(_complaints[repr(shop)], pytrace=False)


def build(place: tuple[Path, Path], shop: Shop, rules: Rules) -> Facts:
    """What the marts say of a shop.

    Args:
        place: Folder of the raw files, database file.
        shop: The shop.
        rules: The vars.

    Returns:
        The facts.
    """
    folder, db_path = place
    write_shop(shop, folder)
    select = " ".join(f"+{mart}" for mart in COMPARED)
    return facts_of_marts(
        run_pipeline(folder, db_path, rules.as_vars(), select, fresh=True, threads=1)
    )


def check_against_oracle(
    place: tuple[Path, Path], rules: Rules
) -> Callable[[Shop], list[str]]:
    """A check that builds a shop and compares its marts with the oracle."""

    def check(shop: Shop) -> list[str]:
        if not shop.orders:
            return []
        oracle = Oracle(shop, rules)
        frozen_at = rules.rfm_frozen_at
        if frozen_at and date.fromisoformat(frozen_at) not in oracle.period_ends():
            return []
        found = build(place, shop, rules)
        found["threshold"] = populated(found["threshold"], oracle)
        return differences(facts_of_oracle(oracle), found)

    return check


def guests_between_two() -> Shop:
    """Guests' orders with a contact of an erased customer and one of somebody else.

    Also an account of somebody who stays, with contacts of two erased customers.
    """
    erased_at = datetime(2024, 1, 29, 2)
    erased = [
        {"customer_id": "e1", "email": "e1@example.com", "erased_at": erased_at},
        {"customer_id": "e2", "phone": "0912343602", "erased_at": erased_at},
        {"customer_id": "e3", "email": "all@example.com", "erased_at": erased_at},
    ]
    stay = [
        {"customer_id": "c0", "phone": "0912343610"},
        {"customer_id": "c7", "email": "e1@example.com", "phone": "0912343602"},
        *({"customer_id": f"c{n}", "email": "all@example.com"} for n in range(1, 7)),
    ]
    contacts = [
        {"email": "e1@example.com", "phone": "0912343610"},
        {"email": "e1@example.com", "phone": "0912343611"},
        {"email": "guest@example.com", "phone": "0912343602"},
        {"email": "all@example.com", "phone": "0912343612"},
        {"customer_id": "c0"},
    ]
    signed_up_at = datetime(2023, 9, 1, 5)
    return Shop(
        customers=[{**row, "signed_up_at": signed_up_at} for row in erased + stay],
        orders=[
            {
                "order_id": f"o{number}",
                **row,
                "ordered_at": datetime(2023, 7 + number, 1, 5),
                "status": "completed",
                "total_amount": Decimal(100 + number),
            }
            for number, row in enumerate(contacts)
        ],
    )


@examples(3)
@example(shop=guests_between_two())
@given(shop=shops(min_persons=30, max_persons=50))
def test_marts_say_what_the_oracle_says(shop: Shop, place: tuple[Path, Path]) -> None:
    complain(shop, check_against_oracle(place, Rules()))


@pytest.mark.parametrize("case", cases())
@examples(1)
@given(data=st.data())
def test_marts_say_what_the_oracle_says_under_other_rules(
    data: st.DataObject, case: str, place: tuple[Path, Path]
) -> None:
    rules = CASES[case]
    days = 180 if rules.rfm_period == "day" else None
    shop = data.draw(
        shops(
            min_persons=30, max_persons=50, timezone=rules.reporting_timezone, days=days
        )
    )
    complain(shop, check_against_oracle(place, rules))


def moved_apart(then: dict[Key, Key], now: dict[Key, Key]) -> set[str]:
    """Persons whose identifiers are other ones than they were: identity is today's.

    Args:
        then, now: The owner of each identifier, at either time.
    """
    return {
        name(owner)
        for each, owner_then in then.items()
        if owner_then != now.get(each)
        for owner in (owner_then, now.get(each))
        if owner is not None
    }


def up_to_day(facts: Facts, day: date, is_period_end: bool, apart: set[str]) -> Facts:
    """The final statements that are dated up to a day, as they stood on that day.

    Args:
        facts: The facts of a build on that day or later.
        day: The day.
        is_period_end: Whether rfm scores of that day are final.
        apart: Persons left out.

    Returns:
        Intervals, moves, scores and cut points; an interval that ends later is open.
    """
    last_score = day if is_period_end else day - timedelta(days=1)
    last_day = {"lifecycle": day, "rfm": last_score}
    history, moves = {}, {}
    for (person, scheme, valid_from), rest in facts["history"].items():
        segment, valid_to, _, _, reason = rest
        if person not in apart and valid_from <= last_day[scheme]:
            is_over = valid_to is not None and valid_to <= last_day[scheme]
            history[person, scheme, valid_from] = (
                segment,
                valid_to if is_over else None,
                reason,
            )
    for (person, scheme, on), rest in facts["migration"].items():
        if person not in apart and on <= last_day[scheme]:
            moves[person, scheme, on] = rest
    return {
        "history": history,
        "migration": moves,
        "score": {
            key: rest for key, rest in facts["score"].items() if key[0] <= last_score
        },
        "threshold": {
            key: rest
            for key, rest in facts["threshold"].items()
            if key[0] <= last_score
        },
    }


@examples(1)
@given(
    shop=shops(min_persons=30, max_persons=50, days=500),
    day=st.one_of(
        st.sampled_from([date(2023, 3, 31), date(2023, 12, 31), date(2024, 2, 29)]),
        st.integers(20, 480).map(lambda days: FIRST_DAY + timedelta(days=days)),
    ),
)
def test_later_rows_change_nothing_that_is_dated_before(
    shop: Shop, day: date, place: tuple[Path, Path]
) -> None:
    rules = Rules(as_of_date=day.isoformat())

    def check(shop: Shop) -> list[str]:
        shop = without_later_links(shop, day, rules)
        if not up_to(shop, day, rules).orders:
            return []
        that_evening = build(place, up_to(shop, day, rules), rules)
        looking_back = build(place, shop, rules)
        wrong = differences(that_evening, looking_back, "that evening")

        then, now = Oracle(shop, rules), Oracle(shop)
        owners_then = identifiers(shop, rules)
        owners_now = identifiers(shop, Rules())
        apart = moved_apart(owners_then, owners_now)
        # A bare lead becomes someone seen on a day; that day is then their first.
        apart |= {
            name(key)
            for key, person in then.persons.items()
            if key not in now.persons
            or now.persons[key].first_seen_on != person.first_seen_on
        }
        is_period_end = not then.is_open(day)
        wrong += differences(
            up_to_day(that_evening, day, is_period_end, apart),
            up_to_day(build(place, shop, Rules()), day, is_period_end, apart),
            "that evening",
        )
        return wrong

    complain(shop, check)


@pytest.mark.skipif(
    "SLOW" not in os.environ,
    reason="builds of its own, and test_incremental.py shuffles: run `make test-slow`",
)
@examples(1)
@given(shop=shops(min_persons=15), seed=st.integers(0, 2**32 - 1))
def test_order_of_rows_changes_nothing(
    shop: Shop, seed: int, place: tuple[Path, Path]
) -> None:
    folder, db_path = place
    dirty = soil(shop, random.Random(seed))

    def all_marts() -> dict[str, list]:
        warehouse = run_pipeline(folder, db_path)
        return {mart: warehouse.table(mart) for mart in warehouse.marts()}

    write_shop(dirty, folder, repeats=3)
    first = all_marts()
    write_shop(dirty, folder, shuffle=random.Random(seed), repeats=3)
    second = all_marts()
    for mart, rows in first.items():
        lost = [row for row in rows if row not in second[mart]]
        gained = [row for row in second[mart] if row not in rows]
        assert rows == second[mart], f"{mart}: lost {lost[:5]}, gained {gained[:5]}"


@pytest.mark.skipif(
    "SLOW" not in os.environ, reason="two builds more: run `make test-slow`"
)
@examples(1)
@given(shop=shops(min_persons=30, max_persons=50, days=423))
def test_csv_and_parquet_say_the_same(shop: Shop, place: tuple[Path, Path]) -> None:
    folder, db_path = place
    as_csv = build(place, shop, Rules())
    write_shop(shop, folder, file_format="parquet")
    as_parquet = facts_of_marts(run_pipeline(folder, db_path))
    assert differences(as_csv, as_parquet, "csv") == []
