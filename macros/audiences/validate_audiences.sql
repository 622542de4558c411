{#-
    Stops where seed `audiences` and its rules do not belong together: a name that is no
    code, repeated, without rules or not listed; half a cap; a part that is no attribute.
    Arguments: audiences, rules: rows of the seeds; attributes: of audience_attributes.
-#}
{%- macro validate_audiences(audiences, rules, attributes) -%}
    {%- set names = audiences | map(attribute='audience') | list -%}
    {%- for name in names -%}
        {%- if not modules.re.fullmatch('[a-z][a-z0-9_]*', name | string) -%}
            {%- do reject_audience('an audience is named by no code', [name],
                'Use small letters, digits and underscores, a letter first.',
                'audiences') -%}
        {%- elif names.count(name) > 1 -%}
            {%- do reject_audience('an audience stands there twice', [name],
                'Give each audience one row.', 'audiences') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for rule in rules if rule.audience not in names -%}
        {%- do reject_audience('a rule belongs to no audience', [rule],
            'Seed `audiences` does not list it; the nearest name there is `'
            ~ nearest_name(rule.audience, names) ~ '`.') -%}
    {%- endfor -%}
    {%- set ruled = rules | map(attribute='audience') | list -%}
    {%- for audience in audiences -%}
        {%- if audience.audience not in ruled -%}
            {%- do reject_audience('an audience has no rules', [audience.audience],
                'Give it rules in seed `audience_rules`, or take it out.',
                'audiences') -%}
        {%- endif -%}
        {%- set cap = [audience.frequency_cap, audience.window_days]
            | reject('none') | list -%}
        {%- if cap | length == 1 or cap | select('lt', 1) | list -%}
            {%- do reject_audience('frequency_cap and window_days do not fit',
                [audience.audience ~ ', ' ~ audience.frequency_cap ~ ', '
                ~ audience.window_days],
                'Give both, whole numbers of at least 1, or neither.',
                'audiences') -%}
        {%- endif -%}
        {%- if audience.channel not in ['email', 'phone', 'ads'] -%}
            {%- do reject_audience('there is no such channel',
                [audience.audience ~ ', ' ~ audience.channel],
                'Use email, phone or ads.', 'audiences') -%}
        {%- endif -%}
        {%- if audience.split_by -%}
            {%- do validate_attribute(audience.split_by, attributes,
                [audience.audience ~ ', ' ~ audience.split_by], 'audiences') -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}


{#-
    Stops where a name is no attribute, or the name of two.
    Arguments: name; attributes, of audience_attributes; rows, seed: for the message.
-#}
{%- macro validate_attribute(name, attributes, rows, seed='audience_rules') -%}
    {%- if name not in attributes -%}
        {%- do reject_audience('there is no such attribute', rows,
            'Did you mean `' ~ nearest_name(name, attributes) ~ '`? Attributes are the '
            ~ 'columns of persons, person_segments and upcoming_migrations, and '
            ~ 'lifecycle_moved_from and its like.', seed) -%}
    {%- elif attributes[name].marts | length > 1 -%}
        {%- do reject_audience('an attribute stands in two marts', rows,
            'Write `' ~ attributes[name].marts | join('.' ~ name ~ '` or `') ~ '.'
            ~ name ~ '`.', seed) -%}
    {%- endif -%}
{%- endmacro -%}
