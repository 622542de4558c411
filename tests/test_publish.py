"""The published marts are replaced whole or not at all."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

from scripts import compare_publications, explain, export_audiences, publish, report

ROOT = Path(__file__).parents[1]


def make_build(path: Path, persons: int) -> Path:
    """A stand-in for a build, in its format: one mart with so many rows."""
    path.unlink(missing_ok=True)
    profile = yaml.safe_load((ROOT / "profiles.yml").read_text(encoding="utf-8"))
    options = profile["segmentation"]["outputs"]["duckdb"]["config_options"]
    name = "storage_compatibility_version"
    with duckdb.connect(str(path), config={name: options[name]}) as connection:
        connection.execute("create schema marts")
        connection.execute(
            f"create table marts.persons as select * from range({persons}) as p(id)"
        )
    return path


RECORD = """
    create schema state;
    create table state.pipeline_runs as
    select
        'b1b2b3b4-0000' as run_id, 'build' as command, 'success' as status,
        'whole' as coverage, '' as failed_nodes, '' as owed_nodes,
        'r1' as rule_version, 9 as rows_read, 8 as rows_staged, 1 as rows_quarantined,
        3 as persons, 3 as persons_touched, 5 as lifecycle_moves, 4 as rfm_moves,
        1 as models_built, 7 as tests_passed, false as is_full_refresh,
        date '2024-06-30' as as_of_date, cast(null as date) as moves_since,
        timestamp '2024-07-01 00:00' as started_at,
        timestamp '2024-07-01 00:02:05' as ended_at
"""
"""A good run, as dbt's hooks record it."""


def recorded_build(path: Path, change: str = "") -> Path:
    """A stand-in for a build with a record of one good run.

    Args:
        path: The file.
        change: What is different about the run, as `update` takes it.
    """
    make_build(path, 3)
    with duckdb.connect(str(path)) as connection:
        connection.execute(RECORD)
        if change:
            connection.execute(f"update state.pipeline_runs set {change}")
    return path


def count_persons(connection: duckdb.DuckDBPyConnection) -> int:
    return connection.execute("select count(*) from marts.persons").fetchone()[0]


def test_reader_of_the_old_file_goes_on_reading(tmp_path: Path) -> None:
    published = publish.publish(
        make_build(tmp_path / "build.duckdb", 3), tmp_path, untested=True
    )
    with duckdb.connect(str(published), read_only=True) as reader:
        publish.publish(
            make_build(tmp_path / "build.duckdb", 5), tmp_path, untested=True
        )
        assert count_persons(reader) == 3
    with duckdb.connect(str(published), read_only=True) as reader:
        assert count_persons(reader) == 5


def test_older_engines_read_what_is_published(tmp_path: Path) -> None:
    """A build is in a format that they do not read."""
    source = make_build(tmp_path / "build.duckdb", 3)
    published = publish.publish(source, tmp_path / "published", untested=True)
    formats = []
    for path in (source, published):
        with duckdb.connect(str(path), read_only=True) as connection:
            formats += connection.execute(
                "select tags['storage_version'] from duckdb_databases()"
                " where not internal"
            ).fetchall()
    assert formats == [("v1.4.0+",), ("v1.0.0+",)]


def test_broken_copy_publishes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = publish.publish(
        make_build(tmp_path / "build.duckdb", 3), tmp_path, untested=True
    )
    before = {path.name for path in tmp_path.rglob("*")}

    def break_off(folder: Path) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(publish, "make_lasting", break_off)
    with pytest.raises(RuntimeError):
        publish.publish(
            make_build(tmp_path / "build.duckdb", 5), tmp_path, untested=True
        )
    with duckdb.connect(str(published), read_only=True) as reader:
        assert count_persons(reader) == 3
    assert {path.name for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            "status = 'failed', failed_nodes = 'unique_persons, orders'",
            r"b1b2b3b4, begun 2024-07-01 00:00 UTC\) failed: unique_persons, orders\."
            ".*`dbt retry`",
        ),
        ("status = 'running', coverage = null, ended_at = null", "never ended"),
        ("status = 'killed', coverage = null, ended_at = null", "never ended"),
        ("coverage = 'part'", "only a part of the models"),
        (
            "coverage = 'continued', owed_nodes = 'model.shop.orders, test.shop.a.1'",
            "still to do: orders, a",
        ),
        ("tests_passed = 0", "No test has looked at"),
    ],
)
def test_bad_run_is_not_published(tmp_path: Path, change: str, message: str) -> None:
    good = recorded_build(tmp_path / "good.duckdb")
    published = publish.publish(good, tmp_path)
    bad = recorded_build(tmp_path / "bad.duckdb", change)
    before = published.resolve()
    with pytest.raises(SystemExit, match=message):
        publish.publish(bad, tmp_path)
    assert published.resolve() == before
    assert len(list((tmp_path / "publications").iterdir())) == 1


