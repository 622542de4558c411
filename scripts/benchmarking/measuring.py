"""Seconds, memory and disk of this process, and of dbt and DuckDB within it."""

from __future__ import annotations

import json
import resource
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from dbt_plugins.block_memory import keep_blocks

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

PROJECT = Path(__file__).resolve().parents[2]
BUILD = (
    "build",
    *("--exclude-resource-type", "test"),
    *("--exclude-resource-type", "unit_test"),
)
"""The command that builds all models and tests nothing."""


def megabytes(count: int) -> str:
    """A number of bytes, for reading."""
    return f"{count / 1_000_000:,.0f} MB"


def cpu_seconds() -> float:
    """CPU seconds that this process has used so far, in all of its threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_memory() -> int:
    """The most memory that this process ever held, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    try:
        if path.is_dir():
            return sum(size_of(each) for each in path.iterdir())
        return path.stat().st_size
    except FileNotFoundError:
        return 0


class Watch:
    """Looks five times a second how much the engine holds in memory and has spilled.

    Args:
        spill: The engine's temporary folder.
        cursor: Gives a cursor on the database, None while there is none.
    """

    def __init__(
        self, spill: Path, cursor: Callable[[], duckdb.DuckDBPyConnection | None]
    ) -> None:
        self.spill = spill
        self.cursor = cursor
        self.engine_bytes = 0
        self.spilled_bytes = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look_again, daemon=True)
        self._thread.start()

    def _look_again(self) -> None:
        cursor = None
        while not self._done.wait(0.2):
            self.spilled_bytes = max(self.spilled_bytes, size_of(self.spill))
            try:
                cursor = cursor or self.cursor()
                if cursor is not None:
                    (held,) = cursor.execute(
                        "select sum(memory_usage_bytes) from duckdb_memory()"
                    ).fetchone()
                    self.engine_bytes = max(self.engine_bytes, int(held or 0))
            except duckdb.Error:
                cursor = None

    def stop(self) -> None:
        """Stop looking."""
        self._done.set()
        self._thread.join()


@contextmanager
def open_database(
    path: Path | str, settings: dict[str, str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the settings that the project's profile makes too."""
    with duckdb.connect(str(path), config=settings) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set preserve_insertion_order = false")
        keep_blocks(connection)
        yield connection


def run_dbt(
    command: list[str],
    raw: Path,
    work: Path,
    as_of: date,
    manifest: Manifest | None = None,
    on_event: Callable[[EventMsg], None] | None = None,
) -> Any:
    """Run dbt in this process, one model at a time.

    Args:
        command: Such as `parse`, with its own options.
        raw: Folder of the raw tables.
        work: Folder for dbt's files.
        as_of: The as-of date.
        manifest: The project as an earlier run parsed it.
        on_event: Is told of every event.

    Returns:
        What the command gives.

    Raises:
        SystemExit: dbt failed; the message says where.
    """
    from dbt.cli.main import dbtRunner

    variables = {"raw_data": str(raw), "as_of_date": as_of.isoformat()}
    done = dbtRunner(
        manifest=manifest, callbacks=[on_event] if on_event else []
    ).invoke(
        [
            *("--quiet", "--no-use-colors", "--no-send-anonymous-usage-stats"),
            *("--log-path", str(work / "logs"), "--no-partial-parse"),
            *(*command, "--threads", "1", "--vars", json.dumps(variables)),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(work / "target")),
        ]
    )
    if not done.success:
        failed = getattr(done.result, "results", None) or []
        said = [each.message for each in failed if each.status == "error"]
        sys.exit("\n".join(map(str, [done.exception or "dbt failed", *said])))
    return done.result
