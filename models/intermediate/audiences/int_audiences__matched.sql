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
{%- set asked = (audiences | map(attribute='condition') | join(' '))
    ~ (audiences | map(attribute='part') | join(' ')) %}
{%- set schemes = [] %}
{%- for scheme in ['lifecycle', 'rfm'] if scheme ~ '_moves.' in asked %}
    {%- do schemes.append(scheme) %}
{%- endfor %}
with bounds as (
    select * from {{ ref('int_calendar__bounds') }}
),

persons as (
    select * from {{ ref('persons') }}
),

{%- for scheme in schemes %}

{{ scheme }}_moves as (
    select
        person_id,
        from_segment as moved_from,
        to_segment as moved_to,
        reason as move_reason,
        migrated_on as moved_on
    from {{ ref('int_segments__migrations') }}
    where next_migrated_on is null and scheme = '{{ scheme }}'
),

{%- endfor %}

-- All rules in one scan: a set bit of a word says that the person fits an audience.
scanned as (
    select
        {{ audience_columns(audiences) }}
        persons.person_id
    from persons
    cross join bounds
    {%- if 'person_segments.' in asked %}
    inner join {{ ref('person_segments') }} as person_segments
        on persons.person_id = person_segments.person_id
    {%- endif %}
    {%- if 'upcoming_migrations.' in asked %}
    left join {{ ref('upcoming_migrations') }} as upcoming_migrations
        on persons.person_id = upcoming_migrations.person_id
    {%- endif %}
    {%- for scheme in schemes %}
    left join {{ scheme }}_moves on persons.person_id = {{ scheme }}_moves.person_id
    {%- endfor %}
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
