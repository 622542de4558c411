{#-
    The tables of schema `state` that keep what was told under earlier rules, each with
    its columns and types, the mart that it is read from and how. All have left_run_id
    too: the first run of the rules that were left.
-#}
{%- macro kept_tables() -%}
    {{ return({
        'segment_migrations_before': {
            'columns': {
                'person_id': 'string',
                'scheme': 'string',
                'from_segment': 'string',
                'to_segment': 'string',
                'reason': 'string',
                'is_provisional': 'boolean',
                'migrated_on': 'date',
            },
            'marts': [
                {'mart': 'segment_migrations', 'renamed': {}},
                {'mart': 'upcoming_migrations', 'renamed': {
                    'scheme': "'lifecycle'",
                    'from_segment': 'current_group',
                    'to_segment': 'next_group',
                    'is_provisional': 'false',
                    'migrated_on': 'change_on',
                }},
            ],
        },
        'rfm_scores_before': {
            'columns': {
                'person_id': 'string',
                'rfm_cell': 'string',
                'rfm_segment': 'string',
                'recency_days': 'integer',
                'frequency': 'integer',
                'monetary': 'decimal(18, 4)',
                'recency_score': 'integer',
                'frequency_score': 'integer',
                'monetary_score': 'integer',
                'is_provisional': 'boolean',
                'period_end': 'date',
            },
            'marts': [{'mart': 'rfm_scores', 'renamed': {}}],
        },
        'rfm_thresholds_before': {
            'columns': {
                'factor': 'string',
                'method': 'string',
                'score': 'integer',
                'lower_bound': 'double',
                'is_provisional': 'boolean',
                'period_end': 'date',
            },
            'marts': [{'mart': 'rfm_thresholds', 'renamed': {}}],
        },
    }) }}
{%- endmacro -%}


{#-
    Copies history as the last build told it to schema `state`, once: a run that is killed
    afterwards, and started again, finds it there and does not read marts that it may
    have half replaced. Stops where the last build did not end: its marts may not belong
    together.
    Arguments: recorded, see newest_rule_version: the rules that are left; relations, by
    the names of the models that are read.
-#}
{%- macro keep_history(recorded, relations) -%}
    {%- set kept = source('state', 'history_kept') -%}
    {%- set run_id = recorded.first_run_id -%}
    {%- if is_there(kept) and run_query('select 1 from ' ~ kept
        ~ " where left_run_id = '" ~ run_id ~ "'").rows | length -%}
        {{ return('') }}
    {%- endif -%}
    {%- set unfinished = source('state', 'unfinished_builds') -%}
    {%- if is_there(unfinished)
        and run_query('select 1 from ' ~ unfinished ~ ' limit 1').rows | length -%}
        {{ exceptions.raise_compiler_error(
            'rule_change: from_today keeps history as the last build told it, but that '
            ~ 'build did not end well. Finish it first, under the rules as they were: '
            ~ 'take the change back, `dbt build`, and change the rules again. Or '
            ~ '`dbt build --full-refresh`, which tells all of history anew.') }}
    {%- endif -%}
    {%- set statements = [
        'create schema if not exists ' ~ kept.without_identifier(),
        'create table if not exists ' ~ kept ~ ' (left_run_id string, as_of_date date)',
    ] -%}
    {%- for table, contents in kept_tables().items() -%}
        {%- set target = source('state', table) -%}
        {%- set typed = [] -%}
        {%- for name, data_type in contents.columns.items() -%}
            {%- do typed.append(name ~ ' ' ~ data_type) -%}
        {%- endfor -%}
        {%- do statements.append('create table if not exists ' ~ target
            ~ ' (left_run_id string, ' ~ typed | join(', ') ~ ')') -%}
        {%- for each in contents.marts -%}
            {%- set values = [] -%}
            {%- for name in contents.columns -%}
                {%- do values.append(each.renamed.get(name, name)) -%}
            {%- endfor -%}
            {%- do statements.append('insert into ' ~ target ~ " select '" ~ run_id ~ "', "
                ~ values | join(', ') ~ ' from ' ~ relations[each.mart]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do statements.append('insert into ' ~ kept ~ " select '" ~ run_id
        ~ "', as_of_date from " ~ relations['int_calendar__bounds']) -%}
    {%- do in_one_transaction(statements) -%}
    {%- for table in kept_tables().keys() | list + ['history_kept'] -%}
        {%- do remember_table(source('state', table)) -%}
    {%- endfor -%}
{%- endmacro -%}


{#-
    What is kept of history in one of the tables of kept_tables, as SQL; no rows where
    nothing is kept.
    Arguments: table, its name.
-#}
{%- macro kept_rows(table) -%}
    {%- set relation = source('state', table) -%}
    {%- set kept_run_id = kept_run_id() -%}
    {%- if kept_run_id and is_there(relation) -%}
        select {{ kept_tables()[table].columns.keys() | join(', ') }}
        from {{ relation }}
        where left_run_id = '{{ kept_run_id }}'
    {%- else -%}
        select
            {%- for name, data_type in kept_tables()[table].columns.items() %}
            cast(null as {{ data_type }}) as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ ref('int_calendar__bounds') }}
        where false
    {%- endif -%}
{%- endmacro -%}


{#- The kept_run_id of rule_state; none while the project is only parsed. -#}
{%- macro kept_run_id() -%}
    {{ return(rule_state().kept_run_id if execute else none) }}
{%- endmacro -%}
