"""Audiences leave the house in the right format, and nobody without consent does."""

from __future__ import annotations

import csv
import hashlib
import json
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_publish import RECORD

from scripts import export_audiences

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"
PLATFORMS = ("meta", "google", "klaviyo", "csv")

TABLES = {
    "marts.person_segments": "person_id varchar, as_of_date date",
    "marts.persons": (
        "person_id varchar, is_reachable boolean, has_email_consent boolean,"
        " has_phone_consent boolean, has_ads_consent boolean"
    ),
    "restricted.person_contacts": (
        "person_id varchar, contact_type varchar, contact_value varchar,"
        " has_consent boolean, is_preferred boolean"
    ),
    "marts.audience_members": (
        "audience varchar, part varchar, person_id varchar, entered_on date,"
        " left_on date, is_current boolean"
    ),
    "marts.audience_changes": (
        "audience varchar, part varchar, person_id varchar, action varchar"
    ),
    "reference.audiences": "audience varchar, label_en varchar, label_vi varchar",
}

AUDIENCES = [
    ("cart_abandoners", "Abandoned carts", "Khách bỏ quên giỏ hàng"),
    ("nobody", "Nobody", "Không ai"),
    ("viewers", "Viewed a category", "Đã xem ngành hàng"),
]

Rows = dict[str, list[tuple[Any, ...]]]


