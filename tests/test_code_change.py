"""Kept tables and the code that made them: a project of one such table, changed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from dbt.cli.main import dbtRunner
from nights import ROOT
from pipeline import messages_of, release_database

PROJECT_FILES = {
    "dbt_project.yml": """
name: segmentation
profile: segmentation
on-run-start: ["{{ check_code() }}"]
on-run-end: ["{{ record_code(results) }}"]
models: {segmentation: {+schema: marts}}
vars: {code_change: stop}
flags: {send_anonymous_usage_stats: false}
""",
    "models/kept.sql": """
{{ config(materialized='incremental', incremental_strategy='append') }}
select {{ amount() }} * factor as amount, '{{ invocation_id }}' as run_id
from {{ ref('read') }}
""",
    "models/read.sql": "select factor from {{ ref('read_by_that') }}",
    "models/read_by_that.sql": "select 1 as factor",
    "macros/amount.sql": "{% macro amount() %}{{ unit() }} * 2{% endmacro %}",
    "macros/unit.sql": "{% macro unit() %}1{% endmacro %}",
}

BORROWED = (
    "profiles.yml",
    "macros/runs",
    "macros/is_there.sql",
    "macros/quoted_list.sql",
    "macros/adapters/in_one_transaction.sql",
    "macros/adapters/tables_of.sql",
    "macros/adapters/text_literal.sql",
    "macros/rules/record_rule_version.sql",
    "macros/rules/rule_state.sql",
    "macros/generate_schema_name.sql",
    "models/intermediate/audiences/sources_state.yml",
    "models/shared_columns.md",
)


class Place:
    """A project of one kept table, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, text in PROJECT_FILES.items():
            self.write(name, text)
        for name in BORROWED:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, folder / name)

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip(), encoding="utf-8")

    def run(self, *options: str, **variables: str) -> str:
        """Run dbt. Returns: what it complains of; empty if all is well."""
        before = Path.cwd()
        try:
            result = dbtRunner().invoke(
                [
                    *("--quiet", "--log-level-file", "none", "--no-version-check"),
                    *("run", *options, "--vars", json.dumps(variables)),
                    *("--project-dir", str(self.folder)),
                    *("--profiles-dir", str(self.folder)),
                ]
            )
        finally:
            release_database()
            os.chdir(before)
        return "" if result.success else messages_of(result)

    def rows(self) -> int:
        """How many rows the kept table has: one more with every run that goes on."""
        with duckdb.connect(str(self.folder / "shop.duckdb")) as connection:
            return connection.execute("select count(*) from marts.kept").fetchone()[0]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The project; every test leaves its code and its table as they belong together."""
    folder = tmp_path_factory.mktemp("code")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEGMENTATION_DB", str(folder / "shop.duckdb"))
        patch.setenv("SEGMENTATION_TEMP", str(folder / "temp"))
        patch.setenv("DBT_TARGET_PATH", str(folder / "target"))
        place = Place(folder)
        whole = PROJECT_FILES["dbt_project.yml"]
        # As if the first run had been killed: it never comes to its end.
        place.write("dbt_project.yml", whole.replace("on-run-end", "# on-run-end"))
        assert not place.run()
        place.write("dbt_project.yml", whole)
        assert not place.run()
        assert place.rows() == 2
        yield place


@pytest.mark.parametrize(
    "changed", ["models/kept.sql", "macros/unit.sql", "models/read_by_that.sql"]
)
def test_a_table_of_other_code_is_not_added_to(place: Place, changed: str) -> None:
    """Whether the model changed, a macro that a macro of it calls, or what it reads."""
    as_it_was, rows = PROJECT_FILES[changed], place.rows()
    place.write(changed, as_it_was.replace("1", "3").replace("amount,", "amount ,"))
    said = place.run()
    assert "other code" in said
    assert "    kept" in said
    assert "--full-refresh" in said
    assert "code_change: accept" in said
    assert place.rows() == rows
    place.write(changed, as_it_was)
    assert not place.run()
    assert place.rows() == rows + 1


def test_a_full_refresh_counts_once_it_is_done(place: Place) -> None:
    """One that failed leaves a table that no code is known of."""
    place.write("macros/unit.sql", "{% macro unit() %}no_such_column{% endmacro %}")
    assert "no_such_column" in place.run("--full-refresh")
    place.write("macros/unit.sql", PROJECT_FILES["macros/unit.sql"])
    assert "other code" in place.run()
    assert not place.run("--full-refresh")
    assert not place.run()
    assert place.rows() == 2


def test_a_change_can_be_accepted(place: Place) -> None:
    """Once accepted, it is the code of the table."""
    rows = place.rows()
    place.write("macros/unit.sql", "{% macro unit() %}(1){% endmacro %}")
    assert not place.run(code_change="accept")
    assert not place.run()
    assert place.rows() == rows + 2
