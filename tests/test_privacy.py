"""Who may read what: contacts stand apart, and an erased customer is gone.

The demo is scanned for every e-mail, phone number and name in its raw files. A small
shop, in which somebody asks to be erased who left traces in every table, is scanned for
those traces after the next run, and the bytes of its file after a full rebuild.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pytest
from identity_oracle import own_person_id
from pipeline import (
    OF_ONE_RUN,
    PROJECT,
    dbt,
    file_of,
    manifest_for,
    new_place,
    run_pipeline,
)

from scripts import publish

DEMO = PROJECT / "seeds" / "demo"

RESTRICTED = "restricted"
"""The one schema in which contacts and names stand in clear."""

TYPES_WITHOUT_TEXT = ("DATE", "TIMESTAMP", "BOOLEAN", "INTEGER", "DOUBLE", "DECIMAL")

Table = tuple[str, str]
"""Schema and name."""

Rows = list[dict[str, Any]]


# Contacts of the demo


def plain_number(text: str) -> str:
    """The digits of a phone number without trunk zero or country code."""
    return re.sub(r"^(00)?84|^0", "", re.sub(r"\D", "", text))


@dataclass
class Contacts:
    """E-mails, phone numbers and names to look for, in any spelling."""

    emails: set[str]
    numbers: set[str]
    names: set[str]

    EMAIL = re.compile(r"[^\s\"'<>,;:=?&|()]+@[^\s\"'<>,;:=?&|()]+")
    NUMBER = re.compile(r"(?<![0-9A-Za-z])\d(?:[ .()/-]{0,2}\d){8,}(?![0-9A-Za-z])")
    WORD = re.compile(r"[^\W\d_]+")

    def found_in(self, texts: Iterable[str]) -> Contacts:
        """Those of the contacts that stand somewhere in some texts.

        Args:
            texts: Values of columns, or whole files.

        Returns:
            What was found.
        """
        lengths = {len(name.split()) for name in self.names}
        found = Contacts(set(), set(), set())
        for text in texts:
            if "@" in text:
                found.emails |= self.emails & {
                    email.lower() for email in self.EMAIL.findall(text)
                }
            found.numbers |= self.numbers & {
                plain_number(number) for number in self.NUMBER.findall(text)
            }
            words = self.WORD.findall(text)
            for length in lengths:
                found.names |= self.names & {
                    " ".join(words[start : start + length])
                    for start in range(len(words) - length + 1)
                }
        return found

    def __bool__(self) -> bool:
        return bool(self.emails or self.numbers or self.names)


@pytest.fixture(scope="module")
def contacts(demo_warehouse: duckdb.DuckDBPyConnection) -> Contacts:
    """All contacts and names of the demo, as given and as `restricted` has them."""
    rows: Rows = []
    for table in ("customers", "orders"):
        with (DEMO / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    known = demo_warehouse.execute(
        "select contact_type, contact_value from restricted.person_contacts"
    ).fetchall()
    placeholders = {
        plain_number(value) or value.lower()
        for (value,) in demo_warehouse.execute(
            "select value from reference.placeholder_identifiers"
        ).fetchall()
    }
    emails = {row["email"].strip().lower() for row in rows}
    emails |= {value for kind, value in known if kind == "email"}
    numbers = {plain_number(row["phone"]) for row in rows}
    numbers |= {plain_number(value) for kind, value in known if kind == "phone"}
    names = {" ".join((row.get("full_name") or "").split()) for row in rows}
    nothing = placeholders | {""}
    return Contacts(emails - nothing, numbers - nothing, names - nothing)


def relations(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """What stands in a file: all its tables, and the views that reports may read.

    The views of `staging` and `raw` hold nothing; they read the shop's files.
    """
    return connection.execute(
        """
        select schema_name, table_name from duckdb_tables() where not temporary
        union all
        select schema_name, view_name from duckdb_views()
        where schema_name in ('intermediate', 'marts')
        order by all
        """
    ).fetchall()


def texts_of(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str
) -> Iterator[str]:
    """The values of a table that can hold a contact, each once."""
    cursor = connection.execute(f'select * from "{schema}"."{table}" limit 0')
    for column, data_type, *_ in cursor.description:
        if str(data_type).startswith(TYPES_WITHOUT_TEXT):
            continue
        # An e-mail, nine digits with separators at most, or two words.
        yield from (
            text
            for (text,) in connection.execute(
                f"""
                select distinct text
                from (
                    select cast("{column}" as varchar) as text
                    from "{schema}"."{table}"
                )
                where
                    text like '%@%'
                    or text like '%_ _%'
                    or regexp_matches(
                        text, '(^|[^0-9A-Za-z])\\d([ .()/-]{{0,2}}\\d){{8}}'
                    )
                """
            ).fetchall()
        )


def test_scan_finds_contacts_where_they_may_stand(
    demo_warehouse: duckdb.DuckDBPyConnection, contacts: Contacts
) -> None:
    found = contacts.found_in(texts_of(demo_warehouse, RESTRICTED, "person_contacts"))
    # Wrong numbers and the old spellings of 11 digits are not kept.
    assert len(found.emails) > 0.95 * len(contacts.emails) > 1000
    assert len(found.numbers) > 0.95 * len(contacts.numbers) > 1000
    assert len(found.names) > 0.95 * len(contacts.names) > 1000


def test_scan_finds_every_spelling() -> None:
    sought = Contacts({"lan@a.vn"}, {"912345678"}, {"Nguyễn Thị Lan"})
    for text in (
        "/login?mail=Lan@A.vn&next=/",
        '{"contact":" lan@a.vn "}',
        "0912 345 678",
        "(+84) 912.345.678",
        '{"phone":"84912345678"}',
        "Chị Nguyễn Thị  Lan, xin gọi lại.",
    ):
        assert sought.found_in([text]), text
    for text in ("mylan@a.vn", "20912345678", "Nguyễn Thị Lan-Anh"[:13], ""):
        assert not sought.found_in([text]), text


def test_contacts_stand_only_in_schema_restricted(
    demo_warehouse: duckdb.DuckDBPyConnection, contacts: Contacts
) -> None:
    found = {
        f"{schema}.{table}": contacts.found_in(texts_of(demo_warehouse, schema, table))
        for schema, table in relations(demo_warehouse)
        if schema != RESTRICTED
    }
    assert len(found) > 80
    assert {table: what for table, what in found.items() if what} == {}


def test_published_file_holds_no_contact(
    demo_warehouse: duckdb.DuckDBPyConnection, contacts: Contacts, tmp_path: Path
) -> None:
    published = publish.publish(file_of(demo_warehouse), tmp_path, untested=True)
    with duckdb.connect(str(published), read_only=True) as connection:
        tables = relations(connection)
        assert "persons" in [table for _, table in tables]
        for schema, table in tables:
            assert not contacts.found_in(texts_of(connection, schema, table)), table


def test_docs_hold_no_contact(
    demo_warehouse: duckdb.DuckDBPyConnection, contacts: Contacts, tmp_path: Path
) -> None:
    built = file_of(demo_warehouse)
    variables = {"raw_data": str(DEMO.resolve())}
    manifest = manifest_for(built, variables)
    # The fixture holds the file open, so that the docs are made from a copy.
    copied = Path(shutil.copy(built, tmp_path))
    target = tmp_path / f"{copied.stem}.dbt" / "target"
    target.mkdir(parents=True)
    dbt(["docs", "generate", "--no-compile"], copied, variables, manifest)
    compiled = built.parent / f"{built.stem}.dbt" / "target" / "compiled"
    texts = {
        "manifest.json": json.dumps(manifest.writable_manifest().to_dict()),
        "catalog.json": (target / "catalog.json").read_text(encoding="utf-8"),
    } | {file.name: file.read_text("utf-8") for file in compiled.rglob("*.sql")}
    assert "person_contacts" in texts["catalog.json"]
    assert len(texts) > 100
    for name, text in texts.items():
        assert not contacts.found_in([text]), name


# Erasure: a shop in which Lan, whose traces stand everywhere, asks to be erased

LAN = "KH-1001-LAN"
UNREADABLE = "KH-5005-VUI"
TWICE = "KH-6006-SEN"
LATE = "KH-7007-THU"
"""Bought before she signed up, so that erasure changes nothing of her but her name."""
STAYING = "KH-4004-NAM"
SHARES_BROWSER = "KH-2002-MINH"
SHARES_PHONE = "KH-3003-HUONG"
ERASED = (LAN, UNREADABLE, TWICE, LATE)

EMAILS = (
    "lan.nguyen@mail.example",
    "lan.work@mail.example",
    "lan.again@mail.example",
    "lan.guest@@mail",
    "vui.tran@mail.example",
    "sen.pham@mail.example",
    "sen.old@mail.example",
    "thu.le@mail.example",
)
NUMBERS = ("913572468", "933111222", "977444555", "909888777")
NAMES = (
    *("Nguyễn Thị Lan", "Lan Nguyễn", "Trần Thị Vui", "Phạm Thị Sen", "Sen Phạm"),
    "Lê Thị Thu",
)
OTHERS = (
    "browser-of-lan-01",
    "browser-of-family-07",
    "CARD-9001-LAN",
    "gọi lan sau 5 giờ",
)
STAYS = ("KH-4004-NAM", "nam.le@mail.example", "+84988777666", "browser-of-nam-04")

CUSTOMERS: Rows = [
    {
        "customer_id": LAN,
        "email": " Lan.Nguyen@Mail.example ",
        "phone": "0913 572 468",
        "full_name": "Nguyễn Thị Lan",
        "gender": "female",
        "birth_date": "1990-05-05",
        "city": "Huế",
        "signed_up_at": "2024-01-01T03:00:00Z",
        "nickname": "Lan Nguyễn",
    },
    {
        "customer_id": LAN,
        "email": "lan.again@mail.example",
        "phone": "+84 933-111-222",
        "full_name": "Lan Nguyễn",
        "signed_up_at": "2024-01-03T03:00:00Z",
    },
    {
        "customer_id": SHARES_BROWSER,
        "email": "minh.do@mail.example",
        "phone": "",
        "full_name": "Đỗ Minh",
        "signed_up_at": "2024-01-20T03:00:00Z",
    },
    {
        "customer_id": SHARES_PHONE,
        "email": "huong.vu@mail.example",
        "phone": "84913572468",
        "full_name": "Vũ Thị Hương",
        "signed_up_at": "2024-01-21T03:00:00Z",
    },
    {
        "customer_id": STAYING,
        "email": "nam.le@mail.example",
        "phone": "0988777666",
        "full_name": "Lê Hoài Nam",
        "gender": "male",
        "city": "Huế",
        "signed_up_at": "2024-01-02T03:00:00Z",
        "nickname": "Hoài Nam Lê",
    },
    {
        "customer_id": UNREADABLE,
        "email": "vui.tran@mail.example",
        "phone": "0909 888 777",
        "full_name": "Trần Thị Vui",
        "signed_up_at": "2024-01-02T04:00:00Z",
    },
    {
        "customer_id": TWICE,
        "email": "sen.pham@mail.example",
        "full_name": "Phạm Thị Sen",
        "signed_up_at": "2024-01-02T05:00:00Z",
    },
    {
        "customer_id": TWICE,
        "email": "sen.old@mail.example",
        "full_name": "Sen Phạm",
        "signed_up_at": "2024-01-04T05:00:00Z",
    },
    {
        "customer_id": LATE,
        "email": "thu.le@mail.example",
        "full_name": "Lê Thị Thu",
        "signed_up_at": "2024-03-01T05:00:00Z",
    },
    {
        "customer_id": STAYING,
        "email": "nam.old@mail.example",
        "full_name": "Nam Lê",
        "signed_up_at": "2024-01-06T03:00:00Z",
        "nickname": "Hoài Nam Lê",
    },
]
BOUGHT_AND_KNOWN = " ".join(
    f"+{model}"
    for model in (
        "int_persons__known",
        "int_persons__profiles",
        "person_identifiers",
        "person_merges",
        "identity_links",
        "shared_identifiers",
        "person_contacts",
        "segment_history",
        "quarantined_rows",
        "revenue_ledger",
        "row_counts",
    )
)
"""What is built before the request and right after it; the rebuild makes all."""

ERASED_AT = {
    LAN: "2024-03-05T03:00:00Z",
    UNREADABLE: "hôm qua",
    TWICE: "2024-03-05T03:00:00Z",
    LATE: "2024-03-05T03:00:00Z",
}


def order(order_id: str, customer_id: str, day: str, amount: str, **more: str) -> dict:
    """An order at ten in the morning, UTC."""
    return {
        "order_id": order_id,
        "customer_id": customer_id,
        "ordered_at": f"{day}T10:00:00Z",
        "total_amount": amount,
        "status": "delivered",
        **more,
    }


ORDERS: Rows = [
    order(
        *("o1", LAN, "2024-01-05", "100000"),
        email="lan.work@mail.example",
        phone="+84 (977) 444-555",
    ),
    order("o2", LAN, "2024-02-10", "250000", email="lan.nguyen@mail.example"),
    # The earliest of these is not the one whose e-mail comes first in the alphabet.
    order("o3", LAN, "2024-02-12", "300000", email="lan.work@mail.example"),
    order("o3", LAN, "2024-02-12", "200000", email="lan.again@mail.example"),
    order("o3", LAN, "2024-02-12", "200000", email="lan.nguyen@mail.example"),
    order("o4", STAYING, "2024-02-12", "70000", email="nam.le@mail.example"),
    order("o4", LAN, "2024-02-12", "90000"),
    order("o5", LAN, "2024-02-13", "ba trăm", phone="0977 444 555"),
    order("o6", "", "2024-02-14", "40000", email="LAN.NGUYEN@mail.example"),
    order("o7", "", "2024-02-15", "45000", phone="gọi Lan sau 5 giờ"),
    order("o8", LAN, "2024-02-16", "60000", email="lan.guest@@mail"),
    order("o9", LAN, "2024-02-16", "61000", phone="gọi Lan sau 5 giờ"),
    # Who was sent by her keeps what he gave with the order.
    order(
        *("o10", STAYING, "2024-02-20", "80000"),
        email="nam.old@mail.example",
        referrer_customer_id=LAN,
    ),
    order("o11", STAYING, "2024-03-10", "x", clerk="Lê Hoài Nam, 0988777666"),
    order("o12", UNREADABLE, "2024-02-17", "10000"),
    order("o13", TWICE, "2024-02-18", "11000"),
    order("o14", LATE, "2024-02-01", "12000"),
]


def event(event_id: str, browser: str, customer_id: str, day: str, url: str = "/"):
    """A page view at noon, UTC."""
    return {
        "event_id": event_id,
        "occurred_at": f"{day}T12:00:00Z" if day else "lúc trưa",
        "anonymous_id": browser,
        "customer_id": customer_id,
        "event_type": "page_view",
        "page_url": url,
        "device_type": "mobile",
    }


SHOP: dict[str, Rows] = {
    "orders": ORDERS,
    "web_events": [
        event(
            *("e1", "browser-of-lan-01", LAN, "2024-01-04"),
            "/in?mail=lan.nguyen@mail.example",
        ),
        event(
            *("e1", "browser-of-lan-01", LAN, "2024-01-04"),
            "/in?mail=lan.work@mail.example",
        ),
        event("e2", "browser-of-family-07", LAN, "2024-01-04"),
        event("e3", "browser-of-family-07", "", "2024-01-05", "/u/Nguyễn Thị Lan"),
        event("e4", "browser-of-family-07", SHARES_BROWSER, "2024-02-15"),
        event("e5", "browser-of-lan-01", "", ""),
        event("e6", "browser-of-nam-04", STAYING, "2024-01-05", "/p/1"),
    ],
    "loyalty_accounts": [
        {
            "customer_id": customer_id,
            "card_number": card,
            "tier": "vàng",
            "points_balance": "10",
            "joined_at": "2024-01-22T03:00:00Z",
        }
        for customer_id, card in (
            (LAN, "CARD-9001-LAN"),
            (SHARES_PHONE, "CARD-9001-LAN"),
            (STAYING, "CARD-9004-NAM"),
        )
    ],
    "feedback": [
        {
            "feedback_id": feedback_id,
            "customer_id": customer_id,
            "submitted_at": "2024-02-20T03:00:00Z",
            "kind": "nps",
            "score": score,
            "comment": comment,
        }
        for feedback_id, customer_id, score, comment in (
            ("f1", LAN, "9", "Nguyễn Thị Lan cần gọi lại 0913572468"),
            ("f1", LAN, "8", "Nguyễn Thị Lan gọi rồi"),
            ("f2", LAN, "chín", "Lan Nguyễn, lan.work@mail.example"),
            ("f3", STAYING, "10", "Hàng đẹp"),
        )
    ],
    "contacts": [
        {
            "contact_id": f"l{number}",
            "customer_id": customer_id,
            "contacted_at": "2024-02-25T03:00:00Z",
            "channel": "email",
            "outcome": "delivered",
        }
        for number, customer_id in enumerate((LAN, STAYING, SHARES_BROWSER))
    ],
    "experiment_assignments": [
        {
            "experiment_id": "voucher",
            "customer_id": customer_id,
            "variant": variant,
            "assigned_at": "2024-02-01T03:00:00Z",
        }
        for customer_id, variant in (
            (LAN, "treatment"),
            (LAN, "control"),
            (STAYING, "control"),
        )
    ],
}


@dataclass
class Build:
    """What a build left behind: every table, by schema and name."""

    tables: dict[Table, Rows]

    def mart(self, name: str) -> Rows:
        return self.tables["marts", name]

    def of_person(self, name: str, customer_id: str) -> Rows:
        """The rows of a mart for the person whom a customer id makes."""
        person_id = own_person_id(("shop", "customer_id", customer_id))
        return [row for row in self.mart(name) if row["person_id"] == person_id]


@dataclass
class Erasure:
    """The shop before the request, after the next run, and built anew."""

    before: Build
    after: Build
    rebuilt: Build
    rebuilt_bytes: bytes
    published_bytes: bytes


def write_shop(folder: Path, erased_at: dict[str, str]) -> None:
    """Write the raw files.

    Args:
        folder: Where.
        erased_at: By customer id; of several rows of one customer the last carries it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    last = {row["customer_id"]: number for number, row in enumerate(CUSTOMERS)}
    consents = dict.fromkeys(("email_consent", "phone_consent", "ads_consent"), "true")
    customers = [
        row
        | consents
        | {
            "erased_at": erased_at.get(row["customer_id"], "")
            if number == last[row["customer_id"]]
            else ""
        }
        for number, row in enumerate(CUSTOMERS)
    ]
    for table, rows in {"customers": customers, **SHOP}.items():
        names = list(dict.fromkeys(name for row in rows for name in row))
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names, restval="")
            writer.writeheader()
            writer.writerows(rows)


