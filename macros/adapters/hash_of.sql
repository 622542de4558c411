{#-
    A 64-bit hash of some columns, to find candidates cheaply: equal values have equal
    hashes, and whoever uses it compares the values themselves afterwards. Hashes of several
    rows may be combined by xor or sum: that two rows swap a value changes what comes out.
    Arguments: columns, a list of SQL expressions.
-#}
{%- macro hash_of(columns) -%}
    {{ return(adapter.dispatch('hash_of')(columns)) }}
{%- endmacro -%}

{#-
    DuckDB xors the hash of the last column in, so that xor over rows would not see which
    row has which value of it: hashed once more.
-#}
{%- macro duckdb__hash_of(columns) -%}
    {%- set hashed = 'hash(' ~ columns | join(', ') ~ ')' -%}
    {{ hashed if columns | length == 1 else 'hash(' ~ hashed ~ ')' }}
{%- endmacro -%}

{%- macro spark__hash_of(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro -%}
