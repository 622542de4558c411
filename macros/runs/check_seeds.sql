{#-
    Stops `dbt run` and `dbt test` on a warehouse that has no seeds yet, before every model
    and test of them fails on its own. Called on run start; takes no arguments.
-#}
{%- macro check_seeds() -%}
    {%- if execute and invocation_args_dict.get('which') in ['run', 'test'] -%}
        {%- for node in graph.nodes.values()
            if node.resource_type == 'seed' and relation_of(node) is none -%}
            {{ exceptions.raise_compiler_error(
                'Seed `' ~ node.name ~ '` is not in the warehouse. Run `dbt build`, which '
                ~ 'makes seeds, models and tests in their order, or `dbt seed` first.') }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
