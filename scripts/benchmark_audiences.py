"""Times 200 audience rules over a million persons against a plain scan.

    python scripts/benchmark_audiences.py --from segmentation.duckdb

copies the marts of a build until they have so many persons, compiles random rules of
all operators with the project's own macros, and runs `int_audiences__matched` on them.
Compared with: a plain scan of the same columns over the same joins, once folded to one
value a column and once stored. CPU seconds, the best of three.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
from benchmarking.measuring import PROJECT, cpu_seconds

sys.path.append(str(PROJECT / "tests"))

from rendering import Macros, Refusal

MODEL = PROJECT / "models/intermediate/audiences/int_audiences__matched.sql"
MARTS = ("persons", "person_segments", "upcoming_migrations")
RULES_OF_AN_AUDIENCE = 2.5


def copy_marts(engine: duckdb.DuckDBPyConnection, source: Path, persons: int) -> None:
    """Repeat the rows of a build under new person ids.

    Args:
        engine: With an empty database.
        source: DuckDB file of a build.
        persons: How many persons there are to be, about.
    """
    # Views of the build name it by the name of its file.
    build = f'"{source.stem}"'
    engine.execute(f"attach '{source}' as {build} (read_only)")
    (there,) = engine.sql(f"select count(*) from {build}.marts.persons").fetchone()
    tables = {name: f"marts.{name}" for name in MARTS}
    tables["int_segments__migrations"] = "intermediate.int_segments__migrations"
    for table, origin in tables.items():
        latest = "true" if table in MARTS else "next_migrated_on is null"
        engine.execute(
            f"create table {table} as select * replace (person_id || '-' || copy as"
            f" person_id) from {build}.{origin},"
            f" range({max(1, persons // there)}) as copies(copy)"
            f" where {latest}"
        )
    engine.execute(
        "create table int_calendar__bounds as"
        f" select * from {build}.intermediate.int_calendar__bounds"
    )
    engine.execute(f"detach {build}")


def random_rules(
    engine: duckdb.DuckDBPyConnection, macros: Macros, columns: dict, number: int
) -> list[dict[str, Any]]:
    """Rules whose values are those of persons, none of them impossible.

    Args:
        engine: With the marts.
        macros: The project's.
        columns: Of the marts, as the macros take them.
        number: How many.
    """
    attributes = macros.call("audience_attributes", columns)
    operators = macros.call("rule_operators")
    names = [name for name in attributes if "." in name and "person_id" not in name]
    chance = random.Random(1)
    rules: list[dict[str, Any]] = []
    while len(rules) < number:
        name = chance.choice(names)
        kind = attributes[name]["kind"]
        mart, column = name.split(".")
        (values,) = engine.execute(
            f"select list(distinct {column})[:50] from"
            f" (select {column} from {mart} using sample 200 rows (reservoir, 1))"
            f" where {column} is not null"
        ).fetchone()
        if not values:
            continue
        texts = sorted(
            str(value).lower() if kind == "boolean" else str(value) for value in values
        )
        operator = chance.choice(
            [o for o, how in operators.items() if kind in how["kinds"]]
        )
        one = chance.choice(texts)
        value = {
            "none": None,
            "one": one,
            "days": str(chance.randint(1, 90)),
            "list": "|".join(chance.choices(texts, k=3)),
            "pair": "|".join(
                sorted(chance.choices(values, k=2))
                if kind == "text"
                else map(str, sorted(chance.choices(values, k=2)))
            ),
        }[operators[operator]["takes"]]
        rule = {
            "audience": f"audience_{int(len(rules) / RULES_OF_AN_AUDIENCE)}",
            "rule_group": 1,
            "attribute": name,
            "operator": operator,
            "value": value,
        }
        ours = [each for each in rules if each["audience"] == rule["audience"]]
        try:
            macros.call("validate_rules", [*ours, rule], attributes)
        except Refusal:
            continue
        rules.append(rule)
    return rules


def best_of_three(engine: duckdb.DuckDBPyConnection, sql: str) -> float:
    """The least CPU seconds of a statement."""
    found = []
    for _ in range(3):
        started = cpu_seconds()
        engine.execute(sql).fetchall()
        found.append(cpu_seconds() - started)
    return min(found)


def main(arguments: list[str] | None = None) -> None:
    """Measure and report.

    Args:
        arguments: The command line.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="source", type=Path, required=True)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--rules", type=int, default=200)
    parser.add_argument("--json", type=Path, help="file for all measures")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="audiences-") as folder:
        engine = duckdb.connect(
            str(Path(folder) / "audiences.duckdb"),
            config={"threads": 2, "memory_limit": "3GB"},
        )
        engine.execute("set preserve_insertion_order = false")
        copy_marts(engine, options.source, options.persons)
        report = measure(engine, options.rules)
        engine.close()
    for name, value in report.items():
        print(f"{name:<44}{value:>14,.2f}")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")


def measure(engine: duckdb.DuckDBPyConnection, number: int) -> dict[str, float]:
    """Seconds and ratios.

    Args:
        engine: With the marts.
        number: Of rules.
    """
    macros = Macros(("adapters", ".", "audiences"))
    columns = {
        mart: [
            {"name": name, "type": kind}
            for name, kind, *_ in engine.sql(f"describe {mart}").fetchall()
        ]
        for mart in MARTS
    }
    rules = random_rules(engine, macros, columns, number)
    names = dict.fromkeys(rule["audience"] for rule in rules)
    cap = {"frequency_cap": None, "window_days": None, "split_by": None}
    sql = macros.model(
        MODEL,
        read_audience_columns=lambda _: columns,
        read_audiences=lambda _: [
            {"audience": name, "channel": "email", **cap} for name in names
        ],
        read_audience_rules=lambda _: rules,
    )
    used = sorted({rule["attribute"] for rule in rules})
    joins = (
        re.search(
            r"from persons\s+cross.*?(?=left join (lifecycle|rfm)_moves|\n\))",
            sql,
            re.DOTALL,
        )
        .group(0)
        .replace("cross join bounds", "")
    )
    folded = ", ".join(f"max({name})" for name in ["persons.person_id", *used])
    stored = ", ".join(
        f"{name} as column_{at}" for at, name in enumerate(["persons.person_id", *used])
    )
    measured = {
        "persons": engine.sql("select count(*) from persons").fetchone()[0],
        "rules": len(rules),
        "audiences": len(names),
        "columns": len(used),
        "rows of membership": engine.sql(f"select count(*) from ({sql})").fetchone()[0],
        "CPU s, rules": best_of_three(
            engine, f"select count(*), max(person_id) from ({sql})"
        ),
        "CPU s, rules, stored": best_of_three(
            engine, f"create or replace table matched as {sql}"
        ),
        "CPU s, plain scan": best_of_three(engine, f"select {folded} {joins}"),
        "CPU s, plain scan, stored": best_of_three(
            engine, f"create or replace table scanned as select {stored} {joins}"
        ),
    }
    measured["rules / plain scan"] = (
        measured["CPU s, rules"] / measured["CPU s, plain scan"]
    )
    measured["rules, stored / plain scan, stored"] = (
        measured["CPU s, rules, stored"] / measured["CPU s, plain scan, stored"]
    )
    return measured


if __name__ == "__main__":
    main()
