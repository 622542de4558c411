{%- set one_time_limit = var('alert_one_time_share') %}
with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

labels as (
    select * from {{ ref('int_segments__labels') }}
),

buyers as (
    select
        cast(count_if(lifetime_orders = 1) as double)
        / nullif(count_if(lifetime_orders > 0), 0) as one_time_share
    from {{ ref('persons') }}
),

in_force as (
    select
        'one_time_buyers' as alert,
        cast(null as string) as scheme,
        cast(null as string) as segment,
        buyers.one_time_share as measured,
        cast(null as double) as usual_value,
        cast({{ one_time_limit }} as double) as limit_value,
        bounds.as_of_date as period_end
    from buyers
    cross join bounds
    where buyers.one_time_share > {{ one_time_limit }}
    union all
    select
        alert,
        scheme,
        cast(null as string) as segment,
        share as measured,
        usual_share as usual_value,
        limit_share as limit_value,
        period_end
    from {{ ref('int_alerts__deviations') }}
    where is_in_force
    union all
    select
        'segment_emptied' as alert,
        scheme,
        segment,
        cast(0 as double) as measured,
        cast(previous_persons as double) as usual_value,
        cast(null as double) as limit_value,
        period_end
    from {{ ref('int_alerts__emptied') }}
)

select
    concat_ws('-', in_force.alert, in_force.scheme, in_force.segment) as alert_id,
    in_force.alert,
    texts.severity,
    in_force.scheme,
    in_force.segment,
    {%- for language, decimal_mark in [('en', '.'), ('vi', ',')] %}
    {{ filled_in('texts.message_' ~ language, {
        'value': number_in_words('in_force.measured', 'texts.unit', decimal_mark),
        'usual': number_in_words('in_force.usual_value', 'texts.unit', decimal_mark),
        'limit': number_in_words('in_force.limit_value', 'texts.unit', decimal_mark),
        'scheme': 'in_force.scheme',
        'segment': 'labels.label_' ~ language,
    }) }} as message_{{ language }},
    {%- endfor %}
    texts.look_at_en,
    texts.look_at_vi,
    in_force.measured as value,
    in_force.usual_value,
    in_force.limit_value,
    in_force.period_end
from in_force
left join {{ ref('alert_texts') }} as texts on in_force.alert = texts.alert
left join labels
    on
        in_force.scheme = labels.scheme
        and in_force.segment = labels.segment
