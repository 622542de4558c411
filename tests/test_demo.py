"""The demo shop: it is what its generator makes, and what it plants is found again."""

import json
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "seeds" / "demo"
MAX_BYTES = 5_000_000
COUNTS = ("rows_read", "rows_staged", "duplicates_folded", "rows_quarantined")


@pytest.fixture(scope="module")
def planted() -> dict:
    """What the generator wrote down about the committed files."""
    return json.loads((DEMO / "planted.json").read_text(encoding="utf-8"))


def test_generator_makes_the_committed_files(tmp_path: Path) -> None:
    generator = ROOT / "scripts" / "generate_demo.py"
    subprocess.run([sys.executable, generator, "--out", tmp_path], check=True)
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    committed = {file.name: file.read_bytes() for file in DEMO.iterdir()}
    assert made.keys() == committed.keys()
    assert [name for name in made if made[name] != committed[name]] == []


def test_files_stay_small() -> None:
    assert sum(file.stat().st_size for file in DEMO.iterdir()) < MAX_BYTES


def test_every_quarantine_kind_is_planted(planted: dict) -> None:
    """All kinds but dated_in_future, which no as-of date of the data can see."""
    assert {kind["reason"] for kind in planted["quarantined_rows"]} == {
        "missing_value",
        "unreadable_value",
        "ambiguous_number",
        "unknown_value",
        "not_positive",
        "missing_amount",
        "unknown_currency",
        "orphan_item",
        "orphan_refund",
        "conflicting_duplicate",
    }


def test_quarantine_holds_what_was_planted(
    planted: dict, demo_warehouse: duckdb.DuckDBPyConnection
) -> None:
    """Same rows, same reasons, same keys; a column where the reason blames one."""
    kinds = planted["quarantined_rows"]
    blaming = {kind["reason"] for kind in kinds if kind["column_name"]}
    expected = Counter(
        (kind["source_table"], kind["reason"], kind["column_name"], key)
        for kind in kinds
        for key in kind["record_keys"]
    )
    found = Counter(
        (table, reason, column if reason in blaming else None, key)
        for table, reason, column, key in demo_warehouse.execute(
            "select source_table, reason, column_name, record_key"
            " from marts.quarantined_rows"
        ).fetchall()
    )
    assert sorted(found - expected, key=str) == [], "quarantined, but not planted"
    assert sorted(expected - found, key=str) == [], "planted, but not quarantined"


def test_row_counts_are_what_was_planted(
    planted: dict, demo_warehouse: duckdb.DuckDBPyConnection
) -> None:
    rows = demo_warehouse.execute(
        f"select source_table, {', '.join(COUNTS)} from marts.row_counts"
        " where source_system = 'shop'"
    ).fetchall()
    found = {table: dict(zip(COUNTS, counts, strict=True)) for table, *counts in rows}
    assert found == planted["row_counts"]


def test_shared_phone_and_placeholder_link_nobody(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert demo_warehouse.execute(
        "select reason, customers, identifier_value from marts.shared_identifiers"
        " where reason in ('shared', 'placeholder') order by reason"
    ).fetchall() == [
        ("placeholder", 4, sha256(b"0900000000").hexdigest()),
        ("shared", 8, sha256(b"+842838221234").hexdigest()),
    ]
    # Two accounts of one person, no more: fifteen pairs by phone, five by e-mail.
    (accounts,) = demo_warehouse.execute(
        "select max(accounts) from (select count(*) as accounts"
        " from marts.person_identifiers where identifier_type = 'customer_id'"
        " group by person_id)"
    ).fetchone()
    assert accounts == 2
