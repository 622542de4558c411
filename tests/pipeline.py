"""Builds the project on a folder of raw files, in this process, and reads the result.

    warehouse = run_pipeline(folder, folder / "shop.duckdb", {"rfm_period": "week"})
    warehouse.history("c1", "lifecycle")

Parsing the project is the slow part of a small build. It happens once in a process for
each name of a database file and value of the vars that decide which models there are;
all others are read as models run, so vars, day and files may change in between. So call
your database `shop.duckdb`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dbt.contracts.graph.manifest import Manifest

PROJECT = Path(__file__).resolve().parents[1]

VARS_OF_THE_PARSE = ("source_systems",)
"""Vars that decide which models there are."""

OF_ONE_RUN = (
    "int_persons__touched",
    "int_segments__touched",
    "int_segments__revised",
    "int_rfm__renewed_periods",
    "int_rfm__rescored_periods",
    "int_rfm__rescored",
    "int_rfm__touched",
    "int_web_events__told_browsers",
)
"""Tables that say what one run did, and not what holds."""

Row = tuple[Any, ...]


class PipelineError(Exception):
    """A dbt command failed; the text holds dbt's messages."""


class Warehouse:
    """What a build left behind, for reading.

    Args:
        db_path: The DuckDB file.
    """

    def __init__(self, db_path: Path) -> None:
        self.db_path = db_path

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query.

        Args:
            sql: Any query; the marts stand in schema `marts`.

        Returns:
            The rows, in the order of the query.
        """
        with duckdb.connect(str(self.db_path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def records(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query, each as a dict by column."""
        with duckdb.connect(str(self.db_path), read_only=True) as connection:
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def marts(self) -> list[str]:
        """Names of all marts."""
        return [
            name
            for (name,) in self.rows(
                "select table_name from information_schema.tables"
                " where table_schema = 'marts' order by table_name"
            )
        ]

    def table(self, name: str) -> list[Row]:
        """All rows of a mart, columns by name, in a fixed order.

        Args:
            name: Name of the mart.

        Returns:
            The rows, sorted.
        """
        columns = [
            column
            for (column,) in self.rows(
                "select column_name from information_schema.columns"
                f" where table_schema = 'marts' and table_name = '{name}'"
                " order by column_name"
            )
        ]
        listed = ", ".join(f'"{column}"' for column in columns)
        return sorted(self.rows(f"select {listed} from marts.{name}"), key=repr)

    def identifiers(self) -> dict[tuple[str, str], str]:
        """The person id of every identifier, by (identifier type, value)."""
        return {
            (identifier_type, value): person_id
            for identifier_type, value, person_id in self.rows(
                "select identifier_type, identifier_value, person_id"
                " from marts.person_identifiers"
            )
        }

    def history(self, customer_id: str, scheme: str) -> list[Row]:
        """The stays of a customer in the segments of a scheme.

        Args:
            customer_id: The shop's customer id.
            scheme: `lifecycle` or `rfm`.

        Returns:
            (segment, valid_from, valid_to, reason) in order of time; valid_to is
            exclusive, None = still there.
        """
        person_id = self.identifiers().get(("customer_id", customer_id))
        return self.rows(
            "select segment, valid_from, valid_to, reason from marts.segment_history"
            f" where person_id = '{person_id}' and scheme = '{scheme}'"
            " order by valid_from"
        )


