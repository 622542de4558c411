"""Hand cases for the second opinion itself: the day before, of and after every edge."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from oracle import Oracle, Rules, Shop, identifiers, percentile_cuts, read_reference
from strategies import make_shop, up_to, without_later_links

START = date(2023, 3, 1)


def at(day: int, hour: int = 5) -> datetime:
    """An instant on a day after START; hour 5 UTC is noon in Ho Chi Minh City."""
    return datetime(START.year, START.month, START.day, hour) + timedelta(days=day)


def on(day: int) -> date:
    """The date of a day after START."""
    return START + timedelta(days=day)


def order(day: int, **changes: object) -> dict:
    """A counted order of customer c1, worth 100."""
    row = {
        "order_id": f"o{day}",
        "customer_id": "c1",
        "ordered_at": at(day),
        "status": "paid",
        "total_amount": Decimal(100),
        "cancelled_at": None,
        "is_test": False,
    }
    return row | changes


def event(day: int, **changes: object) -> dict:
    """A page view of customer c1."""
    row = {
        "event_id": f"e{day}",
        "occurred_at": at(day),
        "anonymous_id": "a1",
        "customer_id": "c1",
        "event_type": "page_view",
    }
    return row | changes


def refund(day: int, amount: int, order_id: str = "o0") -> dict:
    """A refund of an order."""
    return {
        "refund_id": f"r{day}",
        "order_id": order_id,
        "refunded_at": at(day),
        "amount": Decimal(amount),
    }


def moves(shop: Shop, **rules: object) -> list[tuple[int, str, str]]:
    """The lifecycle moves of c1 as (day after START, segment, reason)."""
    rules.setdefault("as_of_date", on(800).isoformat())
    oracle = Oracle(shop, Rules(**rules))
    return [
        ((stay.valid_from - START).days, stay.segment, stay.reason)
        for stay in oracle.history("lifecycle")[("customer_id", "c1")]
    ]


def test_one_order_lapses_after_45_days_and_is_held_for_180() -> None:
    assert moves(Shop(orders=[order(0)])) == [
        (0, "converting", "first_order"),
        (45, "former", "lapsed"),
        (225, "potential", "hold_expired"),
    ]


def test_reachable_buyer_becomes_aware_after_the_hold() -> None:
    customer = {"customer_id": "c1", "email": "a@b.c", "email_consent": True}
    assert moves(Shop(orders=[order(0)], customers=[customer]))[-1] == (
        225,
        "aware",
        "hold_expired",
    )


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (44, [(44, "frequent", "repeat_order"), (89, "former", "lapsed")]),
        (45, [(45, "frequent", "win_back_order"), (90, "former", "lapsed")]),
        (
            136,
            [
                (45, "former", "lapsed"),
                (136, "frequent", "win_back_order"),
                (180, "converting", "order_left_window"),
                (181, "former", "lapsed"),
            ],
        ),
        (
            180,
            [
                (45, "former", "lapsed"),
                (180, "converting", "win_back_order"),
                (225, "former", "lapsed"),
            ],
        ),
    ],
)
def test_second_order(second: int, expected: list) -> None:
    found = moves(Shop(orders=[order(0), order(second)]))
    assert found[1 : 1 + len(expected)] == expected


def test_loyal_needs_four_orders_and_two_categories() -> None:
    orders = [order(day) for day in (0, 1, 2, 3)]
    assert (3, "loyal", "repeat_order") in moves(Shop(orders=orders))
    tea = {"product_id": "p1", "category": "tea"}
    coffee = {"product_id": "p2", "category": "coffee"}
    item = {"line_number": "1", "quantity": Decimal(1), "unit_price": Decimal(1)}
    shop = Shop(orders=orders, products=[tea, coffee])
    assert all(segment != "loyal" for _, segment, _ in moves(shop))
    shop.order_items = [
        {**item, "order_id": "o0", "product_id": "p1"},
        {**item, "order_id": "o3", "product_id": "p2"},
    ]
    assert (3, "loyal", "repeat_order") in moves(shop)
    shop.order_items[1]["quantity"] = Decimal(-1)
    assert all(segment != "loyal" for _, segment, _ in moves(shop))


def test_visits_and_intent_expire_on_day_30_and_7() -> None:
    shop = Shop(web_events=[event(0), event(3, event_type="checkout")])
    assert moves(shop) == [
        (0, "aware", "visit"),
        (3, "converting", "intent"),
        (10, "aware", "intent_expired"),
        (33, "potential", "visit_expired"),
    ]


@pytest.mark.parametrize("status", ["paid", "cancelled", None])
def test_cancelled_order_counts_until_its_cancellation(status: str | None) -> None:
    shop = Shop(orders=[order(0, status=status, cancelled_at=at(9))])
    assert moves(shop) == [
        (0, "converting", "first_order"),
        (9, "potential", "order_voided"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "cancelled"},
        {"status": "cancelled", "cancelled_at": at(0)},
        {"cancelled_at": at(-3)},
        {"status": "pending", "cancelled_at": at(9)},
        {"status": "on_hold"},
        {"is_test": True},
        {"total_amount": Decimal(0)},
        {"total_amount": Decimal(-5)},
    ],
)
def test_order_that_never_counts_only_makes_known(changes: dict) -> None:
    assert moves(Shop(orders=[order(0, **changes)])) == [(0, "potential", "first_seen")]


def test_refunds_void_on_the_day_they_reach_the_amount() -> None:
    shop = Shop(orders=[order(0)], refunds=[refund(3, 60), refund(5, 60)])
    assert moves(shop)[1] == (5, "potential", "order_voided")
    shop.refunds = [refund(-3, 100)]
    assert moves(shop) == [(0, "potential", "first_seen")]
    shop.refunds = [refund(3, 60)]
    oracle = Oracle(shop)
    assert oracle.as_of == on(0)
    assert oracle.lifetime(oracle.persons["customer_id", "c1"])[1] == 100
    oracle = Oracle(shop, Rules(as_of_date=on(3).isoformat()))
    assert oracle.lifetime(oracle.persons["customer_id", "c1"])[1] == 40


def test_the_day_begins_at_local_midnight() -> None:
    late = Shop(orders=[order(0, ordered_at=at(0, 17) - timedelta(seconds=1))])
    assert moves(late)[0][0] == 0
    assert moves(Shop(orders=[order(0, ordered_at=at(0, 17))]))[0][0] == 1


def test_a_browser_joins_the_customers_who_use_it() -> None:
    shop = Shop(
        web_events=[
            event(0, customer_id=None),
            event(3, customer_id="c1"),
            event(4, customer_id="c2"),
            event(5),
        ]
    )
    assert moves(shop)[0] == (0, "aware", "visit")
    assert set(Oracle(shop).persons) == {("customer_id", "c1")}


def test_a_browser_of_six_customers_joins_nobody() -> None:
    users = [f"c{number}" for number in range(1, 7)]
    shop = Shop(web_events=[event(0, customer_id=user) for user in [*users, None]])
    assert set(Oracle(shop).persons) == {
        ("anonymous_id", "a1"),
        *(("customer_id", user) for user in users),
    }


def test_bare_lead_is_known_from_the_first_day_of_the_data() -> None:
    shop = Shop(customers=[{"customer_id": "c1"}], orders=[order(7, customer_id="x")])
    assert moves(shop) == [(7, "potential", "first_seen")]


def test_upcoming_move_is_the_next_expiry() -> None:
    shop = Shop(orders=[order(0)])
    key = ("customer_id", "c1")
    for day, expected in (
        (44, ("converting", "former", on(45), 1)),
        (45, ("former", "potential", on(225), 180)),
        (224, ("former", "potential", on(225), 1)),
        (225, None),
    ):
        upcoming = Oracle(shop, Rules(as_of_date=on(day).isoformat())).upcoming()
        assert upcoming.get(key) == expected


def test_percentile_cuts_are_the_smallest_values_that_reach_the_share() -> None:
    def cuts(*values: int, levels: int = 5) -> list[int]:
        return [
            int(cut) for cut in percentile_cuts([Decimal(v) for v in values], levels)
        ]

    assert cuts(1, 2, 3, 4, 5) == [1, 2, 3, 4]
    assert cuts(1, 2, 3, 4, 5, 6) == [2, 3, 4, 5]
    assert cuts(7, 7, 7) == [7, 7, 7, 7]
    assert cuts(9) == [9, 9, 9, 9]
    assert cuts(1, 1, 1, 1, 2) == [1, 1, 1, 1]
    assert cuts(1, 2, 3, levels=3) == [1, 2]
    assert cuts() == []


def test_periods_lie_wholly_within_the_data() -> None:
    def ends(first: int, last: int, period: str) -> list[date]:
        shop = Shop(orders=[order(first), order(last)])
        return Oracle(shop, Rules(rfm_period=period)).period_ends()

    assert ends(0, 30, "month") == [date(2023, 3, 31)]
    assert ends(1, 30, "month") == []
    assert ends(0, 29, "month") == []
    # 2023-03-06 is a Monday.
    assert ends(5, 11, "week") == [date(2023, 3, 12)]
    assert ends(6, 11, "week") == []
    assert ends(0, 2, "day") == [on(0), on(1), on(2)]


def test_rfm_entry_first_order_and_open_period() -> None:
    shop = Shop(
        customers=[{"customer_id": "c1", "signed_up_at": at(-5)}],
        orders=[order(0, customer_id="c9"), order(3), order(40)],
    )
    found = Oracle(shop).history("rfm")[("customer_id", "c1")]
    assert [
        (stay.valid_from, stay.reason, stay.is_provisional) for stay in found[:2]
    ] == [
        (on(-5), "first_seen", False),
        (date(2023, 3, 31), "first_order", False),
    ]
    assert found[0].segment == "interested"
    assert all(stay.is_provisional for stay in found[2:])


def test_threshold_shift_is_the_move_of_others() -> None:
    """c1 spent more than c3 until three newcomers, a day later, spent more still."""
    spent = {"c1": (0, 100), "c2": (0, 100), "c3": (0, 50)}
    spent |= {f"new{number}": (1, 900) for number in range(3)}
    orders = [
        order(day, order_id=name, customer_id=name, total_amount=Decimal(amount))
        for name, (day, amount) in spent.items()
    ]
    reference = read_reference("classic")
    reference.grid = {cell: f"m{cell[2]}" for cell in reference.grid}
    oracle = Oracle(Shop(orders=orders), Rules(rfm_period="day"), reference)
    assert oracle.cut_points(on(0))["monetary"] == [50, 100, 100, 100]
    assert oracle.cut_points(on(1))["monetary"] == [100, 100, 900, 900]
    found = oracle.history("rfm")[("customer_id", "c1")]
    assert [(stay.segment, stay.valid_from, stay.reason) for stay in found] == [
        ("m2", on(0), "first_seen"),
        ("m1", on(1), "threshold_shift"),
    ]


def test_who_is_only_named_is_known_from_the_earliest_row() -> None:
    shop = Shop(
        customers=[{"customer_id": "listed"}],
        orders=[order(0), order(9)],
        loyalty_accounts=[
            {"customer_id": "no_date", "card_number": "k1", "joined_at": None},
            {"customer_id": "named", "card_number": "k2", "joined_at": at(3)},
        ],
        feedback=[
            {"customer_id": "named", "submitted_at": at(2)},
            {"customer_id": "after", "submitted_at": at(10)},
        ],
        contacts=[
            {"customer_id": "listed", "contacted_at": at(4)},
            {"customer_id": "before", "contacted_at": at(-1)},
        ],
        experiment_assignments=[{"customer_id": "c1", "assigned_at": at(-2)}],
    )
    persons = Oracle(shop).persons.items()
    assert {name: person.first_seen_on for (_, name), person in persons} == {
        "c1": on(0),
        "listed": on(0),
        "no_date": on(0),
        "named": on(2),
        "before": on(-1),
    }


def test_a_card_links_unless_it_is_shared_or_erased() -> None:
    cards = {"c1": "k1", "c2": "k1", "c3": "k3", "c4": "k3"}
    cards |= {f"d{number}": "of_six" for number in range(6)}
    shop = Shop(
        customers=[{"customer_id": "c3", "erased_at": at(1)}],
        orders=[order(9)],
        loyalty_accounts=[
            {"customer_id": name, "card_number": card, "joined_at": at(day)}
            for day, (name, card) in enumerate(cards.items())
        ],
    )
    found = identifiers(shop, Rules())
    leaders = {name: found["customer_id", name][1] for name in cards}
    assert leaders == {name: "c1" if name == "c2" else name for name in cards}
    listed = {value for kind, value in found if kind == "loyalty_card"}
    assert listed == {"k1"}


def test_a_contact_of_nobody_links_and_reaches_nobody() -> None:
    typed = {"email": "test@example.com", "email_consent": True}
    shop = Shop(
        customers=[{"customer_id": name, **typed} for name in ("c1", "c2")],
        orders=[
            order(0),
            order(1, customer_id=None, email="lan@", phone="0912343601"),
            order(2, customer_id=None, email="khongco", phone="12"),
        ],
    )
    persons = Oracle(shop).persons
    found = sorted(kind for kind, _ in persons)
    assert found == ["customer_id", "customer_id", "phone"]
    assert not any(person.is_reachable for person in persons.values())


def test_klaviyo_grid_is_the_published_one() -> None:
    published = {
        "champions": "333 332 323",
        "loyal": "321 322 331 232 233",
        "recent": "312 313 311 222 223",
        "needs_attention": "213 221 123 132 133",
        "at_risk": "231 212 122 131 211",
        "inactive": "111 112 113 121",
    }
    grid = read_reference("klaviyo").grid
    assert {"".join(map(str, cell)): segment for cell, segment in grid.items()} == {
        cell: name for name, cells in published.items() for cell in cells.split()
    }


@pytest.mark.parametrize("seed", range(4))
def test_no_look_ahead_in_the_rules_themselves(seed: int) -> None:
    """But for erasure, which knows no day and takes in what is given later."""
    whole = make_shop(seed, persons=12, days=500)
    for day in (date(2023, 2, 28), date(2023, 7, 9), date(2024, 1, 31)):
        rules = Rules(as_of_date=day.isoformat())
        shop = without_later_links(whole, day, rules)
        then, now = Oracle(up_to(shop, day, rules), rules), Oracle(shop, rules)
        for scheme in ("lifecycle", "rfm"):
            assert then.history(scheme) == now.history(scheme)