def read_build(db_path: Path) -> Build:
    """Every table of a file, rows in a fixed order."""
    with duckdb.connect(str(db_path), read_only=True) as connection:
        tables = {}
        for schema, table in relations(connection):
            cursor = connection.execute(f'select * from "{schema}"."{table}"')
            names = [column[0] for column in cursor.description]
            tables[schema, table] = sorted(
                (dict(zip(names, row, strict=True)) for row in cursor.fetchall()),
                key=repr,
            )
    return Build(tables)


@pytest.fixture(scope="module")
def erasure() -> Iterator[Erasure]:
    """The shop, built and built on in one file, and then anew."""
    folder, db_path = new_place()
    write_shop(folder, {})
    run_pipeline(folder, db_path, select=BOUGHT_AND_KNOWN, threads=1)
    before = read_build(db_path)
    write_shop(folder, ERASED_AT)
    run_pipeline(
        folder, db_path, select=BOUGHT_AND_KNOWN, threads=1, full_refresh=False
    )
    after = read_build(db_path)

    db_path.unlink()
    connect = duckdb.connect

    def connect_plainly(*args: Any, **options: Any) -> duckdb.DuckDBPyConnection:
        """Connect to a database that writes values as they are."""
        connection = connect(*args, **options)
        connection.execute("set force_compression = 'uncompressed'")
        return connection

    with mock.patch.object(duckdb, "connect", connect_plainly):
        run_pipeline(folder, db_path, threads=1)
        published = publish.publish(db_path, db_path.parent, untested=True)
    assert not db_path.with_suffix(".duckdb.wal").exists()
    yield Erasure(
        before,
        after,
        read_build(db_path),
        db_path.read_bytes(),
        published.read_bytes(),
    )
    shutil.rmtree(db_path.parent)


