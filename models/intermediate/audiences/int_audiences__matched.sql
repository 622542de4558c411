{%- set marts = read_audience_columns({
    'persons': ref('persons'),
    'person_segments': ref('person_segments'),
    'upcoming_migrations': ref('upcoming_migrations'),
}) %}
{%- set audiences = compile_audiences(
    read_audiences(ref('audiences')),
    read_audience_rules(ref('audience_rules')),
    audience_attributes(marts),
    'bounds.as_of_date',
) %}
{%- set words = audiences | groupby('word') %}
with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

latest_moves as (
    select
        person_id,
        scheme,
        from_segment as moved_from,
        to_segment as moved_to,
        reason as move_reason,
        migrated_on as moved_on
    from {{ ref('int_segments__migrations') }}
    where next_migrated_on is null
),

lifecycle_moves as (
    select * from latest_moves
    where scheme = 'lifecycle'
),

rfm_moves as (
    select * from latest_moves
    where scheme = 'rfm'
),

-- All rules in one scan: a set bit of a word says that the person fits an audience.
scanned as (
    select
        {%- for audience in audiences if audience.part %}
        cast({{ audience.part }} as string) as part_of_{{ audience.audience }},
        {%- endfor %}
        {%- for word, audiences_of_word in words %}
        cast(
            {%- for audience in audiences_of_word %}
            case when {{ audience.condition }} then {{ audience.bit }} else 0 end
            {{- ' +' if not loop.last }}
            {%- endfor %}
            as bigint
        ) as word_{{ word }},
        {%- endfor %}
        persons.person_id
    from {{ ref('persons') }} as persons
    cross join bounds
    inner join {{ ref('person_segments') }} as person_segments
        on persons.person_id = person_segments.person_id
    left join {{ ref('upcoming_migrations') }} as upcoming_migrations
        on persons.person_id = upcoming_migrations.person_id
    left join lifecycle_moves on persons.person_id = lifecycle_moves.person_id
    left join rfm_moves on persons.person_id = rfm_moves.person_id
),

bits as (
    {{ audience_bits(audiences) }}
)

select
    bits.audience,
    {{ audience_part(audiences) }} as part,
    scanned.person_id
from scanned
cross join bits
where {{ has_audience_bit(words) }}
