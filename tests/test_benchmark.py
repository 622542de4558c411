"""The benchmark: a tiny run works, and its script gets the scores of the marts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    "SLOW" not in os.environ, reason="a build of its own: run `make test-slow`"
)

SCRIPT = Path(__file__).parents[1] / "scripts" / "benchmark.py"
PERSONS = 500


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """The report on a shop without voids, which the script does not know."""
    place = tmp_path_factory.mktemp("benchmark")
    run(place, "--persons", str(PERSONS), "--voids", "0", "--months", "36")
    return json.loads((place / "report").read_text())


def run(place: Path, *options: str) -> str:
    """Run the benchmark, which leaves its report in a folder.

    Returns:
        What it printed.
    """
    files = ("--keep", place / "work", "--json", place / "report")
    return subprocess.run(
        [sys.executable, SCRIPT, *options, *files],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def test_script_and_project_agree_on_every_score(report: dict) -> None:
    scores = report["scores"]
    assert scores["persons"] > PERSONS
    assert scores["cells_that_differ"] == 0
    assert scores["persons_that_differ"] == 0


def test_shop_has_the_size_that_was_asked_for(report: dict) -> None:
    assert report["rows"]["customers"] == PERSONS
    assert report["rows"]["orders"] == pytest.approx(20 * PERSONS, rel=0.2)
    assert report["rows"]["web_events"] == 5 * report["rows"]["orders"]


def test_every_model_is_measured(report: dict) -> None:
    models = {model["name"]: model for model in report["project"]["models"]}
    assert {"rfm_scores", "segment_history", "int_web_events__visits"} <= set(models)
    for model in models.values():
        assert model["wall_seconds"] > 0
        assert model["cpu_seconds"] >= 0
    assert models["rfm_scores"]["rows"] == report["scores"]["persons"]


def test_ratio_is_of_the_rfm_models_to_the_script(report: dict) -> None:
    part = report["rfm_models"]
    assert {"int_rfm__values", "rfm_scores", "rfm_thresholds"} <= set(part["models"])
    assert part["wall_seconds_to_script"] == pytest.approx(
        part["wall_seconds"] / report["script"]["wall_seconds"]
    )
    assert report["project"]["peak_process_bytes"] > 0
    assert report["project"]["peak_engine_bytes"] > 0


def test_criteria_are_compared_with_a_pass_over_the_events(report: dict) -> None:
    part = report["criteria"]
    assert {"int_web_events__half_hours", "int_criteria__interest"} <= set(
        part["models"]
    )
    for name in ("times", "columns"):
        assert part[f"cpu_seconds_to_{name}"] == pytest.approx(
            part["cpu_seconds"] / part["passes"][name]["cpu_seconds"]
        )


def test_alone_the_project_is_measured_and_nothing_else(tmp_path: Path) -> None:
    said = run(tmp_path, "--persons", "50", "--months", "12", "--alone")
    report = json.loads((tmp_path / "report").read_text())
    assert report["project"]["peak_process_bytes"] > 0
    assert "script" not in report
    assert "CPU seconds a million orders" in said
    assert "project: process at most" in said
