"""The report says what the marts say, in two languages, and fetches nothing."""

from __future__ import annotations

import json
import re
import string
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import plotly.graph_objects as go
import pytest
from pipeline import file_of

from scripts.browser import Browser, chromium
from scripts.explain import TEXTS as STORY
from scripts.report import EXAMPLE, take_picture, write
from scripts.reporting.buyers import bounds, cohorts, value
from scripts.reporting.page import render
from scripts.reporting.queries import PERIODS, ask
from scripts.reporting.texts import LANGUAGES, TEXTS, Say

if TYPE_CHECKING:
    from collections.abc import Iterator


MOST_BYTES = 6_000_000

Attributes = dict[str, str | None]


class Elements(HTMLParser):
    """Reads a page: its elements, its tables, and the texts by language.

    Args:
        text: HTML.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.tables: dict[tuple[str, int, str], list[list[str]]] = {}
        self.keys: dict[tuple[str, str], str] = {}
        self.scripts: dict[str, str] = {}
        self.place: tuple[str, int] = ("", 0)
        self.rows: list[list[str]] = []
        self.key = ""
        self.inside: tuple[str, Attributes] = ("", {})
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element; begin a table, a row or a cell."""
        attributes = dict(attrs)
        self.inside = (tag, attributes)
        self.elements.append(self.inside)
        if "data-table" in attributes:
            self.place = (attributes["data-table"], int(attributes["data-view"]))
        elif tag == "table":
            self.rows = self.tables[*self.place, attributes["lang"]] = []
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif (attributes.get("id") or "").startswith("key-"):
            self.key = attributes["id"].removeprefix("key-")

    def handle_endtag(self, tag: str) -> None:
        """What follows is between elements."""
        self.inside = ("", {})

    def handle_data(self, data: str) -> None:
        """Keep the text of cells, key figures and scripts."""
        tag, attributes = self.inside
        if tag in ("td", "th"):
            self.rows[-1][-1] += data
        elif tag == "span" and self.elements[-2][0] == "dd":
            self.keys[self.key, "en"] = data
        elif tag == "script" and attributes.get("id"):
            self.scripts[attributes["id"]] = data


