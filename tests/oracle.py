"""A second opinion on the marts: the rules, walked day by day in plain Python.

Nothing here is fast or clever, and nothing here looks at the models: every person is
evaluated on every day from the rules of the design, with exact numbers. What it says is
compared with the marts by the property tests.

A shop is given as clean values: instants are naive datetimes in UTC, money is `Decimal`
in the reporting currency, ids and states are strings or None.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from identity_oracle import GLOBAL_TYPES, Identities, record

REFERENCE = Path(__file__).resolve().parents[1] / "seeds" / "reference"

FACTORS = ("recency", "frequency", "monetary")
INTENT_EVENTS = ("add_to_cart", "checkout")
IDENTIFIER_COLUMNS = {
    "customer_id": "customer_id",
    "anonymous_id": "anonymous_id",
    "email": "email",
    "phone": "phone",
    "loyalty_card": "card_number",
}
"""Columns of raw rows by the type of the identifier in them."""

NAMED_AT = {
    "loyalty_accounts": "joined_at",
    "feedback": "submitted_at",
    "contacts": "contacted_at",
    "experiment_assignments": "assigned_at",
}
"""Tables that name customers and are no sighting, by the column that dates them."""

DATED_CANCEL_STATUSES = ("cancelled", "returned", "refunded")
LIFECYCLE_RANKS = {
    "potential": 1,
    "former": 2,
    "aware": 3,
    "converting": 4,
    "frequent": 5,
    "loyal": 6,
}

CONTACTS_OF_NOBODY = {
    "email": ("test@example.com", "nobody@noemail.com", "khongco", "lan@"),
    "phone": ("0900000000", "0912345678", "12", "khongco"),
}
"""Placeholders, and texts that are no address or number."""

Key = tuple[str, str]
"""A person: the type and value of the identifier that leads them."""


@dataclass
class Shop:
    """The raw tables of one shop, each a list of rows with clean values."""

    customers: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    order_items: list[dict[str, Any]] = field(default_factory=list)
    products: list[dict[str, Any]] = field(default_factory=list)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    web_events: list[dict[str, Any]] = field(default_factory=list)
    loyalty_accounts: list[dict[str, Any]] = field(default_factory=list)
    feedback: list[dict[str, Any]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    experiment_assignments: list[dict[str, Any]] = field(default_factory=list)

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """The rows of every table, by table name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True)
class Rules:
    """The project's vars, with their defaults. Windows are in days."""

    as_of_date: str = "data"
    reporting_timezone: str = "Asia/Ho_Chi_Minh"
    counted_order_statuses: tuple[str, ...] = (
        "paid",
        "processing",
        "shipped",
        "delivered",
        "completed",
    )
    uncounted_order_statuses: tuple[str, ...] = (
        "pending",
        "failed",
        "cancelled",
        "returned",
        "refunded",
    )
    churn_days: int = 45
    former_hold_days: int = 180
    loyalty_window_days: int = 365
    loyal_min_orders: int = 4
    loyal_min_categories: int = 2
    frequency_window_days: int = 180
    frequent_min_orders: int = 2
    intent_window_days: int = 7
    aware_window_days: int = 30
    rfm_period: str = "month"
    rfm_window_days: int = 365
    rfm_method: str = "percentile"
    rfm_preset: str = "classic"
    rfm_factors: tuple[str, ...] = FACTORS
    rfm_frozen_at: str | None = None
    monetary_measure: str = "revenue"
    identity_max_customers: int = 5

    def as_vars(self) -> dict[str, Any]:
        """The vars that differ from their default, as `dbt --vars` takes them."""
        changed = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value != each.default:
                changed[each.name] = list(value) if isinstance(value, tuple) else value
        return changed


@dataclass
class Order:
    """An order of a person: what it is worth, and on which days it counts."""

    order_id: str
    ordered_on: date
    amount: Decimal
    ever_counts: bool
    counts_until: date | None
    refunds: list[tuple[date, Decimal]]
    categories: set[str]

    def counts_on(self, day: date) -> bool:
        """Whether the order counts at the end of the day."""
        if not self.ever_counts or day < self.ordered_on:
            return False
        return self.counts_until is None or day < self.counts_until

    def counted_once(self) -> bool:
        """Whether there is a day at all on which it counts."""
        return self.counts_on(self.ordered_on)

    def net_amount(self, day: date) -> Decimal:
        """The amount less the refunds dated up to the day, never below 0."""
        refunded = sum((amount for on, amount in self.refunds if on <= day), Decimal(0))
        return max(self.amount - refunded, Decimal(0))


