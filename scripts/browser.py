"""Looks at a page with a Chromium of this machine, without a window.

It speaks to the browser through a pipe, so that nothing needs to be installed and no
port is opened. Requests go to a proxy that is not there: a page that asks for anything
is seen to fail.

    with Browser() as browser:
        page = browser.open(Path("report.html"), width=390)
        page.evaluate("document.title")
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--proxy-server=127.0.0.1:9",
    "--remote-debugging-pipe",
)

LOCAL = ("file:", "data:", "blob:", "about:")

PATIENCE = 60
"""Seconds after which the browser is taken for stuck."""


def chromium() -> str | None:
    """Path of a Chromium: CHROMIUM names one, or else it is looked for."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """A Chromium with a profile of its own, which is thrown away.

    Raises:
        FileNotFoundError: There is no Chromium on this machine.
    """

    def __init__(self) -> None:
        program = chromium()
        if program is None:
            raise FileNotFoundError(
                "no Chromium was found: install one, or name it in CHROMIUM"
            )
        self.profile = tempfile.mkdtemp(prefix="browser-")
        read_end, self.write_end = os.pipe()
        self.read_end, write_end = os.pipe()

        def place_pipes() -> None:
            """The browser reads commands from its descriptor 3 and answers on 4."""
            copies = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in ends]
            os.dup2(copies[0], 3)
            os.dup2(copies[1], 4)

        ends = (read_end, write_end)
        self.process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"],
            preexec_fn=place_pipes,
            pass_fds=(3, 4),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(read_end)
        os.close(write_end)
        self.rest = b""
        self.number = 0
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.send("Browser.close")
            self.process.wait(timeout=10)
        except (OSError, RuntimeError, TimeoutError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        finally:
            os.close(self.write_end)
            os.close(self.read_end)
            shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self) -> dict[str, Any]:
        """The next message of the browser.

        Raises:
            RuntimeError: It has ended.
        """
        while b"\0" not in self.rest:
            part = os.read(self.read_end, 1 << 20)
            if not part:
                raise RuntimeError("the browser went away")
            self.rest += part
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def send(self, method: str, session: str | None = None, **params: Any) -> Any:
        """Give a command and wait for its answer; events are kept meanwhile.

        Args:
            method: Of the DevTools protocol.
            session: Of a page, if it is for one.
            params: Its parameters.

        Returns:
            Its result.

        Raises:
            RuntimeError: The browser refused it.
        """
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def open(self, page: Path, width: int, height: int = 900, query: str = "") -> Page:
        """Open a page of this machine.

        Args:
            page: The file.
            width, height: Of the screen; below 600 it is that of a phone.
            query: What follows the address, `?lang=vi` for example.
        """
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)
        opened = Page(self, session["sessionId"])
        opened.show(page.resolve().as_uri() + query, width, height)
        return opened


class Page:
    """A page that is open.

    Args:
        browser: The browser.
        session: Its session with the page.
    """

    def __init__(self, browser: Browser, session: str) -> None:
        self.browser = browser
        self.session = session

    def send(self, method: str, **params: Any) -> Any:
        """Give a command to the page. Arguments: method; its parameters."""
        return self.browser.send(method, self.session, **params)

    def show(self, address: str, width: int, height: int) -> None:
        """Go to an address. Arguments: it; width and height of the screen."""
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")
        self.resize(width, height)
        self.send("Page.navigate", url=address)
        self.wait_for("document.readyState === 'complete'")

    def resize(self, width: int, height: int = 900) -> None:
        """Give the screen another size. Arguments: width and height."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page.

        Args:
            expression: JavaScript.

        Raises:
            RuntimeError: It failed.
        """
        result = self.send(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    def wait_for(self, expression: str) -> None:
        """Wait until an expression is true.

        Args:
            expression: JavaScript.

        Raises:
            TimeoutError: It was not within PATIENCE.
        """
        end = time.monotonic() + PATIENCE
        while not self.evaluate(f"Boolean({expression})"):
            if time.monotonic() > end:
                raise TimeoutError(f"the page never came to {expression}")
            time.sleep(0.1)

    def picture(self, out: Path, height: int | None = None) -> Path:
        """Take a picture of the page.

        Args:
            out: A .png file.
            height: How much of it, from the top; all where it is not given.
        """
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        shot = self.send(
            "Page.captureScreenshot",
            captureBeyondViewport=True,
            clip={
                "x": 0,
                "y": 0,
                "width": size["width"],
                "height": height or size["height"],
                "scale": 1,
            },
        )
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(base64.b64decode(shot["data"]))
        return out

    def complaints(self) -> list[str]:
        """Errors and warnings of its console, and exceptions that nobody caught."""
        found = []
        for event in self.mine():
            params = event["params"]
            if event["method"] == "Runtime.exceptionThrown":
                found.append(str(params["exceptionDetails"]))
            elif event["method"] == "Log.entryAdded":
                if params["entry"]["level"] in ("error", "warning"):
                    found.append(params["entry"]["text"])
            elif event["method"] == "Runtime.consoleAPICalled" and (
                params["type"] in ("error", "warning", "assert")
            ):
                found.append(str([part.get("value") for part in params["args"]]))
        return found

    def requests(self) -> list[str]:
        """Addresses elsewhere that it asked for."""
        asked = (
            event["params"]["request"]["url"]
            for event in self.mine()
            if event["method"] == "Network.requestWillBeSent"
        )
        return [address for address in asked if not address.startswith(LOCAL)]

    def mine(self) -> list[dict[str, Any]]:
        """What the browser has said of this page."""
        return [
            event
            for event in self.browser.events
            if event.get("sessionId") == self.session
        ]
