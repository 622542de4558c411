"""The views of docs/exports.md read the exports that they are for."""

from __future__ import annotations

import csv
import gzip
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import yaml
from pipeline import PROJECT, Warehouse, manifest_for, new_place, run_pipeline, seed

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (PROJECT / "docs" / "exports.md").read_text(encoding="utf-8")

SHOPIFY = (
    "Name,Email,Financial Status,Currency,Shipping,Total,Discount Code,Discount Amount,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,"
    "Billing Phone,Notes,Cancelled at,Payment Method,Refunded Amount,Source,"
    "Lineitem discount,Phone"
)
SHOPIFY_CUSTOMERS = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,"
    "Default Address City,Default Address Country Code,Default Address Phone,Phone,"
    "Accepts SMS Marketing"
)
WOOCOMMERCE = (
    "order_id,date,status,shipping_total,discount_total,order_total,order_currency,"
    "payment_method,customer_id,billing_email,billing_phone,item_id,item_product_id,"
    "item_sku,item_quantity,item_total,refunds"
)
KIOTVIET = (
    "Chi nhánh,Mã hóa đơn,Thời gian,Mã khách hàng,Tên khách hàng,Điện thoại,Kênh bán,"
    "Giảm giá hóa đơn,Khách cần trả,Trạng thái,Mã hàng,Số lượng,Giá bán"
)
KIOTVIET_RETURNS = "Mã trả hàng,Mã hóa đơn,Thời gian,Đã trả khách"
KIOTVIET_CUSTOMERS = (
    "Mã khách hàng,Tên khách hàng,Điện thoại,Khu vực giao hàng,Ngày sinh,Giới tính,"
    "Email,Ngày tạo"
)

Rows = list[dict[str, Any]]


def write(path: Path, header: str, rows: Rows, by_excel: bool = False) -> None:
    """Write an export.

    Args:
        path: The file.
        header: Its columns.
        rows: What is filled in.
        by_excel: Whether a Vietnamese Excel has saved it.
    """
    with path.open("w", encoding="utf-8-sig" if by_excel else "utf-8", newline="") as f:
        writer = csv.DictWriter(
            f,
            header.split(","),
            delimiter=";" if by_excel else ",",
            lineterminator="\r\n" if by_excel else "\n",
        )
        writer.writeheader()
        writer.writerows(rows)


def section(heading: str, language: str) -> str:
    """What stands below a heading of the page.

    Args:
        heading: The heading.
        language: Of the one block of code that is wanted.
    """
    text = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    (block,) = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return block


def write_pages(folder: Path, name: str, *pages: Rows) -> None:
    """Write the pages of an API, as they come.

    Args:
        folder: Where to.
        name: What is on them.
        pages: What each has.
    """
    for number, page in enumerate(pages, 1):
        (folder / f"{name}_{number:04}.json").write_text(
            json.dumps({name: page}, ensure_ascii=False), encoding="utf-8"
        )


def refund(number: int, **transaction: Any) -> dict[str, Any]:
    """One that paid something back, as Haravan and Sapo write it."""
    paid = {"id": number, "kind": "refund", **transaction}
    return {"id": number + 100, "transactions": [paid]}


def build(
    folder: Path, db_path: Path, system: str, web: str | None = None, **more: str
) -> Warehouse:
    """Build a shop as the page says.

    Args:
        folder: Holds the exports.
        db_path: The DuckDB file.
        system: Heading of the page.
        web: Heading of the system that saw the visitors.
        more: Vars that are the shop's own.
    """
    views = "".join(section(heading, "sql") for heading in (system, web) if heading)
    variables = {**yaml.safe_load(section(system, "yaml")), **more}
    seed(db_path, variables, manifest_for(db_path, variables))
    with duckdb.connect(str(db_path)) as connection:
        connection.execute(views.replace("/data/", f"{folder}/"))
    return run_pipeline(
        folder,
        db_path,
        variables,
        select="+orders +revenue_ledger +quarantined_rows +row_counts",
    )


def told(warehouse: Warehouse) -> dict[str, tuple[Any, ...]]:
    """By order: standing, day, day on which it ends, and what is left of its amount."""
    return {
        row[0]: row[1:]
        for row in warehouse.rows(
            "select order_id, standing, ordered_on, counts_until,"
            " order_amount - coalesce(refunded_amount, 0) from marts.orders"
        )
    }


