{#-
    A table of the nodes that absorb_nodes finds absorbed; the model's query gives the
    links. A materialization of its own, because the number of rounds is known only while
    they run, and recursive queries do not exist on every engine.
-#}
{%- materialization absorbed_nodes, default -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set name = this.schema ~ '.' ~ this.identifier -%}
    {%- set links = name ~ '__links' -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {{ drop_relation_if_exists(load_cached_relation(this)) }}
    {%- call statement('main') -%}
        {{- 'create or replace table ' ~ links ~ ' as ' ~ sql -}}
    {%- endcall -%}
    {%- set rounds = absorb_nodes(links, name) -%}
    {%- do run_query('drop table ' ~ links) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {%- do log('Resolved identities in ' ~ rounds ~ ' rounds', info=false) -%}
    {{ return({'relations': [target_relation]}) }}
{%- endmaterialization -%}

