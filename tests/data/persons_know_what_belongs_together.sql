-- Criteria that are null where something is unknown are null there and nowhere else: of
-- orders for who has none, of visits for who made none, and one of a pair where the
-- other is. A row here is a person and a criterion that disagrees.
with persons as (
    select * from {{ ref('persons') }}
),

disagreements as (
    {%- for criteria, condition in [
        (
            ['rhythm', 'is_rhythm_borrowed', 'average_order_value', 'value_tier',
                'cumulative_revenue_share'],
            'lifetime_orders = 0',
        ),
        (['sessions', 'last_visit_on', 'viewed_not_bought_count'], 'visits is null'),
        (['preferred_weekday'], 'visits is null and lifetime_orders = 0'),
        (['is_office_hours_visitor'], 'preferred_hour_band is null'),
        (['age_band'], 'age is null'),
        (
            ['distance_to_store_km', 'is_within_delivery_radius'],
            'nearest_store_id is null',
        ),
        (['nps_band'], 'last_nps is null'),
        (['margin_coverage'], 'lifetime_margin is null'),
        (['is_contact_due'], 'contact_status is null'),
    ] %}
    {%- for criterion in criteria %}
    select
        person_id,
        '{{ criterion }}' as criterion
    from persons
    where ({{ criterion }} is null) <> ({{ condition }})
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from disagreements