@dataclass
class Person:
    """A person with everything the rules ask about."""

    key: Key
    is_reachable: bool
    signed_up_on: date | None
    first_seen_on: date
    orders: list[Order]
    visited_on: list[date]
    intent_on: list[date]


@dataclass
class Interval:
    """A stay in one segment of one scheme; `valid_to` is exclusive, None = open."""

    key: Key
    scheme: str
    segment: str
    valid_from: date
    valid_to: date | None
    reason: str
    is_provisional: bool = False


@dataclass
class Score:
    """The values and scores of a person at a period end."""

    key: Key
    period_end: date
    recency_days: int
    frequency: int
    monetary: Decimal
    scores: dict[str, int]
    cell: str
    segment: str


@dataclass
class Reference:
    """The reference data of one rfm preset, as the seeds state it."""

    levels: dict[str, int]
    methods: dict[str, str]
    fixed_bounds: dict[str, dict[int, Decimal]]
    grid: dict[tuple[int, int, int], str]
    ranks: dict[str, int]


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file with a header.

    Args:
        path: The file.

    Returns:
        One dict per row.
    """
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_reference(preset: str) -> Reference:
    """Read what the seeds say about a preset.

    Args:
        preset: Name of the rfm preset.

    Returns:
        Levels, methods, fixed thresholds, grid and ranks of the preset.
    """

    def of_preset(name: str) -> list[dict[str, str]]:
        rows = read_rows(REFERENCE / f"{name}.csv")
        return [row for row in rows if row["preset"] == preset]

    presets = of_preset("rfm_presets")
    bounds: dict[str, dict[int, Decimal]] = {factor: {} for factor in FACTORS}
    for row in of_preset("rfm_fixed_thresholds"):
        if row["lower_bound"].strip():
            bounds[row["factor"]][int(row["score"])] = Decimal(row["lower_bound"])
    return Reference(
        levels={row["factor"]: int(row["levels"]) for row in presets},
        methods={row["factor"]: row["method"] for row in presets},
        fixed_bounds=bounds,
        grid={
            (
                int(row["recency_score"]),
                int(row["frequency_score"]),
                int(row["monetary_score"]),
            ): row["segment"]
            for row in of_preset("rfm_segment_grid")
        },
        ranks={row["segment"]: int(row["rank"]) for row in of_preset("rfm_segments")},
    )


def business_date(instant: datetime, rules: Rules) -> date:
    """The date of a UTC instant in the reporting time zone.

    Args:
        instant: Naive datetime in UTC.
        rules: The vars.

    Returns:
        The business date.
    """
    return (
        instant.replace(tzinfo=ZoneInfo("UTC"))
        .astimezone(ZoneInfo(rules.reporting_timezone))
        .date()
    )


def window(day: date, event_on: date, days: int) -> bool:
    """Whether an event lies in the last `days` days at a day."""
    return day - timedelta(days=days) < event_on <= day


def is_usable(order: dict[str, Any], shop: Shop) -> bool:
    """Whether an order has an amount: its own, or that of at least one item."""
    return order.get("total_amount") is not None or any(
        item["order_id"] == order["order_id"] for item in shop.order_items
    )


def as_of(shop: Shop, rules: Rules) -> date | None:
    """The last business day that is taken into account.

    Args:
        shop: The raw rows.
        rules: The vars.

    Returns:
        The as-of date, or None for a shop in which nothing has a date.
    """
    if rules.as_of_date != "data":
        return date.fromisoformat(rules.as_of_date)
    dates = activity_dates(shop, rules) or signup_dates(shop, rules)
    return max(dates, default=None)


def activity_dates(shop: Shop, rules: Rules) -> list[date]:
    """The business dates of all usable orders and web events."""
    instants = [row["ordered_at"] for row in shop.orders if is_usable(row, shop)]
    instants += [row["occurred_at"] for row in shop.web_events]
    return [business_date(instant, rules) for instant in instants]


def signup_dates(shop: Shop, rules: Rules) -> list[date]:
    """The business dates of all sign-ups."""
    return [
        business_date(row["signed_up_at"], rules)
        for row in shop.customers
        if row["customer_id"] is not None and row.get("signed_up_at") is not None
    ]


def identifiers(shop: Shop, rules: Rules) -> dict[Key, Key]:
    """Which person each identifier belongs to.

    Args:
        shop: The raw rows.
        rules: The vars.

    Returns:
        Person key, the leading identifier, by identifier.
    """
    erased = erased_identifiers(shop)
    shop = known_on(shop, rules)
    if not (activity_dates(shop, rules) or signup_dates(shop, rules)):
        return {}
    return persons_by_identifier(shop, rules, erased)


def persons_by_identifier(shop: Shop, rules: Rules, erased: set[Key]) -> dict[Key, Key]:
    """The leading identifier by identifier, of a shop as it is known on a day.

    Args:
        shop: The rows known on the day.
        rules: The vars.
        erased: What identifies erased customers: it is not linked with anything else.
    """
    dates = activity_dates(shop, rules) or signup_dates(shop, rules)
    rows = [(row, row.get("signed_up_at")) for row in shop.customers]
    rows += [(row, row["ordered_at"]) for row in shop.orders]
    rows += [(row, row["occurred_at"]) for row in shop.web_events]
    moments = [(row, dated(at, rules), at) for row, at in rows]
    # Their days are told, and not their hours.
    moments += [(row, on, None) for row, on in naming_rows(shop, rules)]
    whole, parted = [], []
    for row, on, at in moments:
        values = carried(row)
        if ("loyalty_card", values["loyalty_card"]) in erased:
            values["loyalty_card"] = None
        gone = {kind for kind in values if (kind, values[kind]) in erased}
        whole.append(record(on, at, **values))
        stays = values.keys() - gone
        # Who stays says nothing of whose the erased identifiers of their row are.
        says_whose = values["customer_id"] is None or "customer_id" in gone
        for kinds in [gone] if says_whose else [{kind} for kind in gone]:
            parted.append(record(on, at, **{kind: values[kind] for kind in kinds}))
        parted.append(record(on, at, **{kind: values[kind] for kind in stays}))
    most = rules.identity_max_customers
    shared = Identities(whole, min(dates), most).shared
    found = Identities(parted, min(dates), most, shared)
    return {node[1:]: leader[1:] for node, leader in found.person_of.items()}


def naming_rows(shop: Shop, rules: Rules) -> list[tuple[dict[str, Any], date | None]]:
    """The rows that name a customer and are no sighting, with their business dates."""
    return [
        (row, dated(row.get(column), rules))
        for table, column in NAMED_AT.items()
        for row in shop.tables()[table]
    ]


def dated(at: datetime | None, rules: Rules) -> date | None:
    """The business date of an instant; None without one."""
    return None if at is None else business_date(at, rules)


def erased_identifiers(shop: Shop) -> set[Key]:
    """What identifies erased customers, wherever it stands.

    Their ids, the contacts of their accounts and orders, the browsers they used, their
    loyalty cards. A row without a customer id asks for the erasure of its contacts.
    """
    asked = [row for row in shop.customers if row.get("erased_at") is not None]
    customers = {row["customer_id"] for row in asked} - {None}
    rows = shop.customers + shop.orders + shop.web_events + shop.loyalty_accounts
    theirs = [row for row in rows if row.get("customer_id") in customers]
    return {
        (kind, value)
        for row in theirs + asked
        for kind, value in carried(row).items()
        if value
    }


def carried(row: dict[str, Any]) -> dict[str, str | None]:
    """The identifiers in a raw row, by type; what cannot tell persons apart is none."""
    return {
        kind: known_by(kind, row.get(column))
        for kind, column in IDENTIFIER_COLUMNS.items()
    }


def known_by(kind: str, value: str | None) -> str | None:
    """An identifier as `person_identifiers` holds it: contacts hashed."""
    if value is None or kind not in GLOBAL_TYPES:
        return value
    if value in CONTACTS_OF_NOBODY[kind]:
        return None
    return hashlib.sha256(spelled(value).encode()).hexdigest()


def spelled(contact: str) -> str:
    """A contact in the one spelling that the strategies' other spellings mean."""
    text = contact.strip().lower().replace(" ", "")
    return f"+84{text[1:]}" if text.startswith("09") else text


