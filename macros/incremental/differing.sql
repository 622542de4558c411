{#-
    Incremental strategy `differing`: a table that every run computes as a whole, but of
    which it writes only the rows that differ from the last run's. For wide tables of
    which little changes: writing a row costs more than to find that it stands there.

    Such a model has a column version_hash, a hash of all its other columns
    (see hash_of), and no two equal rows. A row may not change into another one with its
    own hash.

    Arguments: arguments, as dbt gives them to a strategy; the new rows stand in its
    temp_relation.
-#}
{%- macro get_incremental_differing_sql(arguments) -%}
    {%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') -%}
    delete from {{ arguments.target_relation }}
    where version_hash not in (select version_hash from {{ arguments.temp_relation }});

    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
    where version_hash not in (select version_hash from {{ arguments.target_relation }})
{%- endmacro -%}
