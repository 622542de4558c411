"""Writes audiences as the files that advertising and mailing platforms ask for.

    python scripts/export_audiences.py --audience NAME [NAME ...]
        --to meta|google|klaviyo|csv [--changes] [--from FILE] [--out FOLDER]
        [--untested]

The files hold contacts, hashed or in clear: they go to a folder that git ignores, and
only their owner may read them. A person is in a file only with consent for what it is
for, and with no other contact than those that they agreed to be reached by. Builds that
are equal give equal bytes; one whose last run failed, was killed or built only a part
is not exported. The specifications that the formats follow:

meta     https://developers.facebook.com/docs/marketing-api/audiences/guides/custom-audiences
         https://www.facebook.com/business/help/2082575038703844
google   https://support.google.com/google-ads/answer/7659867
         https://support.google.com/google-ads/answer/7476159
klaviyo  https://help.klaviyo.com/hc/en-us/articles/360043841811
         https://help.klaviyo.com/hc/en-us/articles/360035428731
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent))

from one_at_a_time import is_there
from runs import last_run, objection

Row = tuple[str, ...]
"""The cells of a line of a file."""


@dataclass(frozen=True)
class Member:
    """A person of an audience, with the contacts that they prefer to be reached by."""

    part: str
    person_id: str
    action: str
    email: str
    phone: str
    is_person: bool
    is_reachable: bool
    has_email_consent: bool
    has_phone_consent: bool
    has_ads_consent: bool
    label_en: str
    label_vi: str


@dataclass(frozen=True)
class Platform:
    """What a platform asks for.

    Args:
        columns: The header.
        row: The cells of a person; an e-mail or phone that may not be used is empty.
        is_advertising: Whether consent to advertising is needed too.
        specification: Where the format is published.
    """

    columns: tuple[str, ...]
    row: Callable[[Member, str, str], Row]
    is_advertising: bool
    specification: str


def sha256(text: str) -> str:
    """SHA-256 in lower-case hexadecimal; of nothing, nothing."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def meta_row(member: Member, email: str, phone: str) -> Row:
    """E-mail in lower case, digits of the phone with country code, the id as it is."""
    digits = re.sub(r"\D", "", phone)
    return sha256(email), sha256(digits), member.person_id


def google_row(_: Member, email: str, phone: str) -> Row:
    """E-mail in lower case, the phone as E.164 with its plus sign."""
    return sha256(email), sha256(phone)


def klaviyo_row(member: Member, email: str, phone: str) -> Row:
    """Contacts in clear, and the channels that the person agreed to."""
    channels = ["email"] * bool(email) + ["sms"] * bool(phone)
    return email, phone, json.dumps(channels), member.person_id


def csv_row(member: Member, email: str, phone: str) -> Row:
    """No contact: for systems that know the person id."""
    return (
        member.person_id,
        member.part,
        member.label_en,
        member.label_vi,
        str(bool(email)).lower(),
        str(bool(phone)).lower(),
        str(member.has_ads_consent).lower(),
    )


PLATFORMS = {
    "meta": Platform(
        ("email", "phone", "extern_id"),
        meta_row,
        is_advertising=True,
        specification="https://developers.facebook.com/docs/marketing-api/audiences/guides/custom-audiences",
    ),
    "google": Platform(
        ("Email", "Phone"),
        google_row,
        is_advertising=True,
        specification="https://support.google.com/google-ads/answer/7659867",
    ),
    "klaviyo": Platform(
        ("Email", "Phone Number", "$consent", "person_id"),
        klaviyo_row,
        is_advertising=False,
        specification="https://help.klaviyo.com/hc/en-us/articles/360043841811",
    ),
    "csv": Platform(
        (
            "person_id",
            "part",
            "label_en",
            "label_vi",
            "may_email",
            "may_phone",
            "may_advertise",
        ),
        csv_row,
        is_advertising=False,
        specification="",
    ),
}

MEMBERS = """
    select distinct
        coalesce(listed.part, '') as part,
        listed.person_id,
        {action} as action,
        coalesce(emails.contact_value, '') as email,
        coalesce(phones.contact_value, '') as phone,
        persons.person_id is not null as is_person,
        coalesce(persons.is_reachable, false) as is_reachable,
        coalesce(persons.has_email_consent, false) as has_email_consent,
        coalesce(persons.has_phone_consent, false) as has_phone_consent,
        coalesce(persons.has_ads_consent, false) as has_ads_consent,
        coalesce(audiences.label_en, '') as label_en,
        coalesce(audiences.label_vi, '') as label_vi
    from {listed} as listed
    inner join reference.audiences as audiences using (audience)
    left join marts.persons as persons using (person_id)
    left join restricted.person_contacts as emails
        on
            listed.person_id = emails.person_id
            and emails.contact_type = 'email'
            and emails.is_preferred
            and emails.has_consent
    left join restricted.person_contacts as phones
        on
            listed.person_id = phones.person_id
            and phones.contact_type = 'phone'
            and phones.is_preferred
            and phones.has_consent
    where listed.audience = ? {condition}
"""


