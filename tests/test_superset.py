"""The dashboard in Superset: what its bundle says, and what a server makes of it.

The bundle is checked always. The rest is `make test-bi`, which installs Superset, and
names the marts of the demo in BI_MARTS; without that it is skipped.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
import shutil
import socket
import time
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from pipeline import PROJECT

from scripts.browser import Browser, Page, chromium
from scripts.superset_dashboard import (
    ADMIN,
    BUNDLE,
    ENVIRONMENT,
    SLUG,
    Api,
    RefusedError,
    Superset,
    bundle,
)

HOME = PROJECT / "target" / "test" / "superset"

CHARTS_OF_MART = {"Alarms in force": "segment_alerts"}
"""Charts that may be empty, when their mart is."""


def written(kind: str) -> dict[str, dict[str, Any]]:
    """Files of the bundle by their names. Argument: the folder."""
    return {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in (BUNDLE / kind).rglob("*.yaml")
    }


def marts_read() -> set[str]:
    """Marts that the datasets read."""
    found = set()
    for name, dataset in written("datasets").items():
        sources = set(re.findall(r"\bfrom (\w+)", dataset.get("sql") or f"from {name}"))
        named = set(re.findall(r"\b(\w+) as \(", dataset.get("sql", "")))
        found |= sources - named
    return found


def test_bundle_holds_together() -> None:
    datasets, charts = written("datasets"), written("charts")
    (database,) = written("databases").values()
    (dashboard,) = written("dashboards").values()
    named = [each["uuid"] for each in (database, dashboard)]
    named += [each["uuid"] for each in (*datasets.values(), *charts.values())]
    assert len(set(named)) == len(named)
    assert {each["database_uuid"] for each in datasets.values()} == {database["uuid"]}
    placed = {
        part["meta"]["uuid"]
        for part in dashboard["position"].values()
        if isinstance(part, dict) and part["type"] == "CHART"
    }
    assert placed == {chart["uuid"] for chart in charts.values()}
    by_uuid = {dataset["uuid"]: dataset for dataset in datasets.values()}
    for name, chart in charts.items():
        dataset = by_uuid[chart["dataset_uuid"]]
        metrics = {metric["metric_name"] for metric in dataset["metrics"]}
        columns = {column["column_name"] for column in dataset["columns"]}
        params = chart["params"]
        wanted = set(params.get("metrics", [])) | {params.get("metric")} - {None}
        assert wanted <= metrics, name
        grouped = params.get("groupby", [])
        shown = {grouped} if isinstance(grouped, str) else set(grouped)
        shown |= {params.get("x_axis"), *params.get("all_columns", [])} - {None}
        shown |= {each["subject"] for each in params["adhoc_filters"]}
        assert shown <= columns, name


def test_database_is_opened_for_reading_only() -> None:
    (database,) = written("databases").values()
    assert "access_mode=read_only" in database["sqlalchemy_uri"]
    assert "enable_external_access=false" in database["sqlalchemy_uri"]
    for deed in ("allow_dml", "allow_ctas", "allow_cvas", "allow_csv_upload"):
        assert database[deed] is False, deed


def test_database_is_the_link_to_what_is_published(tmp_path: Path) -> None:
    """Where the link leads today is gone the day after tomorrow."""
    link = tmp_path / "marts.duckdb"
    link.symlink_to(tmp_path / "publications" / "today.duckdb")
    with zipfile.ZipFile(io.BytesIO(bundle(link))) as archive:
        (name,) = (each for each in archive.namelist() if "/databases/" in each)
        text = archive.read(name).decode()
    assert f"duckdb:///{link.as_posix()}?" in text


def test_superset_reads_with_the_engine_that_wrote() -> None:
    pin = re.compile(r"\bduckdb==([\d.]+)")
    project = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    for name in ("requirements.in", "requirements.txt"):
        text = (BUNDLE.parent / name).read_text(encoding="utf-8")
        assert pin.search(text)[1] == pin.search(project)[1], name


def test_exposure_names_the_marts_that_are_read() -> None:
    path = PROJECT / "models" / "marts" / "exposures.yml"
    exposures = yaml.safe_load(path.read_text(encoding="utf-8"))["exposures"]
    (exposure,) = (each for each in exposures if each["name"] == "segment_dashboard")
    assert exposure["url"].endswith(f"/superset/dashboard/{SLUG}/")
    refs = {re.search(r"'(\w+)'", ref)[1] for ref in exposure["depends_on"]}
    assert refs == marts_read()
    assert written("dashboards")["customer_segments"]["slug"] == SLUG


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's marts, which a test may replace."""
    if "BI_MARTS" not in os.environ:
        pytest.skip("needs Superset and the demo's marts: run `make test-bi`")
    if not (ENVIRONMENT / "bin" / "superset").exists():
        pytest.skip("Superset is not installed: run `make test-bi`")
    copy = tmp_path_factory.mktemp("published") / "marts.duckdb"
    shutil.copyfile(os.environ["BI_MARTS"], copy)
    return copy


