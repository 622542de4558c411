{#-
    What a landed table has to read again: macros of the materialization `landed`.

    Raw rows of a table without the column loaded_at are all compared. Where it is there,
    days of loading of which the raw table has as many rows as were landed are left alone,
    apart from the last one that was landed and from rows without loaded_at.
-#}

{#-
    The rows that a landed table has not, or not as often, as the raw table has them, or
    that have to be judged again: row_hash and loaded_on, the day of loading. Judged again
    are rows that are or were dated in the future, and where other customers are erased
    than at the last reading, rows that name an erased one or in which something is hidden.
    Arguments: table, of source `raw`; landed, its relation; is_erased_anew, whether other
    customers are erased.
-#}
{%- macro changed_rows(table, landed, is_erased_anew) -%}
    {%- set relation = source('raw', table) -%}
    {%- set contract = raw_contract(table) -%}
    {%- set raw_types = raw_column_types(relation) -%}
    {%- set erasable = erasable_columns(contract, raw_types) if is_erased_anew else [] -%}
    {%- set days = days_to_compare(table, landed) -%}
    {%- set doubts = [] -%}
    {%- if may_be_in_future(contract, raw_types) -%}
        {%- do doubts.append("problem = 'dated_in_future'") -%}
        {%- do doubts.append(is_in_future(contract)) -%}
    {%- endif -%}
    {%- if erasable -%}
        {%- do doubts.append('hidden_hash is not null') -%}
        {%- do doubts.append(names_an_erased(erasable)) -%}
    {%- endif -%}

with compared as (
    select
        {{ raw_row_hash(raw_types) }} as row_hash,
        {{ raw_loaded_on(raw_types) }} as loaded_on,
        1 as difference
    from {{ relation if raw_types else '(select 1 where 1 = 0)' }} as raw_rows
    where {{ raw_loaded_on_one_of(days, raw_types) }}
    union all
    select
        row_hash,
        cast(loaded_at as date) as loaded_on,
        -1 as difference
    from {{ landed }}
    where {{ is_one_of('cast(loaded_at as date)', days) }}
),
{%- if doubts %}

landed as (
    select * from {{ landed }}
),

judged as (
    {{ judged_rows('landed', erasable) if erasable else 'select * from landed' }}
),
{%- endif %}

changed as (
    select
        row_hash,
        loaded_on
    from compared
    group by row_hash, loaded_on
    having sum(difference) <> 0
    {%- if doubts %}
    union all
    select
        row_hash,
        cast(loaded_at as date) as loaded_on
    from judged
    where {{ doubts | join(' or ') }}
    {%- endif %}
)

select distinct
    row_hash,
    loaded_on
from changed
{%- endmacro -%}


{#-
    Takes the changed rows out of a landed table.
    Arguments: landed, its relation; changes, a relation of what changed_rows gives.
-#}
{%- macro delete_changed_rows(landed, changes) -%}
    delete from {{ landed }}
    where {{ is_changed_row(changes) }}
{%- endmacro -%}


{#-
    Whether a landed row is a changed one. Its row_hash says so; that it was loaded no
    earlier than they were lets the engine skip what was.
    Arguments: changes, see above.
-#}
{%- macro is_changed_row(changes) -%}
    {{ is_loaded_since(first_day_of(changes, 'loaded_on')) }}
    and row_hash in (select changes.row_hash from {{ changes }} as changes)
{%- endmacro -%}


{#-
    Whether a row was loaded on a day or after it, or nobody knows when: on loaded_at as it
    stands, so that the engine can skip blocks of earlier rows.
    Arguments: day, a date as SQL; none where no day is known at all.
-#}
{%- macro is_loaded_since(day) -%}
    (loaded_at is null{{ ' or loaded_at >= ' ~ day if day }})
{%- endmacro -%}


{#-
    The first day in a column of dates, as SQL; none where it has none.
    Arguments: relation, that has the column; name, of the column.
-#}
{%- macro first_day_of(relation, name) -%}
    {%- set day = run_query(
        'select min(' ~ name ~ ') as first_day from ' ~ relation).rows[0][0] -%}
    {{ return("date '" ~ day ~ "'" if day) }}
{%- endmacro -%}


{#-
    Reads the changed rows from the raw table into the landed one.
    Arguments: table, of source `raw`; landed, its relation; changes, see above.
-#}
{%- macro insert_changed_rows(table, landed, changes) -%}
    {%- set raw_types = raw_column_types(source('raw', table)) -%}
    {%- set days = none if 'loaded_at' not in raw_types else listed_days(
        'select distinct loaded_on from ' ~ changes ~ ' where loaded_on is not null') -%}
    {%- set is_changed -%}
        {{ raw_loaded_on_one_of(days, raw_types) }}
        and {{ raw_row_hash(raw_types) }} in (
            select changes.row_hash from {{ changes }} as changes
        )
    {%- endset -%}
    insert into {{ landed }}
    {{ read_raw(table, is_changed) }}
{%- endmacro -%}


{#-
    The days of loading whose rows are compared one by one: none for all of them.
    Arguments: table, of source `raw`; landed, its relation.
-#}
{%- macro days_to_compare(table, landed) -%}
    {%- set relation = source('raw', table) -%}
    {%- set raw_types = raw_column_types(relation) -%}
    {%- if 'loaded_at' not in raw_types -%}{{ return(none) }}{%- endif -%}
    {%- set query -%}
with loaded as (
    select
        {{ raw_loaded_on(raw_types) }} as loaded_on,
        count(*) as raw_rows,
        0 as landed_rows
    from {{ relation }} as raw_rows
    group by {{ raw_loaded_on(raw_types) }}
    union all
    select
        cast(loaded_at as date) as loaded_on,
        0 as raw_rows,
        count(*) as landed_rows
    from {{ landed }}
    group by cast(loaded_at as date)
),

days as (
    select
        loaded_on,
        sum(raw_rows) as raw_rows,
        sum(landed_rows) as landed_rows,
        max(case when sum(landed_rows) > 0 then loaded_on end) over () as last_landed_on
    from loaded
    where loaded_on is not null
    group by loaded_on
)

select loaded_on
from days
where raw_rows <> landed_rows or loaded_on = last_landed_on
    {%- endset -%}
    {{ return(listed_days(query)) }}
{%- endmacro -%}


{#-
    The dates that a query gives, as SQL; none where they are too many to be named.
    Arguments: query; name, of its column.
-#}
{%- macro listed_days(query, name='loaded_on') -%}
    {%- set days = [] -%}
    {%- for row in run_query(query ~ ' order by ' ~ name).rows -%}
        {%- do days.append("date '" ~ row[0] ~ "'") -%}
    {%- endfor -%}
    {{ return(days if days | length <= 100 else none) }}
{%- endmacro -%}


{#-
    The day on which a raw row was loaded, in UTC; null where its table or it does not say.
    Arguments: raw_types, see raw_column_types.
-#}
{%- macro raw_loaded_on(raw_types) -%}
    {%- if 'loaded_at' in raw_types -%}
        cast({{ read_value(raw_column('loaded_at', raw_types),
            raw_types['loaded_at'].dtype, 'timestamp') }} as date)
    {%- else -%}
        cast(null as date)
    {%- endif -%}
{%- endmacro -%}


{#-
    Whether a raw row was loaded on one of some days, or nobody knows when. Of an instant
    the condition begins with what a reader of Parquet can skip whole groups of rows by.
    Arguments: days, dates as SQL, none for all; raw_types, see raw_column_types.
-#}
{%- macro raw_loaded_on_one_of(days, raw_types) -%}
    {%- if days and raw_types['loaded_at'].dtype | lower in [
        'timestamp', 'timestamp with time zone'] -%}
        {%- set loaded_at = raw_column('loaded_at', raw_types) -%}
        ({{ loaded_at }} >= {{ days[0] }} or {{ loaded_at }} < date '1800-01-01'
        or {{ loaded_at }} is null) and
    {%- endif %}
    {{ is_one_of(raw_loaded_on(raw_types), days) }}
{%- endmacro -%}


{#- Whether a day is one of some, or null. Arguments: day, SQL; days, none for all. -#}
{%- macro is_one_of(day, days) -%}
    {%- if days is none -%}
        1 = 1
    {%- elif not days -%}
        {{ day }} is null
    {%- else -%}
        ({{ day }} is null or {{ day }} in ({{ days | join(', ') }}))
    {%- endif -%}
{%- endmacro -%}


{#-
    Who is erased, as a short text that changes where anybody is added or gone; empty for
    tables that name nobody.
    Arguments: table, of source `raw`.
-#}
{%- macro erased_now(table) -%}
    {%- set raw_types = raw_column_types(source('raw', table)) -%}
    {%- if not erasable_columns(raw_contract(table), raw_types) -%}
        {{ return('') }}
    {%- endif -%}
    {%- set hashed = hash_of(['identifier_type', 'identifier_hash', 'pseudonym']) -%}
    {%- set row = run_query(
        'select count(*) as identifiers, bit_xor(' ~ hashed ~ ') as hashes from '
        ~ ref('base_shop__erased_identifiers')).rows[0] -%}
    {{ return(row[0] ~ ' ' ~ row[1]) }}
{%- endmacro -%}


{#-
    The customer ids that stand for nobody, as a short text that changes with them; empty
    for tables that name no customer.
    Arguments: table, of source `raw`.
-#}
{%- macro placeholders_now(table) -%}
    {%- set raw_types = raw_column_types(source('raw', table)) -%}
    {%- if not personal_columns(raw_contract(table), raw_types, ['customer_id']) -%}
        {{ return('') }}
    {%- endif -%}
    {{ return(run_query('select bit_xor(' ~ hash_of(['value']) ~ ') as hashes from ('
        ~ placeholders('customer_id', 'value') ~ ') as listed(value)').rows[0][0]) }}
{%- endmacro -%}
