"""Whom to care for: who is about to fall, experiments, audiences, alarms."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from .buyers import setting
from .drawing import (
    BLUE,
    GROUP_COLOURS,
    INK,
    LIFECYCLE,
    QUIET,
    SKY,
    Section,
    Table,
    View,
    counts,
    figure,
    names_down,
)
from .texts import wrap

if TYPE_CHECKING:
    from .drawing import Spec
    from .queries import Answers, Row
    from .texts import Say


def falling(answers: Answers) -> list[Row]:
    """Those of the upcoming moves that lead to a lower group.

    Args:
        answers: What the marts said.
    """
    return [
        row
        for row in answers["upcoming"]
        if LIFECYCLE.index(row["next_group"]) < LIFECYCLE.index(row["current_group"])
    ]


def falls(answers: Answers, say: Say) -> Section:
    """The part of the page on who falls in the next 30 days.

    Args:
        answers: What the marts said.
        say: The language.
    """
    rows = falling(answers)
    as_of = answers["as_of"][0]["as_of_date"]
    if as_of is None:
        return Section("falls", say("falls_title"), say("no_data"))
    return Section(
        "falls",
        say("falls_title"),
        say(
            "falls_lead",
            persons=sum(row["persons"] for row in rows),
            day=as_of + timedelta(days=30),
            spend=say.money(sum((row["monetary"] for row in rows), Decimal(0))),
            days=setting(answers, "rfm_window_days"),
        ),
        [figure("falls", say, [by_day(rows, as_of, say)], is_wide=True)],
    )


def by_day(rows: list[Row], as_of, say: Say) -> View:
    """How many fall on each of the next 30 days.

    Args:
        rows: Moves to a lower group.
        as_of: The last day of the data.
        say: The language.
    """
    days = [as_of + timedelta(days=left) for left in range(1, 31)]
    traces: list[Spec] = []
    for group in reversed(LIFECYCLE):
        persons = dict.fromkeys(days, 0)
        for row in rows:
            if row["current_group"] == group:
                persons[row["change_on"]] += row["persons"]
        if any(persons.values()):
            traces.append(
                {
                    "type": "bar",
                    "name": say.label("lifecycle", group),
                    "x": [day.isoformat() for day in days],
                    "y": list(persons.values()),
                    "marker": {"color": GROUP_COLOURS[group]},
                    "hovertemplate": "%{y:,}",
                }
            )
    falls_of = dict.fromkeys(days, 0)
    pairs: dict[tuple[str, str, str], list] = {}
    for row in rows:
        sums = pairs.setdefault(
            (row["current_group"], row["next_group"], row["reason"]), [0, Decimal(0)]
        )
        sums[0] += row["persons"]
        sums[1] += row["monetary"]
        falls_of[row["change_on"]] += row["persons"]
    return View(
        "",
        traces,
        {
            "height": 340,
            "barmode": "stack",
            "bargap": 0.2,
            "hovermode": "x unified",
            "margin": {"t": 8, "b": 76, "l": 40},
            "xaxis": {
                "type": "date",
                "tickformat": "%d/%m" if say.language == "vi" else "%-d %b",
                "hoverformat": "%d/%m/%Y" if say.language == "vi" else "%-d %b %Y",
                "nticks": 10,
            },
            "yaxis": counts(falls_of.values(), 5),
            "legend": {"y": -0.16},
        },
        Table(
            [say("from"), say("to"), say("reason"), say("persons"), say("spend")],
            [
                [
                    say.label("lifecycle", current),
                    say.label("lifecycle", following),
                    say(reason),
                    say.value(persons),
                    say.value(monetary),
                ]
                for (current, following, reason), (persons, monetary) in sorted(
                    pairs.items(), key=lambda pair: (-pair[1][0], pair[0])
                )
            ],
        ),
        {"xaxis": {"nticks": 5}, "height": 380, "margin": {"b": 120}},
    )


def experiments(answers: Answers, say: Say) -> Section | None:
    """The part of the page on experiments; None where the marts hold none.

    Args:
        answers: What the marts said.
        say: The language.
    """
    rows = [row for row in answers["experiments"] if row["scheme"] == "lifecycle"]
    if not rows:
        return None
    return Section(
        "experiments",
        say("experiments_title"),
        say("experiments_lead"),
        [figure("experiments", say, [forest(rows, say)], is_wide=True)],
    )


def forest(rows: list[Row], say: Say) -> View:
    """How much more often persons moved up than in the control group.

    Args:
        rows: Answer `experiments`, of one scheme.
        say: The language.
    """
    shown = [row for row in rows if row["moved_up_difference"] is not None]
    differences = [100 * float(row["moved_up_difference"]) for row in shown]
    upper = [100 * float(row["moved_up_upper"]) for row in shown]
    lower = [100 * float(row["moved_up_lower"]) for row in shown]
    names = [f"{row['experiment_id']} · {variant(row, say)}" for row in shown]
    trace: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": differences,
        "y": list(range(len(shown))),
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [high - mid for high, mid in zip(upper, differences, strict=True)],
            "arrayminus": [
                mid - low for low, mid in zip(lower, differences, strict=True)
            ],
            "color": INK,
            "thickness": 1.5,
            "width": 5,
        },
        "marker": {
            "size": 12,
            "color": BLUE,
            "symbol": [
                "circle" if row["is_horizon_over"] else "circle-open" for row in shown
            ],
        },
        "text": names,
        "customdata": [interval(row, say) for row in shown],
        "hovertemplate": "%{text}: %{x:+.1f} (%{customdata})<extra></extra>",
    }
    return View(
        "",
        [trace],
        {
            "height": 110 + 46 * len(shown),
            "showlegend": False,
            "margin": {"l": 200, "t": 8, "b": 56},
            "yaxis": {
                "tickvals": list(range(len(shown))),
                "ticktext": [wrap(name, 28) for name in names],
                "range": [len(shown) - 0.4, -0.6],
            },
            "xaxis": {
                "zeroline": True,
                "zerolinecolor": QUIET,
                "zerolinewidth": 1.5,
                "tickformat": "+",
                "title": {"text": say("points")},
            },
        },
        Table(
            [
                say("experiment"),
                say("variant"),
                say("persons"),
                say("moved_up"),
                say("share_up"),
                say("difference"),
                say("interval"),
                say("bought"),
            ],
            [
                [
                    row["experiment_id"]
                    + ("" if row["is_horizon_over"] else f" ({say('running')})"),
                    variant(row, say),
                    say.value(row["persons"]),
                    say.value(row["moved_up"]),
                    say.share(row["moved_up_share"]),
                    say.points(row["moved_up_difference"]),
                    interval(row, say),
                    say.value(row["bought"]),
                ]
                for row in rows
            ],
        ),
        {
            "margin": {"l": 128},
            "yaxis": {"ticktext": [wrap(name, 18) for name in names]},
        },
    )


def variant(row: Row, say: Say) -> str:
    """What a variant is called; the shop's own name, unless it is a usual one.

    Args:
        row: Row of `experiments`.
        say: The language.
    """
    is_usual = row["variant"] in ("control", "treatment")
    name = say(row["variant"]) if is_usual else row["variant"]
    if row["is_control"] and row["variant"] != "control":
        name += f" ({say('control')})"
    return name


def interval(row: Row, say: Say) -> str:
    """The 95% interval of a difference. Arguments: row of `experiments`; language."""
    if row["moved_up_difference"] is None:
        return "–"
    return f"{say.points(row['moved_up_lower'])} … {say.points(row['moved_up_upper'])}"


def audiences(answers: Answers, say: Say) -> Section | None:
    """The part of the page on audiences; None where the marts hold none.

    Args:
        answers: What the marts said.
        say: The language.
    """
    rows = answers["audiences"]
    if not rows:
        return None
    return Section(
        "audiences",
        say("audiences_title"),
        say("audiences_lead"),
        [figure("audiences", say, [by_audience(rows, say)], is_wide=True)],
    )


def by_audience(rows: list[Row], say: Say) -> View:
    """How many persons are in each audience, and how many may be contacted.

    Args:
        rows: Answer `audiences`.
        say: The language.
    """
    labels = [row[f"label_{say.language}"] for row in rows]
    others = [row["persons"] - row["persons_to_contact"] for row in rows]
    traces: list[Spec] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "x": values,
            "y": list(range(len(rows))),
            "text": labels,
            "textposition": "none",
            "marker": {"color": colour},
            "hovertemplate": "%{text}: %{x:,}",
        }
        for name, values, colour in (
            (say("to_contact"), [row["persons_to_contact"] for row in rows], BLUE),
            (say("not_to_contact"), others, SKY),
        )
    ]
    return View(
        "",
        traces,
        {
            "height": 110 + 30 * len(rows),
            "barmode": "stack",
            "bargap": 0.35,
            "margin": {"l": 230, "t": 8, "b": 72},
            "yaxis": names_down([wrap(label, 34) for label in labels]),
            "xaxis": counts((row["persons"] for row in rows), 7),
            "legend": {"y": -0.1},
        },
        Table(
            [
                say("audience"),
                say("persons"),
                say("to_contact"),
                say("capped"),
                say("by_email"),
                say("by_phone"),
            ],
            [
                [
                    label,
                    say.value(row["persons"]),
                    say.value(row["persons_to_contact"]),
                    say.value(row["persons_capped"]),
                    say.share(row["email_reachable_share"]),
                    say.share(row["phone_reachable_share"]),
                ]
                for label, row in zip(labels, rows, strict=True)
            ],
        ),
        {
            "height": 120 + 36 * len(rows),
            "margin": {"l": 138},
            "xaxis": {"nticks": 4},
            "yaxis": {"ticktext": [wrap(label, 22) for label in labels]},
            "legend": {"x": -0.5},
        },
    )


def alerts(answers: Answers, say: Say) -> Section | None:
    """The part of the page on alarms; None where none is in force.

    Args:
        answers: What the marts said.
        say: The language.
    """
    if not answers["alerts"]:
        return None
    return Section(
        "alerts",
        say("alerts_title"),
        "",
        remarks=[
            (
                row["severity"],
                f"{say(row['severity'])}: {row[f'message_{say.language}']}",
                row[f"look_at_{say.language}"] or "",
            )
            for row in answers["alerts"]
        ],
    )
