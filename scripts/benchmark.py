"""Times the whole build, model by model, on a synthetic shop of any size.

    python scripts/benchmark.py --persons 100000

makes a shop in Parquet, builds all models on it, and does the monthly rfm history once
more with a hand-written DuckDB script. It reports wall and CPU seconds, rows and
memory of every model, and how much longer the project takes for rfm than the script.

Models are built one at a time (dbt's own threads are 1), so that the CPU seconds of the
process between a model's start and end are that model's; the engine has
`SEGMENTATION_THREADS` threads and `SEGMENTATION_MEMORY` of memory, for the script too.

Building mart `persons`, with all its criteria, is compared with the one pass over the
raw events that every build makes, and with passes over the stored events, which join
each to its person and aggregate per person.

The script takes every order that was not cancelled, and no notice of refunds. With
`--voids 0` there are neither, and its scores must be those of the project.

With `--alone` the project is built and nothing is compared: for shops so large that
time or disk is short. With `--nights 5` nothing is compared either; see
benchmark_nights.py.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

PROJECT = Path(__file__).resolve().parents[1]
GRID = PROJECT / "seeds" / "reference" / "rfm_segment_grid.csv"
LAST_DAY = date(2024, 12, 31)
WINDOW_DAYS = 365
EVENTS_PER_ORDER = 5
PRODUCTS = 500
CATEGORIES = 20
RFM_MARTS = ("rfm_scores", "rfm_thresholds")
BUILDS_PERSONS = re.compile(
    r"persons|int_(criteria|touches|contacts|feedback|stores|provinces|profiles)__.*"
    r"|int_persons__(nearest_stores|profiles)|int_orders__(category_days|payments|referrals|rhythms)"
    r"|int_web_events__(devices|half_hours|visits|viewed_days)"
)
"""Models that are there for mart `persons`; orders and identity serve all marts."""

BUILD = (
    "build",
    *("--exclude-resource-type", "test"),
    *("--exclude-resource-type", "unit_test"),
)
"""The command that builds all models and tests nothing."""

WEB_COLUMNS = ("event_type", "category", "device_type", "os", "browser")
MEGABYTE = 1_000_000

# Orders per person: a Weibull distribution of this shape, so that a fifth never buys
# and the best buy hundreds of times; and the mean of that distribution at scale 1.
SHAPE = 0.6
MEAN = 1.5046


@dataclass(frozen=True)
class Shop:
    """What kind of shop is made.

    Args:
        persons: Number of customer accounts.
        orders_per_person: Mean number of orders of an account.
        months: Whole calendar months of data, up to LAST_DAY.
        voids: Share of the orders that are cancelled or refunded, 0 to 1.
        sittings: Share of the orders before which somebody sat at the web shop, 0 to 1.
    """

    persons: int
    orders_per_person: float = 20
    months: int = 36
    voids: float = 0.04
    sittings: float = 1

    @property
    def first_day(self) -> date:
        """The first day of the first month."""
        month = LAST_DAY.year * 12 + LAST_DAY.month - self.months
        return date(month // 12, month % 12 + 1, 1)

    @property
    def period_ends(self) -> list[date]:
        """The last days of all months."""
        ends = []
        for month in range(self.months):
            number = self.first_day.month - 1 + month
            year, month_of_year = self.first_day.year + number // 12, number % 12 + 1
            ends.append(date(year, month_of_year, monthrange(year, month_of_year)[1]))
        return ends


# ---------------------------------------------------------------------------
# The shop
# ---------------------------------------------------------------------------


def share(*parts: str) -> str:
    """A pseudo-random number from 0 to below 1, the same in every run.

    Args:
        parts: SQL expressions that it hangs on.
    """
    return f"((hash({', '.join(parts)}) >> 12) / 4503599627370496.0)"


def customers_sql(shop: Shop) -> str:
    """One row per account; half a year's sign-ups come before anything else."""
    days = (LAST_DAY - shop.first_day).days
    return f"""
        select
            'c' || person as customer_id,
            'c' || person || '@example.org' as email,
            '+84' || (900000000 + person) as phone,
            {share("person", "'consent'")} < 0.6 as email_consent,
            {share("person", "'call'")} < 0.4 as phone_consent,
            timestamp '{shop.first_day} 12:00:00' + to_hours(cast(
                24 * {days} * {share("person", "'joined'")} * 0.9 as integer
            )) as signed_up_at
        from range({shop.persons}) as persons(person)
    """


