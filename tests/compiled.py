"""The SQL of single models, as a build compiled it, on other tables, in memory.

A build costs seconds, a query milliseconds: what a model computes from its inputs can
be tried on many inputs.

    with Bench(warehouse, "models/intermediate/criteria") as bench:
        bench.table("intermediate.int_calendar__bounds", "as_of_date date", rows)
        bench.run("int_criteria__rhythm")
        bench.records("int_criteria__rhythm")
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb


class Bench:
    """A database in memory in which models of one folder are run.

    Args:
        warehouse: A connection to a build by `run_pipeline`.
        folder: Folder of the models, from that of the project; all of one schema.
    """

    def __init__(self, warehouse: duckdb.DuckDBPyConnection, folder: str) -> None:
        (path,) = warehouse.execute(
            "select path from duckdb_databases() where path is not null"
        ).fetchone()
        self.db_path = Path(path)
        target = self.db_path.parent / f"{self.db_path.stem}.dbt" / "target"
        self.folder = target / "compiled" / "segmentation" / folder
        self.schema = Path(folder).parts[1]
        self.connection = duckdb.connect()
        # The compiled SQL names the database of the build.
        self.connection.execute(f"attach ':memory:' as \"{self.db_path.stem}\"")
        self.connection.execute(f'use "{self.db_path.stem}"')
        self.connection.execute(f"create schema {self.schema}")

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
            names: Names of models of the folder.
        """
        for name in names:
            sql = (self.folder / f"{name}.sql").read_text(encoding="utf-8")
            self.connection.execute(
                f"create or replace table {self.schema}.{name} as {sql}"
            )

    def records(self, name: str) -> dict[str, dict[str, Any]]:
        """The rows of a model that has one row per person.

        Args:
            name: A model that was run.

        Returns:
            Values by column, by person.
        """
        cursor = self.connection.execute(f"select * from {self.schema}.{name}")
        columns = [column[0] for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        found = {row.pop("person_id"): row for row in rows}
        assert len(found) == len(rows), f"{name}: a person stands in several rows"
        return found