def hashes() -> set[str]:
    """The contacts of the erased customers as the marts would name them."""
    contacts = [*EMAILS, *(f"+84{number}" for number in NUMBERS), OTHERS[-1]]
    return {hashlib.sha256(contact.encode()).hexdigest() for contact in contacts}


def traces() -> set[str]:
    """What identifies the erased customers, in lower case."""
    texts = (*ERASED, *EMAILS, *NUMBERS, *NAMES, *OTHERS)
    return hashes() | {text.lower() for text in texts}


def traces_in(rows: Rows) -> set[str]:
    """Those of the traces that stand in some rows, in whatever spelling."""
    text = "\n".join(
        str(value).lower() for row in rows for value in row.values() if value
    )
    unspaced = re.sub(r"(?<=\d)[ .()/-]+(?=\d)", "", text)
    return {trace for trace in traces() if trace in text or trace in unspaced}


def test_traces_stand_everywhere_before_the_request(erasure: Erasure) -> None:
    found = {name: traces_in(rows) for name, rows in erasure.before.tables.items()}
    # Contacts that cannot be read, or of a row that was set aside, nobody keeps.
    unread = {"lan.guest@@mail", "gọi lan sau 5 giờ"}
    unread.add(hashlib.sha256(b"sen.old@mail.example").hexdigest())
    assert set().union(*found.values()) >= traces() - unread
    for table in (
        ("marts", "person_identifiers"),
        ("marts", "identity_links"),
        ("marts", "shared_identifiers"),
        ("marts", "quarantined_rows"),
        ("restricted", "person_contacts"),
        ("restricted", "base_shop__customers_repeated"),
        ("restricted", "base_shop__orders_repeated"),
        ("staging", "base_shop__experiment_assignments_repeated"),
        ("staging", "base_shop__feedback_repeated"),
        ("staging", "base_shop__web_events_repeated"),
    ):
        assert found[table], table


