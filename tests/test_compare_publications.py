"""Two publications are compared row by row, and persons by where they stand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from pipeline import file_of

from scripts import compare_publications as comparison
from scripts import publish

SCRIPT = Path(__file__).parents[1] / "scripts" / "compare_publications.py"

PERSONS = [
    # person, group before and now, rfm segment before and now, reason of the last move
    ("stays", "loyal", "loyal", "champions", "champions", "repeat_order"),
    ("lapses_now", "loyal", "former", "champions", "champions", "lapsed"),
    ("lapses_too", "loyal", "former", "champions", "champions", "lapsed"),
    ("scored_lower", "aware", "aware", "champions", "lost", "visit"),
    ("not_known_any_more", "aware", None, "lost", None, "visit"),
    ("known_now", None, "aware", None, "interested", "visit"),
]


def make_publication(path: Path, is_new: bool, extra: str = "") -> Path:
    """A publication of the marts that are compared person by person, and of two others.

    Args:
        path: The file.
        is_new: Whether it is the later one.
        extra: SQL to run on it last.
    """
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table person_segments (person_id varchar, lifecycle_group varchar,"
            " rfm_segment varchar, lifecycle_since date, rfm_since date);"
            "create table segment_migrations (migration_id varchar, person_id varchar,"
            " scheme varchar, reason varchar, migrated_on date);"
            "create table quarantined_rows (key_text varchar, reason varchar);"
            "insert into quarantined_rows values ('o1', 'a'), ('o1', 'a'), ('o2', 'b');"
        )
        for person, old, new, old_rfm, new_rfm, reason in PERSONS:
            group, segment = (new, new_rfm) if is_new else (old, old_rfm)
            if group is None:
                continue
            connection.execute(
                "insert into person_segments values"
                f" ('{person}', '{group}', '{segment}', '2024-05-01', '2024-05-31')"
            )
            connection.execute(
                "insert into segment_migrations values"
                f" ('{person}-l', '{person}', 'lifecycle', '{reason}', '2024-05-01'),"
                f" ('{person}-r', '{person}', 'rfm', 'decay', '2024-05-31')"
            )
        connection.execute(extra)
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return make_publication(tmp_path / "old.duckdb", is_new=False)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return make_publication(tmp_path / "new.duckdb", is_new=True)


def test_a_column_of_another_type_is_compared_as_text(tmp_path: Path) -> None:
    old, new = (
        make_publication(tmp_path / name, is_new=False, extra=extra)
        for name, extra in (
            (
                "old.duckdb",
                "alter table person_segments add column city varchar;"
                " update person_segments set city = 'Hue' where person_id = 'stays';"
                " update person_segments set city = '7' where person_id = 'lapses_now'",
            ),
            (
                "new.duckdb",
                "alter table person_segments add column city integer;"
                " update person_segments set city = 7 where person_id = 'lapses_now'",
            ),
        )
    )
    differences, _ = comparison.compare(old, new)
    found = {each.mart: each for each in differences}["person_segments"]
    assert found.schema == ["column city was VARCHAR and is INTEGER"]
    assert (found.key, found.changed, found.columns) == (["person_id"], 1, {"city": 1})


def test_moves_are_counted_by_scheme_with_their_reason(old: Path, new: Path) -> None:
    _, moved = comparison.compare(old, new)
    assert moved == [
        comparison.Moved("lifecycle", "loyal", "former", "lapsed", 2),
        comparison.Moved("lifecycle", "aware", None, None, 1),
        comparison.Moved("lifecycle", None, "aware", "visit", 1),
        comparison.Moved("rfm", "champions", "lost", "decay", 1),
        comparison.Moved("rfm", "lost", None, None, 1),
        comparison.Moved("rfm", None, "interested", "decay", 1),
    ]


def test_report_has_what_is_most_first_and_sums_up_the_rest() -> None:
    moved = [
        comparison.Moved("rfm", f"segment_{number}", None, None, 1030 - number)
        for number in range(22)
    ]
    persons = comparison.MartDifference(
        "persons", ["person_id"], 1000, 1001, 1, 0, 3, {"b": 1, "a": 1, "c": 3}
    )
    same = comparison.MartDifference("orders", ["order_id"], 5, 5)
    lines = comparison.as_text(comparison.tables([same, persons], moved)).splitlines()
    assert lines[0] == "Scheme rfm: 22,429 persons stand elsewhere"
    assert [line.split() for line in lines[2:4]] == [
        ["from", "to", "reason", "persons"],
        ["segment_0", "(not", "known)", "1,030"],
    ]
    assert [line.split() for line in lines[22:24]] == [
        ["segment_19", "(not", "known)", "1,011"],
        ["(others)", "(others)", "2,019"],
    ]
    assert lines[25] == "1 marts differ"
    last = " ".join(lines[-1].split())
    assert last == "persons 1,000 1,001 1 0 3 c in 3; a in 1; b in 1"


def test_rows_are_compared_by_key(old: Path, new: Path) -> None:
    differences, _ = comparison.compare(old, new)
    by_mart = {each.mart: each for each in differences}
    segments = by_mart["person_segments"]
    assert (segments.added, segments.removed, segments.changed) == (1, 1, 3)
    assert segments.columns == {"lifecycle_group": 2, "rfm_segment": 1}
    assert by_mart["quarantined_rows"].is_same


def test_marts_without_a_key_are_compared_as_bags(old: Path, tmp_path: Path) -> None:
    new = make_publication(
        tmp_path / "bag.duckdb",
        is_new=False,
        extra="delete from quarantined_rows;"
        "insert into quarantined_rows values ('o1', 'a'), ('o2', 'b'), ('o3', null)",
    )
    rows = {each.mart: each for each in comparison.compare(old, new)[0]}
    assert (rows["quarantined_rows"].added, rows["quarantined_rows"].removed) == (1, 1)


def test_columns_and_marts_that_come_and_go_are_named(
    old: Path, tmp_path: Path
) -> None:
    new = make_publication(
        tmp_path / "columns.duckdb",
        is_new=False,
        extra="alter table person_segments add column city varchar;"
        "alter table segment_migrations drop column migration_id;"
        "alter table quarantined_rows alter reason type integer using 1;"
        "create table persons as select 1 as person_id",
    )
    by_mart = {each.mart: each for each in comparison.compare(old, new)[0]}
    assert by_mart["person_segments"].schema == ["column city is new"]
    assert by_mart["segment_migrations"].schema == ["column migration_id is gone"]
    assert by_mart["quarantined_rows"].schema == [
        "column reason was VARCHAR and is INTEGER"
    ]
    assert by_mart["persons"].schema == ["the mart is new"]


def test_exit_code_says_whether_anything_differs(
    old: Path, new: Path, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"

    def run(*arguments: Path | str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, SCRIPT, *arguments], capture_output=True, encoding="utf-8"
        )

    same = run(old, old)
    assert (same.returncode, same.stdout.strip()) == (
        0,
        "Both publications say the same.",
    )
    other = run(old, new, "--html", page)
    assert other.returncode == 1
    assert "Scheme lifecycle: 4 persons stand elsewhere" in other.stdout
    written = page.read_text(encoding="utf-8")
    assert "<td>loyal</td><td>former</td><td>lapsed</td><td>2</td>" in written
    missing = run(old, tmp_path / "nothing.duckdb")
    assert missing.returncode == 2
    assert "make build" in missing.stderr
    text = tmp_path / "text.duckdb"
    text.write_text("no database")
    assert run(old, text).returncode == 2


def test_folder_of_a_publication_is_as_good_as_its_file(
    old: Path, new: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "previous"
    folder.mkdir()
    old.rename(folder / "marts.duckdb")
    assert comparison.compare(folder, new) == comparison.compare(
        folder / "marts.duckdb", new
    )
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    for path, said in (
        (tmp_path, f"There is no publication at {tmp_path}/marts.duckdb:"),
        (tmp_path / "lost.duckdb", f"at {tmp_path}/lost.duckdb: run `make build`"),
        (tmp_path / "empty.duckdb", "empty.duckdb is no publication"),
    ):
        with pytest.raises(SystemExit) as stopped:
            comparison.compare(path, new)
        assert stopped.value.code == 2
        assert said in capsys.readouterr().err


def test_marts_of_the_project_have_the_keys_of_their_tests() -> None:
    keys = comparison.keys_of_marts()
    assert keys["persons"] == ["person_id"]
    assert keys["segment_history"] == ["person_id", "scheme", "valid_from"]


def test_a_build_compares_with_itself(
    demo_warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    built = file_of(demo_warehouse)
    sides = []
    for name in ("before", "after"):
        sides.append(tmp_path / f"{name}.duckdb")
        with duckdb.connect() as connection:
            connection.execute(f"attach '{built}' as build (read_only)")
            publish.copy_marts(connection, sides[-1])
    assert all(each.is_same for each in comparison.compare(*sides)[0])
