"""Warehouses that several tests read: each is built once a session."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import settings
from pipeline import PROJECT, run_pipeline, scratch_folders

from scripts.one_at_a_time import alone

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("thorough", max_examples=200)

# A shell that runs tests in the background has them ignore Ctrl-C, and so would all
# that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

LONGEST = (
    "test_properties.py",
    "test_bad_input.py",
    "test_incremental.py",
    "test_online_retail.py",
    "test_privacy.py",
)
"""They take minutes, so they go first: no worker is left alone at the end, nor waits
for the build of Online Retail, which other files read too."""

ONLINE_RETAIL = Path(
    os.environ.get(
        "ONLINE_RETAIL_FILE",
        PROJECT.parent / "shared" / "data" / "online_retail" / "online_retail.parquet",
    )
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


def pytest_unconfigure() -> None:
    """Leave nothing behind in the system's temporary folder."""
    for folder in scratch_folders:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def demo_warehouse(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the demo shop, built with all defaults.

    `make test` has just built it, and says where in DEMO_WAREHOUSE.
    """
    if "DEMO_WAREHOUSE" in os.environ:
        db_path = PROJECT / os.environ["DEMO_WAREHOUSE"]
    else:
        db_path = tmp_path_factory.mktemp("demo") / "shop.duckdb"
        run_pipeline(PROJECT / "seeds" / "demo", db_path)
    with duckdb.connect(str(db_path), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def online_retail_file() -> Path:
    """The UCI Online Retail file; its tests are skipped where it is not there."""
    if not ONLINE_RETAIL.exists():
        pytest.skip(
            f"UCI Online Retail is not at {ONLINE_RETAIL}: set ONLINE_RETAIL_FILE"
        )
    return ONLINE_RETAIL


@pytest.fixture(scope="session")
def online_retail_vars(online_retail_file: Path) -> dict[str, Any]:
    """The vars under which the README builds Online Retail."""
    return {
        "source_systems": ["online_retail"],
        "online_retail_path": str(online_retail_file.resolve()),
        "reporting_timezone": "Europe/London",
        "reporting_currency": "GBP",
    }


@pytest.fixture(scope="session")
def online_retail_warehouse(
    tmp_path_factory: pytest.TempPathFactory, online_retail_vars: dict[str, Any]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to a build of the real UCI Online Retail data.

    Whichever worker asks first builds it, for all of them.
    """
    session = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        session = session.parent
    folder = session / "online_retail"
    done = folder / "done"
    with alone(folder, wait=600):
        if not done.exists():
            run_pipeline(folder, folder / "retail.duckdb", online_retail_vars)
            done.touch()
    with duckdb.connect(str(folder / "retail.duckdb"), read_only=True) as connection:
        yield connection