@pytest.mark.parametrize("build", ["after", "rebuilt"])
def test_no_trace_stands_in_any_table(erasure: Erasure, build: str) -> None:
    tables = getattr(erasure, build).tables
    found = {name: traces_in(rows) for name, rows in tables.items()}
    # By the hashes of phone numbers the erased ones are told from all others.
    found["staging", "base_shop__phones"] -= hashes()
    assert {name: what for name, what in found.items() if what} == {}


def test_next_run_and_rebuild_agree(erasure: Erasure) -> None:
    after, rebuilt = (
        {
            (schema, name): rows
            for (schema, name), rows in build.tables.items()
            if schema != "state" and name not in OF_ONE_RUN
        }
        for build in (erasure.after, erasure.rebuilt)
    )
    assert after == {name: rebuilt[name] for name in after}
    assert len(rebuilt) > len(after) > 50


@pytest.mark.parametrize("file", ["rebuilt_bytes", "published_bytes"])
def test_no_trace_stands_in_the_bytes_of_the_file(erasure: Erasure, file: str) -> None:
    content = getattr(erasure, file)
    spellings = {
        row["email"].strip() for row in [*CUSTOMERS, *ORDERS] if "email" in row
    }
    spellings |= {row["phone"] for row in [*CUSTOMERS, *ORDERS] if "phone" in row}
    kept = {"nam.le@mail.example", "nam.old@mail.example", "0988777666"}
    kept |= {"minh.do@mail.example", "huong.vu@mail.example", ""}
    sought = traces() | (spellings - kept) | {*ERASED, *NAMES, *OTHERS}
    sought -= hashes() if file == "rebuilt_bytes" else set()
    assert {text for text in sought if text.encode() in content} == set()
    stays = {text for text in STAYS if text.encode() in content}
    contacts = {"nam.le@mail.example", "+84988777666"}
    assert stays == set(STAYS) - (contacts if file == "published_bytes" else set())


