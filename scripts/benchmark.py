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
benchmarking/nights.py.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
from benchmarking.measuring import (
    BUILD,
    Watch,
    cpu_seconds,
    megabytes,
    open_database,
    peak_memory,
    run_dbt,
    size_of,
)
from benchmarking.nights import measure_nights
from benchmarking.rfm_script import measure_script
from benchmarking.shop import LAST_DAY, Shop, make_shop

RFM_MARTS = ("rfm_scores", "rfm_thresholds")
WEB_COLUMNS = ("event_type", "category", "device_type", "os", "browser")
BUILDS_PERSONS = re.compile(
    r"persons|int_(criteria|touches|contacts|feedback|stores|provinces|profiles)__.*"
    r"|int_persons__(nearest_stores|profiles)|int_orders__(category_days|payments|referrals|rhythms)"
    r"|int_web_events__(devices|half_hours|visits|viewed_days)"
)
"""Models that are there for mart `persons`; orders and identity serve all marts."""


# ---------------------------------------------------------------------------
# Measuring
# ---------------------------------------------------------------------------


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
            runs = measure_nights(
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
