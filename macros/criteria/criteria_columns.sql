{#-
    The criteria of mart `persons`: by kind, the names of its columns. Whoever adds a
    criterion adds it here; a test compares the list with the mart.
-#}
{%- macro criteria_columns() -%}
    {{ return({
        'demographic': [
            'age', 'age_band', 'gender', 'occupation', 'marital_status', 'income_band',
        ],
        'geographic': [
            'country', 'province', 'province_code', 'former_province', 'city',
            'nearest_store_id', 'distance_to_store_km', 'is_within_delivery_radius',
        ],
        'technographic': ['device_type', 'os', 'browser', 'buys_on'],
        'time': [
            'preferred_hour_band', 'preferred_weekday', 'is_office_hours_visitor',
        ],
        'behaviour': [
            'visits', 'sessions', 'last_visit_on', 'viewed_not_bought_categories',
            'viewed_not_bought_count', 'cart_abandoned_on',
        ],
        'interest': [
            'preferred_category', 'second_category', 'category_count',
            'tries_new_products',
        ],
        'rhythm': [
            'median_days_between_orders', 'interval_variation', 'rhythm',
            'overdue_ratio', 'is_rhythm_borrowed',
        ],
        'value': [
            'lifetime_revenue', 'lifetime_margin', 'margin_coverage', 'value_tier',
            'cumulative_revenue_share', 'average_order_value', 'basket_tier',
            'expected_orders_next_90_days',
        ],
        'loyalty': ['card_tier', 'points_balance', 'member_since'],
        'satisfaction': [
            'last_nps', 'nps_band', 'csat_average', 'review_average', 'is_advocate',
            'referred_buyers',
        ],
        'source': [
            'first_touch_source', 'first_touch_medium', 'first_touch_campaign',
            'last_touch_source', 'last_touch_medium', 'last_touch_campaign',
            'acquisition_cost',
        ],
        'payment': ['preferred_payment_method', 'coupon_share'],
        'care': [
            'last_contact_on', 'contacts_since_last_order', 'contact_status',
            'is_contact_due',
        ],
    }) }}
{%- endmacro -%}
