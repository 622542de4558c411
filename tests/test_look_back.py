"""A run that looks back at a day says in every mart what that evening's run said.

`test_properties.py` compares what the oracle knows: groups, scores and moves. Here are
the optional tables too, and all columns of all marts: criteria, audiences, touches,
results of tests, thresholds, alarms.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import NAMED_AT, Rules, Shop, business_date
from pipeline import Row, new_place, run_pipeline
from strategies import FIRST_DAY, shops, up_to, write_shop
from test_incremental import adorned
from test_properties import examples

Rows = list[dict[str, Any]]

OF_WHAT_WAS_READ = {
    "quarantined_rows": "lists unusable rows of any date",
    "revenue_ledger": "begins with all raw revenue and takes off what is dated later",
    "row_counts": "counts all rows read",
    "rule_versions": "says when a run was",
}
"""Marts that say what the files hold, and not what was true on the day."""


@dataclass
class FullShop(Shop):
    """A shop with the tables that the oracle does not know, too."""

    ad_spend: Rows = field(default_factory=list)
    exchange_rates: Rows = field(default_factory=list)


DATED_BY = {
    "ad_spend": "spend_date",
    "exchange_rates": "rate_date",
}


def full(shop: Shop) -> FullShop:
    """A shop with rows in every table; nobody is erased, which is always today's.

    Args:
        shop: The plain one.
    """
    nobody = {table: [] for table in NAMED_AT}
    found = FullShop(**{**adorned(shop).tables(), **nobody})
    found.customers = [
        {**row, "erased_at": None} for row in found.customers if row["customer_id"]
    ]
    moments = [row["ordered_at"] for row in shop.orders]
    for row in found.orders:
        source = random.Random(f"rate {row['order_id']}")
        row["currency"] = source.choice([None, None, "VND", "USD"])
    for row in found.customers:
        name = row["customer_id"]
        source = random.Random(f"full {name}")
        row.update(
            gender=source.choice([None, "male", "female"]),
            province=source.choice([None, "Hà Nội", "Huế"]),
            birth_date=date(1980, 2, 29),
        )
        account = {"customer_id": name, "joined_at": source.choice(moments)}
        found.loyalty_accounts.append(
            {**account, "card_number": f"K{name}", "points_balance": Decimal(7)}
        )
        for number in range(4):
            own = {"customer_id": name, "outcome": source.choice(["read", "replied"])}
            at = source.choice(moments)
            key = f"{name}-{number}"
            found.contacts.append({**own, "contact_id": key, "contacted_at": at})
            score = {"kind": "nps", "score": Decimal(source.randint(0, 10))}
            found.feedback.append(
                {
                    **score,
                    "feedback_id": key,
                    "customer_id": name,
                    "submitted_at": source.choice(moments),
                }
            )
        found.experiment_assignments.append(
            {
                "experiment_id": "banner_color",
                "customer_id": name,
                "variant": source.choice(["control", "treatment"]),
                "assigned_at": source.choice(moments),
            }
        )
    for days in range(0, 600, 20):
        day = FIRST_DAY + timedelta(days=days)
        paid = {"utm_source": "facebook", "utm_campaign": "tet"}
        found.ad_spend.append({**paid, "spend_date": day, "spend": Decimal(days)})
        rate = Decimal(24000 + days)
        found.exchange_rates.append(
            {"currency": "USD", "rate_date": day, "rate_to_reporting": rate}
        )
    return found


def full_up_to(shop: FullShop, day: date, rules: Rules) -> FullShop:
    """The shop as its systems held it on the evening of a day.

    Args:
        shop: The whole shop.
        day: The day.
        rules: The vars, for the time zone.
    """

    def is_there(moment: date) -> bool:
        has_time = isinstance(moment, datetime)
        return (business_date(moment, rules) if has_time else moment) <= day

    others = {
        table: [row for row in shop.tables()[table] if is_there(row[column])]
        for table, column in DATED_BY.items()
    }
    return FullShop(**up_to(shop, day, rules).tables(), **others)


@pytest.mark.skipif(
    "SLOW" not in os.environ, reason="two whole builds: run `make test-slow`"
)
@examples(1)
@given(
    shop=shops(min_persons=30, max_persons=50, days=500),
    day=st.integers(100, 480).map(lambda days: FIRST_DAY + timedelta(days=days)),
)
def test_a_look_back_says_in_every_mart_what_that_evening_said(
    shop: Shop, day: date
) -> None:
    folder, db_path = new_place()
    rules = Rules(as_of_date=day.isoformat())
    whole = full(shop)

    def marts(shop: Shop) -> dict[str, list[Row]]:
        write_shop(shop, folder)
        warehouse = run_pipeline(folder, db_path, rules.as_vars(), fresh=True)
        return {
            mart: warehouse.table(mart)
            for mart in warehouse.marts()
            if mart not in OF_WHAT_WAS_READ
        }

    that_evening, looking_back = marts(full_up_to(whole, day, rules)), marts(whole)
    assert that_evening.keys() == looking_back.keys()
    for mart, rows in that_evening.items():
        lost = [row for row in rows if row not in looking_back[mart]]
        gained = [row for row in looking_back[mart] if row not in rows]
        assert (lost, gained) == ([], []), f"{mart}: {lost[:3]}, {gained[:3]}"
