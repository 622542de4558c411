-- Every column of mart persons is a criterion of macro criteria_columns, or stands in
-- the list below because it divides nobody: keys, consent, dates of being known and the
-- facts that criteria are made of. A row here is a column that one of them forgot, or
-- that the mart does not have.
{%- set others = [
    'person_id', 'lifetime_orders', 'is_anonymous', 'is_reachable', 'has_email_consent',
    'has_phone_consent', 'has_ads_consent', 'first_seen_on', 'signed_up_on',
    'first_order_on', 'last_order_on',
] %}
{%- set listed = criteria_columns().values() | sum(start=others) %}
{%- set columns = adapter.get_columns_in_relation(ref('persons')) %}
{%- set found = columns | map(attribute='name') | list %}

with problems as (
    select
        cast(null as string) as column_name,
        cast(null as string) as problem
    {%- for name in found if name not in listed %}
    union all
    select
        '{{ name }}' as column_name,
        'is not in macro criteria_columns' as problem
    {%- endfor %}
    {%- for name in listed if name not in found %}
    union all
    select
        '{{ name }}' as column_name,
        'is not in mart persons' as problem
    {%- endfor %}
)

select * from problems
where column_name is not null
