"""Smaller tables of the demo shop: loyalty, feedback, contacts and ad spend."""

from datetime import timedelta
from random import Random

from demo.contract import Row
from demo.orders import OrderBook
from demo.timeline import Calendar, utc
from demo.vietnam import CAMPAIGNS, COMMENTS

TIERS = {"bạc": 0, "vàng": 5, "kim cương": 12}
SCORES = {  # Kind: best score, then the lowest score of good and of fair.
    "nps": (10, 9, 7),
    "csat": (5, 4, 3),
    "review": (5, 4, 3),
}


def loyalty_accounts(book: OrderBook, calendar: Calendar, rng: Random) -> list[Row]:
    """Give cards to some of those who bought twice; the tier follows their orders."""
    bought: dict[str, int] = {}
    for order in book.orders:
        customer_id = order.get("customer_id", "")
        bought[customer_id] = bought.get(customer_id, 0) + 1
    rows = []
    for person in book.population.customers:
        orders = bought.get(person.customer_id, 0)
        if orders < 2 or rng.random() < 0.35:
            continue
        joined_on = calendar.pick(person.joined, calendar.last)
        rows.append({
            "customer_id": person.customer_id,
            "card_number": f"NM{100_000 + len(rows) * 7}",
            "tier": [tier for tier, least in TIERS.items() if orders >= least][-1],
            "points_balance": str(orders * rng.randint(10, 90)),
            "joined_at": utc(calendar.at(joined_on)),
        })  # fmt: skip
    return rows


def feedback(book: OrderBook, calendar: Calendar, rng: Random) -> list[Row]:
    """Let one buyer in twelve answer a survey or write a review."""
    rows = []
    for order in book.orders:
        if not order.get("customer_id") or rng.random() > 1 / 12:
            continue
        kind = rng.choices(list(SCORES), [50, 20, 30])[0]
        best, good, fair = SCORES[kind]
        mood = rng.choices(["good", "fair", "poor"], [62, 25, 13])[0]
        low, high = {
            "good": (good, best), "fair": (fair, good - 1), "poor": (1, fair - 1)
        }[mood]  # fmt: skip
        day = book.ordered_on[order["order_id"]] + timedelta(rng.randint(2, 14))
        rows.append({
            "feedback_id": f"F{len(rows) + 1:04d}",
            "customer_id": order["customer_id"],
            "submitted_at": utc(calendar.at(calendar.clamp(day))),
            "kind": kind,
            "score": str(rng.randint(low, high)),
            "comment": rng.choice(COMMENTS[mood]),
        })  # fmt: skip
    return rows


def contacts(book: OrderBook, calendar: Calendar, rng: Random) -> list[Row]:
    """Write the shop's messages: Tết wishes, win-back calls, birthday offers."""
    outcomes = {
        "zalo": ["delivered", "read", "clicked"],
        "email": ["delivered", "opened", "clicked", "bounced"],
        "sms": ["delivered", "failed"],
        "call": ["answered", "no_answer"],
    }
    timed = []
    for person in book.population.customers:
        for _ in range(rng.choices([0, 1, 2], [60, 28, 12])[0]):
            day = calendar.pick(person.joined, calendar.last)
            timed.append((calendar.at(day), person.customer_id))
    rows = []
    for at, customer_id in sorted(timed):
        channel = rng.choices(list(outcomes), [40, 30, 20, 10])[0]
        rows.append({
            "contact_id": f"L{len(rows) + 1:04d}",
            "customer_id": customer_id,
            "contacted_at": utc(at),
            "channel": channel,
            "campaign": rng.choice([f"tet_{at.year}", "winback", "sinh_nhat", ""]),
            "outcome": rng.choice(outcomes[channel]),
        })  # fmt: skip
    return rows


def ad_spend(calendar: Calendar, rng: Random) -> list[Row]:
    """Write what each campaign cost, per day on which it ran."""
    rows = []
    for source, _, campaign, first, days, budget in CAMPAIGNS:
        for number in range(days):
            day = first + timedelta(number)
            spend = budget * rng.randint(70, 130) // 100
            clicks = spend // rng.randint(2500, 6000)
            rows.append({
                "spend_date": day.isoformat(),
                "utm_source": source,
                "utm_campaign": campaign,
                "spend": str(spend),
                "clicks": str(clicks),
                "impressions": str(clicks * rng.randint(30, 70)),
            })  # fmt: skip
    return [row for row in rows if row["spend_date"] <= calendar.last.isoformat()]
