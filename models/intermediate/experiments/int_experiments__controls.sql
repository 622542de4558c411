with samples as (
    select * from {{ ref('int_experiments__samples') }}
),

controls as (
    select * from samples
    where is_control
)

select
    samples.experiment_id,
    samples.variant,
    samples.scheme,
    samples.starting_group,
    {%- for measure in ['orders', 'revenue'] %}
    {{ welch_degrees(
        'samples.' ~ measure ~ '_variance', 'samples.persons',
        'controls.' ~ measure ~ '_variance', 'controls.persons',
    ) }} as {{ measure }}_degrees,
    {%- endfor %}
    {%- for measure in ['orders', 'revenue', 'earlier_orders', 'earlier_revenue'] %}
    controls.{{ measure }}_mean,
    controls.{{ measure }}_variance,
    {%- endfor %}
    controls.moved_up,
    controls.moved_down,
    controls.stayed,
    controls.bought,
    controls.persons
from samples
inner join controls
    on
        samples.experiment_id = controls.experiment_id
        and samples.scheme = controls.scheme
        and samples.starting_group = controls.starting_group
where not samples.is_control
