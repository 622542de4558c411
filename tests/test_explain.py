"""The story of a person says what the marts say, in both languages."""

from __future__ import annotations

import json
import re
import string
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml
from pipeline import PROJECT, file_of

from scripts import explain

AS_OF = date(2024, 6, 30)
RULES = {
    "churn_days": "45",
    "former_hold_days": "180",
    "loyalty_window_days": "365",
    "loyal_min_orders": "4",
    "loyal_min_categories": "2",
    "frequency_window_days": "180",
    "frequent_min_orders": "2",
    "intent_window_days": "7",
    "aware_window_days": "30",
    "rfm_window_days": "365",
    "reporting_currency": "VND",
    "reporting_timezone": "Asia/Ho_Chi_Minh",
}


def order(
    on: str,
    standing: str = "counted",
    until: str | None = None,
    categories: str = "tea",
) -> explain.Row:
    return {
        "order_id": f"o-{on}",
        "standing": standing,
        "end_reason": "cancelled" if until else None,
        "categories": categories,
        "order_amount": Decimal(150000),
        "refunded_amount": Decimal(0),
        "ordered_on": date.fromisoformat(on),
        "counts_until": date.fromisoformat(until) if until else None,
    }


@pytest.fixture
def story() -> explain.Story:
    """A frequent customer, three orders of two categories, who will lapse."""
    return explain.Story(
        person={
            "person_id": "p1",
            "is_reachable": True,
            "first_seen_on": date(2024, 1, 10),
        },
        standing={"as_of_date": AS_OF, "lifecycle_group": "frequent"},
        identifiers=[],
        links=[],
        orders=[
            order("2024-01-10"),
            order("2024-05-01", categories="tea, toys"),
            order("2024-06-01", standing="status_pending"),
            order("2024-06-10", until="2024-06-20"),
            order("2024-06-15"),
        ],
        history=[],
        scores={},
        upcoming={
            "next_group": "former",
            "reason": "lapsed",
            "days_left": 30,
            "change_on": date(2024, 7, 30),
        },
        thresholds={},
        rules=RULES,
        labels={
            ("lifecycle", "loyal"): ("Loyal", "Khách hàng trung thành"),
            ("lifecycle", "frequent"): ("Frequent", "Khách hàng thường xuyên"),
            ("lifecycle", "former"): ("Former", "Khách hàng cũ"),
        },
        quarantined=[],
        has_categories=True,
    )


def test_what_comes_next_and_what_would_change_it(story: explain.Story) -> None:
    assert explain.Teller(story, "en").tell_next() == [
        "",
        "What comes next",
        "  On 2024-07-30, in 30 days, they become Former (no order for too long) if"
        " they do nothing.",
        "  One more order today would make them Loyal: 4 orders in 365 days (Loyal from"
        " 4), 2 categories ever bought (from 2).",
    ]
    assert (
        explain.Teller(story, "vi")
        .tell_next()[2]
        .startswith("  Ngày 30/07/2024, sau 30 ngày nữa, họ sẽ thành Khách hàng cũ")
    )


def test_stays_have_their_first_and_last_day(story: explain.Story) -> None:
    stays = [
        ("former", date(2024, 5, 1), date(2024, 6, 10), "lapsed"),
        ("frequent", date(2024, 6, 10), None, "repeat_order"),
    ]
    names = ("segment", "valid_from", "valid_to", "reason")
    common = {"scheme": "lifecycle", "is_provisional": False}
    history = [{**common, **dict(zip(names, stay, strict=True))} for stay in stays]
    told = explain.Teller(replace(story, history=history), "en")
    assert [line for line in told.tell_history("lifecycle") if " days: " in line] == [
        "  2024-05-01 to 2024-06-09, 40 days: Former",
        "  since 2024-06-10, 21 days: Frequent",
    ]
    assert told.standing_of(story.orders[0]) == "counts"
    assert explain.Words("vi").value(1234.5) == "1.234,50"


@pytest.mark.parametrize(
    ("first", "group"),
    # Of 365 days up to 30 June 2024, 2 July 2023 is the first.
    [("2023-07-01", "Frequent"), ("2023-07-02", "Loyal")],
)
def test_an_order_counts_for_loyalty_as_long_as_it_is_in_the_window(
    story: explain.Story, first: str, group: str
) -> None:
    orders = [order(first), order("2024-05-01", categories="toys"), order("2024-06-15")]
    standing = {**story.standing, "lifecycle_group": "converting"}
    changed = replace(story, orders=orders, standing=standing)
    told = explain.Teller(changed, "en").tell_next()[-1]
    assert told.startswith(f"  One more order today would make them {group}: ")


