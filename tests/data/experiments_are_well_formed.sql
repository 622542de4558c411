-- Every test of seed experiments can be run as it is written there. A row here is a
-- test and what is wrong with it.
with experiments as (
    select * from {{ ref('experiments') }}
),

labels as (
    select * from {{ ref('int_segments__labels') }}
),

variants as (
    select
        experiment_id,
        count(*) as variants,
        count(case when is_control then 1 end) as controls,
        min(share) as smallest_share,
        sum(share) as shares
    from {{ ref('experiment_variants') }}
    group by experiment_id
),

judged as (
    select
        experiments.experiment_id,
        case
            when coalesce(variants.variants, 0) not between 2 and 10
                then 'has no 2 to 10 variants'
            when variants.controls != 1 then 'has not exactly one control'
            when variants.shares != 1 then 'shares do not sum to 1'
            when variants.smallest_share <= 0 then 'a share is not above 0'
            when experiments.horizon_days < 1 then 'horizon is not a day at least'
            when experiments.ends_on < experiments.starts_on
                then 'ends before it starts'
            when (experiments.scheme is null) = (experiments.audience is null)
                then 'names not exactly one of scheme and audience'
            when experiments.scheme not in ('lifecycle', 'rfm')
                then 'scheme is not lifecycle or rfm'
            when experiments.segment is not null and labels.segment is null
                then 'the scheme has no such segment (of the rfm preset in use)'
        end as problem
    from experiments
    left join variants on experiments.experiment_id = variants.experiment_id
    left join labels
        on
            experiments.scheme = labels.scheme
            and experiments.segment = labels.segment
)

select * from judged
where problem is not null
