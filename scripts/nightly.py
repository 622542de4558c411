"""Loads, builds, tests and publishes in one process: what a schedule calls at night.

    python scripts/nightly.py [--load COMMAND] [--as-of DAY] [--vars YAML]
        [--full-refresh] [--to FOLDER] [--wait SECONDS] [--verbose]
        [-- OPTIONS OF DBT BUILD]
    python scripts/nightly.py --retry [--to FOLDER]

The database is that of the environment variable SEGMENTATION_DB. `--retry` continues a
run that failed where it failed, as `dbt retry` does, on the data that it had read, and
then publishes. It ends with

    0   published
    1   a model or a test failed; nothing published, `--retry` continues
    2   wrong usage or settings, or raw data without a required table or column: nothing
        was built
    3   another run is at work, and did not end within `--wait`
    4   the load command failed; nothing was built
    5   built and tested, but not published: no room, or only a part was built
    130 interrupted by Ctrl-C; run it again, there is nothing to `--retry`

Whatever happens, readers of the published marts have the last good ones.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

sys.path.insert(0, str(Path(__file__).resolve().parent))

from one_at_a_time import BusyError, alone, lock_holder, patience
from publish import PUBLISHED_FOLDER, engine_settings, memory_limit, publish, tell
from runs import in_words, last_run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

PROJECT = Path(__file__).resolve().parents[1]

PUBLISHED, FAILED, WRONG, BUSY, NOT_LOADED, NOT_PUBLISHED = range(6)
"""The exit codes, as the module's text explains them."""

INTERRUPTED = 130
"""The one that shells have for Ctrl-C."""

QUIET = ("success", "pass", "no-op")
"""Statuses of which there is nothing to say."""


MODELS_A_LINE = 25
"""Models after which a line says how far the run is."""

MOST_MESSAGES = 5
"""What a test found, of which so much is printed."""

OUTCOMES = {"warn": "warning", "fail": "failed", "error": "error"}
"""What is said of data tests that did not pass, by dbt's status."""


class Progress:
    """Prints a line for every 25th model, and for all that does not go well.

    It is a callback of dbt's programmatic runner.

    Args:
        is_verbose: Whether to print a line for every model.

    Attributes:
        warnings: What macros have warned of, such as changed columns of the raw tables.
    """

    def __init__(self, is_verbose: bool = False) -> None:
        self.is_verbose = is_verbose
        self.warnings: list[str] = []
        self.total = 0
        self.done = 0
        self.models = 0

    def __call__(self, event: EventMsg) -> None:
        """Take one of dbt's events. Arguments: event."""
        if event.info.name == "ConcurrencyLine":
            self.total = event.data.node_count
        elif event.info.name == "JinjaLogWarning":
            self.warnings.append(event.info.msg)
        elif event.info.name == "NodeFinished":
            node, result = event.data.node_info, event.data.run_result
            if node.resource_type == "operation":
                return
            # Of a build, dbt's total is without them.
            self.done += node.resource_type != "unit_test"
            is_quiet = result.status in QUIET
            is_model = node.resource_type == "model"
            self.models += is_model
            is_due = self.is_verbose or self.models % MODELS_A_LINE == 0
            if is_quiet and not (is_model and is_due):
                return
            # In one piece: threads take turns between two.
            print(
                f"{self.done:5} of {self.total} {result.execution_time:7.1f} s"
                f"  {node.resource_type} {node.node_name}"
                + ("" if is_quiet else f": {result.status.upper()}")
                + "\n",
                end="",
                flush=True,
            )


def run_dbt(
    command: list[str],
    variables: dict[str, Any],
    manifest: Manifest | None = None,
    progress: Progress | None = None,
) -> dbtRunnerResult:
    """Run dbt on this project, with progress, and let go of the database.

    Args:
        command: The command with its own options.
        variables: The vars that differ from the project's.
        manifest: The project, if it is parsed already.
        progress: Takes dbt's events.

    Returns:
        dbt's result.
    """
    options = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    if variables:
        options += ["--vars", yaml.safe_dump(variables)]
    try:
        return dbtRunner(manifest=manifest, callbacks=[progress or Progress()]).invoke(
            ["--quiet", *command, *options]
        )
    finally:
        # The adapter keeps the file open between the commands of a process.
        opened = DuckDBConnectionManager._ENV
        if opened is not None:
            opened.close()
        DuckDBConnectionManager.close_all_connections()


