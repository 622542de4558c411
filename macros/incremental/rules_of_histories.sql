{#-
    The part of the fingerprint of histories (int_persons__facts) that a run knows before it
    has read anything: the version of the rules, and the vars that say what is told but not
    where anybody stands. Takes no arguments.
-#}
{%- macro rules_of_histories() -%}
    {%- set told = [rule_version()] -%}
    {%- for name in [
        'new_product_days', 'session_minutes', 'touch_lookback_days',
        'interest_view_weight', 'interest_purchase_weight', 'interest_half_life_days',
    ] -%}
        {%- do told.append(var(name)) -%}
    {%- endfor -%}
    {{ return(local_md5(told | join(' '))) }}
{%- endmacro -%}


{#-
    The other part that does not hang on the data: a query of one row, the fingerprint of
    the seeds as they are loaded. The version of the rules knows their files, which `dbt run`
    does not load. Takes no arguments.
-#}
{%- macro loaded_seeds() -%}
    {%- set seeds = {
        'referrer_hosts': ['host_part', 'source', 'medium'],
        'sales_channels': ['channel', 'sales_channel'],
        'rfm_segment_grid': [
            'preset', 'recency_score', 'frequency_score', 'monetary_score', 'segment',
        ],
        'rfm_segments': ['preset', 'segment', 'rank'],
        'lifecycle_groups': ['segment', 'rank'],
    } -%}
    select sum(fingerprint) as fingerprint
    from (
        {%- for seed, columns in seeds.items() %}
        {{ 'union all' if not loop.first }}
        select {{ sum_of_hashes(["'" ~ seed ~ "'"] + columns) }} as fingerprint
        from {{ ref(seed) }}
        {%- endfor %}
    ) as fingerprints
{%- endmacro -%}


{#-
    Forgets under which rules histories were told where a run tells some of their tables
    under other ones, or of another day, but does not ask whose (int_persons__touched), be
    it a part of the models or a retry with other vars: the next run that asks tells all of
    them anew. Else what was tried would stay. Called on run start. Takes no arguments.
-#}
{%- macro distrust_parts() -%}
    {%- if execute and run_is_recorded() -%}
        {%- set facts = source('history', 'person_facts') -%}
        {%- set selected = selected_models() -%}
        {%- set telling = graph.nodes.values()
            | selectattr('config.incremental_strategy', 'equalto', 'reopened')
            | map(attribute='name') | select('in', selected) | list -%}
        {%- if telling and 'int_persons__touched' not in selected
            and 'person_facts' in tables_of(facts.without_identifier()) -%}
            {#- What a full refresh makes of a part may come of other seeds, too; which day
                int_calendar__bounds will say is not known yet, or another run of a part may
                have made it say another one. -#}
            {%- set is_unsure = flags.FULL_REFRESH or 'int_calendar__bounds' in selected
                or not bounds_are_told() -%}
            {%- do in_one_transaction(['update ' ~ facts ~ " set rules = '' where "
                ~ ('rules is not null' if is_unsure
                    else "rules not like '" ~ rules_of_histories() ~ "%'")]) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}


{#-
    Whether the as-of date that stands in int_calendar__bounds is the one that histories were
    told of last, or are being told of. Takes no arguments.
-#}
{%- macro bounds_are_told() -%}
    {%- set bounds = built_table('int_calendar__bounds', [], or_before=true) -%}
    {%- set told = source('history', 'histories') -%}
    {{ return(bounds is not none and run_query(
        'select count(*) from ' ~ bounds ~ ' as bounds inner join (select as_of_date from '
        ~ told ~ ' order by told_at desc nulls first limit 1) as told'
        ~ ' on bounds.as_of_date is not distinct from told.as_of_date').rows[0][0] > 0) }}
{%- endmacro -%}