def known_on(shop: Shop, rules: Rules) -> Shop:
    """The shop as it was known on the evening of the as-of date.

    Rows dated later are left out; refunds and cancellations of later days have not
    happened.

    Args:
        shop: The raw rows.
        rules: The vars.

    Returns:
        A shop with the rows dated up to the as-of date.
    """
    last_day = as_of(shop, rules)
    if last_day is None:
        return Shop()

    def happened(instant: datetime | None) -> bool:
        return instant is not None and business_date(instant, rules) <= last_day

    orders = [
        dict(row)
        for row in shop.orders
        if happened(row["ordered_at"]) and is_usable(row, shop)
    ]
    for row in orders:
        if row.get("cancelled_at") is not None and not happened(row["cancelled_at"]):
            if status_of(row) in DATED_CANCEL_STATUSES:
                row["status"] = None
            row["cancelled_at"] = None
    order_ids = {row["order_id"] for row in orders}
    web_events = [row for row in shop.web_events if happened(row["occurred_at"])]
    customers = [
        dict(row)
        for row in shop.customers
        if row["customer_id"] is not None
        and (row.get("signed_up_at") is None or happened(row["signed_up_at"]))
    ]
    return Shop(
        customers=customers,
        orders=orders,
        order_items=[row for row in shop.order_items if row["order_id"] in order_ids],
        products=shop.products,
        refunds=[
            row
            for row in shop.refunds
            if row["order_id"] in order_ids and happened(row["refunded_at"])
        ],
        web_events=web_events,
        **{
            table: [
                row
                for row in shop.tables()[table]
                if row.get(column) is None or happened(row[column])
            ]
            for table, column in NAMED_AT.items()
        },
    )