def work(options: argparse.Namespace, manifest: Manifest | None = None) -> int:
    """Load, build, test and publish, while no other run does.

    Args:
        options: As parse makes them.
        manifest: The project, if it is parsed already.

    Returns:
        The exit code.
    """
    if options.load:
        print(f"Loading: {options.load}", flush=True)
        code = load(options.load)
        if code:
            print(
                f"The load command ended with {code}. Nothing was built.",
                file=sys.stderr,
            )
            return NOT_LOADED
    if options.retry and not is_last_command(options.source):
        print(
            f"Nothing to --retry: the last run on {options.source} is not the last"
            " command of dbt, whose results stand in its target folder. Run it again"
            " without --retry.",
            file=sys.stderr,
        )
        return WRONG
    command = ["retry"] if options.retry else ["build", *options.rest]
    if options.full_refresh:
        command.append("--full-refresh")
    print(f"dbt {shlex.join(command)}", flush=True)
    progress = Progress(options.verbose)
    result = run_dbt(command, options.vars, manifest, progress)
    if is_ctrl_c(result.exception):
        raise KeyboardInterrupt
    if result.exception is not None:
        print(result.exception, file=sys.stderr)
        return BUSY if "Another run is at work" in str(result.exception) else WRONG
    results = getattr(result.result, "results", None) or []
    found = [f"  warning: {warning}" for warning in progress.warnings]
    found += findings(results, options.source)
    if not result.success:
        said = [each.message for each in results]
        print(
            "".join(f"\n{line}" for line in found)
            + f"\n{last_in_words(options.source)}\nNothing published:"
            f" {options.folder} has the marts of the last good run. logs/dbt.log has"
            f" the messages. Once the cause is gone, `{retry_of(options.folder)}`"
            " continues from there." + remedy(said),
            file=sys.stderr,
        )
        return FAILED
    try:
        published = publish(options.source, options.folder, wait=options.wait)
    except BusyError:
        raise
    except SystemExit as error:
        print(error, file=sys.stderr)
        return NOT_PUBLISHED
    tell(published)
    print("".join(f"\n{line}" for line in found))
    warnings = len(progress.warnings)
    warnings += sum(each.status == "warn" for each in results)
    print(f"Published, with {warnings or 'no'} warning{'s' * (warnings != 1)}.")
    return PUBLISHED


def is_last_command(source: Path) -> bool:
    """Whether what `dbt retry` would continue is the last run on a build.

    It continues what run_results.json tells of, and that may be another command, on
    another database and with other vars.

    Args:
        source: The build's file.
    """
    target = PROJECT / os.environ.get("DBT_TARGET_PATH", "target")
    try:
        results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))
        with duckdb.connect(str(source), read_only=True) as connection:
            run = last_run(connection)
    except (OSError, ValueError):
        return False
    except duckdb.Error as error:
        # Whoever is at work on it is waited for by dbt.
        return lock_holder(error) is not None
    return run is not None and run.run_id == results["metadata"]["invocation_id"]


def load(command: str) -> int:
    """Run the load command. What is to end this process meanwhile ends it, too, first.

    Args:
        command: For the shell.

    Returns:
        Its exit code.
    """
    # In a group with all that it starts. At a terminal it stays where it may ask for a
    # password, and where Ctrl-C reaches it.
    is_apart = not os.isatty(0)
    process = None
    received = []

    def pass_on(number: int, _: object = None) -> None:
        received.append(number)
        with suppress(ProcessLookupError):
            if process and is_apart:
                os.killpg(process.pid, number)
            elif process:
                process.send_signal(number)

    # One that is ignored, as SIGHUP is under nohup, stays so.
    handlers = {
        each: signal.signal(each, pass_on)
        for each in (signal.SIGTERM, signal.SIGHUP, *[signal.SIGINT] * is_apart)
        if signal.getsignal(each) != signal.SIG_IGN
    }
    try:
        process = subprocess.Popen(
            command, shell=True, process_group=0 if is_apart else None
        )
        # It may have come before there was anybody to pass it on to.
        if received:
            pass_on(received[0])
        code = process.wait()
    finally:
        for each, handler in handlers.items():
            signal.signal(each, handler)
    if received:
        print(
            f"Told to end ({signal.Signals(received[0]).name}) while loading, and so"
            " was the load command. Nothing was built.",
            file=sys.stderr,
            flush=True,
        )
        signal.raise_signal(received[0])
    return code


def is_ctrl_c(error: BaseException | None) -> bool:
    """Whether an exception came of Ctrl-C.

    Amid a query the engine has one of its own for it, and dbt may meet another one
    while it cancels its queries.

    Args:
        error: What dbt or the engine raised, if anything.
    """
    while error is not None:
        if isinstance(error, KeyboardInterrupt) or "Query interrupted" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def retry_of(folder: Path) -> str:
    """What continues a failed run. Arguments: folder, where it publishes."""
    place = [] if folder == PUBLISHED_FOLDER else ["--to", str(folder)]
    return shlex.join(["python", "scripts/nightly.py", "--retry", *place])


