{#-
    The rows of a seed as dicts; none where the seed is not there yet, as when documents
    are generated before the first build.
    Arguments: relation, the seed.
-#}
{%- macro read_seed(relation) -%}
    {%- set rows = [] -%}
    {%- if is_there(relation) -%}
        {%- set found = run_query('select * from ' ~ relation) -%}
        {%- set names = found.column_names | map('lower') | list -%}
        {%- for row in found.rows -%}
            {%- do rows.append(dict(zip(names, row.values()))) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(rows) }}
{%- endmacro -%}


{#-
    The rows of seed `audiences`. A macro of its own, for unit tests to put others in.
    Arguments: relation, the seed.
-#}
{%- macro read_audiences(relation) -%}
    {{ return(read_seed(relation)) }}
{%- endmacro -%}


{#- The rows of seed `audience_rules`, likewise. Arguments: relation, the seed. -#}
{%- macro read_audience_rules(relation) -%}
    {{ return(read_seed(relation)) }}
{%- endmacro -%}
