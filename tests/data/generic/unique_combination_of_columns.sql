{#-
    No two rows of the model are equal in all of these columns; nulls count as equal.
    Arguments: combination_of_columns, a list of column names, the key of the model.
-#}
{%- test unique_combination_of_columns(model, combination_of_columns) -%}
select
    {{ combination_of_columns | map('trim') | join(', ') }},
    count(*) as repeated_rows
from {{ model }}
group by {{ combination_of_columns | map('trim') | join(', ') }}
having count(*) > 1
{%- endtest -%}
