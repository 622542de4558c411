"""The SQL of single models, as a build compiled it, on other tables, in memory.

A build costs seconds, a query milliseconds: what a model computes from its inputs can
be tried on many inputs.

    with Bench(warehouse) as bench:
        bench.table("intermediate.int_calendar__bounds", "as_of_date date", rows)
        bench.run("int_criteria__rhythm")
        bench.records("int_criteria__rhythm")
"""

from __future__ import annotations

from typing import Any

import duckdb
from pipeline import file_of


class Bench:
    """A database in memory in which single models are run.

    Args:
        warehouse: A connection to a build by `run_pipeline`.
    """

    def __init__(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        self.built = file_of(warehouse)
        self.target = self.built.parent / f"{self.built.stem}.dbt" / "target"
        models = self.target / "compiled" / "segmentation" / "models"
        # Compiled tests of a model stand in a folder that is called like its yml.
        self.files = {
            file.stem: file
            for file in models.rglob("*.sql")
            if not any(part.endswith(".yml") for part in file.parts)
        }
        self.connection = duckdb.connect()
        # The compiled SQL names the database of the build.
        self.connection.execute(f"attach ':memory:' as \"{self.built.stem}\"")
        self.connection.execute(f'use "{self.built.stem}"')
        for layer in models.iterdir():
            self.connection.execute(f"create schema {layer.name}")

    def name_of(self, model: str) -> str:
        """Schema and name of a model: its layer is its schema."""
        folders = self.files[model].parts
        return f"{folders[folders.index('models') + 1]}.{model}"

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def table(self, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
        """Make a table, in place of the one of this name.

        Args:
            name: Schema and name.
            columns: The columns with their types, as SQL has them.
            rows: The rows, in the order in which they are to lie there.
        """
        self.connection.execute(f"create schema if not exists {name.split('.')[0]}")
        self.connection.execute(f"create or replace table {name} ({columns})")
        if rows:
            marks = ", ".join(["?"] * len(rows[0]))
            self.connection.execute(
                f"insert into {name} values " + ", ".join([f"({marks})"] * len(rows)),
                [value for row in rows for value in row],
            )

    def run(self, *names: str) -> None:
        """Run models, each after those that it reads.

        Args:
            names: Names of models.
        """
        for name in names:
            sql = self.files[name].read_text(encoding="utf-8")
            self.connection.execute(
                f"create or replace table {self.name_of(name)} as {sql}"
            )

    def records(self, name: str) -> dict[str, dict[str, Any]]:
        """The rows of a model that has one row per person.

        Args:
            name: A model that was run.

        Returns:
            Values by column, by person.
        """
        cursor = self.connection.execute(f"select * from {self.name_of(name)}")
        columns = [column[0] for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        found = {row.pop("person_id"): row for row in rows}
        assert len(found) == len(rows), f"{name}: a person stands in several rows"
        return found