TEN = ", ".join(f"model_{number}" for number in range(10))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            "ended_at = timestamp '2024-07-02 01:00:07'",
            "Run b1b2b3b4 succeeded after 1500 min 7 s, as of 2024-06-30: 1 models"
            " built, 7 tests passed. Rules r1.\n"
            "  Rows: 9 read, 8 staged, 1 in quarantine. Persons: 3, 3 touched.\n"
            "  Moves in all: 5 lifecycle, 4 rfm.",
        ),
        (
            f"status = 'failed', failed_nodes = '{TEN}, one_more', ended_at = null,"
            " as_of_date = null, rule_version = null, is_full_refresh = true,"
            " rows_read = null, persons = 1234567, moves_since = date '2024-06-01'",
            "Run b1b2b3b4 FAILED: 1 models built in a full refresh, 7 tests passed.\n"
            "  Rows: ? read, 8 staged, 1 in quarantine."
            " Persons: 1,234,567, 3 touched.\n"
            "  Moves since 2024-06-01: 5 lifecycle, 4 rfm.\n"
            f"  Failed: {TEN} and 1 more.",
        ),
    ],
)
def test_a_run_is_told_in_words(tmp_path: Path, change: str, expected: str) -> None:
    """Also one that takes longer than a day, or has not come to its end."""
    build = recorded_build(tmp_path / "build.duckdb", change)
    with duckdb.connect(str(build), read_only=True) as connection:
        assert publish.in_words(publish.last_run(connection)) == expected


def test_build_without_a_record_is_published_only_when_asked(tmp_path: Path) -> None:
    build = make_build(tmp_path / "build.duckdb", 3)
    with pytest.raises(SystemExit, match=r"No run is recorded.*--untested"):
        publish.publish(build, tmp_path)
    published = publish.publish(build, tmp_path, untested=True)
    untested = recorded_build(tmp_path / "untested.duckdb", "tests_passed = 0")
    publish.publish(untested, tmp_path, untested=True)
    failed = recorded_build(tmp_path / "failed.duckdb", "status = 'failed'")
    with pytest.raises(SystemExit, match="failed: no node is named"):
        publish.publish(failed, tmp_path, untested=True)
    assert published.exists()


def test_publication_says_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published = publish.publish(recorded_build(tmp_path / "build.duckdb"), tmp_path)
    assert capsys.readouterr().out == "  published 1 of 1 marts\n"
    with duckdb.connect(str(published), read_only=True) as reader:
        (told,) = reader.execute(
            "select build_id, rule_version, row_counts, cast(as_of_date as varchar),"
            " built_at < published_at, publication_id from publication"
        ).fetchall()
        assert told[:5] == ("b1b2b3b4-0000", "r1", {"persons": 3}, "2024-06-30", True)
        assert told[5] == published.resolve().parent.name
        # The same, as Parquet.
        for name in ("persons", "publication", "pipeline_runs"):
            file = tmp_path / "parquet" / f"{name}.parquet"
            rows = duckdb.sql(f"from read_parquet('{file}')").fetchall()
            assert rows == reader.execute(f"from {name}").fetchall()
    files = [path for path in (tmp_path / "current").rglob("*.*") if path.is_file()]
    assert len(files) == 4
    assert {path.stat().st_mode & 0o222 for path in files} == {0}


