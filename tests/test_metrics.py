"""Every metric, as MetricFlow computes it, against a query by hand on the marts.

MetricFlow reads segment_months, which has numbers only; the queries here count persons,
moves and orders one by one. Nobody needs MetricFlow to build the project, so it is no
part of the usual environment: `make test-metrics` brings it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from pipeline import PROJECT, manifest_for, new_place

pytest.importorskip("metricflow", reason="needs MetricFlow: run `make test-metrics`")

from metricflow.data_table.mf_table import MetricFlowDataTable
from metricflow.engine.metricflow_engine import (
    MetricFlowEngine,
    MetricFlowQueryRequest,
)
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import (
    parse_manifest_from_dbt_generated_manifest,
)
from metricflow_semantics.model.semantic_manifest_lookup import (
    SemanticManifestLookup,
)

Values = dict[tuple[Any, ...], float]

SEMANTIC = PROJECT / "models" / "marts" / "semantic"

DIVISIONS = [
    (),
    ("scheme",),
    ("segment",),
    ("month_end", "scheme"),
    ("month_end", "scheme", "segment"),
    ("month_end", "scheme", "province"),
    ("scheme", "segment", "source"),
    ("scheme", "device"),
]

PREPARED = """
create temp table month_ends as
select distinct period_end as month_end from marts.segment_summary;

create temp table people as
select
    person_id,
    is_reachable,
    coalesce(province, 'unknown') as province,
    coalesce(first_touch_source, 'unknown') as source,
    coalesce(device_type, 'unknown') as device
from marts.persons;

create temp table orders_at as
select month_ends.month_end, orders.person_id, count(*) as orders
from month_ends
inner join marts.orders
    on orders.ordered_on <= month_ends.month_end
    and coalesce(orders.counts_until > month_ends.month_end, true)
where orders.standing = 'counted'
group by all;

-- No mart keeps the day of a refund, so money is read one layer below.
create temp table standing as
select
    month_ends.month_end,
    stays.scheme,
    stays.segment,
    people.*,
    coalesce(orders_at.orders, 0) as orders_so_far,
    coalesce(bought.orders, 0) as orders,
    coalesce(bought.revenue, 0) as revenue
from month_ends
inner join marts.segment_history as stays
    on stays.valid_from <= month_ends.month_end
    and coalesce(stays.valid_to > month_ends.month_end, true)
inner join people on stays.person_id = people.person_id
left join orders_at
    on month_ends.month_end = orders_at.month_end
    and stays.person_id = orders_at.person_id
left join intermediate.int_orders__monthly as bought
    on month_ends.month_end = bought.month_end
    and stays.person_id = bought.person_id;

create temp table latest as
select * from standing
where month_end = (select max(month_end) from month_ends);

-- Who stood where one month end before, and whether they stand there still.
create temp table before as
select
    last_day(standing.month_end + 1) as month_end,
    standing.* exclude (month_end),
    coalesce(standing.segment = later.segment, false) as is_retained
from standing
inner join month_ends on last_day(standing.month_end + 1) = month_ends.month_end
left join standing as later
    on later.month_end = last_day(standing.month_end + 1)
    and later.person_id = standing.person_id
    and later.scheme = standing.scheme;

create temp table moves as
select
    moves.*,
    people.* exclude (person_id),
    last_day(greatest(moves.migrated_on, bounds.first_date)) as month_end
from marts.segment_migrations as moves
cross join intermediate.int_calendar__bounds as bounds
inner join people on moves.person_id = people.person_id;

delete from moves where month_end not in (select month_end from month_ends);

create temp table moves_in as
select *, to_segment as segment from moves;

create temp table moves_out as
select *, from_segment as segment from moves where from_segment is not null;
"""

LAPSABLE = "scheme = 'lifecycle' and segment in ('loyal', 'frequent', 'converting')"
LOST = "scheme = 'lifecycle' and segment = 'former'"
SCHEMES = "count(distinct scheme)"

# Metric -> (what is summed, from which table), and what it is divided by, if it is.
BY_HAND: dict[str, tuple[tuple[str, str], tuple[str, str] | None]] = {
    "persons": (("count(*)", "{stock}"), (SCHEMES, "{stock}")),
    "buyers": (("count(*) filter (orders > 0)", "{stock}"), (SCHEMES, "{stock}")),
    "entered": (("count(*)", "moves_in"), None),
    "left": (("count(*)", "moves_out"), None),
    "moved_up": (("count(*) filter (direction = 'up')", "moves_out"), None),
    "moved_down": (("count(*) filter (direction = 'down')", "moves_out"), None),
    "upgrade_rate": (
        ("count(*) filter (direction = 'up')", "moves_out"),
        ("count(*)", "before"),
    ),
    "lapse_rate": (
        (f"count(*) filter (reason = 'lapsed' and {LAPSABLE})", "moves_out"),
        (f"count(*) filter ({LAPSABLE})", "before"),
    ),
    "win_back_rate": (
        (f"count(*) filter (reason = 'win_back_order' and {LOST})", "moves_out"),
        (f"count(*) filter ({LOST})", "before"),
    ),
    "retention": (
        ("count(*) filter (is_retained)", "before"),
        ("count(*)", "before"),
    ),
    "revenue": (("sum(revenue)", "standing"), (SCHEMES, "standing")),
    "revenue_per_person": (("sum(revenue)", "standing"), ("count(*)", "standing")),
    "average_order_value": (("sum(revenue)", "standing"), ("sum(orders)", "standing")),
    "one_time_share": (
        ("count(*) filter (orders_so_far = 1)", "{stock}"),
        ("count(*) filter (orders_so_far > 0)", "{stock}"),
    ),
    "reachable_share": (
        ("count(*) filter (is_reachable)", "{stock}"),
        ("count(*)", "{stock}"),
    ),
}


class Client:
    """What MetricFlow asks of a database, on an open connection.

    Args:
        connection: Of the demo shop.
    """

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def query(self, stmt: str, sql_bind_parameter_set: Any = None) -> Any:
        cursor = self.connection.execute(stmt)
        names = [column[0] for column in cursor.description]
        return MetricFlowDataTable.create_from_rows(names, cursor.fetchall())

    def render_bind_parameter_key(self, bind_parameter_key: str) -> str:
        return f"${bind_parameter_key}"


@pytest.fixture(scope="module")
def shop(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo shop, with persons, moves and orders prepared for queries by hand."""
    with demo_warehouse.cursor() as connection:
        connection.execute(PREPARED)
        yield connection


