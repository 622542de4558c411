{#-
    A short text that is kept with a table, for the next run: what note_on_table wrote
    last, empty if nothing. It goes where the table goes, and is gone when the table is.
    Arguments: relation, a table.
-#}
{%- macro table_note(relation) -%}
    {{ return(adapter.dispatch('table_note')(relation)) }}
{%- endmacro -%}

{%- macro duckdb__table_note(relation) -%}
    {%- set found = run_query("select comment from duckdb_tables() where schema_name = '"
        ~ relation.schema ~ "' and table_name = '" ~ relation.identifier
        ~ "' and database_name = '" ~ relation.database ~ "'").rows -%}
    {{ return((found[0][0] or '') if found else '') }}
{%- endmacro -%}

{%- macro spark__table_note(relation) -%}
    {%- for row in run_query('show tblproperties ' ~ relation).rows
        if row[0] == 'segmentation.note' -%}
        {{ return(row[1]) }}
    {%- endfor -%}
    {{ return('') }}
{%- endmacro -%}


{#-
    Keeps a note with a table, in place of the one before.
    Arguments: relation, a table; note, a text without single quotes.
-#}
{%- macro note_on_table(relation, note) -%}
    {{ return(adapter.dispatch('note_on_table')(relation, note)) }}
{%- endmacro -%}

{%- macro duckdb__note_on_table(relation, note) -%}
    {%- do run_query('comment on table ' ~ relation ~ " is '" ~ note ~ "'") -%}
{%- endmacro -%}

{%- macro spark__note_on_table(relation, note) -%}
    {%- do run_query('alter table ' ~ relation
        ~ " set tblproperties ('segmentation.note' = '" ~ note ~ "')") -%}
{%- endmacro -%}
