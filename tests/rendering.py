"""Renders macros of the project without dbt, for tests that run their SQL directly.

sql = Macros().call("to_e164", "phone", default_region="VN")
"""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment

MACROS = Path(__file__).resolve().parents[1] / "macros"


class Refusal(Exception):
    """What a macro says when it stops the build."""


class _Return(Exception):
    """What a macro returns by `return(...)` instead of its text."""


class Macros:
    """The macros of some folders, as dbt has them for DuckDB.

    Args:
        folders: The folders, under `macros/`; `.` is that folder itself.
        names: What else of dbt they use, by name.
        of_adapter: What else of dbt's `adapter` they use, by name.
    """

    def __init__(
        self,
        folders: tuple[str, ...] = ("adapters", "identity"),
        names: dict[str, Any] | None = None,
        of_adapter: dict[str, Any] | None = None,
    ) -> None:
        self._macros: dict[str, Any] = {}
        self._variables: dict[str, Any] = {}
        environment = Environment(
            extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]
        )
        environment.globals |= {
            "var": lambda name: self._variables[name],
            "modules": SimpleNamespace(re=re, datetime=datetime),
            "exceptions": SimpleNamespace(raise_compiler_error=self._refuse),
            "return": self._return,
            "fromjson": json.loads,
            "adapter": SimpleNamespace(
                dispatch=lambda name: self._caller(name, True), **(of_adapter or {})
            ),
            **(names or {}),
        }
        self._environment = environment
        texts = [
            path.read_text(encoding="utf-8")
            for folder in folders
            for path in sorted((MACROS / folder).glob("*.sql"))
        ]
        for text in texts:
            for name in re.findall(r"\bmacro (\w+)\(", text):
                environment.globals[name] = self._caller(name)
        for text in texts:
            # Under another name, so that macros of one file call each other like any.
            renamed = re.sub(r"\bmacro (\w+)\(", r"macro own_\1(", text)
            for name, macro in vars(environment.from_string(renamed).module).items():
                self._macros[name.removeprefix("own_")] = macro

    @staticmethod
    def _refuse(message: str) -> None:
        raise Refusal(message)

    @staticmethod
    def _return(value: Any) -> None:
        raise _Return(value)

    def _caller(self, name: str, is_dispatched: bool = False) -> Any:
        def call(*arguments: Any) -> Any:
            found = f"duckdb__{name}" if is_dispatched else name
            try:
                return str(self._macros[found](*arguments))
            except _Return as returned:
                return returned.args[0]

        return call

    def replace(self, name: str, text: str) -> None:
        """Let a macro give a text that is known already.

        Args:
            name: Its name.
            text: What it gives.
        """
        self._macros[name] = lambda *_: text

    def call(self, name: str, *arguments: Any, **variables: Any) -> Any:
        """What a macro returns.

        Args:
            name: Its name.
            arguments: Its arguments.
            variables: The vars that it reads.

        Returns:
            The SQL text, or whatever it returns.
        """
        self._variables = variables
        return self._caller(name)(*arguments)

    def model(self, path: Path, **names: Any) -> str:
        """The SQL of a model, whose refs are tables of their own name.

        Args:
            path: The model's file.
            names: What stands for macros and values of dbt in it.

        Returns:
            The SQL text.
        """
        template = self._environment.from_string(path.read_text(encoding="utf-8"))
        return template.render(ref=lambda name: name, config=lambda **_: "", **names)
