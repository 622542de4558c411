"""Buyers: their scores, what they bring, and whether they come back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from .drawing import (
    BLUE,
    GREY,
    HEAT_MAP,
    ORANGE,
    Section,
    Table,
    View,
    figure,
)
from .lifecycle import over_time

if TYPE_CHECKING:
    from .drawing import Spec
    from .queries import Answers, Row
    from .texts import Say

PAIRS = (
    ("recency", "frequency"),
    ("recency", "monetary"),
    ("frequency", "monetary"),
)

MOST_MONTHS = 12
"""Months after the first order that the cohorts show."""


def scores(answers: Answers, say: Say) -> Section:
    """The part of the page on scores.

    Args:
        answers: What the marts said.
        say: The language.
    """
    thresholds = answers["thresholds"]
    if not thresholds or not answers["scores"]:
        return Section("rfm", say("rfm_title"), say("no_data"))
    lead = say(
        "rfm_lead",
        scored=answers["as_of"][0]["scored"],
        best=max(row["score"] for row in thresholds),
        day=thresholds[0]["period_end"],
    )
    if thresholds[0]["is_provisional"]:
        lead += " " + say("rfm_provisional")
    return Section(
        "rfm",
        say("rfm_title"),
        lead,
        [
            figure(
                "heat", say, [heat(answers, across, up, say) for across, up in PAIRS]
            ),
            figure("segments", say, [over_time(answers, "rfm", say)]),
        ],
    )


def bounds(rows: list[Row], factor: str, say: Say) -> dict[int, str]:
    """What earns each score of a factor, in short.

    Args:
        rows: Answer `thresholds`.
        factor: recency, frequency or monetary.
        say: The language.

    Returns:
        Words by score; nobody where ties left a score empty.
    """
    lower = {
        row["score"]: row["lower_bound"] for row in rows if row["factor"] == factor
    }
    size = scale_of(rows, say)[0] if factor == "monetary" else Decimal(1)
    told = {}
    for score, above in lower.items():
        to = lower.get(score + 1)
        if above is not None and above == to:
            told[score] = say("nobody")
        elif factor == "monetary":
            told[score] = span(
                None if above is None else amount(above, size, say),
                None if to is None else amount(to, size, say),
                "> ",
            )
        elif factor == "recency":
            least = None if to is None else whole(-to)
            most = None if above is None else whole(-above) - 1
            told[score] = counted(least, most, say)
        else:
            told[score] = counted(
                None if above is None else whole(above) + 1,
                None if to is None else whole(to),
                say,
            )
    return told


def counted(least: int | None, most: int | None, say: Say) -> str:
    """A range of days or orders, of which there are never less than none.

    Args:
        least, most: Its ends, None where open.
        say: The language.
    """
    if most == 0:
        least = 0
    return span(
        None if least is None else say.value(least),
        None if most is None else say.value(most),
    )


def span(least: str | None, most: str | None, over: str = "≥ ") -> str:
    """A range in short. Arguments: its ends, None where open; sign of the lower one."""
    if least is None and most is None:
        return ""
    if least is None:
        return f"≤ {most}"
    if most is None:
        return f"{over}{least}"
    return least if least == most else f"{least}–{most}"


def whole(value: float) -> int:
    """A whole number: what days and orders are counted in."""
    return int(value // 1)


def amount(value: float, size: Decimal, say: Say) -> str:
    """An amount in units of a size, with at most two decimals."""
    return say.value((Decimal(str(value)) / size).quantize(Decimal("0.01")))


def scale_of(rows: list[Row], say: Say) -> tuple[Decimal, str]:
    """The unit in which the thresholds of spend are told."""
    known = [
        row["lower_bound"]
        for row in rows
        if row["factor"] == "monetary" and row["lower_bound"] is not None
    ]
    return say.scale(max(known, default=0))


def setting(answers: Answers, name: str) -> str:
    """A var of the build, as mart `rules` has it."""
    return next(
        (row["setting_value"] for row in answers["rules"] if row["setting"] == name), ""
    )


def measure(answers: Answers, factor: str) -> str:
    """What is scored under a factor: of monetary, spend or the average order.

    Args:
        answers: What the marts said.
        factor: recency, frequency or monetary.
    """
    is_average = setting(answers, "monetary_measure") == "average_order_value"
    return "average" if factor == "monetary" and is_average else factor


def heat(answers: Answers, across: str, up: str, say: Say) -> View:
    """How many persons have each pair of scores, with the thresholds on the axes.

    Args:
        answers: What the marts said.
        across, up: The factors.
        say: The language.
    """
    thresholds = answers["thresholds"]
    persons: dict[tuple[int, int], int] = {}
    for row in answers["scores"]:
        pair = (row[f"{across}_score"], row[f"{up}_score"])
        persons[pair] = persons.get(pair, 0) + row["persons"]
    earned = {factor: bounds(thresholds, factor, say) for factor in (across, up)}
    columns, lines = (sorted(earned[factor]) for factor in (across, up))
    titles = {
        factor: say(
            f"{measure(answers, factor)}_axis",
            days=setting(answers, "rfm_window_days"),
            unit=scale_of(thresholds, say)[1],
        )
        for factor in (across, up)
    }
    words = {factor: say(measure(answers, factor)) for factor in (across, up)}
    cells = [[persons.get((x, y), 0) for x in columns] for y in lines]
    trace: Spec = {
        **HEAT_MAP,
        "x": columns,
        "y": lines,
        "z": cells,
        "text": [[say.value(cell) if cell else "" for cell in line] for line in cells],
        "customdata": [
            [
                f"{words[across]} {x}, {words[up]} {y}: {say('persons_of', count=cell)}"
                for x, cell in zip(columns, line, strict=True)
            ]
            for y, line in zip(lines, cells, strict=True)
        ],
    }
    axis = {"showgrid": False}
    title = {
        "text": "↑ " + titles[up],
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "xshift": -114,
        "xanchor": "left",
        "y": 1,
        "yshift": 26,
        "yanchor": "middle",
        "showarrow": False,
        "font": {"size": 13},
    }
    return View(
        say("heat_view", across=words[across], up=words[up]),
        [trace],
        {
            "height": 420,
            "margin": {"l": 118, "r": 8, "t": 36, "b": 70},
            "xaxis": {
                **axis,
                "tickvals": columns,
                "ticktext": [f"<b>{x}</b><br>{earned[across][x]}" for x in columns],
                "title": {"text": titles[across], "standoff": 8},
            },
            "yaxis": {
                **axis,
                "tickvals": lines,
                "ticktext": [f"<b>{y}</b><br>{earned[up][y]}" for y in lines],
            },
            "annotations": [title],
        },
        Table(
            [f"{words[up]} ↓ {words[across]} →"]
            + [f"{x}: {earned[across][x]}" for x in columns],
            [
                [f"{y}: {earned[up][y]}", *(say.value(cell) for cell in line)]
                for y, line in zip(reversed(lines), reversed(cells), strict=True)
            ],
        ),
        {
            "height": 380,
            "margin": {"l": 84},
            "font": {"size": 10},
            "xaxis": {"title": {"font": {"size": 11}}},
            "annotations": [{**title, "xshift": -80, "font": {"size": 11}}],
        },
    )


def value(answers: Answers, say: Say) -> Section:
    """The part of the page on revenue by buyer.

    Args:
        answers: What the marts said.
        say: The language.
    """
    persons = answers["persons"][0]
    points = curve(answers["concentration"])
    if len(points) < 2:
        return Section("buyers", say("buyers_title"), say("no_data"))
    # Few buyers have no fifth: of three, the best one is a third.
    best = next(point for point in points if point[0] >= 20)
    return Section(
        "buyers",
        say("buyers_title"),
        say(
            "buyers_lead",
            one_time=say.share(persons["one_time_buyers"] / persons["buyers"]),
            best=say.share(best[0] / 100, 0),
            top=say.share(best[2]),
        ),
        [
            figure("order_counts", say, [by_orders(answers["order_counts"], say)]),
            figure("concentration", say, [concentration(points, say)]),
        ],
    )


def by_orders(rows: list[Row], say: Say) -> View:
    """How many buyers have so many orders, and what they bring.

    Args:
        rows: Answer `order_counts`.
        say: The language.
    """
    buyers = sum(row["buyers"] for row in rows) or 1
    revenue = sum(row["revenue"] for row in rows) or 1
    traces: list[Spec] = [
        {
            "type": "bar",
            "name": say(name),
            "x": [row["orders"] for row in rows],
            "y": [float(row[column] / total) for row in rows],
            "text": [say.share(row[column] / total, 0) for row in rows],
            "textposition": "outside",
            "textfont": {"size": 11},
            "textangle": 0,
            "constraintext": "none",
            "cliponaxis": False,
            "marker": {"color": colour},
            "hovertemplate": "%{x}: %{y:.1%}",
        }
        for name, column, total, colour in (
            ("share_of_buyers", "buyers", buyers, BLUE),
            ("share_of_revenue", "revenue", revenue, ORANGE),
        )
    ]
    return View(
        "",
        traces,
        {
            "barmode": "group",
            "bargap": 0.25,
            "margin": {"t": 24, "b": 84, "l": 44},
            "xaxis": {"type": "category", "title": {"text": say("orders")}},
            "yaxis": {"tickformat": ".0%", "nticks": 5},
            "legend": {"y": -0.2},
        },
        Table(
            [
                say("orders"),
                say("buyers"),
                say("share_of_buyers"),
                say("revenue"),
                say("share_of_revenue"),
            ],
            [
                [
                    row["orders"],
                    say.value(row["buyers"]),
                    say.share(row["buyers"] / buyers),
                    say.value(row["revenue"]),
                    say.share(row["revenue"] / revenue),
                ]
                for row in rows
            ],
        ),
        {"margin": {"l": 36}, "font": {"size": 10}},
    )


def curve(rows: list[Row]) -> list[tuple[int, int, float]]:
    """How revenue adds up from the largest buyer to the smallest.

    Args:
        rows: Answer `concentration`.

    Returns:
        Per cent of the buyers, how many they are, and their share of all revenue.
    """
    total = sum(row["revenue"] for row in rows)
    points, buyers, revenue = [(0, 0, 0.0)], 0, Decimal(0)
    for row in rows:
        buyers += row["buyers"]
        revenue += row["revenue"]
        points.append(
            (row["percent"], buyers, float(revenue / total) if total else 0.0)
        )
    return points


def concentration(points: list[tuple[int, int, float]], say: Say) -> View:
    """How much of the revenue the best buyers bring.

    Args:
        points: As `curve` gives them.
        say: The language.
    """
    marked = [point for point in points if point[0] in (5, 20, 50)]
    traces: list[Spec] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [0, 1],
            "y": [0, 1],
            "line": {"dash": "dot", "width": 1.5, "color": GREY},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": [point[0] / 100 for point in points],
            "y": [point[2] for point in points],
            "line": {"width": 3, "color": BLUE},
            "fill": "tozeroy",
            "fillcolor": "rgba(0,114,178,0.10)",
            "hovertemplate": "%{x:.0%} → %{y:.1%}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": [point[0] / 100 for point in marked],
            "y": [point[2] for point in marked],
            "text": [f"{point[0]}% → {say.share(point[2], 0)}" for point in marked],
            "textposition": "bottom right",
            "marker": {"size": 9, "color": ORANGE},
            "hoverinfo": "skip",
            "cliponaxis": False,
        },
    ]
    return View(
        "",
        traces,
        {
            "showlegend": False,
            "margin": {"t": 12, "r": 28, "b": 56, "l": 52},
            "xaxis": {
                "range": [0, 1],
                "tickformat": ".0%",
                "dtick": 0.2,
                "title": {"text": say("best_buyers")},
            },
            "yaxis": {
                "range": [0, 1.02],
                "tickformat": ".0%",
                "nticks": 6,
            },
        },
        Table(
            [say("best_buyers"), say("buyers"), say("share_of_revenue")],
            [
                [f"{percent}%", say.value(buyers), say.share(share)]
                for percent, buyers, share in points
                if percent in (1, 5, *range(10, 101, 10))
            ],
        ),
    )


def cohorts(answers: Answers, say: Say) -> Section:
    """The part of the page on buyers who come back.

    Args:
        answers: What the marts said.
        say: The language.
    """
    rows = answers["cohorts"]
    last = last_whole_month(answers["as_of"][0]["as_of_date"])
    months = sorted(
        row["first_month"]
        for row in rows
        if row["months_since"] == 0 and row["first_month"] < last
    )
    if not months:
        return Section("cohorts", say("cohorts_title"), say("no_data"))
    buyers = {(row["first_month"], row["months_since"]): row["buyers"] for row in rows}
    first = sum(buyers[month, 0] for month in months)
    again = sum(buyers.get((month, 1), 0) for month in months)
    return Section(
        "cohorts",
        say("cohorts_title"),
        say("cohorts_lead", share=say.share(again / first)),
        [figure("cohorts", say, [triangle(buyers, months, last, say)], is_wide=True)],
    )


def last_whole_month(as_of: date | None) -> date:
    """The first day of the last month that is over.

    Args:
        as_of: The last day of the data, None without any.
    """
    if as_of is None:
        return date.min
    return ((as_of + timedelta(days=1)).replace(day=1) - timedelta(days=1)).replace(
        day=1
    )


def triangle(
    buyers: dict[tuple[date, int], int], months: list[date], last: date, say: Say
) -> View:
    """Which share of the buyers of a month orders again, month by month.

    Args:
        buyers: How many, by the month of the first order and months since.
        months: The months of first orders after which one is over.
        last: The last month that is over.
        say: The language.
    """

    def passed(month: date) -> int:
        return (last.year - month.year) * 12 + last.month - month.month

    columns = list(range(1, min(MOST_MONTHS, passed(months[0])) + 1))

    def share(month: date, since: int) -> float | None:
        if since > passed(month):
            return None
        return buyers.get((month, since), 0) / buyers[month, 0]

    cells = [[share(month, since) for since in columns] for month in months]
    heads = [f"{say.month(month)}  ({say.value(buyers[month, 0])})" for month in months]
    trace: Spec = {
        **HEAT_MAP,
        "x": columns,
        "y": list(range(len(months))),
        "z": cells,
        "text": [
            ["" if cell is None else f"{100 * cell:.0f}" for cell in line]
            for line in cells
        ],
        "customdata": [
            [
                f"{say('first_month')} {say.month(month)}, "
                f"{say('month_number', number=since)}: {say.share(cell)}"
                for since, cell in zip(columns, line, strict=True)
            ]
            for month, line in zip(months, cells, strict=True)
        ],
        "hoverongaps": False,
        "zmin": 0,
    }
    axis = {"showgrid": False}
    return View(
        "",
        [trace],
        {
            "height": 90 + 22 * len(months),
            "margin": {"l": 124, "r": 8, "t": 8, "b": 52},
            "xaxis": {
                **axis,
                "tickvals": columns,
                "title": {"text": say("months_since"), "standoff": 8},
            },
            "yaxis": {
                **axis,
                "tickvals": list(range(len(months))),
                "ticktext": heads,
                "autorange": "reversed",
            },
        },
        Table(
            [say("first_month"), say("buyers")]
            + [say("month_number", number=since) for since in columns],
            [
                [say.month(month), say.value(buyers[month, 0])]
                + [say.share(cell) for cell in line]
                for month, line in zip(months, cells, strict=True)
            ],
        ),
        {
            "margin": {"l": 92},
            "font": {"size": 9},
            "xaxis": {"title": {"font": {"size": 11}}},
        },
    )
