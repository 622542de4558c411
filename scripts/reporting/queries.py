"""What the report asks the marts: sums and counts, never a row of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]
Answers = dict[str, list[Row]]

PERIODS = 6
"""Month ends whose moves can be chosen on the page."""

SPENT = """
    case
        when (
            select setting_value from marts.rules where setting = 'monetary_measure'
        ) = 'average_order_value' then frequency * monetary
        else monetary
    end
"""
"""What a person of person_segments spent in the window: monetary may be an average."""

QUERIES = {
    "as_of": """
        select
            max(as_of_date) as as_of_date,
            count(*) as persons,
            count(*) filter (where rfm_segment <> 'interested') as scored
        from marts.person_segments
    """,
    "persons": """
        select
            count(*) as persons,
            count(*) filter (where lifetime_orders > 0) as buyers,
            count(*) filter (where lifetime_orders = 1) as one_time_buyers,
            count(*) filter (where is_reachable) as reachable,
            coalesce(sum(lifetime_revenue), 0) as lifetime_revenue
        from marts.persons
    """,
    "rules": "select scope, setting, setting_value from marts.rules",
    "segments": "select scheme, segment, label_en, label_vi from marts.segments",
    "goodness": """
        select
            rfm_segment as segment,
            avg(recency_score + frequency_score + monetary_score) as goodness
        from marts.rfm_scores
        group by rfm_segment
        order by goodness, segment
    """,
    "standing": """
        with today as (
            select
                max(as_of_date) as today,
                max(as_of_date) - 1 as yesterday,
                cast(max(as_of_date) - interval 1 month as date) as month_ago
            from marts.person_segments
        )
        select
            segment,
            count(*) filter (
                where valid_from <= today and (valid_to is null or valid_to > today)
            ) as today,
            count(*) filter (
                where valid_from <= yesterday
                and (valid_to is null or valid_to > yesterday)
            ) as yesterday,
            count(*) filter (
                where valid_from <= month_ago
                and (valid_to is null or valid_to > month_ago)
            ) as month_ago,
            max(month_ago) as month_ago_on
        from marts.segment_history, today
        where scheme = 'lifecycle'
        group by segment
        order by segment
    """,
    "sizes": """
        select
            scheme, period_end, segment, persons, entered, "left", orders, revenue
        from marts.segment_summary
        where period_end > (
            select max(period_end) - interval 60 month from marts.segment_summary
        )
        order by scheme, period_end, segment
    """,
    "transitions": f"""
        with chosen as (
            select distinct period_end
            from marts.segment_transitions
            order by period_end desc
            limit {PERIODS}
        )
        select scheme, period_end, from_segment, to_segment, persons, share_of_from
        from marts.segment_transitions
        where period_end in (select period_end from chosen)
        order by scheme, period_end, from_segment nulls first, to_segment
    """,
    "reasons": f"""
        with chosen as (
            select distinct period_end
            from marts.segment_transitions
            order by period_end desc
            limit {PERIODS}
        )
        select
            scheme,
            last_day(migrated_on) as period_end,
            direction,
            reason,
            count(*) as moves
        from marts.segment_migrations
        where
            migrated_on > (
                select last_day(min(period_end) - interval 1 month) from chosen
            )
            and migrated_on <= (select max(period_end) from chosen)
        group by scheme, last_day(migrated_on), direction, reason
        order by scheme, period_end, moves desc, direction, reason
    """,
    "scores": f"""
        select
            recency_score, frequency_score, monetary_score,
            count(*) as persons, sum({SPENT}) as monetary
        from marts.person_segments
        where recency_score > 0
        group by recency_score, frequency_score, monetary_score
        order by recency_score, frequency_score, monetary_score
    """,
    "thresholds": """
        select factor, score, lower_bound, method, is_provisional, period_end
        from marts.rfm_thresholds
        where period_end = (select max(period_end) from marts.rfm_thresholds)
        order by factor, score
    """,
    "order_counts": """
        select
            case
                when lifetime_orders < 5 then cast(lifetime_orders as varchar)
                when lifetime_orders < 10 then '5–9'
                else '10+'
            end as orders,
            count(*) as buyers,
            sum(lifetime_revenue) as revenue
        from marts.persons
        where lifetime_orders > 0
        group by 1
        order by min(lifetime_orders)
    """,
    "concentration": """
        with ranked as (
            select
                lifetime_revenue,
                row_number() over (order by lifetime_revenue desc) as place,
                count(*) over () as buyers
            from marts.persons
            where lifetime_orders > 0
        )
        select
            cast(ceil(100 * place / buyers) as integer) as percent,
            count(*) as buyers,
            sum(lifetime_revenue) as revenue
        from ranked
        group by 1
        order by 1
    """,
    "value_tiers": """
        select
            value_tier,
            count(*) as buyers,
            sum(lifetime_revenue) as revenue,
            max(cumulative_revenue_share) as cumulative_revenue_share
        from marts.persons
        where value_tier is not null
        group by value_tier
        order by cumulative_revenue_share
    """,
    "cohorts": """
        with today as (
            select max(as_of_date) as as_of_date from marts.person_segments
        ),

        -- One bit for every month since the first order.
        buyers as (
            select
                persons.first_order_on,
                bit_or(
                    1 << date_diff('month', persons.first_order_on, orders.ordered_on)
                ) as months
            from marts.orders
            inner join marts.persons on orders.person_id = persons.person_id
            cross join today
            where
                orders.standing = 'counted'
                and (orders.counts_until is null or orders.counts_until > as_of_date)
                and last_day(orders.ordered_on) <= as_of_date
                and persons.first_order_on >= (
                    select date_trunc('month', max(first_order_on)) - interval 23 month
                    from marts.persons
                )
                and date_diff('month', persons.first_order_on, orders.ordered_on)
                between 0 and 12
            group by orders.person_id, persons.first_order_on
        )

        select
            cast(date_trunc('month', first_order_on) as date) as first_month,
            cast(months_since as integer) as months_since,
            count(*) as buyers
        from buyers
        cross join range(13) as numbers (months_since)
        where months & (1 << months_since) <> 0
        group by 1, 2
        order by 1, 2
    """,
    "upcoming": f"""
        select
            days_left, change_on, current_group, upcoming.next_group, reason,
            count(*) as persons,
            coalesce(sum({SPENT}), 0) as monetary
        from marts.upcoming_migrations as upcoming
        inner join marts.person_segments
            on upcoming.person_id = person_segments.person_id
        where days_left <= 30
        group by days_left, change_on, current_group, upcoming.next_group, reason
        order by days_left, current_group, upcoming.next_group, reason
    """,
    "experiments": """
        select
            experiment_id, variant, scheme, persons, bought,
            moved_up, moved_up_share, moved_up_difference, moved_up_lower,
            moved_up_upper, is_control, is_horizon_over,
            has_sample_ratio_mismatch, starts_on, measured_on
        from marts.experiment_results
        where starting_group = 'all'
        order by experiment_id, scheme, is_control desc, variant
    """,
    "audiences": """
        select
            audience, label_en, label_vi, persons, persons_capped,
            persons_to_contact, email_reachable_share, phone_reachable_share
        from marts.audience_summary
        order by persons desc, audience
    """,
    "alerts": """
        select
            alert_id, severity, message_en, message_vi, look_at_en, look_at_vi
        from marts.segment_alerts
        order by severity, alert_id
    """,
    "row_counts": """
        select
            source_system, source_table, rows_read, rows_staged,
            duplicates_folded + corrections_folded as duplicates_folded,
            rows_quarantined
        from marts.row_counts
        order by source_system, rows_read desc, source_table
    """,
    "quarantined": """
        select source_table, reason, count(*) as quarantined
        from marts.quarantined_rows
        group by source_table, reason
        order by source_table, reason
    """,
    "ledger": """
        select
            source_system, line, kind, label_en, label_vi, line_number, orders, amount
        from marts.revenue_ledger
        order by source_system, line_number
    """,
}
"""Query by name. Each is answered with some hundred rows at most, at any size."""

LATER = {
    "experiments": "experiment_results",
    "audiences": "audience_summary",
    "alerts": "segment_alerts",
}
"""Query -> a mart that a publication may lack: its part of the page is left out."""


def ask(connection: duckdb.DuckDBPyConnection) -> Answers:
    """Ask the marts everything.

    Args:
        connection: The marts are read as `marts.<name>` in it.

    Returns:
        Rows by query; none for a mart that is not there.
    """
    marts = {
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables()"
            " where schema_name = 'marts' or database_name = 'marts'"
        ).fetchall()
    }
    answers: Answers = {}
    for name, sql in QUERIES.items():
        answers[name] = []
        if LATER.get(name) in marts or name not in LATER:
            cursor = connection.execute(sql)
            columns = [column[0] for column in cursor.description]
            answers[name] = [
                dict(zip(columns, row, strict=True)) for row in cursor.fetchall()
            ]
    return answers
