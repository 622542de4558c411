"""Where everybody stands: the pyramid of today and the groups over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .drawing import (
    GREY,
    GROUP_COLOURS,
    INK,
    LIFECYCLE,
    QUIET,
    Section,
    Table,
    View,
    counts,
    figure,
    ordered,
)
from .texts import wrap

if TYPE_CHECKING:
    from .drawing import Spec
    from .queries import Answers, Row
    from .texts import Say


def section(answers: Answers, say: Say) -> Section:
    """The part of the page on the lifecycle.

    Args:
        answers: What the marts said.
        say: The language.
    """
    standing = {row["segment"]: row for row in answers["standing"]}
    loyal = standing.get("loyal", {"today": 0, "month_ago": 0})
    month_ago_on = next(iter(answers["standing"]), {}).get("month_ago_on")
    return Section(
        "lifecycle",
        say("lifecycle_title"),
        say(
            "lifecycle_lead",
            persons=answers["persons"][0]["persons"],
            loyal=loyal["today"],
            change=say.change(loyal["today"] - loyal["month_ago"]),
            day=month_ago_on,
        ),
        [
            figure("pyramid", say, [pyramid(answers["standing"], say)]),
            figure("groups", say, [over_time(answers, "lifecycle", say)]),
        ],
    )


def pyramid(rows: list[Row], say: Say) -> View:
    """The groups as an inverted pyramid, with what they were.

    Args:
        rows: Answer `standing`.
        say: The language.
    """
    found = {row["segment"]: row for row in rows}
    none = {"today": 0, "yesterday": 0, "month_ago": 0}
    groups = [(group, found.get(group, none)) for group in LIFECYCLE]
    then = say.value(rows[0]["month_ago_on"] if rows else None)
    widest = max([row["today"] for _, row in groups] + [1])
    places = list(range(len(groups)))
    labels = [say.label("lifecycle", group) for group, _ in groups]
    heads = (
        ("today", say("today")),
        ("yesterday", say("yesterday")),
        ("month_ago", then),
    )
    # The year of a date stands on a line of its own.
    texts = [
        (place, -0.8, wrap(" ".join(head.rsplit("/", 1)), 6), QUIET)
        for place, (_, head) in enumerate(heads)
    ]
    for number, (_, row) in enumerate(groups):
        texts.append((0, number, f"<b>{say.value(row['today'])}</b>", INK))
        for place, moment in ((1, "yesterday"), (2, "month_ago")):
            change = say.change(row["today"] - row[moment])
            text = (
                f"{say.value(row[moment])}<br>"
                f"<span style='color:{QUIET};font-size:11px'>{change}</span>"
            )
            texts.append((place, number, text, INK))
    bars: Spec = {
        "type": "bar",
        "orientation": "h",
        "x": [row["today"] for _, row in groups],
        "base": [-row["today"] / 2 for _, row in groups],
        "y": places,
        "marker": {"color": [GROUP_COLOURS[group] for group, _ in groups]},
        "width": 0.72,
        "text": labels,
        "textposition": "none",
        "customdata": [
            [say.value(row[moment]) for moment, _ in heads] for _, row in groups
        ],
        "hovertemplate": (
            f"%{{text}}<br>{heads[0][1]}: %{{customdata[0]}}"
            f"<br>{heads[1][1]}: %{{customdata[1]}}"
            f"<br>{heads[2][1]}: %{{customdata[2]}}<extra></extra>"
        ),
    }
    wrapped = [say.wrapped("lifecycle", group) for group, _ in groups]
    return View(
        "",
        [bars],
        {
            "height": 400,
            "margin": {"l": 124, "r": 8, "t": 8, "b": 8},
            "showlegend": False,
            "xaxis": {
                "visible": False,
                "domain": [0, 0.52],
                "range": [-widest / 2, widest / 2],
            },
            "yaxis": {
                "tickvals": places,
                "ticktext": wrapped,
                "range": [len(groups) - 0.5, -1.2],
                "showgrid": False,
                "showline": False,
            },
            "annotations": notes((0.68, 0.84, 1), texts),
        },
        Table(
            [say("group"), *(head for _, head in heads)],
            [
                [label, *(say.value(row[moment]) for moment, _ in heads)]
                for label, (_, row) in zip(labels, groups, strict=True)
            ],
        ),
        {
            "margin": {"l": 100, "r": 4},
            "xaxis": {"domain": [0, 0.36]},
            "annotations": notes((0.56, 0.77, 1), texts),
        },
    )


def notes(
    ends: tuple[float, ...], texts: list[tuple[int, float, str, str]]
) -> list[Spec]:
    """Texts in columns right of the bars.

    Args:
        ends: Right end of each column, as a part of the figure's width.
        texts: Column, row, text and colour of each.
    """
    return [
        {
            "xref": "paper",
            "x": ends[column],
            "xanchor": "right",
            "y": row,
            "yanchor": "middle",
            "align": "right",
            "text": text,
            "showarrow": False,
            "font": {"color": colour, "size": 12 if colour == INK else 10},
        }
        for column, row, text, colour in texts
    ]


def segments_of(answers: Answers, scheme: str) -> list[str]:
    """The segments of a scheme, the lowest first.

    Args:
        answers: What the marts said.
        scheme: `lifecycle` by its ranks, `rfm` by the scores of those who stand there.
    """
    if scheme == "lifecycle":
        return list(LIFECYCLE)
    known = {row["segment"] for row in answers["sizes"] if row["scheme"] == scheme}
    scored = [row["segment"] for row in answers["goodness"]]
    return sorted(known - set(scored)) + [name for name in scored if name in known]


def colours_of(answers: Answers, scheme: str) -> dict[str | None, str]:
    """Colour by segment: named ones for the lifecycle, ordered ones for scores.

    Args:
        answers: What the marts said.
        scheme: The scheme.
    """
    if scheme == "lifecycle":
        return dict(GROUP_COLOURS)
    segments = [name for name in segments_of(answers, scheme) if name != "interested"]
    found = dict(zip(segments, ordered(len(segments)), strict=True)) if segments else {}
    return {**found, "interested": GREY, None: GROUP_COLOURS[None]}


def over_time(answers: Answers, scheme: str, say: Say) -> View:
    """How many stand in each segment of a scheme, month by month.

    Args:
        answers: What the marts said.
        scheme: The scheme.
        say: The language.
    """
    rows = [row for row in answers["sizes"] if row["scheme"] == scheme]
    periods = sorted({row["period_end"] for row in rows})
    persons = {(row["segment"], row["period_end"]): row["persons"] for row in rows}
    totals = dict.fromkeys(periods, 0)
    for row in rows:
        totals[row["period_end"]] += row["persons"]
    colours = colours_of(answers, scheme)
    segments = segments_of(answers, scheme)
    traces: list[Spec] = [
        {
            "type": "scatter",
            "mode": "lines",
            "stackgroup": "persons",
            "name": say.label(scheme, segment),
            "x": [period.isoformat() for period in periods],
            "y": [persons.get((segment, period), 0) for period in periods],
            "line": {"width": 1, "color": colours[segment]},
            "fillcolor": colours[segment],
            "hovertemplate": "%{y:,}",
        }
        for segment in segments
    ]
    rows_of_legend = len(segments)
    dates = "%d/%m/%Y" if say.language == "vi" else "%-d %b %Y"
    return View(
        "",
        traces,
        {
            "height": 400,
            "hovermode": "x unified",
            "legend": {
                "entrywidth": 0.5,
                "entrywidthmode": "fraction",
                "font": {"size": 11 if len(segments) < 8 else 10},
            },
            "margin": {"t": 12, "b": 110 if len(segments) < 8 else 150},
            "xaxis": {
                "type": "date",
                "tickformat": "%m/%Y" if say.language == "vi" else "%b %Y",
                "hoverformat": dates,
                "nticks": 6,
            },
            "yaxis": counts(totals.values(), 6),
        },
        Table(
            [say("month_end"), *(say.label(scheme, segment) for segment in segments)],
            [
                [
                    say.value(period),
                    *(
                        say.value(persons.get((segment, period), 0))
                        for segment in segments
                    ),
                ]
                for period in reversed(periods)
            ],
        ),
        {
            "height": 320 + 18 * rows_of_legend,
            "margin": {"b": 60 + 18 * rows_of_legend, "l": 44},
            "xaxis": {"nticks": 4},
            "legend": {"entrywidth": 1},
            "hovermode": "closest",
        },
    )
