{#-
    Finds the connected components of a graph whose links appear one after the other, and
    when each node but the best of its component came to stand behind a better one.

    Nodes are numbers, the smaller the better; links are numbered in the order in which
    they appeared. A node is absorbed by the first link over which, together with links
    before it, a better node can be reached.

    Round by round, every cluster whose earliest link leads to a better cluster is
    absorbed by it, all at once, until no link is left. That is Borůvka's way of growing
    a minimum spanning forest, with the one restriction that a cluster only ever joins a
    better one, which is what makes the link its moment of absorption. Why that is right:
    docs/decisions/0009-identity.md. Clusters at least halve in most rounds; the links,
    which are what costs, shrink with them.

    Arguments:
        links: relation with left_node, right_node, link_number (64-bit integers, link
            numbers unique); each link once, in either direction.
        absorbed: name of the table to write, one row per node that was absorbed: node,
            absorber (the best node of its component), link_number.
        run_sql: how a statement is run, run_query unless a test says otherwise.
-#}
{%- macro absorb_nodes(links, absorbed, run_sql=run_query) -%}
    {%- set edges = absorbed ~ '__edges' -%}
    {%- set parents = absorbed ~ '__parents' -%}
    {%- set steps = absorbed ~ '__steps' -%}

    {%- do rebuild_table(edges, merged_links(links), run_sql) -%}
    {%- do rebuild_table(steps,
        'select left_node as node, left_node as parent, link_number from '
        ~ edges ~ ' where 1 = 0', run_sql) -%}
    {%- set rounds = [] -%}
    {%- for _ in range(100000) -%}
        {%- if not run_sql('select 1 from ' ~ edges ~ ' limit 1').rows -%}{%- break -%}{%- endif -%}
        {%- do rounds.append(1) -%}
        {%- do rebuild_table(parents, better_clusters(edges), run_sql) -%}
        {%- do run_sql('insert into ' ~ steps ~ ' select * from ' ~ parents) -%}
        {%- do point_to_roots(parents, run_sql) -%}
        {%- do rebuild_table(edges, merged_links(edges, parents), run_sql) -%}
    {%- endfor -%}
    {%- do point_to_roots(steps, run_sql) -%}
    {%- do rebuild_table(absorbed,
        'select node, parent as absorber, link_number from ' ~ steps, run_sql) -%}
    {%- for helper in [edges, parents, steps] -%}
        {%- do run_sql('drop table if exists ' ~ helper) -%}
    {%- endfor -%}
    {{ return(rounds | length) }}
{%- endmacro -%}


{#-
    The links between clusters, the earliest one where two clusters have several.
    Arguments: links, as absorb_nodes takes them; parents, the relation that says of
    which cluster a node is part by now (node, parent), if there is one.
-#}
{%- macro merged_links(links, parents=none) -%}
    with links as (
        select
        {%- if parents %}
            coalesce(left_parents.parent, links.left_node) as left_node,
            coalesce(right_parents.parent, links.right_node) as right_node,
        {%- else %}
            links.left_node,
            links.right_node,
        {%- endif %}
            links.link_number
        from {{ links }} as links
        {%- if parents %}
        left join {{ parents }} as left_parents on links.left_node = left_parents.node
        left join {{ parents }} as right_parents on links.right_node = right_parents.node
        {%- endif %}
    )

    select
        least(left_node, right_node) as left_node,
        greatest(left_node, right_node) as right_node,
        min(link_number) as link_number
    from links
    where left_node != right_node
    group by least(left_node, right_node), greatest(left_node, right_node)
{%- endmacro -%}


{#-
    The clusters whose earliest link leads to a better one: node, parent, link_number.
    Arguments: edges, what merged_links gives.
-#}
{%- macro better_clusters(edges) -%}
    with ends as (
        select left_node as node, right_node as neighbour, link_number from {{ edges }}
        union all
        select right_node as node, left_node as neighbour, link_number from {{ edges }}
    ),

    earliest as (
        select
            node,
            min_by(neighbour, link_number) as neighbour,
            min(link_number) as link_number
        from ends
        group by node
    )

    select node, neighbour as parent, link_number from earliest
    where neighbour < node
{%- endmacro -%}


{#-
    Makes every row's parent the root of its chain, by pointer jumping: each pass doubles
    how far the pointers reach.
    Arguments: parents, name of a table of node, parent, link_number; run_sql, as above.
-#}
{%- macro point_to_roots(parents, run_sql) -%}
    {%- set higher = ' join ' ~ parents ~ ' as higher on nodes.parent = higher.node' -%}
    {%- for _ in range(64) -%}
        {%- if not run_sql(
            'select 1 from ' ~ parents ~ ' as nodes' ~ higher ~ ' limit 1').rows -%}
            {%- break -%}
        {%- endif -%}
        {%- do rebuild_table(parents,
            'select nodes.node, coalesce(higher.parent, nodes.parent) as parent, '
            ~ 'nodes.link_number from ' ~ parents ~ ' as nodes left' ~ higher, run_sql) -%}
    {%- endfor -%}
{%- endmacro -%}


{#-
    Replaces a table by the rows of a query, which may read the table itself.
    Arguments: name; query; run_sql, as above.
-#}
{%- macro rebuild_table(name, query, run_sql) -%}
    {%- do run_sql('drop table if exists ' ~ name ~ '_next') -%}
    {%- do run_sql('create table ' ~ name ~ '_next as ' ~ query) -%}
    {%- do run_sql('drop table if exists ' ~ name) -%}
    {%- do run_sql(
        'alter table ' ~ name ~ '_next rename to ' ~ name.split('.') | last) -%}
{%- endmacro -%}