def status_of(order: dict[str, Any]) -> str | None:
    """The status of an order in lower case; None where the shop keeps none."""
    status = order.get("status")
    return status.strip().lower() if status and status.strip() else None


def order_amount(order: dict[str, Any], shop: Shop) -> Decimal:
    """The amount of an order, from its items where it names none."""
    if order.get("total_amount") is not None:
        return order["total_amount"]
    return sum(
        (
            item["quantity"] * item["unit_price"]
            - (item.get("discount_amount") or Decimal(0))
            for item in shop.order_items
            if item["order_id"] == order["order_id"]
        ),
        Decimal(0),
    )


def read_order(row: dict[str, Any], shop: Shop, rules: Rules) -> Order:
    """Work out on which days an order counts.

    Args:
        row: The raw order.
        shop: The rows known on the as-of date.
        rules: The vars.

    Returns:
        The order.
    """
    ordered_on = business_date(row["ordered_at"], rules)
    amount = order_amount(row, shop)
    cancelled_at = row.get("cancelled_at")
    cancelled_on = None if cancelled_at is None else business_date(cancelled_at, rules)

    status = status_of(row)
    has_counted_status = status is None or status in rules.counted_order_statuses
    was_counted_until_cancelled = (
        status in DATED_CANCEL_STATUSES and cancelled_on is not None
    )
    ever_counts = (
        (has_counted_status or was_counted_until_cancelled)
        and not row.get("is_test")
        and amount > 0
    )

    refunds = []
    for refund in shop.refunds:
        if refund["order_id"] == row["order_id"]:
            refunded_on = business_date(refund["refunded_at"], rules)
            refunds.append((max(refunded_on, ordered_on), refund["amount"]))
    refunds.sort()

    ends = [] if cancelled_on is None else [cancelled_on]
    refunded = Decimal(0)
    for on, refund_amount in refunds:
        refunded += refund_amount
        if refunded >= amount:
            ends.append(on)

    category_of = {
        product["product_id"]: product.get("category") for product in shop.products
    }
    return Order(
        order_id=row["order_id"],
        ordered_on=ordered_on,
        amount=amount,
        ever_counts=ever_counts,
        counts_until=min(ends, default=None),
        refunds=refunds,
        categories={
            category_of[item["product_id"]]
            for item in shop.order_items
            if item["order_id"] == row["order_id"]
            and item["quantity"] > 0
            and category_of.get(item["product_id"]) is not None
        },
    )


def reachable(customer: dict[str, Any], erased: set[Key]) -> bool:
    """Whether a customer has a contact with consent that is no erased customer's."""
    values = carried(customer)
    return any(
        values[kind]
        and customer.get(f"{kind}_consent")
        and (kind, values[kind]) not in erased
        for kind in GLOBAL_TYPES
    )