def known_audiences(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of all audiences, sorted.

    Args:
        connection: To a build.

    Raises:
        SystemExit: The build has no audiences or no contacts.
    """
    try:
        connection.execute("select 1 from restricted.person_contacts limit 0")
        connection.execute("select 1 from marts.audience_members limit 0")
        found = connection.execute(
            "select audience from reference.audiences order by audience"
        ).fetchall()
    except duckdb.CatalogException as error:
        raise SystemExit(
            "This database has no audiences or no contacts (published marts never have"
            " any). Name the file of a build, after `make build`. "
            + str(error).splitlines()[0]
        ) from error
    return [audience for (audience,) in found]


def read_members(
    connection: duckdb.DuckDBPyConnection, audience: str, changes: bool
) -> list[Member]:
    """The persons who stand in an audience, or those to add to it and take from it.

    Args:
        connection: To a build.
        audience: Its name.
        changes: Whether the changes since the last publication are asked for.

    Returns:
        The persons, in no particular order.
    """
    if changes:
        query = MEMBERS.format(
            action="listed.action", listed="marts.audience_changes", condition=""
        )
    else:
        query = MEMBERS.format(
            action="'member'",
            listed="marts.audience_members",
            condition="and listed.is_current",
        )
    return [Member(*row) for row in connection.execute(query, [audience]).fetchall()]


def permitted_contacts(member: Member) -> tuple[str, str]:
    """E-mail and phone of a person, each empty without consent to be reached by it."""
    return (
        member.email.strip().lower() if member.has_email_consent else "",
        member.phone.strip() if member.has_phone_consent else "",
    )


def reason_to_suppress(member: Member, platform: Platform) -> str | None:
    """Why a person may not be in a platform's file.

    Args:
        member: The person.
        platform: The platform.

    Returns:
        The first reason that holds; None if the person may be in it.
    """
    if not member.is_person:
        return "unknown_person"
    if not member.is_reachable:
        return "erased_or_without_any_consent"
    if platform.is_advertising and not member.has_ads_consent:
        return "no_ads_consent"
    if not any(permitted_contacts(member)):
        return "no_contact_with_consent"
    return None


def csv_bytes(columns: tuple[str, ...], rows: list[Row]) -> bytes:
    """A CSV file in UTF-8 with sorted rows, each once."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(sorted(set(rows)))
    return text.getvalue().encode()


def file_name(action: str, part: str) -> str:
    """Name of the file of an action and part; two parts never share one.

    Args:
        action: `member`, `add` or `remove`.
        part: Name of the part, any text; empty if the audience has none.
    """
    stem = "members" if action == "member" else action
    if not part:
        return f"{stem}.csv"
    plain = re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-")[:40]
    mark = "" if plain == part else f"-{sha256(part)[:8]}"
    return f"{stem}.{plain}{mark}.csv"


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place in one step, readable by its owner alone."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def sort_out(
    members: list[Member], platform: Platform
) -> tuple[dict[tuple[str, str], list[Row]], Counter[str], Counter[str]]:
    """Who may be in the files of a platform, and with which contacts.

    Args:
        members: The persons.
        platform: The platform.

    Returns:
        Rows by (action, part); how many persons are in none, by reason; how many are in
        one without e-mail or phone, by kind.
    """
    rows: dict[tuple[str, str], list[Row]] = {}
    suppressed: Counter[str] = Counter()
    withheld: Counter[str] = Counter()
    for member in members:
        reason = reason_to_suppress(member, platform)
        if reason is not None:
            suppressed[reason] += 1
            continue
        email, phone = permitted_contacts(member)
        withheld["email"] += not email
        withheld["phone"] += not phone
        place = member.action, member.part
        rows.setdefault(place, []).append(platform.row(member, email, phone))
    return rows, suppressed, withheld