def orders_sql(shop: Shop) -> str:
    """One row per order, times in UTC; the first and the last day have one each."""
    seconds = 86400 * ((LAST_DAY - shop.first_day).days + 1) - 2
    scale = shop.orders_per_person / MEAN
    drawn = share("person", "'orders'")
    count = f"cast({scale} * power(-ln(1 - {drawn}), {1 / SHAPE}) as integer)"
    return f"""
        with numbered as (
            select
                person,
                {share("person", "'joined'")} * 0.9 as joined,
                {share("person", "'stays'")} as stays,
                unnest(range(case
                    when person = 0 then greatest({count}, 2) else {count}
                end)) as number
            from range({shop.persons}) as persons(person)
        ),

        drawn as (
            select
                *,
                'c' || person as customer_id,
                person || '-' || number as order_id,
                case
                    when person = 0 and number = 0 then 0
                    when person = 0 and number = 1 then 1
                    else joined + (1 - joined) * sqrt(stays)
                        * {share("person", "number", "'time'")}
                end as moment,
                {share("person", "number", "'fate'")} as fate
            from numbered
        ),

        dated as (
            select
                *,
                timestamp '{shop.first_day}' - interval 7 hours
                + to_seconds(cast({seconds} * moment as bigint)) as ordered_at
            from drawn
        )

        select
            order_id,
            customer_id,
            ordered_at,
            case
                when fate < {shop.voids / 2} then 'cancelled'
                else 'completed'
            end as status,
            cast(1000 * round(
                20 + 400 * power({share("person", "number", "'amount'")}, 4)
                * (0.5 + {share("person", "'means'")})
            ) as decimal(18, 2)) as total_amount,
            case
                when fate < {shop.voids / 2} then ordered_at
                    + to_hours(cast(200 * {share("person", "number", "'until'")}
                    as integer))
            end as cancelled_at
        from dated
    """


def refunds_sql(shop: Shop, orders: Path) -> str:
    """One row per refund: half of them in full, half of them of a part."""
    return f"""
        select
            'r' || order_id as refund_id,
            order_id,
            ordered_at + to_hours(cast(
                24 * 30 * {share("order_id", "'refunded'")} as integer
            )) as refunded_at,
            cast(case
                when {share("order_id", "'part'")} < 0.5 then total_amount
                else round(total_amount / 4)
            end as decimal(18, 2)) as amount
        from read_parquet('{orders}')
        where
            status = 'completed'
            and {share("order_id", "'refund'")} < {shop.voids / 2}
    """


def products_sql() -> str:
    """One row per product, of which the first tenth is new every year."""
    return f"""
        select
            'p' || product as product_id,
            'product ' || product as product_name,
            'category ' || product % {CATEGORIES} as category,
            timestamp '{LAST_DAY}' - to_days(cast(product as integer) * 2)
                as launched_at
        from range({PRODUCTS}) as products(product)
    """


def order_items_sql(orders: Path) -> str:
    """One or two lines of every order, half of its amount each."""
    return f"""
        select
            order_id,
            line_number,
            {product_of("order_id", "line_number")} as product_id,
            1 as quantity,
            total_amount / 2 as unit_price
        from (
            select
                *,
                unnest(range(1, case
                    when {share("order_id", "'lines'")} < 0.5 then 2 else 3
                end)) as line_number
            from read_parquet('{orders}')
        ) as lines
    """


def product_of(*parts: str) -> str:
    """A product, the first ones more often.

    Args:
        parts: SQL expressions that it hangs on.
    """
    drawn = share(*parts, "'product'")
    return f"'p' || cast(floor({PRODUCTS} * power({drawn}, 2)) as integer)"


