"""Readers see one whole publication, however the nights end.

The nights are real ones: scripts/nightly.py with dbt, its hooks, a database file, the
lock and the publication. Only the project is small, five models and a test in place of
two hundred and a thousand, because what may break here is between the steps and not in
the SQL. `make test-nights` does the same with the whole project.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import nights
import pytest
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from nights import Worker, look_at
from rendering import Macros

from scripts.dbt_plugins import block_memory, one_writer

sys.path.insert(0, str(nights.ROOT / "scripts"))
import nightly
from one_at_a_time import alone
from publish import engine_settings

IS_WHOLE = os.environ.get("NIGHTS") == "whole"

TESTS = ("--", "--exclude", "test_type:unit", "test_type:generic") if IS_WHOLE else ()
"""The whole project leaves out the tests that `make build` leaves out too."""

SEED = int(os.environ.get("NIGHTS_SEED", "4"))
"""Decides when nights are killed."""

ENDINGS = (
    *("good", "kill", "good", "fail", "kill"),
    *("good", "full", "kill", "good", "good"),
)
"""How ten nights end."""

ROOM = 400_000
"""Bytes that a file may have in the night with the disk full: less than it needs."""

NO_ROOM = (nightly.FAILED, nightly.WRONG, nightly.NOT_PUBLISHED)
"""Codes of a night with the disk full: in a model, in the record, in publishing."""

CUSTOMERS = 8


def load(worker: Worker, night: int) -> str:
    """The load command of a night: it brings the orders of all nights until then."""
    rows = [
        f"o{day}-{customer},c{customer},2024-03-{day:02d},100,paid"
        for day in range(1, night + 1)
        for customer in range(CUSTOMERS + day)
    ]
    new = worker.project / f"orders_of_{night}.csv"
    names = "order_id,customer_id,ordered_at,total_amount,status"
    if not IS_WHOLE:
        names = names.replace("ordered_at", "ordered_on")
    new.write_text("\n".join([names, *rows]) + "\n", encoding="utf-8")
    raw = worker.project / "raw"
    raw.mkdir(exist_ok=True)
    return f"cp '{new}' '{raw}/orders.csv'"


def options(worker: Worker, night: int | None = None) -> list[str]:
    """The command line of a night. Arguments: the worker; the night to load, if any."""
    raw = json.dumps({"raw_data": str(worker.project / "raw")})
    command = ["--vars", raw, "--to", str(published_by(worker))]
    return command if night is None else [*command, "--load", load(worker, night)]


def published_by(worker: Worker) -> Path:
    """Where a worker publishes."""
    return worker.project / "published"


def runs(worker: Worker) -> list[tuple[str, str]]:
    """Status and coverage of the recorded runs."""
    with duckdb.connect(str(worker.database), read_only=True) as connection:
        return connection.execute(
            "select status, coverage from state.pipeline_runs order by started_at"
        ).fetchall()


def day_published(worker: Worker) -> str:
    """As-of date of the publication in force."""
    file = str(published_by(worker) / "marts.duckdb")
    with duckdb.connect(file, read_only=True) as connection:
        return str(
            connection.execute("select as_of_date from publication").fetchone()[0]
        )


def described(table: str) -> list[str]:
    """Columns of a table of schema `state`, as its yml has them."""
    path = nights.ROOT / "models/intermediate/audiences/sources_state.yml"
    (source,) = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
    (found,) = (each for each in source["tables"] if each["name"] == table)
    return [column["name"] for column in found["columns"]]


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """A worker with a parsed project."""
    folder = tmp_path_factory.mktemp("nights") / "project"
    make = nights.whole_project if IS_WHOLE else nights.small_project
    with Worker(make(folder)) as worker:
        yield worker


@pytest.fixture
def worker(parsed: Worker) -> Worker:
    """A worker that has not built anything yet."""
    for name in ("raw", "published", "temp"):
        shutil.rmtree(parsed.project / name, ignore_errors=True)
    for file in parsed.project.glob("shop.duckdb*"):
        file.unlink()
    return parsed


def test_every_read_sees_one_whole_publication(worker: Worker) -> None:
    first = worker.night(*options(worker, 1), *TESTS)
    assert first.code == nightly.PUBLISHED, first.said
    published = published_by(worker)
    stop, result = worker.project / "stop", worker.project / "seen.json"
    stop.unlink(missing_ok=True)
    reader = subprocess.Popen(
        [sys.executable, nights.__file__, "read", published, stop, result]
    )
    chance = random.Random(SEED)
    usual = first.seconds
    try:
        for night, ending in enumerate(ENDINGS, start=2):
            before = day_published(worker)
            command = [*options(worker, night), *TESTS]
            if ending == "kill":
                ended = worker.night(*command, kill_after=chance.uniform(0, usual))
                # It may have published, or just not.
                assert ended.code in (-9, nightly.PUBLISHED), ended.said
                assert day_published(worker) in (before, f"2024-03-{night:02d}")
            elif ending == "fail":
                ended = worker.night(*command, environment={"NIGHT_FAILS": "yes"})
                assert ended.code == nightly.FAILED, ended.said
                assert "nothing_is_wrong" in ended.said
                assert day_published(worker) == before
            elif ending == "full":
                ended = worker.night(*command, largest_file=ROOM)
                assert ended.code in NO_ROOM, ended.said
                assert day_published(worker) == before
            else:
                ended = worker.night(*command)
                assert ended.code == nightly.PUBLISHED, ended.said
                usual = ended.seconds
                assert day_published(worker) == f"2024-03-{night:02d}"
        time.sleep(0.5)
    finally:
        stop.touch()
        reader.wait()
    seen = json.loads(result.read_text(encoding="utf-8"))
    assert not seen["wrong"], seen["wrong"][:5]
    # How often they came to it is up to the machine; that they did at all is not.
    assert len(seen["seen"]) >= 3, seen
    assert sum(seen["seen"].values()) >= 10, seen
    assert seen["held"] >= 2, "an open file was hardly ever outlived"
    statuses = [status for status, _ in runs(worker)]
    assert "failed" in statuses and statuses[-1] == "success", statuses
    names = {each.name for each in (published / "publications").iterdir()}
    assert {
        (published / name).resolve().name for name in ("current", "previous")
    } <= names
    assert len(names) <= 3 and not any(name.startswith(".") for name in names)


@pytest.mark.skipif(IS_WHOLE, reason="the small project tells as much")
def test_publishing_can_be_killed_at_any_line(worker: Worker) -> None:
    published = published_by(worker)
    assert worker.night(*options(worker, 1)).code == nightly.PUBLISHED
    whole = worker.night(die_at=0)
    lines = int(whole.said.rpartition("lines: ")[2])
    chance = random.Random(SEED)
    # The last sixty lines put the new publication in force.
    moments = [chance.randrange(1, lines - 60) for _ in range(2)]
    moments += [lines - step for step in range(2, 60, 10)]
    killed = 0
    for moment in moments:
        # It may end before, having less to remove.
        killed += worker.night(die_at=moment).code == -9
        assert not look_at(published), f"killed at line {moment} of {lines}"
    assert killed > 4
    assert worker.night(die_at=0).code == 0
    names = [each.name for each in (published / "publications").iterdir()]
    assert len(names) <= 3 and not any(name.startswith(".") for name in names)
    assert not [each for each in published.iterdir() if each.name.startswith(".")]


@pytest.mark.skipif(IS_WHOLE, reason="the small project tells as much")
def test_failed_night_is_continued_and_told_of(worker: Worker) -> None:
    assert worker.night(*options(worker, 1)).code == nightly.PUBLISHED
    with duckdb.connect(str(worker.database)) as connection:
        # As a run leaves it that is killed between its first and its last hook.
        connection.execute(
            "insert into state.pipeline_runs (run_id, status, started_at)"
            " select 'killed', 'running', max(ended_at) from state.pipeline_runs"
        )
        columns = [
            name for name, *_ in connection.table("state.pipeline_runs").description
        ]
    assert "never ended" in worker.night(die_at=0).said
    assert columns == described("pipeline_runs")
    failed = worker.night(*options(worker, 2), environment={"NIGHT_FAILS": "yes"})
    assert failed.code == nightly.FAILED
    assert "\ndbt build\n" in failed.said
    assert "Failed: nothing_is_wrong." in failed.said
    retry = f"scripts/nightly.py --retry --to {published_by(worker)}` continues"
    assert retry in failed.said
    assert "\n  warning: A column is gone.\n" in failed.said
    # Of what the test found, 5 of its 10,000 rows.
    messages = "    Moved: lifecycle\n" * 5
    assert f"failed: nothing_is_wrong\n{messages}    and 9,995 more\n" in failed.said
    # Nor does publish.py publish what a night would not.
    refused = worker.night(die_at=0)
    assert refused.code == 1
    assert "failed: nothing_is_wrong. logs/dbt.log" in refused.said
    # dbt would go on with the last command, of whatever database and vars.
    results = worker.project / "target" / "run_results.json"
    its_own = results.read_text(encoding="utf-8")
    told = json.loads(its_own)
    told["metadata"]["invocation_id"] = "of another shop"
    results.write_text(json.dumps(told), encoding="utf-8")
    for _ in range(2):
        strange = worker.night("--retry", *options(worker))
        assert strange.code == nightly.WRONG, strange.said
        assert "Nothing to --retry: the last run on" in strange.said
        results.unlink(missing_ok=True)
    results.write_text(its_own, encoding="utf-8")
    again = worker.night("--retry", "--verbose", *options(worker))
    assert again.code == nightly.PUBLISHED, again.said
    assert "model persons" not in again.said, "what had gone well was built again"
    assert again.said.endswith("\nPublished, with no warnings.\n")
    assert day_published(worker) == "2024-03-02"
    assert runs(worker) == [
        ("success", "whole"),
        ("killed", None),
        ("failed", "whole"),
        ("success", "continued"),
    ]
    command = [*options(worker, 3), "--full-refresh", "--", "--select", "persons"]
    part = worker.night(*command)
    assert "\ndbt build --select persons --full-refresh\n" in part.said
    assert part.code == nightly.NOT_PUBLISHED
    assert "only a part of the models" in part.said
    # It builds nothing, and leaves no row below.
    worker.night(*options(worker), "--", "--select", "nothing_is_wrong")
    assert day_published(worker) == "2024-03-02"
    with duckdb.connect(str(worker.database), read_only=True) as connection:
        told = connection.execute(
            "select rows_read, rows_staged, persons, lifecycle_moves, rfm_moves,"
            " models_built, tests_passed, cast(as_of_date as varchar),"
            " cast(moves_since as varchar) from state.pipeline_runs"
            " where status <> 'killed' order by started_at"
        ).fetchall()
    # 9 customers on the first day; 10 on the second: 19 orders of 10 customers, each of
    # whom stands for a thousand persons, whose moves are all of the last day.
    assert told == [
        (9, 9, 9000, 9000, 0, 5, 1, "2024-03-01", None),
        (19, 19, 10000, 10000, 0, 5, 0, "2024-03-02", "2024-03-01"),
        (19, 19, 10000, 10000, 0, 0, 1, "2024-03-02", "2024-03-01"),
        (None, None, 10000, None, None, 1, 0, "2024-03-02", None),
    ]


FAILED_BEFORE = {
    "status": "failed",
    "coverage": "whole",
    "owed_nodes": "model.b, test.t",
    "tests_passed": 3,
}
"""A whole run of models a, b and c before this one: b failed, so test t was skipped."""


@pytest.mark.parametrize(
    ("results", "before", "options", "expected"),
    [
        # Whole runs; hooks are no part of it, and a warning is no failure.
        ("a b c t=pass u=warn hook=success", {}, {}, ("success", "whole", "", 2)),
        ("a b c=error t=pass u=skipped", {}, {}, ("failed", "whole", "c u", 1)),
        ("a b c t=fail", FAILED_BEFORE, {}, ("failed", "whole", "t", 0)),
        ("a b c t=runtime error", {}, {}, ("failed", "whole", "t", 0)),
        ("a b c=partial success", {}, {}, ("failed", "whole", "c", 0)),
        ("a b c=skipped", {}, {}, ("failed", "whole", "c", 0)),
        # Parts, be it of the models or of the rows.
        ("a b t=pass", {}, {}, ("success", "part", "", 1)),
        ("a b=error", {}, {}, ("failed", "part", "b", 0)),
        ("a b c", {}, {"sample": "1 day"}, ("success", "part", "", 0)),
        # What a failed run still owed.
        ("b t=pass", FAILED_BEFORE, {}, ("success", "continued", "", 4)),
        ("b", FAILED_BEFORE, {}, ("success", "continued", "t", 3)),
        ("b t=fail", FAILED_BEFORE, {}, ("failed", "continued", "t", 3)),
        (
            "t=pass",
            {**FAILED_BEFORE, "coverage": "continued", "owed_nodes": "test.t"},
            {},
            ("success", "continued", "", 4),
        ),
        # Or not that, or not only that.
        ("b u=pass", FAILED_BEFORE, {}, ("success", "part", "", 1)),
        ("b t=pass", FAILED_BEFORE, {"sample": "1 day"}, ("success", "part", "", 1)),
        ("b", {**FAILED_BEFORE, "coverage": "part"}, {}, ("success", "part", "", 0)),
        ("b", {**FAILED_BEFORE, "status": "killed"}, {}, ("success", "part", "", 0)),
    ],
)
def test_what_a_run_stands_for(
    results: str,
    before: dict[str, Any],
    options: dict[str, Any],
    expected: tuple[str, str, str, int],
) -> None:
    """Results are `node=status`; one letter up to c is a model, a later one a test."""

    def node(name: str) -> SimpleNamespace:
        kind = "model" if name < "d" else "test" if len(name) == 1 else "operation"
        return SimpleNamespace(
            name=name, unique_id=f"{kind}.{name}", resource_type=kind
        )

    nodes = {name: node(name) for name in "abctu"}
    names = {"graph": {"nodes": nodes}, "invocation_args_dict": options}
    run = [
        SimpleNamespace(node=node(name), status=status or "success")
        for name, status in re.findall(
            r"(\w+)(?:=((?:runtime |partial )?\w+))?", results
        )
    ]
    outcome = Macros(("runs",), names).call("run_outcome", run, before)
    owed = " ".join(each.split(".")[1] for each in outcome["owed"])
    assert (
        outcome["status"],
        outcome["coverage"],
        owed,
        outcome["tests_passed"],
    ) == expected
    fine = ("success", "pass", "warn", "skipped")
    assert outcome["failed"] == [
        each.node.name for each in run if each.status not in fine
    ]


@pytest.mark.skipif(IS_WHOLE, reason="the small project tells as much")
def test_clock_that_is_set_back_hides_no_failed_night(worker: Worker) -> None:
    assert worker.night(*options(worker, 1)).code == nightly.PUBLISHED
    with duckdb.connect(str(worker.database)) as connection:
        # As a run leaves it whose clock is a day fast.
        connection.execute(
            "update state.pipeline_runs set started_at = started_at + interval 1 day,"
            " ended_at = ended_at + interval 1 day"
        )
    failed = worker.night(*options(worker, 2), environment={"NIGHT_FAILS": "yes"})
    assert "FAILED after 0 min 0 s" in failed.said
    refused = worker.night(die_at=0)
    assert "failed: nothing_is_wrong. logs/dbt.log" in refused.said
    assert worker.night("--retry", *options(worker)).code == nightly.PUBLISHED
    assert runs(worker) == [
        ("success", "whole"),
        ("failed", "whole"),
        ("success", "continued"),
    ]


@pytest.mark.skipif(IS_WHOLE, reason="the small project tells as much")
def test_second_run_waits_or_says_who_is_at_work(worker: Worker) -> None:
    command = options(worker, 1)
    with alone(worker.database, wait=0):
        refused = worker.night(*command, "--wait", "0.5")
        assert refused.code == nightly.BUSY
        assert f"process {os.getpid()}, since 2" in refused.said
        assert not worker.database.exists(), "it built in spite of the lock"
        worker.begin(*command, "--wait", "60")
        time.sleep(1)
    waited = worker.end()
    assert waited.code == nightly.PUBLISHED
    assert "Waiting up to 60 s" in waited.said
    # A program that has the file open without asking for the lock, as plain dbt does.
    with duckdb.connect(str(worker.database)):
        refused = worker.night(*command, "--wait", "0.5")
        assert refused.code == nightly.BUSY, refused.said
        assert f"(PID {os.getpid()})" in refused.said
        assert "Nothing was changed" in refused.said
        assert refused.said.count("Waiting up to") == 1, refused.said
        assert refused.seconds < 30
    assert runs(worker) == [("success", "whole")]


@pytest.mark.skipif(IS_WHOLE, reason="the small project tells as much")
def test_database_that_cannot_be_opened_is_named(worker: Worker) -> None:
    worker.database.write_text("no database")
    stopped = worker.night(*options(worker, 1))
    assert stopped.code == nightly.WRONG
    assert f"{worker.database} is damaged, or no DuckDB database" in stopped.said
    assert "Traceback" not in stopped.said


@pytest.mark.parametrize("name", ["new", "file"])
def test_folder_of_the_database_is_made_or_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    database = tmp_path / name / "deeper" / "shop.duckdb"
    plugin = one_writer.Plugin("one_writer", {}, None)
    credentials = DuckDBCredentials(path=str(database), schema="main")
    if name == "file":
        with pytest.raises(RuntimeError, match=r"can be no folder .*SEGMENTATION"):
            plugin.update_connection_config(credentials, {})
    else:
        plugin.update_connection_config(credentials, {})
        assert database.parent.is_dir()


def test_databases_spill_into_folders_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB names the files in them alike: two builds at once would mix them up."""
    monkeypatch.setenv("SEGMENTATION_TEMP", str(tmp_path / "data" / "spill"))
    monkeypatch.setenv("SEGMENTATION_MEMORY", "60MB")
    monkeypatch.chdir(tmp_path)
    plugin = one_writer.Plugin("one_writer", {}, None)
    folders = []
    for database in (Path("here/shop.duckdb"), Path("there/shop.duckdb")):
        config = {"memory_limit": "60MB", "threads": "1"}
        credentials = DuckDBCredentials(path=str(database), schema="main")
        plugin.update_connection_config(credentials, config)
        folders.append(Path(config["temp_directory"]))
        publishing = engine_settings(database.resolve())
        assert publishing["temp_directory"] == config["temp_directory"]
        with duckdb.connect(str(database), config=config) as connection:
            rows = connection.execute(
                "select repeat(md5(cast(range as varchar)), 3) as word"
                " from range(1_000_000) order by word"
            )
            rows.fetchone()
            assert list(folders[-1].iterdir()), "nothing is spilled there"
    assert len(set(folders)) == 2
    # As a killed build leaves it; who spills nothing would leave it, too.
    folders[0].mkdir()
    (folders[0] / "duckdb_temp_storage_DEFAULT-0.tmp").touch()
    credentials = DuckDBCredentials(path="here/shop.duckdb", schema="main")
    plugin.update_connection_config(credentials, {})
    assert not folders[0].exists()


