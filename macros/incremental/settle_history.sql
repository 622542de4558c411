{#-
    What the next run must know: schema `state`, beside the build.

    - person_facts: what each person's history was last told from (fingerprints of
      int_persons__facts), and in `open_cause` why it is being told anew, until all
      models that tell it are done.
    - period_cuts: the cut points that each period end was last scored with, and whether
      it is being scored anew.
    - told_models: which of those models are done since then.
    - histories: the as-of date of each run that told histories, and when it had told
      them all.

    A run that fails or is killed leaves causes open, and the next one begins with those
    persons again.
-#}

{#- Makes the tables of the record. Takes no arguments; called before they are read. -#}
{%- macro make_history_record() -%}
    create schema if not exists state;
    create table if not exists state.person_facts (
        person_id string,
        rules string,
        profile_facts decimal(38, 0),
        order_facts decimal(38, 0),
        web_facts decimal(38, 0),
        open_cause string
    );
    create table if not exists state.period_cuts (
        period_end date, cuts_fingerprint decimal(20, 0), is_open boolean
    );
    create table if not exists state.told_models (model string);
    create table if not exists state.histories (as_of_date date, told_at timestamp);
{%- endmacro -%}


{#-
    Writes down whose history is told anew, and why; in one transaction with
    int_persons__touched, whose last deed it is.
-#}
{%- macro open_histories() -%}
    delete from state.person_facts
    where person_id in (select person_id from {{ this }});

    insert into state.person_facts
    select
        touched.person_id,
        facts.rules,
        facts.profile_facts,
        facts.order_facts,
        facts.web_facts,
        touched.cause as open_cause
    from {{ this }} as touched
    left join {{ ref('int_persons__facts') }} as facts
        on touched.person_id = facts.person_id;

    delete from state.told_models;

    delete from state.histories
    where told_at is null;

    insert into state.histories
    select
        as_of_date,
        cast(null as timestamp) as told_at
    from {{ ref('int_calendar__bounds') }};
{%- endmacro -%}


{#- The same for the period ends at which everybody is scored anew. -#}
{%- macro open_periods() -%}
    delete from state.period_cuts
    where period_end in (select period_end from {{ this }});

    insert into state.period_cuts
    select
        period_end,
        cuts_fingerprint,
        true as is_open
    from {{ this }};
{%- endmacro -%}


{#-
    Notes which models have told their part, and closes the causes when all of them have,
    be it in this run or together with the run that it retries. Called on run end.
    Arguments: results, of dbt.
-#}
{%- macro settle_history(results) -%}
    {%- set told = [] -%}
    {%- for result in results
        if result.node.config.get('incremental_strategy') == 'reopened'
        and result.status == 'success' -%}
        {%- do told.append("('" ~ result.node.name ~ "')") -%}
    {%- endfor -%}
    {%- set told_models = source('history', 'told_models') -%}
    {%- if told -%}
        {%- set all_models = [] -%}
        {%- for node in graph.nodes.values()
            if node.config.get('incremental_strategy') == 'reopened' -%}
            {%- do all_models.append(node.name) -%}
        {%- endfor -%}
        {%- do in_one_transaction([
            make_history_record(),
            'insert into ' ~ told_models ~ ' values ' ~ told | join(', '),
        ]) -%}
        {%- set done = run_query('select distinct model from ' ~ told_models).columns[0]
            .values() -%}
        {%- if all_models | reject('in', done) | list | length == 0 -%}
            {%- do in_one_transaction(close_histories()) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}


{#-
    All models are done: what is on record is what the tables say. A list of statements.
-#}
{%- macro close_histories() -%}
    {{ return([
        'delete from state.person_facts where open_cause is not null and rules is null',
        'update state.person_facts set open_cause = null where open_cause is not null',
        'delete from state.period_cuts where is_open and cuts_fingerprint is null',
        'update state.period_cuts set is_open = false where is_open',
        'update state.histories set told_at = ' ~ run_start_literal()
            ~ ' where told_at is null',
        'delete from state.told_models',
    ]) }}
{%- endmacro -%}
