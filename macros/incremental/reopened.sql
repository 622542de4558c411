{#-
    Incremental runs tell anew the history of the persons that int_persons__touched
    names, and leave everybody else's rows alone. A model of persons takes part by

    - config(materialized='incremental', incremental_strategy='reopened'), and
    - reading its inputs by `reopened('model')` in place of `ref('model')`, or only those
      of their rows for which `is_reopened()` holds.

    Such a model must make each row of a person from rows of that person. Every table is
    complete after every run, so any of them may be built alone or anew. Further configs,
    which want a `{{ comes_after('model') }}` in the model, because dbt looks for
    references before it knows them:

    - tells='facts': the rows hang on the person's facts alone, not on which day it is, so
      that of a person who is only `due` they stay as they are;
    - of_nobody=true: also the rows without a person, every night;
    - touched_by='int_segments__touched': not whole persons, but their schemes;
    - renewed={'columns': [...], 'by': 'model'}: also the rows of everybody whose columns
      have values that stand together in that model.
-#}

{#-
    The rows of a model that an incremental run reads: those of the persons told anew.
    All of its rows, on a full refresh or where the table is made for the first time.
    Arguments: model, its name; it has a column person_id.
-#}
{%- macro reopened(model) -%}
    {%- set rows = ref(model) -%}
    {{ comes_after('int_persons__touched') }}
    {%- if execute and is_incremental() -%}
        {{ return('(select * from ' ~ rows ~ ' where ' ~ is_of_persons_told_anew() ~ ')') }}
    {%- endif -%}
    {{ return(rows) }}
{%- endmacro -%}


{#-
    Says that a model is built after another one that only some runs read.
    Arguments: model, the name of the other one.
-#}
{%- macro comes_after(model) -%}
    {%- if not execute -%}{%- do ref(model) -%}{%- endif -%}
{%- endmacro -%}


{#-
    Whether an incremental run tells a row anew, as SQL; true on a full refresh or where
    the table is made for the first time. Takes no arguments.
-#}
{%- macro is_reopened() -%}
    {{ comes_after('int_persons__touched') }}
    {%- if execute and is_incremental() -%}
        {{ return(is_touched()) }}
    {%- endif -%}
    {{ return('true') }}
{%- endmacro -%}


{#- The same for models that tell whole persons. -#}
{%- macro is_of_persons_told_anew() -%}
    person_id in (
        select person_id from {{ ref('int_persons__touched') }}
        {%- if config.get('tells') == 'facts' %} where cause != 'due'{% endif %}
    )
    {%- if config.get('of_nobody') %} or person_id is null{% endif -%}
{%- endmacro -%}


{#- The condition of is_reopened, by the configs of the model. -#}
{%- macro is_touched() -%}
    {%- set touched_by = config.get('touched_by', 'int_persons__touched') -%}
    {%- set renewed = config.get('renewed') -%}
    {%- if touched_by == 'int_persons__touched' -%}
        {{ is_of_persons_told_anew() }}
    {%- else -%}
        (person_id, scheme) in (
            select person_id, scheme from {{ ref(touched_by) }}
        )
    {%- endif -%}
    {%- if renewed %}
        {%- set columns = renewed['columns'] | join(', ') %}
        or ({{ columns }}) in (select {{ columns }} from {{ ref(renewed.by) }})
    {%- endif -%}
{%- endmacro -%}


{#-
    Incremental strategy `reopened`: the rows that is_touched names are replaced.
    Arguments: arguments, as dbt gives them to a strategy; the new rows stand in its
    temp_relation.
-#}
{%- macro get_incremental_reopened_sql(arguments) -%}
    {%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') -%}
    delete from {{ arguments.target_relation }}
    where {{ is_touched() }};

    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
{%- endmacro -%}