def test_day_that_was_published_is_noted_in_the_build(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`audience_changes` begins there."""
    build = recorded_build(tmp_path / "build.duckdb")
    noted = "select cast(as_of_date as varchar), published_at from state.publications"
    with duckdb.connect(str(build)) as connection:
        connection.execute("create table marts.person_segments (as_of_date date)")
    publish.publish(build, tmp_path)
    with duckdb.connect(str(build)) as connection:
        assert connection.execute(noted).fetchall() == [], "nobody stands anywhere"
        connection.execute("insert into marts.person_segments values ('2024-06-30')")
    publish.publish(build, tmp_path)
    with duckdb.connect(str(build), read_only=True) as reader:
        ((day, published_at),) = reader.execute(noted).fetchall()
        assert day == "2024-06-30"
        now = datetime.now(UTC).replace(tzinfo=None)
        assert timedelta(0) <= now - published_at < timedelta(minutes=5)
        assert not capsys.readouterr().err
        publish.publish(build, tmp_path)
    assert "but not noted for audience_changes" in capsys.readouterr().err


def test_last_good_publication_is_kept(tmp_path: Path) -> None:
    build = tmp_path / "build.duckdb"
    for run in ("aa", "bb", "cc", "cc"):
        publish.publish(recorded_build(build, f"run_id = '{run}'"), tmp_path)

    def build_of(name: str) -> str:
        with duckdb.connect(
            str(tmp_path / name / "marts.duckdb"), read_only=True
        ) as it:
            return it.execute("select build_id from publication").fetchone()[0]

    # The same build again is no reason to forget the one before it.
    assert (build_of("current"), build_of("previous")) == ("cc", "bb")
    # Readers of what was just replaced have not been robbed of it.
    assert len(list((tmp_path / "publications").iterdir())) == 3
    publish.publish(recorded_build(build, "run_id = 'dd'"), tmp_path)
    assert (build_of("current"), build_of("previous")) == ("dd", "cc")
    assert len(list((tmp_path / "publications").iterdir())) == 2


@pytest.mark.parametrize("place", ["relative", "link", "elsewhere"])
def test_folder_may_be_named_in_any_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """By a path from here, as by default; by a link; with its contents elsewhere."""
    monkeypatch.chdir(tmp_path)
    folder = Path("published")
    (tmp_path / "disk").mkdir()
    if place == "link":
        folder.symlink_to("disk")
    elif place == "elsewhere":
        folder.mkdir()
        (folder / "publications").symlink_to(tmp_path / "disk")
    for run in ("aa", "bb", "cc"):
        build = recorded_build(tmp_path / "build.duckdb", f"run_id = '{run}'")
        published = publish.publish(build, folder)
    with duckdb.connect(str(published), read_only=True) as reader:
        assert count_persons(reader) == 3
    assert (folder / "current").readlink().name.endswith("-cc")
    assert (folder / "previous").readlink().name.endswith("-bb")
    assert len(list((folder / "publications").iterdir())) == 2


@pytest.mark.parametrize("moment", [1, 2])
def test_last_good_publication_outlives_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """Whichever link was the last that the killed run replaced."""
    build = tmp_path / "build.duckdb"
    for run in ("aa", "bb"):
        publish.publish(recorded_build(build, f"run_id = '{run}'"), tmp_path)
    recorded_build(build, "run_id = 'cc'")
    links = 0
    link = publish.link

    def link_until(path: Path, target: Path) -> None:
        nonlocal links
        links += 1
        if links == moment:
            raise KeyboardInterrupt
        link(path, target)

    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(publish, "link", link_until)
        publish.publish(build, tmp_path)
    publish.publish(build, tmp_path)
    assert (tmp_path / "current").readlink().name.endswith("-cc")
    assert (tmp_path / "previous").readlink().name.endswith("-bb")


def test_switch_that_breaks_off_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = recorded_build(tmp_path / "build.duckdb")

    def no_room(path: Path, target: Path) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(publish, "link", no_room)
    with pytest.raises(SystemExit, match=r"broke off: .*No space.* Publish again\."):
        publish.publish(build, tmp_path)


def test_marts_of_another_database_are_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = recorded_build(tmp_path / "first.duckdb", "run_id = 'aa'")
    second = recorded_build(tmp_path / "second.duckdb", "run_id = 'bb'")
    untested = make_build(tmp_path / "untested.duckdb", 3)

    def said_of(build: Path) -> str:
        publish.publish(build, tmp_path, untested=True)
        return capsys.readouterr().err

    assert not said_of(first)
    said = said_of(second)
    assert f"held the marts of another database than {second}" in said
    assert f"stand in {tmp_path}/previous" in said
    with duckdb.connect(str(second)) as connection:
        connection.execute(
            "insert into state.pipeline_runs by name from state.pipeline_runs"
            " select * replace ('cc' as run_id, ended_at as started_at)"
        )
    assert not said_of(second), "a later run on the same database"
    assert not said_of(untested)
    assert not said_of(first), "nothing is known of what was in force"


def test_a_file_of_before_is_replaced(tmp_path: Path) -> None:
    """Earlier versions published a plain file."""
    make_build(tmp_path / "before.duckdb", 1).rename(tmp_path / "marts.duckdb")
    publish.publish(recorded_build(tmp_path / "build.duckdb"), tmp_path)
    with duckdb.connect(str(tmp_path / "marts.duckdb"), read_only=True) as reader:
        assert count_persons(reader) == 3


def test_no_room_publishes_nothing_and_says_so(tmp_path: Path) -> None:
    good = recorded_build(tmp_path / "build.duckdb")
    published = publish.publish(good, tmp_path)
    with duckdb.connect(str(good)) as connection:
        connection.execute(
            "create table marts.orders as select sha256(id::varchar) as order_id"
            " from range(20000) as orders(id)"
        )
    limited = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE,"
        " (300000, 300000)); sys.argv = sys.argv[1:];"
        " runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    script = ROOT / "scripts" / "publish.py"
    done = subprocess.run(
        [sys.executable, "-c", limited, script, "--from", good, "--to", tmp_path],
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 1
    assert "Nothing published, the marts in" in done.stderr
    assert "too large" in done.stderr
    with duckdb.connect(str(published), read_only=True) as reader:
        assert count_persons(reader) == 3
        assert reader.execute("show tables").fetchall() == [
            ("persons",),
            ("pipeline_runs",),
            ("publication",),
        ]
    assert len(list((tmp_path / "publications").iterdir())) == 1


def test_folder_that_may_not_be_written_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = recorded_build(tmp_path / "build.duckdb")
    (tmp_path / "published" / "publications").mkdir(parents=True)

    def deny(path: Path, *_: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(publish.os, "open", deny)
    with pytest.raises(SystemExit) as stopped:
        publish.publish(build, tmp_path / "published")
    lock = tmp_path / "published" / "publications.lock"
    said = f"Nothing was changed: {lock} cannot be written (Permission denied)."
    assert str(stopped.value).startswith(said)


def test_folder_of_another_is_left_alone(tmp_path: Path) -> None:
    """Such as one of raw Parquet files."""
    build = recorded_build(tmp_path / "build.duckdb")
    (tmp_path / "data" / "parquet").mkdir(parents=True)
    with pytest.raises(SystemExit, match=r"data/parquet is .* with --to"):
        publish.publish(build, tmp_path / "data")
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["parquet"]


def test_publishing_waits_for_a_build(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another process has the file open, as dbt does while it builds."""
    build = recorded_build(tmp_path / "build.duckdb")
    hold = "import duckdb, sys, time; build = duckdb.connect(sys.argv[1]); print(1);"
    hold += "sys.stdout.flush(); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, build],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as builder:
        builder.stdout.readline()
        with pytest.raises(SystemExit, match=rf"at work on .*\(PID {builder.pid}\)"):
            publish.publish(build, tmp_path, wait=0.3)
        threading.Timer(0.5, builder.stdin.close).start()
        assert publish.publish(build, tmp_path, wait=60).exists()
    assert f"Waiting up to 60 s for another run on {build}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("main", "arguments"),
    [
        (publish.main, ["--to", "published", "--from"]),
        (report.main, ["--from"]),
        (explain.main, ["--customer", "c1", "--from"]),
        (compare_publications.main, ["marts.duckdb"]),
        (export_audiences.main, ["--audience", "a", "--to", "csv", "--from"]),
    ],
)
def test_file_that_may_not_be_read_ends_with_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    main: Callable[[list[str]], object],
    arguments: list[str],
) -> None:
    """As of another account, where somebody publishes under umask 077."""

    def deny(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    # The engine cannot open it either; the tests may be run by an account that may all.
    (tmp_path / "marts.duckdb").write_text("no database")
    monkeypatch.chdir(tmp_path)
    for look in ("is_file", "is_dir"):
        monkeypatch.setattr(Path, look, deny)
    with pytest.raises(SystemExit) as stopped:
        main([*arguments, "marts.duckdb"])
    said = f"{stopped.value} {capsys.readouterr().err}"
    assert "marts.duckdb" in said and "cannot" in said.lower(), said


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
        [*command, "--untested", "--from", source, "--to", tmp_path],
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
            "person_segments": "date '2024-06-30' as as_of_date",
            "segments": "'lifecycle' as scheme, 'loyal' as segment,"
            " 'Loyal' as label_en, 6 as segment_rank",
            "segment_history": "'lifecycle' as scheme, 'loyal' as segment,"
            " date '2024-05-30' as valid_from, null::date as valid_to",
            "segment_migrations": "'lifecycle' as scheme, 'up' as direction,"
            " date '2024-05-31' as migrated_on",
            "quarantined_rows": "'orders' as source_table,"
            " 'ambiguous_number' as reason, 'total_amount' as column_name",
            "revenue_ledger": "5000.5 as amount, 'closing' as kind",
            "rules": "'reporting_currency' as setting, 'VND' as setting_value",
            "orders": "date '2024-06-29' as ordered_on",
            "persons": "null::date as last_visit_on",
            "upcoming_migrations": "3 as days_left",
            "segment_alerts": "'lapses' as alert_id, 'critical' as severity,"
            " 'Many lapsed.' as message_en, 'segment_migrations' as look_at_en",
        }.items():
            connection.execute(f"create table {mart} as select {row}")
    # Beside other readers.
    with duckdb.connect(str(published), read_only=True):
        assert publish.summary(published).endswith(
            "Alarms: 1.\n  critical: Many lapsed.\n    Look at segment_migrations"
        )
    # The month up to 30 June begins on 31 May: the change is against the 30th.
    first = publish.summary(published)
    assert "1 persons stand on 2024-06-30, and the change against 2024-05-30:" in first
    assert "█  +0\n  Since then 1 moves up, 0 down" in first
    assert "\x1b[38;5;25m███" in publish.summary(published, has_colours=True)
    with duckdb.connect(str(published)) as connection:
        connection.execute("delete from segment_alerts")
        connection.execute("update segment_history set valid_from = '2024-05-31'")
        connection.execute("update segment_migrations set migrated_on = '2024-05-30'")
        # Nobody stands in one any more, or ever stood in the other.
        connection.execute(
            "insert into segments values ('lifecycle', 'former', 'F', 2),"
            " ('lifecycle', 'aware', 'A', 3)"
        )
        connection.execute(
            "insert into segment_history values"
            " ('lifecycle', 'aware', '2024-05-01', '2024-06-02'),"
            " ('lifecycle', 'aware', '2024-05-01', '2024-05-30'),"
            " ('lifecycle', 'aware', '2024-06-02', '2024-06-30')"
        )
        connection.execute("insert into orders values ('2024-06-20')")
        connection.execute("insert into upcoming_migrations values (30), (31)")
    later = publish.summary(published)
    assert later.endswith("Alarms: none.")
    nobody = f"{0:>10}  {'':30}"
    assert f"█  +1\n  {'A':<12} {nobody}  -1\n  {'F':<12} {nobody}  +0\n" in later
    assert "\n  Since then 0 moves up, 0 down, 0 new persons.\n" in later
    assert "\n  2 persons will move in the next 30 days" in later
    assert "Latest order 2024-06-29, 1 day before the as-of date.\n" in later
    assert "Revenue of all segments: 5,000 VND.\n" in later
    with duckdb.connect(str(published)) as connection:
        connection.execute("update rules set setting_value = 'GBP'")
        connection.execute("update orders set ordered_on = '2024-06-22'")
        # What is ordered after the as-of date is not news.
        connection.execute("insert into orders values ('2024-07-02')")
        connection.execute("update persons set last_visit_on = '2024-06-30'")
        connection.execute(
            "insert into quarantined_rows values ('refunds', 'a', 'b'),"
            " ('refunds', 'a', 'b'), ('stores', 'z', 'a'),"
            " ('stores', 'conflicting_duplicate', null)"
        )
        connection.execute(
            "insert into segment_alerts values ('b', 'warning', 'Last.', 'persons'),"
            " ('c', 'critical', 'Second.', 'persons'),"
            " ('a', 'critical', 'First.', 'persons')"
        )
        connection.execute(
            "insert into segment_history"
            " select 'lifecycle', if(range = 0, 'former', 'loyal'), '2024-06-01', null"
            " from range(70)"
        )
    stale = publish.summary(published)
    assert f"\n  {'F':<12} {1:>10}  {'█':<30}  +1\n" in stale
    assert (
        "\n  warning: Latest order 2024-06-22, 8 days before the as-of date;"
        " latest web visit 2024-06-30.\n"
    ) in stale
    assert "Revenue of all segments: 5,000.50 GBP.\n" in stale
    assert (
        "Rows in quarantine: 5.\n  refunds: a in b: 2\n"
        "  orders: ambiguous_number in total_amount: 1 (set var decimal_mark)\n"
        "  stores: conflicting_duplicate: 1 (a column loaded_at says which row"
        " of a key counts)\nAlarms: 3.\n"
    ) in stale
    alarms = re.findall(r"  (\w+: \w+)\.\n    Look at persons", stale)
    assert alarms == ["critical: First", "critical: Second", "warning: Last"]
    with duckdb.connect(str(published)) as connection:
        connection.execute("delete from segment_history")
    assert publish.summary(published).startswith("No persons: the data holds no order")


