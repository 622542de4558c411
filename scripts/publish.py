"""Publishes the marts and says in a few lines what they hold.

    python scripts/publish.py [--from FILE] [--to FOLDER] [--untested] [--wait SECONDS]

A publication is a folder of its own, which never changes once it is there:

    published/marts.duckdb     the marts, and `publication` and `pipeline_runs`
    published/parquet/         the same, one file a table
    published/publications/    the publication in force and the last good one before it
    published/current          the folder in force: the two above lead through it
    published/previous         the one before it

It is written aside, and then link `current` is replaced in one atomic rename. So a
reader sees the old marts or the new ones, whole, and a build that was killed changes
nothing. Readers that hold the old file open go on reading it.

A build whose last run failed, was killed or built only a part is not published.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

sys.path.insert(0, str(Path(__file__).resolve().parent))

from one_at_a_time import (
    BusyError,
    Waiting,
    alone,
    is_there,
    lock_holder,
    patience,
    spill_folder,
)
from runs import Run, in_words, last_run, objection

PUBLISHED_FOLDER = Path(__file__).resolve().parents[1] / "published"
PUBLISHED_NAME = "marts.duckdb"
PARQUET_NAME = "parquet"
CURRENT, PREVIOUS, FOLDERS = "current", "previous", "publications"
ASIDE = ".aside-"


def publish(
    source: Path, folder: Path, untested: bool = False, wait: float = 0
) -> Path:
    """Publish schema `marts` of a build.

    Args:
        source: DuckDB file of a finished build.
        folder: Where the publications stand; made if it is not there.
        untested: Whether to publish marts that no recorded test has looked at.
        wait: Seconds to wait for another run on the build or the folder.

    Returns:
        Path of the published file.

    Raises:
        SystemExit: There is no such build, it has no marts, its last run is not good,
            a run is at work on it, or there is no folder or no room; the message says
            what to do.
    """
    expect_build(source)
    for name in (CURRENT, PREVIOUS, PUBLISHED_NAME, PARQUET_NAME):
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            raise SystemExit(
                f"Nothing published: {path} is a folder, where publishing keeps a link"
                " of its own. Name another folder with --to."
            )
    try:
        (folder / FOLDERS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SystemExit(
            f"Nothing published: there can be no folder {folder}: {error.strerror}."
            " Name another one with --to."
        ) from error
    with (
        alone(folder / FOLDERS, wait),
        duckdb.connect(config=engine_settings(source)) as connection,
    ):
        run = open_build(connection, source, untested, wait)
        is_strange = holds_another_database(connection, folder)
        publication = write_aside(connection, run, folder / FOLDERS)
        try:
            switch(folder, publication)
        except OSError as error:
            raise SystemExit(
                f"Publishing broke off: {error}. Whoever reads {folder} sees the"
                " publication before or the new one, whole. Publish again."
            ) from error
    if is_strange:
        print(
            f"Until now {folder} held the marts of another database than {source}; they"
            f" stand in {folder / PREVIOUS}. If they are another shop's, publish each"
            " shop to a folder of its own, with --to.",
            file=sys.stderr,
        )
    note_publication(source)
    return folder / PUBLISHED_NAME


def holds_another_database(connection: duckdb.DuckDBPyConnection, folder: Path) -> bool:
    """Whether what is in force knows of runs, but of none that the build knows of.

    Args:
        connection: The build is attached to it; of one without a record, nobody knows.
        folder: What readers know.
    """
    try:
        connection.execute(
            f"attach {literal(folder / PUBLISHED_NAME)} as in_force (read_only)"
        )
    except duckdb.Error:
        return False
    try:
        (is_strange,) = connection.execute(
            "select bool_and(run_id not in (select run_id from"
            " build.state.pipeline_runs)) from in_force.pipeline_runs"
        ).fetchone()
    except duckdb.Error:
        return False
    finally:
        connection.execute("detach in_force")
    return bool(is_strange)


def expect_build(source: Path) -> None:
    """Make sure that there is a build.

    Args:
        source: DuckDB file of the build.

    Raises:
        SystemExit: There is none.
    """
    if not is_there(source):
        raise SystemExit(f"There is no build at {source}: run `make build` first.")


def write_aside(
    connection: duckdb.DuckDBPyConnection, run: Run | None, folder: Path
) -> Path:
    """Write a publication that no reader sees yet.

    Args:
        connection: The build is attached to it.
        run: The build's last run.
        folder: Holds the publications. What a killed run left there is removed.

    Returns:
        The publication's folder.

    Raises:
        SystemExit: The build has no marts, or there is no room.
    """
    for left in folder.glob(f"{ASIDE}*"):
        shutil.rmtree(left)
    now = datetime.now(UTC).replace(tzinfo=None)
    build = "untested" if run is None else run.run_id[:8]
    finished = folder / f"{now:%Y%m%dT%H%M%S%f}-{build}"
    aside = folder / f"{ASIDE}{finished.name}"
    try:
        (aside / PARQUET_NAME).mkdir(parents=True)
        copy_marts(connection, aside / PUBLISHED_NAME)
        describe(connection, finished.name, run, now)
        write_parquet(connection, aside / PARQUET_NAME)
        connection.execute("detach publication")
        make_lasting(aside)
        aside.replace(finished)
        flush(folder)
    except (duckdb.Error, OSError) as error:
        raise SystemExit(
            f"Nothing published, the marts in {folder.parent} are as they were: {error}"
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return finished


def engine_settings(source: Path) -> dict[str, str | bool]:
    """What a build lets the engine use, by the same environment variables.

    Args:
        source: DuckDB file of the build.
    """
    return {
        "threads": os.environ.get("SEGMENTATION_THREADS", "2"),
        "memory_limit": memory_limit(),
        "temp_directory": spill_folder(source),
        "preserve_insertion_order": False,
    }


def memory_limit() -> str:
    """What the engine may hold in memory."""
    return os.environ.get("SEGMENTATION_MEMORY", "4GB")


def open_build(
    connection: duckdb.DuckDBPyConnection, source: Path, untested: bool, wait: float
) -> Run | None:
    """Open a build for reading; no run can write to it from then on.

    Args:
        connection: Of an empty database in memory.
        source: DuckDB file of the build.
        untested: Whether marts that no recorded test has looked at are good enough.
        wait: Seconds to wait for a run that is at work on it.

    Returns:
        The build's last run; None where none is recorded.

    Raises:
        SystemExit: A run is at work on it, or its last run is not good.
    """
    waiting = Waiting(source, wait)
    while True:
        try:
            connection.execute(f"attach {literal(source)} as build (read_only)")
            break
        except duckdb.Error as error:
            holder = lock_holder(error)
            if holder is None:
                raise SystemExit(f"Cannot read {source}: {error}") from error
            if waiting.is_over():
                raise BusyError(waiting.verdict(holder)) from error
            waiting.tell(holder)
            time.sleep(0.2)
    run = last_run(connection, "build")
    wrong = objection(run, untested)
    if wrong:
        raise SystemExit(f"Nothing published from {source}. {wrong}")
    return run


def literal(value: object) -> str:
    """A path, text, date or instant as SQL; null where there is none."""
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


def tables_of(
    connection: duckdb.DuckDBPyConnection, database: str, schema: str = "main"
) -> list[str]:
    """Names of the tables of a database.

    Args:
        connection: The database is attached to it.
        database: What it is attached as.
        schema: The tables' schema.
    """
    return [
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables()"
            f" where database_name = '{database}' and schema_name = '{schema}'"
            " order by table_name"
        ).fetchall()
    ]


def copy_marts(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Copy every mart, as the build left it.

    Args:
        connection: The build is attached to it as `build`; the publication will be, as
            `publication`.
        target: The new file. Its tables stand in its main schema: DuckDB names the
            catalog after the file, so they are read as `marts.persons` there too.

    Raises:
        SystemExit: The build has no marts.
    """
    connection.execute(f"attach {literal(target)} as publication")
    marts = tables_of(connection, "build", "marts")
    if not marts:
        raise SystemExit("The build has no marts: run `make build` first.")
    for number, mart in enumerate(marts, start=1):
        connection.execute(
            f'create table publication."{mart}" as select * from build.marts."{mart}"'
        )
        if number % MARTS_A_LINE == 0 or number == len(marts):
            print(f"  published {number} of {len(marts)} marts", flush=True)


