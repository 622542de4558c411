{#-
    Tables that are kept from run to run and hold one row per version_hash: a row is
    computed once, and again when what it is made of changes. Two states are compared, so
    that a run that was killed is made up for by the next one.

    Days are compared first, by how many versions they have and by all of them taken
    together, which reads 8 bytes a row and keeps nothing; versions one by one only on days
    that differ.
-#}

{#-
    For the pre-hook of such a table: finds which versions it has not, stores their rows for
    its query, and deletes those that it should no longer have.
    Arguments: current, a query of what it should have, with version_hash; dated_on, SQL, a
    date that both have, by which versions are compared that do not say in loaded_at when
    they were loaded, none where there is neither; columns, what `narrowed` wants to know of
    new versions: for them all versions are stored for a moment, so that they are computed
    once; narrowed, a query of fewer rows than current, that still has all new versions.
-#}
{%- macro find_new_versions(current, dated_on=none, columns=[], narrowed=none) -%}
    {%- if this is not none and is_incremental() -%}
        {%- set names = columns + ['version_hash', 'version_day'] -%}
        {%- set day = "coalesce(cast(loaded_at as date), " ~ dated_on ~ ", date '0001-01-01')"
            if dated_on else "date '0001-01-01'" -%}
        {%- set versions = 'select *, ' ~ day ~ ' as version_day from (' ~ current
            ~ ') as versions' -%}
        {%- set stored = make_temp_relation(this, '__versions') -%}
        {%- if columns -%}
            {%- do run_query(create_table_as(True, stored,
                'select ' ~ names | join(', ') ~ ' from (' ~ versions ~ ') as versions')) -%}
            {%- set versions = 'select * from ' ~ stored -%}
        {%- endif -%}
        {%- set known = 'select version_hash, ' ~ day ~ ' as version_day from ' ~ this -%}
        {%- set days = listed_days(days_that_differ(versions, known), 'version_day') -%}
        {%- if dated_on and days -%}
            {%- set loaded_since = ' where ' ~ is_loaded_since(days[0]) -%}
            {%- set known = known ~ loaded_since -%}
            {%- if not columns -%}{%- set versions = versions ~ loaded_since -%}{%- endif -%}
        {%- endif -%}
        {%- do run_query('drop table if exists ' ~ new_versions()) -%}
        {%- do run_query(create_table_as(True, new_versions(), versions_without(
            versions, known, days, names))) -%}
        {%- do store_new_rows(narrowed or current, dated_on is not none) -%}
        {%- set gone = make_temp_relation(this, '__gone') -%}
        {%- do run_query(create_table_as(True, gone, versions_without(
            known, versions, days, ['version_hash']))) -%}
        {%- if columns -%}{%- do run_query('drop table ' ~ stored) -%}{%- endif -%}
        {%- if run_query('select count(*) as versions from ' ~ gone).rows[0][0] -%}
            delete from {{ this }}
            where version_hash in (select gone.version_hash from {{ gone }} as gone)
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}


{#-
    What find_new_versions noted, with the columns named there; none where everything is
    computed. Takes no arguments.
-#}
{%- macro new_versions() -%}
    {%- if this is not none and is_incremental() -%}
        {{ return(api.Relation.create(identifier=this.identifier ~ '__new')) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro -%}


{#-
    Stores the rows of the versions that find_new_versions noted. What was loaded before
    the first of them is not read.
    Arguments: rows, a query that has them, with version_hash; has_loaded_at, whether it has
    loaded_at too.
-#}
{%- macro store_new_rows(rows, has_loaded_at) -%}
    {%- set stored = api.Relation.create(identifier=this.identifier ~ '__rows') -%}
    {%- set first_day = first_day_of(new_versions(), 'version_day') -%}
    {%- set query -%}
        select * from ({{ rows }}) as versions
        where
            {%- if not first_day %}
            1 = 0
            {%- else %}
            version_hash in (select known.version_hash from {{ new_versions() }} as known)
            {%- if has_loaded_at %}
            and {{ is_loaded_since(first_day) }}
            {%- endif %}
            {%- endif %}
    {%- endset -%}
    {%- do run_query('drop table if exists ' ~ stored) -%}
    {%- do run_query(create_table_as(True, stored, query)) -%}
{%- endmacro -%}


{#-
    The rows that the query of such a table computes: of new versions, or all of them on a
    full refresh and where the table is made for the first time.
    Arguments: current, see find_new_versions.
-#}
{%- macro rows_to_compute(current) -%}
    {%- if this is not none and is_incremental() -%}
    select * from {{ api.Relation.create(identifier=this.identifier ~ '__rows') }}
    {%- else -%}
    {{ current }}
    {%- endif -%}
{%- endmacro -%}


{#-
    The days of which two queries do not have the same versions.
    Arguments: left, right: queries of version_hash and version_day.
-#}
{%- macro days_that_differ(left, right) -%}
with compared as (
    {%- for side in [left, right] %}
    select
        version_day,
        count(*) as versions,
        bit_xor(version_hash) as together
    from ({{ side }}) as versions
    group by version_day
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

differing as (
    select
        version_day,
        versions,
        together
    from compared
    group by version_day, versions, together
    having count(*) = 1
)

select distinct version_day
from differing
{%- endmacro -%}


{#-
    The versions of one query, on some days, that another one has not on the same day.
    Arguments: left, right: see above; days, as listed_days gives them; names, the columns.
-#}
{%- macro versions_without(left, right, days, names) -%}
    {%- set is_compared = '1 = 1' if days is none
        else '1 = 0' if not days
        else 'version_day in (' ~ days | join(', ') ~ ')' -%}
with versions as (
    select * from ({{ left }}) as every_version
    where {{ is_compared }}
),

others as (
    select
        version_hash,
        version_day
    from ({{ right }}) as every_version
    where {{ is_compared }}
)

select versions.{{ names | join(',\n    versions.') }}
from versions
left join others
    on
        versions.version_hash = others.version_hash
        and versions.version_day = others.version_day
where others.version_hash is null
{%- endmacro -%}


{#-
    The hash by which versions of a row are told apart. The vars that say what a date and
    an amount are count too, so that another value makes every row a new one.
    Arguments: columns, SQL, what the row is made of.
-#}
{%- macro version_of(columns) -%}
    {{ hash_of(columns + [
        "'" ~ var('reporting_timezone') ~ ' ' ~ var('reporting_currency') ~ "'"
    ]) }}
{%- endmacro -%}
