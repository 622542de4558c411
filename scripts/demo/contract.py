"""The raw contract: which tables and columns the demo writes, and their keys."""

COLUMNS: dict[str, list[str]] = {
    table: columns.split()
    for table, columns in {
        "customers": "customer_id email phone full_name gender birth_date occupation"
        " marital_status income_band city province country latitude longitude"
        " signed_up_at email_consent phone_consent ads_consent erased_at",
        "orders": "order_id customer_id email phone ordered_at status channel store_id"
        " payment_method currency total_amount discount_amount shipping_amount"
        " coupon_code referrer_customer_id cancelled_at is_test",
        "order_items": "order_id line_number product_id quantity unit_price"
        " discount_amount",
        "products": "product_id product_name category brand unit_cost launched_at",
        "refunds": "refund_id order_id refunded_at amount",
        "web_events": "event_id occurred_at anonymous_id customer_id event_type"
        " page_url product_id category referrer_url utm_source utm_medium"
        " utm_campaign device_type os browser",
        "loyalty_accounts": "customer_id card_number tier points_balance joined_at",
        "feedback": "feedback_id customer_id submitted_at kind score comment",
        "contacts": "contact_id customer_id contacted_at channel campaign outcome",
        "experiment_assignments": "experiment_id customer_id variant assigned_at",
        "ad_spend": "spend_date utm_source utm_campaign spend clicks impressions",
        "stores": "store_id store_name city latitude longitude",
        "exchange_rates": "rate_date currency rate_to_reporting",
    }.items()
}

KEYS: dict[str, list[str]] = {table: columns[:1] for table, columns in COLUMNS.items()}
KEYS |= {
    "order_items": ["order_id", "line_number"],
    "experiment_assignments": ["experiment_id", "customer_id"],
    "ad_spend": ["spend_date", "utm_source", "utm_campaign"],
    "exchange_rates": ["rate_date", "currency"],
}

Row = dict[str, str]


def record_key(table: str, row: Row) -> str:
    """Return the key of a row as quarantine writes it: trimmed values joined by |."""
    return "|".join(row.get(column, "").strip() for column in KEYS[table])