def describe(
    connection: duckdb.DuckDBPyConnection,
    publication_id: str,
    run: Run | None,
    published_at: datetime,
) -> None:
    """Add table `publication`, one row that says what this is, and the runs.

    Args:
        connection: Build and publication are attached to it.
        publication_id: Name of the publication's folder.
        run: The build's last run.
        published_at: Instant of the publication, UTC.
    """
    counts = {
        name: connection.execute(
            f'select count(*) from publication."{name}"'
        ).fetchone()[0]
        for name in tables_of(connection, "publication")
    }
    as_of_date = run.as_of_date if run else None
    if as_of_date is None and "person_segments" in counts:
        (as_of_date,) = connection.execute(
            "select max(as_of_date) from publication.person_segments"
        ).fetchone()
    # Literals: a first query with parameters costs the engine's client seconds.
    connection.execute(
        f"""
        create table publication.publication as
        select
            cast({literal(publication_id)} as varchar) as publication_id,
            cast({literal(run and run.run_id)} as varchar) as build_id,
            cast({literal(run and run.rule_version)} as varchar) as rule_version,
            cast(map {counts} as map(varchar, bigint)) as row_counts,
            cast({literal(as_of_date)} as date) as as_of_date,
            cast({literal(run and run.ended_at)} as timestamp) as built_at,
            cast({literal(published_at)} as timestamp) as published_at
        """
    )
    if run is not None:
        connection.execute(
            "create table publication.pipeline_runs as"
            " select * from build.state.pipeline_runs order by started_at"
        )