def test_contacts_of_those_who_stay_stand_only_in_restricted(erasure: Erasure) -> None:
    sought = Contacts(
        {row["email"].strip().lower() for row in CUSTOMERS},
        {*NUMBERS, "988777666"},
        {*NAMES, "Lê Hoài Nam", "Hoài Nam Lê", "Nam Lê", "Đỗ Minh", "Vũ Thị Hương"},
    )
    # Free text is kept as it was written.
    free = ("base_shop__feedback_repeated", "base_shop__web_events_repeated")
    for build in (erasure.before, erasure.rebuilt):
        for (schema, table), rows in build.tables.items():
            if schema != RESTRICTED and table not in free:
                texts = [str(value) for row in rows for value in row.values()]
                assert not sought.found_in(texts), table


def test_money_still_reconciles(erasure: Erasure) -> None:
    assert erasure.after.mart("revenue_ledger") == erasure.before.mart("revenue_ledger")
    lines = {row["line"]: row["orders"] for row in erasure.after.mart("revenue_ledger")}
    assert lines["quarantined_conflicting_duplicate"] == 3
    assert erasure.after.mart("row_counts") == [
        row
        | (
            # An unreadable erased_at sets its row aside.
            {"rows_staged": 6, "rows_quarantined": 4}
            if row["source_table"] == "customers"
            else {}
        )
        for row in erasure.before.mart("row_counts")
    ]