def fill(connection: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    """Make the tables that the export reads."""
    for name, columns in TABLES.items():
        connection.execute(f"create schema if not exists {name.split('.')[0]}")
        connection.execute(f"create or replace table {name} ({columns})")
        if rows.get(name):
            marks = ", ".join("?" * len(rows[name][0]))
            connection.execute(
                f"insert into {name} values "
                + ", ".join([f"({marks})"] * len(rows[name])),
                [value for row in rows[name] for value in row],
            )


def small_shop() -> Rows:
    """Seven persons, each of whom shows one rule."""
    everything = (True, True, True, True)
    consents = {
        "p1_everything": everything,
        "p2_email_only": (True, True, False, True),
        "p3_phone_only": (True, False, True, True),
        "p4_no_ads": (True, True, True, False),
        "p5_no_contact_agreed": (True, False, False, True),
        "p6_erased": (False, False, False, False),
        "p7_left": everything,
        "p8_email_of_p1": (True, True, False, True),
    }
    contacts = []
    for number, person in enumerate(consents, start=1):
        if person == "p6_erased":
            continue
        email = "john_smith@gmail.com" if number in (1, 8) else f"p{number}@shop.vn"
        _, with_email, with_phone, _ = consents[person]
        contacts += [
            (person, "email", email, with_email, True),
            (person, "email", f"old{number}@shop.vn", with_email, False),
            (person, "phone", f"+8490000000{number}", with_phone, True),
        ]
    members = [
        ("cart_abandoners", None, person, person != "p7_left") for person in consents
    ]
    members.append(("cart_abandoners", None, "p9_merged_away", True))
    members += [
        ("viewers", "Đồ uống, trà", "p1_everything", True),
        ("viewers", "tea", "p2_email_only", True),
        ("viewers", "tea", "p1_everything", True),
    ]
    return {
        "marts.person_segments": [("p1_everything", "2024-12-31")],
        "marts.persons": [(person, *flags) for person, flags in consents.items()],
        "restricted.person_contacts": contacts,
        "marts.audience_members": [
            (audience, part, person, "2024-12-01", None, is_current)
            for audience, part, person, is_current in members
        ],
        "marts.audience_changes": [
            ("cart_abandoners", None, "p2_email_only", "add"),
            ("cart_abandoners", None, "p4_no_ads", "add"),
            ("cart_abandoners", None, "p7_left", "remove"),
            ("cart_abandoners", None, "p6_erased", "remove"),
        ],
        "reference.audiences": AUDIENCES,
    }


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    fill(connection, small_shop())
    return connection


@pytest.mark.parametrize("platform", PLATFORMS)
def test_files_are_as_the_platform_asks(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, platform: str
) -> None:
    for changes in False, True:
        export_audiences.export(
            connection, "cart_abandoners", platform, tmp_path, changes
        )
    written = files_in(tmp_path / platform / "cart_abandoners")
    assert written == files_in(GOLDEN / platform)


def test_every_part_has_a_file_and_an_empty_audience_has_one(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for audience in "viewers", "nobody":
        export_audiences.export(connection, audience, "csv", tmp_path)
    lines = {
        name: len(content.splitlines())
        for name, content in files_in(tmp_path / "csv").items()
        if name.endswith(".csv")
    }
    assert lines == {
        "viewers/members.tea.csv": 3,
        "viewers/members.u-ng-tr-456a89ac.csv": 2,
        "nobody/members.csv": 1,
    }
    manifest = (tmp_path / "csv/viewers/members.json").read_text(encoding="utf-8")
    assert [file["part"] for file in json.loads(manifest)["files"]] == [
        "tea",
        "Đồ uống, trà",
    ]
    assert '"Đồ uống, trà"' in manifest, "people read it"


def test_a_shop_without_persons_has_no_date(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    connection.execute("delete from marts.person_segments")
    manifest = export_audiences.export(connection, "nobody", "csv", tmp_path)
    assert manifest["as_of_date"] is None


def test_hashes_are_those_of_the_specification(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Meta's own example; the phone without a plus sign there, with one for Google."""
    email = "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"
    for platform, phone in ("meta", b"84900000001"), ("google", b"+84900000001"):
        export_audiences.export(connection, "cart_abandoners", platform, tmp_path)
        text = (tmp_path / platform / "cart_abandoners" / "members.csv").read_text()
        assert f"{email},{hashlib.sha256(phone).hexdigest()}" in text


def test_order_of_rows_and_a_second_run_change_nothing(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    def export_all() -> dict[str, bytes]:
        for platform in PLATFORMS:
            for audience, _, _ in AUDIENCES:
                for changes in (False, True):
                    export_audiences.export(
                        connection, audience, platform, tmp_path, changes
                    )
        return files_in(tmp_path)

    before = export_all()
    assert export_all() == before
    fill(connection, {name: rows[::-1] for name, rows in small_shop().items()})
    assert export_all() == before
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in before}
    assert modes == {0o600}
    for name in before:
        if name.endswith(".json"):
            manifest = json.loads(before[name])
            assert manifest["persons_listed"] == (
                manifest["rows_written"]
                + manifest["rows_alike"]
                + sum(manifest["suppressed"].values())
            )
            for file in manifest["files"]:
                content = before[str(Path(name).with_name(file["name"]))]
                assert hashlib.sha256(content).hexdigest() == file["sha256"]


def test_file_of_a_part_that_is_no_more_goes(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    export_audiences.export(connection, "viewers", "klaviyo", tmp_path)
    export_audiences.export(connection, "viewers", "klaviyo", tmp_path, True)
    assert len(list(tmp_path.rglob("members.*.csv"))) == 2
    connection.execute("delete from marts.audience_members where part = 'tea'")
    export_audiences.export(connection, "viewers", "klaviyo", tmp_path)
    names = sorted(path.name for path in tmp_path.rglob("*"))
    assert "members.tea.csv" not in names
    assert {"add.csv", "remove.csv", "members.json", "changes.json"} <= set(names)


BENCH = duckdb.connect()

flags = st.tuples(*[st.booleans()] * 8)
"""Reachable; consent to e-mail, phone, ads; e-mail and phone with consent of their own;
preferred ones; a member of the audience rather than of another."""


def test_what_a_killed_export_left_goes(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, monkeypatch: Any
) -> None:
    class KilledError(Exception):
        """Stands for a signal, after which nothing is cleaned up."""

    def kill(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", kill)
        patched.setattr(Path, "unlink", kill)
        with pytest.raises(KilledError):
            export_audiences.export(connection, "cart_abandoners", "csv", tmp_path)
    folder = tmp_path / "csv" / "cart_abandoners"
    (left,) = folder.iterdir()
    # Of another process: the next one has an id of its own.
    left.rename(left.with_suffix(".1"))
    export_audiences.export(connection, "cart_abandoners", "csv", tmp_path)
    assert sorted(each.name for each in folder.iterdir()) == [
        "members.csv",
        "members.json",
    ]


@settings(max_examples=40, deadline=None)
@given(persons=st.lists(flags, min_size=1, max_size=8), changes=st.booleans())
def test_nobody_without_consent_is_in_a_file(
    persons: list[tuple[bool, ...]], changes: bool
) -> None:
    """Whoever may be in a file is, with exactly the contacts that they agreed to."""
    rows: Rows = {name: [] for name in TABLES} | {"reference.audiences": AUDIENCES}
    rows["marts.person_segments"] = [("p0", "2024-12-31")]
    for number, person in enumerate(persons):
        reachable, email, phone, ads, own_email, own_phone, preferred, here = person
        key = f"p{number}"
        rows["marts.persons"].append((key, reachable, email, phone, ads))
        rows["restricted.person_contacts"] += [
            (key, "email", f"{key}@a.vn", own_email, preferred),
            (key, "phone", f"+8490000000{number}", own_phone, preferred),
        ]
        audience = "viewers" if here else "nobody"
        rows["marts.audience_members"].append(
            (audience, None, key, "2024-01-01", None, True)
        )
        action = "add" if number % 2 else "remove"
        rows["marts.audience_changes"].append((audience, None, key, action))
    expected: dict[str, set[tuple[str, str]]] = {name: set() for name in PLATFORMS}
    for number, person in enumerate(persons):
        reachable, email, phone, ads, own_email, own_phone, preferred, here = person
        address = f"p{number}@a.vn" if email and own_email and preferred else ""
        mobile = f"+8490000000{number}" if phone and own_phone and preferred else ""
        if not (here and reachable and (address or mobile)):
            continue
        expected["klaviyo"].add((address, mobile))
        expected["csv"].add((str(bool(address)).lower(), f"p{number}"))
        if ads:
            expected["meta"].add((digest(address), digest(mobile[1:])))
            expected["google"].add((digest(address), digest(mobile)))
    with tempfile.TemporaryDirectory() as folder, BENCH.cursor() as connection:
        fill(connection, rows)
        for platform in PLATFORMS:
            export_audiences.export(
                connection, "viewers", platform, Path(folder), changes
            )
            found = set()
            for path in (Path(folder) / platform).rglob("*.csv"):
                with path.open(encoding="utf-8", newline="") as file:
                    for row in list(csv.reader(file))[1:]:
                        found.add(
                            (row[4], row[0]) if platform == "csv" else tuple(row[:2])
                        )
            assert found == expected[platform], platform


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def run_script(*arguments: object) -> subprocess.CompletedProcess[str]:
    script = ROOT / "scripts" / "export_audiences.py"
    return subprocess.run(
        [sys.executable, script, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
    )


def test_script_says_what_is_wrong(tmp_path: Path) -> None:
    source = tmp_path / "build.duckdb"
    command = ("--from", source, "--out", tmp_path / "exports", "--to", "google")
    missing = run_script("--audience", "viewers", *command)
    assert missing.returncode != 0 and "There is no build at" in missing.stderr
    with duckdb.connect(str(source)) as connection:
        connection.execute("create schema marts")
        locked = run_script("--audience", "viewers", *command)
    assert "is a build still running?" in locked.stderr
    unknown_run = run_script("--audience", "viewers", *command)
    assert "Nothing exported from" in unknown_run.stderr
    assert "No run is recorded there" in unknown_run.stderr
    published = run_script("--audience", "viewers", "--untested", *command)
    assert "no audiences or no contacts" in published.stderr
    with duckdb.connect(str(source)) as connection:
        fill(connection, small_shop())
        connection.execute(RECORD)
        connection.execute("update state.pipeline_runs set status = 'failed'")
    failed = run_script("--audience", "viewers", "--untested", *command)
    assert "The last run (b1b2b3b4, begun 2024-07-01 00:00 UTC)" in failed.stderr
    with duckdb.connect(str(source)) as connection:
        connection.execute("update state.pipeline_runs set status = 'success'")
    unknown = run_script("--audience", "viewer", *command)
    assert "There are: cart_abandoners, nobody, viewers." in unknown.stderr
    assert not (tmp_path / "exports").exists()
    impossible = run_script("--audience", "viewers", *command, "--out", source)
    assert impossible.stderr.startswith(f"Cannot write to {source}")
    assert "Name another folder with --out." in impossible.stderr
    # Whoever reads the build is in nobody's way.
    with duckdb.connect(str(source), read_only=True):
        done = run_script("--audience", "viewers", "nobody", *command)
    assert done.returncode == 0, done.stderr
    assert "3 rows as of 2024-12-31; held back: nobody." in done.stdout
    assert "replace the platform's list" not in done.stdout
    changes = run_script("--audience", "cart_abandoners", "--changes", *command)
    assert (
        "2 rows as of 2024-12-31; held back: erased_or_without_any_consent 1,"
        " no_ads_consent 1.\n"
    ) in changes.stdout
    assert "replace the platform's list by the whole audience" in changes.stdout
    with duckdb.connect(str(source)) as connection:
        connection.execute("delete from reference.audiences")
    none = run_script("--audience", "viewers", *command)
    assert "Seed `audiences` lists none" in none.stderr


def test_who_counts_as_to_contact_is_who_can_be_exported(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    counted = demo_warehouse.execute(
        "select audience, channel, list(person_id order by person_id)"
        " filter (where has_channel_consent) from marts.audience_members"
        " inner join reference.audiences using (audience) where is_current group by all"
    ).fetchall()
    assert {channel for _, channel, _ in counted} == {"email", "phone", "ads"}
    for audience, channel, persons in counted:
        platform = export_audiences.PLATFORMS["meta" if channel == "ads" else "klaviyo"]
        exported = []
        for member in export_audiences.read_members(demo_warehouse, audience, False):
            email, phone = export_audiences.permitted_contacts(member)
            contact = {"email": email, "phone": phone, "ads": email or phone}[channel]
            if contact and not export_audiences.reason_to_suppress(member, platform):
                exported.append(member.person_id)
        assert sorted(exported) == (persons or []), audience