_manifests: dict[str, Manifest] = {}
_seeded: list[Path] = []
scratch_folders: list[Path] = []


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables for a while.

    Args:
        values: Value by name.

    Yields:
        Nothing.
    """
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def messages_of(result: dbtRunnerResult) -> str:
    """What dbt says went wrong.

    Args:
        result: A failed result.

    Returns:
        One message per line: the exception, or each node that failed.
    """
    if result.exception is not None:
        return str(result.exception)
    found = []
    for each in getattr(result.result, "results", None) or []:
        if each.status in ("error", "fail", "runtime error"):
            found.append(f"{getattr(each, 'node', each).unique_id}: {each.message}")
    return "\n".join(found) or f"no message; result {result.result!r}"


def dbt(
    command: list[str],
    db_path: Path,
    variables: dict[str, Any],
    manifest: Manifest | None = None,
    threads: int = 2,
    warnings: list[str] | None = None,
) -> dbtRunnerResult:
    """Run one dbt command in this process and let go of the database file.

    Args:
        command: The command with its own options.
        db_path: The DuckDB file.
        variables: The vars.
        manifest: The parsed project; it is parsed anew if not given.
        threads: Parallel models, and threads of the engine.
        warnings: Takes what dbt warns of.

    Returns:
        dbt's result.

    Raises:
        PipelineError: The command failed.
    """
    scratch = db_path.parent / f"{db_path.stem}.dbt"
    values = {
        "SEGMENTATION_DB": str(db_path),
        "SEGMENTATION_TEMP": str(scratch / "temp"),
        "SEGMENTATION_THREADS": str(threads),
    }
    options = [
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        *("--target-path", str(scratch / "target")),
        *("--vars", json.dumps(variables)),
    ]
    global_options = [
        "--quiet",
        *("--log-path", str(scratch / "logs")),
        *("--log-level", "none", "--log-level-file", "none"),
        *("--no-use-colors", "--no-send-anonymous-usage-stats", "--no-write-json"),
        *("--no-version-check", "--no-partial-parse"),
    ]
    if str(PROJECT) not in sys.path:
        sys.path.append(str(PROJECT))

    def listen(event: Any) -> None:
        if warnings is not None and event.info.level == "warn":
            warnings.append(event.info.msg)

    folder_before = Path.cwd()
    with environment(values):
        try:
            result = dbtRunner(manifest=manifest, callbacks=[listen]).invoke(
                [*global_options, *command, *options]
            )
        finally:
            release_database()
            os.chdir(folder_before)
    if not result.success:
        raise PipelineError(f"dbt {command[0]}: {messages_of(result)}")
    return result


def release_database() -> None:
    """Close the connection that dbt-duckdb keeps open between commands."""
    opened = DuckDBConnectionManager._ENV
    if opened is not None:
        opened.close()
    DuckDBConnectionManager.close_all_connections()


def manifest_for(db_path: Path, variables: dict[str, Any]) -> Manifest:
    """The parsed project, from an earlier call if there was one that fits.

    Args:
        db_path: The DuckDB file.
        variables: The vars.

    Returns:
        The manifest, free of what an earlier run compiled into it.
    """
    decisive = {name: variables.get(name) for name in VARS_OF_THE_PARSE}
    # Relations are named after the file, wherever it stands.
    name = f"{db_path.stem} {json.dumps(decisive)}"
    if name not in _manifests:
        is_default = db_path.stem == "shop" and not any(decisive.values())
        found = parsed_before() if is_default else None
        _manifests[name] = found or dbt(["parse"], db_path, variables).result
    manifest = _manifests[name]
    for node in manifest.nodes.values():
        if node.resource_type != "seed":
            node.compiled = False
            node.compiled_code = None
            node.extra_ctes_injected = False
            node.extra_ctes = []
    return manifest


def parsed_before() -> Manifest | None:
    """The project as `make test` parsed it for the demo, if it did so just now.

    dbt takes a parsed project for what it is only with the same file, vars and
    environment, so all of them are those of `make test`.
    """
    demo = Path(os.environ.get("DEMO_WAREHOUSE", "none.duckdb"))
    saved = PROJECT / demo.parent / f"{demo.stem}.dbt" / "target/partial_parse.msgpack"
    if demo.stem != "shop" or not saved.exists():
        return None
    scratch = scratch_folder()
    shutil.copy(saved, scratch)
    with environment({"SEGMENTATION_DB": str(demo)}):
        result = dbtRunner().invoke(
            [
                *("--quiet", "--log-path", str(scratch), "--log-level-file", "none"),
                *("--no-send-anonymous-usage-stats", "--no-version-check"),
                *("parse", "--project-dir", str(PROJECT)),
                *("--profiles-dir", str(PROJECT), "--target-path", str(scratch)),
            ]
        )
    return result.result if result.success else None


def drop_models(db_path: Path) -> None:
    """Drop what an earlier build made, seeds apart: making is cheaper than replacing.

    Args:
        db_path: The DuckDB file.
    """
    with duckdb.connect(str(db_path)) as connection:
        for schema in ("marts", "restricted", "intermediate", "staging"):
            connection.execute(f"drop schema if exists {schema} cascade")


def seed(db_path: Path, variables: dict[str, Any], manifest: Manifest) -> None:
    """Load the seeds into a new database file: by dbt the first time, then as a copy.

    Args:
        db_path: The DuckDB file.
        variables: The vars; no seed depends on them.
        manifest: The parsed project.
    """
    if not _seeded:
        template = scratch_folder() / db_path.name
        dbt(["seed"], template, variables, manifest)
        with duckdb.connect(str(template)) as connection:
            for schema in ("raw", "raw_online_retail"):
                connection.execute(f"drop schema if exists {schema} cascade")
        _seeded.append(template)
    shutil.copy(_seeded[0], db_path)
    _seeded.append(db_path)


def run_pipeline(
    folder: Path,
    db_path: Path,
    vars: dict[str, Any] | None = None,
    select: str | None = None,
    fresh: bool = False,
    threads: int = 2,
    full_refresh: bool = True,
    warnings: list[str] | None = None,
) -> Warehouse:
    """Build the models, without tests, on a folder of raw files.

    Args:
        folder: Holds `<table>.csv` or `<table>.parquet`. Keep it and the database
            file the same within a test and rewrite the files: then nothing is parsed
            or seeded twice.
        db_path: The DuckDB file; it is made if it is not there.
        vars: The vars that differ from their defaults.
        select: What is built, as `dbt --select` takes it; everything if not given.
        fresh: Whether what an earlier build made is dropped first.
        threads: Parallel models, and threads of the engine. Small builds are
            cheapest with one.
        full_refresh: Whether everything is computed anew, so that rules may differ from
            those of the build before.
        warnings: Takes what dbt warns of.

    Returns:
        The warehouse.

    Raises:
        PipelineError: dbt failed; the text holds its messages.
    """
    db_path = db_path.resolve()
    db_path.parent.mkdir(parents=True, exist_ok=True)
    variables = {"raw_data": str(folder.resolve()), **(vars or {})}
    manifest = manifest_for(db_path, variables)
    if db_path not in _seeded or not db_path.exists():
        seed(db_path, variables, manifest)
        manifest = manifest_for(db_path, variables)
    if fresh:
        drop_models(db_path)
    command = ["run"] if select is None else ["run", "--select", *select.split()]
    if full_refresh:
        command.append("--full-refresh")
    dbt(command, db_path, variables, manifest, threads, warnings)
    return Warehouse(db_path)


def file_of(connection: duckdb.DuckDBPyConnection) -> Path:
    """The DuckDB file that a connection reads."""
    (path,) = connection.execute(
        "select path from duckdb_databases() where path is not null"
    ).fetchone()
    return Path(path)


def scratch_folder() -> Path:
    """A fresh temporary folder, gone when the tests are through."""
    folder = Path(tempfile.mkdtemp(prefix="segmentation-"))
    scratch_folders.append(folder)
    return folder


def new_place() -> tuple[Path, Path]:
    """A fresh folder for raw files and a fresh database file next to it.

    Returns:
        (folder, database file), both under the system's temporary folder.
    """
    place = scratch_folder()
    return place / "raw", place / "shop.duckdb"
