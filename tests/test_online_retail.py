"""The UCI Online Retail data: what is published about it, and an oracle for refunds.

The fixture `online_retail_warehouse` (conftest.py) is a read-only connection to a build
on the real file; the tests are skipped where the file is absent.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import pytest
from pipeline import PipelineError, Warehouse, run_pipeline

from scripts.dbt_plugins.excel import Plugin, extension_path

if TYPE_CHECKING:
    from pathlib import Path

Taken = Counter[tuple[str, str | None, str, Decimal]]
"""Units by (cancellation, order or None, product, price)."""


def replay_stacks(connection: duckdb.DuckDBPyConnection) -> Taken:
    """Match cancellations the plain way: one stack of sold units per article.

    Args:
        connection: Reads the classified invoice lines.

    Returns:
        Units taken back, with None as the order of those that match nothing.
    """
    moves = connection.execute(
        """
        select invoice_no, customer_id, product_id, unit_price, line_class,
            cast(sum(quantity) as bigint), invoiced_at
        from staging.base_online_retail__invoice_lines
        where line_class in ('sold', 'cancellation')
        group by all
        order by invoiced_at, line_class desc, invoice_no
        """
    ).fetchall()
    stacks: dict[tuple[str, str, Decimal], list[list]] = {}
    taken: Taken = Counter()
    for invoice, customer, product, price, line_class, quantity, _ in moves:
        stack = stacks.setdefault((customer, product, price), [])
        if line_class == "sold":
            if customer is not None:
                stack.append([invoice, quantity])
            continue
        wanted = -quantity
        while wanted and stack:
            units = min(wanted, stack[-1][1])
            taken[invoice, stack[-1][0], product, price] += units
            wanted -= units
            stack[-1][1] -= units
            if stack[-1][1] == 0:
                stack.pop()
        if wanted:
            taken[invoice, None, product, price] += wanted
    return taken


def test_known_totals(online_retail_warehouse: duckdb.DuckDBPyConnection) -> None:
    totals = online_retail_warehouse.execute(
        """
        select count(distinct customer_id), count(*), sum(order_amount)
        from staging.stg_online_retail__orders
        where customer_id is not null
        """
    ).fetchone()
    assert totals == (4338, 18532, Decimal("8911407.9040"))


def test_ledger_lines(online_retail_warehouse: duckdb.DuckDBPyConnection) -> None:
    ledger = dict(
        online_retail_warehouse.execute(
            "select line, amount from staging.stg_online_retail__ledger_lines"
        ).fetchall()
    )
    assert ledger == {
        "raw_revenue": Decimal("9747747.9340"),
        "orders_with_customer": Decimal("8911407.9040"),
        "orders_without_customer": Decimal("1744214.5800"),
        "refunds": Decimal("-464239.7700"),
        "unmatched_cancellations": Decimal("-147102.3200"),
        "unmatched_cancellations_without_customer": Decimal("-285470.4000"),
        "bad_debt": Decimal("-11062.0600"),
        "write_offs": 0,
        "free_lines": 0,
        "other_lines": 0,
        "quarantined_lines": 0,
    }
    raw = ledger.pop("raw_revenue")
    assert raw == sum(ledger.values())


def test_ledger_by_another_road(
    online_retail_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    def amount(sql: str) -> Decimal:
        return online_retail_warehouse.execute(sql).fetchone()[0]

    ledger = "select sum(amount) from staging.stg_online_retail__ledger_lines"
    assert amount(f"{ledger} where line = 'raw_revenue'") == amount(
        """
        select sum(
            cast(Quantity as decimal(18, 4)) * cast(UnitPrice as decimal(18, 4))
        )
        from raw_online_retail.invoice_lines
        """
    )
    assert amount(f"{ledger} where line like 'orders_with%'") == amount(
        "select sum(order_amount) from staging.stg_online_retail__orders"
    )
    assert amount(f"{ledger} where line like 'orders_with%'") == amount(
        "select sum(line_amount) from staging.stg_online_retail__order_items"
    )
    assert -amount(f"{ledger} where line = 'refunds'") == amount(
        "select sum(refund_amount) from staging.stg_online_retail__refunds"
    )
    assert amount(
        f"{ledger} where line = 'refunds' or line like 'unmatched%'"
    ) == Decimal("-896812.4900")


def test_every_line_has_one_class(
    online_retail_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    classes = dict(
        online_retail_warehouse.execute(
            """
            select line_class, count(*)
            from staging.base_online_retail__invoice_lines
            group by line_class
            """
        ).fetchall()
    )
    assert classes == {
        "sold": 530_103,
        "cancellation": 9_288,
        "free": 1_179,
        "write_off": 1_336,
        "bad_debt": 3,
    }
    counts = online_retail_warehouse.execute(
        """
        select rows_read, rows_staged, duplicates_folded, rows_quarantined
        from staging.stg_online_retail__row_counts
        """
    ).fetchone()
    assert counts == (541_909, 541_909, 0, 0)


def test_refunds_are_those_of_plain_stacks(
    online_retail_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    matched = {
        (cancellation, order, product, price): quantity
        for cancellation, order, product, price, quantity in (
            online_retail_warehouse.execute(
                """
                select cancellation_id, order_id, product_id, unit_price, quantity
                from staging.base_online_retail__matched_cancellations
                """
            ).fetchall()
        )
    }
    assert matched == replay_stacks(online_retail_warehouse)


def test_refunds_fit_their_orders(
    online_retail_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    misfits = online_retail_warehouse.execute(
        """
        select orders.order_id
        from staging.stg_online_retail__refunds as refunds
        join staging.stg_online_retail__orders as orders using (order_id)
        group by orders.order_id, orders.order_amount, orders.ordered_at
        having
            sum(refunds.refund_amount) > orders.order_amount
            or min(refunds.refunded_at) < orders.ordered_at
        """
    ).fetchall()
    assert misfits == []


LINES = """
    select
        invoice as "InvoiceNo", 'a1' as "StockCode", 'LANTERN £' as "Description",
        quantity as "Quantity", minute as "InvoiceDate", 2.55 as "UnitPrice",
        customer as "CustomerID", 'EIRE' as "Country"
    from (values
        ('1', 6, timestamp '2010-12-01 08:26:00', 17850),
        ('2', 5, timestamp '2011-07-01 00:10:00', null),
        ('C3', -4, timestamp '2011-07-02 12:50:00', 17850)
    ) as lines (invoice, quantity, minute, customer)
