{#-
    What a run read, built and moved: SQL literal by column of `state.pipeline_runs`. A
    table that the run was to build and did not counts as null.
    Arguments: results, of the run's nodes; coverage, see run_outcome; runs, the relation
    of the runs.
-#}
{%- macro run_counts(results, coverage, runs) -%}
    {%- set counts = {} -%}

    {%- set bounds = built_table('int_calendar__bounds', results, true) -%}
    {%- set as_of_date = run_query('select max(as_of_date) from ' ~ bounds).rows[0][0]
        if bounds else none -%}
    {%- do counts.update({'as_of_date': date_literal(as_of_date)}) -%}

    {%- set is_continued = coverage == 'continued' -%}
    {%- set rows = built_table('row_counts', results, is_continued) -%}
    {%- if rows -%}
        {%- set sums = run_query('select sum(rows_read), sum(rows_staged), '
            ~ 'sum(rows_quarantined), sum(case when source_table in ('
            ~ quoted_list(order_tables()) ~ ') then rows_staged end) from ' ~ rows
        ).rows[0] -%}
        {%- do counts.update({
            'rows_read': sums[0] | int,
            'rows_staged': sums[1] | int,
            'rows_quarantined': sums[2] | int,
            'orders_staged': sums[3] | int,
        }) -%}
    {%- endif -%}

    {%- for column, model in [
        ('persons', 'persons'), ('persons_touched', 'int_persons__touched')] -%}
        {%- set persons = built_table(model, results, is_continued) -%}
        {%- if persons -%}
            {%- do counts.update({
                column: run_query('select count(*) from ' ~ persons).rows[0][0] | int,
            }) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- set moves = built_table('segment_migrations', results, is_continued) -%}
    {%- if moves and as_of_date -%}
        {%- set since = last_good_date(runs) -%}
        {%- do counts.update({'moves_since': date_literal(since)}) -%}
        {%- for scheme in ['lifecycle', 'rfm'] -%}
            {%- do counts.update({scheme ~ '_moves': run_query(
                'select count(*) from ' ~ moves ~ ' where scheme = '
                ~ text_literal(scheme) ~ ' and migrated_on <= '
                ~ date_literal(as_of_date)
                ~ (' and migrated_on > ' ~ date_literal(since) if since else '')
            ).rows[0][0] | int}) -%}
        {%- endfor -%}
    {%- endif -%}

    {%- set rules = newest_rule_version() -%}
    {%- do counts.update({'rule_version': text_literal(rules.rule_version)}) if rules -%}
    {{ return(counts) }}
{%- endmacro -%}


{#- Raw tables without which there is no shop: those of orders, one a source system. -#}
{%- macro order_tables() -%}
    {{ return(['orders', 'invoice_lines']) }}
{%- endmacro -%}


{#-
    The table of a model, if it can be asked about this run; else none.
    Arguments: name, of the model; results, of the run's nodes; or_before, whether a
    table that an earlier run left is meant too, where this run did not select it.
-#}
{%- macro built_table(name, results, or_before) -%}
    {%- set id = 'model.' ~ project_name ~ '.' ~ name -%}
    {%- set node = graph.nodes.get(id) -%}
    {%- set own = results | selectattr('node.unique_id', 'equalto', id) | list -%}
    {%- if node and (own[0].status == 'success' if own else or_before) -%}
        {{ return(relation_of(node)) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro -%}


{#-
    As-of date of the last whole run that succeeded, or none. Arguments: runs, the
    relation of the runs.
-#}
{%- macro last_good_date(runs) -%}
    {%- set found = run_query(
        'select as_of_date from ' ~ runs
        ~ " where status = 'success' and coverage in ('whole', 'continued')"
        ~ ' order by started_at desc limit 1').rows -%}
    {{ return(found[0][0] if found else none) }}
{%- endmacro -%}


{#- A date as SQL. Arguments: day, a date or none. -#}
{%- macro date_literal(day) -%}
    {{ return("cast('" ~ day ~ "' as date)" if day else 'null') }}
{%- endmacro -%}
