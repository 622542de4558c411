{#-
    The columns that the raw tables had at the last build that ended well: a dict by table
    of dicts of column -> type; empty before the first one. Takes no arguments.
-#}
{%- macro raw_columns_before() -%}
    {%- set noted = source('state', 'raw_columns') -%}
    {%- set before = {} -%}
    {%- if is_there(noted) -%}
        {%- for row in run_query(
            'select source_table, column_name, data_type from ' ~ noted
            ~ ' where is_built order by source_table, column_number').rows -%}
            {%- do before.setdefault(row[0], {}).update({row[1]: row[2]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(before) }}
{%- endmacro -%}


{#-
    Notes what columns the raw tables have, where that differs from the last build; it
    counts once this build has ended well (keep_raw_columns). What a run noted that did not
    end well is forgotten.
    Arguments: before, now: see raw_changes.
-#}
{%- macro note_raw_columns(before, now) -%}
    {%- set noted = source('state', 'raw_columns') -%}
    {%- if now and now != before -%}
        {%- set rows = [] -%}
        {%- for table, columns in now.items() -%}
            {%- for name, data_type in columns.items() -%}
                {%- do rows.append('(' ~ text_literal(table) ~ ', ' ~ text_literal(name)
                    ~ ', ' ~ text_literal(data_type) ~ ', ' ~ loop.index ~ ', false)') -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- do in_one_transaction([
            'create schema if not exists ' ~ noted.without_identifier(),
            'create table if not exists ' ~ noted ~ ' (source_table string, '
                ~ 'column_name string, data_type string, column_number integer, '
                ~ 'is_built boolean)',
            'delete from ' ~ noted ~ ' where not is_built',
            'insert into ' ~ noted ~ ' values ' ~ rows | join(', '),
        ]) -%}
        {%- do remember_table(noted) -%}
    {%- elif now -%}
        {%- do in_one_transaction(['delete from ' ~ noted ~ ' where not is_built']) -%}
    {%- endif -%}
{%- endmacro -%}


{#-
    Lets the columns that were noted on run start be those of the last build, where this
    run has built history and nothing failed. Called on run end.
    Arguments: results, of the run's nodes.
-#}
{%- macro keep_raw_columns(results) -%}
    {%- set noted = source('state', 'raw_columns') -%}
    {%- if execute and invocation_args_dict.get('which') in ['build', 'run']
        and is_there(noted) -%}
        {%- set models = models_by_outcome(results) -%}
        {%- if not models.failed and 'segment_migrations' in models.built
            and run_query('select 1 from ' ~ noted ~ ' where not is_built limit 1').rows
            | length -%}
            {%- do in_one_transaction([
                'delete from ' ~ noted ~ ' where is_built',
                'update ' ~ noted ~ ' set is_built = true',
            ]) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}
