"""Shows what two publications say differently, and of whom.

    python scripts/compare_publications.py OLD NEW [--html FILE]

Each is a published file or the folder that it stands in, as `published/previous`.
Publish once before a change of rules and once after it: the report says per mart how
many rows came, went and changed, by the mart's key; and per scheme who stands
elsewhere now, from where to where, and with which reason. Like `diff` it ends with 0
where nothing differs, 1 where something does and 2 where it could not compare, so that
a pipeline can ask.
"""

from __future__ import annotations

import argparse
import html
import sys
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent))

from one_at_a_time import is_there

MARTS = Path(__file__).resolve().parents[1] / "models" / "marts"
SCHEMES = {"lifecycle": "lifecycle_group", "rfm": "rfm_segment"}
"""Scheme -> its column in person_segments."""

ABOUT_ITSELF = ("publication", "pipeline_runs")
"""Tables in which a publication tells of itself; no mart, and never the same."""

MOST_MOVES = 20


@dataclass
class MartDifference:
    """How many rows of one mart differ.

    Attributes:
        mart: Its name.
        key: Columns that make a row unique; empty if the mart has no key: then rows
            are compared whole, and none counts as changed.
        old_rows, new_rows: How many rows there are.
        added, removed, changed: How many keys are new, gone, or have other values.
        columns: Rows that differ in it, by column.
        schema: What changed of its columns, in words.
    """

    mart: str
    key: list[str]
    old_rows: int = 0
    new_rows: int = 0
    added: int = 0
    removed: int = 0
    changed: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    schema: list[str] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Whether both publications say the same."""
        return not (self.added or self.removed or self.changed or self.schema)


@dataclass(frozen=True)
class Moved:
    """Persons who stand elsewhere, by scheme.

    Attributes:
        scheme: Name of the scheme.
        old, new: The groups; None where a person is known to one side only.
        reason: Why they stand in the new group, as the new publication has it.
        persons: How many.
    """

    scheme: str
    old: str | None
    new: str | None
    reason: str | None
    persons: int


def keys_of_marts() -> dict[str, list[str]]:
    """The columns that make a row of a mart unique, as its tests say.

    Returns:
        Columns by mart; marts without such a test are left out.
    """
    found = {}
    for file in sorted(MARTS.rglob("*.yml")):
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", []):
            for test in model.get("data_tests", []):
                if isinstance(test, dict) and "unique_combination_of_columns" in test:
                    arguments = test["unique_combination_of_columns"]["arguments"]
                    found[model["name"]] = arguments["combination_of_columns"]
            for column in model.get("columns", []):
                if "unique" in column.get("data_tests", []):
                    found[model["name"]] = [column["name"]]
    return found


def quoted(names: list[str]) -> str:
    """Column names as a list in SQL."""
    return ", ".join(f'"{name}"' for name in names)


def columns_of(
    connection: duckdb.DuckDBPyConnection, side: str
) -> dict[str, dict[str, str]]:
    """The marts of one side. Returns: data type by column, by mart."""
    found: dict[str, dict[str, str]] = {}
    for mart, column, data_type in connection.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        f" where database_name = '{side}' and table_name not in {ABOUT_ITSELF}"
        " order by table_name, column_index"
    ).fetchall():
        found.setdefault(mart, {})[column] = data_type
    return found


def compare_mart(
    connection: duckdb.DuckDBPyConnection,
    mart: str,
    key: list[str],
    old: dict[str, str],
    new: dict[str, str],
) -> MartDifference:
    """Compare one mart row by row.

    Args:
        connection: Both publications are attached, as old and new.
        mart: Its name.
        key: Columns that make a row unique, or none.
        old, new: Data type by column; empty where the mart is not there.

    Returns:
        What differs.
    """
    found = MartDifference(mart, key, schema=schema_changes(old, new))
    for side, columns in (("old", old), ("new", new)):
        if columns:
            rows = f'select count(*) from {side}."{mart}"'
            setattr(found, f"{side}_rows", connection.execute(rows).fetchone()[0])
    if not old or not new:
        found.schema = [f"the mart is {'new' if new else 'gone'}"]
        found.added, found.removed = found.new_rows, found.old_rows
    elif key and set(key) <= set(old) & set(new):
        compare_by_key(connection, found, old, new)
    else:
        found.key = []
        compare_whole_rows(connection, found, [name for name in old if name in new])
    return found


def schema_changes(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """What changed of the columns of a mart, in words. Arguments: see compare_mart."""
    return [
        *(f"column {name} is new" for name in new if name not in old),
        *(f"column {name} is gone" for name in old if name not in new),
        *(
            f"column {name} was {old[name]} and is {new[name]}"
            for name in old
            if name in new and old[name] != new[name]
        ),
    ]


def compare_whole_rows(
    connection: duckdb.DuckDBPyConnection, found: MartDifference, columns: list[str]
) -> None:
    """Count the rows that only one side has.

    Args:
        connection: Both publications are attached, as old and new.
        found: Of the mart; takes the counts.
        columns: Those that both sides have.
    """
    rows = f'select {quoted(columns)} from {{}}."{found.mart}"'
    for measure, one, other in (("added", "new", "old"), ("removed", "old", "new")):
        (count,) = connection.execute(
            f"select count(*) from ({rows.format(one)} except all {rows.format(other)})"
        ).fetchone()
        setattr(found, measure, count)


def compare_by_key(
    connection: duckdb.DuckDBPyConnection,
    found: MartDifference,
    old: dict[str, str],
    new: dict[str, str],
) -> None:
    """Count the keys that are new, gone, or have other values, and in which columns.

    Args:
        connection: Both publications are attached, as old and new.
        found: Of the mart; takes the counts.
        old, new: Data type by column.
    """
    shared = [name for name in old if name in new]
    compared = [name for name in shared if name not in found.key]
    # Values of two types are compared as text: not every one reads as the other type.
    sides = {
        name: (f'before."{name}"', f'after."{name}"')
        if old[name] == new[name]
        else (f'before."{name}"::varchar', f'after."{name}"::varchar')
        for name in shared
    }
    differs = {name: " is distinct from ".join(sides[name]) for name in compared}
    on = " and ".join(" is not distinct from ".join(sides[name]) for name in found.key)
    in_both = "before.is_there and after.is_there"
    counts = [
        "count(*) filter (where before.is_there is null)",
        "count(*) filter (where after.is_there is null)",
        *(
            f"count(*) filter (where {in_both} and ({test}))"
            for test in (" or ".join(differs.values()) or "false", *differs.values())
        ),
    ]
    found.added, found.removed, found.changed, *by_column = connection.execute(
        f"""
        select {", ".join(counts)}
        from
            (select true as is_there, {quoted(shared)} from old."{found.mart}")
                as before
        full outer join
            (select true as is_there, {quoted(shared)} from new."{found.mart}") as after
            on {on}
        """
    ).fetchone()
    found.columns = {
        name: count for name, count in zip(compared, by_column, strict=True) if count
    }


def moved_persons(connection: duckdb.DuckDBPyConnection) -> list[Moved]:
    """Persons whom the publications put into different groups.

    Args:
        connection: Both publications are attached, as old and new.

    Returns:
        By scheme, most persons first.
    """
    found = []
    for scheme, group in SCHEMES.items():
        found += [
            Moved(scheme, *row)
            for row in connection.execute(
                f"""
                select
                    before.{group},
                    after.{group},
                    migrations.reason,
                    count(*) as persons
                from old.person_segments as before
                full outer join new.person_segments as after
                    on before.person_id = after.person_id
                left join new.segment_migrations as migrations
                    on
                        after.person_id = migrations.person_id
                        and migrations.scheme = '{scheme}'
                        and after.{scheme}_since = migrations.migrated_on
                where before.{group} is distinct from after.{group}
                group by 1, 2, 3
                order by persons desc, 1, 2, 3
                """
            ).fetchall()
        ]
    return found


def compare(old: Path, new: Path) -> tuple[list[MartDifference], list[Moved]]:
    """Compare two publications.

    Args:
        old, new: Published DuckDB files, or the folders of their publications.

    Returns:
        What differs per mart, and who stands elsewhere.

    Raises:
        SystemExit: With code 2 where a file is not there or is no publication; the
            message says what to do.
    """
    old, new = file_of(old), file_of(new)
    with duckdb.connect() as connection:
        for side, path in (("old", old), ("new", new)):
            if not is_there(path):
                stop(f"There is no publication at {path}: run `make build` first.")
            try:
                name = str(path).replace("'", "''")
                connection.execute(f"attach '{name}' as {side} (read_only)")
            except duckdb.Error as error:
                stop(f"{path} cannot be read as a DuckDB file: {error}")
        before, after = columns_of(connection, "old"), columns_of(connection, "new")
        for path, marts in ((old, before), (new, after)):
            if "person_segments" not in marts or "segment_migrations" not in marts:
                stop(f"{path} is no publication: it has no mart person_segments.")
        keys = keys_of_marts()
        differences = [
            compare_mart(
                connection,
                mart,
                keys.get(mart, []),
                before.get(mart, {}),
                after.get(mart, {}),
            )
            for mart in sorted(before | after)
        ]
        return differences, moved_persons(connection)


def file_of(path: Path) -> Path:
    """The published file. Arguments: path, of the file or of the folder it is in."""
    return path if is_there(path) or not path.is_dir() else path / "marts.duckdb"


def stop(message: str) -> None:
    """End with code 2.

    Args:
        message: Says what to do.

    Raises:
        SystemExit: In any case.
    """
    print(message, file=sys.stderr)
    raise SystemExit(2)


def tables(
    differences: list[MartDifference], moved: list[Moved]
) -> list[tuple[str, list[str], list[list[str]]]]:
    """The report as tables of words.

    Args:
        differences: Of the marts.
        moved: Who stands elsewhere.

    Returns:
        Title, head and rows of each table that has any row.
    """
    marts = [
        [
            each.mart,
            f"{each.old_rows:,}",
            f"{each.new_rows:,}",
            f"{each.added:,}",
            f"{each.removed:,}",
            f"{each.changed:,}",
            "; ".join(
                [
                    *each.schema,
                    *(
                        f"{name} in {count:,}"
                        for name, count in sorted(
                            each.columns.items(), key=lambda item: (-item[1], item[0])
                        )
                    ),
                ]
            ),
        ]
        for each in differences
        if not each.is_same
    ]
    found = []
    for scheme in SCHEMES:
        rows = [each for each in moved if each.scheme == scheme]
        listed = [
            [
                each.old or "(not known)",
                each.new or "(not known)",
                each.reason or "",
                f"{each.persons:,}",
            ]
            for each in rows[:MOST_MOVES]
        ]
        if rest := sum(each.persons for each in rows[MOST_MOVES:]):
            listed.append(["(others)", "(others)", "", f"{rest:,}"])
        persons = sum(each.persons for each in rows)
        title = f"Scheme {scheme}: {persons:,} persons stand elsewhere"
        found.append((title, ["from", "to", "reason", "persons"], listed))
    head = ["mart", "rows before", "rows now", "added", "removed", "changed", "what"]
    found.append((f"{len(marts)} marts differ", head, marts))
    return [table for table in found if table[2]]


def as_text(found: list[tuple[str, list[str], list[list[str]]]]) -> str:
    """The report for a terminal. Arguments: found, from `tables`."""
    if not found:
        return "Both publications say the same."
    lines = []
    for title, head, rows in found:
        widths = [
            max(len(row[place]) for row in [head, *rows]) for place in range(len(head))
        ]
        lines += [title, ""]
        lines += [
            "  "
            + "  ".join(
                text.ljust(width) for text, width in zip(row, widths, strict=True)
            ).rstrip()
            for row in [head, *rows]
        ]
        lines.append("")
    return "\n".join(lines).rstrip()


def as_html(
    found: list[tuple[str, list[str], list[list[str]]]], old: Path, new: Path
) -> str:
    """The report as a page of its own.

    Args:
        found: From `tables`.
        old, new: The published files, for the title.

    Returns:
        HTML.
    """

    def row_of(cells: list[str], tag: str) -> str:
        return (
            "<tr>"
            + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells)
            + "</tr>"
        )

    parts = [
        f"<h2>{html.escape(title)}</h2><table>{row_of(head, 'th')}"
        + "".join(row_of(row, "td") for row in rows)
        + "</table>"
        for title, head, rows in found
    ] or ["<p>Both publications say the same.</p>"]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        "<title>What a change moves</title><style>"
        "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}"
        "table{border-collapse:collapse;display:block;overflow-x:auto}"
        "th,td{border-bottom:1px solid #ccc;padding:.2rem .8rem;text-align:left}"
        "</style></head><body><h1>What a change moves</h1>"
        f"<p>{html.escape(str(old))} → {html.escape(str(new))}</p>"
        + "".join(parts)
        + "</body></html>\n"
    )


def main(arguments: list[str] | None = None) -> int:
    """Compare and print.

    Args:
        arguments: Of the command line.

    Returns:
        0 where nothing differs, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old", type=Path, help="publication before the change")
    parser.add_argument("new", type=Path, help="publication after it")
    parser.add_argument("--html", type=Path, help="write the report here too")
    options = parser.parse_args(arguments)
    differences, moved = compare(options.old, options.new)
    found = tables(differences, moved)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    print(as_text(found))
    if options.html:
        options.html.write_text(
            as_html(found, options.old, options.new), encoding="utf-8"
        )
        print(f"\nThe same as a page: {options.html}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