@pytest.fixture(scope="module")
def superset(marts: Path) -> Iterator[Superset]:
    """A server on a free port, with an installation that is kept between runs."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    installed = Superset(HOME, port)
    installed.prepare()
    installed.stop()
    shutil.rmtree(HOME / "cache", ignore_errors=True)
    process = installed.start()
    try:
        yield installed
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def api(superset: Superset, marts: Path) -> Api:
    """Its API, after the bundle has been imported twice: the second writes over."""
    logged_in = superset.api()
    for _ in range(2):
        logged_in.upload("/api/v1/assets/import/", "bundle", bundle(marts))
    return logged_in


def listed(api: Api, kind: str) -> list[dict[str, Any]]:
    """All charts, datasets, dashboards or databases. Arguments: API; which."""
    return api.get(f"/api/v1/{kind}/?q=(page_size:100)")["result"]


def value(marts: Path, query: str) -> Any:
    """The one value of a query on the marts. Arguments: their file; the query."""
    with duckdb.connect(str(marts), read_only=True) as connection:
        return connection.execute(query).fetchone()[0]


def executed(api: Api, statement: str) -> list[dict[str, Any]]:
    """Rows of a statement in SQL Lab. Arguments: API; SQL."""
    (database,) = listed(api, "database")
    body = {"database_id": database["id"], "sql": statement, "schema": "main"}
    return api.post("/api/v1/sqllab/execute/", body)["data"]


def test_all_is_imported_once(api: Api) -> None:
    for kind, folder in (
        ("database", "databases"),
        ("dataset", "datasets"),
        ("chart", "charts"),
        ("dashboard", "dashboards"),
    ):
        assert len(listed(api, kind)) == len(written(folder)), kind


def test_datasets_have_the_columns_of_their_marts(api: Api, marts: Path) -> None:
    for name, dataset in written("datasets").items():
        if "sql" in dataset:
            rows = executed(api, f"select * from ({dataset['sql']}) limit 1")
            there = set(rows[0])
        else:
            with duckdb.connect(str(marts), read_only=True) as connection:
                there = {
                    row[0] for row in connection.execute(f"describe {name}").fetchall()
                }
        declared = {
            column["column_name"]
            for column in dataset["columns"]
            if "expression" not in column
        }
        assert declared == there, name


def test_every_chart_has_rows(api: Api, marts: Path) -> None:
    for chart in listed(api, "chart"):
        (answer,) = api.get(f"/api/v1/chart/{chart['id']}/data/")["result"]
        assert answer["error"] is None, chart["slice_name"]
        mart = CHARTS_OF_MART.get(chart["slice_name"])
        empty = bool(mart) and value(marts, f"select count(*) from {mart}") == 0
        assert (answer["rowcount"] > 0) is not empty, chart["slice_name"]


@pytest.mark.parametrize(
    ("title", "column", "query"),
    [
        ("Persons", "persons", "select count(*) from persons"),
        (
            "Due in 30 days",
            "persons",
            "select count(distinct person_id) from upcoming_migrations"
            " where days_left <= 30",
        ),
        (
            "Revenue by month and lifecycle group",
            "revenue",
            "select sum(revenue) from segment_summary where scheme = 'lifecycle'",
        ),
        (
            "Lifecycle moves by month and reason",
            "moves",
            "select count(*) from segment_migrations where scheme = 'lifecycle'",
        ),
        (
            "Who moved where, and why, in the last 12 months",
            "moves",
            "select count(*) from segment_migrations where scheme = 'lifecycle'"
            " and migrated_on > (select date_trunc('month', max(migrated_on))"
            " - interval 11 month - interval 1 day from segment_migrations)",
        ),
        (
            "Where each group's persons stand one month later",
            "share",
            "select count(distinct coalesce(from_segment, ''))"
            " from segment_transitions where scheme = 'lifecycle'"
            " and period_end = (select max(period_end) from segment_transitions)",
        ),
    ],
)
def test_charts_say_what_the_marts_say(
    api: Api, marts: Path, title: str, column: str, query: str
) -> None:
    (chart,) = (each for each in listed(api, "chart") if each["slice_name"] == title)
    (answer,) = api.get(f"/api/v1/chart/{chart['id']}/data/")["result"]
    shown = sum(row[column] for row in answer["data"])
    assert shown == pytest.approx(float(value(marts, query)))


def test_the_filter_of_months_is_understood(api: Api) -> None:
    (chart,) = (
        each
        for each in listed(api, "chart")
        if each["slice_name"] == "Lifecycle groups at month ends"
    )
    detail = api.get(f"/api/v1/chart/{chart['id']}")["result"]
    context = json.loads(detail["query_context"])
    for each in context["queries"][0]["filters"]:
        if each["op"] == "TEMPORAL_RANGE":
            each["val"] = "2024-03-01 : 2024-05-01"
    (answer,) = api.post("/api/v1/chart/data", context)["result"]
    months = {
        time.strftime("%Y-%m", time.gmtime(row["period_end"] / 1000))
        for row in answer["data"]
    }
    assert months == {"2024-03", "2024-04"}


@pytest.mark.parametrize(
    "statement",
    [
        "drop table persons",
        "create table taken as select * from persons",
        "update persons set age = 1",
        "insert into persons select * from persons",
        "delete from persons",
        "copy persons to '{folder}/taken.csv'",
        "attach '{folder}/other.duckdb' as other",
        "select * from read_text('{folder}/readable.txt')",
        "set enable_external_access = true",
    ],
)
def test_nothing_is_written_and_no_other_file_read(
    api: Api, marts: Path, statement: str
) -> None:
    (marts.parent / "readable.txt").write_text("secret", encoding="utf-8")
    before = marts.read_bytes()
    with pytest.raises(RefusedError):
        executed(api, statement.format(folder=marts.parent))
    assert executed(api, "select count(*) as persons from persons")
    assert {path.name for path in marts.parent.iterdir()} <= {
        "marts.duckdb",
        "readable.txt",
    }
    assert marts.read_bytes() == before


def test_a_file_opened_this_way_refuses_by_itself(marts: Path) -> None:
    """Not only Superset's reading of the statement stands before the marts."""
    settings = {"access_mode": "read_only", "enable_external_access": "false"}
    with (
        duckdb.connect(str(marts), config=settings) as connection,
        pytest.raises(duckdb.InvalidInputException, match="read-only"),
    ):
        connection.execute("drop table persons")


