{#-
    What this run is to make of the history that stands in the warehouse, as a dict:

    - version: the version of the rules in force;
    - recorded: the newest row of state.rule_versions as a dict of rule_version,
      first_run_id, kept_run_id, settings and valid_from; none before the first build;
    - is_changed: whether the version in force is another one than the recorded one;
    - is_retold: whether the run tells all of history anew (`--full-refresh` of everything
      that history is read from);
    - is_from_today: whether it keeps history and lets changed rules hold from now on;
    - kept_run_id: the first run of the rules under which the kept part of history was
      told, as its rows in the state's tables say; none where nothing is kept.

    Takes no arguments.
-#}
{%- macro rule_state() -%}
    {%- set version = rule_version() -%}
    {%- set recorded = newest_rule_version() -%}
    {%- set is_changed = recorded is not none and recorded.rule_version != version -%}
    {%- set is_retold = flags.FULL_REFRESH and history_marts() | reject(
        'in', selected_models()) | list | length == 0 -%}
    {%- set is_from_today = is_changed and not flags.FULL_REFRESH
        and var('rule_change') == 'from_today' -%}
    {%- set kept_run_id = none -%}
    {%- if recorded is not none and not is_retold -%}
        {%- set kept_run_id = recorded.first_run_id if is_from_today
            else recorded.kept_run_id -%}
    {%- endif -%}
    {{ return({
        'version': version,
        'recorded': recorded,
        'is_changed': is_changed,
        'is_retold': is_retold,
        'is_from_today': is_from_today,
        'kept_run_id': kept_run_id,
    }) }}
{%- endmacro -%}


{#- The marts that say what history is; a build that made them all has told history. -#}
{%- macro history_marts() -%}
    {{ return([
        'segment_migrations', 'upcoming_migrations', 'rfm_scores', 'rfm_thresholds',
        'rule_versions',
    ]) }}
{%- endmacro -%}


{#- Names of the project's models that this invocation was asked for. -#}
{%- macro selected_models() -%}
    {%- set names = [] -%}
    {%- for unique_id in selected_resources
        if unique_id.startswith('model.segmentation.') -%}
        {%- do names.append(unique_id.split('.')[2]) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro -%}


{#- The newest row of state.rule_versions as a dict; none where there is none. -#}
{%- macro newest_rule_version() -%}
    {%- set versions = source('state', 'rule_versions') -%}
    {%- if is_there(versions) -%}
        {%- set names = [
            'rule_version', 'first_run_id', 'kept_run_id', 'settings', 'valid_from',
        ] -%}
        {%- for row in run_query(
            'select ' ~ names | join(', ') ~ ' from ' ~ versions
            ~ ' order by recorded_at desc, first_run_id desc limit 1').rows -%}
            {{ return(dict(zip(names, row.values()))) }}
        {%- endfor -%}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro -%}
