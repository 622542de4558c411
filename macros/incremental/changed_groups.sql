{#-
    Incremental strategy `changed_groups`: a table of rows made of other rows that can be
    told apart by a 64-bit hash, such as orders by whose they are. A run compares for every
    group what it would be made of with what it was made of, a few numbers that cost little
    to add up, and makes anew the groups that differ. Groups of equal hash are made anew
    together, so that one too many is all that a collision of hashes can bring.

    Such a model has the column that config `group_by` names, a pre-hook
    find_changed_groups, and reads only rows for which is_in_changed_group() holds.
-#}

{#-
    For the pre-hook: finds the groups that differ.
    Arguments: current, a query of what each group should be made of; known, of what it was
    made of, from the table itself: both give the group's hash first, then what is compared.
-#}
{%- macro find_changed_groups(current, known) -%}
    {%- if this is not none and is_incremental() -%}
        {%- set columns = get_columns_in_query(current) | join(', ') -%}
        {%- set differing -%}
            select distinct {{ config.get('group_by') }}
            from (
                select {{ columns }}
                from (
                    select {{ columns }} from ({{ current }}) as current_groups
                    union all
                    select {{ columns }} from ({{ known }}) as known_groups
                ) as every_group
                group by {{ columns }}
                having count(*) = 1
            ) as differing_groups
        {%- endset -%}
        {%- do run_query('drop table if exists ' ~ changed_groups()) -%}
        {%- do run_query(create_table_as(True, changed_groups(), differing)) -%}
    {%- endif -%}
{%- endmacro -%}


{#- The table of the groups that find_changed_groups found. Takes no arguments. -#}
{%- macro changed_groups() -%}
    {{ return(api.Relation.create(identifier=this.identifier ~ '__changed')) }}
{%- endmacro -%}


{#-
    Whether a row is of a group that is made anew, as SQL; true on a full refresh or where
    the table is made for the first time.
    Arguments: group_hash, SQL, for rows that have not the column that `group_by` names.
-#}
{%- macro is_in_changed_group(group_hash=none) -%}
    {%- if this is not none and is_incremental() -%}
        {{ group_hash or config.get('group_by') }} in (
            select changed.{{ config.get('group_by') }} from {{ changed_groups() }} as changed
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro -%}


{#-
    The strategy: the rows of groups that differ are replaced.
    Arguments: arguments, as dbt gives them to a strategy; the new rows stand in its
    temp_relation.
-#}
{%- macro get_incremental_changed_groups_sql(arguments) -%}
    {%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') -%}
    delete from {{ arguments.target_relation }}
    where {{ is_in_changed_group() }};

    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
{%- endmacro -%}
