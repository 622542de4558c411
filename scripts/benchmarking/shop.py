"""A synthetic shop of any size, in Parquet, the same in every run."""

from __future__ import annotations

import threading
import time
from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarking.measuring import megabytes, open_database, size_of

LAST_DAY = date(2024, 12, 31)
EVENTS_PER_ORDER = 5
PRODUCTS = 500
CATEGORIES = 20

# Orders per person: a Weibull distribution of this shape, so that a fifth never buys
# and the best buy hundreds of times; and the mean of that distribution at scale 1.
SHAPE = 0.6
MEAN = 1.5046


@dataclass(frozen=True)
class Shop:
    """What kind of shop is made.

    Args:
        persons: Number of customer accounts.
        orders_per_person: Mean number of orders of an account.
        months: Whole calendar months of data, up to LAST_DAY.
        voids: Share of the orders that are cancelled or refunded, 0 to 1.
        sittings: Share of the orders before which somebody sat at the web shop, 0 to 1.
    """

    persons: int
    orders_per_person: float = 20
    months: int = 36
    voids: float = 0.04
    sittings: float = 1

    @property
    def first_day(self) -> date:
        """The first day of the first month."""
        month = LAST_DAY.year * 12 + LAST_DAY.month - self.months
        return date(month // 12, month % 12 + 1, 1)

    @property
    def period_ends(self) -> list[date]:
        """The last days of all months."""
        ends = []
        for month in range(self.months):
            number = self.first_day.month - 1 + month
            year, month_of_year = self.first_day.year + number // 12, number % 12 + 1
            ends.append(date(year, month_of_year, monthrange(year, month_of_year)[1]))
        return ends


def share(*parts: str) -> str:
    """A pseudo-random number from 0 to below 1, the same in every run.

    Args:
        parts: SQL expressions that it hangs on.
    """
    return f"((hash({', '.join(parts)}) >> 12) / 4503599627370496.0)"


def customers_sql(shop: Shop) -> str:
    """One row per account; half a year's sign-ups come before anything else."""
    days = (LAST_DAY - shop.first_day).days
    return f"""
        select
            'c' || person as customer_id,
            'c' || person || '@example.org' as email,
            '+84' || (900000000 + person) as phone,
            {share("person", "'consent'")} < 0.6 as email_consent,
            {share("person", "'call'")} < 0.4 as phone_consent,
            timestamp '{shop.first_day} 12:00:00' + to_hours(cast(
                24 * {days} * {share("person", "'joined'")} * 0.9 as integer
            )) as signed_up_at
        from range({shop.persons}) as persons(person)
    """


def orders_sql(shop: Shop) -> str:
    """One row per order, times in UTC; the first and the last day have one each."""
    seconds = 86400 * ((LAST_DAY - shop.first_day).days + 1) - 2
    scale = shop.orders_per_person / MEAN
    drawn = share("person", "'orders'")
    count = f"cast({scale} * power(-ln(1 - {drawn}), {1 / SHAPE}) as integer)"
    return f"""
        with numbered as (
            select
                person,
                {share("person", "'joined'")} * 0.9 as joined,
                {share("person", "'stays'")} as stays,
                unnest(range(case
                    when person = 0 then greatest({count}, 2) else {count}
                end)) as number
            from range({shop.persons}) as persons(person)
        ),

        drawn as (
            select
                *,
                'c' || person as customer_id,
                person || '-' || number as order_id,
                case
                    when person = 0 and number = 0 then 0
                    when person = 0 and number = 1 then 1
                    else joined + (1 - joined) * sqrt(stays)
                        * {share("person", "number", "'time'")}
                end as moment,
                {share("person", "number", "'fate'")} as fate
            from numbered
        ),

        dated as (
            select
                *,
                timestamp '{shop.first_day}' - interval 7 hours
                + to_seconds(cast({seconds} * moment as bigint)) as ordered_at
            from drawn
        )

        select
            order_id,
            customer_id,
            ordered_at,
            case
                when fate < {shop.voids / 2} then 'cancelled'
                else 'completed'
            end as status,
            cast(1000 * round(
                20 + 400 * power({share("person", "number", "'amount'")}, 4)
                * (0.5 + {share("person", "'means'")})
            ) as decimal(18, 2)) as total_amount,
            case
                when fate < {shop.voids / 2} then ordered_at
                    + to_hours(cast(200 * {share("person", "number", "'until'")}
                    as integer))
            end as cancelled_at
        from dated
    """


def refunds_sql(shop: Shop, orders: Path) -> str:
    """One row per refund: half of them in full, half of them of a part."""
    return f"""
        select
            'r' || order_id as refund_id,
            order_id,
            ordered_at + to_hours(cast(
                24 * 30 * {share("order_id", "'refunded'")} as integer
            )) as refunded_at,
            cast(case
                when {share("order_id", "'part'")} < 0.5 then total_amount
                else round(total_amount / 4)
            end as decimal(18, 2)) as amount
        from read_parquet('{orders}')
        where
            status = 'completed'
            and {share("order_id", "'refund'")} < {shop.voids / 2}
    """


def products_sql() -> str:
    """One row per product, of which the first tenth is new every year."""
    return f"""
        select
            'p' || product as product_id,
            'product ' || product as product_name,
            'category ' || product % {CATEGORIES} as category,
            timestamp '{LAST_DAY}' - to_days(cast(product as integer) * 2)
                as launched_at
        from range({PRODUCTS}) as products(product)
    """


def order_items_sql(orders: Path) -> str:
    """One or two lines of every order, half of its amount each."""
    return f"""
        select
            order_id,
            line_number,
            {product_of("order_id", "line_number")} as product_id,
            1 as quantity,
            total_amount / 2 as unit_price
        from (
            select
                *,
                unnest(range(1, case
                    when {share("order_id", "'lines'")} < 0.5 then 2 else 3
                end)) as line_number
            from read_parquet('{orders}')
        ) as lines
    """


def product_of(*parts: str) -> str:
    """A product, the first ones more often.

    Args:
        parts: SQL expressions that it hangs on.
    """
    drawn = share(*parts, "'product'")
    return f"'p' || cast(floor({PRODUCTS} * power({drawn}, 2)) as integer)"


def web_events_sql(shop: Shop, orders: Path) -> str:
    """A sitting of five events before orders; one in ten is a stranger's.

    A sitting lasts a quarter of an hour; half of them end within four hours of the
    order, the others lie up to ten days before it.
    """
    types = "['page_view', 'product_view', 'search', 'add_to_cart', 'checkout']"
    devices = "['mobile', 'mobile', 'desktop', 'tablet']"
    systems = "['Android', 'iOS', 'Windows', 'iOS']"
    browsers = "['Chrome', 'Safari', 'Edge', 'Safari']"
    is_stranger = share("order_id", "'who'") + " < 0.1"
    days_before = "10 * power(" + share("order_id", "'sitting'") + ", 6)"
    device = f"cast(floor(4 * {share('anonymous_id')}) as integer) + 1"
    has_product = "event_type in ('product_view', 'add_to_cart')"
    return f"""
        select
            event_id,
            occurred_at,
            anonymous_id,
            customer_id,
            event_type,
            'https://shop.example/' || event_type as page_url,
            case when {has_product} then product_id end as product_id,
            case
                when {has_product} and step % 2 = 0
                    then 'category ' || cast(substr(product_id, 2) as integer)
                        % {CATEGORIES}
            end as category,
            case
                when step = 4 then 'https://www.google.com/'
                else 'https://shop.example/'
            end as referrer_url,
            case when step = 4 then 'facebook' end as utm_source,
            case when step = 4 then 'paid' end as utm_medium,
            case when step = 4 then 'campaign ' || month(occurred_at) end
                as utm_campaign,
            list_extract({devices}, {device}) as device_type,
            list_extract({systems}, {device}) as os,
            list_extract({browsers}, {device}) as browser
        from (
            select
                step,
                'e' || order_id || '-' || step as event_id,
                greatest(
                    ordered_at - to_seconds(cast(
                        86400 * {days_before}
                        + 180 * (step + {share("order_id", "step")}) as integer
                    )),
                    timestamp '{shop.first_day}' - interval 7 hours
                ) as occurred_at,
                case
                    when {is_stranger}
                        then 'v' || cast(floor({max(shop.persons // 2, 1)}
                            * {share("order_id", "'visitor'")}) as bigint)
                    else 'a' || customer_id || '-' || length(order_id) % 2
                end as anonymous_id,
                case
                    when not {is_stranger}
                        and {share("order_id", "step", "'signed in'")} < 0.6
                        then customer_id
                end as customer_id,
                list_extract({types}, 5 - step) as event_type,
                {product_of("order_id", "1")} as product_id
            from (
                select *, unnest(range({EVENTS_PER_ORDER})) as step
                from read_parquet('{orders}')
                where {share("order_id", "'sits'")} < {shop.sittings}
            ) as steps
        ) as events
    """


@contextmanager
def reporting_growth(path: Path) -> Iterator[None]:
    """Print the size of a file that is being written, every ten seconds."""
    done = threading.Event()

    def report() -> None:
        while not done.wait(10):
            if path.exists():
                print(f"  {path.name}: {megabytes(size_of(path))} so far")

    thread = threading.Thread(target=report, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def make_shop(shop: Shop, folder: Path, settings: dict[str, str]) -> dict[str, int]:
    """Write the raw tables, each in one stream, so that memory does not grow with them.

    Args:
        shop: What is made.
        folder: Where to; it is made if it is not there.
        settings: Of the engine.

    Returns:
        Rows by table.
    """
    folder.mkdir(parents=True, exist_ok=True)
    orders = folder / "orders.parquet"
    tables: dict[str, Callable[[], str]] = {
        "customers": lambda: customers_sql(shop),
        "orders": lambda: orders_sql(shop),
        "products": products_sql,
        "order_items": lambda: order_items_sql(orders),
        "web_events": lambda: web_events_sql(shop, orders),
    }
    if shop.voids > 0:
        tables["refunds"] = lambda: refunds_sql(shop, orders)
    rows = {}
    with open_database(":memory:", settings) as engine:
        for table, sql in tables.items():
            started = time.perf_counter()
            path = folder / f"{table}.parquet"
            with reporting_growth(path):
                engine.execute(f"copy ({sql()}) to '{path}' (format parquet)")
            (rows[table],) = engine.sql(
                f"select count(*) from read_parquet('{path}')"
            ).fetchone()
            print(
                f"  {table}: {rows[table]:,} rows, {megabytes(size_of(path))},"
                f" {time.perf_counter() - started:,.0f} s",
                flush=True,
            )
    return rows
