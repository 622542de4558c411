"""Tests of care methods: statistics against scipy and statsmodels, and coverage.

The models' SQL runs on samples of the test's own making, all tests of a kind in one
query, and on the demo shop, in which one test has an effect and the other has none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from compiled import Bench
from pipeline import PROJECT
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

SHARES = ("moved_up", "moved_down", "stayed", "bought")
MEANS = ("orders", "revenue")
CASES = 50
TRIALS = 1000
SAMPLE = 150
"""Persons of each variant of a simulated test."""


@pytest.fixture(scope="module")
def bench(demo_warehouse: duckdb.DuckDBPyConnection) -> Iterator[Bench]:
    """The compiled models, on tables that each test fills."""
    with Bench(demo_warehouse) as bench:
        bench.connection.execute("create schema reference")
        yield bench


def fill(bench: Bench, name: str, columns: dict[str, np.ndarray]) -> None:
    """Make a table out of arrays.

    Args:
        bench: Where.
        name: Schema and name.
        columns: The arrays by column.
    """
    bench.connection.register("arrays", columns)
    bench.connection.execute(f"create or replace table {name} as from arrays")
    bench.connection.unregister("arrays")


def results(
    bench: Bench,
    tests: np.ndarray,
    variants: np.ndarray,
    ranks_gained: np.ndarray,
    orders: np.ndarray,
    revenue: np.ndarray,
) -> list[dict[str, Any]]:
    """The results of many tests of two equally large variants.

    Args:
        bench: Where the models run.
        tests: Number of the test, by person, from 0.
        variants: 1 for who is treated, by person.
        ranks_gained: By person; the former of 99 was not known.
        orders: By person.
        revenue: By person; before the start they spent half of it.

    Returns:
        The rows of all starting groups together, not of the control, by test.
    """
    persons = np.arange(len(tests))
    keys = {"experiment_id": tests, "person_id": persons}
    fill(bench, "raw_assigned", keys | {"treated": variants})
    fill(bench, "raw_standings", keys | {"ranks_gained": ranks_gained})
    fill(bench, "raw_outcomes", keys | {"orders": orders, "revenue": revenue})
    bench.connection.execute("""
        create or replace table intermediate.int_experiments__assigned as
        select experiment_id, person_id,
            case when treated = 1 then 'treatment' else 'control' end as variant,
            false as is_in_several_variants
        from raw_assigned;
        create or replace table intermediate.int_experiments__standings as
        select experiment_id, person_id, 'lifecycle' as scheme,
            case when ranks_gained != 99 then 'former' end as starting_group,
            nullif(ranks_gained, 99) as ranks_gained
        from raw_standings;
        create or replace table intermediate.int_experiments__outcomes as
        select experiment_id, person_id, orders,
            cast(revenue as decimal(18, 4)) as revenue, orders as earlier_orders,
            cast(revenue / 2 as decimal(18, 4)) as earlier_revenue
        from raw_outcomes
        where orders > 0;
        create or replace table reference.experiment_variants as
        select distinct experiment_id, variant, cast(0.5 as decimal(9, 6)) as share,
            variant = 'control' as is_control
        from intermediate.int_experiments__assigned;
        create or replace table intermediate.int_experiments__windows as
        select distinct experiment_id, true as is_horizon_over,
            date '2024-06-01' as starts_on, date '2024-06-30' as measured_on
        from intermediate.int_experiments__assigned
    """)
    bench.run(
        "int_experiments__samples", "int_experiments__controls", "experiment_results"
    )
    cursor = bench.connection.execute(
        "from marts.experiment_results where starting_group = 'all' and not is_control"
        " order by experiment_id"
    )
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def close(value: Any, expected: float, step: float) -> bool:
    """Whether a rounded value is what is expected; null for what is not a number."""
    if not np.isfinite(expected):
        return value is None
    return abs(float(value) - expected) <= 0.51 * step + 1e-7 * abs(expected)


def test_statistics_agree_with_scipy_and_statsmodels(bench: Bench) -> None:
    rng = np.random.default_rng(20240601)
    sizes = rng.integers(5, 400, size=(CASES, 2))
    tests = np.repeat(np.arange(CASES), sizes.sum(axis=1))
    variants = np.concatenate([np.repeat([0, 1], pair) for pair in sizes])
    rates = rng.uniform(0.01, 0.9, size=(CASES, 2))[tests, variants]
    orders = rng.binomial(3, rates)
    revenue = orders * np.round(rng.lognormal(12, 1, size=len(tests)), 2)
    ranks = rng.choice([-1, 0, 2, 99], size=len(tests), p=[0.05, 0.7, 0.2, 0.05])
    found = results(bench, tests, variants, ranks, orders, revenue)
    assert [row["experiment_id"] for row in found] == list(range(CASES))

    counts = {
        "moved_up": ranks == 2,
        "moved_down": ranks == -1,
        "stayed": ranks == 0,
        "bought": orders > 0,
    }
    for case, row in enumerate(found):
        of_case = tests == case
        treated, control = of_case & (variants == 1), of_case & (variants == 0)
        assert row["persons"] == treated.sum()
        for name, is_so in counts.items():
            hits, misses = is_so[treated].sum(), is_so[control].sum()
            lower, upper = confint_proportions_2indep(
                hits, treated.sum(), misses, control.sum(), method="newcomb"
            )
            assert row[name] == hits
            assert close(row[f"{name}_lower"], lower, 1e-6), (case, name)
            assert close(row[f"{name}_upper"], upper, 1e-6), (case, name)
        for name, values, step in (
            ("orders", orders, 1e-6),
            ("revenue", revenue, 1e-4),
        ):
            welch = stats.ttest_ind(values[treated], values[control], equal_var=False)
            lower, upper = welch.confidence_interval(0.95)
            # Hill's expansion is off by less than a millionth of the margin.
            step += 1e-6 * (upper - lower)
            assert close(row[f"{name}_lower"], lower, step), (case, name)
            assert close(row[f"{name}_upper"], upper, step), (case, name)
            pooled = np.sqrt(
                (values[treated].var(ddof=1) + values[control].var(ddof=1)) / 2
            )
            gap = values[treated].mean() - values[control].mean()
            assert close(row[f"earlier_{name}_imbalance"], gap / pooled, 1e-4)
        chi_square = stats.chisquare([treated.sum(), control.sum()])
        if of_case.sum() >= 10:
            assert close(row["sample_ratio_chi_square"], chi_square.statistic, 1e-4)
            assert row["has_sample_ratio_mismatch"] == (chi_square.pvalue < 0.001)


def test_who_spent_the_same_does_not_vary(bench: Bench) -> None:
    # Squares of 19.99, 99.95 and 999.99 have no exact double.
    cases = [(2, 19.99), (3, 999.99), (7, 99.95), (7, 33_333_333)]
    sizes = [size for size, _ in cases for _ in range(2)]
    tests = np.repeat(np.repeat(np.arange(len(cases)), 2), sizes)
    variants = np.repeat(np.tile([1, 0], len(cases)), sizes)
    revenue = variants * np.array([amount for _, amount in cases])[tests]
    found = results(bench, tests, variants, 0 * tests, variants, revenue)
    for (_, amount), row in zip(cases, found, strict=True):
        assert float(row["revenue_difference"]) == pytest.approx(amount)
        assert row["revenue_lower"] is None
        assert row["earlier_revenue_imbalance"] is None

    # All but the same: ever so many standard deviations apart.
    revenue = np.array([1_000_000, 1_000_001, 0, 0])
    treated = np.array([1, 1, 0, 0])
    (row,) = results(bench, 0 * treated, treated, 0 * treated, treated, revenue)
    assert float(row["earlier_revenue_imbalance"]) == pytest.approx(2_000_001)


def test_intervals_cover_no_difference_95_times_in_100(bench: Bench) -> None:
    rng = np.random.default_rng(16)
    tests = np.repeat(np.arange(TRIALS), 2 * SAMPLE)
    variants = np.tile(np.repeat([0, 1], SAMPLE), TRIALS)
    orders = rng.poisson(0.4, size=len(tests))
    revenue = orders * np.round(rng.lognormal(12, 0.8, size=len(tests)), 2)
    ranks = rng.choice([-1, 0, 1], size=len(tests), p=[0.1, 0.7, 0.2])
    found = results(bench, tests, variants, ranks, orders, revenue)
    assert len(found) == TRIALS

    for name in (*SHARES, *MEANS):
        covered = sum(
            row[f"{name}_lower"] <= 0 <= row[f"{name}_upper"] for row in found
        )
        assert 0.93 * TRIALS <= covered <= 0.97 * TRIALS, (name, covered)
    assert not any(row["has_sample_ratio_mismatch"] for row in found)


def test_hash_divides_evenly_and_each_test_on_its_own(bench: Bench) -> None:
    persons = 20000
    names = np.array([f"person_{number}" for number in range(persons)])
    experiments = np.array(["first", "second"])
    fill(
        bench,
        "intermediate.int_experiments__populations",
        {
            "experiment_id": np.repeat(experiments, persons),
            "person_id": np.tile(names, 2),
        },
    )
    fill(bench, "names", {"person_id": names})
    bench.connection.execute("""
        create or replace table intermediate.int_experiments__windows as
        select experiment_id, 'hash' as assigned_by, date '2024-05-31' as frozen_on,
            date '2024-06-01' as starts_on
        from (values ('first'), ('second')) as tests (experiment_id);
        create or replace table intermediate.int_persons__resolved as
        select person_id, person_id as own_person_id,
            'customer_id' as identifier_type, date '2024-01-01' as known_on,
            timestamp '2024-01-01' as known_at
        from names;
        create or replace table intermediate.int_experiments__assigned_elsewhere (
            experiment_id varchar, person_id varchar, variant varchar,
            is_in_several_variants boolean, assigned_on date
        );
        create or replace table marts.person_merges (
            absorbed_person_id varchar, merged_on date
        );
        create or replace table reference.experiment_variants as
        select experiment_id, variant, cast(share as decimal(9, 6)) as share
        from (values ('first'), ('second')) as tests (experiment_id)
        cross join (values ('a', 0.5), ('b', 0.3), ('c', 0.2)) as parts (variant, share)
    """)
    bench.run("int_experiments__hashed_units", "int_experiments__assigned")
    rows = bench.connection.execute("""
        select first.variant, second.variant, count(*)
        from intermediate.int_experiments__assigned as first
        inner join intermediate.int_experiments__assigned as second
            on first.person_id = second.person_id
        where first.experiment_id = 'first' and second.experiment_id = 'second'
        group by all order by all
    """).fetchall()
    cells = [count for _, _, count in rows]
    planned = [persons * one * other for one in (5, 3, 2) for other in (5, 3, 2)]
    assert len(cells) == len(planned)
    assert sum(cells) == persons
    assert stats.chisquare(cells, [count / 100 for count in planned]).pvalue > 0.001


def test_planted_effect_of_the_demo_is_found(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    planted = json.loads((PROJECT / "seeds/demo/planted.json").read_text("utf-8"))
    cursor = demo_warehouse.execute(
        "from marts.experiment_results where starting_group = 'all'"
        " and scheme = 'lifecycle' and not is_control"
    )
    columns = [column[0] for column in cursor.description]
    found = {
        row["experiment_id"]: row
        for row in (dict(zip(columns, row, strict=True)) for row in cursor.fetchall())
    }
    assert found.keys() == planted["experiments"].keys()
    for experiment, facts in planted["experiments"].items():
        row = found[experiment]
        lift = facts["planted_lift"]
        assert row["bought_lower"] <= lift <= row["bought_upper"]
        for name in ("moved_up", "bought", "orders", "revenue"):
            assert (row[f"{name}_lower"] > 0) == (lift > 0), (experiment, name)
        assert not row["has_sample_ratio_mismatch"]
        assert abs(row["earlier_orders_imbalance"]) < 0.1
        # Two customers may turn out to be one person.
        assigned, ordered = facts["assigned"], facts["ordered_within_30_days"]
        assert 0 <= assigned["treatment"] - row["persons"] <= 6
        assert abs(ordered["treatment"] - row["bought"]) <= 5