def findings(results: Iterable[Any], source: Path) -> list[str]:
    """What data tests that warned or failed have found.

    Args:
        results: Of dbt's nodes.
        source: The build's file, which nobody has open.

    Returns:
        Lines: the test, and below it its messages, the first few.
    """
    lines = []
    for each in results:
        if each.node.resource_type == "test" and each.status in OUTCOMES:
            messages = messages_of(each, source)
            more = (each.failures or 0) - len(messages)
            lines.append(f"  {OUTCOMES[each.status]}: {each.node.name}")
            lines += [f"    {message}" for message in messages]
            if more > 0 and messages != [each.message]:
                lines.append(f"    and {more:,} more")
    return lines


def messages_of(test: Any, source: Path) -> list[str]:
    """The first messages of a test's rows; dbt's own text where they have none.

    Args:
        test: Its result.
        source: The build's file.
    """
    query = (
        f"select message from (\n{test.node.compiled_code}\n) as found"
        f" where message is not null order by message limit {MOST_MESSAGES}"
    )
    try:
        with duckdb.connect(
            str(source), read_only=True, config=engine_settings(source)
        ) as connection:
            found = connection.execute(query).fetchall()
    except duckdb.Error:
        found = []
    return [message for (message,) in found] or [test.message]


def remedy(messages: list[str | None]) -> str:
    """What to do about a failure that has one remedy whatever model it befalls.

    Args:
        messages: What the nodes of the run said.

    Returns:
        A sentence with a blank before it, or nothing.
    """
    if any("Out of Memory Error" in (message or "") for message in messages):
        return (
            " The engine had too little memory: set the environment variable"
            f" SEGMENTATION_MEMORY (now {memory_limit()}) higher;"
            " README, Speed, says what a shop needs."
        )
    if any("target schemas on this" in (message or "") for message in messages):
        return (
            " A table that is kept from run to run has other columns than the project"
            " has now: `--full-refresh` makes it anew; `--retry` cannot."
        )
    return ""


def last_in_words(source: Path) -> str:
    """The last run of a build, for people. Arguments: source, the build's file."""
    try:
        with duckdb.connect(str(source), read_only=True) as connection:
            run = last_run(connection)
    except duckdb.Error as error:
        return f"{source} cannot be read: {error}"
    return "No run is recorded." if run is None else in_words(run)


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line.

    Args:
        arguments: Without the name of the program.

    Returns:
        The options. Paths are absolute: dbt changes the working folder.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--load", metavar="COMMAND", help="run by the shell first")
    parser.add_argument("--as-of", metavar="DAY", help="var as_of_date, as `yesterday`")
    parser.add_argument(
        "--vars",
        type=yaml.safe_load,
        default={},
        metavar="YAML",
        help="as dbt takes them",
    )
    parser.add_argument(
        "--full-refresh", action="store_true", help="rebuild everything"
    )
    parser.add_argument("--retry", action="store_true", help="continue a failed run")
    parser.add_argument(
        "--to",
        dest="folder",
        type=Path,
        default=PUBLISHED_FOLDER,
        help="where to publish (default: %(default)s)",
    )
    parser.add_argument(
        "--wait",
        type=float,
        default=patience(),
        metavar="SECONDS",
        help="how long to wait for another run (default: %(default).0f)",
    )
    parser.add_argument(
        "--verbose", action="store_true", help="a line for every model, not every 25th"
    )
    parser.add_argument("rest", nargs="*", metavar="OPTION", help="of dbt build")
    options = parser.parse_args(arguments)
    if not isinstance(options.vars, dict):
        parser.error("--vars is no list of `name: value`")
    if options.retry and (
        options.load or options.full_refresh or options.as_of or options.rest
    ):
        parser.error(
            "--retry goes on with the data and the options of the run that failed: it"
            " takes no --load, --as-of, --full-refresh or options of dbt build"
        )
    if options.as_of:
        options.vars = {**options.vars, "as_of_date": options.as_of}
    options.folder = options.folder.resolve()
    database = os.environ.get("SEGMENTATION_DB", "segmentation.duckdb")
    options.source = PROJECT / database
    return options


def main(arguments: list[str] | None = None, manifest: Manifest | None = None) -> int:
    """Work through a night. Returns: the exit code."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    os.environ["SEGMENTATION_WAIT"] = str(options.wait)
    os.chdir(PROJECT)
    if str(PROJECT) not in sys.path:
        sys.path.append(str(PROJECT))
    try:
        with alone(options.source, options.wait):
            return work(options, manifest)
    except BusyError as error:
        print(error, file=sys.stderr)
        return BUSY
    except (KeyboardInterrupt, RuntimeError) as error:
        if not is_ctrl_c(error):
            raise
        print(
            f"Interrupted: {options.folder} has the marts of the last good run. Run it"
            " again.",
            file=sys.stderr,
        )
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
