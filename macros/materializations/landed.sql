{#-
    A table of the typed rows of a raw table, base_shop__<table>, which is kept from run
    to run: only raw rows that are new, changed or gone since the last run are read.

    Two states are compared, the raw rows and the landed ones, by how often each row_hash
    stands in them. Where that differs, the landed rows of the hash are deleted and its raw
    rows read, so that repeated rows stay repeated. Deletion and insertion are one
    transaction; a run that is killed leaves the table as it was, and the next one
    compares again.

    Everything is read again on --full-refresh, and where the query that reads the rows,
    the raw columns or the customer ids that stand for nobody are no longer those of the
    last reading: the table's note says what they were.

    The model's query is read_raw(<table>).
-#}
{%- materialization landed, default -%}
    {%- set table = this.identifier.split('__', 1)[1] -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set erased = erased_now(table) -%}
    {%- set reading = local_md5(sql | replace(business_today(), 'today')
        ~ raw_column_types(source('raw', table)).values() | map(attribute='dtype') | list
        ~ placeholders_now(table)) -%}
    {%- set note = {'reading': reading, 'erased': erased} -%}
    {%- set noted = fromjson(table_note(existing), {}) if existing and existing.is_table
        else {} -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if should_full_refresh() or noted.get('reading') != reading -%}
        {%- if existing and not existing.is_table -%}
            {%- do adapter.drop_relation(existing) -%}
        {%- endif -%}
        {%- call statement('main') -%}
            {{- 'create or replace table ' ~ target_relation ~ ' as ' ~ sql -}}
        {%- endcall -%}
        {%- do find_repeated_keys(target_relation) -%}
        {%- do note_on_table(target_relation, tojson(note)) -%}
    {%- else -%}
        {%- set changes = make_temp_relation(target_relation) -%}
        {%- do run_query(create_table_as(True, changes, changed_rows(
            table, target_relation, noted.get('erased') != erased))) -%}
        {%- set count = run_query('select count(*) as changes from ' ~ changes).rows[0][0] -%}
        {%- call statement('main') -%}
            {{- delete_changed_rows(target_relation, changes) if count else 'select 0' -}}
        {%- endcall -%}
        {%- if count -%}
            {%- do run_query(insert_changed_rows(table, target_relation, changes)) -%}
            {%- do find_repeated_keys(target_relation, changes) -%}
        {%- endif -%}
        {%- if noted != note -%}
            {%- do note_on_table(target_relation, tojson(note)) -%}
        {%- endif -%}
        {%- do run_query('drop table ' ~ changes) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{%- endmaterialization -%}


{#-
    Marks the rows of a landed table whose key repeats, if there are any.
    Arguments: landed, changes: see repeated_keys.
-#}
{%- macro find_repeated_keys(landed, changes=none) -%}
    {%- set repeated = make_temp_relation(landed, '__repeated') -%}
    {%- do run_query(create_table_as(True, repeated, repeated_keys(landed, changes))) -%}
    {%- set marked = run_query('select count(*) as marked from (select key_hash from '
        ~ repeated ~ ' union all select key_hash from ' ~ landed
        ~ ' where is_repeated) as marked_rows').rows[0][0] -%}
    {%- if marked -%}
        {%- do run_query(mark_repeated_keys(landed, repeated)) -%}
    {%- endif -%}
    {%- do run_query('drop table ' ~ repeated) -%}
{%- endmacro -%}
