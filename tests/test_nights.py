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
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import nights
import pytest
from nights import Worker, look_at

sys.path.insert(0, str(nights.ROOT / "scripts"))
import nightly

IS_WHOLE = os.environ.get("NIGHTS") == "whole"

SEED = int(os.environ.get("NIGHTS_SEED", "4"))
"""Decides when nights are killed."""

CUSTOMERS = 8


def load(worker: Worker, night: int) -> str:
    """The load command of a night: it brings the orders of all nights up to this one."""
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
    for name in ("raw", "published", "target", "temp"):
        subprocess.run(["rm", "-rf", parsed.project / name], check=True)
    for file in parsed.project.glob("shop.duckdb*"):
        file.unlink()
    return parsed


def test_every_read_sees_one_whole_publication(worker: Worker) -> None:
    first = worker.night(*options(worker, 1))
    assert first.code == nightly.PUBLISHED, first.said
    published = published_by(worker)
    stop, result = worker.project / "stop", worker.project / "seen.json"
    stop.unlink(missing_ok=True)
    reader = subprocess.Popen(
        [sys.executable, nights.__file__, "read", published, stop, result]
    )
    chance = random.Random(SEED)
    usual = first.seconds
    good_days = ["2024-03-01"]
    try:
        for night, ending in enumerate(
            "good kill good fail kill good full kill good good".split(), start=2
        ):
            before = day_published(worker)
            command = options(worker, night)
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
                room = worker.database.stat().st_size // 2
                ended = worker.night(*command, largest_file=room)
                assert ended.code in (nightly.FAILED, nightly.WRONG), ended.said
                assert day_published(worker) == before
            else:
                ended = worker.night(*command)
                assert ended.code == nightly.PUBLISHED, ended.said
                usual = ended.seconds
                good_days.append(f"2024-03-{night:02d}")
                assert day_published(worker) == good_days[-1]
        time.sleep(0.5)
    finally:
        stop.touch()
        reader.wait()
    seen = json.loads(result.read_text(encoding="utf-8"))
    assert not seen["wrong"], seen["wrong"][:5]
    assert len(seen["seen"]) >= len(good_days), seen
    assert sum(seen["seen"].values()) > 2 * len(good_days), seen
    assert seen["held"] >= 3, "an open file was hardly ever outlived"
    statuses = [status for status, _ in runs(worker)]
    assert "failed" in statuses and statuses[-1] == "success", statuses
    names = {each.name for each in (published / "publications").iterdir()}
    assert {
        (published / name).resolve().name for name in ("current", "previous")
    } <= names
    assert len(names) <= 3 and not any(name.startswith(".") for name in names)
