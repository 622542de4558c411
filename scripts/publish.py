"""Publishes the marts and says in a few lines what they hold.

    python scripts/publish.py [--from FILE] [--to FOLDER]

The marts are copied into a new file beside the published one, which is then replaced in
one atomic rename: a reader sees the old marts or the new ones, whole, and a build that
was killed changes nothing. Readers that hold the old file open go on reading it.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import duckdb

PUBLISHED_NAME = "marts.duckdb"


def publish(source: Path, folder: Path) -> Path:
    """Copy schema `marts` of a build into the published file.

    Args:
        source: DuckDB file of a finished build.
        folder: Where the published file stands; made if it is not there.

    Returns:
        Path of the published file.

    Raises:
        SystemExit: There is no such build, it has no marts, or a run is at work on it;
            the message says what to do.
    """
    if not source.is_file():
        raise SystemExit(f"There is no build at {source}: run `make build` first.")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / PUBLISHED_NAME
    aside = folder / f".{PUBLISHED_NAME}.{os.getpid()}"
    try:
        with duckdb.connect() as connection:
            copy_marts(connection, source, aside)
        aside.replace(target)
    except duckdb.IOException as error:
        raise SystemExit(
            f"Cannot read {source}; is a build still running? {error}"
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    note_publication(source)
    return target


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


def copy_marts(
    connection: duckdb.DuckDBPyConnection, source: Path, target: Path
) -> None:
    """Copy every mart, as the build left it.

    Args:
        connection: Of an empty database in memory.
        source: DuckDB file of the build.
        target: The new file. Its tables stand in its main schema: DuckDB names the
            catalog after the file, so they are read as `marts.persons` there too.

    Raises:
        SystemExit: The build has no marts.
    """
    for path, options in (source, "build (read_only)"), (target, "publication"):
        quoted = str(path).replace("'", "''")
        connection.execute(f"attach '{quoted}' as {options}")
    marts = [
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables()"
            " where database_name = 'build' and schema_name = 'marts' order by 1"
        ).fetchall()
    ]
    if not marts:
        raise SystemExit(f"{source} has no marts: run `make build` first.")
    for number, mart in enumerate(marts, start=1):
        print(f"  publishing {number:2} of {len(marts)}: {mart}", flush=True)
        connection.execute(
            f'create table publication."{mart}" as select * from build.marts."{mart}"'
        )
    connection.execute("detach publication")


COLOURS = {
    "potential": 246,
    "former": 166,
    "aware": 74,
    "converting": 214,
    "frequent": 36,
    "loyal": 25,
}
"""Terminal colours of the lifecycle groups, near those of the report."""


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


def summary(published: Path, has_colours: bool = False) -> str:
    """What a person wants to know of a publication first.

    Args:
        published: The published file.
        has_colours: Whether to colour it, for a terminal.

    Returns:
        Text: the as-of date, persons per lifecycle group with a bar and the change
        within 30 days, moves, quarantined rows, revenue, and the alarms in force.
    """
    with duckdb.connect(str(published), read_only=True) as connection:
        groups = connection.execute(
            """
            with before as (
                select segment, count(*) as persons
                from marts.segment_history
                cross join (
                    select max(as_of_date) - 30 as day from marts.person_segments
                )
                where
                    scheme = 'lifecycle'
                    and valid_from <= day
                    and (valid_to is null or valid_to > day)
                group by segment
            )

            select
                lifecycle_group,
                lifecycle_label_en,
                count(*) as persons,
                count(*) - coalesce(max(before.persons), 0) as change,
                max(as_of_date)
            from marts.person_segments
            left join before on lifecycle_group = segment
            group by lifecycle_group, lifecycle_label_en
            order by persons desc
            """
        ).fetchall()
        moves = dict(
            connection.execute(
                """
                select direction, count(*)
                from marts.segment_migrations
                where scheme = 'lifecycle' and migrated_on > (
                    select max(as_of_date) - 30 from marts.person_segments
                )
                group by direction
                """
            ).fetchall()
        )
        (quarantined,) = connection.execute(
            "select count(*) from marts.quarantined_rows"
        ).fetchone()
        revenue = connection.execute(
            "select coalesce(sum(amount), 0) from marts.revenue_ledger"
            " where kind = 'closing'"
        ).fetchone()[0]
        (soon,) = connection.execute(
            "select count(*) from marts.upcoming_migrations where days_left <= 30"
        ).fetchone()
        alarms = connection.execute(
            "select severity, message_en, look_at_en from marts.segment_alerts"
            " order by severity, alert_id"
        ).fetchall()
    if not groups:
        return "No persons: the data holds no order, web event or customer yet."
    largest = groups[0][2]
    everybody = sum(row[2] for row in groups)
    lines = [
        f"Where {everybody:,} persons stand on {groups[0][4]}, and the change within"
        " 30 days:"
    ]
    for group, label, persons, change, _ in groups:
        bar = "█" * max(1, round(30 * persons / largest))
        bar = coloured(f"{bar:<30}", COLOURS.get(group), has_colours)
        lines.append(f"  {label:<12} {persons:>10,}  {bar}  {change:+,}")
    lines += [
        f"  In these 30 days {moves.get('up', 0):,} moves up,"
        f" {moves.get('down', 0):,} down, {moves.get('entry', 0):,} new persons.",
        f"  {soon:,} of them will move in the next 30 days if they do nothing.",
        f"Revenue of all segments: {revenue:,.2f}.",
        f"Rows in quarantine: {quarantined:,}.",
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
    parser.add_argument("--to", dest="folder", type=Path, default=Path("published"))
    options = parser.parse_args(arguments)
    published = publish(options.source, options.folder)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    has_colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(f"\n{summary(published, has_colours)}\n")
    print(f"The marts: {published}, to read with DuckDB or a BI tool.")
    print("The report, to look at and to mail: make report.")
    print("Lineage docs: make docs. Your own data: see README.md, `Your own shop`.")


if __name__ == "__main__":
    main()
