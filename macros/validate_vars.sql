{#-
    Stops the run at once when a var is misspelt or has a value that the models
    cannot work with; the message names the var, its value and what is allowed.
    Called on run start.
-#}
{%- macro validate_vars() -%}
    {%- set choices = {
        'decimal_mark': ['auto', '.', ','],
        'rfm_period': ['month', 'week', 'day'],
        'rfm_preset': ['classic', 'store', 'klaviyo'],
        'rfm_method': ['percentile', 'fixed', 'frozen'],
        'monetary_measure': ['revenue', 'average_order_value'],
        'rule_change': ['stop', 'from_today'],
        'code_change': ['stop', 'accept'],
    } -%}
    {%- set subsets = {
        'source_systems': ['shop', 'online_retail'],
        'rfm_factors': ['recency', 'frequency', 'monetary'],
    } -%}
    {%- set counts = [
        'churn_days', 'former_hold_days', 'loyalty_window_days', 'loyal_min_orders',
        'loyal_min_categories', 'frequency_window_days', 'frequent_min_orders',
        'intent_window_days', 'aware_window_days', 'rfm_window_days',
        'identity_max_customers', 'session_minutes', 'interest_half_life_days',
        'new_product_days', 'rhythm_frequent_days', 'touch_lookback_days',
        'contact_every_days', 'contact_exhausted_after', 'alert_periods',
    ] -%}
    {%- set amounts = [
        'delivery_radius_km', 'interest_view_weight', 'interest_purchase_weight',
        'rhythm_fixed_variation', 'basket_high_ratio', 'basket_low_ratio',
        'alert_deviations',
    ] -%}
    {%- set shares = [
        'alert_one_time_share', 'alert_quarantine_share', 'alert_unattributed_share',
    ] -%}
    {%- set status_lists = ['counted_order_statuses', 'uncounted_order_statuses'] -%}
    {%- set paths = ['raw_data', 'online_retail_path'] -%}
    {%- set others = [
        'reporting_timezone', 'reporting_currency',
        'as_of_date', 'rfm_frozen_at', 'default_region',
    ] -%}
    {#- Of the analyses, which set their own defaults. -#}
    {%- set analysis_vars = ['moved_from', 'moved_to', 'moved_scheme'] -%}

    {%- set known = (choices.keys() | list) + (subsets.keys() | list) + counts
        + amounts + shares + status_lists + paths + others + analysis_vars -%}
    {%- for name in invocation_args_dict.get('vars', {}) if name not in known -%}
        {{ reject_var(name, var(name), 'one of ' ~ known | sort | join(', ')
            ~ '; the nearest name there is `' ~ nearest_name(name, known) ~ '`',
            'There is no such var') }}
    {%- endfor -%}

    {%- for name, allowed in choices.items() if var(name) not in allowed -%}
        {{ reject_var(name, var(name), allowed | join(', ')) }}
    {%- endfor -%}
    {%- for name, allowed in subsets.items() -%}
        {%- set value = var(name) -%}
        {%- if not items_of(name) or value | reject('in', allowed) | list
            or value | unique | list | length != value | length -%}
            {{ reject_var(name, value, 'a list out of [' ~ allowed | join(', ') ~ ']') }}
        {%- endif -%}
    {%- endfor -%}
    {#- Dates stay within years of four digits, and ranks within what the engine counts. -#}
    {%- for name in counts
        if var(name) is not integer or var(name) is boolean
        or not 1 <= var(name) <= 500000 -%}
        {{ reject_var(name, var(name),
            'a whole number of at least 1, and at most 500000'
            ~ (', without quotes' if var(name) is string else '')) }}
    {%- endfor -%}
    {%- if var('alert_periods') < 2 -%}
        {{ reject_var('alert_periods', var('alert_periods'),
            'a whole number of at least 2: a single month does not deviate from itself') }}
    {%- endif -%}
    {#- Some are multiplied by amounts of money, within what the engine counts. -#}
    {%- for name in amounts + shares -%}
        {%- set most = 1 if name in shares else 100000 -%}
        {%- if var(name) is not number or var(name) is boolean
            or not 0 <= var(name) <= most -%}
            {{ reject_var(name, var(name),
                'a number of at least 0, and at most ' ~ most
                ~ (', such as 0.8 for 80%' if name in shares else '')
                ~ (', without quotes' if var(name) is string else '')) }}
        {%- endif -%}
    {%- endfor -%}
    {%- if var('basket_low_ratio') > var('basket_high_ratio') -%}
        {{ reject_var('basket_low_ratio', var('basket_low_ratio'),
            'at most basket_high_ratio, which is ' ~ var('basket_high_ratio')) }}
    {%- endif -%}
    {%- for name in status_lists
        if items_of(name) != var(name) or var(name) | reject('string') | list
        or var(name) | map('trim') | list != var(name) | list or '' in var(name) -%}
        {{ reject_var(name, var(name),
            'a list of order statuses, without blanks around them; [] for none') }}
    {%- endfor -%}
    {%- for name in paths if var(name) is not string -%}
        {{ reject_var(name, var(name), "a path as text, or '' for none") }}
    {%- endfor -%}
    {%- for status in var('counted_order_statuses')
        if status | lower in var('uncounted_order_statuses') | map('lower') | list -%}
        {{ reject_var('counted_order_statuses', status,
            'statuses that are not in uncounted_order_statuses too') }}
    {%- endfor -%}
    {%- do validate_rfm_vars() -%}
    {%- do validate_shop_vars() -%}
{%- endmacro -%}


{#- The vars of scheme `rfm`, as far as one hangs on another. Takes no arguments. -#}
{%- macro validate_rfm_vars() -%}
    {%- if var('rfm_factors') | length < 2 -%}
        {{ reject_var('rfm_factors', var('rfm_factors'),
            'all three factors, or two of them') }}
    {%- endif -%}
    {%- if var('rfm_preset') == 'store' and var('rfm_factors') | length < 3 -%}
        {{ reject_var('rfm_factors', var('rfm_factors'),
            'all three factors with rfm_preset store: its four groups need them') }}
    {%- endif -%}
    {%- if var('rfm_preset') == 'store' and var('rfm_method') == 'frozen' -%}
        {{ reject_var('rfm_method', 'frozen',
            'percentile or fixed with rfm_preset store: its cut points stand in seed '
            ~ 'rfm_fixed_thresholds, so that there is nothing to hold') }}
    {%- endif -%}
    {%- if (var('rfm_method') == 'frozen' or var('rfm_frozen_at'))
        and not is_iso_date(var('rfm_frozen_at')) -%}
        {{ reject_var('rfm_frozen_at', var('rfm_frozen_at'),
            'a period end such as 2024-03-31 (rfm_method is ' ~ var('rfm_method') ~ ')') }}
    {%- endif -%}
    {#- As of an earlier day nobody has been scored there yet. -#}
    {%- set last_day = (var('as_of_date') | string if var('rfm_method') == 'frozen'
        and is_iso_date(var('as_of_date')) else business_today()) -%}
    {%- if var('rfm_frozen_at') and var('rfm_frozen_at') | string > last_day -%}
        {{ reject_var('rfm_frozen_at', var('rfm_frozen_at'),
            'a period end up to the as-of date, which is no later than ' ~ last_day) }}
    {%- endif -%}
    {%- if var('rfm_frozen_at')
        and not is_period_end(var('rfm_frozen_at'), var('rfm_period')) -%}
        {{ reject_var('rfm_frozen_at', var('rfm_frozen_at'),
            {'month': 'the last day of a month', 'week': 'a Sunday'}[var('rfm_period')]
            ~ ', because rfm_period is ' ~ var('rfm_period')) }}
    {%- endif -%}
{%- endmacro -%}


{#- What a shop says of itself: clock, money, region and files. Takes no arguments. -#}
{%- macro validate_shop_vars() -%}
    {%- do time_zone(var('reporting_timezone')) -%}
    {%- if not modules.re.fullmatch('[A-Z]{3}', var('reporting_currency') | string) -%}
        {{ reject_var('reporting_currency', var('reporting_currency'),
            'an ISO 4217 code of three capital letters, such as VND') }}
    {%- endif -%}
    {%- if var('default_region') | string not in phone_metadata().regions -%}
        {{ reject_var('default_region', var('default_region'),
            'an ISO 3166 code of two capital letters, such as VN or US'
            ~ ("; 'NO' in quotes, which YAML takes for false otherwise"
                if var('default_region') is false else '')) }}
    {%- endif -%}
    {%- if var('as_of_date') not in ['data', 'yesterday']
        and not is_iso_date(var('as_of_date')) -%}
        {{ reject_var('as_of_date', var('as_of_date'),
            'data, yesterday, or a date such as 2024-03-31') }}
    {%- endif -%}
    {#- Persons would lapse on days that nobody has lived. -#}
    {%- if is_iso_date(var('as_of_date'))
        and var('as_of_date') | string > business_today() -%}
        {{ reject_var('as_of_date', var('as_of_date'),
            'data, yesterday, or a date up to today, which is ' ~ business_today()
            ~ ' in ' ~ var('reporting_timezone'), 'Day to come') }}
    {%- endif -%}
    {%- if 'online_retail' in var('source_systems') and not var('online_retail_path')
        and invocation_args_dict.get('which') in ['build', 'run'] -%}
        {{ reject_var('online_retail_path', var('online_retail_path'),
            'the path of the UCI Online Retail file (.parquet, .csv or .xlsx), because '
            ~ 'source_systems names online_retail') }}
    {%- endif -%}
{%- endmacro -%}


{#-
    Whether a day is the last one of a period.
    Arguments: value, an ISO date; period: month, week (which ends on Sunday) or day.
-#}
{%- macro is_period_end(value, period) -%}
    {%- set day = modules.datetime.datetime.strptime(value | string, '%Y-%m-%d') -%}
    {%- set next_day = day + modules.datetime.timedelta(days=1) -%}
    {{ return(period == 'day' or (period == 'week' and day.isoweekday() == 7)
        or (period == 'month' and next_day.day == 1)) }}
{%- endmacro -%}