@pytest.fixture(scope="module")
def engine(shop: duckdb.DuckDBPyConnection) -> MetricFlowEngine:
    """MetricFlow on the demo shop: its semantic manifest as the build wrote it."""
    (path,) = shop.execute(
        "select path from duckdb_databases() where path is not null"
    ).fetchone()
    built = Path(path)
    written = built.parent / f"{built.stem}.dbt" / "target" / "semantic_manifest.json"
    if written.exists():
        text = written.read_text(encoding="utf-8")
    else:
        text = parsed_semantic_manifest()
    # The build may have been moved; the name of its file is that of the database.
    lookup = SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(text))
    return MetricFlowEngine(lookup, Client(shop))


def parsed_semantic_manifest() -> str:
    """The semantic manifest of the project, parsed now."""
    from dbt.contracts.graph.semantic_manifest import SemanticManifest

    _, db_path = new_place()
    manifest = SemanticManifest(manifest_for(db_path, {}))
    return manifest._get_pydantic_semantic_manifest().json()


@pytest.fixture(scope="module")
def queried(
    engine: MetricFlowEngine, shop: duckdb.DuckDBPyConnection
) -> dict[tuple[str, ...], dict[str, Values]]:
    """Division -> metric -> value by part, as MetricFlow has them."""
    return {by: query(engine, shop, by) for by in DIVISIONS}


def query(
    engine: MetricFlowEngine, shop: duckdb.DuckDBPyConnection, by: tuple[str, ...]
) -> dict[str, Values]:
    """All metrics, divided in one way, as MetricFlow has them."""
    request = MetricFlowQueryRequest.create(
        metric_names=list(BY_HAND),
        group_by_names=[
            "metric_time__month" if name == "month_end" else f"segment_month__{name}"
            for name in by
        ],
    )
    sql = engine.explain(request).sql_statement.sql
    cursor = shop.execute(sql)
    columns = [column[0] for column in cursor.description]
    found: dict[str, Values] = {metric: {} for metric in BY_HAND}
    for row in cursor.fetchall():
        values = dict(zip(columns, row, strict=True))
        part = tuple(
            values["metric_time__month"].strftime("%Y-%m")
            if name == "month_end"
            else values[f"segment_month__{name}"]
            for name in by
        )
        for metric in BY_HAND:
            if values[metric]:
                found[metric][part] = float(values[metric])
    return found


def counted(
    shop: duckdb.DuckDBPyConnection, what: tuple[str, str], by: tuple[str, ...]
) -> Values:
    """A count or sum by hand.

    Args:
        shop: The prepared demo shop.
        what: What is summed, from which table.
        by: Columns by which it is divided.
    """
    expression, table = what
    table = table.format(stock="standing" if "month_end" in by else "latest")
    keys = [
        "strftime(month_end, '%Y-%m')" if name == "month_end" else name for name in by
    ]
    grouped = f"group by {', '.join(keys)}" if by else ""
    rows = shop.execute(
        f"select {', '.join([*keys, expression])} from {table} {grouped}"
    ).fetchall()
    return {tuple(row[:-1]): float(row[-1] or 0) for row in rows}


@pytest.mark.parametrize("metric", BY_HAND)
def test_metric_equals_a_query_by_hand(
    metric: str,
    shop: duckdb.DuckDBPyConnection,
    queried: dict[tuple[str, ...], dict[str, Values]],
) -> None:
    above, below = BY_HAND[metric]
    for by in DIVISIONS:
        expected = counted(shop, above, by)
        if below is not None:
            divisor = counted(shop, below, by)
            expected = {
                part: value / divisor[part]
                for part, value in expected.items()
                if divisor.get(part)
            }
        expected = {part: value for part, value in expected.items() if value}
        assert expected, f"{metric} by {by} tests nothing"
        assert queried[by][metric] == pytest.approx(expected, rel=1e-9), by


def test_metrics_of_the_yml_are_all_tested() -> None:
    text = (SEMANTIC / "metrics.yml").read_text(encoding="utf-8")
    assert {metric["name"] for metric in yaml.safe_load(text)["metrics"]} == set(
        BY_HAND
    )


def test_no_dimension_is_personal(engine: MetricFlowEngine) -> None:
    names = {
        dimension.name
        for metric in BY_HAND
        for dimension in engine.simple_dimensions_for_metrics([metric])
    }
    assert names == {
        *("metric_time", "period_end", "scheme", "segment"),
        *("province", "source", "device"),
    }
