"""What the README says of files and vars is so."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import duckdb
import pytest
import yaml
from pipeline import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
VIETNAMESE = (PROJECT / "README.vi.md").read_text(encoding="utf-8")

PATH_OF_UV = 'export PATH="$PWD/.tools/bin:$PATH"'


def test_every_var_stands_there_with_its_default() -> None:
    project = (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `(.*?)` \| .+ \|$", README, re.MULTILINE)
    told = {name: yaml.safe_load(default) for name, default in rows}
    assert told == yaml.safe_load(project)["vars"]


def test_files_and_targets_that_are_named_are_there() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for text in (README, VIETNAMESE):
        for path in re.findall(
            r"\b((?:scripts|seeds|models|macros|docs|tests)/[\w/.*-]+\w)", text
        ):
            assert list(PROJECT.glob(f"{path}*")), path
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE):
            assert f"\n{target}:" in makefile, target


def test_persons_are_found_by_the_hashes_that_are_shown(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """They are of customer C0001 of the demo shop."""
    shown = re.findall(r"`sha256\('(.+?)'\)`", README)
    assert shown == ["nguyenducdat1@mail.example", "+84967186262"]
    found = demo_warehouse.execute(
        "select distinct person_id from marts.person_identifiers"
        " where identifier_value = 'C0001'"
        " or identifier_value in (select sha256(unnest(?)))",
        [shown],
    ).fetchall()
    kinds = demo_warehouse.execute(
        "select identifier_type from marts.person_identifiers"
        " where identifier_value in (select sha256(unnest(?))) order by all",
        [shown],
    ).fetchall()
    assert len(found) == 1
    assert kinds == [("email",), ("phone",)]


def test_pythons_are_those_that_the_project_runs_on() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = project["project"]["requires-python"]
    for text in (README, VIETNAMESE):
        ((first, last),) = re.findall(r"Python 3\.(\d+) \w+ 3\.(\d+)", text)
        assert asked == f">=3.{first},<3.{int(last) + 1}"


def test_python_is_run_where_its_packages_are() -> None:
    for text in (README, VIETNAMESE):
        assert re.findall(r"(?<!uv run )python scripts/\S+", text) == []


@pytest.mark.parametrize(
    ("target", "uv", "said"),
    [
        ("build", ".tools/bin/uv", PATH_OF_UV),
        ("build", "uv", ""),
        ("docs", "uv", "target/static_index.html and target/column_lineage.html"),
    ],
)
def test_last_line_of_make_says_what_comes_next(
    target: str, uv: str, said: str
) -> None:
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", f"UV={uv}", target],
        cwd=PROJECT,
        env=os.environ | {"MAKEFLAGS": ""},
        check=True,
        capture_output=True,
        text=True,
    )
    last = done.stdout.splitlines()[-1]
    assert said in last
    assert (PATH_OF_UV in last) == (said == PATH_OF_UV)
    if said == PATH_OF_UV:
        assert said in README
        assert said in VIETNAMESE


def test_make_knows_paths_with_blanks(tmp_path: Path) -> None:
    """Of uv, as where somebody's home has one, and of the database."""
    folder = tmp_path / "Nguyen Van A"
    folder.mkdir()
    (folder / "uv").write_text('#!/bin/sh\necho "uv was asked to $1"\n')
    (folder / "uv").chmod(0o755)
    database = folder / "shop.duckdb"
    environment = os.environ | {
        "MAKEFLAGS": "",
        "PATH": f"{folder}:{os.environ['PATH']}",
        "SEGMENTATION_DB": str(database),
    }

    def said(*arguments: str) -> str:
        return subprocess.run(
            ["make", "--no-print-directory", *arguments],
            cwd=PROJECT,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    assert "uv was asked to sync" in said("setup")
    assert f"test -f '{database}' ||" in said("--dry-run", "docs")