def web_events_sql(shop: Shop, orders: Path) -> str:
    """A sitting of five events before orders; one in ten is a stranger's.

    A sitting lasts a quarter of an hour; half of them end within four hours of the
    order, the others lie up to ten days before it.
    """
    types = "['page_view', 'product_view', 'search', 'add_to_cart', 'checkout']"
    devices = "['mobile', 'mobile', 'desktop', 'tablet']"
    systems = "['Android', 'iOS', 'Windows', 'iOS']"
    browsers = "['Chrome', 'Safari', 'Edge', 'Safari']"
    is_stranger = share("order_id", "'who'") + " < 0.1"
    days_before = "10 * power(" + share("order_id", "'sitting'") + ", 6)"
    device = f"cast(floor(4 * {share('anonymous_id')}) as integer) + 1"
    has_product = "event_type in ('product_view', 'add_to_cart')"
    return f"""
        select
            event_id,
            occurred_at,
            anonymous_id,
            customer_id,
            event_type,
            'https://shop.example/' || event_type as page_url,
            case when {has_product} then product_id end as product_id,
            case
                when {has_product} and step % 2 = 0
                    then 'category ' || cast(substr(product_id, 2) as integer)
                        % {CATEGORIES}
            end as category,
            case
                when step = 4 then 'https://www.google.com/'
                else 'https://shop.example/'
            end as referrer_url,
            case when step = 4 then 'facebook' end as utm_source,
            case when step = 4 then 'paid' end as utm_medium,
            case when step = 4 then 'campaign ' || month(occurred_at) end
                as utm_campaign,
            list_extract({devices}, {device}) as device_type,
            list_extract({systems}, {device}) as os,
            list_extract({browsers}, {device}) as browser
        from (
            select
                step,
                'e' || order_id || '-' || step as event_id,
                greatest(
                    ordered_at - to_seconds(cast(
                        86400 * {days_before}
                        + 180 * (step + {share("order_id", "step")}) as integer
                    )),
                    timestamp '{shop.first_day}' - interval 7 hours
                ) as occurred_at,
                case
                    when {is_stranger}
                        then 'v' || cast(floor({max(shop.persons // 2, 1)}
                            * {share("order_id", "'visitor'")}) as bigint)
                    else 'a' || customer_id || '-' || length(order_id) % 2
                end as anonymous_id,
                case
                    when not {is_stranger}
                        and {share("order_id", "step", "'signed in'")} < 0.6
                        then customer_id
                end as customer_id,
                list_extract({types}, 5 - step) as event_type,
                {product_of("order_id", "1")} as product_id
            from (
                select *, unnest(range({EVENTS_PER_ORDER})) as step
                from read_parquet('{orders}')
                where {share("order_id", "'sits'")} < {shop.sittings}
            ) as steps
        ) as events
    """


@contextmanager
def reporting_growth(path: Path) -> Iterator[None]:
    """Print the size of a file that is being written, every ten seconds."""
    done = threading.Event()

    def report() -> None:
        while not done.wait(10):
            if path.exists():
                print(f"  {path.name}: {size_of(path) / MEGABYTE:,.0f} MB so far")

    thread = threading.Thread(target=report, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def make_shop(shop: Shop, folder: Path, settings: dict[str, str]) -> dict[str, int]:
    """Write the raw tables, each in one stream, so that memory does not grow with them.

    Args:
        shop: What is made.
        folder: Where to; it is made if it is not there.
        settings: Of the engine.

    Returns:
        Rows by table.
    """
    folder.mkdir(parents=True, exist_ok=True)
    orders = folder / "orders.parquet"
    tables: dict[str, Callable[[], str]] = {
        "customers": lambda: customers_sql(shop),
        "orders": lambda: orders_sql(shop),
        "products": products_sql,
        "order_items": lambda: order_items_sql(orders),
        "web_events": lambda: web_events_sql(shop, orders),
    }
    if shop.voids > 0:
        tables["refunds"] = lambda: refunds_sql(shop, orders)
    rows = {}
    with open_database(":memory:", settings) as engine:
        for table, sql in tables.items():
            started = time.perf_counter()
            path = folder / f"{table}.parquet"
            with reporting_growth(path):
                engine.execute(f"copy ({sql()}) to '{path}' (format parquet)")
            (rows[table],) = engine.sql(
                f"select count(*) from read_parquet('{path}')"
            ).fetchone()
            print(
                f"  {table}: {rows[table]:,} rows, {size_of(path) / MEGABYTE:,.0f} MB,"
                f" {time.perf_counter() - started:,.0f} s",
                flush=True,
            )
    return rows


# ---------------------------------------------------------------------------
# Measuring
# ---------------------------------------------------------------------------


def cpu_seconds() -> float:
    """CPU seconds that this process has used so far, in all of its threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_memory() -> int:
    """The most memory that this process ever held, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    try:
        if path.is_dir():
            return sum(size_of(each) for each in path.iterdir())
        return path.stat().st_size
    except FileNotFoundError:
        return 0


class Watch:
    """Looks five times a second how much the engine holds in memory and has spilled.

    Args:
        spill: The engine's temporary folder.
        cursor: Gives a cursor on the database, None while there is none.
    """

    def __init__(
        self, spill: Path, cursor: Callable[[], duckdb.DuckDBPyConnection | None]
    ) -> None:
        self.spill = spill
        self.cursor = cursor
        self.engine_bytes = 0
        self.spilled_bytes = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look_again, daemon=True)
        self._thread.start()

    def _look_again(self) -> None:
        cursor = None
        while not self._done.wait(0.2):
            self.spilled_bytes = max(self.spilled_bytes, size_of(self.spill))
            try:
                cursor = cursor or self.cursor()
                if cursor is not None:
                    (held,) = cursor.execute(
                        "select sum(memory_usage_bytes) from duckdb_memory()"
                    ).fetchone()
                    self.engine_bytes = max(self.engine_bytes, int(held or 0))
            except duckdb.Error:
                cursor = None

    def stop(self) -> None:
        """Stop looking."""
        self._done.set()
        self._thread.join()