@pytest.fixture(scope="module")
def report(
    demo_warehouse: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The report of the demo shop."""
    return write(
        file_of(demo_warehouse), tmp_path_factory.mktemp("report") / "report.html"
    )


@pytest.fixture(scope="module")
def elements(report: Path) -> Elements:
    """The report, read back."""
    return Elements(report.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def said(elements: Elements) -> dict[str, list[dict[str, Any]]]:
    """The numbers that the page carries, as rows by query."""
    data = json.loads(elements.scripts["report-data"])
    return {
        name: [dict(zip(part["columns"], row, strict=True)) for row in part["rows"]]
        for name, part in data.items()
    }


@pytest.fixture(scope="module")
def figures(elements: Elements) -> dict[str, list[dict[str, Any]]]:
    """What the page draws: views by figure."""
    return json.loads(elements.scripts["report-figures"])["figures"]


def number(text: str, language: str = "en") -> float:
    """A number as the page writes it; shares as parts of 1."""
    if language == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    plain = text.replace(",", "").replace("−", "-")
    return float(plain[:-1]) / 100 if plain.endswith("%") else float(plain)


def dicts(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[Any, Any]:
    """Answers of two columns, as a dict; of more, keyed by all but the last."""
    return {
        row[0] if len(row) == 2 else row[:-1]: row[-1]
        for row in connection.execute(sql).fetchall()
    }


def test_standing_equals_the_marts(
    demo_warehouse: duckdb.DuckDBPyConnection,
    elements: Elements,
    figures: dict[str, list[dict[str, Any]]],
) -> None:
    today = dicts(
        demo_warehouse,
        "select lifecycle_label_en, count(*) from marts.person_segments group by 1",
    )
    table = elements.tables["pyramid", 0, "en"][1:]
    assert {row[0]: number(row[1]) for row in table if number(row[1])} == today
    assert sum(figures["pyramid"][0]["vi"]["data"][0]["x"]) == sum(today.values())
    for column, day in ((2, "as_of_date - 1"), (3, "as_of_date - interval 1 month")):
        then = dicts(
            demo_warehouse,
            f"""
            select lifecycle_label_en, count(distinct history.person_id)
            from (
                select distinct lifecycle_group, lifecycle_label_en, as_of_date
                from marts.person_segments
            )
            inner join marts.segment_history as history
                on history.segment = lifecycle_group and scheme = 'lifecycle'
            where
                valid_from <= {day} and coalesce(valid_to, date '9999-12-31') > {day}
            group by 1
            """,
        )
        assert {row[0]: number(row[column]) for row in table} == then


def test_key_figures_equal_the_marts(
    demo_warehouse: duckdb.DuckDBPyConnection, elements: Elements
) -> None:
    persons, buyers, one_time, reachable, revenue = demo_warehouse.execute(
        """
        select
            count(*), count(first_order_on),
            count(*) filter (where lifetime_orders = 1),
            count(*) filter (where is_reachable), sum(lifetime_revenue)
        from marts.persons
        """
    ).fetchone()
    (falling,) = demo_warehouse.execute(
        """
        select count(*) from marts.upcoming_migrations
        where days_left <= 30
        and list_position(
            ['potential', 'former', 'aware', 'converting', 'frequent', 'loyal'],
            next_group
        ) < list_position(
            ['potential', 'former', 'aware', 'converting', 'frequent', 'loyal'],
            current_group
        )
        """
    ).fetchone()
    shown = {name: number(text) for (name, _), text in elements.keys.items()}
    assert shown == {
        "persons": persons,
        "buyers": buyers,
        "revenue": pytest.approx(float(revenue) / 1e9, abs=0.005),
        "one_time": pytest.approx(one_time / buyers, abs=0.0005),
        "reachable": pytest.approx(reachable / persons, abs=0.0005),
        "falling": falling,
    }


def test_groups_over_time_equal_the_marts(
    demo_warehouse: duckdb.DuckDBPyConnection,
    figures: dict[str, list[dict[str, Any]]],
) -> None:
    for name, scheme in (("groups", "lifecycle"), ("segments", "rfm")):
        persons = dicts(
            demo_warehouse,
            f"""
            select cast(period_end as varchar), cast(sum(persons) as bigint)
            from marts.segment_summary where scheme = '{scheme}' group by 1
            """,
        )
        traces = figures[name][0]["en"]["data"]
        drawn = dict.fromkeys(traces[0]["x"], 0)
        for trace in traces:
            for period, count in zip(trace["x"], trace["y"], strict=True):
                drawn[period] += count
        assert drawn == persons


@pytest.mark.parametrize("language", LANGUAGES)
def test_moves_equal_the_marts(
    demo_warehouse: duckdb.DuckDBPyConnection,
    elements: Elements,
    figures: dict[str, list[dict[str, Any]]],
    language: str,
) -> None:
    labels = {
        f"select lifecycle_group, lifecycle_label_{language}": "lifecycle",
        f"select rfm_segment, rfm_label_{language}": "rfm",
    }
    names = {
        (scheme, code): label
        for sql, scheme in labels.items()
        for code, label in demo_warehouse.execute(
            f"{sql} from marts.person_segments"
        ).fetchall()
    }
    place = LANGUAGES.index(language)
    for view, scheme in ((0, "lifecycle"), (len(figures["sankey"]) - 1, "rfm")):
        flows = {
            (
                names[scheme, one] if one else TEXTS["became_known"][place],
                names[scheme, other],
            ): persons
            for one, other, persons in demo_warehouse.execute(
                f"""
                select from_segment, to_segment, persons
                from marts.segment_transitions
                where scheme = '{scheme}' and period_end = (
                    select max(period_end) from marts.segment_transitions
                )
                """
            ).fetchall()
        }
        table = elements.tables["sankey", view, language][1:]
        assert {(row[0], row[1]): number(row[2], language) for row in table} == flows
        link = figures["sankey"][view][language]["data"][0]["link"]
        assert sorted(link["value"]) == sorted(flows.values())


def test_matrix_adds_up(elements: Elements) -> None:
    for view in (0, 1):
        for row in elements.tables["matrix", view, "en"][1:]:
            shares = [number(cell) for cell in row[1:] if cell != "–"]
            assert sum(shares) == pytest.approx(1, abs=0.01)


def test_reasons_equal_the_marts(
    demo_warehouse: duckdb.DuckDBPyConnection, elements: Elements
) -> None:
    months = demo_warehouse.execute(
        "select distinct period_end from marts.segment_transitions order by 1 desc"
    ).fetchall()
    for view, (month,) in enumerate(months[:PERIODS]):
        moves = dicts(
            demo_warehouse,
            f"""
            select reason, direction, count(*) from marts.segment_migrations
            where
                scheme = 'lifecycle'
                and last_day(migrated_on) = date '{month.isoformat()}'
            group by 1, 2
            """,
        )
        assert {
            (row[0], row[1]): number(row[2])
            for row in elements.tables["reasons", view, "en"][1:]
        } == {
            (TEXTS[reason][0], TEXTS[direction][0]): count
            for (reason, direction), count in moves.items()
        }


def test_scores_and_thresholds_equal_the_marts(
    demo_warehouse: duckdb.DuckDBPyConnection,
    figures: dict[str, list[dict[str, Any]]],
) -> None:
    spec = figures["heat"][0]["en"]
    trace = spec["data"][0]
    cells = {
        (x, y): trace["z"][row][column]
        for row, y in enumerate(trace["y"])
        for column, x in enumerate(trace["x"])
        if trace["z"][row][column]
    }
    assert cells == dicts(
        demo_warehouse,
        """
        select recency_score, frequency_score, count(*) from marts.person_segments
        where recency_score > 0 group by 1, 2
        """,
    )
    # The words on the axis hold every buyer: days of each score lie within its bounds.
    ranges = dict(
        demo_warehouse.execute(
            """
            select recency_score, list_value(min(recency_days), max(recency_days))
            from marts.person_segments where recency_score > 0 group by 1
            """
        ).fetchall()
    )
    axis = spec["layout"]["xaxis"]
    for score, text in zip(axis["tickvals"], axis["ticktext"], strict=True):
        if score not in ranges:
            continue
        bounds = text.split("<br>")[1]
        numbers = [int(part.replace(",", "")) for part in re.findall(r"[\d,]+", bounds)]
        least = -1 if bounds.startswith("≤") else numbers[0]
        most = 10**6 if bounds.startswith("≥") else numbers[-1]
        assert least <= ranges[score][0] <= ranges[score][1] <= most, text


def test_value_equals_the_marts(
    demo_warehouse: duckdb.DuckDBPyConnection,
    elements: Elements,
    said: dict[str, list[dict[str, Any]]],
) -> None:
    buyers, revenue, best = demo_warehouse.execute(
        """
        select
            count(*), sum(lifetime_revenue),
            sum(lifetime_revenue) filter (where value_tier in ('top_5', 'top_20'))
            / sum(lifetime_revenue)
        from marts.persons where lifetime_orders > 0
        """
    ).fetchone()
    table = elements.tables["order_counts", 0, "en"][1:]
    assert sum(number(row[1]) for row in table) == buyers
    assert sum(number(row[3]) for row in table) == pytest.approx(float(revenue))
    assert sum(row["revenue"] for row in said["concentration"]) == pytest.approx(
        float(revenue)
    )
    curve = {
        row[0]: number(row[2]) for row in elements.tables["concentration", 0, "en"][1:]
    }
    assert curve["20%"] == pytest.approx(float(best), abs=0.002)
    assert curve["100%"] == 1


@pytest.mark.parametrize(
    ("spent", "told"),
    [
        ([60, 30, 10], "best 34% of buyers bring 60.0%"),
        ([50, 20, 20, 10, 0], "best 20% of buyers bring 50.0%"),
        ([40, 20, 10, 10, 10, 5, 5], "best 29% of buyers bring 60.0%"),
        ([7], "best 100% of buyers bring 100.0%"),
    ],
)
def test_few_buyers_have_no_best_fifth(spent: list[int], told: str) -> None:
    buyers, revenue = len(spent), Decimal(sum(spent))
    answers = {
        "persons": [{"buyers": buyers, "one_time_buyers": buyers}],
        "order_counts": [{"orders": "1", "buyers": buyers, "revenue": revenue}],
        "concentration": [
            {
                "percent": -(-100 * place // buyers),
                "buyers": 1,
                "revenue": Decimal(each),
            }
            for place, each in enumerate(spent, start=1)
        ],
    }
    assert told in value(answers, Say("en", {}, "VND")).lead


def test_cohorts_equal_the_marts(
    demo_warehouse: duckdb.DuckDBPyConnection,
    elements: Elements,
    said: dict[str, list[dict[str, Any]]],
) -> None:
    sizes = dicts(
        demo_warehouse,
        """
        select
            cast(cast(date_trunc('month', first_order_on) as date) as varchar), count(*)
        from marts.persons where first_order_on is not null group by 1
        """,
    )
    first = {
        row["first_month"]: row["buyers"]
        for row in said["cohorts"]
        if row["months_since"] == 0
    }
    assert first == {month: sizes[month] for month in first}
    assert len(first) >= 12
    second = {
        row["first_month"]: row["buyers"]
        for row in said["cohorts"]
        if row["months_since"] == 1
    }
    for row, month in zip(elements.tables["cohorts", 0, "en"][1:], first, strict=False):
        assert number(row[1]) == first[month]
        assert number(row[2]) == pytest.approx(
            second.get(month, 0) / first[month], abs=0.0005
        )


@pytest.mark.parametrize(
    ("as_of", "rows"),
    [
        # April is not over yet.
        (date(2024, 4, 29), [["Jan 2024", "10", "40.0%", "20.0%"]]),
        (date(2024, 4, 30), [["Jan 2024", "10", "40.0%", "20.0%", "0.0%"]]),
    ],
)
def test_months_without_new_buyers_show_who_came_back(
    as_of: date, rows: list[list[str]]
) -> None:
    answers: Any = {
        "as_of": [{"as_of_date": as_of}],
        "cohorts": [
            {"first_month": date(2024, 1, 1), "months_since": since, "buyers": buyers}
            for since, buyers in enumerate((10, 4, 2))
        ],
    }
    section = cohorts(answers, Say("en", {}, "VND"))
    assert section.lead.endswith(
        "Of all of them 40.0% ordered in the month after the first."
    )
    assert section.figures[0].views[0].table.rows == rows


def test_falls_equal_the_marts(
    demo_warehouse: duckdb.DuckDBPyConnection, elements: Elements
) -> None:
    shown = elements.tables["falls", 0, "en"][1:]
    moves = dicts(
        demo_warehouse,
        """
        select standing.lifecycle_label_en, upcoming.reason, count(*)
        from marts.upcoming_migrations as upcoming
        inner join marts.person_segments as standing using (person_id)
        where days_left <= 30 and current_group in ('loyal', 'frequent', 'converting')
        group by 1, 2
        """,
    )
    found: dict[tuple[str, str], float] = {}
    for row in shown:
        if row[0] in ("Loyal", "Frequent", "Converting"):
            key = (row[0], row[2])
            found[key] = found.get(key, 0) + number(row[3])
    assert found == {(one, TEXTS[why][0]): count for (one, why), count in moves.items()}


def test_average_orders_are_not_taken_for_spend(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Under var `monetary_measure: average_order_value`, monetary is an average."""
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{file_of(demo_warehouse)}' as demo (read_only);"
            "create schema marts"
        )
        for (mart,) in demo_warehouse.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall():
            changed = {
                "rules": "replace (case setting when 'monetary_measure'"
                " then 'average_order_value' else setting_value end as setting_value)",
                "person_segments": "replace (average_order_value as monetary)",
            }.get(mart, "")
            connection.execute(
                f'create view marts."{mart}" as'
                f' select * {changed} from demo.marts."{mart}"'
            )
        answers = ask(connection)
    (spent,) = demo_warehouse.execute(
        "select sum(monetary) from marts.upcoming_migrations"
        " inner join marts.person_segments using (person_id) where days_left <= 30"
    ).fetchone()
    told = sum(row["monetary"] for row in answers["upcoming"])
    assert told == pytest.approx(spent, rel=Decimal("1e-6"))
    page = Elements(render(answers))
    drawn = json.loads(page.scripts["report-figures"])["figures"]["heat"][1]["en"]
    layout = drawn["layout"]
    assert layout["annotations"][0]["text"].startswith("↑ Average order in 365 days")
    assert page.tables["heat", 1, "en"][0][0] == "Average order ↓ Recency →"


