"""Times identity resolution, model by model, at growing numbers of links.

    python scripts/benchmark_identity.py --links 1 4 12

makes what the models of identity read, with customers : browser ids : links = 1 : 10 :
12, and runs the SQL that dbt compiled of them, each size in a process of its own. The
engine has `SEGMENTATION_THREADS` threads and `SEGMENTATION_MEMORY` of memory. It
reports wall and CPU seconds of every model, seconds per million links, rounds of the
graph algorithm and memory; and two ratios: to one plain pass over the links, which
counts the distinct ends, and of the seconds per million links to those of the smallest
size.

dbt compiles the models once and is not part of the seconds.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import jinja2
from benchmarking.measuring import (
    PROJECT,
    Watch,
    cpu_seconds,
    megabytes,
    open_database,
    peak_memory,
    size_of,
)
from benchmarking.shop import share

ALGORITHM = PROJECT / "macros" / "identity" / "absorb_nodes.sql"
MODELS = (
    "int_identity__records",
    "int_identity__pairs",
    "int_identity__partners",
    "int_identity__owned_records",
    "int_identity__identifiers",
    "int_identity__links",
    "int_identity__nodes",
    "int_identity__edges",
    "int_identity__absorbed",
    "int_persons__resolved",
)
MILLION = 1_000_000

# What a million customers have; with it there are twelve million links.
BROWSERS = 10
NEVER_SIGNED_IN, IN_A_HOUSEHOLD, IN_PUBLIC = 0.04, 0.05, 0.0005
HAVE_EMAIL, HAVE_PHONE, HAVE_CARD, GUESTS = 0.95, 0.75, 0.1, 0.05
CHAIN = 1000


# ---------------------------------------------------------------------------
# The shop
# ---------------------------------------------------------------------------


def below(end: int, *parts: str) -> str:
    """A pseudo-random whole number from 0 to below an end, the same in every run.

    Args:
        end: The end.
        parts: SQL expressions that it hangs on.
    """
    return f"cast(hash({', '.join(parts)}) % {end} as bigint)"


def moment(*parts: str) -> str:
    """An instant of the year 2024. Arguments: parts, SQL that it hangs on."""
    return f"timestamp '2024-01-01' + to_seconds({below(31536000, *parts)})"


def dated(instant: str, date: str, rows: str) -> str:
    """The rows of a query with the business date of one of its instants."""
    return (
        f"select *, cast({instant} + interval 7 hours as date) as {date} from ({rows})"
    )


def browsers_sql(customers: int) -> str:
    """One row per browser and customer, and per browser with visits of nobody.

    Most browsers have one customer. A twentieth stand in a household: those of one
    customer in forty are shared by two to five neighbours. A few are public, with six
    to nine customers. The first customers are a chain, each linked to the next.
    """
    kind, drawn = share("browser", "'kind'"), share("browser", "'household'")
    return dated(
        "seen_at",
        "seen_on",
        f"""
        with browsers as (
            select
                browser,
                'GA1.' || (1000000000 + {below(9000000000, "browser")})
                || '.' || browser as anonymous_id,
                case
                    when {kind} < {IN_PUBLIC} then 6 + {below(4, "browser", "'public'")}
                    when {kind} < {IN_A_HOUSEHOLD} then case
                        when {drawn} < 0.02 then 5
                        when {drawn} < 0.05 then 4
                        when {drawn} < 0.15 then 3
                        else 2
                    end
                    when {kind} < {IN_A_HOUSEHOLD + NEVER_SIGNED_IN} then 0
                    else 1
                end as customers,
                {below(customers, "browser", "'customer'")} as customer
            from range({BROWSERS * customers}) as numbers(browser)
        ),

        pairs as (
            select
                anonymous_id,
                case
                    when customers > 5 then (customer + number * 7919) % {customers}
                    when customers > 1
                        then (customer - customer % 40 + number) % {customers}
                    else customer
                end as customer
            from (select *, unnest(range(customers)) as number from browsers)
            union all
            select 'chain-' || link, link + end_of_link
            from range({min(CHAIN, customers // 2)}) as links(link)
            cross join range(2) as ends(end_of_link)
            union all
            select anonymous_id, null
            from browsers
            where customers = 0 or {share("browser", "'visited before'")} < 0.3
        )

        select
            'shop' as source_system,
            anonymous_id,
            'c' || customer as customer_id,
            md5(anonymous_id || '-' || coalesce(cast(customer as string), ''))
                as first_event_id,
            {moment("anonymous_id", "coalesce(customer, -1)")} as seen_at
        from pairs
        """,
    )


def customers_sql(customers: int) -> str:
    """One row per account; some share an e-mail or phone with the one before them."""
    email, phone = (
        f"customer - cast({share('customer', drawn)} < {shared} as int)"
        for drawn, shared in (("'e'", 0.03), ("'p'", 0.02))
    )
    return dated(
        "signed_up_at",
        "signed_up_on",
        f"""
        select
            'shop' as source_system,
            'c' || customer as customer_id,
            case when {share("customer", "'has email'")} < {HAVE_EMAIL}
                then sha256('e' || ({email})) end as email_key,
            case when {share("customer", "'has phone'")} < {HAVE_PHONE}
                then sha256('p' || ({phone})) end as phone_key,
            {moment("customer")} as signed_up_at
        from range({customers}) as customers(customer)
        """,
    )


def order_contacts_sql(customers: int) -> str:
    """Every second customer orders once as registered, and some guests do too."""
    return dated(
        "first_ordered_at",
        "first_ordered_on",
        f"""
        select
            'shop' as source_system,
            'o' || customer_id as first_order_id,
            customer_id,
            email_key,
            phone_key,
            signed_up_at + interval 5 minutes as first_ordered_at
        from intermediate.int_customers__unioned
        where {below(2, "customer_id", "'orders'")} = 0
        union all
        select
            'shop',
            'g' || guest,
            null,
            sha256('guest-e' || guest % {max(int(customers * GUESTS * 0.9), 1)}),
            sha256('guest-p' || guest),
            {moment("guest")}
        from range({int(customers * GUESTS)}) as guests(guest)
        """,
    )


def inputs(customers: int) -> Iterator[tuple[str, str]]:
    """What the models of identity read. Yields names and queries."""
    yield (
        "intermediate.int_calendar__bounds",
        "select date '2024-01-01' as first_date, date '2025-01-01' as as_of_date",
    )
    yield "intermediate.int_customers__unioned", customers_sql(customers)
    yield "intermediate.int_orders__contacts", order_contacts_sql(customers)
    yield (
        "staging.stg_shop__loyalty_accounts",
        f"""
        select
            'shop' as source_system,
            'c' || customer as customer_id,
            'card-' || customer as card_number,
            date '2024-06-01' as joined_on
        from range({int(customers * HAVE_CARD)}) as customers(customer)
        """,
    )
    for table, date in (
        ("feedback", "submitted_on"),
        ("contacts", "contacted_on"),
        ("experiment_assignments", "assigned_on"),
    ):
        yield (
            f"staging.stg_shop__{table}",
            f"select '' as source_system, '' as customer_id, current_date as {date}"
            " where false",
        )
    yield "intermediate.int_web_events__identifiers", browsers_sql(customers)


# ---------------------------------------------------------------------------
# The models
# ---------------------------------------------------------------------------


def compile_models(work: Path) -> Path:
    """Let dbt compile the models.

    Args:
        work: Folder for dbt's files.

    Returns:
        dbt's target folder.

    Raises:
        SystemExit: dbt failed; the text holds what it said.
    """
    environment = {**os.environ, "SEGMENTATION_DB": str(work / "compile.duckdb")}
    command = [
        *(sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet"),
        *("--no-send-anonymous-usage-stats", "--log-path", work / "logs"),
        *("compile", "--select", *MODELS, "--target-path", work / "target"),
        *("--project-dir", PROJECT, "--profiles-dir", PROJECT),
    ]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"Benchmark: dbt could not compile.\n{done.stdout}{done.stderr}")
    return work / "target"


def compiled_sql(target: Path) -> dict[str, str]:
    """The SQL of the models by name, without the name of the database.

    Args:
        target: dbt's target folder, of a compilation or a build.
    """
    files = {
        file.stem: file
        for file in (target / "compiled").rglob("int_*.sql")
        # Compiled tests of a model stand in a folder that is called like its yml.
        if not any(part.endswith(".yml") for part in file.parts)
    }
    return {
        name: re.sub(r'"[^"]+"\.("\w+"\."\w+")', r"\1", files[name].read_text())
        for name in MODELS
    }


def views() -> set[str]:
    """Names of the models that are views."""
    return {
        file.stem
        for file in (PROJECT / "models" / "intermediate").rglob("*.sql")
        if "materialized='view'" in file.read_text(encoding="utf-8")
    }


def absorber(connection: duckdb.DuckDBPyConnection) -> Callable[[str, str], int]:
    """The macro absorb_nodes as a function of two names of tables; returns rounds."""
    returned: list[int] = []

    class Rows:
        """What dbt's run_query returns."""

        def __init__(self, sql: str) -> None:
            self.rows = connection.execute(sql).fetchall()

    environment = jinja2.Environment(
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]
    )
    environment.globals.update(
        {"run_query": Rows, "return": lambda rounds: returned.append(rounds) or ""}
    )
    macros = environment.from_string(ALGORITHM.read_text(encoding="utf-8")).module

    def absorb(links: str, absorbed: str) -> int:
        macros.absorb_nodes(links, absorbed)
        return returned.pop()

    return absorb


# ---------------------------------------------------------------------------
# Measuring
# ---------------------------------------------------------------------------


@contextmanager
def measured(
    name: str, connection: duckdb.DuckDBPyConnection, spill: Path
) -> Iterator[dict[str, Any]]:
    """Measure what is done meanwhile.

    Args:
        name: What it is called.
        connection: The engine.
        spill: The engine's temporary folder.

    Yields:
        The measures, complete at the end.
    """
    measures: dict[str, Any] = {"name": name}
    watch = Watch(spill, connection.cursor)
    wall_before, cpu_before = perf_counter(), cpu_seconds()
    yield measures
    measures["wall_seconds"] = perf_counter() - wall_before
    measures["cpu_seconds"] = cpu_seconds() - cpu_before
    watch.stop()
    measures["spilled_bytes"] = watch.spilled_bytes
    measures["engine_bytes"] = watch.engine_bytes
    print(
        f"  {name:40}{measures['wall_seconds']:9.2f} s wall"
        f"{measures['cpu_seconds']:9.2f} s CPU"
        f"{megabytes(measures['spilled_bytes']):>12} spilled",
        flush=True,
    )


def measure(
    links: float, target: Path, work: Path, settings: dict[str, str]
) -> dict[str, Any]:
    """Make a shop and resolve its persons.

    Args:
        links: How many, about, in millions.
        target: dbt's target folder.
        work: Folder for the database.
        settings: Of the engine.

    Returns:
        The measures of the size.
    """
    models = compiled_sql(target)
    path = work / "identity.duckdb"
    spill = Path(settings["temp_directory"])
    with open_database(path, settings) as connection:
        query = connection.execute
        for schema in ("staging", "intermediate"):
            query(f"create schema {schema}")
        for name, sql in inputs(int(links * MILLION / 12)):
            query(f"create table {name} as {sql}")
        query("checkpoint")
        made_bytes = peak_memory()
        absorb = absorber(connection)
        steps = []
        for name in MODELS:
            table = f"intermediate.{name}"
            with measured(name, connection, spill) as step:
                if name == "int_identity__absorbed":
                    query(f"create table {table}__links as {models[name]}")
                    rounds = absorb(f"{table}__links", table)
                    query(f"drop table {table}__links")
                else:
                    kind = "view" if name in views() else "table"
                    query(f"create {kind} {table} as {models[name]}")
            (step["rows"],) = query(f"select count(*) from {table}").fetchone()
            steps.append(step)
        with measured("one plain pass over the links", connection, spill) as plain:
            query(
                "select count(distinct left_own_id), count(distinct right_own_id)"
                " from intermediate.int_identity__pairs"
            ).fetchall()
        names = ("identifiers", "persons", "joined_persons", "customers_of_largest")
        counts = query(
            """
            with persons as (
                select
                    person_id,
                    count(*) as identifiers,
                    count_if(identifier_type = 'customer_id') as customers
                from intermediate.int_persons__resolved
                group by person_id
            )

            select
                sum(identifiers), count(*), count_if(customers > 1), max(customers)
            from persons
            """
        ).fetchone()
    found = {
        "links": next(
            step["rows"] for step in steps if step["name"] == "int_identity__pairs"
        ),
        **{name: int(count) for name, count in zip(names, counts, strict=True)},
        "rounds": rounds,
        "steps": steps,
        "plain_pass": plain,
        "peak_process_bytes": peak_memory(),
        "peak_process_bytes_of_making": made_bytes,
        "peak_spilled_bytes": max(step["spilled_bytes"] for step in steps),
        "database_bytes": size_of(path),
    }
    for measure in ("wall_seconds", "cpu_seconds"):
        found[measure] = sum(step[measure] for step in steps)
        found[f"{measure}_per_million_links"] = (
            found[measure] / found["links"] * MILLION
        )
        found[f"{measure}_to_plain_pass"] = found[measure] / plain[measure]
    return found


# ---------------------------------------------------------------------------
# The report
# ---------------------------------------------------------------------------


def print_report(sizes: list[dict[str, Any]]) -> None:
    """Print the measures of all sizes as one table, a column for each."""

    def line(title: str, texts: list[str]) -> None:
        print(f"{title:44}" + "".join(f"{text:>16}" for text in texts))

    print()
    for title, key in (
        ("links", "links"),
        ("identifiers", "identifiers"),
        ("persons", "persons"),
        ("persons of several customer ids", "joined_persons"),
        ("customer ids of the largest person", "customers_of_largest"),
        ("rounds", "rounds"),
    ):
        line(title, [f"{size[key]:,}" for size in sizes])
    print("\nseconds, wall (CPU)")
    for steps in zip(*(size["steps"] for size in sizes), strict=True):
        line(
            steps[0]["name"],
            [
                f"{step['wall_seconds']:.1f} ({step['cpu_seconds']:.1f})"
                for step in steps
            ],
        )
    for title, key in (
        ("in total", "{}"),
        ("per million links", "{}_per_million_links"),
        ("in total / one plain pass", "{}_to_plain_pass"),
        ("per million links / at the smallest size", "{}_to_smallest"),
    ):
        line(
            title,
            [
                f"{size[key.format('wall_seconds')]:.2f}"
                f" ({size[key.format('cpu_seconds')]:.2f})"
                for size in sizes
            ],
        )
    print("\nat most")
    for title, key in (
        ("process", "peak_process_bytes"),
        ("process, while the shop was made", "peak_process_bytes_of_making"),
        ("spilled", "peak_spilled_bytes"),
        ("database", "database_bytes"),
    ):
        line(title, [megabytes(size[key]) for size in sizes])


def run_size(links: float, arguments: list[str], work: Path) -> dict[str, Any]:
    """Measure one size in a process of its own, whose memory is only its own.

    Args:
        links: How many, in millions.
        arguments: Of the process.
        work: Folder for its files; the database is gone afterwards.

    Raises:
        SystemExit: It failed; it has said why.
    """
    print(f"{links:g} million links", flush=True)
    result = work / "size.json"
    command = [sys.executable, str(Path(__file__).resolve()), *arguments]
    command += ["--only", str(links), "--json", str(result)]
    for stale in work.glob("identity.duckdb*"):
        stale.unlink()
    if subprocess.run(command).returncode:
        sys.exit(f"Benchmark: {links:g} million links failed.")
    return json.loads(result.read_text())


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--links", type=float, nargs="+", default=[1, 4, 12], help="millions"
    )
    parser.add_argument("--target", type=Path, help="dbt's, where it has compiled")
    parser.add_argument("--keep", type=Path, help="folder for the last database")
    parser.add_argument("--json", type=Path, help="file for all measures")
    parser.add_argument("--only", type=float, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Measure every size, report.

    Args:
        arguments: The command line.
    """
    options = parse(arguments)
    work = (options.keep or Path(tempfile.mkdtemp(prefix="identity-"))).resolve()
    settings = {
        "threads": os.environ.get("SEGMENTATION_THREADS", "2"),
        "memory_limit": os.environ.get("SEGMENTATION_MEMORY", "3GB"),
        "temp_directory": str(work / "spill"),
    }
    if options.only:
        measures = measure(options.only, options.target, work, settings)
        options.json.write_text(json.dumps(measures))
        return
    try:
        work.mkdir(parents=True, exist_ok=True)
        target = (options.target or compile_models(work)).resolve()
        sizes = [
            run_size(links, ["--target", str(target), "--keep", str(work)], work)
            for links in sorted(options.links)
        ]
        for measure_name in ("wall_seconds", "cpu_seconds"):
            key = f"{measure_name}_per_million_links"
            for size in sizes:
                size[f"{measure_name}_to_smallest"] = size[key] / sizes[0][key]
        report = {"settings": settings, "engine": duckdb.__version__, "sizes": sizes}
        print_report(sizes)
        if options.json:
            options.json.write_text(json.dumps(report, indent=2) + "\n")
    finally:
        if not options.keep:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
