{#-
    A 64-bit hash of some columns, to find candidates cheaply: equal values have equal
    hashes, and whoever uses it compares the values themselves afterwards.
    Arguments: columns, a list of SQL expressions.
-#}
{%- macro hash_of(columns) -%}
    {{ return(adapter.dispatch('hash_of')(columns)) }}
{%- endmacro -%}

{%- macro duckdb__hash_of(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro -%}

{%- macro spark__hash_of(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro -%}


{#- The type of hash_of. Takes no arguments. -#}
{%- macro hash_type() -%}
    {{ return(adapter.dispatch('hash_type')()) }}
{%- endmacro -%}

{%- macro duckdb__hash_type() -%}
    ubigint
{%- endmacro -%}

{%- macro spark__hash_type() -%}
    bigint
{%- endmacro -%}