def test_a_category_with_a_comma_is_one(story: explain.Story) -> None:
    clothes = order("2024-06-01", categories='"Clothing, ""Shoes"" & Jewelry"')
    both = order("2024-06-01", categories='"Clothing, ""Shoes"" & Jewelry", tea')
    for bought, count in ((clothes, 1), (both, 2)):
        teller = explain.Teller(replace(story, orders=[bought]), "en")
        told = teller.lifecycle_values("converting", date(2024, 6, 1))
        assert f"{count} categories ever bought (from 2)" in told


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ("2024-06-09", "1 orders in 180 days (Frequent from 2)"),
        # Cancelled on the 20th: it counts up to the 19th.
        ("2024-06-19", "3 orders in 180 days (Frequent from 2)"),
        ("2024-06-20", "2 orders in 180 days (Frequent from 2)"),
    ],
)
def test_values_are_those_of_the_day(story: explain.Story, on: str, told: str) -> None:
    orders = story.orders[1:]
    teller = explain.Teller(replace(story, orders=orders), "en")
    assert told in teller.lifecycle_values("frequent", date.fromisoformat(on))


def test_values_stand_beside_the_limits_of_their_day(
    story: explain.Story, tmp_path: Path
) -> None:
    """The 45 days of before were 60 first, and became 30 from 11 June on."""
    file = tmp_path / "marts.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "create table segments (segment varchar);"
            "create table rule_versions (change varchar, churn_days integer,"
            " valid_from date, recorded_at timestamp);"
            "insert into rule_versions values"
            " ('from_today', 30, '2024-06-11', '2024-06-11'),"
            " ('history_retold', 45, '2024-01-10', '2024-05-05'),"
            " ('from_today', 60, '2024-05-01', '2024-05-01'),"
            " ('first_build', 50, '2024-01-10', '2024-04-01');"
            "alter table rule_versions add column settings varchar"
        )
        connection.execute(
            "update rule_versions set settings ="
            " json_merge_patch(?::json, {churn_days: churn_days::varchar}::json)",
            [json.dumps(RULES)],
        )
    changed = replace(
        story, orders=[order("2024-05-01")], versions=explain.Marts(file).versions()
    )
    teller = explain.Teller(changed, "en")
    assert teller.lifecycle_values("converting", date(2024, 6, 10))[0] == (
        "last order 40 days before (active below 45)"
    )
    assert teller.lifecycle_values("former", date(2024, 6, 11)) == [
        "last order 41 days before (lapsed from 30, former below 210)"
    ]
    before_the_data = date(2024, 1, 9)
    assert changed.rules_of(before_the_data)["churn_days"] == "45"
    looks_back = replace(
        changed,
        standing={"as_of_date": date(2024, 6, 10)},
        rules=RULES | {"churn_days": "30"},
    )
    assert looks_back.rules_of(before_the_data)["churn_days"] == "30"


def test_orders_say_what_they_counted_for(story: explain.Story) -> None:
    told = explain.Teller(story, "en").tell_orders()
    assert told[1] == "Orders: 5, of which 3 count today"
    assert told[4].endswith("150,000 VND: never counts: status pending")
    assert told[5].endswith("counted until it was cancelled on 2024-06-20")


def test_rows_in_quarantine_say_why_in_words(story: explain.Story) -> None:
    row = {"source_table": "orders", "record_key": "o1", "column_name": "total_amount"}
    faulty = replace(story, quarantined=[{**row, "reason": "not_positive"}])
    told = [
        explain.Teller(faulty, name).tell_quarantined()[-1]
        for name in explain.LANGUAGES
    ]
    assert told == [
        "  orders o1: not above zero (total_amount)",
        "  orders o1: không lớn hơn 0 (total_amount)",
    ]


def test_every_reason_of_quarantine_has_words() -> None:
    folder = PROJECT / "models" / "marts" / "quality"
    mart = yaml.safe_load((folder / "quarantined_rows.yml").read_text("utf-8"))
    columns = {column["name"]: column for column in mart["models"][0]["columns"]}
    allowed = columns["reason"]["data_tests"][-1]["accepted_values"]
    assert set(explain.FAULTS) == set(allowed["arguments"]["values"])


def test_an_identifier_is_of_the_business_date_on_which_it_was_seen(
    story: explain.Story,
) -> None:
    row = {
        "identifier_type": "customer_id",
        "identifier_value": "c1",
        "system": "shop",
        # Midnight in Vietnam: an order of 10 March without a time.
        "first_seen_at": datetime(2024, 3, 9, 17),
    }
    told = explain.Teller(replace(story, identifiers=[row]), "en").tell_identity()
    assert told[-1] == "  customer_id c1 (shop, 2024-03-10)"


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2024-01-09", "no order counts"),
        (
            "2024-01-10",
            "not scored on that day: scores are given at the end of a period",
        ),
    ],
)
def test_why_somebody_has_no_scores(story: explain.Story, day: str, told: str) -> None:
    teller = explain.Teller(story, "en")
    assert teller.rfm_values(date.fromisoformat(day)) == [told]


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        ("revenue", "500,000 spent: monetary 2 of 2, above 100"),
        (
            "average_order_value",
            "500,000 an order on average: monetary 2 of 2, above 100",
        ),
    ],
)
def test_money_is_said_to_be_what_is_scored(
    story: explain.Story, measure: str, told: str
) -> None:
    scored = replace(
        story,
        rules=RULES | {"monetary_measure": measure},
        scores={
            AS_OF: {
                "rfm_cell": "002",
                "recency_days": 15,
                "frequency": 3,
                "monetary": Decimal(500000),
                "monetary_score": 2,
            }
        },
        thresholds={(AS_OF, "monetary", 1): None, (AS_OF, "monetary", 2): Decimal(100)},
    )
    assert explain.Teller(scored, "en").rfm_values(AS_OF)[1:] == [told]


