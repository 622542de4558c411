"""The benchmark of identity resolution: a tiny run works and says what it should."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from compiled import Bench

SCRIPT = Path(__file__).parents[1] / "scripts" / "benchmark_identity.py"
SIZES = (0.01, 0.02)


@pytest.fixture(scope="module")
def report(
    demo_warehouse: duckdb.DuckDBPyConnection,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict:
    """The report on two small sizes, with what the demo's build compiled."""
    place = tmp_path_factory.mktemp("identity") / "report"
    with Bench(demo_warehouse) as bench:
        target = bench.target
    subprocess.run(
        [
            *(sys.executable, SCRIPT, "--links", *map(str, SIZES)),
            *("--target", target, "--json", place),
        ],
        check=True,
    )
    return json.loads(place.read_text())


def test_the_shop_has_the_links_that_were_asked_for(report: dict) -> None:
    for millions, size in zip(SIZES, report["sizes"], strict=True):
        links = millions * 1_000_000
        chain = min(1000, int(links / 12) // 2)
        assert size["links"] == pytest.approx(links + 2 * chain, rel=0.05)
        # The chain joins so many customers, and one of them may have a household.
        assert chain < size["customers_of_largest"] < chain + 20
        assert size["rounds"] > 1


def test_seconds_are_those_of_the_models(report: dict) -> None:
    for size in report["sizes"]:
        names = [step["name"] for step in size["steps"]]
        assert {"int_identity__absorbed", "int_persons__resolved"} <= set(names)
        assert size["wall_seconds"] == pytest.approx(
            sum(step["wall_seconds"] for step in size["steps"])
        )
        assert size["wall_seconds_to_plain_pass"] == pytest.approx(
            size["wall_seconds"] / size["plain_pass"]["wall_seconds"]
        )
        assert size["peak_process_bytes"] > 0
    assert report["sizes"][0]["wall_seconds_to_smallest"] == 1
