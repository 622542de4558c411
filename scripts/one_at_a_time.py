"""Lets one run at a time work on a database or a folder.

The lock is the kernel's, on a small file beside what it guards: it goes with the
process that holds it, however that ends, so that nobody has to clean up after a killed
run. The file stays and says who had it last.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sys
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NEWS_EVERY = 15.0
"""Seconds between two lines that say who is waited for."""


class BusyError(SystemExit):
    """Another process is at work; the text names it and says what to do."""


def patience() -> float:
    """Seconds to wait for another run, unless told otherwise."""
    return float(os.environ.get("SEGMENTATION_WAIT", "300"))


def is_there(path: Path) -> bool:
    """Whether there is a file; of a folder that one may not enter, the engine says so.

    Args:
        path: The file that is to be opened.
    """
    try:
        return path.is_file()
    except PermissionError:
        return True


def spill_folder(database: Path | str) -> str:
    """Where the engine spills for a database: a folder of the database's own.

    Processes that share one overwrite each other's files there, which DuckDB names
    alike, and then read what the other one wrote.

    Args:
        database: Its file.

    Returns:
        The folder, in the one of the environment variable SEGMENTATION_TEMP. The engine
        makes and removes it.
    """
    path = Path(database).resolve()
    mark = hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
    spilled = Path(os.environ.get("SEGMENTATION_TEMP", ".tmp"))
    # Where there can be none, the engine says so as soon as it needs one.
    with suppress(OSError):
        spilled.mkdir(parents=True, exist_ok=True)
    return str(spilled / f"{path.stem}-{mark}")


class Waiting:
    """Waits for somebody else's run, and tells of it now and then.

    Args:
        guarded: What the other one is at work on.
        seconds: How long to wait.
    """

    def __init__(self, guarded: Path | str, seconds: float) -> None:
        self.guarded = guarded
        self.until = time.monotonic() + seconds
        self.next_news = 0.0

    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.until

    def tell(self, holder: str) -> None:
        """Print who is waited for, if that was not told a moment ago.

        Args:
            holder: Who is at work, in words.
        """
        now = time.monotonic()
        if now >= self.next_news:
            self.next_news = now + NEWS_EVERY
            print(
                f"Waiting up to {self.until - now:.0f} s for another run on"
                f" {self.guarded}: {holder}",
                file=sys.stderr,
                flush=True,
            )

    def verdict(self, holder: str) -> str:
        """What to say when the time is up. Arguments: holder, who is at work."""
        return (
            f"Another run is at work on {self.guarded}: {holder}. Nothing was changed."
            " Try again when it has ended, or wait longer: SEGMENTATION_WAIT is the"
            " number of seconds."
        )


def lock_holder(error: Exception) -> str | None:
    """Who has a database file open, as the engine says when it cannot open it.

    Args:
        error: What the engine raised.

    Returns:
        Program and process id; None if the error is about something else.
    """
    if "Could not set lock" not in str(error):
        return None
    return str(error).partition("held in ")[2].partition(". See")[0] or "a process"


@contextmanager
def alone(guarded: Path, wait: float) -> Iterator[None]:
    """Work on something while no other run does.

    Args:
        guarded: A database file or folder; the lock stands beside it, with `.lock` put
            after its name.
        wait: Seconds to wait for whoever is at work.

    Yields:
        Nothing.

    Raises:
        BusyError: Somebody else was still at work when the time was up.
        SystemExit: The lock cannot be written.
    """
    lock = guarded.with_name(f"{guarded.name}.lock")
    try:
        guarded.parent.mkdir(parents=True, exist_ok=True)
        # Not inherited by programs that this one starts: they may outlive it.
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise SystemExit(
            f"Nothing was changed: {lock} cannot be written ({error.strerror})."
            " Run this as a user who may write there, or name another place."
        ) from error
    try:
        acquire(handle, guarded, wait)
        began = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}, since {began}".encode(), 0)
        yield
    finally:
        os.close(handle)


def acquire(handle: int, guarded: Path, seconds: float) -> None:
    """Take the lock, or wait for it.

    Args:
        handle: Of the lock's file.
        guarded: What it guards.
        seconds: How long to wait.

    Raises:
        BusyError: Somebody else still has it when the time is up.
    """
    waiting = Waiting(guarded, seconds)
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            # Empty for a moment, while its new holder writes.
            holder = os.pread(handle, 200, 0).decode() or "a process"
        if waiting.is_over():
            raise BusyError(waiting.verdict(holder))
        waiting.tell(holder)
        time.sleep(0.2)