def test_orders_and_history_of_the_erased_stay(erasure: Erasure) -> None:
    person_id = own_person_id(("shop", "customer_id", LAN))
    orders = [
        {
            row["order_id"]: (row["order_amount"], row["ordered_on"])
            for row in build.tables["intermediate", "int_orders__counted"]
            if row["person_id"] == person_id
        }
        for build in (erasure.before, erasure.after)
    ]
    # What Lan ordered as a guest (o6) stays with the rest.
    assert set(orders[0]) == {"o1", "o2", "o3", "o4", "o6", "o8", "o9"}
    assert orders[0] == orders[1]
    histories = [
        build.of_person("segment_history", LAN)
        for build in (erasure.before, erasure.after)
    ]
    assert [row for row in histories[1] if row["scheme"] == "lifecycle"]
    assert histories[0] == histories[1]


def test_erased_are_not_reachable_and_not_listed(erasure: Erasure) -> None:
    for customer_id in ERASED:
        (person,) = erasure.rebuilt.of_person("persons", customer_id)
        assert not person["is_reachable"], customer_id
        for consent in ("email", "phone", "ads"):
            assert not person[f"has_{consent}_consent"], customer_id
        assert person["gender"] is None
        assert person["city"] is None
        for mart in ("person_identifiers", "identity_links"):
            assert erasure.after.of_person(mart, customer_id) == []
        person_id = person["person_id"]
        for row in erasure.after.tables[RESTRICTED, "person_contacts"]:
            assert row["person_id"] != person_id
    assert erasure.after.mart("shared_identifiers") == []