def write_files(
    target: Path, columns: tuple[str, ...], rows: dict[tuple[str, str], list[Row]]
) -> list[dict[str, Any]]:
    """Write a file for each action and part.

    Args:
        target: The folder; it is made if it is not there.
        columns: The header.
        rows: By (action, part).

    Returns:
        What the manifest says of each file.
    """
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    # What a killed export left, of people who may have withdrawn consent since.
    for left in target.glob(".*.[0-9]*"):
        left.unlink()
    files = []
    for (action, part), listed in sorted(rows.items()):
        name = file_name(action, part)
        content = csv_bytes(columns, listed)
        write_whole(target / name, content)
        files.append(
            {
                "name": name,
                "action": action,
                "part": part or None,
                "rows": len(set(listed)),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
    return files


def export(
    connection: duckdb.DuckDBPyConnection,
    audience: str,
    platform_name: str,
    folder: Path,
    changes: bool = False,
) -> dict[str, Any]:
    """Write one audience for one platform.

    Args:
        connection: To a build.
        audience: Its name, one of `known_audiences`.
        platform_name: A key of `PLATFORMS`.
        folder: The files go to `<folder>/<platform>/<audience>/`. Those of parts that
            are no more are removed: who has withdrawn consent stands in no file.
        changes: Whether to write whom to add and whom to remove instead of all.

    Returns:
        The manifest, which is written beside the files.

    Raises:
        OSError: The folder cannot be written.
    """
    platform = PLATFORMS[platform_name]
    members = read_members(connection, audience, changes)
    rows, suppressed, withheld = sort_out(members, platform)
    if not any(part for _, part in rows):
        for action in ("add", "remove") if changes else ("member",):
            rows.setdefault((action, ""), [])
    target = folder / platform_name / audience
    files = write_files(target, platform.columns, rows)
    written = {file["name"] for file in files}
    for stem in ("add", "remove") if changes else ("members",):
        for old in target.glob(f"{stem}.*csv"):
            if old.name not in written:
                old.unlink()

    (as_of_date,) = connection.execute(
        "select max(as_of_date) from marts.person_segments"
    ).fetchone()
    rows_written = sum(file["rows"] for file in files)
    content = "changes" if changes else "members"
    manifest = {
        "audience": audience,
        "platform": platform_name,
        "content": content,
        "as_of_date": as_of_date.isoformat() if as_of_date else None,
        "specification": platform.specification or None,
        "columns": list(platform.columns),
        "persons_listed": len(members),
        "rows_written": rows_written,
        "rows_alike": len(members) - suppressed.total() - rows_written,
        "suppressed": dict(sorted(suppressed.items())),
        "written_without": {kind: withheld[kind] for kind in ("email", "phone")},
        "files": files,
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    write_whole(target / f"{content}.json", text.encode())
    return manifest


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--audience",
        nargs="+",
        required=True,
        metavar="NAME",
        help="one or more of seed audiences",
    )
    parser.add_argument("--to", dest="platform", choices=PLATFORMS, required=True)
    parser.add_argument(
        "--changes",
        action="store_true",
        help="whom to add and to remove since the last publication, instead of all",
    )
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        default=Path(os.environ.get("SEGMENTATION_DB", "segmentation.duckdb")),
        help="DuckDB file of the build (default: SEGMENTATION_DB)",
    )
    parser.add_argument(
        "--out",
        dest="folder",
        type=Path,
        default=Path("exports"),
        help="where the files go (default: %(default)s)",
    )
    parser.add_argument(
        "--untested",
        action="store_true",
        help="export from a build of which no test is recorded",
    )
    return parser.parse_args(arguments)


def open_build(source: Path) -> duckdb.DuckDBPyConnection:
    """A connection that reads a build.

    Args:
        source: The DuckDB file.

    Raises:
        SystemExit: It is not there, or cannot be read; the message says what to do.
    """
    if not is_there(source):
        raise SystemExit(f"There is no build at {source}: run `make build`.")
    try:
        return duckdb.connect(str(source), read_only=True)
    except duckdb.IOException as error:
        raise SystemExit(
            f"Cannot read {source}; is a build still running? {error}"
        ) from error


def main(arguments: list[str] | None = None) -> None:
    """Export and say what was written and what was held back.

    Args:
        arguments: Of the command line.

    Raises:
        SystemExit: Not all of it can be exported; the message says what to do.
    """
    options = parse(arguments)
    with open_build(options.source) as connection:
        wrong = objection(last_run(connection), options.untested)
        if wrong:
            raise SystemExit(f"Nothing exported from {options.source}. {wrong}")
        known = known_audiences(connection)
        for audience in options.audience:
            if audience not in known:
                raise SystemExit(
                    f"There is no audience `{audience}`. "
                    + (
                        f"There are: {', '.join(known)}."
                        if known
                        else "Seed `audiences` lists none: add it there and build."
                    )
                )
        for audience in sorted(set(options.audience)):
            try:
                manifest = export(
                    connection,
                    audience,
                    options.platform,
                    options.folder,
                    options.changes,
                )
            except OSError as error:
                raise SystemExit(
                    f"Cannot write to {options.folder}: {error.strerror}."
                    " Name another folder with --out."
                ) from error
            held_back = ", ".join(
                f"{reason} {persons:,}"
                for reason, persons in manifest["suppressed"].items()
            )
            print(
                f"{options.folder / options.platform / audience}:"
                f" {manifest['rows_written']:,} rows as of {manifest['as_of_date']};"
                f" held back: {held_back or 'nobody'}."
            )
    if options.changes:
        print(
            "Who has given or withdrawn consent while in the audience, was erased or"
            " has become one with another person is in no file, not even to be"
            " removed: replace the platform's list by the whole audience regularly."
        )


if __name__ == "__main__":
    main()
