{#-
    Completes the run's row of `state.pipeline_runs`: how it ended, and what it read,
    built and moved. A command that built no model leaves no row. Called on run end,
    before all that may stop there.
    Arguments: results, of the run's nodes.
-#}
{%- macro complete_run(results) -%}
    {%- if execute and run_is_recorded() -%}
        {%- set runs = source('state', 'pipeline_runs') -%}
        {%- set this_run = 'run_id = ' ~ text_literal(invocation_id) -%}
        {%- set outcome = run_outcome(results, last_run(runs)) -%}
        {%- if outcome.models or outcome.coverage == 'continued' -%}
            {%- set values = run_counts(results, outcome.coverage, runs) -%}
            {%- do values.update({
                'status': text_literal(outcome.status),
                'coverage': text_literal(outcome.coverage),
                'failed_nodes': text_literal(outcome.failed | join(', ')),
                'owed_nodes': text_literal(outcome.owed | join(', ')),
                'models_built': outcome.models_built,
                'tests_passed': outcome.tests_passed,
                'ended_at': 'greatest(' ~ now_literal() ~ ', started_at)',
            }) -%}
            {%- set changes = [] -%}
            {%- for name, value in values.items() -%}
                {%- do changes.append(name ~ ' = ' ~ value) -%}
            {%- endfor -%}
            {%- do in_one_transaction(['update ' ~ runs ~ ' set ' ~ changes | join(', ')
                ~ ' where ' ~ this_run]) -%}
        {%- else -%}
            {%- do in_one_transaction(['delete from ' ~ runs ~ ' where ' ~ this_run]) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}


{#-
    The run before this one, as a dict; empty if there is none.
    Arguments: runs, the relation of the runs.
-#}
{%- macro last_run(runs) -%}
    {%- set found = run_query(
        'select status, coverage, owed_nodes, tests_passed from ' ~ runs
        ~ ' where run_id <> ' ~ text_literal(invocation_id)
        ~ ' order by started_at desc limit 1') -%}
    {{ return(dict(zip(found.column_names, found.rows[0].values())) if found.rows
        else {}) }}
{%- endmacro -%}


{#-
    How the run ended, as a dict. Its `coverage` says how much of the project it stands
    for: `whole` where it was to build every model; `continued` where it did nothing but
    what a failed run before it still owed, as `dbt retry` does; else `part`. `owed` are
    the nodes that are still to succeed before such a run is good.
    Arguments: results, of the run's nodes; before, the run before, see last_run.
-#}
{%- macro run_outcome(results, before) -%}
    {%- set failed, failed_ids, skipped_ids, passed_ids = [], [], [], [] -%}
    {%- set models, models_built, tests_passed = [], [], [] -%}
    {%- for result in results if result.node.resource_type != 'operation' -%}
        {%- set id = result.node.unique_id -%}
        {%- if result.status == 'skipped' -%}
            {%- do skipped_ids.append(id) -%}
        {%- elif result.status in ['error', 'fail', 'runtime error', 'partial success'] -%}
            {%- do failed.append(result.node.name) -%}
            {%- do failed_ids.append(id) -%}
        {%- else -%}
            {%- do passed_ids.append(id) -%}
        {%- endif -%}
        {%- if result.node.resource_type == 'model' -%}
            {%- do models.append(id) -%}
            {%- do models_built.append(id) if id in passed_ids -%}
        {%- elif result.node.resource_type in ['test', 'unit_test']
            and id in passed_ids -%}
            {%- do tests_passed.append(id) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set is_sample = invocation_args_dict.get('sample') -%}
    {%- set left_out = graph.nodes.values()
        | selectattr('resource_type', 'equalto', 'model')
        | map(attribute='unique_id') | reject('in', models) | list -%}
    {%- set owed_before = (before.owed_nodes or '').split(', ') -%}
    {%- set strange = (failed_ids + skipped_ids + passed_ids)
        | reject('in', owed_before) | list -%}
    {%- set count_before = 0 -%}
    {%- if not left_out and not is_sample -%}
        {%- set coverage = 'whole' -%}
        {%- set owed = failed_ids + skipped_ids -%}
    {%- elif before.status == 'failed' and before.coverage in ['whole', 'continued']
        and not strange and not is_sample -%}
        {%- set coverage = 'continued' -%}
        {%- set owed = owed_before | reject('in', passed_ids) | list -%}
        {%- set count_before = before.tests_passed -%}
    {%- else -%}
        {%- set coverage = 'part' -%}
        {%- set owed = failed_ids + skipped_ids -%}
    {%- endif -%}
    {{ return({
        'status': 'failed' if failed_ids or skipped_ids else 'success',
        'coverage': coverage,
        'failed': failed | sort,
        'owed': owed | sort,
        'models': models,
        'models_built': models_built | length,
        'tests_passed': tests_passed | length + count_before | int,
    }) }}
{%- endmacro -%}
