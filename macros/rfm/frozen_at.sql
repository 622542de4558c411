{#- The period end in var rfm_frozen_at as an SQL date; null where none is given. -#}
{%- macro frozen_at() -%}
    {%- if var('rfm_frozen_at') -%}
        cast('{{ var("rfm_frozen_at") }}' as date)
    {%- else -%}
        cast(null as date)
    {%- endif -%}
{%- endmacro -%}
