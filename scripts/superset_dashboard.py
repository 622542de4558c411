"""Sets up Apache Superset beside the project and shows the marts in it.

    python scripts/superset_dashboard.py [start|stop] [--marts FILE] [--port 8088]

`start` makes Superset's own database and an admin at the first run, starts the server
in the background, imports dashboards/superset/bundle over its API, and prints where to
look. What the bundle holds is written over; other charts and dashboards stay.
Superset itself lives in an environment of its own: `make superset` installs it.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
import zipfile
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "dashboards" / "superset"
BUNDLE = FOLDER / "bundle"
ENVIRONMENT = PROJECT / ".superset-venv"
HOME = PROJECT / "target" / "superset"
MARTS = PROJECT / "published" / "marts.duckdb"
SLUG = "customer-segments"
ADMIN = "admin"

PATIENCE = 180
"""Seconds after which the server is taken for stuck."""


def bundle(marts: Path) -> bytes:
    """The bundle as Superset imports it.

    Args:
        marts: The published file, which its database stands for.

    Returns:
        A zip file. Each chart has the query that its settings ask for, so that it can
        be run over the API too; people's edits of the YAML need not repeat it.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(BUNDLE.rglob("*.yaml")):
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(BUNDLE).as_posix()
            if name.startswith("databases/"):
                text = text.replace("{marts}", marts.absolute().as_posix())
            elif name.startswith("charts/"):
                chart = yaml.safe_load(text)
                chart["query_context"] = json.dumps(query_context(chart["params"]))
                text = yaml.safe_dump(chart, allow_unicode=True)
            archive.writestr(f"segments/{name}", text)
    return packed.getvalue()


def query_context(params: dict[str, Any]) -> dict[str, Any]:
    """What a chart asks of its dataset, as Superset's pages ask it.

    Args:
        params: Its settings.

    Returns:
        Its query context; Superset fills in the dataset when it imports the chart.
    """
    metrics = params.get("metrics") or [
        params[key] for key in ("metric",) if params.get(key)
    ]
    grouped = params.get("groupby") or []
    columns: list[Any] = [grouped] if isinstance(grouped, str) else [*grouped]
    if params.get("query_mode") == "raw":
        columns = params["all_columns"]
    axis = params.get("x_axis")
    if axis:
        columns.insert(
            0,
            {
                "columnType": "BASE_AXIS",
                "expressionType": "SQL",
                "label": axis,
                "sqlExpression": axis,
                **(
                    {"timeGrain": params["time_grain_sqla"]}
                    if "time_grain_sqla" in params
                    else {}
                ),
            },
        )
    orders = [json.loads(order) for order in params.get("order_by_cols", [])]
    query = {
        "columns": columns,
        "metrics": metrics,
        "filters": [
            {"col": each["subject"], "op": each["operator"], "val": each["comparator"]}
            for each in params["adhoc_filters"]
        ],
        "orderby": orders or [[metric, False] for metric in metrics[:1]],
        "row_limit": params.get("row_limit", 10000),
        "extras": {"having": "", "where": ""},
    }
    return {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [query],
        "form_data": params,
        "result_format": "json",
        "result_type": "full",
    }


class Api:
    """Superset's API, logged in.

    Args:
        address: Of the server, such as http://localhost:8088.
        user, password: Of an admin.

    Raises:
        RefusedError: They may not log in.
    """

    def __init__(self, address: str, user: str, password: str) -> None:
        self.address = address
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self.cookies),
        )
        self.headers = {"Referer": address}
        login = {"username": user, "password": password, "provider": "db"}
        token = self.post("/api/v1/security/login", login)["access_token"]
        self.headers["Authorization"] = f"Bearer {token}"
        csrf = self.get("/api/v1/security/csrf_token/")["result"]
        self.headers["X-CSRFToken"] = csrf

    def get(self, path: str) -> Any:
        """What is at a path."""
        return self.ask(urllib.request.Request(self.address + path))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Send an object to a path and return the answer."""
        request = urllib.request.Request(
            self.address + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        return self.ask(request)

    def upload(self, path: str, field: str, content: bytes) -> Any:
        """Send a zip file to a path, in a form's field, and return the answer."""
        mark = uuid.uuid4().hex
        head = (
            f"--{mark}\r\nContent-Disposition: form-data; "
            f'name="{field}"; filename="{field}.zip"\r\n'
            "Content-Type: application/zip\r\n\r\n"
        )
        request = urllib.request.Request(
            self.address + path,
            data=head.encode() + content + f"\r\n--{mark}--\r\n".encode(),
            headers={"Content-Type": f"multipart/form-data; boundary={mark}"},
        )
        return self.ask(request)

    def ask(self, request: urllib.request.Request) -> Any:
        """Send a request and return the answer.

        Raises:
            RefusedError: Superset refuses it; the text holds its own words.
        """
        for name, value in self.headers.items():
            request.add_header(name, value)
        try:
            with self.opener.open(request, timeout=PATIENCE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")[:2000]
            raise RefusedError(error.code, said) from error


class RefusedError(RuntimeError):
    """Superset did not do what it was asked.

    Args:
        status: Of HTTP.
        said: What it answered.
    """

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"{status}: {said}")
        self.status = status


