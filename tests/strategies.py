"""Small random shops, dense with edge days, and how they become files.

A dbt build costs seconds, so one shop carries many persons. Every person is a short
journey: steps that lie a drawn number of days apart, mostly one day around the windows
of the rules, at a drawn time of the day, mostly around local midnight.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
from hypothesis import strategies as st
from oracle import (
    CONTACTS_OF_NOBODY,
    DATED_CANCEL_STATUSES,
    NAMED_AT,
    Rules,
    Shop,
    business_date,
)

FIRST_DAY = date(2023, 1, 1)
LAST_DAY = date(2024, 12, 31)

EDGE_GAPS = [days + step for days in (7, 30, 45, 180, 225, 365) for step in (-1, 0, 1)]
SLOW_GAPS = [60, 100, 110, 120, 135, 136, 150, 170, 178, 179, 180]
SHORT_GAPS = [0, 1, 6, 7, 8, 29, 30, 31, 44, 45, 46]
CLOCK = [
    time(0, 0, 0),
    time(0, 0, 1),
    time(6, 59, 59),
    time(7, 0, 0),
    time(12, 0, 0),
    time(12, 0, 0),
    time(17, 0, 0),
    time(23, 59, 59),
]
AMOUNTS = [
    Decimal(text)
    for text in (
        "100",
        "100",
        "250",
        "333.33",
        "99999.99",
        "500000",
        "500000.01",
        "1000000",
        "1500001",
        "5000000",
        "5000000.01",
        "16000000",
    )
]
COUNTED = ["paid", "Processing", "shipped", "DELIVERED", "completed"]
BASKETS = [
    [],
    ["p1"],
    ["p1", "p2"],
    ["p1", "p3"],
    ["p3"],
    ["p1", "0p3"],
    ["p4", "p9", "-p3"],
]
"""Products of an order; a minus sign is of what comes back in exchange, 0 of none."""

VISITS = ["page_view", "product_view", "search", "purchase", "signup", "swipe"]
PRODUCTS = [
    {"product_id": "p1", "category": "tea"},
    {"product_id": "p2", "category": "tea"},
    {"product_id": "p3", "category": "coffee"},
    {"product_id": "p4", "category": None},
]

ORDER_STEPS = [
    "order",
    "order",
    "order",
    "order",
    "order",
    "two_orders",
    "from_items",
    "cancelled_later",
    "paid_cancelled_later",
    "cancelled_same_day",
    "cancelled_before",
    "cancelled_undated",
    "returned_later",
    "refunded_in_part",
    "refunded_in_parts",
    "refunded_off_by_a_cent",
    "refunded_in_full",
    "refunded_same_day",
    "refunded_in_excess",
    "refunded_before",
    "refunded_and_cancelled",
    "no_status",
    "pending",
    "pending_cancelled",
    "failed",
    "unknown_status",
    "test",
    "free",
    "negative",
    "guest",
]
WEB_STEPS = [
    "visit",
    "visit",
    "add_to_cart",
    "checkout",
    "anonymous_visit",
    "anonymous_cart",
    "shared_visit",
    "shared_anonymous_visit",
]
KINDS = {
    "buyer": 6,
    "regular": 3,
    "slow": 3,
    "member": 4,
    "visitor": 2,
    "lead": 1,
    "unlisted": 1,
}


@dataclass
class Clerk:
    """Draws what happens and writes it into a shop.

    Args:
        shop: The shop that is filled.
        timezone: The reporting time zone, in which days and times are drawn.
        random: Where draws come from.
    """

    shop: Shop
    timezone: str
    random: random.Random
    last_id: int = 0

    def pick(self, values: Sequence[Any]) -> Any:
        """One of some values."""
        return self.random.choice(values)

    def gap(self) -> int:
        """A number of days, mostly one around the windows of the rules."""
        kind = self.random.random()
        if kind < 0.35:
            return self.pick(EDGE_GAPS)
        return self.pick(SHORT_GAPS) if kind < 0.8 else self.random.randint(0, 100)

    def sometime(self, day: date) -> datetime:
        """The UTC instant of a drawn local time on a day."""
        return self.instant(day, self.pick(CLOCK))

    def later(self, day: date) -> datetime:
        """A UTC instant on a drawn day on or after a day."""
        return self.sometime(day + timedelta(days=self.gap()))

    def next_id(self, prefix: str) -> str:
        """An id that no other row has."""
        self.last_id += 1
        return f"{prefix}{self.last_id:04d}"

    def instant(self, day: date, clock: time) -> datetime:
        """The UTC instant of a local time, without a zone."""
        local = datetime.combine(day, clock, ZoneInfo(self.timezone))
        return local.astimezone(UTC).replace(tzinfo=None)

    def order(
        self,
        customer_id: str | None,
        at: datetime,
        status: str | None,
        amount: Decimal | None,
        cancelled_at: datetime | None = None,
        is_test: bool | None = False,
        contacts: dict[str, str | None] | None = None,
    ) -> str:
        """Add an order and return its id."""
        order_id = self.next_id("o")
        self.shop.orders.append(
            {
                "order_id": order_id,
                "customer_id": customer_id,
                "email": None,
                "phone": None,
                **(contacts or {}),
                "ordered_at": at,
                "status": status,
                "total_amount": amount,
                "cancelled_at": cancelled_at,
                "is_test": is_test,
            }
        )
        return order_id

    def contacts(self, name: str | None) -> dict[str, str | None]:
        """An e-mail and a phone as somebody gives them: theirs, a shared one, none.

        The phone number is now and then somebody else's, and either one a placeholder.
        """
        number = (name or "c00")[1:]
        if self.random.random() < 0.1:
            number = f"{self.random.randint(0, 40):02d}"
        email = self.pick([None, f"{name}@example.com", f" {name}@Example.com "])
        if self.random.random() < 0.1:
            email = "family@example.com"
        phones = [None, f"0912 34{number:>02} 56", f"+84 91234{number:>02}56"]
        found = {"email": email, "phone": self.pick([*phones, "+84900001234"])}
        for kind, of_nobody in CONTACTS_OF_NOBODY.items():
            if self.random.random() < 0.05:
                found[kind] = self.pick(of_nobody)
        return found

    def items(self, order_id: str, products: list[str], price: Decimal) -> None:
        """Add a line per product to an order: two units, half off, or back, or none."""
        units = {"-": -2, "0": 0}
        for line_number, product_id in enumerate(products, start=1):
            self.shop.order_items.append(
                {
                    "order_id": order_id,
                    "line_number": str(line_number),
                    "product_id": product_id.lstrip("-0"),
                    "quantity": Decimal(units.get(product_id[0], 2)),
                    "unit_price": price,
                    "discount_amount": price,
                }
            )

    def refund(self, order_id: str, at: datetime, amount: Decimal) -> None:
        """Add a refund."""
        self.shop.refunds.append(
            {
                "refund_id": self.next_id("r"),
                "order_id": order_id,
                "refunded_at": at,
                "amount": amount,
            }
        )

    def event(
        self, at: datetime, anonymous_id: str, customer_id: str | None, event_type: str
    ) -> None:
        """Add a web event."""
        self.shop.web_events.append(
            {
                "event_id": self.next_id("e"),
                "occurred_at": at,
                "anonymous_id": anonymous_id,
                "customer_id": customer_id,
                "event_type": event_type,
            }
        )


def add_order_step(clerk: Clerk, step: str, customer_id: str | None, day: date) -> None:
    """Add what an order step means to the shop.

    Args:
        clerk: Draws and writes.
        step: One of ORDER_STEPS.
        customer_id: Who orders; None for nobody known.
        day: The local date of the order.
    """
    at = clerk.sometime(day)
    amount = clerk.pick(AMOUNTS)
    part = (amount / 4).quantize(Decimal("0.01"))
    status: str | None = clerk.pick(COUNTED)
    products = clerk.pick(BASKETS)
    order_amount: Decimal | None = amount
    cancelled_at = None
    is_test = clerk.pick([False, None])
    refunds: list[tuple[datetime, Decimal]] = []
    contacts = clerk.contacts(customer_id) if clerk.random.random() < 0.1 else None
    match step:
        case "two_orders":
            clerk.order(customer_id, at, status, part)
        case "from_items":
            order_amount, products = None, ["p1", "p3"]
        case "cancelled_later":
            status, cancelled_at = "cancelled", clerk.later(day)
        case "paid_cancelled_later":
            cancelled_at = clerk.later(day)
        case "cancelled_same_day":
            status, cancelled_at = (
                clerk.pick(["cancelled", "paid"]),
                clerk.sometime(day),
            )
        case "cancelled_before":
            status = clerk.pick(["cancelled", "paid"])
            cancelled_at = clerk.sometime(day - timedelta(days=clerk.gap()))
        case "cancelled_undated":
            status = "Cancelled"
        case "returned_later":
            status = clerk.pick(["returned", "refunded"])
            cancelled_at = clerk.later(day)
        case "refunded_in_part":
            refunds = [(clerk.later(day), part)]
        case "refunded_in_parts":
            refunds = [
                (clerk.later(day), each) for each in (part, part, amount - 2 * part)
            ]
        case "refunded_off_by_a_cent":
            rest = amount - part - clerk.pick([Decimal("0.01"), Decimal("-0.01")])
            refunds = [(clerk.later(day), each) for each in (part, rest)]
        case "refunded_in_full":
            refunds = [(clerk.later(day), amount)]
        case "refunded_same_day":
            refunds = [(clerk.sometime(day), clerk.pick([part, amount]))]
        case "refunded_in_excess":
            refunds = [(clerk.later(day), part), (clerk.later(day), amount + part)]
        case "refunded_before":
            early = clerk.sometime(day - timedelta(days=clerk.gap()))
            refunds = [(early, clerk.pick([part, amount]))]
        case "refunded_and_cancelled":
            cancelled_at = clerk.later(day)
            refunds = [(clerk.later(day), part), (clerk.later(day), amount)]
        case "no_status":
            status = None
        case "pending":
            status = "pending"
        case "pending_cancelled":
            status, cancelled_at = "pending", clerk.later(day)
        case "failed":
            status = "failed"
        case "unknown_status":
            status = "on_hold"
        case "test":
            is_test = True
        case "free":
            order_amount = Decimal(0)
        case "negative":
            order_amount = -amount
        case "guest":
            contacts, customer_id = clerk.contacts(customer_id), None
    order_id = clerk.order(
        customer_id, at, status, order_amount, cancelled_at, is_test, contacts
    )
    clerk.items(order_id, products, part)
    for refunded_at, refund_amount in refunds:
        clerk.refund(order_id, refunded_at, refund_amount)


def add_web_step(
    clerk: Clerk, step: str, name: str, is_visitor: bool, day: date
) -> None:
    """Add what a web step means to the shop.

    Args:
        clerk: Draws and writes.
        step: One of WEB_STEPS.
        name: Customer id, or what the visitor is called.
        is_visitor: Whether the shop knows no customer id of theirs.
        day: The local date.
    """
    at = clerk.sometime(day)
    is_shared = step.startswith("shared")
    anonymous_id = clerk.pick(["kiosk", "tablet"]) if is_shared else f"a-{name}"
    customer_id = None if is_visitor or "anonymous" in step else name
    event_type = step
    if step.endswith("visit"):
        event_type = clerk.pick(VISITS)
    elif step == "anonymous_cart":
        event_type = "add_to_cart"
    clerk.event(at, anonymous_id, customer_id, event_type)


def add_customer(clerk: Clerk, name: str, first_day: date, last_day: date) -> None:
    """Add a row of `customers`.

    Args:
        clerk: Draws and writes.
        name: Customer id.
        first_day: The day on which the journey begins.
        last_day: No sign-up is later than this.
    """
    signup_gap = clerk.pick([None, None, 0, 0, -1, -60, 30, 45, 400])
    signed_up_at = None
    if signup_gap is not None:
        signed_up_on = min(first_day + timedelta(days=signup_gap), last_day)
        signed_up_at = clerk.sometime(signed_up_on)
    is_erased = clerk.random.random() < 0.1
    asks_without_id = clerk.random.random() < 0.02
    clerk.shop.customers.append(
        {
            "customer_id": name,
            **clerk.contacts(name),
            "email_consent": clerk.pick([True, True, False, None]),
            "phone_consent": clerk.pick([True, False, None]),
            "signed_up_at": signed_up_at,
            "erased_at": clerk.instant(last_day, time(9)) if is_erased else None,
        }
    )
    if asks_without_id:
        clerk.shop.customers.append(
            {
                "customer_id": None,
                **clerk.contacts(name),
                "email_consent": None,
                "phone_consent": None,
                "signed_up_at": None,
                "erased_at": clerk.instant(last_day, time(9)),
            }
        )


def add_naming_rows(clerk: Clerk, name: str, last_day: date) -> None:
    """Add rows that name a customer and do not say that they were there.

    Some are dated before everything else, or after it.

    Args:
        clerk: Draws and writes.
        name: Customer id.
        last_day: No order or event is later than this.
    """

    def sometime() -> datetime:
        days = clerk.random.randint(-20, (last_day - FIRST_DAY).days + 20)
        return clerk.sometime(FIRST_DAY + timedelta(days=days))

    someone = f"c{clerk.random.randint(0, 40):02d}"
    cards = [None, f"card-{name}", f"card-{name}", f"card-{someone}", "club", "club"]
    named = {"customer_id": name}
    if clerk.random.random() < 0.4:
        joined_at = clerk.pick([None, sometime(), sometime(), sometime()])
        clerk.shop.loyalty_accounts.append(
            {**named, "card_number": clerk.pick(cards), "joined_at": joined_at}
        )
    for _ in range(clerk.pick([0, 0, 0, 1, 2])):
        answer = {"feedback_id": clerk.next_id("f"), "submitted_at": sometime()}
        clerk.shop.feedback.append(
            {**named, **answer, "kind": "nps", "score": Decimal(9)}
        )
    for _ in range(clerk.pick([0, 0, 0, 1, 2])):
        contact = {"contact_id": clerk.next_id("m"), "contacted_at": sometime()}
        clerk.shop.contacts.append({**named, **contact})
    if clerk.random.random() < 0.1:
        draw = {"experiment_id": "banner_color", "variant": "control"}
        clerk.shop.experiment_assignments.append(
            {**named, **draw, "assigned_at": sometime()}
        )


def add_person(clerk: Clerk, name: str, last_day: date) -> None:
    """Add a person and their journey to the shop.

    Args:
        clerk: Draws and writes.
        name: Customer id, or what the visitor is called.
        last_day: No order or event is later than this.
    """
    kind = clerk.pick([kind for kind, weight in KINDS.items() for _ in range(weight)])
    first_gap = clerk.pick([clerk.gap(), clerk.random.randint(0, 40)])
    day = min(FIRST_DAY + timedelta(days=first_gap), last_day)
    if kind not in ("visitor", "unlisted"):
        add_customer(clerk, name, day, last_day)
    if kind == "lead":
        return
    steps = {
        "buyer": [*ORDER_STEPS, "visit", "add_to_cart"],
        "regular": ["order"] * 12
        + ["two_orders", "refunded_in_full", "cancelled_later"],
        "slow": ["order"],
        "member": [*ORDER_STEPS[:8], *WEB_STEPS, *WEB_STEPS],
        "visitor": WEB_STEPS,
        "unlisted": ["order", "visit", "pending", "test"],
    }[kind]
    for _ in range(clerk.random.randint(1, 14)):
        step = clerk.pick(steps)
        if step in ORDER_STEPS:
            add_order_step(clerk, step, name, day)
        else:
            add_web_step(clerk, step, name, kind == "visitor", day)
        gaps = {"regular": SHORT_GAPS, "slow": SLOW_GAPS}.get(kind)
        day += timedelta(days=clerk.gap() if gaps is None else clerk.pick(gaps))
        if clerk.random.random() < 0.05:
            # The last day is an edge as well: windows end on it, or a day around it.
            day = max(day, last_day - timedelta(days=clerk.pick(EDGE_GAPS)))
        if day > last_day:
            return


def make_shop(
    seed: int, persons: int, days: int, timezone: str = "Asia/Ho_Chi_Minh"
) -> Shop:
    """A small shop; the same arguments give the same shop.

    Args:
        seed: Where all draws start. Person n is the same for any number of persons.
        persons: Number of persons.
        days: Length of the shop's life in days.
        timezone: The reporting time zone, in which days and times are drawn.

    Returns:
        The shop. It begins with a counted order, so that there is someone to score
        from the first period on.
    """
    last_day = min(FIRST_DAY + timedelta(days=days), LAST_DAY)
    clerk = Clerk(Shop(), timezone, random.Random(f"{seed}"))
    if clerk.random.random() < 0.75:
        clerk.shop.products.extend(dict(product) for product in PRODUCTS)
    clerk.order("c00", clerk.instant(FIRST_DAY, time(12)), "paid", Decimal(100))
    if clerk.random.random() < 0.75:
        closing = clerk.instant(last_day, time(23, 59, 59))
        clerk.event(closing, "a-last", None, "page_view")
    for number in range(1, persons + 1):
        clerk.random = random.Random(f"{seed} {number}")
        add_person(clerk, f"c{number:02d}", last_day)
        # Also of what visitors are called: customers that nothing else knows.
        add_naming_rows(clerk, f"c{number:02d}", last_day)
    return clerk.shop


def shops(
    min_persons: int = 5,
    max_persons: int = 40,
    timezone: str = "Asia/Ho_Chi_Minh",
    days: int | None = None,
) -> st.SearchStrategy[Shop]:
    """Small random shops.

    A shop is drawn from one seed and not step by step: an example costs seconds, so
    each has to be all new, and one that fails is narrowed down by rows, not by draws.

    Args:
        min_persons: At least so many persons.
        max_persons: At most so many.
        timezone: The reporting time zone, in which days and times are drawn.
        days: Length of the shop's life in days; drawn if not given.

    Returns:
        A strategy of shops.
    """
    lengths = [120, 180, 399, 423, 500, 600, 729, 730]
    return st.builds(
        make_shop,
        seed=st.integers(0, 2**32 - 1),
        persons=st.integers(min_persons, max_persons),
        days=st.sampled_from(lengths) if days is None else st.just(days),
        timezone=st.just(timezone),
    )


def plain(value: Any) -> str:
    """A clean value as the text of a CSV file.

    Args:
        value: None, text, bool, date, datetime (UTC) or Decimal.

    Returns:
        The text; empty for None.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def write_shop(
    shop: Shop,
    folder: Path,
    shuffle: random.Random | None = None,
    file_format: str = "csv",
    repeats: int = 0,
) -> None:
    """Write a shop as one file per table; a table without rows gets no file.

    Args:
        shop: The shop. Values may also be raw text.
        folder: Where to; files of an earlier shop are removed.
        shuffle: Shuffles the rows of every table if given.
        file_format: `csv`, or `parquet` (typed columns).
        repeats: So many of the first rows of every table are written twice.

    Raises:
        ValueError: For another format.
    """
    if file_format not in ("csv", "parquet"):
        raise ValueError(f"file_format is {file_format!r}; allowed: csv, parquet")
    folder.mkdir(parents=True, exist_ok=True)
    for old in [*folder.glob("*.csv"), *folder.glob("*.parquet")]:
        old.unlink()
    for name, table in shop.tables().items():
        rows = table + table[:repeats]
        if shuffle is not None:
            rows = shuffle.sample(rows, len(rows))
        if not rows:
            continue
        columns = list(dict.fromkeys(column for row in rows for column in row))
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(
                [plain(row.get(column)) for column in columns] for row in rows
            )
        if file_format == "parquet":
            write_parquet(path, rows, columns)


