"""Purchases of the demo shop: when people buy, and the rows that this leaves."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from demo.contract import Row
from demo.people import HABITS, Person, Population
from demo.timeline import Calendar, utc
from demo.vietnam import PLACES, PRODUCTS

WEB_CHANNELS = ["web", "app"]
PAYMENT_METHODS = ["cod", "bank_transfer", "momo", "card", "cash"]
COUPONS = {1: "TET", 2: "TET", 11: "SALE1111", 12: "SALE1212"}
RETURNED = ("returned", "refunded")
COUNTED = ("paid", "processing", "shipped", "delivered", "completed")
OUTCOMES = {
    "delivered": 690, "completed": 230, "Delivered": 3, "cancelled": 43,
    "returned": 10, "refunded": 4, "failed": 11, "pending": 9,
}  # fmt: skip
EURO_FROM = date(2024, 1, 1)
LAPSED_DAYS = 45
EXPERIMENTS = {
    # Day of assignment, and the extra chance of a treated person's order in 30 days.
    "winback_voucher": (date(2024, 7, 1), 0.15),
    "banner_color": (date(2024, 3, 4), 0.0),
}


@dataclass
class Purchase:
    """One intent to buy; person is None for guests."""

    at: datetime
    person: Person | None
    coupon: str = ""
    is_plain: bool = False


def catalogue() -> list[Row]:
    """Return the products table."""
    rows = []
    for category, (brand, prices) in PRODUCTS.items():
        for name, price in prices.items():
            rows.append({
                "product_id": f"P{len(rows) + 1:02d}",
                "product_name": name,
                "category": category,
                "brand": brand,
                "unit_cost": str(price * 6 // 10),
                "launched_at": f"202{len(rows) % 3}-0{1 + len(rows) % 9}-01",
            })  # fmt: skip
    return rows


def store_rows() -> list[Row]:
    """Return the stores table: one shop in each of the biggest cities."""
    return [
        {
            "store_id": f"S{number}",
            "store_name": f"Nhà Mình {city}",
            "city": city,
            "latitude": f"{latitude:.4f}",
            "longitude": f"{longitude:.4f}",
        }
        for number, (city, _, latitude, longitude, _) in enumerate(PLACES[:6], 1)
    ]


class Rates:
    """Weekly exchange rates to VND; the latest one on or before a day is in force."""

    def __init__(self, calendar: Calendar, rng: Random) -> None:
        self.rows: list[Row] = []
        self.days: dict[str, list[date]] = {"USD": [], "EUR": [], "JPY": []}
        self.values: dict[str, list[Decimal]] = {"USD": [], "EUR": [], "JPY": []}
        day = calendar.first - timedelta(calendar.first.weekday())
        while day <= calendar.last:
            drift = 1 + (day - calendar.first).days * 0.0001
            self.add("USD", day, f"{23500 * drift + rng.uniform(-60, 60):.1f}")
            if day >= EURO_FROM:
                self.add("EUR", day, f"{25100 * drift + rng.uniform(-90, 90):.1f}")
                self.add("JPY", day, f"{170 + rng.uniform(-9, 9):.2f}")
            day += timedelta(7)

    def add(self, currency: str, day: date, rate: str) -> None:
        """Publish a rate."""
        self.days[currency].append(day)
        self.values[currency].append(Decimal(rate))
        row = {"rate_date": day.isoformat(), "currency": currency}
        self.rows.append(row | {"rate_to_reporting": rate})

    def on(self, currency: str, day: date) -> Decimal:
        """Return VND per unit of a currency on a day."""
        if currency in ("", "VND"):
            return Decimal(1)
        return self.values[currency][bisect_right(self.days[currency], day) - 1]


class OrderBook:
    """Simulates purchases, then writes orders, order_items and refunds."""

    def __init__(self, population: Population, calendar: Calendar, rng: Random) -> None:
        self.population, self.calendar, self.rng = population, calendar, rng
        self.products, self.rates = catalogue(), Rates(calendar, rng)
        self.prices = [
            price for _, prices in PRODUCTS.values() for price in prices.values()
        ]
        self.orders: list[Row] = []
        self.items: list[Row] = []
        self.refunds: list[Row] = []
        self.assignments: list[Row] = []
        self.amounts: dict[str, Decimal] = {}
        self.ordered_on: dict[str, date] = {}
        self.first_products: dict[str, Row] = {}
        self.purchases = [
            purchase
            for person in population.people
            for purchase in self.habitual_purchases(person)
        ]
        self.run_experiments()
        self.purchases += self.guest_purchases()
        self.purchases.sort(key=lambda purchase: purchase.at)
        for number, purchase in enumerate(self.purchases, 1):
            self.write_order(f"D{number:05d}", purchase)

    def habitual_purchases(self, person: Person) -> list[Purchase]:
        """Draw all purchases of one person, as their habit has it."""
        habit = HABITS[person.habit]
        wanted = self.rng.randint(*habit.orders)
        # Some buy in a store before they sign up, the others soon after.
        early = not person.is_online and self.rng.random() < 0.08
        delay = -20 if early else self.rng.choice([0, 0, 0, 1, 4, 12])
        day = max(person.joined + timedelta(delay), self.calendar.first)
        purchases: list[Purchase] = []
        while len(purchases) < wanted and day <= self.calendar.last:
            at = self.calendar.at(day)
            if day == person.joined:
                at = max(at, person.joined_at + timedelta(minutes=20))
            purchases.append(Purchase(at, person))
            shortest, longest = map(timedelta, habit.gap_days)
            day = self.calendar.pick(day + shortest, day + longest)
        return purchases

    def guest_purchases(self) -> list[Purchase]:
        """Draw the purchases of people who gave no customer id."""
        first, last = self.calendar.first, self.calendar.last
        return [
            Purchase(self.calendar.at(self.calendar.pick(first, last)), None)
            for _ in range(len(self.population.people) // 12)
        ]

    def run_experiments(self) -> None:
        """Assign lapsed buyers to variants; some of the treated order once more."""
        for experiment, (day, lift) in EXPERIMENTS.items():
            latest = {
                purchase.person.customer_id: purchase
                for purchase in sorted(self.purchases, key=lambda each: each.at)
                if purchase.person and purchase.at.date() < day
            }
            for customer_id, purchase in latest.items():
                if (day - purchase.at.date()).days < LAPSED_DAYS:
                    continue
                variant = self.rng.choice(["control", "treatment"])
                self.assignments.append({
                    "experiment_id": experiment,
                    "customer_id": customer_id,
                    "variant": variant,
                    "assigned_at": utc(datetime.combine(day, time(9))),
                })  # fmt: skip
                if variant == "treatment" and self.rng.random() < lift:
                    at = self.calendar.at(day + timedelta(self.rng.randint(1, 30)))
                    self.purchases.append(Purchase(at, purchase.person, "NHOBAN", True))

    def write_order(self, order_id: str, purchase: Purchase) -> None:
        """Write one order with its items, status, amount and refunds."""
        rng, person = self.rng, purchase.person
        currency = "USD" if person and person.is_foreign else "VND"
        online = person.is_online if person else rng.random() < 0.7
        row = {
            "order_id": order_id,
            "ordered_at": utc(purchase.at),
            "payment_method": rng.choices(PAYMENT_METHODS, [40, 20, 20, 12, 8])[0],
            "currency": currency if rng.random() < 0.9 or currency != "VND" else "",
            "is_test": "true" if rng.random() < 0.004 else "false",
        }
        if online and rng.random() < 0.9:
            row["channel"] = rng.choices(WEB_CHANNELS, [70, 30])[0]
        else:
            row |= {"channel": "store", "store_id": f"S{rng.randint(1, 6)}"}
        row |= self.identity(purchase)
        row |= self.outcome(purchase)
        row |= self.basket(row, purchase)
        self.orders.append(row)
        is_kept = row["status"] in COUNTED and not purchase.is_plain
        if row["status"] in RETURNED:
            self.refund(row, is_full=True)
        elif is_kept and rng.random() < 0.035:
            self.refund(row, is_full=rng.random() < 0.35)

    def identity(self, purchase: Purchase) -> Row:
        """Return who ordered: a customer, a guest's contact, or nobody."""
        rng, person = self.rng, purchase.person
        if person:
            wants_coupon = purchase.coupon or rng.random() < 0.12
            coupon = COUPONS.get(purchase.at.month, "CHAO10")
            referrer = rng.choice(self.population.customers[:200]).customer_id
            return {
                "customer_id": person.customer_id,
                "coupon_code": (purchase.coupon or coupon) if wants_coupon else "",
                "referrer_customer_id": referrer if rng.random() < 0.03 else "",
            }
        kind = rng.random()
        if kind < 0.25:
            return {}
        if kind < 0.55:
            known = rng.choice(self.population.customers)
            return {"email": known.email, "phone": known.phone}
        if kind < 0.8:
            return {"email": f"khach{rng.randrange(10**5)}@mail.example"}
        return {"phone": f"08{rng.randrange(10**8):08d}"}

    def outcome(self, purchase: Purchase) -> Row:
        """Return how the order ended: its status and cancellation time."""
        if purchase.is_plain:
            return {"status": "delivered"}
        days_left = (self.calendar.last - purchase.at.date()).days
        if days_left < 6:
            return {"status": self.rng.choice(["paid", "processing", "shipped"])}
        status = self.rng.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
        known_share = {"cancelled": 0.85, "returned": 0.5, "refunded": 0.5}
        if self.rng.random() < known_share.get(status, 0):
            ended_at = purchase.at + timedelta(hours=self.rng.randrange(1, 110))
            return {"status": status, "cancelled_at": utc(ended_at)}
        return {"status": status}

    def basket(self, order: Row, purchase: Purchase) -> Row:
        """Write the items of an order and return its amounts."""
        rng, person = self.rng, purchase.person
        is_dollar = order["currency"] == "USD"
        favourites = [
            number
            for number, product in enumerate(self.products)
            if person and product["category"] == person.favourite
        ]
        total = Decimal(0)
        has_total = is_dollar or purchase.is_plain or rng.random() > 0.06
        for line in range(1, rng.choices([1, 2, 3], [58, 29, 13])[0] + 1):
            likes = favourites if favourites and rng.random() < 0.55 else None
            number = rng.choice(likes or range(len(self.products)))
            quantity = rng.choices([1, 2, 3], [78, 16, 6])[0]
            price = Decimal(self.prices[number])
            if is_dollar:
                price = round(price / 20_000, 2)
            discount = Decimal(5000 if not has_total and line == 1 else 0)
            total += quantity * price - discount
            self.items.append({
                "order_id": order["order_id"],
                "line_number": str(line),
                "product_id": self.products[number]["product_id"],
                "quantity": str(quantity),
                "unit_price": str(price),
                "discount_amount": str(discount) if discount else "",
            })  # fmt: skip
            self.first_products.setdefault(order["order_id"], self.products[number])
        amounts = {}
        if has_total:
            discount = Decimal(int(total) // 10_000 * 1000)
            discount = discount if order.get("coupon_code") and not is_dollar else 0
            shipping = 25_000 if order["channel"] != "store" and not is_dollar else 0
            total += shipping - discount
            amounts = {
                "total_amount": str(total),
                "discount_amount": str(discount) if discount else "",
                "shipping_amount": str(shipping) if shipping else "",
            }
        day = purchase.at.date()
        self.ordered_on[order["order_id"]] = day
        rate = self.rates.on(order["currency"], day)
        self.amounts[order["order_id"]] = total * rate
        return amounts

    def refund(self, order: Row, is_full: bool) -> None:
        """Refund an order in full, in part, or in two parts that make it whole."""
        order_id, rng = order["order_id"], self.rng
        day = self.ordered_on[order_id]
        whole = round(self.amounts[order_id] / self.rates.on(order["currency"], day), 2)
        part = round(whole / 4, 2 if order["currency"] == "USD" else -3)
        parts = [whole if is_full else part]
        if not is_full and rng.random() < 0.2:
            parts.append(whole - part)
        for amount in parts:
            day = self.calendar.clamp(day + timedelta(rng.randint(1, 20)))
            self.add_refund(order_id, day, amount)

    def add_refund(self, order_id: str, day: date, amount: Decimal) -> None:
        """Write one refund, in the order's currency."""
        self.refunds.append({
            "refund_id": f"R{len(self.refunds) + 1:04d}",
            "order_id": order_id,
            "refunded_at": utc(self.calendar.at(day)),
            "amount": f"{amount.normalize():f}",
        })  # fmt: skip

    def is_plain(self, order: Row) -> bool:
        """Whether an order is free of every special case, so one may be planted."""
        return (
            order["status"] in ("delivered", "completed")
            and order["currency"] == "VND"
            and order["is_test"] == "false"
            and bool(order.get("customer_id") and order.get("total_amount"))
            and order.get("coupon_code") != "NHOBAN"
        )