class Superset:
    """An installed Superset with its state in a folder.

    Args:
        home: The folder.
        port: That its server has, or is to have.
    """

    def __init__(self, home: Path, port: int) -> None:
        self.home = home.resolve()
        self.port = port
        self.address = f"http://localhost:{port}"
        self.log = self.home / "superset.log"
        self.ready = self.home / "ready"

    def environment(self) -> dict[str, str]:
        """Environment variables for its programs."""
        return {
            **os.environ,
            "SUPERSET_HOME": str(self.home),
            "SUPERSET_CONFIG_PATH": str(FOLDER / "superset_config.py"),
            "FLASK_APP": "superset",
            "PYTHONWARNINGS": "ignore",
        }

    def password(self) -> str:
        """The admin's password."""
        return (self.home / "admin_password").read_text(encoding="utf-8").strip()

    def prepare(self) -> None:
        """Make its secrets, database and admin, unless this version has made them.

        Raises:
            SystemExit: Superset is not installed, or a step failed.
        """
        if not (ENVIRONMENT / "bin" / "superset").exists():
            raise SystemExit("Superset is not installed: run `make superset`.")
        made_by = hashlib.sha256((FOLDER / "requirements.txt").read_bytes()).hexdigest()
        if self.ready.exists() and self.ready.read_text(encoding="utf-8") == made_by:
            return
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log.touch()
        for name in ("secret_key", "admin_password"):
            if not (self.home / name).exists():
                keep_secret(self.home / name, secrets.token_urlsafe(32))
        print("Making Superset's own database: a minute or two ...", flush=True)
        self.run("db", "upgrade")
        names = ("--firstname", "Admin", "--lastname", "Admin")
        mail = ("--email", "admin@example.com")
        self.run(
            *("fab", "create-admin", "--username", ADMIN, *names, *mail),
            *("--password", self.password()),
        )
        self.run("init")
        self.ready.write_text(made_by, encoding="utf-8")

    def run(self, *arguments: str) -> None:
        """Run one of its commands; what it says goes to the log.

        Args:
            arguments: The command and its own arguments.

        Raises:
            SystemExit: It failed.
        """
        with self.log.open("ab") as log:
            done = subprocess.run(
                [ENVIRONMENT / "bin" / "superset", *arguments],
                env=self.environment(),
                stdout=log,
                stderr=log,
                check=False,
            )
        if done.returncode:
            raise SystemExit(f"superset {arguments[0]} failed; see {self.log}")

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers.

        Returns:
            Its process, which outlives this one.

        Raises:
            SystemExit: It did not come up.
        """
        server = [
            *(ENVIRONMENT / "bin" / "gunicorn", "--bind", f"localhost:{self.port}"),
            *("--workers", "1", "--threads", "8", "--timeout", "120"),
            *("--pid", self.home / "server.pid", "superset.app:create_app()"),
        ]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                server,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + PATIENCE
        while not self.answers():
            if process.poll() is not None or time.monotonic() > until:
                process.terminate()
                raise SystemExit(f"Superset did not start; see {self.log}")
            time.sleep(0.5)
        return process

    def answers(self) -> bool:
        """Whether a server stands at its address."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.address}/health", timeout=10):
                return True
        except OSError:
            return False

    def stop(self) -> bool:
        """Stop the server; false if none runs."""
        noted = self.home / "server.pid"
        try:
            number = int(noted.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return False
        # After a crash the number may have become another program's.
        command = ["ps", "-o", "args=", "-p", str(number)]
        running = subprocess.run(command, capture_output=True, text=True, check=False)
        if str(noted) not in running.stdout:
            noted.unlink()
            return False
        os.kill(number, signal.SIGTERM)
        until = time.monotonic() + 30
        while noted.exists() and time.monotonic() < until:
            time.sleep(0.2)
        return True

    def api(self) -> Api:
        """Its API, as the admin."""
        return Api(self.address, ADMIN, self.password())


def keep_secret(path: Path, text: str) -> None:
    """Write a file that only its owner reads."""
    path.touch(mode=0o600)
    path.write_text(text + "\n", encoding="utf-8")


def show(superset: Superset, marts: Path) -> None:
    """Start the server, import the bundle and say where to look.

    Args:
        superset: The installed one.
        marts: The published file.

    Raises:
        SystemExit: There are no published marts, or another program has the port.
    """
    if not marts.is_file():
        raise SystemExit(f"There are no marts at {marts}: run `make build` first.")
    superset.prepare()
    superset.stop()
    if superset.answers():
        raise SystemExit(
            f"Another program answers at {superset.address}: name a free port,"
            " make superset PORT=8089"
        )
    print("Starting the server ...", flush=True)
    superset.start()
    print("Importing datasets, charts and the dashboard ...", flush=True)
    superset.api().upload("/api/v1/assets/import/", "bundle", bundle(marts))
    print(f"\nThe dashboard: {superset.address}/superset/dashboard/{SLUG}/")
    print(f"Log in as {ADMIN} with the password {superset.password()}")
    print(f"It reads {marts}, and cannot write. Stop it with `make superset-stop`.")


def main(arguments: list[str] | None = None) -> None:
    """Start or stop it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("deed", nargs="?", choices=("start", "stop"), default="start")
    parser.add_argument("--marts", type=Path, default=MARTS)
    parser.add_argument("--home", type=Path, default=HOME, help="folder of its state")
    parser.add_argument("--port", type=int, default=8088)
    options = parser.parse_args(arguments)
    superset = Superset(options.home, options.port)
    if options.deed == "start":
        show(superset, options.marts)
    elif not superset.stop():
        print("No Superset of this project is running.", file=sys.stderr)


if __name__ == "__main__":
    main()
