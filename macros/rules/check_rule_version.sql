{#-
    Stops a run whose rules are other ones than those under which history was told, and
    says what has changed and what to choose; with `rule_change: from_today` it keeps
    what was told instead. Then it notes that a build has begun. Called on run start,
    after validate_vars. Takes no arguments.
-#}
{%- macro check_rule_version() -%}
    {#- Named outside of any condition, for dbt to know of them. -#}
    {%- set relations = {
        'segment_migrations': ref('segment_migrations'),
        'upcoming_migrations': ref('upcoming_migrations'),
        'rfm_scores': ref('rfm_scores'),
        'rfm_thresholds': ref('rfm_thresholds'),
        'int_calendar__bounds': ref('int_calendar__bounds'),
    } -%}
    {%- if execute and invocation_args_dict.get('which') in ['build', 'run']
        and selected_models() -%}
        {%- set state = rule_state() -%}
        {%- if state.is_from_today -%}
            {%- do keep_history(state.recorded, relations) -%}
        {%- elif state.is_changed and not flags.FULL_REFRESH -%}
            {{ exceptions.raise_compiler_error(
                'The rules are not those under which history was told:\n  '
                ~ changed_rules(state.recorded) | join('\n  ')
                ~ '\nChoose what is to become of it:'
                ~ "\n  dbt build --full-refresh   tells all of history anew, under the "
                ~ 'new rules'
                ~ "\n  dbt build --vars '{rule_change: from_today}'   keeps history as it "
                ~ 'was told; the new rules hold from now on'
                ~ '\nor take the change back. Nothing has been built.') }}
        {%- endif -%}
        {%- do note_begun_build(state.version) -%}
    {%- endif -%}
{%- endmacro -%}


{#-
    What differs between the rules in force and recorded ones, in words: a list of texts.
    Arguments: recorded, see newest_rule_version.
-#}
{%- macro changed_rules(recorded) -%}
    {%- set old = fromjson(recorded.settings) -%}
    {%- set new = rules_in_force() -%}
    {%- set changes = [] -%}
    {%- for name in (old.keys() | list + new.keys() | list) | unique | sort
        if old.get(name) != new.get(name) -%}
        {%- if name.startswith('seed ') -%}
            {%- do changes.append(name ~ ': '
                ~ ('is new' if name not in old else 'is gone' if name not in new
                    else 'has been edited')) -%}
        {%- else -%}
            {%- do changes.append(name ~ ': '
                ~ (old[name] or "''" if name in old else 'nothing') ~ ' -> '
                ~ (new[name] or "''" if name in new else 'nothing')) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(changes) }}
{%- endmacro -%}


{#-
    Notes in state.unfinished_builds that a build of history has begun, for keep_history
    to know of it if it never ends. What a build under other rules had
    finished no longer counts.
    Arguments: version, of the rules.
-#}
{%- macro note_begun_build(version) -%}
    {%- if history_marts() | select('in', selected_models()) | list -%}
        {%- set unfinished = source('state', 'unfinished_builds') -%}
        {%- do in_one_transaction([
            'create schema if not exists ' ~ unfinished.without_identifier(),
            'create table if not exists ' ~ unfinished
                ~ ' (rule_version string, built string)',
            'delete from ' ~ unfinished ~ " where built <> '' and rule_version <> '"
                ~ version ~ "'",
            'insert into ' ~ unfinished ~ " select '" ~ version ~ "', '' where not exists"
                ~ ' (select 1 from ' ~ unfinished ~ " where rule_version = '" ~ version
                ~ "' and built = '')",
        ]) -%}
        {%- do remember_table(unfinished) -%}
    {%- endif -%}
{%- endmacro -%}
