{#-
    Incremental strategy `differing`: a table that is computed as a whole by every run,
    but of which only those rows are written that differ from the last run's. For wide
    tables of which little changes: writing a row costs more than to find out that it
    stands there already.

    Rows are compared by a hash of all their columns, and by how often it stands in the
    old and in the new rows, so that repeated rows stay repeated. A row may not change
    into another one with its own hash; two that differ and have one hash are harmless.

    Arguments: arguments, as dbt gives them to a strategy; the new rows stand in its
    temp_relation.
-#}
{%- macro get_incremental_differing_sql(arguments) -%}
    {%- set columns = arguments.dest_columns | map(attribute='quoted') | list -%}
    {%- set changes = arguments.target_relation.identifier ~ '__changes' -%}
    create or replace temporary table {{ changes }} as
    select row_hash
    from (
        select {{ hash_of(columns) }} as row_hash, 1 as copies
        from {{ arguments.temp_relation }}
        union all
        select {{ hash_of(columns) }} as row_hash, -1 as copies
        from {{ arguments.target_relation }}
    ) as compared
    group by row_hash
    having sum(copies) != 0;

    delete from {{ arguments.target_relation }}
    where {{ hash_of(columns) }} in (select row_hash from {{ changes }});

    insert into {{ arguments.target_relation }} ({{ columns | join(', ') }})
    select {{ columns | join(', ') }} from {{ arguments.temp_relation }}
    where {{ hash_of(columns) }} in (select row_hash from {{ changes }});

    drop table {{ changes }}
{%- endmacro -%}
