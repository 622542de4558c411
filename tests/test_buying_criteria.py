"""The criteria that come from orders, on random orders, against plain Python.

The models' SQL runs on tables in memory; the other side computes each criterion person
by person, with fractions and the statistics module.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from compiled import Bench
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

AS_OF = date(2024, 6, 30)
MODELS = [
    "int_orders__sequenced",
    "int_orders__rhythms",
    "int_orders__payments",
    "int_criteria__rhythm",
    "int_criteria__value",
    "int_criteria__margin",
    "int_criteria__order_histories",
    "int_criteria__order_rates",
    "int_criteria__expected_orders",
    "int_criteria__payment",
    "int_criteria__channels",
]
COSTS = {"tea": Decimal(30), "cup": Decimal("12.5"), "voucher": None}
CHANNELS = {"web": "web", "app": "web", "pos": "store", "shopee": "marketplace"}
HALF_A_DIGIT = {4: 0.000051, 6: 0.00000051}
"""What rounding to so many decimals may change, and a little for doubles."""


class Order(NamedTuple):
    """An order that counts or once did."""

    person: str
    days_ago: int
    hour: int
    amount: Decimal
    refunded: Decimal
    is_voided: bool
    items: list[tuple[str, int]]
    payment: str | None
    coupon: str | None
    channel: str | None
    store: str | None

    @property
    def day(self) -> date:
        return AS_OF - timedelta(days=self.days_ago)

    @property
    def at(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, self.hour)

    @property
    def net(self) -> Fraction:
        return Fraction(self.amount) - Fraction(self.refunded)


orders_of_a_shop = st.lists(
    st.builds(
        Order,
        person=st.sampled_from("abcdefghijklmnopqrstuvwx"),
        days_ago=st.integers(0, 12).map(lambda k: 10 * k)
        | st.sampled_from([89, 90])
        | st.integers(0, 400),
        hour=st.integers(8, 9),
        amount=st.sampled_from(["100", "150", "50", "20", "99.9999"]).map(Decimal),
        refunded=st.sampled_from(["0", "0", "0", "10", "19.5"]).map(Decimal),
        is_voided=st.integers(0, 5).map(lambda k: k == 0),
        items=st.lists(
            st.tuples(
                st.sampled_from(["tea", "tea", "cup", "voucher", "unlisted"]),
                st.integers(1, 3),
            ),
            max_size=2,
        ),
        payment=st.sampled_from(["cash", "card", "momo", None]),
        coupon=st.sampled_from([None, None, "TET"]),
        channel=st.sampled_from(["web", "app", "pos", "shopee", "pigeon", None]),
        store=st.sampled_from([None, None, "S1"]),
    ),
    min_size=1,
    max_size=80,
)


def load(bench: Bench, orders: list[Order]) -> None:
    """Write the tables that the models read.

    Args:
        bench: Where they go.
        orders: The orders, in the order in which the rows are to lie.
    """
    numbered = [(f"o{number}", order) for number, order in enumerate(orders)]
    bench.table("intermediate.int_calendar__bounds", "as_of_date date", [(AS_OF,)])
    bench.table(
        "intermediate.int_orders__counted",
        "person_id varchar, source_system varchar, order_id varchar,"
        " channel varchar, store_id varchar, payment_method varchar,"
        " coupon_code varchar, order_amount decimal(18, 4),"
        " refunded_amount decimal(18, 4), ordered_on date, counts_until date,"
        " ordered_at timestamp",
        [
            (
                order.person,
                "shop",
                key,
                order.channel,
                order.store,
                order.payment,
                order.coupon,
                order.amount,
                order.refunded,
                order.day,
                AS_OF if order.is_voided else None,
                order.at,
            )
            for key, order in numbered
        ],
    )
    bench.table(
        "staging.stg_shop__order_items",
        "source_system varchar, order_id varchar, product_id varchar,"
        " quantity decimal(18, 4)",
        [
            ("shop", key, product, quantity)
            for key, order in numbered
            for product, quantity in order.items
        ],
    )
    bench.table(
        "staging.stg_shop__products",
        "source_system varchar, product_id varchar, unit_cost decimal(18, 4)",
        [("shop", product, cost) for product, cost in COSTS.items()],
    )
    bench.table(
        "reference.sales_channels",
        "channel varchar, sales_channel varchar",
        list(CHANNELS.items()),
    )


Expected = dict[str, dict[str, Any]]
"""Values by column, by person."""


def expected_rhythm(by_person: dict[str, list[Order]]) -> Expected:
    """Rhythm by medians and standard deviations of plain lists."""
    gaps = {}
    for person, orders in by_person.items():
        days = sorted({order.day for order in orders})
        gaps[person] = [(later - earlier).days for earlier, later in pairwise(days)]
    all_gaps = [gap for each in gaps.values() for gap in each]
    found: Expected = {}
    for person, own in gaps.items():
        variation = None
        if len(own) >= 2:
            variation = statistics.pstdev(own) / statistics.fmean(own)
        if not own:
            rhythm = "single"
        elif statistics.median(own) <= 30:
            rhythm = "frequent"
        elif variation is not None and round(variation, 4) <= 0.3:
            rhythm = "fixed_interval"
        else:
            rhythm = "rare"
        silence = min(order.days_ago for order in by_person[person])
        usual = own or all_gaps
        found[person] = {
            "rhythm": rhythm,
            "median_days_between_orders": statistics.median(own) if own else None,
            "interval_variation": variation,
            "overdue_ratio": silence / statistics.median(usual) if usual else None,
            "is_rhythm_borrowed": not own,
        }
    return found


def expected_value(by_person: dict[str, list[Order]]) -> Expected:
    """Value by counting, for each person, who has at least as much."""
    revenue = {
        person: sum(order.net for order in orders)
        for person, orders in by_person.items()
    }
    median = statistics.median(
        order.net for orders in by_person.values() for order in orders
    )
    found: Expected = {}
    for person, own in revenue.items():
        above = [each for each in revenue.values() if each >= own]
        share = Fraction(len(above), len(revenue))
        average = round(own / len(by_person[person]), 4)
        if average >= round(median * Fraction(3, 2), 4):
            basket = "high_spender"
        elif average < round(median / 2, 4):
            basket = "not_ready"
        else:
            basket = "regular"
        found[person] = {
            "value_tier": next(
                (
                    f"top_{percent}"
                    for percent in (5, 20, 50)
                    if share <= Fraction(percent, 100)
                ),
                "rest",
            ),
            "basket_tier": basket,
            "lifetime_orders": len(by_person[person]),
            "lifetime_revenue": own,
            "average_order_value": own / len(by_person[person]),
            "cumulative_revenue_share": sum(above) / sum(revenue.values()),
            "first_order_on": min(order.day for order in by_person[person]),
            "last_order_on": max(order.day for order in by_person[person]),
        }
    return found


def expected_margin(by_person: dict[str, list[Order]]) -> Expected:
    """Margin of the orders whose items all have a cost."""
    found: Expected = {}
    for person, orders in by_person.items():
        costed = [
            (
                order.net,
                sum(Fraction(COSTS[product]) * count for product, count in order.items),
            )
            for order in orders
            if order.items
            and all(COSTS.get(product) is not None for product, _ in order.items)
        ]
        if costed:
            revenue = sum(net for net, _ in costed)
            found[person] = {
                "lifetime_margin": revenue - sum(cost for _, cost in costed),
                "margin_coverage": revenue / sum(order.net for order in orders),
            }
    return found


def expected_future(by_person: dict[str, list[Order]]) -> Expected:
    """The estimate as its decision record tells it, in floating point."""
    observed = {who: max(o.days_ago for o in own) for who, own in by_person.items()}
    silent = {who: min(o.days_ago for o in own) for who, own in by_person.items()}
    repeats = {person: len(own) - 1 for person, own in by_person.items()}
    if not any(repeats.values()) or not any(observed.values()):
        return {}
    mean = sum(repeats.values()) / sum(observed.values())
    variance = sum(
        (repeats[person] - mean * days) ** 2 - mean * days
        for person, days in observed.items()
    ) / sum(days * days for days in observed.values())
    shape = mean * mean / variance if variance * 1000 > mean * mean else 1000
    days = shape / mean
    ratio = {
        person: math.exp(
            min(
                (shape + repeats[person])
                * math.log(
                    (days + observed[person])
                    / (days + observed[person] - silent[person])
                ),
                50,
            )
        )
        for person in by_person
    }

    def likelihood(share: float) -> int:
        return sum(
            round(
                1_000_000
                * (
                    len(by_person[person]) * math.log(1 - share)
                    + math.log(1 + share / (1 - share) * ratio[person])
                )
            )
            for person in by_person
        )

    shares = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]
    best = max(shares, key=lambda share: (likelihood(share), -share))
    return {
        person: {
            "expected_orders_next_90_days": (
                sum(order.days_ago < 90 for order in orders)
                + 90
                * (shape + repeats[person])
                / (days + observed[person])
                / (1 + best / (1 - best) * ratio[person])
            )
            / 2
        }
        for person, orders in by_person.items()
    }


def expected_payment(by_person: dict[str, list[Order]]) -> Expected:
    """Payment methods by a sort of those that a person has used."""
    has_coupons = any(o.coupon for orders in by_person.values() for o in orders)
    found: Expected = {}
    for person, orders in by_person.items():
        used = Counter(order.payment for order in orders if order.payment)
        latest = {
            method: max(order.at for order in orders if order.payment == method)
            for method in used
        }
        preferred = max(
            sorted(used),
            key=lambda method: (used[method], latest[method]),
            default=None,
        )
        coupons = sum(order.coupon is not None for order in orders)
        if preferred or has_coupons:
            found[person] = {
                "preferred_payment_method": preferred,
                "coupon_share": coupons / len(orders) if has_coupons else None,
            }
    return found


def expected_channels(by_person: dict[str, list[Order]]) -> Expected:
    """Where most orders of known channel are placed."""
    found: Expected = {}
    for person, orders in by_person.items():
        kinds = Counter(
            CHANNELS.get(order.channel, "store")
            for order in orders
            if order.channel in CHANNELS or order.store
        )
        if kinds:
            kind, most = kinds.most_common(1)[0]
            is_enough = most >= Fraction(4, 5) * kinds.total()
            found[person] = {"buys_on": kind if is_enough else "mixed"}
    return found


ORACLES = {
    "int_criteria__rhythm": expected_rhythm,
    "int_criteria__value": expected_value,
    "int_criteria__margin": expected_margin,
    "int_criteria__expected_orders": expected_future,
    "int_criteria__payment": expected_payment,
    "int_criteria__channels": expected_channels,
}


def is_same(found: Any, expected: Any) -> bool:
    """Whether a value of a model is the expected one, rounded as its type says."""
    if found is None or expected is None or not isinstance(found, Decimal):
        return found == expected
    places = -found.as_tuple().exponent
    return abs(float(found) - float(expected)) <= HALF_A_DIGIT.get(places, 0)


@pytest.fixture(scope="module")
def bench(demo_warehouse: duckdb.DuckDBPyConnection) -> Iterator[Bench]:
    """The criteria models, as the build of the demo compiled them."""
    with Bench(demo_warehouse) as bench:
        yield bench


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(orders=orders_of_a_shop)
def test_criteria_say_what_the_oracle_says(bench: Bench, orders: list[Order]) -> None:
    load(bench, orders)
    bench.run(*MODELS)
    by_person = defaultdict(list)
    for order in orders:
        if not order.is_voided:
            by_person[order.person].append(order)
    for model, oracle in ORACLES.items():
        found = bench.records(model)
        expected = oracle(by_person) if by_person else {}
        assert found.keys() == expected.keys(), model
        for person, values in expected.items():
            assert found[person].keys() == values.keys(), model
            for column, value in values.items():
                assert is_same(found[person][column], value), (
                    f"{model}, {person}: {column} is {found[person][column]},"
                    f" not {value}"
                )


@settings(max_examples=10, deadline=None)
@given(orders=orders_of_a_shop, random=st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(
    bench: Bench, orders: list[Order], random: Any
) -> None:
    def tables() -> dict[str, Expected]:
        load(bench, orders)
        bench.run(*MODELS)
        return {model: bench.records(model) for model in ORACLES}

    before = tables()
    random.shuffle(orders)
    assert tables() == before
