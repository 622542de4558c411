with windows as (
    select * from {{ ref('int_experiments__windows') }}
),

samples as (
    select * from {{ ref('int_experiments__samples') }}
),

controls as (
    select * from {{ ref('int_experiments__controls') }}
),

-- Chi-square of the persons against the planned shares; where too few are expected for
-- the test (5, after Cochran 1954, Biometrics 10, 417-451), nothing is said.
totals as (
    select
        experiment_id,
        scheme,
        starting_group,
        sum(persons) as persons,
        min(planned_share) as smallest_share,
        cast(count(*) - 1 as integer) as degrees,
        sum(
            cast(persons as double) * persons / nullif(cast(planned_share as double), 0)
        ) as weighted_squares
    from samples
    group by experiment_id, scheme, starting_group
),

ratios as (
    select
        experiment_id,
        scheme,
        starting_group,
        degrees,
        case
            when persons * smallest_share >= 5 then weighted_squares / persons - persons
        end as chi_square
    from totals
)

select
    samples.experiment_id,
    samples.variant,
    samples.scheme,
    samples.starting_group,
    samples.persons,
    samples.moved_up,
    samples.moved_down,
    samples.stayed,
    samples.persons - samples.moved_up - samples.moved_down - samples.stayed
        as unknown_at_start,
    samples.bought,
    samples.in_several_variants,
    {%- for measure in ['moved_up', 'moved_down', 'stayed', 'bought'] %}
    {{ compared_shares(measure) }},
    {%- endfor %}
    {%- for measure, scale in [('orders', 6), ('revenue', 4)] %}
    {{ compared_means(measure, scale) }},
    {%- endfor %}
    {%- for measure in ['earlier_orders', 'earlier_revenue'] %}
    {{ compared_balance(measure) }},
    {%- endfor %}
    cast({{ rounded('ratios.chi_square', 4) }} as decimal(18, 4))
        as sample_ratio_chi_square,
    ratios.chi_square > {{ chi_square_limit('ratios.degrees') }}
        as has_sample_ratio_mismatch,
    samples.is_control,
    windows.is_horizon_over,
    windows.starts_on,
    windows.measured_on
from samples
inner join windows on samples.experiment_id = windows.experiment_id
inner join ratios
    on
        samples.experiment_id = ratios.experiment_id
        and samples.scheme = ratios.scheme
        and samples.starting_group = ratios.starting_group
-- The control itself is compared with nothing.
left join controls
    on
        samples.experiment_id = controls.experiment_id
        and samples.variant = controls.variant
        and samples.scheme = controls.scheme
        and samples.starting_group = controls.starting_group
