"""Back-test of expected_orders_next_90_days on the UCI Online Retail data.

At each date the estimate sees the orders that count on that evening, and is compared
with the orders of the 90 days after it. To beat: the same as in the last 90 days.
`docs/decisions/0010-expected-orders.md` shows the figures, and the test compares them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from compiled import Bench
from pipeline import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

DATES = [
    date(2011, 3, 31),
    date(2011, 4, 30),
    date(2011, 5, 31),
    date(2011, 6, 30),
    date(2011, 7, 31),
    date(2011, 8, 31),
]
"""The last one leaves 90 days, and ten more, until the data ends."""

MODELS = [
    "int_criteria__order_histories",
    "int_criteria__order_rates",
    "int_criteria__expected_orders",
]
RECORD = PROJECT / "docs" / "decisions" / "0010-expected-orders.md"


class Errors(NamedTuple):
    """How far off a forecast is, over all buyers known at its date."""

    absolute: float
    squared: float
    bias: float
    """Of the total, as a share of what came."""

    @classmethod
    def of(cls, forecasts: list[float], actuals: list[int]) -> Errors:
        misses = [
            forecast - actual
            for forecast, actual in zip(forecasts, actuals, strict=True)
        ]
        return cls(
            sum(abs(miss) for miss in misses) / len(misses),
            sum(miss * miss for miss in misses) / len(misses),
            sum(misses) / sum(actuals),
        )

    def __str__(self) -> str:
        return f"{self.absolute:.3f} | {self.squared:.3f} | {self.bias:+.1%}"


@pytest.fixture(scope="module")
def bench(
    online_retail_warehouse: duckdb.DuckDBPyConnection,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Bench]:
    """The criteria models, beside a table `orders` of all real orders that count."""
    file = tmp_path_factory.mktemp("back_test") / "orders.parquet"
    online_retail_warehouse.execute(
        "copy (select person_id, ordered_on, counts_until"
        f" from intermediate.int_orders__counted) to '{file}'"
    )
    with Bench(online_retail_warehouse) as bench:
        bench.connection.execute(f"create table orders as from '{file}'")
        yield bench


def back_test(bench: Bench, as_of: date) -> tuple[int, Errors, Errors]:
    """Forecast from one evening and compare with what came.

    Args:
        bench: Holds the orders of all dates.
        as_of: The evening.

    Returns:
        Number of buyers, errors of the same as in the last 90 days, and of the model.
    """
    orders = bench.connection.execute("from orders").fetchall()
    window = timedelta(days=90)
    known = [
        (person, day)
        for person, day, until in orders
        if day <= as_of and (until is None or until > as_of)
    ]
    actual = dict.fromkeys((person for person, _ in known), 0)
    naive = dict(actual)
    for person, day in known:
        naive[person] += day > as_of - window
    for person, day, until in orders:
        if (
            person in actual
            and as_of < day <= as_of + window
            and (until is None or until > as_of + window)
        ):
            actual[person] += 1

    bench.connection.execute(
        "create or replace table intermediate.int_calendar__bounds as"
        f" select date '{as_of}' as as_of_date"
    )
    bench.connection.execute(
        "create or replace table intermediate.int_orders__counted as"
        " select person_id, ordered_on, cast(null as date) as counts_until from orders"
        f" where ordered_on <= date '{as_of}'"
        f" and (counts_until is null or counts_until > date '{as_of}')"
    )
    bench.run(*MODELS)
    estimates = bench.records("int_criteria__expected_orders")
    assert estimates.keys() == actual.keys()

    persons = sorted(actual)
    came = [actual[person] for person in persons]
    return (
        len(persons),
        Errors.of([naive[person] for person in persons], came),
        Errors.of(
            [
                float(estimates[person]["expected_orders_next_90_days"])
                for person in persons
            ],
            came,
        ),
    )


@pytest.mark.parametrize("as_of", DATES, ids=str)
def test_estimate_beats_the_last_90_days(bench: Bench, as_of: date) -> None:
    buyers, naive, estimate = back_test(bench, as_of)
    assert estimate.absolute < naive.absolute
    assert estimate.squared < naive.squared
    row = f"| {as_of} | {buyers} | {naive} | {estimate} |"
    assert row in RECORD.read_text(encoding="utf-8")
