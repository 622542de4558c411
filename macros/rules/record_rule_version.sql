{#-
    Notes which marts of history the run has built. Once all of them stand, and nothing
    failed, the build has ended: a new version of the rules is recorded in
    state.rule_versions, what is kept of earlier history but no longer read is deleted,
    and no build is unfinished any more. Called on run end; a run that was stopped, or in
    which a model failed, records nothing.
    Arguments: results, of the run's nodes.
-#}
{%- macro record_rule_version(results) -%}
    {#- Named outside of any condition, for dbt to know of it. -#}
    {%- set in_force = ref('int_rules__in_force') -%}
    {%- if execute and invocation_args_dict.get('which') in ['build', 'run'] -%}
        {%- set models = models_by_outcome(results) -%}
        {%- set built = models.built | select('in', history_marts()) | list -%}
        {%- if built -%}
            {%- do note_built(built, rule_version()) -%}
            {%- if not models.failed and history_is_built(rule_version()) -%}
                {%- do note_ended_build(in_force) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}


{#-
    The models and seeds of a run, by what became of them: a dict of lists of names, built
    and failed; what was skipped has failed.
    Arguments: results, of the run's nodes.
-#}
{%- macro models_by_outcome(results) -%}
    {%- set built = [] -%}
    {%- set failed = [] -%}
    {%- for result in results
        if result.node is defined and result.node.resource_type in ['model', 'seed'] -%}
        {%- do (built if result.status == 'success' else failed).append(
            result.node.name) -%}
    {%- endfor -%}
    {{ return({'built': built, 'failed': failed}) }}
{%- endmacro -%}


{#-
    Notes in state.unfinished_builds which marts of history stand.
    Arguments: built, names of marts; version, of the rules.
-#}
{%- macro note_built(built, version) -%}
    {%- set unfinished = source('state', 'unfinished_builds') -%}
    {%- set rows = [] -%}
    {%- for name in built -%}
        {%- do rows.append("('" ~ version ~ "', '" ~ name ~ "')") -%}
    {%- endfor -%}
    {%- do in_one_transaction(
        ['insert into ' ~ unfinished ~ ' values ' ~ rows | join(', ')]) -%}
{%- endmacro -%}


{#-
    Whether all marts of history were built under one version of the rules since a build
    was begun, by one run or by one and its retries.
    Arguments: version, of the rules.
-#}
{%- macro history_is_built(version) -%}
    {%- set unfinished = source('state', 'unfinished_builds') -%}
    {{ return(run_query(
        'select count(distinct built) from ' ~ unfinished ~ " where built <> ''"
        ~ " and rule_version = '" ~ version ~ "'").rows[0][0] == history_marts() | length
    ) }}
{%- endmacro -%}


{#-
    Records what this build has told, all at once.
    Arguments: in_force, the relation of int_rules__in_force.
-#}
{%- macro note_ended_build(in_force) -%}
    {%- set versions = source('state', 'rule_versions') -%}
    {%- set columns = 'rule_version, change, first_run_id, kept_run_id, settings, '
        ~ 'valid_from, first_as_of_date, recorded_at' -%}
    {%- set statements = [
        'create table if not exists ' ~ versions ~ ' (rule_version string, '
            ~ 'change string, first_run_id string, kept_run_id string, settings string, '
            ~ 'valid_from date, first_as_of_date date, recorded_at timestamp)',
        'insert into ' ~ versions ~ ' (' ~ columns ~ ') select ' ~ columns ~ ' from '
            ~ in_force ~ ' where first_run_id not in (select first_run_id from '
            ~ versions ~ ')',
        'delete from ' ~ source('state', 'unfinished_builds'),
    ] -%}
    {#- The newest row is what holds from now on, whether it was added or stood there. -#}
    {%- for table in kept_tables().keys() | list + ['history_kept'] -%}
        {%- set relation = source('state', table) -%}
        {%- if is_there(relation) -%}
            {%- do statements.append(
                'delete from ' ~ relation ~ ' where left_run_id not in (select '
                ~ "coalesce(max_by(kept_run_id, recorded_at), '') from ("
                ~ "select coalesce(kept_run_id, '') as kept_run_id, recorded_at from "
                ~ versions ~ ') as recorded_versions)') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do in_one_transaction(statements) -%}
    {%- do remember_table(versions) -%}
{%- endmacro -%}
