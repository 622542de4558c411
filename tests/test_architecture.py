"""The rules of the house, as queries over dbt's manifest that must come back empty.

Each rule says why it is there and what to do about an offender. What may break a rule
stands in EXCEPTIONS, with its reason; an exception that nothing needs fails too.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from compiled import Bench
from pipeline import PROJECT, manifest_for, new_place

if TYPE_CHECKING:
    import duckdb
    from dbt.contracts.graph.manifest import Manifest

MAY_READ = {
    "staging": {"source", "staging", "seed"},
    "intermediate": {"staging", "intermediate", "seed", "record"},
    "marts": {"intermediate", "marts", "seed", "record"},
}
"""Layer -> the layers that its models may read."""

RECORDS = ("state", "history", "last_run", "last_marts")
"""Sources that are no raw data, but what earlier runs of this project left."""

NAMES = {
    "staging": r"(stg|base)_{folder}__[a-z0-9_]+",
    "intermediate": r"int_[a-z0-9_]+__[a-z0-9_]+",
    "marts": r"(?!(stg|base|int|dim|fct|mart)_)[a-z]+(_[a-z]+)*",
}
"""Layer -> what a model there is called; {folder} is the source system."""

VAR = r"""var\(['"](\w+)['"]"""

MOST_CHILDREN = 12
MOST_LINES = 150
MOST_LINES_OF_A_YML = 350

EXCEPTIONS = {
    ("layers", "person_contacts"): "clear contacts stand in no layer in between",
    ("layers", "quarantined_rows"): "shows what staging would not let through",
    ("layers", "row_counts"): "counts what staging read",
    ("layers", "revenue_ledger"): "its first lines are of rows that staging sorts out",
    ("layers", "int_audiences__matched"): "rules ask for the columns of the marts",
    ("layers", "int_experiments__hashed_units"): "merges are dated once, in their mart",
    ("primary_keys", "quarantined_rows"): "a row may be wrong for having no key at all",
    ("fan_out", "int_calendar__bounds"): "one row: the as-of date, asked everywhere",
    ("fan_out", "int_persons__touched"): "says who is told anew: each history asks it",
    ("fan_out", "int_orders__counted"): "the orders: what most criteria are about",
    ("fan_out", "int_persons__resolved"): "says whose a record is: each table asks it",
    ("fan_out", "base_shop__erased_identifiers"): "every raw table hides the erased",
    ("told_by", "segment_migrations"): "reads ranks of the labels, not the playbook",
    ("orphans", "int_rfm__told_cuts"): "the next run reads it, as it was left",
}
"""(rule, model) -> why it may."""


@dataclass(frozen=True)
class Rule:
    """A rule of the house.

    Attributes:
        offenders: Finds (name, what is wrong) in the manifest.
        reason: Why the rule is there.
        remedy: What to do about an offender.
    """

    offenders: Callable[[Manifest], Iterator[tuple[str, str]]]
    reason: str
    remedy: str


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    """The parsed project."""
    _, db_path = new_place()
    return manifest_for(db_path, {})


def models_of(manifest: Manifest) -> dict[str, Any]:
    """The models, by unique id."""
    return {
        key: node
        for key, node in manifest.nodes.items()
        if node.resource_type == "model"
    }


def layer_of(key: str, models: dict[str, Any]) -> str:
    """The layer of a model; for anything else what it is, such as a seed."""
    if key.startswith("source.") and key.split(".")[2] in RECORDS:
        return "record"
    return models[key].fqn[1] if key in models else key.split(".")[0]


def generic_tests(manifest: Manifest, key: str) -> list[Any]:
    """The generic tests of a model."""
    return [
        node
        for node in manifest.nodes.values()
        if node.resource_type == "test" and getattr(node, "attached_node", None) == key
    ]


def layers(manifest: Manifest) -> Iterator[tuple[str, str]]:
    models = models_of(manifest)
    for key, model in models.items():
        layer = layer_of(key, models)
        for parent in model.depends_on.nodes:
            read = layer_of(parent, models)
            if read not in MAY_READ[layer]:
                yield model.name, f"{layer} reads {read}: {parent}"


def names(manifest: Manifest) -> Iterator[tuple[str, str]]:
    models = models_of(manifest)
    for key, model in models.items():
        pattern = NAMES[layer_of(key, models)].format(folder=model.fqn[2])
        if not re.fullmatch(pattern, model.name):
            yield model.name, f"is not called {pattern}"


def fan_out(manifest: Manifest) -> Iterator[tuple[str, str]]:
    models = models_of(manifest)
    readers = Counter(
        parent for model in models.values() for parent in model.depends_on.nodes
    )
    for key, model in models.items():
        if readers[key] > MOST_CHILDREN:
            yield model.name, f"{readers[key]} models read it"


def orphans(manifest: Manifest) -> Iterator[tuple[str, str]]:
    models = models_of(manifest)
    read = {parent for model in models.values() for parent in model.depends_on.nodes}
    for key, model in models.items():
        if layer_of(key, models) != "marts" and key not in read:
            yield model.name, "no model reads it"
    for key, node in manifest.nodes.items():
        if node.resource_type == "seed" and key not in read:
            tests = (
                parent
                for other in manifest.nodes.values()
                if other.resource_type == "test"
                for parent in other.depends_on.nodes
                if len(other.depends_on.nodes) > 1
            )
            if key not in set(tests):
                yield node.name, "no model or test between tables reads it"


def contracts(manifest: Manifest) -> Iterator[tuple[str, str]]:
    models = models_of(manifest)
    for key, model in models.items():
        if layer_of(key, models) == "marts" and not model.contract.enforced:
            yield model.name, "has no enforced contract"


def primary_keys(manifest: Manifest) -> Iterator[tuple[str, str]]:
    models = models_of(manifest)
    for key, model in models.items():
        kinds = {
            test.test_metadata.name
            for test in generic_tests(manifest, key)
            if test.test_metadata is not None
        }
        is_keyed = kinds & {"unique", "unique_combination_of_columns"}
        if layer_of(key, models) == "marts" and not is_keyed:
            yield model.name, "no test says what makes a row of it unique"


def descriptions(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for model in models_of(manifest).values():
        if not model.description.startswith("One row "):
            yield model.name, f"is described as {model.description[:30]!r}"
    for node in manifest.nodes.values():
        if node.resource_type not in ("model", "seed"):
            continue
        if not node.description:
            yield node.name, "has no description"
        for column in node.columns.values():
            if not column.description.strip():
                yield node.name, f"column {column.name} has no description"
    for source in manifest.sources.values():
        if not (source.description or source.source_description):
            yield source.name, "has no description"
        for column in source.columns.values():
            if not column.description.strip():
                yield source.name, f"column {column.name} has no description"
    for node in [
        *manifest.exposures.values(),
        *manifest.metrics.values(),
        *manifest.semantic_models.values(),
    ]:
        if not (node.description or "").strip():
            yield node.name, "has no description"


def seed_columns(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for node in manifest.nodes.values():
        if node.resource_type == "seed":
            with (PROJECT / node.original_file_path).open(encoding="utf-8") as file:
                header = next(csv.reader(file))
            for column in set(header) ^ set(node.columns):
                yield node.name, f"{column} is in the file or in the yml only"


def written_once(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Descriptions that stand in two places, and not in a doc block."""
    seen: dict[str, str] = {}
    for model in models_of(manifest).values():
        other = seen.setdefault(model.description.strip(), model.name)
        if other != model.name:
            yield model.name, f"is described in the words of {other}"
    blocks = {" ".join(doc.block_contents.split()) for doc in manifest.docs.values()}
    columns: dict[str, str] = {}
    for node in [*manifest.nodes.values(), *manifest.sources.values()]:
        for column in getattr(node, "columns", {}).values():
            text = " ".join(column.description.split())
            if text and text not in blocks:
                other = columns.setdefault(text, f"{node.name}.{column.name}")
                if other != f"{node.name}.{column.name}":
                    yield node.name, f"{column.name} is described as {other} is"


def macros(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Macros whose comment does not say what they do and what they take."""
    for macro in manifest.macros.values():
        if macro.package_name != "segmentation":
            continue
        text = (PROJECT / macro.original_file_path).read_text(encoding="utf-8")
        if not text.startswith("{#"):
            yield macro.name, f"{macro.original_file_path} begins without a comment"
        if re.match("(duckdb|spark|default)__", macro.name):
            continue
        head = re.search(rf"\{{%-?\s*macro\s+{macro.name}\s*\(([^)]*)\)", text)
        if head is None:
            continue
        comment = text[: head.start()].rpartition("{#")[2]
        if re.search(r"Arguments: (see|as) ", comment):
            continue
        for argument in re.findall(r"(\w+)\s*(?:=[^,]*)?(?:,|$)", head[1]):
            if not re.search(rf"\b{argument}\b", comment):
                yield macro.name, f"does not say what {argument} is"


def data_tests(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for node in manifest.nodes.values():
        is_written = node.resource_type == "test" and not hasattr(node, "test_metadata")
        if is_written and not re.match(r"\s*(--|\{#)", node.raw_code):
            yield node.name, "begins without a comment"


def var_comments(manifest: Manifest) -> Iterator[tuple[str, str]]:
    text = (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
    block = re.search(r"^vars:\n((?:[ #].*\n|\n)+)", text, re.MULTILINE)
    assert block is not None
    lines = block[1].splitlines()
    for above, line in pairwise(["", *lines]):
        name = re.match(r"  (\w+):", line)
        if name and " # " not in line and not above.startswith("  #"):
            yield name[1], "has no comment"


def engines(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for model in models_of(manifest).values():
        if re.search(r"\btarget\s*\.|adapter\.type|duckdb__|spark__", model.raw_code):
            yield model.name, "asks which engine it runs on"
    own = {
        macro.name: Path(macro.original_file_path)
        for macro in manifest.macros.values()
        if macro.package_name == "segmentation"
    }
    for name, file in own.items():
        if re.match("(duckdb|spark)__", name) and file.parts[1] != "adapters":
            yield name, f"stands in {file}"
        # dbt looks for it while it parses, whether it will be called or not.
        spoken = name.removeprefix("duckdb__")
        if spoken != name and own.keys().isdisjoint(
            (f"spark__{spoken}", f"default__{spoken}")
        ):
            yield name, "is said for one engine only: the project does not parse there"


def sizes(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for model in models_of(manifest).values():
        lines = len(model.raw_code.splitlines())
        if lines > MOST_LINES:
            yield model.name, f"has {lines} lines"
    for file in (PROJECT / "models").rglob("*.yml"):
        lines = len(file.read_text(encoding="utf-8").splitlines())
        if lines > MOST_LINES_OF_A_YML and "unit_tests" not in file.name:
            yield file.stem, f"its yml has {lines} lines"


def vars_read(manifest: Manifest, model: Any) -> set[str]:
    """The vars that a model asks for, by itself or through macros of the house."""
    found = set(re.findall(VAR, model.raw_code))
    waiting, seen = list(model.depends_on.macros), set()
    while waiting:
        key = waiting.pop()
        if key not in seen and key.startswith("macro.segmentation."):
            seen.add(key)
            found |= set(re.findall(VAR, manifest.macros[key].macro_sql))
            waiting += manifest.macros[key].depends_on.macros
    return found


def told_by(manifest: Manifest) -> Iterator[tuple[str, str]]:
    models = models_of(manifest)
    facts = models["model.segmentation.int_persons__facts"]
    rules = " ".join(
        manifest.macros[f"macro.segmentation.{name}"].macro_sql
        for name in ("rule_settings", "rules_in_force", "rules_of_histories")
    )
    known = {*re.findall(r"'(\w+)'", rules), *re.findall(VAR, facts.raw_code)}
    known |= {key.split(".")[-1] for key in facts.depends_on.nodes}
    for model in models.values():
        if model.config.get("incremental_strategy") != "reopened":
            continue
        waiting, seen = [model.unique_id], set()
        while waiting:
            key = waiting.pop()
            if key in seen or key == facts.unique_id:
                continue
            seen.add(key)
            if key.startswith("seed.") and key.split(".")[-1] not in known:
                yield model.name, f"hangs on {key}"
            # What is kept by versions has the vars and seeds in its versions.
            if key in models and (
                key == model.unique_id or not models[key].config.incremental_strategy
            ):
                for name in vars_read(manifest, models[key]) - known - {"rule_change"}:
                    yield model.name, f"hangs on var {name}"
                waiting += models[key].depends_on.nodes


def unit_tests(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Those of tables that other source systems have, too, and that name no system."""
    staged = {file.stem for file in (PROJECT / "models" / "staging").rglob("*.sql")}
    for test in manifest.unit_tests.values():
        model = manifest.nodes[test.depends_on.nodes[0]]
        entities = re.findall(r"stg_shop__(\w+)", str([x.input for x in test.given]))
        if (
            any(f"stg_online_retail__{entity}" in staged for entity in entities)
            and "source_systems" in vars_read(manifest, model)
            and "source_systems" not in (test.overrides.vars if test.overrides else {})
        ):
            yield test.name, "does not compile where other systems take part"


RULES = {
    "layers": Rule(
        layers,
        "a reader who knows the layer knows what has been done to a row",
        "read the model of the next lower layer, or write it",
    ),
    "names": Rule(
        names,
        "a name says the layer, the system or domain, and the deed",
        "rename the model",
    ),
    "fan_out": Rule(
        fan_out,
        "a change of a model that everything reads is a change of everything",
        "put what several readers compute from it into a model in between",
    ),
    "orphans": Rule(
        orphans, "what nobody reads costs time at every build", "delete it"
    ),
    "contracts": Rule(
        contracts,
        "people build on marts: a column must not vanish or change its type unseen",
        "list its columns with data_type in its yml",
    ),
    "primary_keys": Rule(
        primary_keys,
        "a row that stands twice is counted twice",
        "test `unique`, or `unique_combination_of_columns`",
    ),
    "descriptions": Rule(
        descriptions,
        "the grain comes first: what is a row?",
        "describe it in its yml; a model begins with 'One row per'",
    ),
    "written_once": Rule(
        written_once,
        "a pasted description describes neither, and one of the two gets stale",
        "say what is particular about this one, or move it to models/shared_columns.md",
    ),
    "seed_columns": Rule(
        seed_columns,
        "a seed is a rule as data: whoever edits it reads its yml",
        "describe every column of the file, and no other, in the seed's yml",
    ),
    "macros": Rule(
        macros,
        "a macro is read where it is called, by someone who does not see its body",
        "begin its file with a comment: what it does, and each of its arguments",
    ),
    "data_tests": Rule(
        data_tests,
        "a test that fails must say what was promised",
        "begin it with a comment that says what always holds",
    ),
    "var_comments": Rule(
        var_comments,
        "a var is set by people who read nothing else",
        "say in dbt_project.yml what it is, in which unit, and what is allowed",
    ),
    "engines": Rule(
        engines,
        "the same models run on another engine",
        "put the difference into macros/adapters behind adapter.dispatch",
    ),
    "sizes": Rule(
        sizes, "a model is read in one go", "move a step into a model of its own"
    ),
    "told_by": Rule(
        told_by,
        "a table of persons told anew keeps the rows of all others, so what they hang"
        " on must open everybody's history",
        "name the var or seed in rule_settings or rules_in_force, if it decides who"
        " stands where, or else in rules_of_histories or int_persons__facts",
    ),
    "unit_tests": Rule(
        unit_tests,
        "whoever builds other data runs all unit tests, too",
        "override var source_systems by [shop]",
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_rule_is_kept(manifest: Manifest, name: str) -> None:
    rule = RULES[name]
    found = [
        f"{offender}: {problem}"
        for offender, problem in rule.offenders(manifest)
        if (name, offender) not in EXCEPTIONS
    ]
    assert not found, (
        "\n".join(found) + f"\nReason: {rule.reason}. Remedy: {rule.remedy}."
    )


def test_every_exception_is_needed(manifest: Manifest) -> None:
    offenders = {
        (name, offender)
        for name, rule in RULES.items()
        for offender, _ in rule.offenders(manifest)
    }
    assert set(EXCEPTIONS) - offenders == set()


def plant_layers(model: Any) -> None:
    model.depends_on.nodes.append("source.segmentation.raw.orders")


def plant_names(model: Any) -> None:
    model.name = "dim_persons"


def plant_contracts(model: Any) -> None:
    model.contract.enforced = False


def plant_descriptions(model: Any) -> None:
    model.columns["person_id"].description = " "


def plant_engines(model: Any) -> None:
    model.raw_code += "{% if target.type == 'duckdb' %}1{% endif %}"


def plant_sizes(model: Any) -> None:
    model.raw_code += "\n" * MOST_LINES


def plant_told_by(model: Any) -> None:
    model.config.incremental_strategy = "reopened"
    model.raw_code += "{{ var('rhythm_frequent_days') }}"


PLANTED = {
    "layers": plant_layers,
    "names": plant_names,
    "contracts": plant_contracts,
    "descriptions": plant_descriptions,
    "engines": plant_engines,
    "sizes": plant_sizes,
    "told_by": plant_told_by,
}
"""Rule -> what spoils mart `persons` for it."""


@pytest.mark.parametrize("name", PLANTED)
def test_rule_finds_an_offender(manifest: Manifest, name: str) -> None:
    copied = deepcopy(manifest)
    model = copied.nodes["model.segmentation.persons"]
    PLANTED[name](model)
    assert model.name in [offender for offender, _ in RULES[name].offenders(copied)]


def test_rules_find_what_stands_alone_and_what_is_read_too_often(
    manifest: Manifest,
) -> None:
    copied = deepcopy(manifest)
    models = models_of(copied)
    bounds = "model.segmentation.int_calendar__bounds"
    for key, model in models.items():
        model.depends_on.nodes = [bounds]
        if key == "model.segmentation.persons":
            model.description = models[bounds].description
    for node in copied.nodes.values():
        if node.resource_type == "test":
            node.attached_node = None
    assert ("int_calendar__dates", "no model reads it") in orphans(copied)
    assert "int_calendar__bounds" in dict(fan_out(copied))
    assert "persons" in dict(primary_keys(copied))
    assert {"persons", "int_calendar__bounds"} & set(dict(written_once(copied)))


def test_rules_find_what_is_pasted_or_says_nothing(
    manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = deepcopy(manifest)
    persons = copied.nodes["model.segmentation.persons"]
    other = copied.nodes["model.segmentation.segment_months"]
    persons.columns["age"].description = other.columns["orders"].description
    assert "segment_months" in dict(written_once(copied)) or "persons" in dict(
        written_once(copied)
    )
    seed = copied.nodes["seed.segmentation.lifecycle_groups"]
    seed.columns["colour"] = seed.columns.pop("rank")
    assert set(dict(seed_columns(copied))) == {"lifecycle_groups"}
    test = "test.segmentation.revenue_ledger_adds_up"
    for node in copied.nodes.values():
        if node.unique_id.startswith(test):
            node.raw_code = "select 1"
    assert "revenue_ledger_adds_up" in dict(data_tests(copied))

    def read(path: Path, **_: Any) -> str:
        if path.name == "dbt_project.yml":
            return "vars:\n  # The day\n  day: 1\n  week: 7\n"
        if path.name == "quoted_list.sql":
            return "{%- macro quoted_list(values) -%}"
        return "{#- Arguments: values -#}"

    monkeypatch.setattr(Path, "read_text", read)
    assert list(var_comments(copied)) == [("week", "has no comment")]
    assert dict(macros(copied)) == {"quoted_list": "does not say what values is"}


def test_every_column_is_described(
    manifest: Manifest, demo_warehouse: duckdb.DuckDBPyConnection
) -> None:
    built: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in demo_warehouse.execute(
        "select table_schema, table_name, column_name from information_schema.columns"
    ).fetchall():
        built.setdefault((schema, table), set()).add(column)
    wrong = {
        node.name: sorted(columns ^ set(node.columns))
        for node in manifest.nodes.values()
        if node.resource_type in ("model", "seed")
        and (columns := built.get((node.schema, node.alias))) is not None
        and columns != set(node.columns)
    }
    assert not wrong, f"columns in the table or in the yml only: {wrong}"
    assert len(built) > 100


def test_columns_of_marts_say_when_they_are_null(
    manifest: Manifest, demo_warehouse: duckdb.DuckDBPyConnection
) -> None:
    # Rules of audiences ask for them by name, and a null fits hardly any rule.
    silent = []
    for model in models_of(manifest).values():
        if model.schema != "marts":
            continue
        counts = ", ".join(f'count("{name}")' for name in model.columns)
        rows, *known = demo_warehouse.execute(
            f"select count(*), {counts} from marts.{model.name}"
        ).fetchone()
        silent += [
            f"{model.name}.{name}"
            for (name, column), count in zip(model.columns.items(), known, strict=True)
            if count < rows and "null" not in column.description.lower()
        ]
    assert not silent, f"null in some rows, and do not say in which: {silent}"


def test_outer_joins_are_joined_by_equal_keys(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Elsewise, as with a condition on the left side alone, every pair is compared."""
    of_a_few_rows = {
        "int_audiences__recorded_dates",
        "int_rfm__cut_points",
        "int_rfm__renewed_periods",
    }
    with Bench(demo_warehouse) as bench:
        files = bench.files
    assert files.keys() >= of_a_few_rows
    offenders = []

    def look(model: str, operator: dict) -> None:
        kind = operator.get("extra_info", {}).get("Join Type", "INNER")
        if kind != "INNER" and "NL_JOIN" in operator["name"]:
            offenders.append(model)
        for child in operator["children"]:
            look(model, child)

    for model in sorted(files.keys() - of_a_few_rows):
        sql = files[model].read_text(encoding="utf-8")
        explained = demo_warehouse.execute(f"explain (format json) {sql}").fetchone()
        for operator in json.loads(explained[1]):
            look(model, operator)
    assert not offenders, (
        f"{offenders}: put what concerns one side alone into a CTE or into where"
    )