def test_latest_order_of_the_future_is_warned_of() -> None:
    """A slip such as 2042 for 2024, by which everybody has long lapsed."""
    today = datetime.now(UTC).date()
    for days, is_warned_of in ((0, False), (1, False), (2, True)):
        latest = [("order", today + timedelta(days=days), 0), ("web visit", None, None)]
        (line,) = publish.freshness(latest, has_colours=False)
        assert line.startswith("  warning: Latest order ") == is_warned_of
        assert ("as_of_date: yesterday" in line) == is_warned_of
    (line,) = publish.freshness([("order", today, 2)], has_colours=False)
    assert line == f"Latest order {today}, 2 days before the as-of date."
    assert publish.freshness([("order", None, None)], has_colours=False) == []


def test_command_of_the_report_reads_what_was_published() -> None:
    assert publish.report_of(publish.PUBLISHED_FOLDER / "marts.duckdb") == "make report"
    assert publish.report_of(Path("/data/my shop/marts.duckdb")) == (
        "uv run python scripts/report.py --from '/data/my shop/marts.duckdb'"
        " --out '/data/my shop/report.html'"
    )


@pytest.mark.parametrize("name", ["file", "file/folder"])
def test_impossible_folder_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    build = recorded_build(tmp_path / "build.duckdb")
    with pytest.raises(SystemExit, match=r"there can be no folder .*Name another"):
        publish.publish(build, tmp_path / name)


def test_build_that_is_not_there_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="There is no build at"):
        publish.main(["--from", str(tmp_path / "nowhere" / "shop.duckdb")])
    assert not (tmp_path / "nowhere").exists()
