{#-
    Stops the run where the raw contract is broken: no `orders` table, or a table without
    one of its required columns; and says what has changed in the raw tables since the
    last build. Called on run start, after attach_raw_data.
-#}
{%- macro check_raw_data() -%}
    {%- set command = invocation_args_dict.get('which') -%}
    {%- if execute and 'shop' in var('source_systems')
        and command in ['build', 'run', 'test'] -%}
        {%- set before = raw_columns_before() -%}
        {%- set now = {} -%}
        {%- for node in graph.sources.values() if node.source_name == 'raw' -%}
            {%- set columns = raw_column_types(source('raw', node.name)) -%}
            {%- do check_required_columns(node, columns, before.get(node.name)) -%}
            {%- for name, column in columns.items() -%}
                {%- do now.setdefault(node.name, {}).update({name: column.dtype}) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if command != 'test' -%}
            {%- do check_erasures(before, now) -%}
            {%- for message in raw_changes(before, now) -%}
                {%- do exceptions.warn(message) -%}
            {%- endfor -%}
            {%- do note_raw_columns(before, now) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}


{#-
    Stops the run where a required table is not there, or a table lacks a required column.
    Arguments: node, of the source; columns, see raw_column_types; before, the table's
    columns at the last build, none if it was not there.
-#}
{%- macro check_required_columns(node, columns, before) -%}
    {%- set place = 'folder `' ~ var('raw_data') ~ '` (var raw_data)'
        if var('raw_data') else 'schema `raw` of the warehouse (var raw_data is empty)' -%}
    {%- if not columns and node.config.meta.get('required') -%}
        {{ exceptions.raise_compiler_error(
            'Table `' ~ node.name ~ '` is missing. It was looked for in ' ~ place
            ~ ': put ' ~ node.name ~ '.parquet or ' ~ node.name
            ~ '.csv there, or set raw_data to the folder that has it.') }}
    {%- endif -%}
    {%- for column in node.columns.values()
        if columns and column.config.meta.get('required')
        and column.name not in columns -%}
        {{ exceptions.raise_compiler_error(
            'Table `' ~ node.name ~ '` in ' ~ place ~ ' has no column `' ~ column.name
            ~ '`, which is required. It has: ' ~ columns.keys() | join(', ') ~ '.'
            ~ why_a_column_is_missing(node, columns, before)) }}
    {%- endfor -%}
{%- endmacro -%}


{#-
    What may have become of a required column, as the end of a message.
    Arguments: see check_required_columns.
-#}
{%- macro why_a_column_is_missing(node, columns, before) -%}
    {%- set new = [] if before is none
        else columns.keys() | reject('in', node.columns) | reject('in', before) | list -%}
    {%- set renamed = ' New, and perhaps the same under another name: ' ~ new | join(', ')
        ~ '.' if new else '' -%}
    {%- if columns | length == 1 -%}
        {%- set fault = var('raw_data') and uneven_line(raw_files().get(node.name))
            or 'some rows may have more or fewer fields than the header' -%}
        {{ return(renamed ~ ' That is a single column: ' ~ fault
            ~ ', or a line stands above it. Put it right.') }}
    {%- elif before is none -%}
        {{ return(' An export that has names of its own is read through views: '
            ~ 'see docs/exports.md.') }}
    {%- endif -%}
    {{ return(renamed) }}
{%- endmacro -%}


{#-
    What has changed between the raw tables of the last build and those of today, in
    words: a list of texts. Of a table that is there for the first time only which of its
    columns nothing is computed from.
    Arguments: before, now: dicts by table of dicts of column -> type.
-#}
{%- macro raw_changes(before, now) -%}
    {%- set found = [] -%}
    {%- for table, columns in before.items() -%}
        {%- set contract = raw_contract(table).columns -%}
        {%- set types = now.get(table, {}) -%}
        {%- if not types -%}
            {%- do found.append('Table `' ~ table ~ '` was there at the last build and is '
                ~ 'gone: it counts as empty.') -%}
        {%- endif -%}
        {%- for name, data_type in columns.items() if types -%}
            {%- if name not in types -%}
                {%- do found.append('Table `' ~ table ~ '` no longer has the column `'
                    ~ name ~ '`' ~ (': it counts as empty.' if name in contract else '.'))
                -%}
            {%- elif types[name] != data_type -%}
                {%- do found.append('Column `' ~ name ~ '` of table `' ~ table ~ '` was '
                    ~ data_type ~ ' and is ' ~ types[name]
                    ~ (': rows in which it does not read as '
                        ~ contract[name].data_type ~ ' are quarantined.'
                        if name in contract else '.')) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for name, data_type in types.items()
            if name not in columns and name not in contract -%}
            {%- do found.append('Table `' ~ table ~ '` has a new column `' ~ name ~ '` ('
                ~ data_type ~ ') that the contract does not know: it is carried in '
                ~ 'raw_row, masked, and nothing is computed from it. Describe it in '
                ~ 'models/staging/shop to have it read.') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for table, types in now.items() if table not in before -%}
        {%- set strange = types.keys() | reject('in', raw_contract(table).columns) | list -%}
        {%- if strange -%}
            {%- do found.append('Table `' ~ table ~ '` has columns that the contract does '
                ~ 'not know: ' ~ strange | join(', ') ~ '. Nothing is computed from them. '
                ~ 'Rename what models/staging/shop/raw_columns.md has under another name.')
            -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro -%}


{#-
    Stops a run that would bring back what erased customers have left: the column that
    says who they are was there at the last build, and is gone.
    Arguments: before, now: see raw_changes.
-#}
{%- macro check_erasures(before, now) -%}
    {%- if 'erased_at' in before.get('customers', {})
        and 'erased_at' not in now.get('customers', {}) and not flags.FULL_REFRESH -%}
        {%- set erased = relation_of(
            graph.nodes.values() | selectattr('name', 'equalto',
                'base_shop__erased_identifiers') | first) -%}
        {%- set customers = run_query('select count(*) as customers from ' ~ erased
            ~ " where identifier_type = 'customer_id'").rows[0][0] if erased else 0 -%}
        {%- if customers -%}
            {{ exceptions.raise_compiler_error(
                'Table `customers` no longer says in `erased_at` who asked to be erased: '
                ~ 'this run would read again what is known of them (customers at the last '
                ~ 'build: ' ~ customers ~ '). Restore the column; or, if nobody is to be '
                ~ 'erased any more, run `dbt build --full-refresh`.') }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}