def test_a_new_publication_is_seen(api: Api, marts: Path) -> None:
    """`make build` replaces the file under a running server; here, with an alarm."""
    aside = marts.with_suffix(".aside")
    shutil.copyfile(marts, aside)
    with duckdb.connect(str(aside)) as connection:
        connection.execute(
            "insert into segment_alerts (alert_id, alert, severity, message_vi)"
            " values ('a1', 'shift', 'warning', 'Nhóm tăng bất thường')"
        )
    aside.replace(marts)
    (chart,) = (
        each for each in listed(api, "chart") if each["slice_name"] == "Alarms in force"
    )
    path = f"/api/v1/chart/{chart['id']}/data/?force=true"
    (answer,) = api.get(path)["result"]
    assert [row["message_vi"] for row in answer["data"]][-1] == "Nhóm tăng bất thường"


def log_in(page: Page, superset: Superset, api: Api) -> None:
    """Give a page the session of someone who has filled in the form.

    Arguments: the page; the server; its API.
    """
    form = {
        "username": ADMIN,
        "password": superset.password(),
        "csrf_token": api.headers["X-CSRFToken"],
    }
    request = urllib.request.Request(
        f"{superset.address}/login/",
        data=urllib.parse.urlencode(form).encode(),
        headers={"Referer": superset.address},
    )
    with api.opener.open(request) as answer:
        assert answer.url.endswith("/welcome/")
    for cookie in api.cookies:
        page.send(
            "Network.setCookie",
            name=cookie.name,
            value=cookie.value,
            url=superset.address,
        )


def answered(page: Page) -> list[tuple[str, int]]:
    """Addresses that answered a page, and the status of each. Argument: the page."""
    responses = (
        event["params"]["response"]
        for event in page.mine()
        if event["method"] == "Network.responseReceived"
    )
    return [
        (response["url"], response["status"])
        for response in responses
        if response["url"].startswith("http")
    ]


def test_dashboard_is_drawn(superset: Superset, api: Api) -> None:
    if chromium() is None:
        pytest.skip("needs a Chromium: install one, or name it in CHROMIUM")
    with Browser() as browser:
        page = browser.open(BUNDLE / "metadata.yaml", width=1400)
        log_in(page, superset, superset.api())
        # Charts are drawn when they come into sight: the screen holds them all.
        page.show(f"{superset.address}/superset/dashboard/{SLUG}/", 1400, 3200)
        charts = len(written("charts"))
        holders = "document.querySelectorAll('.dashboard-component-chart-holder')"
        page.wait_for(f"{holders}.length === {charts}")
        page.wait_for("document.querySelectorAll('canvas').length >= 8")
        page.wait_for("document.querySelectorAll('[aria-label=Loading]').length === 0")
        time.sleep(3)
        text = page.evaluate("document.body.innerText")
        picture = page.send("Page.captureScreenshot")["data"]
        answers = answered(page)
    (HOME / "dashboard.png").write_bytes(base64.b64decode(picture))
    assert "Unexpected error" not in text
    assert "Khách bỏ quên giỏ hàng" in text
    for chart in written("charts").values():
        assert chart["slice_name"] in text
    asked = [status for address, status in answers if "/chart/data" in address]
    assert len(asked) >= charts
    assert {status for _, status in answers if status >= 400} == set()
    elsewhere = [
        address for address, _ in answers if not address.startswith(superset.address)
    ]
    assert elsewhere == []
