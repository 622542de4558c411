"""A shop sets the vars as it likes, and `dbt build` still passes its unit tests."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from pipeline import PROJECT, dbt, file_of, scratch_folder

if TYPE_CHECKING:
    import duckdb

SHOPS: dict[str, dict[str, Any]] = {
    "london": {
        "decimal_mark": ",",
        "reporting_timezone": "Europe/London",
        "reporting_currency": "GBP",
        "as_of_date": "2024-06-30",
        "counted_order_statuses": ["paid", "complete"],
        "uncounted_order_statuses": ["open"],
        "churn_days": 30,
        "former_hold_days": 100,
        "loyalty_window_days": 300,
        "loyal_min_orders": 5,
        "loyal_min_categories": 3,
        "frequency_window_days": 150,
        "frequent_min_orders": 3,
        "intent_window_days": 5,
        "aware_window_days": 21,
        "rfm_period": "week",
        "rfm_window_days": 300,
        "rfm_preset": "store",
        "monetary_measure": "average_order_value",
        "default_region": "GB",
        "identity_max_customers": 4,
        "delivery_radius_km": 7,
        "session_minutes": 20,
        "interest_view_weight": 2,
        "interest_purchase_weight": 7,
        "interest_half_life_days": 60,
        "new_product_days": 30,
        "rhythm_frequent_days": 20,
        "rhythm_fixed_variation": 0.2,
        "basket_high_ratio": 1.7,
        "basket_low_ratio": 0.4,
        "touch_lookback_days": 14,
        "contact_every_days": 14,
        "contact_exhausted_after": 3,
        "alert_one_time_share": 0.7,
        "alert_deviations": 2,
        "alert_periods": 5,
        "alert_quarantine_share": 0.1,
        "alert_unattributed_share": 0.2,
    },
    "new_york": {
        "decimal_mark": ".",
        "reporting_timezone": "America/New_York",
        "reporting_currency": "USD",
        "as_of_date": "yesterday",
        "counted_order_statuses": ["fulfilled"],
        "uncounted_order_statuses": ["void"],
        "churn_days": 90,
        "former_hold_days": 365,
        "loyalty_window_days": 730,
        "loyal_min_orders": 2,
        "loyal_min_categories": 1,
        "frequency_window_days": 365,
        "frequent_min_orders": 1,
        "intent_window_days": 14,
        "aware_window_days": 60,
        "rfm_period": "day",
        "rfm_window_days": 730,
        "rfm_preset": "klaviyo",
        "rfm_factors": ["recency", "monetary"],
        "default_region": "US",
        "identity_max_customers": 20,
        "delivery_radius_km": 50,
        "session_minutes": 60,
        "interest_view_weight": 3,
        "interest_purchase_weight": 3,
        "interest_half_life_days": 30,
        "new_product_days": 90,
        "rhythm_frequent_days": 60,
        "rhythm_fixed_variation": 0.5,
        "basket_high_ratio": 2,
        "basket_low_ratio": 0.7,
        "touch_lookback_days": 90,
        "contact_every_days": 90,
        "contact_exhausted_after": 10,
        "alert_one_time_share": 0.9,
        "alert_deviations": 4,
        "alert_periods": 12,
        "alert_quarantine_share": 0.01,
        "alert_unattributed_share": 0.01,
    },
    "frozen": {
        "rule_change": "from_today",
        "code_change": "accept",
        "rfm_method": "frozen",
        "rfm_frozen_at": "2024-06-30",
        "rfm_factors": ["frequency", "monetary"],
    },
}

is_slow = pytest.mark.skipif(
    "SLOW" not in os.environ, reason="minutes: run `make test-slow`"
)

OF_THE_DATA = {"raw_data", "source_systems", "online_retail_path"}
"""Where the rows come from: unit tests bring their own."""


def test_every_var_is_set_otherwise() -> None:
    """By one shop at least, to what is not the default."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    changed = {
        name
        for settings in SHOPS.values()
        for name, value in settings.items()
        if value != project["vars"][name]
    }
    assert changed == set(project["vars"]) - OF_THE_DATA


@is_slow
@pytest.mark.parametrize("shop", SHOPS)
def test_unit_tests_hold_whatever_the_settings(
    shop: str, demo_warehouse: duckdb.DuckDBPyConnection
) -> None:
    """Each says which vars its numbers come from, where they are not the shop's."""
    run_unit_tests(demo_warehouse, SHOPS[shop])


@is_slow
def test_unit_tests_hold_on_other_data(
    online_retail_warehouse: duckdb.DuckDBPyConnection,
    online_retail_vars: dict[str, Any],
) -> None:
    """Online Retail in place of a shop of the raw contract."""
    run_unit_tests(online_retail_warehouse, online_retail_vars)


def run_unit_tests(warehouse: duckdb.DuckDBPyConnection, settings: dict) -> None:
    """Run all unit tests on a copy of what was built.

    Args:
        warehouse: A connection to a build.
        settings: The vars.
    """
    db_path = scratch_folder() / file_of(warehouse).name
    shutil.copy(file_of(warehouse), db_path)
    dbt(["test", "--select", "test_type:unit"], db_path, settings)
