"""Back-test of the suggested churn_days on the UCI Online Retail data.

The suggestion is made from what was known on the evening of month 8, and judged by the
90 days that follow two later evenings, against the default. Month 8 is July, the
eighth of the data, or August. `docs/decisions/0017-threshold-suggestions.md` shows the
figures, and the test compares them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb
import pytest
from compiled import Bench
from pipeline import PROJECT, dbt, manifest_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal
    from pathlib import Path

DEFAULT = 45
OUTCOME = timedelta(days=90)
EVENINGS = {
    date(2011, 7, 31): (date(2011, 7, 31), date(2011, 8, 31)),
    date(2011, 8, 31): (date(2011, 8, 31), date(2011, 9, 10)),
}
"""When the suggestion is made, and the evenings that it is judged on."""

RECORD = PROJECT / "docs" / "decisions" / "0017-threshold-suggestions.md"


@pytest.fixture(scope="module")
def bench(
    demo_warehouse: duckdb.DuckDBPyConnection, online_retail_file: Path
) -> Iterator[Bench]:
    """The compiled models, beside the invoices of all real customers."""
    with Bench(demo_warehouse) as bench:
        bench.connection.execute(f"""
            create table invoices as
            select "CustomerID" as person_id, 'online_retail' as source_system,
                "InvoiceNo" as order_id,
                cast(min(cast("InvoiceDate" as timestamp)) as date) as ordered_on,
                sum(cast("Quantity" as decimal(18, 4))
                    * cast("UnitPrice" as decimal(18, 4))) as order_amount
            from '{online_retail_file}'
            where "CustomerID" != '' and "InvoiceNo" not like 'C%'
            group by all having order_amount > 0
        """)
        bench.table(
            "reference.rfm_fixed_thresholds",
            "preset varchar, factor varchar, score integer, lower_bound decimal(18, 4)",
            [("store", "monetary", 2, 5000)],
        )
        bench.table(
            "intermediate.int_thresholds__standing",
            "silent_days integer, overdue_ratio double, frequent_window integer,"
            " loyal_window integer, vip_revenue double",
            [],
        )
        yield bench


def evidence(bench: Bench, as_of: date) -> dict[int, Decimal]:
    """Discrimination of each churn_days, as known on an evening."""
    bench.connection.execute(
        "create or replace table intermediate.int_calendar__bounds as"
        f" select date '{as_of}' as as_of_date"
    )
    bench.connection.execute(
        "create or replace table intermediate.int_orders__counted as"
        " select *, cast(0 as decimal(18, 4)) as refunded_amount,"
        " cast(null as date) as counts_until"
        f" from invoices where ordered_on <= date '{as_of}'"
    )
    bench.run(
        "int_orders__sequenced",
        "int_thresholds__silences",
        "int_thresholds__spans",
        "int_thresholds__candidates",
        "threshold_evidence",
        "threshold_suggestions",
    )
    rows = bench.connection.execute(
        "select candidate, discrimination from marts.threshold_evidence"
        " where threshold = 'churn_days'"
    ).fetchall()
    return {int(candidate): value for candidate, value in rows}


@pytest.mark.parametrize("as_of", EVENINGS, ids=str)
def test_suggested_churn_days_are_as_good_as_the_record_says(
    bench: Bench, as_of: date
) -> None:
    evidence(bench, as_of)
    ((suggested,),) = bench.connection.execute(
        "select cast(suggested_value as integer) from marts.threshold_suggestions"
        " where threshold = 'churn_days'"
    ).fetchall()
    record = RECORD.read_text(encoding="utf-8")
    for evening in EVENINGS[as_of]:
        judged = evidence(bench, evening + OUTCOME)
        best = max(judged, key=lambda days: (judged[days], -days))
        row = (
            f"| {as_of} | {suggested} | {evening} | {judged[suggested]:.3f}"
            f" | {judged[DEFAULT]:.3f} | {best}: {judged[best]:.3f} |"
        )
        assert row in record


@pytest.mark.parametrize(
    ("measure", "has_cut"), [("revenue", True), ("average_order_value", False)]
)
def test_a_cut_of_averages_is_not_compared_with_revenue(
    tmp_path: Path, measure: str, has_cut: bool
) -> None:
    db_path = tmp_path / "shop.duckdb"
    variables = {"raw_data": str(tmp_path), "monetary_measure": measure}
    compiled = dbt(
        ["compile", "--select", "int_thresholds__candidates"],
        db_path,
        variables,
        manifest_for(db_path, variables),
    )
    with duckdb.connect() as connection:
        connection.execute(
            "attach ':memory:' as shop; use shop; create schema reference;"
            "create table reference.rfm_fixed_thresholds as"
            " select 'store' as preset, 'monetary' as factor, 2 as score,"
            " cast(5000000 as decimal(18, 4)) as lower_bound"
        )
        found = connection.execute(
            "select distinct threshold from"
            f" ({compiled.result.results[0].node.compiled_code})"
        ).fetchall()
    assert {threshold for (threshold,) in found} == {
        "churn_days",
        "overdue_ratio",
        "frequency_window_days",
        "loyalty_window_days",
        *(["vip_revenue"] if has_cut else []),
    }
