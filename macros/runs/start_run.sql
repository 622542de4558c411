{#-
    Writes down that a run has begun: a row of `state.pipeline_runs` with status
    `running`. It is there for good at once, so that a run that is killed leaves it, and
    the next one calls it `killed`: the engine lets one writer at a time into the
    database, so that whoever wrote `running` before is gone. Where a clock that was fast
    has been set back, it begins right after the run before: what is written last stays
    the last. Called on run start, after all that may stop a run before it has touched a
    table.
-#}
{%- macro start_run() -%}
    {%- if execute and run_is_recorded() -%}
        {%- set runs = source('state', 'pipeline_runs') -%}
        {%- set columns = pipeline_run_columns() -%}
        {%- set listed = [] -%}
        {%- for name, type in columns.items() -%}
            {%- do listed.append(name ~ ' ' ~ type) -%}
        {%- endfor -%}
        {#- In a database that is older than a column, the column is added. -#}
        {%- set added = [] -%}
        {%- if runs.identifier in tables_of(runs.without_identifier()) -%}
            {%- set there = adapter.get_columns_in_relation(runs)
                | map(attribute='name') | list -%}
            {%- for name, type in columns.items() if name not in there -%}
                {%- do added.append('alter table ' ~ runs ~ ' add column ' ~ name
                    ~ ' ' ~ type) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- do in_one_transaction([
            'create schema if not exists ' ~ runs.without_identifier(),
            'create table if not exists ' ~ runs ~ ' (' ~ listed | join(', ') ~ ')',
        ] + added + [
            'update ' ~ runs ~ " set status = 'killed' where status = 'running'",
            'insert into ' ~ runs
                ~ ' (run_id, command, status, is_full_refresh, started_at) select '
                ~ [
                    text_literal(invocation_id),
                    text_literal(invocation_args_dict.get('which')),
                    "'running'",
                    flags.FULL_REFRESH | default(false, true) | string | lower,
                    'greatest(' ~ now_literal()
                        ~ ", max(started_at) + interval '1' microsecond)",
                ] | join(', ') ~ ' from ' ~ runs,
        ]) -%}
    {%- endif -%}
{%- endmacro -%}


{#- Whether the command is one that builds models: `dbt retry` has that of its run. -#}
{%- macro run_is_recorded() -%}
    {{ return(invocation_args_dict.get('which') in ['build', 'run', 'retry']) }}
{%- endmacro -%}


{#- The columns of `state.pipeline_runs`: type by name. Described in sources_state.yml. -#}
{%- macro pipeline_run_columns() -%}
    {{ return({
        'run_id': 'string',
        'command': 'string',
        'status': 'string',
        'coverage': 'string',
        'failed_nodes': 'string',
        'owed_nodes': 'string',
        'rule_version': 'string',
        'rows_read': 'bigint',
        'rows_staged': 'bigint',
        'orders_staged': 'bigint',
        'rows_quarantined': 'bigint',
        'persons': 'bigint',
        'persons_touched': 'bigint',
        'lifecycle_moves': 'bigint',
        'rfm_moves': 'bigint',
        'models_built': 'bigint',
        'tests_passed': 'bigint',
        'is_full_refresh': 'boolean',
        'as_of_date': 'date',
        'moves_since': 'date',
        'started_at': 'timestamp',
        'ended_at': 'timestamp',
    }) }}
{%- endmacro -%}


{#- The instant, in UTC, as SQL: that of the machine on which dbt runs. -#}
{%- macro now_literal() -%}
    {{ return(instant_literal(modules.datetime.datetime.now(modules.pytz.utc))) }}
{%- endmacro -%}


{#-
    The start of this run, in UTC, as SQL: by it the tables say when they were told. It is
    that of its row, so that no run is before the one that it follows.
-#}
{%- macro run_start_literal() -%}
    {%- if execute and run_is_recorded() -%}
        {{ return(instant_literal(run_query('select started_at from '
            ~ source('state', 'pipeline_runs') ~ ' where run_id = '
            ~ text_literal(invocation_id)).rows[0][0])) }}
    {%- endif -%}
    {{ return(instant_literal(run_started_at)) }}
{%- endmacro -%}


{#- Arguments: instant, a datetime of Python in UTC. -#}
{%- macro instant_literal(instant) -%}
    {{ return("cast('" ~ instant.strftime('%Y-%m-%d %H:%M:%S.%f') ~ "' as timestamp)") }}
{%- endmacro -%}
