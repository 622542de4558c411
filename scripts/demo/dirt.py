"""Unusable and repeated rows of the demo, planted on purpose and written down."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from demo.contract import COLUMNS, KEYS, Row, record_key

LATE = "2024-12-31T08:00:00Z"
# Table, reason, column, and the value that makes a row unusable.
SPOILED = [
    ("customers", "missing_value", "customer_id", "   "),
    ("customers", "unreadable_value", "signed_up_at", "hôm qua"),
    ("customers", "unreadable_value", "birth_date", "1990-02-30"),
    ("customers", "unreadable_value", "email_consent", "maybe"),
    ("customers", "unreadable_value", "latitude", "mười độ"),
    ("orders", "missing_value", "order_id", ""),
    ("orders", "missing_value", "order_id", "  "),
    ("orders", "missing_value", "ordered_at", ""),
    ("orders", "unreadable_value", "ordered_at", "29/02/2023"),
    ("orders", "unreadable_value", "ordered_at", "2024-13-45T10:00:00Z"),
    ("orders", "unreadable_value", "cancelled_at", "chưa rõ"),
    ("orders", "unreadable_value", "total_amount", "liên hệ"),
    ("orders", "unreadable_value", "total_amount", "N/A"),
    ("orders", "unreadable_value", "is_test", "perhaps"),
    ("orders", "ambiguous_number", "total_amount", "150.000"),
    ("orders", "ambiguous_number", "total_amount", "1,234"),
    ("orders", "missing_amount", "total_amount", ""),
    ("orders", "missing_amount", "total_amount", " "),
    ("orders", "unknown_currency", "currency", "THB"),
    ("orders", "unknown_currency", "currency", "XAU"),
    ("order_items", "missing_value", "order_id", ""),
    ("order_items", "missing_value", "product_id", ""),
    ("order_items", "missing_value", "unit_price", ""),
    ("order_items", "unreadable_value", "quantity", "hai cái"),
    ("order_items", "unreadable_value", "line_number", "đầu"),
    ("order_items", "ambiguous_number", "unit_price", "89.000"),
    ("order_items", "ambiguous_number", "discount_amount", "5,000"),
    ("order_items", "orphan_item", "order_id", "D99990"),
    ("order_items", "orphan_item", "order_id", "D99991"),
    ("products", "missing_value", "product_id", ""),
    ("products", "unreadable_value", "launched_at", "sắp ra mắt"),
    ("products", "ambiguous_number", "unit_cost", "45.000"),
    ("refunds", "missing_value", "order_id", ""),
    ("refunds", "missing_value", "amount", ""),
    ("refunds", "unreadable_value", "refunded_at", "0000-00-00"),
    ("refunds", "unreadable_value", "amount", "một nửa"),
    ("refunds", "ambiguous_number", "amount", "250.000"),
    ("refunds", "not_positive", "amount", "0"),
    ("refunds", "not_positive", "amount", "-50000"),
    ("refunds", "orphan_refund", "order_id", "D99992"),
    ("web_events", "missing_value", "event_id", ""),
    ("web_events", "missing_value", "anonymous_id", ""),
    ("web_events", "missing_value", "event_type", " "),
    ("web_events", "unreadable_value", "occurred_at", "1709262900x"),
    ("loyalty_accounts", "missing_value", "customer_id", ""),
    ("loyalty_accounts", "unreadable_value", "joined_at", "Tết"),
    ("loyalty_accounts", "ambiguous_number", "points_balance", "1.250"),
    ("feedback", "missing_value", "score", ""),
    ("feedback", "unreadable_value", "score", "tốt"),
    ("feedback", "unknown_value", "kind", "ces"),
    ("feedback", "unknown_value", "kind", "emoji"),
    ("contacts", "missing_value", "customer_id", ""),
    ("contacts", "missing_value", "contacted_at", ""),
    ("contacts", "unreadable_value", "contacted_at", "sáng nay"),
    ("experiment_assignments", "missing_value", "variant", ""),
    ("experiment_assignments", "unreadable_value", "assigned_at", "T7"),
    ("ad_spend", "missing_value", "spend", ""),
    ("ad_spend", "unreadable_value", "clicks", "many"),
    ("ad_spend", "ambiguous_number", "spend", "850.000"),
    ("stores", "missing_value", "store_id", ""),
    ("stores", "unreadable_value", "longitude", "kinh độ"),
    ("exchange_rates", "missing_value", "rate_to_reporting", ""),
    ("exchange_rates", "unreadable_value", "rate_to_reporting", "n/a"),
    ("exchange_rates", "ambiguous_number", "rate_to_reporting", "24.350"),
    ("exchange_rates", "not_positive", "rate_to_reporting", "0"),
    ("exchange_rates", "not_positive", "rate_to_reporting", "-24000"),
]
# Table, how many rows get a later twin of the same key, and the column that differs.
CONFLICTS = [
    ("customers", 3, "city", "Hạ Long"),
    ("orders", 4, "total_amount", "777000"),
    ("order_items", 3, "quantity", "99"),
    ("products", 1, "product_name", "Sản phẩm lỗi"),
    ("refunds", 1, "amount", "1000"),
    ("web_events", 5, "page_url", "/loi"),
    ("loyalty_accounts", 2, "tier", "đồng"),
    ("feedback", 1, "comment", "Sửa lại sau"),
    ("contacts", 2, "outcome", "unknown"),
    ("experiment_assignments", 2, "variant", "both"),
    ("ad_spend", 2, "impressions", "1"),
    ("stores", 1, "store_name", "Nhà Mình (cũ)"),
    ("exchange_rates", 1, "rate_to_reporting", "1.11"),
]
EVENT_TIMES = {
    "customers": "signed_up_at",
    "orders": "ordered_at",
    "products": "launched_at",
    "refunds": "refunded_at",
    "web_events": "occurred_at",
    "loyalty_accounts": "joined_at",
    "feedback": "submitted_at",
    "contacts": "contacted_at",
    "experiment_assignments": "assigned_at",
}
# Rows repeated as they are, besides one of each table's contradicted rows.
DUPLICATES = {
    "customers": 5, "orders": 12, "order_items": 15, "products": 1, "refunds": 3,
    "web_events": 25, "loyalty_accounts": 4, "feedback": 3, "contacts": 6,
    "experiment_assignments": 2, "ad_spend": 3, "stores": 1, "exchange_rates": 2,
}  # fmt: skip


# Reasons that blame one column; the others hold for the row as a whole.
COLUMN_REASONS = (
    "missing_value", "unreadable_value", "ambiguous_number", "unknown_value",
    "not_positive",
)  # fmt: skip


class Dirt:
    """Adds rows to the tables and remembers what must become of them."""

    def __init__(
        self, tables: dict[str, list[Row]], plain_orders: list[Row], rng: Random
    ) -> None:
        self.tables, self.rng = tables, rng
        self.quarantined: dict[tuple[str, str, str], list[str]] = {}
        self.folded: Counter[str] = Counter()
        self.order_amounts: dict[str, int] = {}
        self.made = 0
        self.usable = {
            table: rng.sample(rows, len(rows))
            for table, rows in (tables | {"orders": plain_orders}).items()
        }

    def plant(self) -> None:
        """Add spoiled rows, contradictions and exact duplicates to every table."""
        for table, reason, column, value in SPOILED:
            self.spoil(self.usable[table][-1], table, reason, column, value)
        before_first_rate = {"ordered_at": "2023-05-02T03:00:00Z"}
        old_order = self.usable["orders"][-1] | before_first_rate
        self.spoil(old_order, "orders", "unknown_currency", "currency", "EUR")
        for table, count, column, value in CONFLICTS:
            rows = self.contradictable(table)[:count]
            for row in rows:
                self.contradict(table, row, column, value)
            self.repeat(table, rows[0])
        for table, count in DUPLICATES.items():
            for row in self.usable[table][:count]:
                self.repeat(table, row)
        padded = self.usable["orders"][0]
        self.repeat("orders", padded | {"order_id": f" {padded['order_id']} "})

    def add(self, table: str, row: Row) -> None:
        """Put a row somewhere into a table."""
        self.tables[table].insert(self.rng.randrange(len(self.tables[table]) + 1), row)

    def repeat(self, table: str, row: Row) -> None:
        """Add a copy of a row."""
        self.add(table, row)
        self.folded[table] += 1
        if table == "orders":
            self.count_amount("duplicates_folded", row)

    def reject(self, table: str, reason: str, column: str, row: Row) -> None:
        """Add a row that is to be quarantined, and write down why."""
        self.add(table, row)
        blamed = column if reason in COLUMN_REASONS else ""
        keys = self.quarantined.setdefault((table, reason, blamed), [])
        keys.append(record_key(table, row))
        is_amount_known = column not in ("total_amount", "currency")
        if table == "orders" and (is_amount_known or not blamed):
            self.count_amount(reason, row)

    def count_amount(self, reason: str, row: Row) -> None:
        """Sum up the readable VND amounts of orders that do not reach staging."""
        if row["currency"] in ("", "VND") and row["total_amount"].strip():
            amount = self.order_amounts.get(reason, 0) + int(row["total_amount"])
            self.order_amounts[reason] = amount

    def fresh_key(self, table: str, template: Row) -> Row:
        """Return a key that no other row of the table has."""
        self.made += 1
        if table == "order_items":
            order_id = self.usable["orders"][self.made]["order_id"]
            return {"order_id": order_id, "line_number": "9"}
        if table == "exchange_rates":
            thursday = date(2023, 1, 5) + timedelta(7 * self.made)
            return {"rate_date": thursday.isoformat(), "currency": "USD"}
        if table == "ad_spend":
            return {"utm_campaign": f"thu_{self.made}"}
        column = KEYS[table][-1]
        return {column: f"{template[column][0]}9{self.made:04d}"}

    def spoil(
        self, template: Row, table: str, reason: str, column: str, value: str
    ) -> None:
        """Add a row with a key of its own and one value that makes it unusable."""
        row = template | self.fresh_key(table, template) | {column: value}
        self.reject(table, reason, column, row)
        if table == "orders" and row["order_id"].strip() and reason != "missing_amount":
            self.orphan(row["order_id"], is_refunded=reason == "ambiguous_number")

    def orphan(self, order_id: str, is_refunded: bool) -> None:
        """Add an item, and perhaps a refund, of an order that is quarantined."""
        item = {"order_id": order_id, "line_number": "1", "product_id": "P01"}
        item |= {"quantity": "1", "unit_price": "95000"}
        self.reject("order_items", "orphan_item", "", item)
        if is_refunded:
            self.made += 1
            refund = {"refund_id": f"R9{self.made:04d}", "order_id": order_id}
            refund |= {"refunded_at": LATE, "amount": "5000"}
            self.reject("refunds", "orphan_refund", "", refund)

    def contradictable(self, table: str) -> list[Row]:
        """Return rows whose contradiction, if it won, would be the later one."""
        rows = self.usable[table][::-1]
        if table == "order_items":
            totalled = {row["order_id"] for row in self.usable["orders"]}
            return [row for row in rows if row["order_id"] in totalled]
        if table == "exchange_rates":
            return [row for row in rows if row["currency"] == "JPY"]
        if table in EVENT_TIMES:
            return [row for row in rows if "" < row[EVENT_TIMES[table]] < "2024-12"]
        return rows

    def contradict(self, table: str, row: Row, column: str, value: str) -> None:
        """Add a later row with the key of another one and different content."""
        twin = row | {column: value}
        if table in EVENT_TIMES:
            twin[EVENT_TIMES[table]] = LATE
        self.reject(table, "conflicting_duplicate", "", twin)

    def row_counts(self) -> dict[str, dict[str, int]]:
        """Return what must become of the rows of each table."""
        bad = Counter[str]()
        for (table, _, _), keys in self.quarantined.items():
            bad[table] += len(keys)
        return {
            table: {
                "rows_read": len(self.tables[table]),
                "rows_staged": len(self.tables[table])
                - self.folded[table]
                - bad[table],
                "duplicates_folded": self.folded[table],
                "rows_quarantined": bad[table],
            }
            for table in COLUMNS
        }

    def quarantined_rows(self) -> list[dict]:
        """Return the planted reasons, each with the exact keys."""
        return [
            {
                "source_table": table,
                "reason": reason,
                "column_name": column or None,
                "rows": len(keys),
                "record_keys": sorted(keys),
            }
            for (table, reason, column), keys in sorted(self.quarantined.items())
        ]