"""

SPELLINGS = {
    "typed.parquet": f"copy ({LINES}) to '{{file}}' (format parquet)",
    "text.parquet": f"copy (select columns(*)::varchar from ({LINES})) to '{{file}}'",
    "iso.csv": f"copy ({LINES}) to '{{file}}' (header)",
    "published.csv": (
        "copy (select * replace ("
        'strftime("InvoiceDate", \'%-m/%-d/%Y %-H:%M\') as "InvoiceDate",'
        f' "CustomerID"::double as "CustomerID") from ({LINES})) to \'{{file}}\''
        " (header)"
    ),
    "sheet.xlsx": f"copy ({LINES}) to '{{file}}' (format xlsx, header true)",
}
"""How to write the same three invoice lines: file name -> SQL."""


def build_staging(file: Path) -> Warehouse:
    """Build the staging models of the source system on one file.

    Args:
        file: Published invoice lines.

    Returns:
        The warehouse; its database file stands beside the file.
    """
    (file.parent / "raw").mkdir(exist_ok=True)
    return run_pipeline(
        file.parent / "raw",
        file.parent / "retail.duckdb",
        {
            "source_systems": ["online_retail"],
            "online_retail_path": str(file),
            "reporting_timezone": "Europe/London",
            "reporting_currency": "GBP",
        },
        select="path:models/staging/online_retail",
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder, so that the project is parsed once."""
    return tmp_path_factory.mktemp("online_retail")


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_spelling_of_the_file_is_read(name: str, folder: Path) -> None:
    if name.endswith(".xlsx") and extension_path() is None:
        pytest.skip("duckdb-extension-excel does not fit the DuckDB in use")
    file = folder / name
    with duckdb.connect() as connection:
        Plugin(name="excel", plugin_config={}).configure_connection(connection)
        connection.execute(SPELLINGS[name].format(file=file))
    warehouse = build_staging(file)
    orders = warehouse.rows(
        """
        select order_id, customer_id, order_amount, strftime(ordered_at, '%x %X'),
            cast(ordered_on as varchar)
        from staging.stg_online_retail__orders order by order_id
        """
    )
    assert orders == [
        ("1", "17850", Decimal("15.3000"), "2010-12-01 08:26:00", "2010-12-01"),
        ("2", None, Decimal("12.7500"), "2011-06-30 23:10:00", "2011-07-01"),
    ]
    refunds = warehouse.rows(
        """
        select refund_id, order_id, refund_amount
        from staging.stg_online_retail__refunds
        """
    )
    assert refunds == [("C3/1", "1", Decimal("10.2000"))]


def test_an_unusable_line_is_quarantined_and_costs_nothing_else(folder: Path) -> None:
    file = folder / "dirty.csv"
    file.write_text(
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,"
        "Country\n"
        "1,a1,LANTERN,6,12/1/2010 8:26,2.55,17850,EIRE\n"
        "1,a1,LANTERN,six,12/1/2010 8:26,2.55,17850,EIRE\n"
        ',a1,"O\'Brien, ""Đèn""",6,12/1/2010 8:26,2.55,17850,EIRE\n',
        encoding="utf-8",
    )
    warehouse = build_staging(file)
    assert warehouse.rows(
        """
        select record_key, reason, column_name, row_json ->> 'Quantity'
        from staging.stg_online_retail__quarantined_rows order by record_key
        """
    ) == [
        ("1|a1", "unreadable_value", "Quantity", "six"),
        ("|a1", "missing_value", "InvoiceNo", "6"),
    ]
    assert warehouse.rows(
        """
        select rows_read, rows_staged, duplicates_folded, rows_quarantined
        from staging.stg_online_retail__row_counts
        """
    ) == [(3, 1, 0, 2)]


def test_a_file_without_a_column_stops_with_its_name(folder: Path) -> None:
    file = folder / "other.csv"
    file.write_text("InvoiceNo,StockCode\n1,a1\n", encoding="utf-8")
    with pytest.raises(PipelineError, match="no column `Description`") as caught:
        build_staging(file)
    assert "other.csv" in str(caught.value)