def test_who_shared_a_browser_or_phone_stays_alone(erasure: Erasure) -> None:
    before = {
        row["identifier_value"]: row["person_id"]
        for row in erasure.before.mart("person_identifiers")
    }
    assert before[LAN] == before[SHARES_BROWSER] == before[SHARES_PHONE]
    for customer_id in (SHARES_BROWSER, SHARES_PHONE):
        (person,) = erasure.rebuilt.of_person("persons", customer_id)
        assert person["is_reachable"]
        values = {
            row["identifier_type"]: row["identifier_value"]
            for row in erasure.after.of_person("person_identifiers", customer_id)
        }
        assert values.pop("customer_id") == customer_id
        assert set(values) == {"email"}


TELL_OF_OTHERS = (
    "referrer_customer_id",
    "version_hash",
    "standing_hash",
    "order_facts",
)
"""An order tells that whoever recommended the shop is erased, and so do its version and
what is made of it; nothing else of those who stay changes."""


def test_nothing_changes_for_others(erasure: Erasure) -> None:
    compared = []
    for (schema, mart), rows in erasure.after.tables.items():
        if schema != "staging" and rows and "person_id" in rows[0]:
            name = (schema, mart)
            person_id = own_person_id(("shop", "customer_id", STAYING))
            builds = [
                [
                    {**row, **dict.fromkeys(TELL_OF_OTHERS)}
                    for row in build.tables[name]
                    if row["person_id"] == person_id
                ]
                for build in (erasure.before, erasure.after)
            ]
            assert builds[0] == builds[1], mart
            compared += [mart] if builds[0] else []
    assert {"segment_history", "person_contacts", "identity_links"} <= set(compared)
    assert {"int_persons__known", "int_persons__profiles"} <= set(compared)