def write_parquet(path: Path, rows: list[dict[str, Any]], columns: list[str]) -> None:
    """Turn a CSV file into a typed Parquet file of the same name.

    Args:
        path: The CSV file; it is removed.
        rows: The rows it was written from.
        columns: Their columns.
    """
    types = {}
    for column in columns:
        values = [row[column] for row in rows if row.get(column) is not None]
        types[column] = (
            "boolean"
            if any(isinstance(value, bool) for value in values)
            else "timestamp"
            if any(isinstance(value, datetime) for value in values)
            else "decimal(18, 4)"
            if any(isinstance(value, Decimal) for value in values)
            else "varchar"
        )
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * from read_csv('{path}', header = true, "
            f"columns = {types!r})) to '{path.with_suffix('.parquet')}'"
        )
    path.unlink()


def up_to(shop: Shop, day: date, rules: Rules) -> Shop:
    """The shop as its systems held it on the evening of a day.

    Rows dated later are not there yet. The state of an order that was cancelled later
    is still that of before.

    Args:
        shop: The whole shop.
        day: The last business day.
        rules: The vars, for the time zone.

    Returns:
        A new shop.
    """

    def is_there(instant: datetime | None) -> bool:
        return instant is not None and business_date(instant, rules) <= day

    orders = []
    for row in shop.orders:
        if is_there(row["ordered_at"]):
            order = dict(row)
            if order["cancelled_at"] is not None and not is_there(
                order["cancelled_at"]
            ):
                if (order["status"] or "").lower() in DATED_CANCEL_STATUSES:
                    order["status"] = "paid"
                order["cancelled_at"] = None
            orders.append(order)
    events = [row for row in shop.web_events if is_there(row["occurred_at"])]
    order_ids = {row["order_id"] for row in orders}
    customers = [
        dict(row)
        for row in shop.customers
        if row["signed_up_at"] is None or is_there(row["signed_up_at"])
    ]
    return Shop(
        customers=customers,
        orders=orders,
        order_items=[row for row in shop.order_items if row["order_id"] in order_ids],
        products=shop.products,
        refunds=[
            row
            for row in shop.refunds
            if row["order_id"] in order_ids and is_there(row["refunded_at"])
        ],
        web_events=events,
        **{
            table: [
                row
                for row in shop.tables()[table]
                if row[column] is None or is_there(row[column])
            ]
            for table, column in NAMED_AT.items()
        },
    )