@pytest.mark.skipif(IS_WHOLE, reason="the small project tells as much")
def test_other_endings_have_their_codes(
    worker: Worker, capsys: pytest.CaptureFixture[str]
) -> None:
    command = options(worker)
    not_loaded = worker.night(*command, "--load", "echo no such server; exit 7")
    assert not_loaded.code == nightly.NOT_LOADED
    assert "ended with 7. Nothing was built" in not_loaded.said
    assert not worker.database.exists()
    assert worker.night(*command, "--", "--no-such-option").code == nightly.WRONG
    for wrong in (["--retry", "--load", "true"], ["--vars", "[1]"], ["--no-such"]):
        with pytest.raises(SystemExit) as stopped:
            nightly.main(wrong)
        assert stopped.value.code == nightly.WRONG
    assert "--retry goes on with the data" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("limit", "kept"), [("1000MiB", "1000.0 MiB"), ("1000000GiB", "0 bytes")]
)
def test_blocks_are_kept_where_the_machine_has_the_memory(
    limit: str, kept: str
) -> None:
    """More than it has is refused, and no reason to stop."""
    with duckdb.connect(config={"memory_limit": limit}) as connection:
        block_memory.keep_blocks(connection)
        assert connection.execute(
            "select current_setting('block_allocator_memory')"
        ).fetchone() == (kept,)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_load_command_ends_with_the_night(tmp_path: Path, number: int) -> None:
    """All of it, though the night alone is told to; and the night waits for it."""
    command = (
        f"trap 'sleep 0.3; touch {tmp_path}/tidied; exit' TERM HUP INT;"
        f" sh -c 'echo $$ > {tmp_path}/begun; sleep 60'"
    )
    night = subprocess.Popen(
        [sys.executable, nightly.__file__, "--load", command, "--to", tmp_path / "to"],
        env={**os.environ, "SEGMENTATION_DB": str(tmp_path / "shop.duckdb")},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    begun = tmp_path / "begun"
    until = time.monotonic() + 60
    while not (begun.exists() and begun.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    night.send_signal(number)
    said = night.communicate(timeout=60)[1]
    is_ctrl_c = number == signal.SIGINT
    assert night.returncode == (nightly.INTERRUPTED if is_ctrl_c else -number)
    assert f"Told to end ({signal.Signals(number).name}) while loading" in said
    assert "Traceback" not in said
    assert (tmp_path / "tidied").exists(), "nobody waited for it"
    assert not Path(f"/proc/{begun.read_text().strip()}").exists()


def test_findings_are_the_messages_of_the_tests(tmp_path: Path) -> None:
    source = tmp_path / "shop.duckdb"
    with duckdb.connect(str(source)) as connection:
        connection.execute("create table orders as select 'Unknown: x' as message")

    def result(status: str, name: str, sql: str | None, failures: int) -> Any:
        node = SimpleNamespace(name=name, resource_type="test", compiled_code=sql)
        message = f"Got {failures} results"
        return SimpleNamespace(
            status=status, node=node, failures=failures, message=message
        )

    results = [
        result("pass", "passes", "select * from orders", 0),
        result("warn", "warns", "select * from orders -- all", 1),
        result("fail", "has_no_message", "select 1 as orders", 7),
        result("error", "breaks", None, 0),
    ]
    assert nightly.findings(results, source) == [
        "  warning: warns",
        "    Unknown: x",
        "  failed: has_no_message",
        "    Got 7 results",
        "  error: breaks",
        "    Got 0 results",
    ]


def test_progress_is_a_line_for_every_25th_model(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def told_of(progress: nightly.Progress, kind: str, status: str) -> None:
        node = SimpleNamespace(resource_type=kind, node_name="orders")
        result = SimpleNamespace(status=status, execution_time=1.0)
        data = SimpleNamespace(node_info=node, run_result=result)
        info = SimpleNamespace(name="NodeFinished")
        progress(SimpleNamespace(info=info, data=data))

    for is_verbose, expected in ((False, 4), (True, 52)):
        progress = nightly.Progress(is_verbose)
        for _ in range(50):
            told_of(progress, "model", "success")
            told_of(progress, "test", "pass")
            told_of(progress, "unit_test", "pass")
            told_of(progress, "operation", "success")
        told_of(progress, "test", "warn")
        told_of(progress, "model", "error")
        said = capsys.readouterr().out.splitlines()
        assert len(said) == expected
        assert said[-1].endswith("model orders: ERROR")
        assert said[-1].startswith("  102 of"), "dbt's total is of models and tests"


def test_too_little_memory_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENTATION_MEMORY", "20MB")
    with duckdb.connect(
        config={"memory_limit": "20MB", "max_temp_directory_size": "0B"}
    ) as connection:
        with pytest.raises(duckdb.OutOfMemoryException) as stopped:
            connection.execute("select list(range) from range(10_000_000)")
        with pytest.raises(duckdb.CatalogException) as other:
            connection.execute("select * from missing")
    said = nightly.remedy([None, f"Runtime Error in model x\n  {stopped.value}"])
    assert "SEGMENTATION_MEMORY (now 20MB) higher" in said
    assert nightly.remedy([None, str(other.value)]) == ""


def test_columns_of_other_code_are_told_the_way_out() -> None:
    said = nightly.remedy(
        ["The source and target schemas on this incremental model are out of sync!"]
    )
    assert "`--full-refresh` makes it anew" in said


def cancelled_twice() -> Exception:
    """As dbt leaves it that cancels a query on a connection that is closed already."""
    error = duckdb.ConnectionException("Connection already closed!")
    error.__context__ = KeyboardInterrupt()
    return error


@pytest.mark.parametrize(
    ("exception", "is_publishing"),
    [
        (KeyboardInterrupt(), False),
        (KeyboardInterrupt(), True),
        # As the engine has it amid a query, and dbt of a hook's query.
        (RuntimeError("Query interrupted"), True),
        (duckdb.DatabaseError("Runtime Error\n  Query interrupted"), False),
        (cancelled_twice(), False),
    ],
)
def test_ctrl_c_has_a_sentence_and_a_code_of_its_own(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    exception: BaseException,
    is_publishing: bool,
) -> None:

    def publish(*_: object) -> None:
        raise exception

    # dbt tells of it as of any exception.
    broken_off = SimpleNamespace(exception=exception)
    if is_publishing:
        monkeypatch.setattr(nightly, "work", publish)
    else:
        monkeypatch.setattr(nightly, "run_dbt", lambda *_: broken_off)
    monkeypatch.setenv("SEGMENTATION_DB", str(tmp_path / "shop.duckdb"))
    monkeypatch.setenv("SEGMENTATION_WAIT", "0")
    monkeypatch.chdir(tmp_path)
    assert nightly.main(["--to", str(tmp_path)]) == nightly.INTERRUPTED
    assert f"Interrupted: {tmp_path} has the marts" in capsys.readouterr().err
