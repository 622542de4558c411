"""What `state.pipeline_runs` of a build says of its last run."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    import duckdb

MOST_NAMES = 10
"""Nodes that are named in a message."""


@dataclass(frozen=True)
class Run:
    """A run of dbt that built models; the attributes are the columns of the table."""

    run_id: str
    status: str
    coverage: str | None
    failed_nodes: str | None
    owed_nodes: str | None
    rule_version: str | None
    rows_read: int | None
    rows_staged: int | None
    rows_quarantined: int | None
    persons: int | None
    persons_touched: int | None
    lifecycle_moves: int | None
    rfm_moves: int | None
    models_built: int | None
    tests_passed: int | None
    is_full_refresh: bool
    as_of_date: date | None
    moves_since: date | None
    started_at: datetime
    ended_at: datetime | None

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"{self.run_id[:8]}, begun {self.started_at:%Y-%m-%d %H:%M} UTC"


def last_run(
    connection: duckdb.DuckDBPyConnection, database: str | None = None
) -> Run | None:
    """The last run that is recorded in a build, or told of in a publication.

    Args:
        connection: A connection that reads it.
        database: What it is attached as; the connection's own database if not given.

    Returns:
        The run; None where none is recorded.
    """
    place = f"'{database}'" if database else "current_database()"
    found = connection.execute(
        "select database_name, schema_name from duckdb_tables()"
        f" where table_name = 'pipeline_runs' and database_name = {place}"
    ).fetchone()
    if found is None:
        return None
    row = connection.execute(
        f"select {', '.join(field.name for field in fields(Run))}"
        f' from "{found[0]}"."{found[1]}".pipeline_runs'
        " order by started_at desc limit 1"
    ).fetchone()
    return None if row is None else Run(*row)


def objection(run: Run | None, untested: bool = False) -> str | None:
    """What speaks against publishing or exporting what stands in a build.

    Args:
        run: Its last run.
        untested: Whether marts that no test has looked at are good enough.

    Returns:
        What is wrong and what to do about it; None if it may leave the house.
    """
    if run is None:
        if untested:
            return None
        return (
            "No run is recorded there, so nobody knows whether its tests passed. Build"
            " it with `dbt build`, or take it as it is with --untested."
        )
    if run.status in ("running", "killed"):
        return (
            f"The last run ({run.name}) never ended: it was killed, or it is still at"
            " work. Run `dbt build` again."
        )
    if run.status != "success":
        return (
            f"The last run ({run.name}) failed: {names_of(run.failed_nodes)}."
            " logs/dbt.log has the messages. Once the cause is gone, `dbt retry`"
            " continues it (scripts/nightly.py --retry publishes too) and `dbt build`"
            " begins anew."
        )
    if run.coverage not in ("whole", "continued"):
        return (
            f"The last run ({run.name}) built only a part of the models, so the marts"
            " may be of different days. Run `dbt build` without --select or --exclude"
            " of models, and without --sample."
        )
    if run.owed_nodes:
        owed = ", ".join(node.split(".")[2] for node in run.owed_nodes.split(", "))
        return (
            f"The last run ({run.name}) went well, but of the failed one before it"
            f" there is still to do: {names_of(owed)}. Run `dbt build`."
        )
    if not run.tests_passed and not untested:
        return (
            f"No test has looked at the last run ({run.name}). Run `dbt build`, which"
            " tests what it builds, or take it as it is with --untested."
        )
    return None


def names_of(listed: str | None) -> str:
    """The first of some names. Arguments: listed, with commas between."""
    names = listed.split(", ") if listed else ["no node is named"]
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def in_words(run: Run) -> str:
    """The line of a run, for people.

    Args:
        run: The run.

    Returns:
        Two or three lines of text.
    """

    def counted(number: int | None) -> str:
        return "?" if number is None else f"{number:,}"

    how = {"success": "succeeded", "failed": "FAILED"}.get(run.status, run.status)
    if run.ended_at is not None:
        length = run.ended_at - run.started_at
        minutes, seconds = divmod(int(length.total_seconds()), 60)
        how += f" after {minutes} min {seconds} s"
    of_day = f", as of {run.as_of_date}" if run.as_of_date else ""
    since = f"since {run.moves_since}" if run.moves_since else "in all"
    refresh = " in a full refresh" if run.is_full_refresh else ""
    rules = f" Rules {run.rule_version}." if run.rule_version else ""
    lines = [
        f"Run {run.run_id[:8]} {how}{of_day}: {counted(run.models_built)} models built"
        f"{refresh}, {counted(run.tests_passed)} tests passed.{rules}",
        f"  Rows: {counted(run.rows_read)} read, {counted(run.rows_staged)} staged,"
        f" {counted(run.rows_quarantined)} in quarantine. Persons:"
        f" {counted(run.persons)}, {counted(run.persons_touched)} touched.",
        f"  Moves {since}: {counted(run.lifecycle_moves)} lifecycle,"
        f" {counted(run.rfm_moves)} rfm.",
    ]
    if run.failed_nodes:
        lines.append(f"  Failed: {names_of(run.failed_nodes)}.")
    return "\n".join(lines)
