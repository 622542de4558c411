"""Two source systems in one warehouse: their keys never meet."""

from __future__ import annotations

from pathlib import Path

from pipeline import run_pipeline

SHOP_ORDERS = """\
order_id,customer_id,ordered_at,status,total_amount
536365,17850,2010-12-02 09:00:00,paid,10.50
"""
RETAIL_LINES = """\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,LANTERN,6,12/1/2010 8:26,2.55,17850,United Kingdom
C536379,85123A,LANTERN,-2,12/2/2010 9:41,2.55,17850,United Kingdom
"""


def test_same_order_and_customer_number_in_two_systems(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "orders.csv").write_text(SHOP_ORDERS)
    retail = tmp_path / "retail.csv"
    retail.write_text(RETAIL_LINES)
    warehouse = run_pipeline(
        tmp_path / "raw",
        tmp_path / "shop.duckdb",
        {
            "source_systems": ["shop", "online_retail"],
            "online_retail_path": str(retail),
            "reporting_timezone": "Europe/London",
            "reporting_currency": "GBP",
        },
    )
    assert warehouse.rows(
        'select "system", identifier_value, lifetime_orders,'
        " cast(lifetime_revenue as double)"
        " from marts.person_identifiers inner join marts.persons using (person_id)"
        " order by 1"
    ) == [("online_retail", "17850", 1, 10.2), ("shop", "17850", 1, 10.5)]
    assert warehouse.rows(
        "select source_system, kind = 'closing', cast(sum(amount) as double)"
        " from marts.revenue_ledger where kind <> 'memo' group by all order by all"
    ) == [
        ("online_retail", False, 10.2),
        ("online_retail", True, 10.2),
        ("shop", False, 10.5),
        ("shop", True, 10.5),
    ]
