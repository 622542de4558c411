"""Usable orders of the demo that are easily misread, planted and written down."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from demo.contract import Row
from demo.orders import OrderBook
from demo.timeline import UTC_OFFSET, utc


class Oddities:
    """Turns plain orders into special cases; `planted` says which."""

    def __init__(self, book: OrderBook, rng: Random) -> None:
        self.book = book
        self.planted: dict[str, list[str]] = {}
        refunded = {refund["order_id"] for refund in book.refunds}
        self.plain_orders = [
            order
            for order in book.orders
            if book.is_plain(order) and order["order_id"] not in refunded
        ]
        rng.shuffle(self.plain_orders)

    def plant(self) -> None:
        """Plant every special case, each on orders of its own."""
        self.plant_statuses()
        self.plant_amounts()
        self.plant_refunds()
        self.plant_spellings()

    def plant_statuses(self) -> None:
        """Statuses that say nothing, or not all."""
        for status, count in {"on_hold": 3, "đã giao": 2}.items():
            for order in self.take_orders("unknown_status", count):
                order["status"] = status
        for order in self.take_orders("no_status", 3):
            order["status"] = ""
        for order in self.take_orders("cancelled_though_delivered", 2):
            day = self.book.ordered_on[order["order_id"]] + timedelta(1)
            order["cancelled_at"] = utc(self.book.calendar.at(day))

    def plant_amounts(self) -> None:
        """Amounts that do not count, or are written with separators."""
        for amount, count in {"0": 3, "-120000": 2}.items():
            for order in self.take_orders("amount_not_positive", count):
                order["total_amount"] = amount
                self.book.amounts[order["order_id"]] = Decimal(amount)
        big = [
            order
            for order in self.plain_orders
            if self.book.amounts[order["order_id"]] >= 1_000_000
        ]
        for number, order in enumerate(self.mark("amount_with_separators", big[:8])):
            grouped = f"{self.book.amounts[order['order_id']]:,.0f}"
            dotted = grouped.replace(",", ".")
            styles = (f"{grouped}.00", dotted, f"{dotted},00", grouped)
            order["total_amount"] = styles[number % len(styles)]

    def plant_refunds(self) -> None:
        """Refunds that cannot be as they are said to be."""
        for order in self.take_orders("refund_before_order", 3):
            day = self.book.ordered_on[order["order_id"]] - timedelta(2)
            self.book.add_refund(order["order_id"], day, Decimal(10_000))
        for order in self.take_orders("refund_above_amount", 3):
            day = self.book.ordered_on[order["order_id"]] + timedelta(1)
            amount = self.book.amounts[order["order_id"]] + 50_000
            self.book.add_refund(order["order_id"], day, amount)

    def plant_spellings(self) -> None:
        """Ids and times that are written in other ways."""
        for order in self.take_orders("padded_customer_id", 8):
            order["customer_id"] = f"  {order['customer_id']} "
        for style in ("%Y-%m-%dT%H:%M:%S+07:00", "%Y-%m-%d"):
            for order in self.take_orders(f"ordered_at {style}", 5):
                order["ordered_at"] = self.local_time(order).strftime(style)
        for order in self.take_orders("ordered_at without zone", 5):
            order["ordered_at"] = order["ordered_at"].replace("T", " ").rstrip("Z")

    def take_orders(self, case: str, count: int) -> list[Row]:
        """Use up plain orders for a special case."""
        return self.mark(case, self.plain_orders[:count])

    def mark(self, case: str, orders: list[Row]) -> list[Row]:
        """Write down which orders stand for a special case."""
        ids = [order["order_id"] for order in orders]
        self.planted.setdefault(case, []).extend(ids)
        self.plain_orders = [
            order for order in self.plain_orders if order["order_id"] not in ids
        ]
        return orders

    def local_time(self, order: Row) -> datetime:
        """Return the local time of an order written as a UTC instant."""
        return datetime.strptime(order["ordered_at"], "%Y-%m-%dT%H:%M:%SZ") + UTC_OFFSET
