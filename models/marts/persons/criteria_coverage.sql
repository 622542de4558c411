{%- set criteria = criteria_columns() %}
{%- set names = criteria.values() | sum(start=[]) %}
with persons as (
    select * from {{ ref('persons') }}
),

-- One pass over the persons: all criteria are counted at once.
known as (
    select
        {%- for name in names %}
        count({{ name }}) as {{ name }},
        {%- endfor %}
        count(*) as persons
    from persons
),

criteria as (
    {%- for kind in criteria %}
    {%- set is_first_kind = loop.first %}
    {%- for name in criteria[kind] %}
    {{ 'union all' if not (is_first_kind and loop.first) }}
    select
        '{{ name }}' as criterion,
        '{{ kind }}' as kind
    {%- endfor %}
    {%- endfor %}
),

counted as (
    select
        criteria.criterion,
        criteria.kind,
        known.persons,
        case criteria.criterion
            {%- for name in names %}
            when '{{ name }}' then known.{{ name }}
            {%- endfor %}
        end as persons_known
    from criteria
    cross join known
)

select
    criterion,
    kind,
    cast(persons as bigint) as persons,
    cast(persons_known as bigint) as persons_known,
    {{ share_of('persons_known', 'persons') }} as share_known
from counted
