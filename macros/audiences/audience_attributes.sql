{#-
    What rules can ask of a person: by the name of an attribute its SQL, its kind (text,
    number, whole number, date, boolean) and the mart that it comes from. A name of two
    marts stands there only as `mart.column`, apart from those that say the same in both.
    Arguments: marts, a dict of the columns of each mart: a list of dicts with name and
    type.
-#}
{%- macro audience_attributes(marts) -%}
    {%- set shared = ['person_id', 'next_group'] -%}
    {%- set attributes = {} -%}
    {%- for mart, columns in marts.items() -%}
        {%- for column in columns -%}
            {%- set name = column.name | lower -%}
            {%- set attribute = {
                'sql': mart ~ '.' ~ name,
                'kind': kind_of_type(column.type),
                'marts': [mart],
            } -%}
            {%- do attributes.update({mart ~ '.' ~ name: attribute}) -%}
            {%- if name not in attributes -%}
                {%- do attributes.update({name: attribute}) -%}
            {%- elif name not in shared -%}
                {%- do attributes.update({name: {
                    'marts': attributes[name].marts + [mart],
                }}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for scheme in ['lifecycle', 'rfm'] if marts -%}
        {%- for name, kind in {
            'moved_from': 'text', 'moved_to': 'text',
            'moved_on': 'date', 'move_reason': 'text',
        }.items() -%}
            {%- do attributes.update({scheme ~ '_' ~ name: {
                'sql': scheme ~ '_moves.' ~ name,
                'kind': kind,
                'marts': ['segment_migrations'],
            }}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(attributes) }}
{%- endmacro -%}


{#-
    The columns of some relations as the engine has them: a dict of lists of dicts with
    name and type. Empty where one is not there yet.
    Arguments: relations, a dict of relations.
-#}
{%- macro read_audience_columns(relations) -%}
    {%- set marts = {} -%}
    {%- for name, relation in relations.items()
        if execute and load_relation(relation) is not none -%}
        {%- set columns = [] -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do columns.append({'name': column.name, 'type': column.dtype}) -%}
        {%- endfor -%}
        {%- do marts.update({name: columns}) -%}
    {%- endfor -%}
    {{ return(marts if marts | length == relations | length else {}) }}
{%- endmacro -%}


{#-
    The kind of a column's type, for either engine's name of it.
    Arguments: type, such as DECIMAL(18,4).
-#}
{%- macro kind_of_type(type) -%}
    {%- set word = modules.re.split('[^a-z0-9]', type | lower)[0] -%}
    {%- if word in ['varchar', 'string', 'text', 'char'] -%}
        {{ return('text') }}
    {%- elif word in [
        'tinyint', 'smallint', 'int', 'integer', 'bigint', 'hugeint', 'long', 'short',
    ] -%}
        {{ return('whole number') }}
    {%- elif word in ['decimal', 'numeric', 'double', 'float', 'real'] -%}
        {{ return('number') }}
    {%- elif word in ['date', 'boolean'] -%}
        {{ return(word) }}
    {%- endif -%}
    {{ return('other') }}
{%- endmacro -%}
