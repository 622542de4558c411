"""The published marts are replaced whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from scripts import publish

ROOT = Path(__file__).parents[1]


def make_build(path: Path, persons: int) -> Path:
    """A stand-in for a build: one mart with so many rows."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            f"create table marts.persons as select * from range({persons}) as p(id)"
        )
    return path


def count_persons(connection: duckdb.DuckDBPyConnection) -> int:
    return connection.execute("select count(*) from marts.persons").fetchone()[0]


def test_reader_of_the_old_file_goes_on_reading(tmp_path: Path) -> None:
    published = publish.publish(make_build(tmp_path / "build.duckdb", 3), tmp_path)
    with duckdb.connect(str(published), read_only=True) as reader:
        publish.publish(make_build(tmp_path / "build.duckdb", 5), tmp_path)
        assert count_persons(reader) == 3
    with duckdb.connect(str(published), read_only=True) as reader:
        assert count_persons(reader) == 5


def test_broken_copy_publishes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = publish.publish(make_build(tmp_path / "build.duckdb", 3), tmp_path)
    copy_marts = publish.copy_marts

    def copy_and_break(
        connection: duckdb.DuckDBPyConnection, source: Path, target: Path
    ) -> None:
        copy_marts(connection, source, target)
        raise RuntimeError("killed")

    monkeypatch.setattr(publish, "copy_marts", copy_and_break)
    with pytest.raises(RuntimeError):
        publish.publish(make_build(tmp_path / "build.duckdb", 5), tmp_path)
    with duckdb.connect(str(published), read_only=True) as reader:
        assert count_persons(reader) == 3
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_missing_build_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="make build"):
        publish.publish(tmp_path / "nothing.duckdb", tmp_path)


def test_summary_counts_what_the_marts_hold(
    tmp_path: Path, demo_warehouse: duckdb.DuckDBPyConnection
) -> None:
    (source,) = demo_warehouse.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchone()
    command = [sys.executable, ROOT / "scripts" / "publish.py"]
    done = subprocess.run(
        [*command, "--from", source, "--to", tmp_path],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    persons = demo_warehouse.execute("select count(*) from marts.persons").fetchone()[0]
    assert f"Where {persons:,} persons stand on 2024-12-31" in done.stdout


def test_summary_prints_the_alarms_in_force(tmp_path: Path) -> None:
    published = tmp_path / "marts.duckdb"
    with duckdb.connect(str(published)) as connection:
        for mart, row in {
            "person_segments": "'loyal' as lifecycle_group,"
            " 'Loyal' as lifecycle_label_en, date '2024-06-30' as as_of_date",
            "segment_history": "'lifecycle' as scheme, 'loyal' as segment,"
            " date '2024-05-31' as valid_from, null::date as valid_to",
            "segment_migrations": "'lifecycle' as scheme, 'up' as direction,"
            " date '2024-06-01' as migrated_on",
            "quarantined_rows": "1 as line",
            "revenue_ledger": "5 as amount, 'closing' as kind",
            "upcoming_migrations": "3 as days_left",
            "segment_alerts": "'lapses' as alert_id, 'critical' as severity,"
            " 'Many lapsed.' as message_en, 'segment_migrations' as look_at_en",
        }.items():
            connection.execute(f"create table {mart} as select {row}")
    assert publish.summary(published).endswith(
        "Alarms: 1.\n  critical: Many lapsed.\n    Look at segment_migrations"
    )
    # Of 30 days up to 30 June, 1 June is the first.
    assert "█  +0\n  In these 30 days 1 moves up, 0 down" in publish.summary(published)
    assert "\x1b[38;5;25m███" in publish.summary(published, has_colours=True)
    with duckdb.connect(str(published)) as connection:
        connection.execute("delete from segment_alerts")
        connection.execute("update segment_history set valid_from = '2024-06-01'")
        connection.execute("update segment_migrations set migrated_on = '2024-05-31'")
    later = publish.summary(published)
    assert later.endswith("Alarms: none.")
    assert "█  +1\n  In these 30 days 0 moves up, 0 down" in later