def test_care_equals_the_marts(
    demo_warehouse: duckdb.DuckDBPyConnection,
    elements: Elements,
    report: Path,
) -> None:
    audiences = dicts(
        demo_warehouse, "select label_vi, persons from marts.audience_summary"
    )
    table = elements.tables["audiences", 0, "vi"][1:]
    assert {row[0]: number(row[1], "vi") for row in table} == audiences
    tested = dicts(
        demo_warehouse,
        """
        select experiment_id, variant, persons from marts.experiment_results
        where scheme = 'lifecycle' and starting_group = 'all'
        """,
    )
    shown = {
        (row[0].split(" (")[0], row[1].split(" (")[0]): number(row[2])
        for row in elements.tables["experiments", 0, "en"][1:]
    }
    assert shown == tested
    variants = {row[1] for row in elements.tables["experiments", 0, "vi"][1:]}
    assert variants == {"đối chứng", "chăm sóc"}
    page = report.read_text(encoding="utf-8")
    for (message,) in demo_warehouse.execute(
        "select message_en from marts.segment_alerts"
    ).fetchall():
        assert message in page.replace("&#x27;", "'").replace("&quot;", '"')


def test_alarms_stand_at_the_top(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    answers = ask(demo_warehouse)
    alarm = {
        "alert_id": "lapses",
        "severity": "critical",
        "message_en": "Many lapse & leave",
        "message_vi": "Nhiều người rời bỏ",
        "look_at_en": "segment_migrations",
        "look_at_vi": None,
    }
    page = render({**answers, "alerts": [alarm]})
    assert "Act today: Many lapse &amp; leave" in page
    assert "Xử lý hôm nay: Nhiều người rời bỏ" in page
    assert page.index('id="alerts"') < page.index('id="lifecycle"')


def test_groups_in_which_nobody_stands_have_their_names(
    demo_warehouse: duckdb.DuckDBPyConnection, elements: Elements
) -> None:
    page = Elements(render({**ask(demo_warehouse), "labels": []}))
    for figure in ("pyramid", "sankey", "matrix"):
        for language in LANGUAGES:
            table = figure, 0, language
            assert page.tables[table] == elements.tables[table]


def test_ledger_and_rows_equal_the_marts(
    demo_warehouse: duckdb.DuckDBPyConnection,
    elements: Elements,
    said: dict[str, list[dict[str, Any]]],
) -> None:
    lines = demo_warehouse.execute(
        "select orders, amount from marts.revenue_ledger order by line_number"
    ).fetchall()
    shown = [
        (number(row[1]), number(row[2]))
        for row in elements.tables["ledger", 0, "en"][1:]
    ]
    assert shown == [
        (orders, pytest.approx(float(sum_), abs=0.01)) for orders, sum_ in lines
    ]
    counts = dicts(
        demo_warehouse,
        "select source_table, rows_read, rows_quarantined from marts.row_counts",
    )
    table = elements.tables["row_counts", 0, "en"][1:]
    assert {(row[0], number(row[1])): number(row[4]) for row in table} == counts
    aside = elements.tables["quarantined", 0, "en"][1:]
    assert sum(number(row[2]) for row in aside) == sum(counts.values())
    assert {row["reason"] for row in said["quarantined"]} <= set(TEXTS)


def test_tables_that_were_not_supplied_are_left_out(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    answers = ask(demo_warehouse)
    for row in answers["row_counts"]:
        if row["source_table"] != "orders":
            row |= {"rows_read": 0, "rows_quarantined": 0}
    page = Elements(render(answers))
    assert [row[0] for row in page.tables["row_counts", 0, "en"]] == ["Table", "orders"]


def test_no_order_is_written_as_0() -> None:
    rows = [
        {"factor": "frequency", "score": score, "lower_bound": bound}
        for score, bound in ((1, None), (2, 0), (3, 1), (4, 1), (5, 3))
    ]
    say = Say("en", {}, "VND")
    assert bounds(rows, "frequency", say) == {
        1: "0",
        2: "1",
        3: "nobody",
        4: "2–3",
        5: "≥ 4",
    }


def test_every_figure_is_valid_and_told_in_words(
    elements: Elements, figures: dict[str, list[dict[str, Any]]]
) -> None:
    for name, views in figures.items():
        for view, spec in enumerate(views):
            for language in LANGUAGES:
                drawn = spec[language]
                go.Figure(data=drawn["data"], layout=drawn["layout"])
                go.Layout(drawn["narrow"])
                rows = elements.tables[name, view, language]
                assert len(rows) > 1, f"{name} has no table"
                assert len({len(row) for row in rows}) == 1
                assert rows[1][1] in drawn["words"], f"{name} is not told in words"
            shapes = [
                [(trace["type"], sorted(trace)) for trace in spec[language]["data"]]
                for language in LANGUAGES
            ]
            assert shapes[0] == shapes[1], f"{name} is another figure in Vietnamese"


def test_both_languages_say_the_same(elements: Elements) -> None:
    for name, texts in TEXTS.items():
        assert len(texts) == len(LANGUAGES)
        fields = [
            sorted(part[1] for part in string.Formatter().parse(text) if part[1])
            for text in texts
        ]
        assert all(texts), f"{name} is not said in every language"
        assert fields[0] == fields[1], f"{name} names other values in Vietnamese"
    languages = [
        attributes.get("lang")
        for tag, attributes in elements.elements
        if tag in ("span", "table")
    ]
    assert languages.count("en") == languages.count("vi") > 50
    shared = set(TEXTS) & set(STORY) & {"lapsed", "visit", "intent", "first_order"}
    assert {name: TEXTS[name] for name in shared} == {
        name: STORY[name] for name in shared
    }


def test_it_holds_no_person(
    demo_warehouse: duckdb.DuckDBPyConnection, elements: Elements
) -> None:
    carried = elements.scripts["report-data"] + elements.scripts["report-figures"]
    assert "person_id" not in carried
    for (person,) in demo_warehouse.execute(
        "select person_id from marts.persons order by 1"
    ).fetchall():
        assert f'"{person}"' not in carried


def test_it_is_one_small_file_that_fetches_nothing(
    report: Path, elements: Elements
) -> None:
    assert report.stat().st_size < MOST_BYTES
    for tag, attributes in elements.elements:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            address = attributes.get(name) or "#"
            is_link = (tag, name, address.split("#")[0]) == ("a", "href", EXAMPLE)
            assert is_link or address.startswith(("#", "data:")), (
                f"{tag} fetches {address}"
            )
    policies = [
        attributes.get("content") or ""
        for tag, attributes in elements.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'")


def test_an_example_stands_beside_it(
    report: Path, elements: Elements, demo_warehouse: duckdb.DuckDBPyConnection
) -> None:
    told = report.with_name(EXAMPLE).read_text(encoding="utf-8")
    (person,) = demo_warehouse.execute(
        "select arg_max(person_id, (moves, person_id)) from ("
        "select person_id, count(*) as moves from marts.segment_migrations"
        " where person_id in (select person_id from marts.persons"
        " where lifetime_orders >= 3) group by person_id)"
    ).fetchone()
    moves = demo_warehouse.execute(
        "select person_id, count(*) as moves from marts.segment_migrations"
        " group by person_id order by moves desc"
    ).fetchall()
    shown = told.split("<title>")[1].split("</title>")[0]
    assert dict(moves)[shown] == dict(moves)[person]
    assert f"Person {shown}, on 2024-12-31" in told
    assert f"Người {shown}, tính đến 31/12/2024" in told
    assert "<script" not in told
    # The report of a language leads to the story in it, and one to the other.
    links = {
        attributes["lang"]: attributes["href"]
        for tag, attributes in elements.elements
        if tag == "a" and (attributes["href"] or "").startswith(EXAMPLE)
    }
    assert links == {language: f"{EXAMPLE}#{language}" for language in LANGUAGES}
    for language in LANGUAGES:
        assert f'<article id="{language}" lang="{language}">' in told
        assert f'<a href="#{language}"' in told


@pytest.mark.parametrize("name", ["", "file/report.html"])
def test_impossible_page_is_named(
    demo_warehouse: duckdb.DuckDBPyConnection, tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match=r"No report: .* Name another .* --out"):
        write(file_of(demo_warehouse), tmp_path / name)
    assert not list(tmp_path.parent.glob(".*.part"))


def test_it_manages_without_the_later_marts_and_without_data(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """An older publication lacks marts; a new shop has no rows."""
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        for (mart,) in demo_warehouse.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall():
            if mart not in ("experiment_results", "audience_summary", "segment_alerts"):
                columns = ", ".join(
                    f'"{name}" {data_type}'
                    for name, data_type in demo_warehouse.execute(
                        "select column_name, data_type from duckdb_columns() where"
                        f" schema_name = 'marts' and table_name = '{mart}'"
                    ).fetchall()
                )
                connection.execute(f'create table marts."{mart}" ({columns})')
        page = render(ask(connection))
    assert TEXTS["no_data"][1] in page
    assert 'id="audiences"' not in page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium; the tests that need it are skipped where there is none."""
    if chromium() is None:
        pytest.skip("no Chromium on this machine: install one, or name it in CHROMIUM")
    with Browser() as opened:
        yield opened


@pytest.mark.usefixtures("browser")
@pytest.mark.parametrize("name", ["", "file/report.png"])
def test_impossible_picture_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    page = tmp_path / "page.html"
    page.write_text("<html data-drawn=yes>", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"No picture: .* another .* --picture"):
        take_picture(page, tmp_path / name)


WIDTHS = (1280, 390)


def drawn(language: str) -> str:
    """Whether every figure is drawn in a language, at its width, and stands still."""
    return (
        "Array.from(document.querySelectorAll('.plot')).every(plot =>"
        f" plot.dataset.drawn === '{language}-' + plot.clientWidth"
        " && Array.from(plot.querySelectorAll('.sankey *'))"
        ".every(mark => !mark.__transition__))"
    )


UNDRAWN = """
Array.from(document.querySelectorAll('.plot')).filter(plot => {
    const svg = plot.querySelector('svg.main-svg');
    const box = svg && svg.getBoundingClientRect();
    const marks = plot.querySelectorAll(
        '.barlayer path, .scatterlayer path, .heatmaplayer image, .sankey path'
    );
    return !box || box.width < 250 || box.height < 150 || !marks.length;
}).map(plot => plot.id)
"""

CUT_OFF = """
Array.from(document.querySelectorAll('.plot')).flatMap(plot => {
    const frame = plot.getBoundingClientRect();
    return Array.from(plot.querySelectorAll('text')).filter(text => {
        const box = text.getBoundingClientRect();
        return box.width && (box.left < frame.left - 2 || box.right > frame.right + 2);
    }).map(text => plot.id + ': ' + text.textContent);
})
"""

COLLIDING = """
Array.from(document.querySelectorAll('.plot')).flatMap(plot => {
    const texts = Array.from(
        plot.querySelectorAll('.annotation-text, .xtick text, .ytick text')
    ).map(text => [text.textContent, text.getBoundingClientRect()]);
    return texts.flatMap(([one, box], place) => texts.slice(place + 1).filter(
        ([other, next]) => box.width && next.width
            && box.left < next.right + 3 && next.left < box.right + 3
            && box.top < next.bottom - 3 && next.top < box.bottom - 3
    ).map(([other]) => `${plot.id}: ${one} | ${other}`));
})
"""


def test_a_browser_draws_all_of_it(browser: Browser, report: Path) -> None:
    """Every figure, in both languages and widths, in a page that is loaded once."""
    page = browser.open(report, WIDTHS[0], query="?lang=en")
    for width in WIDTHS:
        page.resize(width)
        for language in LANGUAGES:
            page.evaluate(
                f"void document.querySelector('[data-language={language}]').click()"
            )
            page.wait_for(drawn(language))
            assert page.evaluate(UNDRAWN) == []
            assert page.evaluate(CUT_OFF) == []
            assert page.evaluate(COLLIDING) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            place = LANGUAGES.index(language)
            title = page.evaluate("document.querySelector('h1').innerText").strip()
            assert title == TEXTS["title"][place]
            words = page.evaluate(
                "document.querySelector('#plot-pyramid').getAttribute('aria-label')"
            )
            assert words.startswith(TEXTS["pyramid"][place])
    # A flow behind the name of a group does not strike it through.
    style = "getComputedStyle(document.querySelector('.sankey .node-label'))"
    assert page.evaluate(f"{style}.paintOrder") == "stroke"
    assert page.evaluate(f"{style}.stroke") == "rgb(255, 255, 255)"
    # Choosing another month shows another figure and another table.
    page.evaluate(
        "(select => { select.selectedIndex = 1;"
        " select.dispatchEvent(new Event('change')) })"
        "(document.querySelector('select[data-figure=sankey]'))"
    )
    shown = page.evaluate(
        "Array.from(document.querySelectorAll('[data-table=sankey]'))"
        ".findIndex(part => !part.hidden)"
    )
    assert shown == 1
    assert page.complaints() == []
    assert page.requests() == []


TICKS = """
['groups', 'reasons', 'falls', 'segments', 'audiences', 'quarantined'].map(name =>
    Array.from(document.querySelectorAll(
        `#plot-${name} .xtick text, #plot-${name} .ytick text`
    )).map(text => text.textContent)
)
"""


def test_persons_of_a_small_shop_are_whole(
    browser: Browser, demo_warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    answers = ask(demo_warehouse)
    few = {
        "sizes": {"persons": 1},
        "reasons": {"moves": 2},
        "upcoming": {"persons": 2},
        "audiences": {"persons": 2, "persons_to_contact": 1},
        "quarantined": {"quarantined": 1},
    }
    for name, numbers in few.items():
        answers[name] = [{**row, **numbers} for row in answers[name]]
    shown = {"loyal", "former", "champions"}
    for name, side in (("sizes", "segment"), ("transitions", "to_segment")):
        answers[name] = [row for row in answers[name] if row[side] in shown]
    answers["transitions"] = [
        row for row in answers["transitions"] if row["from_segment"] in shown
    ]
    for name in ("reasons", "upcoming", "quarantined"):
        answers[name] = answers[name][-1:]
    path = tmp_path / "small.html"
    path.write_text(render(answers), encoding="utf-8")
    page = browser.open(path, WIDTHS[0], query="?lang=vi")
    for width in WIDTHS:
        page.resize(width)
        page.wait_for(drawn("vi"))
        for ticks in page.evaluate(TICKS):
            assert {"0", "1"} <= set(ticks)
            assert not any(re.search(r"\d[.,]\d", text) for text in ticks), ticks
