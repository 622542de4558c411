"""A random shop whose rules change from today on, against the oracle of both rules."""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import Key, Oracle, Rules, Shop, identifiers
from pipeline import Warehouse, new_place, run_pipeline
from strategies import FIRST_DAY, shops, write_shop
from test_incremental import arrivals, seen_on
from test_properties import examples, moved_apart, name
from test_rules import HISTORY

LEFT = (
    Rules(),
    Rules(churn_days=30, rfm_preset="klaviyo"),
    Rules(rfm_period="week", aware_window_days=10),
    Rules(rfm_method="fixed"),
)
IN_FORCE = (
    Rules(churn_days=60),
    Rules(churn_days=20, former_hold_days=100),
    Rules(rfm_preset="store", frequent_min_orders=3, frequency_window_days=90),
    Rules(rfm_period="week", loyal_min_orders=3),
    Rules(aware_window_days=5, intent_window_days=2),
    Rules(rfm_window_days=100, rfm_factors=("recency", "frequency")),
    Rules(monetary_measure="average_order_value", loyal_min_categories=1),
    Rules(rfm_period="day", rfm_preset="klaviyo"),
)
Stay = tuple[str, date, str | None]
"""Segment, first day, reason; None for a reason that is not compared."""


def final_stays(oracle: Oracle, scheme: str, key: Key) -> list[Stay]:
    """The stays of a person that are not provisional."""
    return [
        (stay.segment, stay.valid_from, stay.reason)
        for stay in oracle.history(scheme)[key]
        if not stay.is_provisional
    ]


def spliced(
    before: Oracle, after: Oracle, on: date, scheme: str, key: Key
) -> list[Stay]:
    """The stays that were told before a day, and from then on those of other rules.

    Args:
        before: The last run under the rules that were left.
        after: A run under the rules in force.
        on: The day from which these are in force.
        scheme: `lifecycle` or `rfm`.
        key: The person.
    """
    new = final_stays(after, scheme, key)
    first_seen_on = after.persons[key].first_seen_on
    if key not in before.persons or first_seen_on >= on:
        return new
    told = final_stays(before, scheme, key)
    kept = [stay for stay in told if stay[1] < on]
    # Who turns out to be known since another day has stood there since then.
    known = [stay for stay in kept if stay[1] <= first_seen_on][-1:] or kept[:1]
    kept = kept[kept.index(known[0]) :]
    segment, since, reason = kept[0]
    is_as_told = kept[0] == told[0] and since == first_seen_on
    kept[0] = (segment, first_seen_on, reason if is_as_told else "first_seen")
    is_open = scheme == "rfm" and on == after.as_of and after.is_open(on)
    standing = [stay for stay in new if stay[1] <= on][-1]
    if standing[0] != kept[-1][0] and not is_open:
        kept.append((standing[0], on, None))
    return kept + [stay for stay in new if stay[1] > on]


def stays_of_marts(warehouse: Warehouse, scheme: str) -> dict[str, list[Stay]]:
    """The same from the marts, by person."""
    found: dict[str, list[Stay]] = {}
    for person, *stay in warehouse.rows(
        "select person_id, segment, valid_from, reason from marts.segment_history"
        f" where scheme = '{scheme}' and not is_provisional order by 1, 3"
    ):
        found.setdefault(person, []).append(tuple(stay))
    return found


def busy_days(shop: Shop, rules: Rules) -> list[date]:
    """The ten days, some months after the first, on which most persons move."""
    moves = Counter(
        on for _, _, _, on, *_ in Oracle(shop, rules).migrations("lifecycle")
    )
    days = [day for day in moves if 120 <= (day - FIRST_DAY).days <= 420]
    return sorted(days, key=lambda day: (-moves[day], day))[:10]


def are_the_same(told: list[Stay], found: list[Stay]) -> bool:
    """Whether stays are the same, reasons where they are known."""
    return len(told) == len(found) and all(
        one[:2] == other[:2] and one[2] in (None, other[2])
        for one, other in zip(told, found, strict=True)
    )


@pytest.mark.skipif(
    "SLOW" not in os.environ, reason="builds of its own: `make test-slow`"
)
@examples(4)
@given(
    shop=shops(min_persons=25, max_persons=40, days=500),
    seed=st.integers(0, 2**32 - 1),
)
def test_what_was_told_stays_and_the_rest_follows_the_new_rules(
    shop: Shop, seed: int
) -> None:
    folder, db_path = new_place()
    source = random.Random(seed)
    left, in_force = source.choice(LEFT), source.choice(IN_FORCE)
    last_day = source.choice(busy_days(shop, left))
    if source.random() < 1 / 4:
        last_day = last_day.replace(day=1) - timedelta(days=1)
    elif source.random() < 1 / 3:
        last_day -= timedelta(days=1)
    first_day = last_day + timedelta(days=source.choice([0, 0, 1, 2, 31]))
    effective_on = min(first_day, last_day + timedelta(days=1))
    late = arrivals(shop, source)
    days = [last_day, first_day]
    if source.random() < 1 / 2:
        days.append(first_day + timedelta(days=source.choice([1, 40])))
    for number, day in enumerate(days):
        rules = replace(left if number == 0 else in_force, as_of_date=day.isoformat())
        arrived = seen_on(shop, day, late)
        if not arrived.orders:
            return
        write_shop(arrived, folder)
        changes = {"rule_change": "from_today"} if number == 1 else {}
        warehouse = run_pipeline(
            folder,
            db_path,
            {**rules.as_vars(), **changes},
            HISTORY,
            threads=1,
            full_refresh=number == 0,
        )
        oracle, owners = Oracle(arrived, rules), identifiers(arrived, rules)
        if number == 0:
            before, owners_before = oracle, owners
            continue
        apart = moved_apart(owners_before, owners)
        for scheme in ("lifecycle", "rfm"):
            found = stays_of_marts(warehouse, scheme)
            told = {
                name(key): spliced(before, oracle, effective_on, scheme, key)
                for key in oracle.persons
            }
            wrong = [
                f"{person}: by both rules {told.get(person)}, mart {found.get(person)}"
                for person in sorted({*told, *found} - apart)
                if not are_the_same(told.get(person, []), found.get(person, []))
            ]
            changed = f"{left.as_vars()} -> {in_force.as_vars()} on {effective_on}"
            assert not wrong, "\n".join([f"{scheme}, {changed}, as of {day}", *wrong])
