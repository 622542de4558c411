"""Nights that end in all sorts of ways, and readers who watch: helpers of the tests.

    python tests/nights.py work PROJECT              runs scripts/nightly.py
    python tests/nights.py read FOLDER STOP RESULT   reads until the file STOP is there

Both are processes of their own, so that they can be killed and are in nobody's way.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[1]

PATIENCE = 600.0
"""Seconds after which a night is taken for stuck, and killed."""

SMALL = {
    "dbt_project.yml": """
        name: segmentation
        version: 0.1.0
        profile: segmentation
        model-paths: [models]
        test-paths: [tests]
        macro-paths: [macros]
        on-run-start: ["{{ start_run() }}"]
        on-run-end: ["{{ complete_run(results) }}"]
        vars: {raw_data: raw, as_of_date: data}
        models:
          segmentation:
            intermediate: {+schema: intermediate, +materialized: table}
            marts: {+schema: marts, +materialized: table}
        flags: {send_anonymous_usage_stats: false}
    """,
    "models/intermediate/int_calendar__bounds.sql": """
        select max(cast(ordered_on as date)) as as_of_date
        from read_csv('{{ var("raw_data") }}/orders.csv')
    """,
    "models/marts/orders.sql": """
        select orders.*, bounds.as_of_date
        from read_csv('{{ var("raw_data") }}/orders.csv') as orders
        cross join {{ ref('int_calendar__bounds') }} as bounds
    """,
    "models/marts/persons.sql": """
        select
            md5(concat(customer_id, '/', number)) as person_id,
            max(as_of_date) as as_of_date
        from {{ ref('orders') }}
        cross join range(1000) as numbers(number)
        group by all
    """,
    "models/marts/segment_migrations.sql": """
        select 'lifecycle' as scheme, person_id, as_of_date as migrated_on, as_of_date
        from {{ ref('persons') }}
    """,
    "models/marts/row_counts.sql": """
        select
            'orders' as source_table,
            count(*) as rows_read,
            count(*) as rows_staged,
            0 as rows_quarantined
        from {{ ref('orders') }}
    """,
    "tests/nothing_is_wrong.sql": """
        {%- if env_var("NIGHT_FAILS", "no") == "yes" %}
        {%- do exceptions.warn("A column is gone.") %}
        {%- endif %}
        select *, 'Moved: ' || scheme as message from {{ ref('segment_migrations') }}
        where '{{ env_var("NIGHT_FAILS", "no") }}' = 'yes'
    """,
}
"""A dbt project of the same make, with five models in place of two hundred."""

BORROWED = (
    "profiles.yml",
    "macros/runs",
    "macros/adapters/in_one_transaction.sql",
    "macros/adapters/tables_of.sql",
    "macros/adapters/text_literal.sql",
    "macros/rules/rule_state.sql",
    "macros/generate_schema_name.sql",
    "macros/is_there.sql",
    "macros/quoted_list.sql",
    "models/intermediate/audiences/sources_state.yml",
    "models/shared_columns.md",
)
"""What it takes from the project as it is."""


def small_project(folder: Path) -> Path:
    """Write the small project. Returns: its folder."""
    for name, text in SMALL.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [line.removeprefix(" " * 8) for line in text.strip("\n").splitlines()]
        path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    for name in BORROWED:
        copied = folder / name
        copied.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copied)
        else:
            shutil.copy(ROOT / name, copied)
    return folder


def whole_project(folder: Path) -> Path:
    """Copy the project and add a test that fails when asked to. Returns: its folder."""
    folder.mkdir(parents=True)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(ROOT / name, folder)
    for name in (
        "models",
        "macros",
        "seeds/reference",
        "tests/data",
        "analyses",
        "docs",
    ):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "tests/data/nothing_is_wrong.sql").write_text(
        "-- Fails when it is asked to.\nselect * from {{ ref('persons') }}"
        " where '{{ env_var(\"NIGHT_FAILS\", \"no\") }}' = 'yes'\n",
        encoding="utf-8",
    )
    return folder


@dataclass
class Ended:
    """How a night ended.

    Attributes:
        code: Exit code; minus the signal where one killed it.
        seconds: How long it took.
        said: What it printed.
    """

    code: int
    seconds: float
    said: str


class Worker:
    """A process in which the project is parsed once; every night is a fork of it.

    A fork is a process like any other: it can be killed without a chance to clean up,
    and the kernel takes its locks away.

    Args:
        project: Folder of the dbt project.
    """

    def __init__(self, project: Path) -> None:
        self.project = project
        self.database = project / "shop.duckdb"
        self.log = project / "night.log"
        environment = {
            **os.environ,
            "SEGMENTATION_DB": str(self.database),
            "SEGMENTATION_TEMP": str(project / "temp"),
            "SEGMENTATION_THREADS": "1",
            "DBT_TARGET_PATH": str(project / "target"),
            "DBT_LOG_PATH": str(project / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        environment.pop("DEMO_WAREHOUSE", None)
        self.process = subprocess.Popen(
            [sys.executable, __file__, "work", str(project)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        assert self.answer() == {"parsed": True}

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait()

    def answer(self) -> dict[str, Any]:
        """The next line that the process says."""
        return json.loads(self.process.stdout.readline())

    def begin(self, *arguments: str, **how: Any) -> None:
        """Start a night without waiting for its end. Arguments: see night."""
        order = {"arguments": arguments, **how}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def end(self) -> Ended:
        """Wait for the end of the night that was started."""
        answer = self.answer()
        said = self.log.read_text(encoding="utf-8")
        return Ended(answer["code"], answer["seconds"], said)

    def night(self, *arguments: str, **how: Any) -> Ended:
        """Run scripts/nightly.py.

        Args:
            arguments: Its command line.
            how: `kill_after`, seconds; `largest_file`, bytes; `environment`, variables;
                `die_at`, see publish_until.

        Returns:
            How it ended.
        """
        self.begin(*arguments, **how)
        return self.end()


def work(project: Path) -> None:
    """Parse a project, then run nights as standard input asks for them."""
    sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
    import nightly

    nightly.PROJECT = project
    is_small = not (project / "seeds").exists()
    if is_small:
        # It asks for marts that the small project has not.
        nightly.tell = lambda published: print(f"Published: {published}")
    os.chdir(project)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(project / "parse.log", os.O_WRONLY | os.O_CREAT), 1)
    # With the vars of the nights: `dbt retry` takes the saved parse for what it is only
    # with the same, and a fork cannot parse anew.
    parsed = nightly.run_dbt(["parse"], {"raw_data": str(project / "raw")})
    assert parsed.success, parsed.exception
    print(json.dumps({"parsed": True}), file=answers, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            fork_of_the_night(nightly, parsed.result, order, project / "night.log")
        killer = threading.Timer(order.get("kill_after", PATIENCE), kill, [child])
        killer.start()
        _, status = os.waitpid(child, 0)
        killer.cancel()
        killer.join()
        ended = {
            "code": os.waitstatus_to_exitcode(status),
            "seconds": time.monotonic() - began,
        }
        print(json.dumps(ended), file=answers, flush=True)


def kill(process: int) -> None:
    """Kill a process; it may have ended by itself. Arguments: process, its id."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def fork_of_the_night(
    nightly: Any, manifest: Any, order: dict[str, Any], log: Path
) -> None:
    """Be a night; does not return.

    Args:
        nightly: The script's module.
        manifest: The parsed project.
        order: What to run, and how.
        log: Takes what it prints.
    """
    code = 70
    try:
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        os.environ.update(order.get("environment", {}))
        if order.get("largest_file"):
            limit = order["largest_file"]
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        if "die_at" in order:
            code = publish_until(nightly, order["die_at"])
        else:
            code = nightly.main(order["arguments"], manifest)
    except SystemExit as error:
        print(error)
        code = error.code if isinstance(error.code, int) else 1
    except BaseException as error:
        print(repr(error))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def publish_until(nightly: Any, line: int) -> int:
    """Publish, and be killed on the way.

    Args:
        nightly: The script's module.
        line: So many lines of scripts/publish.py are run; 0: all, and their number is
            printed.

    Returns:
        0, where the end came first.
    """
    count = 0

    def trace(frame: Any, event: str, _: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.endswith("publish.py"):
            return None
        if event == "line":
            count += 1
            if count == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    project = nightly.PROJECT
    sys.settrace(trace)
    nightly.publish(project / "shop.duckdb", project / "published")
    sys.settrace(None)
    print(f"lines: {count}")
    return 0


def look_at(published: Path) -> str:
    """Read a whole publication, both ways.

    Args:
        published: Where the publications stand.

    Returns:
        What is wrong with what a reader sees; empty if nothing is.
    """
    file = published / "marts.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        wrong = wrong_in(connection)
    # Who reads several files looks up once where they are.
    folder = (published / "parquet").resolve()
    with duckdb.connect() as connection:
        for path in sorted(folder.glob("*.parquet")):
            connection.execute(
                f"create view {path.stem} as select * from read_parquet('{path}')"
            )
        return wrong or wrong_in(connection)


def wrong_in(connection: duckdb.DuckDBPyConnection) -> str:
    """What is wrong with a publication. Arguments: connection, which reads it."""
    ((as_of_date, told),) = connection.execute(
        "select as_of_date, row_counts from publication"
    ).fetchall()
    columns = connection.execute(
        "select table_name, bool_or(column_name = 'as_of_date') from duckdb_columns()"
        " where schema_name = 'main' and not internal group by all order by all"
    ).fetchall()
    own = ("publication", "pipeline_runs")
    if sorted(told) != [name for name, _ in columns if name not in own]:
        return f"tables of {as_of_date}: {told} are told of, {columns} are there"
    for name, has_date in columns:
        (rows,) = connection.execute(f"select count(*) from {name}").fetchone()
        if name not in own and rows != told[name]:
            return f"{name} of {as_of_date} has {rows} rows, not {told[name]}"
        if name not in own and has_date:
            dates = connection.execute(
                f"select distinct as_of_date from {name}"
            ).fetchall()
            if dates != [(as_of_date,)] and rows:
                return f"{name} is of {dates}, the publication of {as_of_date}"
    return ""


def read(published: Path, stop: Path, result: Path) -> None:
    """Read until told to stop: anew all the time, and from a file that is held open.

    Args:
        published: Where the publications stand.
        stop: A file; once it is there, reading ends.
        result: Takes what was seen, as JSON.
    """
    seen: dict[str, int] = {}
    wrong: list[str] = []
    holder = subprocess.Popen(
        [sys.executable, __file__, "hold", str(published), str(stop)],
        stdout=subprocess.PIPE,
        text=True,
    )
    while not stop.exists():
        try:
            name = (published / "current").resolve().name
            found = look_at(published)
            if found:
                wrong.append(found)
            seen[name] = seen.get(name, 0) + 1
        except Exception as error:
            wrong.append(repr(error))
        time.sleep(0.6)
    said = json.loads(holder.communicate()[0])
    told = {"seen": seen, "wrong": wrong + said["wrong"], "held": said["held"]}
    result.write_text(json.dumps(told), encoding="utf-8")


def hold(published: Path, stop: Path) -> None:
    """Read from one open file until another publication is in force, over and over.

    Args:
        published: Where the publications stand.
        stop: A file; once it is there, reading ends.
    """
    wrong: list[str] = []
    held = 0
    while not stop.exists():
        try:
            name = (published / "current").resolve().name
            file = str(published / "marts.duckdb")
            with duckdb.connect(file, read_only=True) as connection:
                is_replaced = False
                while not (is_replaced or stop.exists()):
                    time.sleep(1)
                    is_replaced = (published / "current").resolve().name != name
                    wrong += filter(None, [wrong_in(connection)])
                held += is_replaced
        except Exception as error:
            wrong.append(repr(error))
    print(json.dumps({"held": held, "wrong": wrong}))


if __name__ == "__main__":
    deeds = {"work": work, "read": read, "hold": hold}
    deeds[sys.argv[1]](*map(Path, sys.argv[2:]))