@contextmanager
def open_database(
    path: Path | str, settings: dict[str, str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the settings that the project's profile makes too."""
    with duckdb.connect(str(path), config=settings) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set preserve_insertion_order = false")
        yield connection


def run_dbt(
    command: list[str],
    raw: Path,
    work: Path,
    as_of: date,
    manifest: Manifest | None = None,
    on_event: Callable[[EventMsg], None] | None = None,
) -> Any:
    """Run dbt in this process, one model at a time.

    Args:
        command: Such as `parse`, with its own options.
        raw: Folder of the raw tables.
        work: Folder for dbt's files.
        as_of: The as-of date.
        manifest: The project as an earlier run parsed it.
        on_event: Is told of every event.

    Returns:
        What the command gives.

    Raises:
        SystemExit: dbt failed; the message says where.
    """
    from dbt.cli.main import dbtRunner

    variables = {"raw_data": str(raw), "as_of_date": as_of.isoformat()}
    done = dbtRunner(
        manifest=manifest, callbacks=[on_event] if on_event else []
    ).invoke(
        [
            *("--quiet", "--no-use-colors", "--no-send-anonymous-usage-stats"),
            *("--log-path", str(work / "logs"), "--no-partial-parse"),
            *(*command, "--threads", "1", "--vars", json.dumps(variables)),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(work / "target")),
        ]
    )
    if not done.success:
        failed = getattr(done.result, "results", None) or []
        said = [each.message for each in failed if each.status == "error"]
        sys.exit("\n".join(map(str, [done.exception or "dbt failed", *said])))
    return done.result


def measure_project(raw: Path, work: Path) -> dict[str, Any]:
    """Build all models, one at a time.

    Args:
        raw: Folder of the raw tables.
        work: Folder for the database, its spilled data and dbt's files.

    Returns:
        The measures, models in the order of the build.

    Raises:
        SystemExit: dbt failed.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    def cursor() -> duckdb.DuckDBPyConnection | None:
        opened = DuckDBConnectionManager._ENV
        return opened.conn.cursor() if opened and opened.conn else None

    started: dict[str, tuple[float, float]] = {}
    models: list[dict[str, Any]] = []

    def on_event(event: Any) -> None:
        if event.info.name not in ("NodeStart", "NodeFinished"):
            return
        node = event.data.node_info
        if node.resource_type not in ("model", "seed"):
            return
        if event.info.name == "NodeStart":
            started[node.unique_id] = (time.perf_counter(), cpu_seconds())
        elif node.unique_id in started:
            wall_before, cpu_before = started.pop(node.unique_id)
            model = {
                "id": node.unique_id,
                "name": node.node_name,
                "materialized": node.materialized,
                "wall_seconds": time.perf_counter() - wall_before,
                "cpu_seconds": cpu_seconds() - cpu_before,
            }
            models.append(model)
            print(
                f"  {len(models):3} {model['name']:45}"
                f"{model['wall_seconds']:9.2f} s wall"
                f"{model['cpu_seconds']:9.2f} s CPU",
                flush=True,
            )

    watch = Watch(work / "spill", cursor)
    began, cpu_began = time.perf_counter(), cpu_seconds()
    run_dbt([*BUILD], raw, work, LAST_DAY, on_event=on_event)
    watch.stop()
    with cursor() as connection:
        rows = dict(
            connection.sql(
                "select table_name, estimated_size from duckdb_tables()"
            ).fetchall()
        )
    for model in models:
        model["rows"] = rows.get(model["name"])
    return {
        "models": models,
        "wall_seconds": time.perf_counter() - began,
        "cpu_seconds": cpu_seconds() - cpu_began,
        "peak_process_bytes": peak_memory(),
        "peak_engine_bytes": watch.engine_bytes,
        "peak_spilled_bytes": watch.spilled_bytes,
        "database_bytes": size_of(work / "shop.duckdb"),
    }


# ---------------------------------------------------------------------------
# The script that the project is compared with
# ---------------------------------------------------------------------------


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


# ---------------------------------------------------------------------------
# The passes that building mart `persons` is compared with
# ---------------------------------------------------------------------------


def measure_passes(work: Path, settings: dict[str, str]) -> dict[str, Any]:
    """Read the stored events once, joined to their persons, and aggregate per person.

    Args:
        work: Holds the built database.
        settings: Of the engine.

    Returns:
        Seconds of `times`, a pass that reads no more than when events happened, and of
        `columns`, one that reads every column that the criteria are made of.
    """
    times = "count(*), min(occurred_at), max(occurred_at)"
    columns = ", ".join(
        f"count({column}), min({column}), max({column})" for column in WEB_COLUMNS
    )
    passes = {"times": times, "columns": f"{times}, bool_or(has_intent), {columns}"}
    seconds = {}
    with open_database(work / "shop.duckdb", settings) as connection:
        for name, aggregates in passes.items():
            wall_before, cpu_before = time.perf_counter(), cpu_seconds()
            connection.execute(
                "create or replace temporary table pass_over_events as"
                f" select person_id, hash({aggregates}) as aggregates"
                " from intermediate.int_web_events__attributed group by person_id"
            )
            seconds[name] = {
                "wall_seconds": time.perf_counter() - wall_before,
                "cpu_seconds": cpu_seconds() - cpu_before,
            }
    return seconds


def compare_criteria(
    models: list[dict[str, Any]], passes: dict[str, Any]
) -> dict[str, Any]:
    """Seconds of building `persons`, and how many passes over the events that is.

    Args:
        models: Measures of all models.
        passes: Measures of the passes.

    Returns:
        The seconds, and the ratio to each pass and to the model that reads the raw
        events.
    """
    chosen = [model for model in models if BUILDS_PERSONS.fullmatch(model["name"])]
    reading = next(
        model for model in models if model["name"] == "int_web_events__unioned"
    )
    found: dict[str, Any] = {
        "models": [model["name"] for model in chosen],
        "passes": passes,
    }
    for measure in ("wall_seconds", "cpu_seconds"):
        found[measure] = sum(model[measure] for model in chosen)
        for name, seconds in {**passes, "raw_events": reading}.items():
            found[f"{measure}_to_{name}"] = found[measure] / seconds[measure]
    return found


# ---------------------------------------------------------------------------
# The report
# ---------------------------------------------------------------------------


def compare_scores(work: Path, settings: dict[str, str]) -> dict[str, int]:
    """Compare how many persons stand in every cell at every period end.

    Args:
        work: Holds both databases.
        settings: Of the engine.

    Returns:
        `cells`: period ends x cells, `cells_that_differ` of them, `persons`: the
        person x period ends of the script, `persons_that_differ`: half the sum of the
        differences.
    """
    with open_database(":memory:", settings) as connection:
        connection.execute(f"attach '{work / 'shop.duckdb'}' as project (read_only)")
        connection.execute(f"attach '{work / 'script.duckdb'}' as script (read_only)")
        names = ("cells", "cells_that_differ", "persons", "persons_that_differ")
        counts = connection.sql(
            """
            with project_cells as (
                select period_end, rfm_cell, rfm_segment, count(*) as persons
                from project.marts.rfm_scores
                group by all
            ),

            script_cells as (
                select period_end, rfm_cell, rfm_segment, count(*) as persons
                from script.rfm_history
                group by all
            ),

            compared as (
                select
                    coalesce(project_cells.persons, 0) as project_persons,
                    coalesce(script_cells.persons, 0) as script_persons
                from project_cells
                full join script_cells using (period_end, rfm_cell, rfm_segment)
            )

            select
                count(*),
                coalesce(sum(cast(project_persons <> script_persons as integer)), 0),
                coalesce(sum(script_persons), 0),
                coalesce(sum(abs(project_persons - script_persons)), 0) // 2
            from compared
            """
        ).fetchone()
    return {name: int(count) for name, count in zip(names, counts, strict=True)}


def rfm_path(target: Path) -> tuple[set[str], set[str]]:
    """Which models make the project's rfm history.

    Args:
        target: dbt's target folder.

    Returns:
        Ids of the rfm models themselves, and of all that they are built from.
    """
    parents = json.loads((target / "manifest.json").read_text())["parent_map"]
    own = {
        node
        for node in parents
        if node.startswith("model.")
        and (
            node.split(".")[-1].startswith("int_rfm__")
            or node.split(".")[-1] in (*RFM_MARTS, "int_orders__counted")
        )
    }
    upstream: set[str] = set()
    waiting = [parent for node in own for parent in parents[node]]
    while waiting:
        node = waiting.pop()
        if node not in own and node not in upstream and node.startswith("model."):
            upstream.add(node)
            waiting.extend(parents[node])
    return own, upstream


def summary(
    models: list[dict[str, Any]], script: dict[str, Any], ids: set[str]
) -> dict[str, Any]:
    """Seconds of some models, and how many times the script's that is."""
    chosen = [model for model in models if model["id"] in ids]
    found: dict[str, Any] = {"models": [model["name"] for model in chosen]}
    for measure in ("wall_seconds", "cpu_seconds"):
        found[measure] = sum(model[measure] for model in chosen)
        found[f"{measure}_to_script"] = found[measure] / script[measure]
    return found


def compare(
    report: dict[str, Any],
    passes: dict[str, Any],
    work: Path,
    settings: dict[str, str],
) -> dict[str, Any]:
    """What the project's models cost beside the script and the passes, and its scores.

    Args:
        report: With the measures of project and script.
        passes: The measures of the passes.
        work: Folder of both databases.
        settings: Of the engine.

    Returns:
        What the report has beside the measures.
    """
    models, script = report["project"]["models"], report["script"]
    own, upstream = rfm_path(work / "target")
    return {
        "rfm_models": summary(models, script, own),
        "rfm_models_and_upstream": summary(models, script, own | upstream),
        "scores": compare_scores(work, settings),
        "criteria": compare_criteria(models, passes),
    }


def megabytes(count: int) -> str:
    """A number of bytes, for reading."""
    return f"{count / MEGABYTE:,.0f} MB"


def print_report(report: dict[str, Any]) -> None:
    """Print the report as tables."""
    project = report["project"]
    print(f"\n{'model':47}{'rows':>14}{'wall s':>10}{'CPU s':>10}{'share':>8}")
    for model in sorted(project["models"], key=lambda each: -each["wall_seconds"]):
        rows = "view" if model["rows"] is None else f"{model['rows']:,}"
        print(
            f"{model['name']:47}{rows:>14}{model['wall_seconds']:10.2f}"
            f"{model['cpu_seconds']:10.2f}"
            f"{model['wall_seconds'] / project['wall_seconds']:8.1%}"
        )
    print(
        f"\n{'whole build, with dbt itself':61}{project['wall_seconds']:10.2f}"
        f"{project['cpu_seconds']:10.2f}"
    )
    print(
        f"{'CPU seconds a million orders':71}"
        f"{project['cpu_seconds'] / report['rows']['orders'] * 1e6:10.2f}"
    )
    if "script" in report:
        print_comparison(report)
    for title in ("project", "script"):
        if title in report:
            measures = report[title]
            print(
                f"{title}: process at most {megabytes(measures['peak_process_bytes'])},"
                f" engine {megabytes(measures['peak_engine_bytes'])},"
                f" spilled {megabytes(measures['peak_spilled_bytes'])},"
                f" database {megabytes(measures['database_bytes'])}"
            )


def print_comparison(report: dict[str, Any]) -> None:
    """Print how the project compares with the script, and with the passes."""
    script = report["script"]
    print(f"\n{'':47}{'wall s':>10}{'CPU s':>10}{'x wall':>9}{'x CPU':>9}")
    print(
        f"{'hand-written script':47}{script['wall_seconds']:10.2f}"
        f"{script['cpu_seconds']:10.2f}{1:9.2f}{1:9.2f}"
    )
    for title, key in (
        ("rfm models", "rfm_models"),
        ("rfm models and all that they are built from", "rfm_models_and_upstream"),
    ):
        part = report[key]
        print(
            f"{title:47}{part['wall_seconds']:10.2f}{part['cpu_seconds']:10.2f}"
            f"{part['wall_seconds_to_script']:9.2f}{part['cpu_seconds_to_script']:9.2f}"
        )
    print_criteria(report["criteria"])
    print("\nrfm models: " + ", ".join(report["rfm_models"]["models"]))
    scores = report["scores"]
    print(
        f"scores: {scores['cells_that_differ']:,} of {scores['cells']:,} period ends x"
        f" cells hold another number of persons; {scores['persons_that_differ']:,} of"
        f" {scores['persons']:,} persons x period ends elsewhere"
        + (
            " (the script ignores refunds and dates of voids)"
            if report["voids"]
            else ""
        )
    )


def print_criteria(criteria: dict[str, Any]) -> None:
    """Print how building `persons` compares with one pass over the events."""
    print(
        f"\n{'all criteria, and mart persons':47}{criteria['wall_seconds']:10.2f}"
        f"{criteria['cpu_seconds']:10.2f}"
    )
    for title, name in (
        ("x one pass over stored events, times only", "times"),
        ("x one pass over stored events, all columns", "columns"),
        ("x reading the raw events", "raw_events"),
    ):
        print(
            f"{title:47}{criteria[f'wall_seconds_to_{name}']:10.2f}"
            f"{criteria[f'cpu_seconds_to_{name}']:10.2f}"
        )


def write_profiles(
    report: dict[str, Any], work: Path, settings: dict[str, str], count: int
) -> None:
    """Run the slowest models' queries once more, with `explain analyze`.

    Args:
        report: Says which they are.
        work: Holds the built database; the plans go to its folder `profiles`.
        settings: Of the engine.
        count: How many models.
    """
    folder = work / "profiles"
    folder.mkdir(exist_ok=True)
    models = [each for each in report["project"]["models"] if each["rows"] is not None]
    models.sort(key=lambda each: -each["wall_seconds"])
    with open_database(work / "shop.duckdb", settings) as connection:
        connection.execute("create schema if not exists dbt_temp")
        connection.execute("set memory_limit = ?", [settings["memory_limit"]])
        for model in models[:count]:
            files = list((work / "target" / "compiled").rglob(f"{model['name']}.sql"))
            if not files:
                continue
            plan = connection.execute(f"explain analyze {files[0].read_text()}")
            (folder / f"{model['name']}.txt").write_text(plan.fetchall()[0][1])
            print(f"  {folder / model['name']}.txt", flush=True)


def run_step(step: str, arguments: list[str], result: Path) -> dict[str, Any]:
    """Measure one step in a process of its own, whose memory is only its own.

    Args:
        step: `project`, `script` or `passes`.
        arguments: Of this run of the benchmark.
        result: File that the step writes its measures to.

    Returns:
        The measures.

    Raises:
        SystemExit: The step failed; it has said why.
    """
    command = [sys.executable, str(Path(__file__).resolve()), *arguments]
    if subprocess.run([*command, "--step", step, "--json", str(result)]).returncode:
        sys.exit(f"Benchmark: step {step} failed.")
    return json.loads(result.read_text())


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--persons", type=int, required=True)
    parser.add_argument("--orders-per-person", type=float, default=20)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--voids", type=float, default=0.04, help="share of the orders")
    parser.add_argument(
        "--sittings", type=float, default=1, help="share of the orders with web events"
    )
    parser.add_argument(
        "--alone", action="store_true", help="build the project, compare nothing"
    )
    parser.add_argument("--nights", type=int, default=0, help="incremental runs")
    parser.add_argument(
        "--loaded-at",
        action="store_true",
        help="nights: rows say when they were loaded",
    )
    parser.add_argument("--keep", type=Path, help="folder for shop and databases")
    parser.add_argument("--json", type=Path, help="file for all measures")
    parser.add_argument(
        "--profile", type=int, default=0, help="explain the N slowest models (--keep)"
    )
    parser.add_argument(
        "--step", choices=["project", "script", "passes"], help=argparse.SUPPRESS
    )
    found = parser.parse_args(arguments)
    if found.persons < 1 or found.months < 1:
        parser.error("persons and months are at least 1")
    if not (0 <= found.voids <= 1 and 0 < found.sittings <= 1):
        parser.error("voids is from 0 to 1, sittings too, but not 0")
    return found


def run_steps(
    shop: Shop,
    work: Path,
    rows: dict[str, int],
    settings: dict[str, str],
    is_alone: bool,
) -> dict[str, Any]:
    """Measure the project, and what it is compared with.

    Args:
        shop: The shop, which is made already.
        work: Holds it, and takes the databases.
        rows: Of the shop, by table.
        settings: Of the engine.
        is_alone: Whether nothing is compared.

    Returns:
        The report.
    """
    arguments = [
        *("--persons", str(shop.persons), "--months", str(shop.months)),
        *("--orders-per-person", str(shop.orders_per_person)),
        *("--voids", str(shop.voids), "--sittings", str(shop.sittings)),
        *("--keep", str(work)),
    ]
    report: dict[str, Any] = {
        "persons": shop.persons,
        "months": shop.months,
        "voids": shop.voids,
        "rows": rows,
        "settings": {key: settings[key] for key in ("threads", "memory_limit")},
        "engine": duckdb.__version__,
    }
    if not is_alone:
        print("Hand-written script", flush=True)
        report["script"] = run_step("script", arguments, work / "script.json")
    print("Project", flush=True)
    report["project"] = run_step("project", arguments, work / "project.json")
    if not is_alone:
        print("Passes over the events", flush=True)
        passes = run_step("passes", arguments, work / "passes.json")
        report |= compare(report, passes, work, settings)
    return report


def main(arguments: list[str] | None = None) -> None:
    """Make the shop, measure, report.

    Args:
        arguments: The command line.
    """
    options = parse(arguments)
    shop = Shop(
        options.persons,
        options.orders_per_person,
        options.months,
        options.voids,
        options.sittings,
    )
    work = (options.keep or Path(tempfile.mkdtemp(prefix="benchmark-"))).resolve()
    raw = work / "raw"
    os.environ.setdefault("SEGMENTATION_THREADS", "2")
    os.environ.setdefault("SEGMENTATION_MEMORY", "4GB")
    os.environ["SEGMENTATION_DB"] = str(work / "shop.duckdb")
    os.environ["SEGMENTATION_TEMP"] = str(work / "spill")
    settings = {
        "threads": os.environ["SEGMENTATION_THREADS"],
        "memory_limit": os.environ["SEGMENTATION_MEMORY"],
        "temp_directory": str(work / "spill"),
    }
    if options.step:
        steps = {
            "project": lambda: measure_project(raw, work),
            "script": lambda: measure_script(shop, raw, work, settings),
            "passes": lambda: measure_passes(work, settings),
        }
        options.json.write_text(json.dumps(steps[options.step]()))
        return
    try:
        work.mkdir(parents=True, exist_ok=True)
        for stale in [*work.glob("*.duckdb*"), *raw.glob("*.parquet")]:
            stale.unlink()
        print(f"Shop in {raw}", flush=True)
        rows = make_shop(shop, raw, settings)
        if options.nights:
            import benchmark_nights

            runs = benchmark_nights.measure_nights(
                raw, work, LAST_DAY, options.nights, options.loaded_at
            )
            report = {"persons": shop.persons, "months": shop.months, "rows": rows}
            report["runs"] = runs
        else:
            report = run_steps(shop, work, rows, settings, options.alone)
            print_report(report)
        if options.json:
            options.json.write_text(json.dumps(report, indent=2) + "\n")
        if options.profile and not options.nights:
            write_profiles(report, work, settings, options.profile)
    finally:
        if not options.keep:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
