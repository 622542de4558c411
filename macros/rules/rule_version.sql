{#-
    What the version of the rules is made of, as a dict of texts: every setting of
    rule_settings but the as-of date, which is the clock and no rule, the items of a list
    in order of the alphabet; and the checksum of every seed that decides who stands
    where or which way a move goes. No seed is known while a unit test runs.
-#}
{%- macro rules_in_force() -%}
    {%- set seeds = [
        'lifecycle_groups', 'placeholder_identifiers', 'rfm_fixed_thresholds',
        'rfm_presets', 'rfm_segment_grid', 'rfm_segments',
    ] -%}
    {%- set rules = {} -%}
    {%- for rule in rule_settings() if rule.setting != 'as_of_date' -%}
        {%- do rules.update({rule.setting: rule.text.split(', ') | sort | join(', ')}) -%}
    {%- endfor -%}
    {%- for node in ((graph.nodes or {}) if execute else {}).values()
        if node.resource_type == 'seed' and node.package_name == 'segmentation'
        and node.name in seeds -%}
        {%- do rules.update({'seed ' ~ node.name: node.checksum.checksum}) -%}
    {%- endfor -%}
    {{ return(rules) }}
{%- endmacro -%}


{#- The rules in force as JSON text, one key per setting and seed, in a fixed order. -#}
{%- macro rules_as_json() -%}
    {{ return(tojson(rules_in_force(), sort_keys=true)) }}
{%- endmacro -%}


{#- The version of the rules in force: a short text that differs where any rule does. -#}
{%- macro rule_version() -%}
    {{ return(local_md5(rules_as_json())[:12]) }}
{%- endmacro -%}
