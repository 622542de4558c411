"""Web events of the demo shop: sessions that browse, abandon a cart, or buy."""

from datetime import datetime, timedelta
from random import Random

from demo.contract import Row
from demo.orders import OrderBook, Purchase
from demo.people import HABITS, Person
from demo.timeline import Calendar, utc
from demo.vietnam import CAMPAIGNS, DEVICES, UNPAID_VISITS

STEPS = {
    "look": ["page_view", "product_view"],
    "search": ["search", "product_view", "product_view"],
    "abandon": ["product_view", "add_to_cart"],
    "hesitate": ["product_view", "add_to_cart", "checkout"],
    "signup": ["page_view", "signup"],
    "play": ["page_view", "spin_wheel"],
    "buy": ["product_view", "add_to_cart", "checkout", "purchase"],
}
IDLE_VISITS = {"look": 50, "search": 14, "abandon": 22, "hesitate": 10, "play": 4}
PAGES = {
    "page_view": "/",
    "search": "/tim?q=qua+tet",
    "add_to_cart": "/cart",
    "checkout": "/checkout",
    "purchase": "/thanks",
    "signup": "/signup",
    "spin_wheel": "/vong-quay",
}


class Visits:
    """Writes the web events, numbered in order of time."""

    def __init__(self, book: OrderBook, calendar: Calendar, rng: Random) -> None:
        self.book, self.calendar, self.rng = book, calendar, rng
        self.timed: list[tuple[datetime, Row]] = []
        for person in book.population.people:
            if person.is_online:
                self.idle_visits(person)
        for order, purchase in zip(book.orders, book.purchases, strict=True):
            if order["channel"] == "web" and rng.random() < 0.55:
                self.buying_visit(order["order_id"], purchase)
        self.timed.sort(key=lambda timed: timed[0])
        self.events = [
            {"event_id": f"e{number}", "occurred_at": utc(at)} | event
            for number, (at, event) in enumerate(self.timed, 1)
        ]

    def idle_visits(self, person: Person) -> None:
        """Visit before sign-up, sign up, and come back without buying."""
        rng, joined = self.rng, person.joined
        for _ in range(rng.choice([0, 0, 1]) if person.customer_id else 0):
            day = self.calendar.clamp(joined - timedelta(rng.randint(1, 12)))
            self.session(person, self.calendar.at(day), "look", is_known=False)
        if person.customer_id:
            self.session(person, person.joined_at, "signup")
        for number in range(rng.randint(*HABITS[person.habit].visits)):
            day = joined
            if person.customer_id or number:
                day = self.calendar.pick(joined, joined + timedelta(365))
            if day > self.calendar.last:
                continue
            kind = rng.choices(list(IDLE_VISITS), list(IDLE_VISITS.values()))[0]
            is_known = bool(person.customer_id) and rng.random() < 0.6
            self.session(person, self.calendar.at(day), kind, is_known)

    def buying_visit(self, order_id: str, purchase: Purchase) -> None:
        """Lead up to an order: the purchase event happens at the order's time."""
        product = self.book.first_products[order_id]
        person = purchase.person
        if person is None:
            device = self.rng.choice(DEVICES)
            anonymous_id = self.book.population.new_anonymous_id()
            self.write(anonymous_id, device, "", purchase.at, "buy", product)
        else:
            is_known = self.rng.random() < 0.8
            self.session(person, purchase.at, "buy", is_known, product)

    def session(
        self,
        person: Person,
        at: datetime,
        kind: str,
        is_known: bool = True,
        product: Row | None = None,
    ) -> None:
        """Write one session of a person; unknown ones log in only at the checkout."""
        anonymous_id = self.rng.choice(list(person.devices))
        device = person.devices[anonymous_id]
        customer_id = person.customer_id if is_known else ""
        product = product or self.rng.choice(self.book.products)
        self.write(anonymous_id, device, customer_id, at, kind, product)
        if kind == "buy":
            for _, event in self.timed[-2:]:
                event["customer_id"] = person.customer_id

    def write(
        self,
        anonymous_id: str,
        device: tuple[str, str, str],
        customer_id: str,
        end: datetime,
        kind: str,
        product: Row,
    ) -> None:
        """Write the events of a session whose last step happens at `end`."""
        steps = STEPS[kind]
        minutes = [self.rng.randint(1, 9) for _ in steps[1:]]
        day_start = datetime.combine(end, datetime.min.time())
        at = max(end - timedelta(minutes=sum(minutes)), day_start)
        source = self.traffic_source(end)
        for step, wait in zip(steps, [*minutes, 0], strict=True):
            at = end if step == steps[-1] else at
            event = {
                "anonymous_id": anonymous_id,
                "customer_id": "" if step == "page_view" else customer_id,
                "event_type": step,
                "page_url": PAGES.get(step, f"/p/{product['product_id']}"),
            }
            if step in ("product_view", "add_to_cart"):
                event["product_id"] = product["product_id"]
                event["category"] = product["category"]
            keys = ("device_type", "os", "browser")
            event |= dict(zip(keys, device, strict=True)) | source
            self.timed.append((at, event))
            at, source = min(at + timedelta(minutes=wait), end), {}

    def traffic_source(self, at: datetime) -> Row:
        """Return where a session came from; paid only while a campaign runs."""
        running = [
            ("", source, medium, campaign)
            for source, medium, campaign, first, days, _ in CAMPAIGNS
            if first <= at.date() < first + timedelta(days)
        ]
        choices = UNPAID_VISITS if self.rng.random() < 0.7 else running[-1:] + running
        keys = ("referrer_url", "utm_source", "utm_medium", "utm_campaign")
        return dict(zip(keys, self.rng.choice(choices or UNPAID_VISITS), strict=True))
