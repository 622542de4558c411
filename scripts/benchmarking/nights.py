"""What a night costs that finds a thousandth of new rows, beside the full refresh.

    python scripts/benchmark.py --persons 20000 --nights 5

makes a shop as the benchmark does, builds all models on it, and then night after night
adds a thousandth to orders, items and events and some refunds, moves the as-of date on
by a day and builds again. One row in thirty is late, by up to a year. With
`--loaded-at` these tables say when their rows were loaded, the first ones on the day
that they are dated, and lie in that order, as the tables of a warehouse do.

CPU seconds are those of the models; dbt's own start-up, seeds and hooks are apart, and
so is what dbt does around each of their queries, which does not grow with the shop.
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from benchmarking.measuring import BUILD, cpu_seconds, peak_memory, run_dbt
from benchmarking.shop import share

NEW_ORDERS = 0.001
NEW_REFUNDS = 0.00004
LATE = 1 / 30
TOP = 10
DATED_BY = {
    "orders": "ordered_at",
    "web_events": "occurred_at",
    "refunds": "refunded_at",
    "order_items": "(select ordered_at from read_parquet('{raw}/orders.parquet')"
    " as orders where orders.order_id = old.order_id)",
}


def night_tables(raw: Path, last_day: date, night: int) -> dict[str, str]:
    """The new rows of a night by table: copies of old orders, moved, with new keys.

    Args:
        raw: Folder of the raw tables.
        last_day: The last day of the shop as it was made.
        night: Counts from 1.
    """
    late = share("order_id", f"'late {night}'")
    day = f"date '{last_day + timedelta(days=night)}'"
    orders = f"read_parquet('{raw}/orders.parquet')"
    chosen = f"""
        select
            order_id,
            order_id || '+{night}' as new_id,
            to_days(cast(
                date_diff('day', cast(ordered_at + interval 7 hours as date), {day})
                - case when {late} < {LATE} then 365 * {late} / {LATE} else 0 end
                as integer
            )) as later
        from {orders}
        where
            order_id not like '%+%'
            and {share("order_id", f"'night {night}'")} < {NEW_ORDERS}
    """
    return {
        "orders": f"""
            select old.* replace (
                new_id as order_id,
                ordered_at + later as ordered_at,
                cancelled_at + later as cancelled_at
            )
            from {orders} as old
            inner join ({chosen}) as chosen on old.order_id = chosen.order_id
        """,
        "order_items": f"""
            select old.* replace (new_id as order_id)
            from read_parquet('{raw}/order_items.parquet') as old
            inner join ({chosen}) as chosen on old.order_id = chosen.order_id
        """,
        "web_events": f"""
            select old.* replace (
                event_id || '+{night}' as event_id,
                occurred_at + later as occurred_at
            )
            from read_parquet('{raw}/web_events.parquet') as old
            inner join ({chosen}) as chosen
                on regexp_extract(event_id, '^e(.*)-[0-9]$', 1) = chosen.order_id
        """,
        "refunds": f"""
            select old.* replace (
                'night {night} ' || orders.order_id as refund_id,
                orders.order_id as order_id,
                timestamp '{last_day}' + to_days({night}) as refunded_at,
                round(total_amount / 4) as amount
            )
            from {orders} as orders
            inner join (
                select * from read_parquet('{raw}/refunds.parquet') limit 1
            ) as old on true
            where
                status = 'completed'
                and {share("orders.order_id", f"'refund {night}'")} < {NEW_REFUNDS}
        """,
    }


def add_night(raw: Path, last_day: date, night: int, loaded_at: bool) -> int:
    """Add the rows of a night to the files, or say when the old rows were loaded.

    Args:
        raw: Folder of the raw tables.
        last_day: The last day of the shop as it was made.
        night: Counts from 1; 0 adds nothing.
        loaded_at: Whether the tables have the column `loaded_at`.

    Returns:
        How many rows were added.
    """
    load = f"timestamp '{last_day + timedelta(days=night)} 20:00:00' as loaded_at"
    dated_by = {
        name: f"{instant.format(raw=raw)} as loaded_at"
        for name, instant in DATED_BY.items()
    }
    added = 0
    with duckdb.connect() as engine:
        engine.execute("set preserve_insertion_order = false")
        engine.execute(f"set temp_directory = '{raw.parent / 'spilled'}'")
        tables = night_tables(raw, last_day, night)
        present = [name for name in tables if (raw / f"{name}.parquet").exists()]
        for name in present:
            if night:
                replaced = f"replace ({load})" if loaded_at else ""
                engine.execute(
                    f"create table {name} as select * {replaced} from ({tables[name]})"
                )
                added += engine.sql(f"select count(*) from {name}").fetchone()[0]
        for name in present:
            path = raw / f"{name}.parquet"
            written = raw / f"{name}.new"
            rows = f"select * from read_parquet('{path}')"
            if night:
                rows += f" union all by name select * from {name}"
            elif loaded_at:
                rows = (
                    f"select *, {dated_by[name]} from read_parquet('{path}')"
                    " as old order by loaded_at"
                )
            else:
                continue
            engine.execute(f"copy ({rows}) to '{written}' (format parquet)")
            written.replace(path)
    return added


def measure_nights(
    raw: Path,
    work: Path,
    last_day: date,
    nights: int,
    loaded_at: bool,
) -> list[dict[str, Any]]:
    """A full refresh, and nights after it.

    Args:
        raw: Folder of the raw tables.
        work: Folder for dbt's files.
        last_day: The last day of the shop.
        nights: How many.
        loaded_at: Whether the growing tables have the column `loaded_at`.

    Returns:
        The measures of each run, the full refresh first.
    """
    runs = []
    manifest = None
    for night in range(nights + 1):
        added = add_night(raw, last_day, night, loaded_at)
        as_of = last_day + timedelta(days=night)
        print(f"Night {night}: {added:,} rows" if night else "Full refresh", flush=True)
        run, manifest = build(raw, work, as_of, not night, manifest)
        runs.append({"night": night, "rows_added": added, **run})
        for measure in ("models", "queries"):
            first = runs[0][f"{measure}_cpu_seconds"]
            runs[-1][f"{measure}_ratio"] = run[f"{measure}_cpu_seconds"] / first
        print_night(runs[-1])
    return runs


def build(
    raw: Path,
    work: Path,
    as_of: date,
    full_refresh: bool,
    manifest: Any,
) -> tuple[dict[str, Any], Any]:
    """Build all models once, one at a time.

    Args:
        raw: Folder of the raw tables.
        work: Folder for dbt's files.
        as_of: The as-of date.
        full_refresh: Whether everything is built anew.
        manifest: The project as an earlier run parsed it, or None.

    Returns:
        The measures, and the parsed project.

    Raises:
        SystemExit: dbt failed.
    """
    from dbt.adapters.sql.connections import SQLConnectionManager

    begun: dict[str, float] = {}
    running: list[str] = []
    queries: dict[str, float] = {}
    seconds: dict[str, float] = {}
    kinds: dict[str, str] = {}

    def on_event(event: Any) -> None:
        if event.info.name == "NodeStart":
            running[:] = [event.data.node_info.node_name]
            begun[event.data.node_info.node_name] = cpu_seconds()
        elif event.info.name == "NodeFinished":
            node = event.data.node_info
            seconds[node.node_name] = cpu_seconds() - begun.get(node.node_name, 0.0)
            kinds[node.node_name] = node.resource_type
            running.clear()

    add_query = SQLConnectionManager.add_query

    def add_query_and_measure(*arguments: Any, **named: Any) -> Any:
        before = cpu_seconds()
        try:
            return add_query(*arguments, **named)
        finally:
            for name in running:
                queries[name] = queries.get(name, 0.0) + cpu_seconds() - before

    manifest = manifest or run_dbt(["parse"], raw, work, as_of)
    # What an earlier run compiled must not be run again.
    for node in manifest.nodes.values():
        if node.resource_type != "seed":
            node.compiled = False
            node.compiled_code = None
            node.extra_ctes_injected = False
            node.extra_ctes = []
    command = [*BUILD, *(["--full-refresh"] if full_refresh else [])]
    began, cpu_began = time.perf_counter(), cpu_seconds()
    SQLConnectionManager.add_query = add_query_and_measure
    try:
        run_dbt(command, raw, work, as_of, manifest, on_event)
    finally:
        SQLConnectionManager.add_query = add_query
    models = {name: cpu for name, cpu in seconds.items() if kinds[name] == "model"}
    measures = {
        "as_of_date": as_of.isoformat(),
        "wall_seconds": time.perf_counter() - began,
        "cpu_seconds": cpu_seconds() - cpu_began,
        "models_cpu_seconds": sum(models.values()),
        "queries_cpu_seconds": sum(queries.get(name, 0.0) for name in models),
        "models": models,
        "queries": {name: queries.get(name, 0.0) for name in models},
        "peak_process_bytes": peak_memory(),
        "database_bytes": (work / "shop.duckdb").stat().st_size,
    }
    return measures, manifest


def print_night(run: dict[str, Any]) -> None:
    """Print what a run cost, and its dearest models."""
    print(
        f"  queries of models {run['queries_cpu_seconds']:.1f} s CPU"
        f" ({run['queries_ratio']:.1%} of the full refresh), models"
        f" {run['models_cpu_seconds']:.1f} ({run['models_ratio']:.1%}), all of dbt"
        f" {run['cpu_seconds']:.1f}; {run['wall_seconds']:.1f} s wall; process at most"
        f" {run['peak_process_bytes'] / 1e6:,.0f} MB"
    )
    ranked = sorted(run["models"].items(), key=lambda each: -each[1])
    for name, cpu in ranked[:TOP]:
        print(f"    {name:45}{cpu:9.2f} s CPU", flush=True)
