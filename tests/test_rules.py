"""Rules that change after history was told: the run stops, or keeps history."""

from __future__ import annotations

import csv
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pipeline import (
    PipelineError,
    Row,
    Warehouse,
    dbt,
    manifest_for,
    run_pipeline,
)

is_slow = pytest.mark.skipif(
    "SLOW" not in os.environ, reason="builds of its own: run `make test-slow`"
)

HISTORY = " ".join(
    f"+{mart}"
    for mart in (
        "segment_migrations",
        "segment_history",
        "upcoming_migrations",
        "rfm_scores",
        "rfm_thresholds",
        "rule_versions",
        "person_identifiers",
    )
)

ORDERS = {
    "lapsed by now": ["2024-02-05"],
    "lapses that day": ["2024-02-10"],
    "orders that day": ["2024-01-01", "2024-03-11"],
    "stays": ["2024-03-05"],
    "comes the day after": ["2024-03-12"],
}
"""By customer; history is told until 10 March, and rules change on the 11th."""

CHANGED = {"churn_days": 30, "rfm_preset": "klaviyo"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the raw files; the database stands beside it."""
    return write_orders(tmp_path_factory.mktemp("rules") / "raw")


def write_orders(folder: Path) -> Path:
    """Write the raw files. Returns: their folder."""
    folder.mkdir()
    with (folder / "orders.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["order_id", "customer_id", "ordered_at", "total_amount"])
        for customer, days in ORDERS.items():
            writer.writerows([f"{customer} {day}", customer, day, 100] for day in days)
    return folder


def run(place: Path, day: str, select: str = HISTORY, **rules: Any) -> Warehouse:
    """Builds history as of a day, as every night does: not from the beginning."""
    return run_pipeline(
        place,
        place.parent / "shop.duckdb",
        {"as_of_date": day, **rules},
        select,
        threads=1,
        full_refresh=False,
    )


def scores(warehouse: Warehouse, period_end: str) -> list[Row]:
    """The scores of a period end."""
    return warehouse.rows(
        "select person_id, rfm_cell, rfm_segment from marts.rfm_scores"
        f" where period_end = date '{period_end}' order by all"
    )


def test_changed_rules_stop_the_run_or_hold_from_now_on(place: Path) -> None:
    built = run(place, "2024-03-10")
    scored = scores(built, "2024-02-29")
    assert len(scored) == 3

    with pytest.raises(PipelineError) as stopped:
        run(place, "2024-03-12", "stg_shop__stores", **CHANGED)
    said = " ".join(str(stopped.value).split())
    assert "churn_days: 45 -> 30 rfm_preset: classic -> klaviyo Choose" in said
    assert "dbt build --full-refresh" in said
    assert "dbt build --vars '{rule_change: from_today}'" in said
    assert len(built.rows("select * from state.rule_versions")) == 1

    # A run that does not get far: it retells a mart out of which history is kept.
    run(
        place,
        "2024-03-12",
        "path:models/intermediate/lifecycle int_segments__migrations"
        " segment_migrations",
        rule_change="from_today",
        **CHANGED,
    )
    assert built.history("lapsed by now", "lifecycle")[0][1:] == (
        date(2024, 2, 5),
        None,
        "first_order",
    )
    assert built.rows(
        "select distinct migrated_on from marts.segment_migrations"
        " where reason = 'lapsed' and to_segment = 'former' order by all"
    ) == [(date(2024, 1, 31),), (date(2024, 3, 6),)]
    assert len(built.rows("select * from state.rule_versions")) == 1

    changed = run(place, "2024-03-12", rule_change="from_today", **CHANGED)
    assert len(changed.rows("select * from state.history_kept")) == 1
    assert {
        customer: changed.history(customer, "lifecycle") for customer in ORDERS
    } == {
        "lapsed by now": [
            ("converting", date(2024, 2, 5), date(2024, 3, 11), "first_order"),
            ("former", date(2024, 3, 11), None, "rule_change"),
        ],
        "lapses that day": [
            ("converting", date(2024, 2, 10), date(2024, 3, 11), "first_order"),
            ("former", date(2024, 3, 11), None, "rule_change"),
        ],
        "orders that day": [
            ("converting", date(2024, 1, 1), date(2024, 2, 15), "first_order"),
            ("former", date(2024, 2, 15), date(2024, 3, 11), "lapsed"),
            ("frequent", date(2024, 3, 11), None, "win_back_order"),
        ],
        "stays": [("converting", date(2024, 3, 5), None, "first_order")],
        "comes the day after": [("converting", date(2024, 3, 12), None, "first_order")],
    }
    assert scores(changed, "2024-02-29") == scored
    versions = changed.records(
        "select change, is_in_force, valid_from, settings from marts.rule_versions"
        " order by recorded_at"
    )
    assert [
        (each["change"], each["is_in_force"], each["valid_from"]) for each in versions
    ] == [
        ("first_build", False, date(2024, 1, 1)),
        ("from_today", True, date(2024, 3, 11)),
    ]
    assert json.loads(versions[1]["settings"])["churn_days"] == "30"
    assert versions == changed.records(
        "select change, valid_from = date '2024-03-11' as is_in_force, valid_from,"
        " settings from state.rule_versions order by recorded_at"
    )

    # Every night after, without the var: what was told stays, what comes is new.
    later = run(place, "2024-04-05", **CHANGED)
    assert later.history("lapsed by now", "lifecycle") == changed.history(
        "lapsed by now", "lifecycle"
    )
    assert later.history("stays", "lifecycle") == [
        ("converting", date(2024, 3, 5), date(2024, 4, 4), "first_order"),
        ("former", date(2024, 4, 4), None, "lapsed"),
    ]
    assert scores(later, "2024-02-29") == scored
    assert len(later.rows("select * from marts.rule_versions")) == 2

    # Rules change once more: moves by the first change stay, with their reason.
    again = run(
        place, "2024-04-10", rule_change="from_today", **{**CHANGED, "churn_days": 20}
    )
    assert again.history("lapsed by now", "lifecycle") == changed.history(
        "lapsed by now", "lifecycle"
    )
    assert again.rows(
        "select distinct migrated_on from marts.segment_migrations"
        " where reason = 'rule_change' order by all"
    ) == [(date(2024, 3, 11),), (date(2024, 4, 6),)]
    dbt(
        ["test", "--select", "segment_migrations_have_a_reason_of_their_scheme"],
        place.parent / "shop.duckdb",
        {"raw_data": str(place), "as_of_date": "2024-04-10"},
        manifest_for(place.parent / "shop.duckdb", {}),
    )


def test_rules_that_were_tried_on_a_part_do_not_stay(tmp_path: Path) -> None:
    """A part that tells histories, but not whose: the next run makes up for it."""
    place = write_orders(tmp_path / "raw")
    with (place / "web_events.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [["event_id", "occurred_at", "anonymous_id", "event_type"]]
            + [[f"{hour} h", f"2024-03-05 0{hour}:00", "a", "visit"] for hour in (1, 5)]
        )
    queries = (
        "select person_id, to_segment, migrated_on"
        " from intermediate.int_lifecycle__migrations order by all",
        "select * from intermediate.int_web_events__sessions order by all",
    )
    every_history = f"{HISTORY} +config.incremental_strategy:reopened"
    built = run(place, "2024-03-10", every_history)
    told = [built.rows(query) for query in queries]
    run_pipeline(
        place,
        tmp_path / "shop.duckdb",
        {"as_of_date": "2024-03-10", "churn_days": 30, "session_minutes": 300},
        "path:models/intermediate/lifecycle int_web_events__sessions",
        threads=1,
    )
    tried = [built.rows(query) for query in queries]
    assert all(was != now for was, now in zip(told, tried, strict=True))
    run(place, "2024-03-10", every_history)
    assert [built.rows(query) for query in queries] == told


@pytest.mark.parametrize(
    "parts",
    [
        ("int_calendar__bounds", "int_segments__migrations"),
        pytest.param(("int_calendar__bounds int_segments__migrations",), marks=is_slow),
    ],
)
def test_a_day_that_was_tried_on_a_part_does_not_stay(
    tmp_path: Path, parts: tuple[str, ...]
) -> None:
    """Parts that tell histories of another day, but not whose, are made up for."""
    place = write_orders(tmp_path / "raw")
    query = "select * from intermediate.int_segments__migrations order by all"
    select = "+config.incremental_strategy:reopened"
    told = run(place, "2024-03-10", select).rows(query)
    for part in parts:
        built = run(place, "2024-03-30", part)
    assert built.rows(query) != told
    assert run(place, "2024-03-10", select).rows(query) == told


@is_slow
def test_clock_that_is_set_back_leaves_the_newest_rules_in_force(
    tmp_path: Path,
) -> None:
    folder = write_orders(tmp_path / "raw")
    run(folder, "2024-03-10")
    changed = {"churn_days": 30}
    # Marts of which a build made only a part may not belong together.
    run(folder, "2024-03-10", "rule_versions")
    with pytest.raises(PipelineError, match=r"did not end well. Finish it first"):
        run(folder, "2024-03-11", rule_change="from_today", **changed)
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        # As a run leaves it that finishes it, and whose clock is ten days fast.
        connection.execute(
            "delete from state.unfinished_builds;"
            "update state.rule_versions"
            " set recorded_at = recorded_at + interval 10 day;"
            "update state.pipeline_runs set started_at = started_at + interval 10 day"
        )
    run(folder, "2024-03-11", rule_change="from_today", **changed)
    assert run(folder, "2024-03-12", **changed).rows(
        "select change from marts.rule_versions where is_in_force"
    ) == [("from_today",)]


def test_clock_that_is_set_back_leaves_nobody_on_another_day(tmp_path: Path) -> None:
    """A look back after a run whose clock was fast, and forward again."""
    folder = write_orders(tmp_path / "raw")
    query = "select * from marts.segment_history order by all"
    select = "+config.incremental_strategy:reopened"
    told = run(folder, "2024-04-10", select).rows(query)
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        # As a run leaves it whose clock is a day fast.
        connection.execute(
            "update state.histories set told_at = told_at + interval 1 day;"
            "update state.pipeline_runs set started_at = started_at + interval 1 day"
        )
    assert run(folder, "2024-03-10", select).rows(query) != told
    assert run(folder, "2024-04-10", select).rows(query) == told


@is_slow
def test_clock_that_is_set_back_after_a_run_that_failed(tmp_path: Path) -> None:
    """What it took back is thought no more after the next run."""
    folder = write_orders(tmp_path / "raw")
    select = "+config.incremental_strategy:reopened +segment_history_revisions"
    run(folder, "2024-04-10", select)

    def add_order(day: str) -> None:
        with (folder / "orders.csv").open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow([f"late {day}", "stays", day, 100])

    add_order("2024-03-02")
    built = run(folder, "2024-04-10", "+segment_history_revisions")
    with duckdb.connect(str(built.db_path)) as connection:
        # As by a run that gets no further, and whose clock is a day fast.
        connection.execute(
            "update marts.segment_history_revisions"
            " set superseded_at = superseded_at + interval 1 day;"
            "update state.pipeline_runs set started_at = started_at + interval 1 day"
            " where started_at = (select max(started_at) from state.pipeline_runs)"
        )
    query = (
        "select segment, valid_from, recorded_at < superseded_at,"
        " superseded_at <= (select max(told_at) from state.histories)"
        " from marts.segment_history_revisions"
        " where scheme = 'lifecycle' and segment is not null"
        " order by superseded_at, valid_from"
    )
    first = ("converting", date(2024, 3, 5), True, True)
    assert run(folder, "2024-04-10", select).rows(query) == [first]
    add_order("2024-03-01")
    assert run(folder, "2024-04-10", select).rows(query) == [
        first,
        ("converting", date(2024, 3, 2), True, True),
        ("frequent", date(2024, 3, 5), True, True),
    ]
