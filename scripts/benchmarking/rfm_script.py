"""The monthly rfm history by hand: the script that the project is compared with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarking.measuring import (
    PROJECT,
    Watch,
    cpu_seconds,
    open_database,
    peak_memory,
    size_of,
)
from benchmarking.shop import Shop

GRID = PROJECT / "seeds" / "reference" / "rfm_segment_grid.csv"
WINDOW_DAYS = 365


def script_steps(shop: Shop, orders: Path) -> Iterator[tuple[str, str]]:
    """The monthly rfm history as somebody would write it by hand, and no more.

    Args:
        shop: Says which months there are.
        orders: The Parquet file of raw orders.

    Yields:
        Name and SQL of each step.
    """
    yield (
        "customer_days",
        f"""
        create table customer_days as
        select
            customer_id,
            cast(ordered_at + interval 7 hours as date) as ordered_on,
            cast(count(*) as integer) as orders,
            cast(sum(total_amount) as decimal(18, 4)) as revenue
        from read_parquet('{orders}')
        where
            customer_id is not null
            and status in ('paid', 'processing', 'shipped', 'delivered', 'completed')
            and total_amount > 0
        group by customer_id, cast(ordered_at + interval 7 hours as date)
        """,
    )
    yield (
        "customer_months",
        """
        create table customer_months (
            customer_id varchar, period_end date, recency_days integer,
            frequency integer, monetary decimal(18, 4)
        )
        """,
    )
    for period_end in shop.period_ends:
        outside = period_end - timedelta(days=WINDOW_DAYS)
        in_window = f"ordered_on > date '{outside}'"
        yield (
            "customer_months",
            f"""
            insert into customer_months
            select
                customer_id,
                date '{period_end}',
                date '{period_end}' - max(ordered_on),
                coalesce(sum(orders) filter (where {in_window}), 0),
                coalesce(sum(revenue) filter (where {in_window}), 0)
            from customer_days
            where ordered_on <= date '{period_end}'
            group by customer_id
            """,
        )
    yield (
        "cut_points",
        """
        create table cut_points as
        select
            period_end,
            quantile_disc(-recency_days, [0.2, 0.4, 0.6, 0.8]) as recency_cuts,
            quantile_disc(frequency, [0.2, 0.4, 0.6, 0.8]) as frequency_cuts,
            quantile_disc(monetary, [0.2, 0.4, 0.6, 0.8]) as monetary_cuts
        from customer_months
        group by period_end
        """,
    )
    scores = [
        " + ".join(
            [
                "1",
                *(
                    f"cast({value} > {factor}_cuts[{n}] as integer)"
                    for n in range(1, 5)
                ),
            ]
        )
        + f" as {factor}_score"
        for factor, value in (
            ("recency", "-recency_days"),
            ("frequency", "frequency"),
            ("monetary", "monetary"),
        )
    ]
    yield (
        "rfm_history",
        f"""
        create table rfm_history as
        with scores as (
            select customer_months.*, {", ".join(scores)}
            from customer_months
            inner join cut_points using (period_end)
        )

        select
            scores.*,
            cast(recency_score as varchar) || cast(frequency_score as varchar)
            || cast(monetary_score as varchar) as rfm_cell,
            grid.segment as rfm_segment
        from scores
        inner join (
            select * from read_csv('{GRID}', header = true) where preset = 'classic'
        ) as grid using (recency_score, frequency_score, monetary_score)
        """,
    )
    yield (
        "rfm_moves",
        """
        create table rfm_moves as
        with followed as (
            select
                customer_id,
                period_end,
                rfm_segment,
                lag(rfm_segment) over (
                    partition by customer_id order by period_end
                ) as from_segment
            from rfm_history
        )

        select
            customer_id,
            from_segment,
            rfm_segment as to_segment,
            period_end as migrated_on
        from followed
        where from_segment is null or from_segment <> rfm_segment
        """,
    )


def measure_script(
    shop: Shop, raw: Path, work: Path, settings: dict[str, str]
) -> dict[str, Any]:
    """Run the script.

    Args:
        shop: Says which months there are.
        raw: Folder of the raw tables.
        work: Folder for the database and its spilled data.
        settings: Of the engine.

    Returns:
        The measures, steps in their order.
    """
    steps: dict[str, dict[str, float]] = {}
    path = work / "script.duckdb"
    began, cpu_began = time.perf_counter(), cpu_seconds()
    with open_database(path, settings) as connection:
        watch = Watch(work / "spill", connection.cursor)
        for name, sql in script_steps(shop, raw / "orders.parquet"):
            wall_before, cpu_before = time.perf_counter(), cpu_seconds()
            connection.execute(sql)
            step = steps.setdefault(name, {"wall_seconds": 0, "cpu_seconds": 0})
            step["wall_seconds"] += time.perf_counter() - wall_before
            step["cpu_seconds"] += cpu_seconds() - cpu_before
        watch.stop()
        rows = dict(
            connection.sql(
                "select table_name, estimated_size from duckdb_tables()"
            ).fetchall()
        )
    for name, step in steps.items():
        step["rows"] = rows[name]
        print(
            f"  {name:49}{step['wall_seconds']:9.2f} s wall"
            f"{step['cpu_seconds']:9.2f} s CPU",
            flush=True,
        )
    return {
        "steps": [{"name": name, **step} for name, step in steps.items()],
        "wall_seconds": time.perf_counter() - began,
        "cpu_seconds": cpu_seconds() - cpu_began,
        "peak_process_bytes": peak_memory(),
        "peak_engine_bytes": watch.engine_bytes,
        "peak_spilled_bytes": watch.spilled_bytes,
        "database_bytes": size_of(path),
    }
