{#-
    Tables that are kept from run to run are as the code that made them would have them:
    a run with other code would mend only the rows that it opens. `state.kept_code` has the
    code of each, and a run that finds another one there stops before it touches a table.

    Written down at the start is what has no table yet; what a full refresh is to replace
    is struck out at the start and written down once it stands, so that a full refresh that
    was killed is found out, too.
-#}

{#-
    Stops a run that would go on with tables of other code, and says what to choose; with
    `code_change: accept` they are taken for tables of this code. Called on run start.
    Takes no arguments.
-#}
{%- macro check_code() -%}
    {%- if execute and invocation_args_dict.get('which') in ['build', 'run'] -%}
        {%- set recorded = recorded_code() -%}
        {%- set noted, struck_out, strange, codes = {}, [], [], {} -%}
        {%- set selected = selected_models() -%}
        {%- for node in kept_models() if node.name in selected -%}
            {%- set code = code_of(node, codes) -%}
            {%- if recorded.get(node.name) != code -%}
                {%- set relation = relation_of(node) -%}
                {%- if not (relation and relation.is_table)
                    or var('code_change') == 'accept' -%}
                    {%- do noted.update({node.name: code}) -%}
                {%- elif flags.FULL_REFRESH -%}
                    {%- do struck_out.append(node.name) -%}
                {%- else -%}
                    {%- do strange.append(node.name) -%}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if strange -%}
            {{ exceptions.raise_compiler_error(
                'These tables were made by other code than the project has now, and a run '
                ~ 'that adds to them would not end where a full refresh does:\n  '
                ~ strange[:10] | join('\n  ')
                ~ ('\n  and ' ~ (strange | length - 10) ~ ' more' if strange | length > 10
                    else '')
                ~ '\nChoose what is to become of them:'
                ~ '\n  dbt build --full-refresh   makes them anew; with make: '
                ~ 'make build DBT=--full-refresh'
                ~ "\n  dbt build --vars '{code_change: accept}'   keeps them, if you know "
                ~ 'that the change alters no row'
                ~ '\nNothing has been built.') }}
        {%- endif -%}
        {%- do note_code(noted, struck_out) -%}
    {%- endif -%}
{%- endmacro -%}


{#-
    Writes down by what code the kept tables of a run were made. Called on run end.
    Arguments: results, of the run's nodes.
-#}
{%- macro record_code(results) -%}
    {%- if execute and run_is_recorded() -%}
        {%- set recorded = recorded_code() -%}
        {%- set built = models_by_outcome(results).built -%}
        {%- set noted, codes = {}, {} -%}
        {%- for node in kept_models() if node.name in built -%}
            {%- set code = code_of(node, codes) -%}
            {%- if recorded.get(node.name) != code -%}
                {%- do noted.update({node.name: code}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do note_code(noted, []) -%}
    {%- endif -%}
{%- endmacro -%}


{#-
    Changes the record.
    Arguments: noted, code by model; struck_out, models that no code is known of any more.
-#}
{%- macro note_code(noted, struck_out) -%}
    {%- if noted or struck_out -%}
        {%- set kept_code = source('state', 'kept_code') -%}
        {%- set rows = [] -%}
        {%- for model, code in noted.items() -%}
            {%- do rows.append("('" ~ model ~ "', '" ~ code ~ "')") -%}
        {%- endfor -%}
        {%- do in_one_transaction([
            'create schema if not exists ' ~ kept_code.without_identifier(),
            'create table if not exists ' ~ kept_code ~ ' (model string, code string)',
            'delete from ' ~ kept_code ~ ' where model in ('
                ~ quoted_list(noted.keys() | list + struck_out) ~ ')',
        ] + (['insert into ' ~ kept_code ~ ' values ' ~ rows | join(', ')]
            if rows else [])) -%}
    {%- endif -%}
{%- endmacro -%}


{#- The record: a dict of code by model. -#}
{%- macro recorded_code() -%}
    {%- set kept_code = source('state', 'kept_code') -%}
    {%- set recorded = {} -%}
    {%- if 'kept_code' in tables_of(kept_code.without_identifier()) -%}
        {%- for row in run_query('select model, code from ' ~ kept_code).rows -%}
            {%- do recorded.update({row[0]: row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(recorded) }}
{%- endmacro -%}


{#-
    The models whose tables are kept from run to run: a list of nodes. Landed ones are not
    among them, because they notice by themselves that they are read in another way.
-#}
{%- macro kept_models() -%}
    {{ return(graph.nodes.values()
        | selectattr('resource_type', 'equalto', 'model')
        | selectattr('config.materialized', 'equalto', 'incremental') | list) }}
{%- endmacro -%}


{#-
    The code of a model: a hash of its text, of those of all macros of the project that it
    calls, by whatever way, and of the code of the models that it reads. Left out of these
    are landed tables and those of strategy `differing`: what other code makes of them are
    other rows, which the kept tables notice.
    Arguments: node, of the model; codes, a dict by unique_id of what is known already.
-#}
{%- macro code_of(node, codes) -%}
    {%- if node.unique_id in codes -%}{{ return(codes[node.unique_id]) }}{%- endif -%}
    {%- set macros = node.depends_on.macros | list -%}
    {#- The list grows while it is gone through. -#}
    {%- for unique_id in macros if unique_id.startswith('macro.' ~ project_name ~ '.') -%}
        {%- for called in context[unique_id.split('.')[2]].macro.depends_on.macros
            if called not in macros -%}
            {%- do macros.append(called) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set texts = [node.checksum.checksum] -%}
    {%- for unique_id in macros | sort
        if unique_id.startswith('macro.' ~ project_name ~ '.') -%}
        {%- do texts.append(context[unique_id.split('.')[2]].macro.macro_sql) -%}
    {%- endfor -%}
    {%- for unique_id in node.depends_on.nodes | sort if unique_id.startswith('model.') -%}
        {%- set read = graph.nodes[unique_id] -%}
        {%- if read.config.materialized != 'landed'
            and read.config.get('incremental_strategy') != 'differing' -%}
            {%- do texts.append(code_of(read, codes)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set code = local_md5(texts | join('\n')) -%}
    {%- do codes.update({node.unique_id: code}) -%}
    {{ return(code) }}
{%- endmacro -%}