def without_later_links(shop: Shop, day: date, rules: Rules) -> Shop:
    """A shop in which rows dated after a day tell nothing new of who is who.

    Who is one person is restated by every run, and with it whom the scores compare:
    that may reach back, and so it is kept out of what may not.

    Args:
        shop: The whole shop.
        day: The last day whose rows may link identifiers.
        rules: The vars; they give the time zone.

    Returns:
        A new shop: of the later rows, orders keep one identifier, events a browser of
        their own, accounts no contact and no card; nobody who signs up later is erased.
    """

    def is_later(instant: datetime | None) -> bool:
        return instant is not None and business_date(instant, rules) > day

    nothing = {"email": None, "phone": None}
    customers = [
        {**row, **nothing, "erased_at": None} if is_later(row["signed_up_at"]) else row
        for row in shop.customers
    ]
    orders = []
    for row in shop.orders:
        if is_later(row["ordered_at"]):
            spare = ["email", "phone"] if row["customer_id"] else ["phone"]
            row = {**row, **dict.fromkeys(spare)}
        orders.append(row)
    events = [
        {**row, "anonymous_id": f"late-{row['event_id']}"}
        if is_later(row["occurred_at"]) and row["customer_id"] is not None
        else row
        for row in shop.web_events
    ]
    cards = [
        {**row, "card_number": None} if is_later(row["joined_at"]) else row
        for row in shop.loyalty_accounts
    ]
    return replace(
        shop,
        customers=customers,
        orders=orders,
        web_events=events,
        loyalty_accounts=cards,
    )