def revenue(warehouse: Warehouse) -> Decimal:
    """The ledger's last line, where nothing of the export was left out."""
    assert warehouse.rows("select * from marts.quarantined_rows") == []
    ((amount,),) = warehouse.rows(
        "select amount from marts.revenue_ledger where line = 'segmented_revenue'"
    )
    return amount


def person_of(warehouse: Warehouse) -> dict[str, str]:
    """The person of each order that has one."""
    return dict(
        warehouse.rows("select order_id, person_id from marts.orders order by all")
    )


def customers(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """What is staged of customers, as far as APIs of shops say it."""
    return warehouse.rows(
        "select customer_id, full_name, gender, birth_date, province, email_consent"
        " from staging.stg_shop__customers order by all"
    )


def products(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """Id, name and category of the staged products."""
    return warehouse.rows(
        "select product_id, product_name, category from staging.stg_shop__products"
        " order by all"
    )


def test_shopify() -> None:
    folder, db_path = new_place()
    folder.mkdir()

    def order(name: str, status: str, total: str, day: str, **more: str) -> Rows:
        at = f"2024-03-{day} 22:30:00 -0500"
        first = {
            **{"Name": name, "Created at": at, "Financial Status": status},
            **{"Currency": "USD", "Total": total, "Refunded Amount": "0.00"},
            **{"Lineitem quantity": "2", "Lineitem name": "Tee, blue"},
            **{"Lineitem price": "10.00", "Lineitem sku": "T1", "Source": "web"},
            "Notes": "two\nlines",
            **{key.replace("_", " "): value for key, value in more.items()},
        }
        second = {
            **{key: first[key] for key in ("Name", "Created at")},
            **{"Email": first.get("Email"), "Lineitem quantity": "1"},
            **{"Lineitem name": 'Cap 7"', "Lineitem price": "5.50"},
        }
        return [first, second]

    phone = {"Billing_Phone": "'+1 212-555-2368"}
    ann, bob = {"Email": "ann@mail.example"}, {"Email": "bob@mail.example"}
    cancelled = {"Cancelled_at": "2024-03-20 10:00:00 -0400"}
    write(
        folder / "orders_export_1.csv",
        SHOPIFY,
        [
            *order("#1006", "pending", "9.00", "09", **bob),
            *order("#1005", "voided", "7.00", "05", **bob, **cancelled),
            *order("#1004", "paid", "5.00", "04"),
            *order(
                *("#1003", "refunded", "20.00", "03"),
                **{**bob, **cancelled, "Refunded_Amount": "20.00"},
            ),
            *order(
                *("#1002", "partially_refunded", "40.00", "02"),
                **{**phone, "Refunded_Amount": "10.00"},
            ),
            *order("#1001", "paid", "30.00", "01", **ann),
        ],
    )
    customer = {"Customer ID": "'900", "Email": "ann@mail.example", "First Name": "Ann"}
    customer |= {"Phone": "'+12125552368", "Accepts Email Marketing": "yes"}
    write(folder / "customers_export.csv", SHOPIFY_CUSTOMERS, [customer])
    warehouse = build(
        *(folder, db_path, "Shopify"),
        reporting_timezone="America/New_York",
        reporting_currency="USD",
        as_of_date="2024-03-31",
    )
    assert told(warehouse) == {
        "#1001": ("counted", date(2024, 3, 1), None, 30),
        "#1002": ("counted", date(2024, 3, 2), None, 30),
        "#1003": ("counted", date(2024, 3, 3), date(2024, 3, 20), 0),
        "#1004": ("unattributed", date(2024, 3, 4), None, 5),
        "#1005": ("status_voided", date(2024, 3, 5), date(2024, 3, 20), 7),
        "#1006": ("status_pending", date(2024, 3, 9), None, 9),
    }
    assert revenue(warehouse) == 60
    persons = person_of(warehouse)
    assert persons["#1001"] == persons["#1002"] != persons["#1003"]
    assert warehouse.rows(
        "select rows_staged from marts.row_counts where source_table = 'order_items'"
    ) == [(12,)]


def test_woocommerce() -> None:
    folder, db_path = new_place()
    folder.mkdir()

    def order(number: int, status: str, total: int, **more: str) -> Rows:
        """An order of the evening of that day of March, in two lines."""
        row = {
            **{"order_id": number, "status": status, "customer_id": "0"},
            **{"date": f"2024-03-{number - 100:02} 23:30:00", "order_total": total},
            **{"order_currency": "VND", "item_product_id": "11", "item_quantity": "3"},
            **{"item_total": f"{total / 2:.2f}", **more},
        }
        return [{**row, "item_id": f"{number}{line}"} for line in (1, 2)]

    ann, bob = {"billing_email": "ann@mail.example"}, {"billing_phone": "'+84901234567"}
    back = "id:{}|date:2024-03-{} 10\\:00\\:00|amount:{}.00|reason:a\\; b"
    two = ";".join([back.format(91, "09", 10000), back.format(92, "10", 5000)])
    write(
        folder / "orders-export-2024.csv",
        WOOCOMMERCE,
        [
            *order(101, "completed", 150000, **ann, customer_id="7"),
            *order(102, "processing", 90000, billing_email="ANN@mail.example"),
            *order(103, "refunded", 200000, **bob, refunds=back.format(90, 20, 200000)),
            *order(104, "completed", 100000, **bob, customer_id="8", refunds=two),
            *order(105, "on-hold", 70000, **bob),
            *order(106, "cancelled", 60000, **bob),
        ],
    )
    warehouse = build(folder, db_path, "WooCommerce", as_of_date="2024-03-31")
    assert told(warehouse) == {
        "101": ("counted", date(2024, 3, 1), None, 150000),
        "102": ("counted", date(2024, 3, 2), None, 90000),
        "103": ("counted", date(2024, 3, 3), date(2024, 3, 20), 0),
        "104": ("counted", date(2024, 3, 4), None, 85000),
        "105": ("status_on-hold", date(2024, 3, 5), None, 70000),
        "106": ("status_cancelled", date(2024, 3, 6), None, 60000),
    }
    assert revenue(warehouse) == 325000
    persons = person_of(warehouse)
    assert persons["101"] == persons["102"] != persons["103"] == persons["104"]


def test_kiotviet() -> None:
    folder, db_path = new_place()
    folder.mkdir()

    def invoice(number: int, total: str, status: str, *lines: str, **who: str) -> Rows:
        """An invoice of the evening of that day of March, of the prices in `lines`."""
        row = {
            **{"Mã hóa đơn": f"HD{number:06}", "Khách cần trả": total},
            **{"Thời gian": f"{number:02}/03/2024 23:30", "Trạng thái": status},
            **{"Tên khách hàng": "Khách lẻ", "Giảm giá hóa đơn": "0", "Mã hàng": "SP1"},
            **{key.replace("_", " "): value for key, value in who.items()},
        }
        return [{**row, "Giá bán": price, "Số lượng": "0,5"} for price in lines]

    ann = {"Mã_khách_hàng": "KH000001", "Điện_thoại": "901234567"}
    ann_again = {"Mã_khách_hàng": "KH000002", "Điện_thoại": "0901 234 567"}
    bob = {"Mã_khách_hàng": "KH000003"}
    write(
        folder / "DanhSachChiTietHoaDon.csv",
        KIOTVIET,
        [
            *invoice(1, "150.000", "Hoàn thành", "100.000", "200.000", **ann),
            *invoice(2, "90.000", "Hoàn thành", "180.000"),
            *invoice(3, "1.250.000", "Đang xử lý", "2.500.000", **ann_again),
            *invoice(4, "50.000", "Đã hủy", "100.000", **bob),
            *invoice(5, "80.000", "Hoàn thành", "80.000", "80.000", **bob),
        ],
        by_excel=True,
    )
    refund = {"Mã trả hàng": "TH000001", "Mã hóa đơn": "HD000005"}
    refund |= {"Thời gian": "09/03/2024 09:00", "Đã trả khách": "30.000"}
    write(folder / "DanhSachTraHang.csv", KIOTVIET_RETURNS, [refund], by_excel=True)
    customer = {"Mã khách hàng": "KH000003", "Giới tính": "Nữ"}
    customer |= {"Ngày sinh": "15/08/1990", "Ngày tạo": "01/02/2024 08:00:00"}
    write(
        folder / "DanhSachKhachHang.csv", KIOTVIET_CUSTOMERS, [customer], by_excel=True
    )
    warehouse = build(folder, db_path, "KiotViet", as_of_date="2024-03-31")
    assert told(warehouse) == {
        "HD000001": ("counted", date(2024, 3, 1), None, 150000),
        "HD000002": ("unattributed", date(2024, 3, 2), None, 90000),
        "HD000003": ("counted", date(2024, 3, 3), None, 1250000),
        "HD000004": ("status_đã hủy", date(2024, 3, 4), None, 50000),
        "HD000005": ("counted", date(2024, 3, 5), None, 50000),
    }
    assert revenue(warehouse) == 1450000
    persons = person_of(warehouse)
    assert persons["HD000001"] == persons["HD000003"] != persons["HD000005"]
    assert warehouse.rows(
        "select gender, birth_date, cast(signed_up_at as date)"
        " from staging.stg_shop__customers"
    ) == [("nữ", date(1990, 8, 15), date(2024, 2, 1))]


def test_haravan() -> None:
    folder, db_path = new_place()
    folder.mkdir()
    tee = {"id": 1, "product_id": 11, "title": "Áo", "type": "Thời trang"}
    no_sku = {"id": 2, "product_id": None, "sku": "", "title": "Mũ", "type": None}

    def order(number: int, status: str, total: float, **more: Any) -> dict[str, Any]:
        """An order of 23:30 of that day of March in Vietnam, paid for or not."""
        return {
            **{"id": number, "created_at": f"2024-03-{number:02}T16:30:00.1Z"},
            **{"financial_status": status, "total_price": total, "currency": "VND"},
            **{
                "line_items": [
                    line | {"quantity": 2, "price": 600}
                    for line in more.pop("lines", [tee])
                ]
            },
            **{"email": None, "customer": None, "refunds": [], **more},
        }

    def paid_back(number: int, day: int, amount: float, **more: Any) -> dict[str, Any]:
        more = {"amount": -amount, "status": "Thành công", **more}
        return refund(number, created_at=f"2024-03-{day}T01:00:00Z", **more)

    guest = {"id": 900, "email": "guest@haravan.com", "phone": "0281234567"}
    ann = {"id": 7, "email": "ann@mail.example", "phone": "0901234567"}
    bob = {"id": 8, "email": "8.phone@haravan.com", "phone": ""}
    pages = [
        [
            order(1, "paid", 150000.0, customer=ann, email="ann@mail.example"),
            order(
                *(2, "partially_refunded", 90000.0),
                customer=guest,
                email="guest@haravan.com",
                billing_address={"phone": "0901 234 567"},
                refunds=[
                    {"id": 5, "transactions": []},
                    paid_back(51, 9, 10000.0),
                    paid_back(52, 10, 20000.0, status="failure"),
                ],
            ),
        ],
        [
            order(
                3,
                "refunded",
                200000.0,
                customer=bob,
                refunds=[paid_back(53, 20, 200000.0)],
            ),
            order(4, "paid", 5000.0, customer=guest, email="guest@haravan.com"),
            order(
                *(5, "voided", 70000.0),
                customer=bob,
                email="8.phone@haravan.com",
                cancelled_at="2024-03-21T02:00:00Z",
            ),
            order(6, "paid", 60000.0, customer=bob, lines=[tee, no_sku]),
        ],
    ]
    # An order moves to the next page when a newer one comes in between.
    pages[1].append(pages[0][1])
    write_pages(folder, "orders", *pages)
    about = {"first_name": "An", "last_name": "Lê Thị", "gender": 0}
    about |= {"birthday": "1990-08-14T17:00:00Z", "accepts_marketing": True}
    about |= {"created_at": "2024-02-01T01:00:00Z"}
    about |= {"default_address": {"province": "Hồ Chí Minh", "country_code": "vn"}}
    write_pages(folder, "customers", [guest, ann | about, bob])
    warehouse = build(folder, db_path, "Haravan", as_of_date="2024-03-31")
    assert told(warehouse) == {
        "1": ("counted", date(2024, 3, 1), None, 150000),
        "2": ("counted", date(2024, 3, 2), None, 80000),
        "3": ("counted", date(2024, 3, 3), date(2024, 3, 20), 0),
        "4": ("unattributed", date(2024, 3, 4), None, 5000),
        "5": ("status_voided", date(2024, 3, 5), date(2024, 3, 21), 70000),
        "6": ("counted", date(2024, 3, 6), None, 60000),
    }
    assert revenue(warehouse) == 290000
    persons = person_of(warehouse)
    assert persons["1"] == persons["2"] != persons["3"] == persons["6"]
    assert customers(warehouse) == [
        ("7", "Lê Thị An", "female", date(1990, 8, 15), "Hồ Chí Minh", True),
        ("8", None, None, None, None, False),
    ]
    assert products(warehouse) == [("11", "Áo", "Thời trang"), ("Mũ", "Mũ", None)]


def test_sapo() -> None:
    folder, db_path = new_place()
    folder.mkdir()

    def order(number: int, status: str, total: str, **more: Any) -> dict[str, Any]:
        """An order of 23:30 of that day of March in Vietnam, paid for or not."""
        line = {"id": number, "product_id": 11, "title": "Áo", "quantity": 2}
        return {
            **{"id": number, "created_on": f"2024-03-{number:02}T16:30:00Z"},
            **{"financial_status": status, "total_price": total, "currency": "VND"},
            **{"line_items": [line | {"price": "600.0"}], "source_name": "web"},
            **{"payment_gateway_names": ["COD"], "email": None, "customer": None},
            **{"discount_codes": [{"code": "TET"}], "refunds": [], **more},
        }

    def paid_back(number: int, day: int, amount: str, **more: Any) -> dict[str, Any]:
        more = {"amount": amount, "status": "success", **more}
        return refund(number, created_on=f"2024-03-{day}T01:00:00Z", **more)

    ann = {"id": 7, "email": "ann@mail.example", "phone": "+84901234567"}
    bob = {"id": 8, "email": None, "phone": ""}
    failed = paid_back(52, 10, "20000", status="failure")
    captured = paid_back(54, 10, "20000", kind="capture")
    pages = [
        [
            order(1, "paid", "150000.0", customer=ann, email="ann@mail.example"),
            order(
                *(2, "partially_refunded", "90000.0"),
                billing_address={"phone": "0901 234 567"},
                refunds=[paid_back(51, 9, "10000.0"), failed, captured],
            ),
            order(
                *(3, "refunded", "200000"),
                customer=bob,
                refunds=[paid_back(53, 20, "200000")],
            ),
        ],
        [
            order(4, "pending", "5000", customer=ann),
            order(
                *(5, "paid", "70000"),
                customer=bob,
                cancelled_on="2024-03-21T02:00:00Z",
            ),
        ],
    ]
    # An order moves to the next page when a newer one comes in between.
    pages[1].append(pages[0][1])
    write_pages(folder, "orders", *pages)
    about = {"first_name": "An", "last_name": "Lê Thị", "gender": "Female"}
    about |= {"dob": "1990-08-15", "accepts_marketing": True}
    about |= {"created_on": "2024-02-01T01:00:00Z"}
    about |= {"default_address": {"province": "Hồ Chí Minh"}}
    write_pages(folder, "customers", [ann | about, bob])
    shirt = {"id": 11, "name": "Áo", "product_type": "Thời trang"}
    hat = {"id": 12, "name": "Mũ", "product_type": ""}
    write_pages(folder, "products", [shirt, hat])
    warehouse = build(folder, db_path, "Sapo", as_of_date="2024-03-31")
    assert told(warehouse) == {
        "1": ("counted", date(2024, 3, 1), None, 150000),
        "2": ("counted", date(2024, 3, 2), None, 80000),
        "3": ("counted", date(2024, 3, 3), date(2024, 3, 20), 0),
        "4": ("status_pending", date(2024, 3, 4), None, 5000),
        "5": ("counted", date(2024, 3, 5), date(2024, 3, 21), 70000),
    }
    assert revenue(warehouse) == 230000
    persons = person_of(warehouse)
    assert persons["1"] == persons["2"] == persons["4"] != persons["3"] == persons["5"]
    assert customers(warehouse) == [
        ("7", "Lê Thị An", "female", date(1990, 8, 15), "Hồ Chí Minh", True),
        ("8", None, None, None, None, False),
    ]
    assert products(warehouse) == [("11", "Áo", "Thời trang"), ("12", "Mũ", None)]
    assert warehouse.rows(
        "select distinct channel, payment_method, coupon_code"
        " from staging.stg_shop__orders"
    ) == [("web", "cod", "TET")]


def test_google_analytics() -> None:
    folder, db_path = new_place()
    folder.mkdir()
    orders = [
        {"order_id": number, "customer_id": customer, "status": "completed"}
        | {
            "date": f"2024-03-{day} 10:00:00",
            "order_total": "150000",
            "item_id": number,
        }
        | {"order_currency": "VND", "item_quantity": "1", "item_total": "150000.00"}
        | {"item_product_id": "11"}
        for number, customer, day in ((101, 7, "02"), (102, 0, "03"))
    ]
    write(folder / "orders-export.csv", WOOCOMMERCE, orders)

    def event(visitor: str | None, event_name: str, hour: int, **more: Any) -> str:
        """An event of 1 March, UTC, in BigQuery's JSON: integers are texts."""
        at = datetime(2024, 3, 1, hour, tzinfo=UTC)
        params = {"page_location": "https://shop.example/", "ga_session_id": None}
        row = {
            **{"event_name": event_name, "event_date": "20240301"},
            "event_timestamp": str(int(at.timestamp()) * 1_000_000),
            "event_params": [
                {"key": key, "value": {"string_value": value} if value else {}}
                for key, value in params.items()
            ],
            "items": [],
            **({"user_pseudo_id": visitor} if visitor else {}),
            **more,
        }
        return json.dumps(row)

    paid = {"manual_source": "facebook", "manual_medium": "cpc"}
    tee = {"item_id": "T1", "item_category": "Áo", "price": 1.5}
    phone = {"category": "mobile", "operating_system": "Android"}
    first = event("1.1", "view_item", 1, items=[tee], collected_traffic_source=paid)
    lines = [
        first,
        event(
            "1.1",
            "begin_checkout",
            2,
            device=phone | {"web_info": {"browser": "Chrome"}},
        ),
        event("1.1", "purchase", 3, ecommerce={"transaction_id": "101"}, items=[tee]),
        event("1.1", "scroll", 3),
        event("2.2", "page_view", 18),
        event("2.2", "purchase", 19, ecommerce={"transaction_id": "102"}),
        event(
            "3.3", "add_to_cart", 5, user_id="7", items=[tee, tee | {"item_id": "T2"}]
        ),
        event(None, "page_view", 5),
    ]
    with gzip.open(folder / "events_20240301_000.json.gz", "wt") as file:
        file.write("\n".join(lines))
    (folder / "events_intraday_20240301.json").write_text(first + "\n")
    warehouse = build(folder, db_path, "WooCommerce", web="Google Analytics 4")
    assert revenue(warehouse) == 150000
    assert warehouse.rows(
        "select cast(occurred_at as string), anonymous_id, customer_id, event_type,"
        " product_id, category from staging.stg_shop__web_events order by all"
    ) == [
        ("2024-03-01 01:00:00", "1.1", None, "product_view", "T1", "Áo"),
        ("2024-03-01 02:00:00", "1.1", None, "checkout", None, None),
        ("2024-03-01 03:00:00", "1.1", "7", "purchase", None, None),
        ("2024-03-01 05:00:00", "3.3", "7", "add_to_cart", "T1", "Áo"),
        ("2024-03-01 18:00:00", "2.2", None, "page_view", None, None),
        ("2024-03-01 19:00:00", "2.2", None, "purchase", None, None),
    ]
    assert warehouse.rows(
        "select event_type, utm_source, utm_medium, device_type, os, browser"
        " from staging.stg_shop__web_events"
        " where utm_source is not null or device_type is not null order by all"
    ) == [
        ("checkout", None, None, "mobile", "android", "chrome"),
        ("product_view", "facebook", "cpc", None, None, None),
    ]
    assert warehouse.rows(
        "select rows_read, rows_staged, duplicates_folded from marts.row_counts"
        " where source_table = 'web_events'"
    ) == [(7, 6, 1)]
    persons = dict(
        warehouse.rows(
            "select identifier_value, person_id from intermediate.int_persons__resolved"
            " where identifier_type = 'anonymous_id'"
        )
    )
    assert persons["1.1"] == persons["3.3"] == person_of(warehouse)["101"]
    assert persons["2.2"] != persons["1.1"]
