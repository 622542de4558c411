"""What can be known exactly about the demo's usable rows."""

from collections import Counter
from datetime import date
from decimal import Decimal

from demo.contract import Row
from demo.orders import COUNTED, EXPERIMENTS, OrderBook

Tables = dict[str, list[Row]]


def amount_facts(book: OrderBook, orders: list[Row]) -> dict:
    """Return how many orders there are and what they amount to in VND."""
    amount = sum((book.amounts[order["order_id"]] for order in orders), Decimal(0))
    return {"orders": len(orders), "amount": f"{amount:.4f}"}


def order_facts(book: OrderBook) -> dict:
    """Sum up the orders, before any cancellation or refund; the cases overlap."""
    orders = book.orders
    cases = {
        "all": orders,
        "test": [row for row in orders if row["is_test"] == "true"],
        "without_customer_id": [row for row in orders if not row.get("customer_id")],
        "without_any_identifier": [
            row
            for row in orders
            if not (row.get("customer_id") or row.get("email") or row.get("phone"))
        ],
        "without_total_amount": [row for row in orders if not row.get("total_amount")],
        "in_foreign_currency": [row for row in orders if row["currency"] == "USD"],
        "amount_not_positive": [
            row for row in orders if book.amounts[row["order_id"]] <= 0
        ],
    }
    for row in sorted(orders, key=lambda row: row["status"].lower()):
        status = row["status"].lower() or "none"
        cases.setdefault(f"status {status}", []).append(row)
    return {case: amount_facts(book, rows) for case, rows in cases.items()}


def refund_facts(book: OrderBook) -> dict:
    """Sum up the refunds in VND, and what exceeds the amount of the order."""
    currencies = {order["order_id"]: order["currency"] for order in book.orders}
    refunded: dict[str, Decimal] = {}
    for refund in book.refunds:
        order_id = refund["order_id"]
        rate = book.rates.on(currencies[order_id], book.ordered_on[order_id])
        amount = Decimal(refund["amount"]) * rate
        refunded[order_id] = refunded.get(order_id, Decimal(0)) + amount
    excess = {
        order_id: amount - book.amounts[order_id]
        for order_id, amount in refunded.items()
        if amount > book.amounts[order_id]
    }
    return {
        "refunds": len(book.refunds),
        "amount": f"{sum(refunded.values()):.4f}",
        "excess": f"{sum(excess.values()):.4f}",
        "orders_refunded_in_full": sum(
            amount >= book.amounts[order_id] for order_id, amount in refunded.items()
        ),
    }


def person_facts(tables: Tables) -> dict:
    """Count customer ids, and anonymous ids by the number of customers on them."""
    customers = {
        row["customer_id"].strip()
        for table, rows in tables.items()
        for row in rows
        if row.get("customer_id") and table != "order_items"
    }
    tied: dict[str, set[str]] = {}
    for event in tables["web_events"]:
        ids = tied.setdefault(event["anonymous_id"], set())
        ids |= {event["customer_id"]} - {""}
    listed = tables["customers"]
    phones = Counter(
        row["phone"].replace("+84", "0").replace(" ", "") for row in listed
    )
    emails = Counter(row["email"].lower() for row in listed)
    return {
        "customer_ids": len(customers),
        "customer_ids_not_in_customers": len(
            customers - {row["customer_id"] for row in listed}
        ),
        "anonymous_ids": len(tied),
        "anonymous_ids_of_no_customer": sum(not ids for ids in tied.values()),
        "anonymous_ids_of_several_customers": sum(
            len(ids) > 1 for ids in tied.values()
        ),
        "erased": sum(bool(row.get("erased_at")) for row in listed),
        "shared_phones": sum(n > 1 for phone, n in phones.items() if phone),
        "shared_emails": sum(n > 1 for email, n in emails.items() if email),
    }


def experiment_facts(book: OrderBook) -> dict[str, dict]:
    """Count, per experiment and variant, who was assigned and who ordered.

    "Ordered" is an order with a counted status or none, no test, amount above zero, 1
    to 30 days after the day of assignment, whatever was cancelled or refunded later.
    """
    days: dict[str, list[date]] = {}
    for order in book.orders:
        is_counted = order["status"].lower() in (*COUNTED, "")
        is_paid = order["is_test"] != "true" and book.amounts[order["order_id"]] > 0
        if is_counted and is_paid:
            customer_days = days.setdefault(order.get("customer_id", "").strip(), [])
            customer_days.append(book.ordered_on[order["order_id"]])
    facts = {}
    for experiment, (assigned_on, lift) in EXPERIMENTS.items():
        assigned, ordered = Counter[str](), Counter[str]()
        for row in book.assignments:
            if row["experiment_id"] == experiment:
                waits = [
                    (day - assigned_on).days for day in days.get(row["customer_id"], [])
                ]
                assigned[row["variant"]] += 1
                ordered[row["variant"]] += any(0 < wait <= 30 for wait in waits)
        facts[experiment] = {
            "assigned_on": assigned_on.isoformat(),
            "planted_lift": lift,
            "assigned": dict(sorted(assigned.items())),
            "ordered_within_30_days": dict(sorted(ordered.items())),
        }
    return facts