class Oracle:
    """All that the rules say about a shop.

    Args:
        shop: The raw rows, as clean values.
        rules: The vars.
        reference: What the seeds say of the preset; read from the seeds if not given.
    """

    def __init__(
        self, shop: Shop, rules: Rules | None = None, reference: Reference | None = None
    ) -> None:
        self.rules = rules or Rules()
        self._reference = reference
        self.erased = erased_identifiers(shop)
        self.as_of = as_of(shop, self.rules)
        self.shop = known_on(shop, self.rules)
        dates = activity_dates(self.shop, self.rules)
        dates = dates or signup_dates(self.shop, self.rules)
        self.first_day = min(dates, default=None)
        self.asks_categories = any(
            product.get("category") is not None for product in shop.products
        )
        self.owners: dict[Key, Key] = {}
        if self.first_day is not None:
            self.owners = persons_by_identifier(self.shop, self.rules, self.erased)
        self.persons = self._read_persons()
        self._lifecycle = {key: self._walk(self.persons[key]) for key in self.persons}
        self._cuts: dict[date, dict[str, list[Decimal]]] = {}
        self._scores: dict[date, dict[Key, Score]] = {}
        self._rfm: dict[Key, list[Interval]] | None = None
        self._upcoming: dict[Key, tuple[str, str, date, int]] | None = None

    @property
    def reference(self) -> Reference:
        """What the seeds say of the preset."""
        if self._reference is None:
            self._reference = read_reference(self.rules.rfm_preset)
        return self._reference

    # Persons

    def _read_persons(self) -> dict[Key, Person]:
        """Gather the rows of every person known on the as-of date."""
        owners = self.owners

        def owner(row: dict[str, Any], *kinds: str) -> Key | None:
            keys = [
                (kind, known_by(kind, row[kind])) for kind in kinds if row.get(kind)
            ]
            return next((owners[key] for key in keys if key in owners), None)

        accounts: dict[Key, list[dict[str, Any]]] = {}
        for row in self.shop.customers:
            accounts.setdefault(owner(row, "customer_id"), []).append(row)
        orders: dict[Key, list[Order]] = {}
        for row in self.shop.orders:
            kinds = ("customer_id",) if row.get("customer_id") else ("email", "phone")
            key = owner(row, *kinds)
            if key is not None:
                orders.setdefault(key, []).append(
                    read_order(row, self.shop, self.rules)
                )
        visits: dict[Key, list[date]] = {}
        intents: dict[Key, list[date]] = {}
        for event in self.shop.web_events:
            key = owner(event, "customer_id", "anonymous_id")
            on = business_date(event["occurred_at"], self.rules)
            visits.setdefault(key, []).append(on)
            if event["event_type"] in INTENT_EVENTS:
                intents.setdefault(key, []).append(on)

        named: dict[Key, list[date]] = {}
        for row, on in naming_rows(self.shop, self.rules):
            key = owner(row, "customer_id")
            if key is not None:
                named.setdefault(key, []).append(on or self.first_day)

        persons = {}
        for key in {*accounts, *orders, *visits, *named}:
            signed_up_on = min(
                (
                    business_date(account["signed_up_at"], self.rules)
                    for account in accounts.get(key, [])
                    if account.get("signed_up_at") is not None
                ),
                default=None,
            )
            seen = [order.ordered_on for order in orders.get(key, [])]
            seen += visits.get(key, [])
            if signed_up_on is not None:
                seen.append(signed_up_on)
            # Not seen, but listed, which is from the first day on, or named by others.
            known = named.get(key, []) + [self.first_day] * (key in accounts)
            first_seen_on = min(seen or known)
            if first_seen_on is None or first_seen_on > self.as_of:
                continue
            persons[key] = Person(
                key=key,
                is_reachable=any(
                    reachable(account, self.erased) for account in accounts.get(key, [])
                )
                and not any(
                    account.get("erased_at") for account in accounts.get(key, [])
                ),
                signed_up_on=signed_up_on,
                first_seen_on=first_seen_on,
                orders=orders.get(key, []),
                visited_on=visits.get(key, []),
                intent_on=intents.get(key, []),
            )
        return persons

    # Lifecycle

    def group(self, person: Person, day: date) -> str:
        """The lifecycle group of a person at the end of a day: first rule that holds.

        Args:
            person: The person.
            day: A day on or after the person was first seen.

        Returns:
            Name of the group.
        """
        rules = self.rules
        counting = [order for order in person.orders if order.counts_on(day)]
        latest = max((order.ordered_on for order in counting), default=None)
        categories = set().union(*(order.categories for order in counting))

        def orders_in(days: int) -> int:
            return sum(1 for order in counting if window(day, order.ordered_on, days))

        def any_in(dates: list[date], days: int) -> bool:
            return any(window(day, on, days) for on in dates)

        bought_lately = latest is not None and window(day, latest, rules.churn_days)
        if (
            bought_lately
            and orders_in(rules.loyalty_window_days) >= rules.loyal_min_orders
            and (
                not self.asks_categories
                or len(categories) >= rules.loyal_min_categories
            )
        ):
            return "loyal"
        if (
            bought_lately
            and orders_in(rules.frequency_window_days) >= rules.frequent_min_orders
        ):
            return "frequent"
        if bought_lately:
            return "converting"
        if latest is not None:
            hold_days = rules.churn_days + rules.former_hold_days
            if (day - latest).days < hold_days:
                return "former"
        if any_in(person.intent_on, rules.intent_window_days):
            return "converting"
        if any_in(person.visited_on, rules.aware_window_days):
            return "aware"
        if latest is not None and person.is_reachable:
            return "aware"
        return "potential"

    def reason(self, person: Person, day: date) -> str:
        """Why a person moves on a day: the first of the list that fell on it.

        Args:
            person: The person.
            day: The day of the move.

        Returns:
            Name of the reason; `first_seen` where nothing of the list fell on the day.
        """
        rules = self.rules
        day_before = day - timedelta(days=1)
        counting = [order for order in person.orders if order.counts_on(day)]
        counted_before = [
            order for order in person.orders if order.counts_on(day_before)
        ]
        ages = [(day - order.ordered_on).days for order in counting]
        if 0 in ages:
            if not counted_before:
                return "first_order"
            earlier = [age for age in ages if age > 0]
            if earlier and min(earlier) >= rules.churn_days:
                return "win_back_order"
            return "repeat_order"
        if any(not order.counts_on(day) for order in counted_before):
            return "order_voided"
        if day in person.intent_on:
            return "intent"
        if day in person.visited_on:
            return "visit"
        if person.signed_up_on == day:
            return "signed_up"
        if ages and min(ages) == rules.churn_days:
            return "lapsed"
        if ages and min(ages) == rules.churn_days + rules.former_hold_days:
            return "hold_expired"
        if rules.frequency_window_days in ages or rules.loyalty_window_days in ages:
            return "order_left_window"
        for dates, days, name in (
            (person.intent_on, rules.intent_window_days, "intent_expired"),
            (person.visited_on, rules.aware_window_days, "visit_expired"),
        ):
            past = [on for on in dates if on <= day]
            if past and (day - max(past)).days == days:
                return name
        return "first_seen"

    def _walk(self, person: Person) -> list[Interval]:
        """Evaluate a person on every day up to the as-of date."""
        intervals: list[Interval] = []
        day = person.first_seen_on
        while day <= self.as_of:
            group = self.group(person, day)
            if not intervals or intervals[-1].segment != group:
                if intervals:
                    intervals[-1].valid_to = day
                reason = self.reason(person, day)
                if intervals and reason == "first_seen":
                    raise AssertionError(f"{person.key} moves on {day} for no reason")
                intervals.append(
                    Interval(person.key, "lifecycle", group, day, None, reason)
                )
            day += timedelta(days=1)
        return intervals

    def upcoming(self) -> dict[Key, tuple[str, str, date, int]]:
        """The next move of everyone who does nothing from now on.

        Returns:
            (current group, next group, day of the move, days left) by person, for
            those who have a next move.
        """
        if self._upcoming is not None:
            return self._upcoming
        rules = self.rules
        horizon_days = max(
            rules.churn_days + rules.former_hold_days,
            rules.loyalty_window_days,
            rules.frequency_window_days,
            rules.intent_window_days,
            rules.aware_window_days,
        )
        found = {}
        for key, person in self.persons.items():
            current = self.group(person, self.as_of)
            for days_left in range(1, horizon_days + 1):
                day = self.as_of + timedelta(days=days_left)
                group = self.group(person, day)
                if group != current:
                    found[key] = (current, group, day, days_left)
                    break
        self._upcoming = found
        return found

    # Rfm

    def period_ends(self) -> list[date]:
        """The final period ends: last days of periods wholly within the data."""
        if self.first_day is None:
            return []
        ends = []
        day = self.first_day
        while day <= self.as_of:
            tomorrow = day + timedelta(days=1)
            if self.rules.rfm_period == "month":
                starts_on = day.replace(day=1)
                is_end = tomorrow.month != day.month
            elif self.rules.rfm_period == "week":
                starts_on = day - timedelta(days=6)
                is_end = day.isoweekday() == 7
            else:
                starts_on = day
                is_end = True
            if is_end and starts_on >= self.first_day:
                ends.append(day)
            day = tomorrow
        return ends

    def scored_ends(self) -> list[date]:
        """All dates at which persons are scored: period ends and the open period."""
        ends = self.period_ends()
        if self.first_day is not None and self.as_of not in ends:
            ends.append(self.as_of)
        return ends

    def is_open(self, period_end: date) -> bool:
        """Whether a scored date is the open period, whose scores are provisional."""
        return period_end not in self.period_ends()

    def values(self, day: date) -> dict[Key, tuple[int, int, Decimal]]:
        """Recency (days), frequency and monetary of everyone scored on a day."""
        found = {}
        for key, person in self.persons.items():
            counting = [order for order in person.orders if order.counts_on(day)]
            if not counting:
                continue
            recency = min((day - order.ordered_on).days for order in counting)
            in_window = [
                order
                for order in counting
                if window(day, order.ordered_on, self.rules.rfm_window_days)
            ]
            frequency = len(in_window)
            monetary = sum((order.net_amount(day) for order in in_window), Decimal(0))
            if self.rules.monetary_measure == "average_order_value":
                monetary = average(monetary, frequency)
            found[key] = (recency, frequency, monetary)
        return found

    def factor_method(self, factor: str) -> str:
        """How the cut points of a factor come about: percentile, fixed or frozen."""
        if self.reference.methods[factor] == "fixed":
            return "fixed"
        return self.rules.rfm_method

    def cut_points(self, day: date) -> dict[str, list[Decimal]]:
        """The lower bounds (exclusive) of scores 2, 3, ... of each factor.

        Args:
            day: The scored date.

        Returns:
            Ascending bounds by factor; empty where nobody is there to cut.
        """
        if day not in self._cuts:
            cuts = {}
            for position, factor in enumerate(FACTORS):
                method = self.factor_method(factor)
                levels = self.reference.levels[factor]
                if method == "fixed":
                    bounds = self.reference.fixed_bounds[factor]
                    cuts[factor] = [bounds[score] for score in range(2, levels + 1)]
                    continue
                cut_on = (
                    date.fromisoformat(self.rules.rfm_frozen_at)
                    if method == "frozen"
                    else day
                )
                goods = [
                    goodness(position, found) for found in self.values(cut_on).values()
                ]
                cuts[factor] = percentile_cuts(goods, levels)
            self._cuts[day] = cuts
        return self._cuts[day]

    def place(
        self, values: tuple[int, int, Decimal], cuts: dict[str, list[Decimal]]
    ) -> tuple[dict[str, int], str, str]:
        """Score values with cut points and read the grid.

        Args:
            values: Recency (days), frequency, monetary.
            cuts: Lower bounds by factor.

        Returns:
            The score by factor, the cell and the segment.
        """
        scores = {}
        for position, factor in enumerate(FACTORS):
            value = goodness(position, values)
            scores[factor] = 1 + sum(1 for bound in cuts[factor] if bound < value)
        digits = []
        cell = ""
        for factor in FACTORS:
            if factor in self.rules.rfm_factors:
                digits.append(scores[factor])
                cell += str(scores[factor])
            else:
                digits.append((self.reference.levels[factor] + 1) // 2)
                cell += "-"
        return scores, cell, self.reference.grid[tuple(digits)]

    def scores_on(self, day: date) -> dict[Key, Score]:
        """Everyone's scores on a scored date."""
        if day not in self._scores:
            cuts = self.cut_points(day)
            found = {}
            for key, values in self.values(day).items():
                scores, cell, segment = self.place(values, cuts)
                found[key] = Score(key, day, *values, scores, cell, segment)
            self._scores[day] = found
        return self._scores[day]

    def scores(self) -> list[Score]:
        """The scores of everyone on every scored date."""
        return [
            score
            for period_end in self.scored_ends()
            for score in self.scores_on(period_end).values()
        ]

    def rfm_reason(
        self, person: Person, before: date | None, day: date, old_segment: str
    ) -> str:
        """Why a person stands elsewhere than at the period end before.

        Args:
            person: The person.
            before: The period end before, None at the first one.
            day: The period end.
            old_segment: Segment at the period end before.

        Returns:
            Name of the reason.
        """
        if before is None or person.key not in self.scores_on(before):
            return "first_order"
        scored = self.scores_on(day).get(person.key)
        if scored is not None:
            values = (scored.recency_days, scored.frequency, scored.monetary)
            if self.place(values, self.cut_points(before))[2] == old_segment:
                return "threshold_shift"
        if any(
            before < order.ordered_on <= day and order.counted_once()
            for order in person.orders
        ):
            return "purchase"
        for order in person.orders:
            fell_on = [on for on, _ in order.refunds]
            if order.counts_until is not None:
                fell_on.append(order.counts_until)
            for on in fell_on:
                had_effect = order.counts_on(on - timedelta(days=1))
                if before < on <= day and had_effect:
                    return "refund"
        return "decay"

    def _rfm_walk(self, person: Person) -> list[Interval]:
        """Follow a person over the scored dates."""
        ends = self.scored_ends()
        segment = "interested"
        is_provisional = False
        if person.first_seen_on in ends:
            score = self.scores_on(person.first_seen_on).get(person.key)
            if score is not None:
                segment = score.segment
                is_provisional = self.is_open(person.first_seen_on)
        intervals = [
            Interval(
                person.key,
                "rfm",
                segment,
                person.first_seen_on,
                None,
                "first_seen",
                is_provisional,
            )
        ]
        before = None
        for day in ends:
            if day > person.first_seen_on:
                score = self.scores_on(day).get(person.key)
                segment = "interested" if score is None else score.segment
                old = intervals[-1]
                if segment != old.segment:
                    old.valid_to = day
                    reason = self.rfm_reason(person, before, day, old.segment)
                    intervals.append(
                        Interval(
                            person.key,
                            "rfm",
                            segment,
                            day,
                            None,
                            reason,
                            self.is_open(day),
                        )
                    )
            before = day
        return intervals

    # Both schemes

    def history(self, scheme: str) -> dict[Key, list[Interval]]:
        """The intervals of everyone in a scheme, in order of time.

        Args:
            scheme: `lifecycle` or `rfm`.

        Returns:
            Intervals by person.
        """
        if scheme == "lifecycle":
            return self._lifecycle
        if self._rfm is None:
            self._rfm = {key: self._rfm_walk(self.persons[key]) for key in self.persons}
        return self._rfm

    def migrations(self, scheme: str) -> list[tuple[Any, ...]]:
        """The moves of a scheme.

        Args:
            scheme: `lifecycle` or `rfm`.

        Returns:
            (person, from segment, to segment, day, direction, reason, days in the
            segment that was left), the first and the last None on entry.
        """
        ranks = LIFECYCLE_RANKS if scheme == "lifecycle" else self.reference.ranks
        moves = []
        for key, intervals in self.history(scheme).items():
            old = None
            for new in intervals:
                if old is None:
                    old_segment, direction, days_in = None, "entry", None
                else:
                    old_segment = old.segment
                    days_in = (new.valid_from - old.valid_from).days
                    step = ranks.get(new.segment, 0) - ranks.get(old.segment, 0)
                    direction = "up" if step > 0 else "down" if step < 0 else "lateral"
                moves.append(
                    (
                        key,
                        old_segment,
                        new.segment,
                        new.valid_from,
                        direction,
                        new.reason,
                        days_in,
                    )
                )
                old = new
        return moves

    def standing(self, scheme: str, day: date) -> dict[Key, str]:
        """Where everyone known stands at the end of a day."""
        found = {}
        for key, intervals in self.history(scheme).items():
            for interval in intervals:
                if interval.valid_from <= day:
                    found[key] = interval.segment
        return found

    def month_ends(self) -> list[date]:
        """The calendar month ends from the first business date to the as-of date."""
        ends = []
        day = self.first_day
        while day is not None and day <= self.as_of:
            tomorrow = day + timedelta(days=1)
            if tomorrow.month != day.month:
                ends.append(day)
            day = tomorrow
        return ends

    def bought(self, person: Person, month_end: date) -> tuple[int, Decimal]:
        """Orders of the month that count at its end, and what they are worth then."""
        orders = [
            order
            for order in person.orders
            if order.counts_on(month_end)
            and order.ordered_on >= month_end.replace(day=1)
        ]
        net = (order.net_amount(month_end) for order in orders)
        return len(orders), sum(net, Decimal(0))

    def lifetime(self, person: Person) -> tuple[int, Decimal, date | None, date | None]:
        """Orders, net revenue, first and last order date of a person as of now."""
        counting = [order for order in person.orders if order.counts_on(self.as_of)]
        dates = [order.ordered_on for order in counting]
        revenue = sum((order.net_amount(self.as_of) for order in counting), Decimal(0))
        return (
            len(counting),
            revenue,
            min(dates, default=None),
            max(dates, default=None),
        )


def goodness(position: int, values: tuple[int, int, Decimal]) -> Decimal:
    """The value of a factor turned so that more is better."""
    value = Decimal(values[position])
    return -value if position == 0 else value


def average(total: Decimal, count: int) -> Decimal:
    """Total by count to four decimals, half up; 0 where there is nothing to count."""
    if count == 0:
        return Decimal(0)
    return (total / count).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def percentile_cuts(values: list[Decimal], levels: int) -> list[Decimal]:
    """The discrete cut points that divide values into levels.

    Cut point k is the smallest value whose cumulative share of all values reaches
    k / levels.

    Args:
        values: The values of the population.
        levels: How many scores there are.

    Returns:
        `levels - 1` ascending cut points; none for an empty population.
    """
    if not values:
        return []
    cuts = []
    for step in range(1, levels):
        for candidate in sorted(set(values)):
            reached = sum(1 for value in values if value <= candidate)
            if reached * levels >= step * len(values):
                cuts.append(candidate)
                break
    return cuts
