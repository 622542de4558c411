"""What the README says of files and vars is so."""

from __future__ import annotations

import re

import yaml
from pipeline import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")


def test_every_var_stands_there_with_its_default() -> None:
    project = (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `(.*?)` \| .+ \|$", README, re.MULTILINE)
    told = {name: yaml.safe_load(default) for name, default in rows}
    assert told == yaml.safe_load(project)["vars"]


def test_files_and_targets_that_are_named_are_there() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    vietnamese = (PROJECT / "README.vi.md").read_text(encoding="utf-8")
    for text in (README, vietnamese):
        for path in re.findall(
            r"\b((?:scripts|seeds|models|macros|docs|tests)/[\w/.*-]+\w)", text
        ):
            assert list(PROJECT.glob(f"{path}*")), path
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE):
            assert f"\n{target}:" in makefile, target