def test_unusable_rows_are_found_however_the_raw_table_holds_keys(
    tmp_path: Path,
) -> None:
    file = tmp_path / "marts.duckdb"
    rows = {
        "number": '{"order_id": 3, "customer_id": 103}',
        "spaces": '{"customer_id": " 103 "}',
        "capitals": '{"Customer_ID": "103"}',
        "fraction": '{"customer_id": 103.0}',
        "order": '{"order_id": 7}',
        "browser": '{"anonymous_id": 9}',
        "another": '{"order_id": 103, "customer_id": 1030}',
        "nobody": '{"customer_id": null}',
        "erased": '{"erased": true}',
    }
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "create table segments (segment varchar);"
            "create table quarantined_rows (source_table varchar, record_key varchar,"
            " reason varchar, row_json varchar)"
        )
        connection.executemany(
            "insert into quarantined_rows values ('orders', ?, 'not_positive', ?)",
            list(rows.items()),
        )
    found = explain.Marts(file).quarantined_of({"103", "None"}, {"9"}, {"7"})
    assert [row["record_key"] for row in found] == [
        "browser",
        "capitals",
        "fraction",
        "number",
        "order",
        "spaces",
    ]


def test_every_text_stands_in_both_languages_with_the_same_values() -> None:
    for name, texts in explain.TEXTS.items():
        fields = [
            {field for _, field, _, _ in string.Formatter().parse(text) if field}
            for text in texts
        ]
        assert fields[0] == fields[1], name
        assert all(text.strip() for text in texts), name


def test_every_reason_of_the_marts_has_its_words(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    reasons = demo_warehouse.execute(
        "select distinct reason from marts.segment_migrations union"
        " select distinct end_reason from marts.orders where end_reason is not null"
        " union select distinct standing from marts.orders where standing not like"
        " '%status_%'"
    ).fetchall()
    assert {reason for (reason,) in reasons} - set(explain.TEXTS) - {
        "unattributed"
    } == set()


def test_groups_follow_from_the_values_that_are_told(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    marts = explain.Marts(file_of(demo_warehouse))
    persons = demo_warehouse.execute(
        "select person_id from marts.persons where lifetime_orders > 1"
        " order by person_id limit 60"
    ).fetchall()
    checked = set()
    for (person,) in persons:
        story = marts.story_of(person)
        teller = explain.Teller(story, "en")
        for stay in story.history:
            if stay["scheme"] != "lifecycle":
                continue
            day = stay["valid_from"]
            counted = story.counted_on(day)
            if not counted:
                continue
            silent = (day - max(each["ordered_on"] for each in counted)).days
            if silent >= story.days("churn_days", day):
                assert stay["segment"] not in ("loyal", "frequent"), (person, day)
                continue
            *loyal, frequent = teller.order_rules(counted, day)
            expected = "converting"
            if all(is_met for is_met, _ in loyal):
                expected = "loyal"
            elif frequent[0]:
                expected = "frequent"
            assert stay["segment"] == expected, (person, day)
            checked.add(expected)
    assert checked == {"loyal", "frequent", "converting"}


def test_whole_story_is_told_in_both_languages(
    demo_warehouse: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    source = ["--from", str(file_of(demo_warehouse))]
    customer, system, person = demo_warehouse.execute(
        'select identifier_value, "system", person_id from marts.person_identifiers'
        " where identifier_type = 'customer_id' and person_id in"
        " (select person_id from marts.rfm_scores) order by all limit 1"
    ).fetchone()
    explain.main(["--customer", customer, "--system", system, *source])
    english = capsys.readouterr().out
    assert english.startswith(f"Person {person}, on 2024-12-31")
    assert re.search(r"recency \d of 5", english)
    explain.main(["--person", person, "--language", "vi", *source])
    assert "Vòng đời, theo từng ngày" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--customer", "nobody"], "Nobody has the customer id 'nobody'"),
        (["--person", "nobody"], "There is no person 'nobody'"),
    ],
)
def test_who_is_not_there_is_said(
    demo_warehouse: duckdb.DuckDBPyConnection, arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit, match=message):
        explain.main([*arguments, "--from", str(file_of(demo_warehouse))])


def test_missing_publication_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"with --from, .* `make build`"):
        explain.main(["--person", "p1", "--from", str(tmp_path / "nothing.duckdb")])