def soil(shop: Shop, source: random.Random) -> Shop:
    """Add rows of every unusable kind to a shop, as raw text.

    Args:
        shop: The clean shop.
        source: Draws what is soiled.

    Returns:
        A new shop whose unusable rows a run has to set aside, whatever their order.
    """
    dirty = Shop(**{name: list(rows) for name, rows in shop.tables().items()})
    some = source.sample(shop.orders, min(3, len(shop.orders)))
    for row in some:
        dirty.orders.append({**row, "total_amount": Decimal(777)})
        dirty.orders.append({**row, "status": "pending"})
    dirty.orders += [
        {**some[0], "order_id": None},
        {**some[0], "order_id": "x-date", "ordered_at": "yesterday"},
        {**some[0], "order_id": "x-amount", "total_amount": "a lot"},
        {**some[0], "order_id": "x-ambiguous", "total_amount": "150.000"},
        {**some[0], "order_id": "x-nothing", "total_amount": None},
    ]
    for row in shop.customers[:2]:
        dirty.customers.append({**row, "email": "other@example.com"})
    for row in shop.web_events[:3]:
        dirty.web_events.append({**row, "event_type": "checkout"})
    stray = {"refunded_at": datetime(2023, 1, 2), "amount": Decimal(5)}
    dirty.refunds += [
        {**stray, "refund_id": "x1", "order_id": "nowhere"},
        {**stray, "refund_id": "x2", "order_id": "nowhere", "amount": Decimal(-5)},
    ]
    return dirty