def write_parquet(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write each table of the publication to a Parquet file of its name.

    Args:
        connection: The publication is attached to it.
        folder: Where the files go.
    """
    for name in tables_of(connection, "publication"):
        connection.execute(
            f'copy publication."{name}" to {literal(folder / f"{name}.parquet")}'
            " (format parquet, compression zstd)"
        )


def make_lasting(folder: Path) -> None:
    """Make files read-only and see that they are on the disk, not only on their way."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o444)
        flush(path)
    flush(folder)


def flush(path: Path) -> None:
    """Have the kernel write a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def switch(folder: Path, publication: Path) -> None:
    """Put a publication in force, and remove those that nobody can be reading.

    The one in force before stays, as the last good one. Where the same build is
    published again, the last good one is still the one of another build.

    Args:
        folder: What readers know.
        publication: The finished publication, in a folder of `folder`.
    """
    current, previous = folder / CURRENT, folder / PREVIOUS
    before = current.readlink() if current.exists() else None
    for left in folder.glob(".*.aside"):
        left.unlink()
    is_another_build = before and build_of(before) != build_of(publication)
    # First: who is killed between the two finds both as they were, and begins anew.
    if before and (is_another_build or not previous.exists()):
        link(previous, before)
    link(current, Path(FOLDERS, publication.name))
    for name in (PUBLISHED_NAME, PARQUET_NAME):
        if not (folder / name).is_symlink():
            link(folder / name, Path(CURRENT, name))
    kept = {publication.name, before and before.name, previous.resolve().name}
    for old in (folder / FOLDERS).iterdir():
        if old.name not in kept and not old.name.startswith("."):
            shutil.rmtree(old)


def build_of(publication: Path) -> str:
    """The build that a publication's folder is of: the end of its name."""
    return publication.name.rpartition("-")[2]


def link(path: Path, target: Path) -> None:
    """Let a symbolic link lead elsewhere, in one rename.

    Args:
        path: The link, or what is to become one.
        target: Where it leads, named from the link's own folder, so that both may be
            moved, or mounted elsewhere, together.
    """
    aside = path.with_name(f".{path.name}.aside")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.replace(path)
    flush(path.parent)


def note_publication(source: Path) -> None:
    """Write down in the build which day was published: `audience_changes` reads it.

    Args:
        source: DuckDB file of the build. Where it has no persons, or another process
            has it open, nothing is noted, and the next changes count from the
            publication before.
    """
    try:
        with duckdb.connect(str(source)) as connection:
            connection.execute(
                """
                create schema if not exists state;
                create table if not exists state.publications (
                    as_of_date date, published_at timestamp
                );
                insert into state.publications
                select max(as_of_date), now() at time zone 'UTC'
                from marts.person_segments
                having max(as_of_date) is not null
                """
            )
    except duckdb.CatalogException:
        pass
    # Another process has it open, or this one for reading.
    except (duckdb.IOException, duckdb.ConnectionException) as error:
        print(
            f"Published, but not noted for audience_changes: {error}", file=sys.stderr
        )


COLOURS = {
    "potential": 246,
    "former": 166,
    "aware": 74,
    "converting": 214,
    "frequent": 36,
    "loyal": 25,
}
"""Terminal colours of the lifecycle groups, near those of the report."""


MOST_FAULTS = 3
"""Columns of tables with a reason of quarantine that the summary names."""

REMEDIES = {
    "ambiguous_number": "set var decimal_mark",
    "conflicting_duplicate": "a column loaded_at says which row of a key counts",
    "missing_amount": "give total_amount, or the order's items",
    "unknown_currency": "give its rate in exchange_rates",
    "unreadable_value": "models/staging/shop/raw_columns.md says how it is written",
}
"""What to do about rows in quarantine, by reason, where that is one thing."""

DAYS_OF_NEWS = 7
"""A latest order or visit that is older than this is warned of."""

MARTS_A_LINE = 8
"""Marts after which a line says how far publishing is."""

WITHOUT_CENTS = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
    *("RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
)
"""Currencies that have no smaller unit, by ISO 4217."""


def coloured(text: str, colour: int | None, has_colours: bool) -> str:
    """A text in a colour of the terminal.

    Args:
        text: The text.
        colour: Number out of the 256 colours; none leaves the text as it is.
        has_colours: Whether colours are wanted at all.
    """
    if colour is None or not has_colours:
        return text
    return f"\x1b[38;5;{colour}m{text}\x1b[0m"


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency. Arguments: amount; currency, its ISO 4217 code."""
    return f"{amount:,.{0 if currency in WITHOUT_CENTS else 2}f} {currency}"


def freshness(
    latest: list[tuple[str, date | None, int | None]], has_colours: bool
) -> list[str]:
    """How old the newest data is.

    Args:
        latest: What it is, its last day if there is any, and by how many days that is
            before the as-of date.
        has_colours: Whether to colour a warning.

    Returns:
        A line, made to look like an alarm where something is older than a week or lies
        in the future; none where there is nothing.
    """
    parts = [
        f"latest {what} {day}"
        + (f", {age} day{'s' * (age > 1)} before the as-of date" if age else "")
        for what, day, age in latest
        if day is not None
    ]
    if not parts:
        return []
    line = ("; ".join(parts) + ".").capitalize()
    # Tomorrow has begun somewhere.
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    if any(day is not None and day > tomorrow for _, day, _ in latest):
        line += (
            " That is in the future, and so is everybody's standing: put the date"
            " right, or build with as_of_date: yesterday, which sets such rows aside."
        )
    elif all(age is None or age <= DAYS_OF_NEWS for _, _, age in latest):
        return [line]
    return [coloured(f"  warning: {line}", 160, has_colours)]


def summary(published: Path, has_colours: bool = False) -> str:
    """What a person wants to know of a publication first.

    Args:
        published: The published file.
        has_colours: Whether to colour it, for a terminal.

    Returns:
        Text: the as-of date, persons per lifecycle group with a bar and the change
        within a month, as the report has it, moves, the latest order and visit,
        revenue, quarantined rows, and the alarms in force.
    """
    with duckdb.connect(str(published), read_only=True) as connection:
        groups = connection.execute(
            """
            with days as (
                select
                    max(as_of_date) as today,
                    cast(max(as_of_date) - interval 1 month as date) as month_ago
                from marts.person_segments
            ),

            stays as (
                select
                    segment,
                    count(*) filter (
                        where valid_to is null or valid_to > today
                    ) as persons,
                    count(*) filter (
                        where
                            valid_from <= month_ago
                            and (valid_to is null or valid_to > month_ago)
                    ) as persons_before
                from marts.segment_history
                cross join days
                where scheme = 'lifecycle'
                group by segment
            )

            select
                segments.segment,
                segments.label_en,
                coalesce(persons, 0) as persons,
                coalesce(persons, 0) - coalesce(persons_before, 0) as change,
                today,
                month_ago
            from marts.segments
            cross join days
            left join stays on segments.segment = stays.segment
            where segments.scheme = 'lifecycle'
            order by persons desc, segment_rank desc
            """
        ).fetchall()
        moves = dict(
            connection.execute(
                """
                select direction, count(*)
                from marts.segment_migrations
                where scheme = 'lifecycle' and migrated_on > (
                    select cast(max(as_of_date) - interval 1 month as date)
                    from marts.person_segments
                )
                group by direction
                """
            ).fetchall()
        )
        (quarantined,) = connection.execute(
            "select count(*) from marts.quarantined_rows"
        ).fetchone()
        faults = connection.execute(
            "select source_table, reason, column_name, count(*) as faulty"
            " from marts.quarantined_rows group by source_table, reason, column_name"
            " order by faulty desc, source_table, reason, column_name"
            f" limit {MOST_FAULTS}"
        ).fetchall()
        (revenue,) = connection.execute(
            "select coalesce(sum(amount), 0) from marts.revenue_ledger"
            " where kind = 'closing'"
        ).fetchone()
        (currency,) = connection.execute(
            "select max(setting_value) from marts.rules"
            " where setting = 'reporting_currency'"
        ).fetchone()
        latest = connection.execute(
            """
            with days as (select max(as_of_date) as today from marts.person_segments)

            select 'order', max(ordered_on), max(today) - max(ordered_on)
            from marts.orders, days where ordered_on <= today
            union all
            select 'web visit', max(last_visit_on), max(today) - max(last_visit_on)
            from marts.persons, days
            """
        ).fetchall()
        (soon,) = connection.execute(
            "select count(*) from marts.upcoming_migrations where days_left <= 30"
        ).fetchone()
        alarms = connection.execute(
            "select severity, message_en, look_at_en from marts.segment_alerts"
            " order by severity, alert_id"
        ).fetchall()
    everybody = sum(row[2] for row in groups)
    if not everybody:
        return "No persons: the data holds no order, web event or customer yet."
    largest = groups[0][2]
    lines = [
        f"Where {everybody:,} persons stand on {groups[0][4]}, and the change against"
        f" {groups[0][5]}:"
    ]
    for group, label, persons, change, *_ in groups:
        bar = "█" * max(1 if persons else 0, round(30 * persons / largest))
        bar = coloured(f"{bar:<30}", COLOURS.get(group), has_colours)
        lines.append(f"  {label:<12} {persons:>10,}  {bar}  {change:+,}")
    lines += [
        f"  Since then {moves.get('up', 0):,} moves up,"
        f" {moves.get('down', 0):,} down, {moves.get('entry', 0):,} new persons.",
        f"  {soon:,} persons will move in the next 30 days if they do nothing.",
        *freshness(latest, has_colours),
        f"Revenue of all segments: {money(revenue, currency)}.",
        f"Rows in quarantine: {quarantined:,}.",
        *(
            f"  {table}: {reason}{f' in {column}' if column else ''}: {rows:,}"
            + (f" ({REMEDIES[reason]})" if reason in REMEDIES else "")
            for table, reason, column, rows in faults
        ),
        f"Alarms: {len(alarms)}." if alarms else "Alarms: none.",
    ]
    for severity, message, look_at in alarms:
        alarm = coloured(f"  {severity}: {message}", 160, has_colours)
        lines += [alarm, f"    Look at {look_at}"]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Publish and print the summary."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        default=Path(os.environ.get("SEGMENTATION_DB", "segmentation.duckdb")),
        help="DuckDB file of the build (default: SEGMENTATION_DB)",
    )
    parser.add_argument(
        "--to",
        dest="folder",
        type=Path,
        default=Path("published"),
        help="where to publish (default: %(default)s)",
    )
    parser.add_argument(
        "--untested",
        action="store_true",
        help="publish a build of which no test is recorded",
    )
    parser.add_argument(
        "--wait",
        type=float,
        default=patience(),
        metavar="SECONDS",
        help="how long to wait for another run (default: %(default).0f)",
    )
    options = parser.parse_args(arguments)
    expect_build(options.source)
    # A nightly run has the lock while it is at work on the build.
    with alone(options.source, options.wait):
        published = publish(
            options.source, options.folder, options.untested, options.wait
        )
    tell(published)


def tell(published: Path) -> None:
    """Print what a publication holds, and where to look.

    Args:
        published: The published file.
    """
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    has_colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(f"\n{summary(published, has_colours)}\n")
    with duckdb.connect(str(published), read_only=True) as connection:
        run = last_run(connection)
    if run is not None:
        print(f"{in_words(run)}\n")
    print(f"The marts: {published}, to read with DuckDB or a BI tool;")
    print(f"  as Parquet, a file per mart: {published.with_name(PARQUET_NAME)}/")
    print(f"The report, to look at and to mail: {report_of(published)}.")
    print("Lineage docs: make docs. Your own data: see README.md, `Your own shop`.")


def report_of(published: Path) -> str:
    """The command that writes the report. Arguments: published, the published file."""
    if published.parent.resolve() == PUBLISHED_FOLDER:
        return "make report"
    page = published.with_name("report.html")
    command = ["uv", "run", "python", "scripts/report.py", "--from", str(published)]
    return shlex.join([*command, "--out", str(page)])


if __name__ == "__main__":
    main()
