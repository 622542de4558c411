"""Opens a page in headless Chromium and tells what happened.

It speaks the DevTools protocol over a pipe, so no package is needed, only the program.

    with Browser() as browser:
        browser.open(Path("page.html"))
        browser.value("document.title")
        browser.requests      # everything that was asked for
        browser.errors        # uncaught exceptions and messages of level error
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def program() -> str:
    """The path of Chromium; the test is skipped where there is none."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        pytest.skip(f"needs a browser: none of {', '.join(PROGRAMS)} is installed")
    return found


class Browser:
    """A headless browser with one page.

    Args:
        width: Of the window, in pixels.
        height: Of the window, in pixels.
    """

    def __init__(self, width: int = 1280, height: int = 900) -> None:
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.replies: dict[int, dict[str, Any]] = {}
        self.last_id = 0
        self.unread = b""
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.reading, written = os.pipe()
        read, self.writing = os.pipe()
        # Chromium reads descriptor 3 and writes descriptor 4; out of their way first.
        theirs = [fcntl.fcntl(each, fcntl.F_DUPFD, 10) for each in (read, written)]
        os.close(read)
        os.close(written)
        command = f'exec "$0" "$@" 3<&{theirs[0]} 4>&{theirs[1]}'
        flags = [
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update"),
            *("--remote-debugging-pipe", f"--window-size={width},{height}"),
            *("--allow-file-access-from-files", f"--user-data-dir={self.profile.name}"),
        ]
        self.process = subprocess.Popen(
            ["bash", "-c", command, program(), *flags, "about:blank"],
            pass_fds=theirs,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for each in theirs:
            os.close(each)
        (target,) = (
            each["targetId"]
            for each in self.call("Target.getTargets")["targetInfos"]
            if each["type"] == "page"
        )
        self.session = self.call(
            "Target.attachToTarget", targetId=target, flatten=True
        )["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    session: str | None = None

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.reading)
        os.close(self.writing)
        self.profile.cleanup()

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command and wait for its result."""
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writing, json.dumps(message).encode() + b"\0")
        self.wait_for(lambda: self.last_id in self.replies, method)
        reply = self.replies.pop(self.last_id)
        if "error" in reply:
            raise AssertionError(f"{method}: {reply['error']}")
        return reply["result"]

    def wait_for(
        self, is_done: Callable[[], bool], what: str, seconds: float = 60
    ) -> None:
        """Read what the browser says until something is so."""
        until = time.monotonic() + seconds
        while not is_done():
            assert time.monotonic() < until, f"waited {seconds} s for {what}"
            if select.select([self.reading], [], [], 0.2)[0]:
                heard = os.read(self.reading, 1 << 20)
                assert heard, f"the browser ended, at {what}"
                self.unread += heard
                *whole, self.unread = self.unread.split(b"\0")
                for message in whole:
                    self.take(json.loads(message))

    def take(self, message: dict[str, Any]) -> None:
        """Note a reply or an event."""
        params = message.get("params", {})
        match message.get("method"):
            case None:
                self.replies[message["id"]] = message
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            case "Runtime.exceptionThrown":
                details = params["exceptionDetails"]
                self.errors.append(
                    details.get("exception", {}).get("description", details["text"])
                )
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self.errors.append(params["entry"]["text"])
            case "Runtime.consoleAPICalled" if params["type"] == "error":
                self.errors.append(str(params["args"]))

    def open(self, page: Path, fragment: str = "") -> None:
        """Go to a page of this machine.

        Args:
            page: The file.
            fragment: What stands behind `#`, with it.
        """
        self.call("Page.navigate", url=page.resolve().as_uri() + fragment)

    def value(self, script: str) -> Any:
        """The value of a JavaScript expression on the page."""
        return (
            self.call("Runtime.evaluate", expression=script, returnByValue=True)
            .get("result", {})
            .get("value")
        )

    def wait_until(self, script: str, seconds: float = 60) -> None:
        """Wait until a JavaScript expression is true on the page."""
        until = time.monotonic() + seconds
        while not self.value(script):
            assert time.monotonic() < until, f"waited {seconds} s for {script}"
            time.sleep(0.2)

    def click(self, script: str) -> None:
        """Click the element that a JavaScript expression finds."""
        self.value(f"({script}).click()")

    def screenshot(self, to: Path) -> None:
        """Write a picture of what the window shows."""
        picture = self.call("Page.captureScreenshot", format="png")["data"]
        to.write_bytes(base64.b64decode(picture))
