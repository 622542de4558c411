"""Who moved from where to where between two month ends, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .drawing import (
    DIRECTION_COLOURS,
    HEAT_MAP,
    Section,
    Table,
    View,
    counts,
    faded,
    figure,
    names_down,
)
from .lifecycle import colours_of, segments_of
from .texts import wrap

if TYPE_CHECKING:
    from datetime import date

    from .drawing import Spec
    from .queries import Answers, Row
    from .texts import Say

STAYED = "rgba(120,130,140,0.16)"

GAP = 0.025
"""Between two bars of the Sankey, as a part of its height."""

MOST_REASONS = 10


def section(answers: Answers, say: Say) -> Section:
    """The part of the page on moves.

    Args:
        answers: What the marts said.
        say: The language.
    """
    months = months_of(answers)
    if not months:
        return Section("moves", say("moves_title"), say("no_data"))
    start, end = months[0]
    flows = flows_of(answers, "lifecycle", end)
    ranks = {name: rank for rank, name in enumerate(segments_of(answers, "lifecycle"))}
    known = [row for row in flows if row["from_segment"] is not None]
    steps = [
        (ranks[row["to_segment"]] - ranks[row["from_segment"]], row["persons"])
        for row in known
    ]
    up = sum(persons for step, persons in steps if step > 0)
    down = sum(persons for step, persons in steps if step < 0)
    return Section(
        "moves",
        say("moves_title"),
        say(
            "moves_lead",
            start=start,
            end=end,
            moved=up + down,
            persons=sum(persons for _, persons in steps),
            up=up,
            down=down,
        ),
        [
            figure(
                "sankey",
                say,
                [sankey(answers, "lifecycle", month, say) for month in months]
                + [sankey(answers, "rfm", months[0], say)],
                is_wide=True,
            ),
            figure(
                "reasons",
                say,
                [
                    reasons(answers, scheme, month, say)
                    for scheme in ("lifecycle", "rfm")
                    for month in (months if scheme == "lifecycle" else months[:1])
                ],
            ),
            figure(
                "matrix",
                say,
                [
                    matrix(answers, scheme, months[0], say)
                    for scheme in ("lifecycle", "rfm")
                ],
            ),
        ],
    )


def months_of(answers: Answers) -> list[tuple[date | None, date]]:
    """Pairs of month ends whose moves are known, the latest first.

    Args:
        answers: What the marts said.
    """
    ends = sorted({row["period_end"] for row in answers["transitions"]}, reverse=True)
    known = sorted({row["period_end"] for row in answers["sizes"]})
    return [
        (max((day for day in known if day < end), default=None), end) for end in ends
    ]


def flows_of(answers: Answers, scheme: str, end: date) -> list[Row]:
    """The transitions of a scheme in one month, stayers included.

    Args:
        answers: What the marts said.
        scheme: The scheme.
        end: The month end.
    """
    return [
        row
        for row in answers["transitions"]
        if row["scheme"] == scheme and row["period_end"] == end
    ]


def label_of(scheme: str, month: tuple[date | None, date], say: Say) -> str:
    """What the reader chooses: a scheme and a month.

    Args:
        scheme: The scheme.
        month: Its two ends.
        say: The language.
    """
    return say("scheme_between", scheme=say(scheme), start=month[0], end=month[1])


def places(sizes: list[int]) -> list[float]:
    """Where bars of these sizes stand above each other, with gaps between them.

    Args:
        sizes: Persons in each bar.

    Returns:
        The middle of each, as a part of the height.
    """
    total = sum(sizes) or 1
    free = 1 - GAP * (len(sizes) - 1)
    middles, used = [], 0.0
    for size in sizes:
        height = free * size / total
        middles.append(min(max(used + height / 2, 0.001), 0.999))
        used += height + GAP
    return middles


def sankey(
    answers: Answers, scheme: str, month: tuple[date | None, date], say: Say
) -> View:
    """Where persons stood at two month ends.

    Args:
        answers: What the marts said.
        scheme: The scheme.
        month: Its two ends.
        say: The language.
    """
    flows = flows_of(answers, scheme, month[1])
    colours = colours_of(answers, scheme)
    order: list[str | None] = [*reversed(segments_of(answers, scheme)), None]
    sides = []
    for side in ("from_segment", "to_segment"):
        sums: dict[str | None, int] = {}
        for row in flows:
            sums[row[side]] = sums.get(row[side], 0) + row["persons"]
        sides.append([(segment, sums[segment]) for segment in order if segment in sums])
    nodes = {
        (side, segment): number
        for number, (side, segment) in enumerate(
            (side, segment) for side in (0, 1) for segment, _ in sides[side]
        )
    }
    heights = [*places([n for _, n in sides[0]]), *places([n for _, n in sides[1]])]
    names = [
        f"{say.label(scheme, segment)} {say.value(persons)}"
        for side in sides
        for segment, persons in side
    ]
    trace: Spec = {
        "type": "sankey",
        "arrangement": "fixed",
        "node": {
            "label": names,
            "x": [0.001 if side == 0 else 0.999 for side, _ in nodes],
            "y": heights,
            "color": [colours[segment] for _, segment in nodes],
            "pad": 8,
            "thickness": 14,
            "line": {"width": 0},
            "hovertemplate": "%{label}<extra></extra>",
        },
        "link": {
            "source": [nodes[0, row["from_segment"]] for row in flows],
            "target": [nodes[1, row["to_segment"]] for row in flows],
            "value": [row["persons"] for row in flows],
            "color": [
                STAYED
                if row["from_segment"] == row["to_segment"]
                else faded(colours[row["from_segment"]], 0.5)
                for row in flows
            ],
            "customdata": [
                f"{say.label(scheme, row['from_segment'])} → "
                f"{say.label(scheme, row['to_segment'])}: "
                f"{say('persons_of', count=row['persons'])}, "
                f"{say.share(row['share_of_from'])}"
                for row in flows
            ],
            "hovertemplate": "%{customdata}<extra></extra>",
        },
        "valueformat": ",",
    }
    return View(
        label_of(scheme, month, say),
        [trace],
        {
            "height": 460 if scheme == "lifecycle" else 680,
            "margin": {"l": 8, "r": 8, "t": 16, "b": 16},
            "font": {"size": 12},
        },
        Table(
            [say("from"), say("to"), say("persons"), say("share")],
            [
                [
                    say.label(scheme, row["from_segment"]),
                    say.label(scheme, row["to_segment"]),
                    say.value(row["persons"]),
                    say.share(row["share_of_from"]),
                ]
                for row in sorted(flows, key=lambda row: -row["persons"])
            ],
        ),
        {"font": {"size": 11}, "height": 500 if scheme == "lifecycle" else 680},
        # There is room for one name only; both sides have the same order and colours.
        [
            {
                "node": {
                    "label": names[: len(sides[0])]
                    + [say.value(persons) for _, persons in sides[1]]
                }
            }
        ],
    )


def reasons(
    answers: Answers, scheme: str, month: tuple[date | None, date], say: Say
) -> View:
    """Why persons moved in one month.

    Args:
        answers: What the marts said.
        scheme: The scheme.
        month: Its two ends.
        say: The language.
    """
    rows = [
        row
        for row in answers["reasons"]
        if row["scheme"] == scheme and row["period_end"] == month[1]
    ]
    totals: dict[str, int] = {}
    for row in rows:
        totals[row["reason"]] = totals.get(row["reason"], 0) + row["moves"]
    shown = sorted(totals, key=lambda name: (-totals[name], name))[:MOST_REASONS]
    traces: list[Spec] = []
    for direction, colour in DIRECTION_COLOURS.items():
        moves = {
            row["reason"]: row["moves"] for row in rows if row["direction"] == direction
        }
        if any(name in moves for name in shown):
            traces.append(
                {
                    "type": "bar",
                    "orientation": "h",
                    "name": say(direction),
                    "x": [moves.get(name, 0) for name in shown],
                    "y": list(range(len(shown))),
                    "marker": {"color": colour},
                    "text": [say(name) for name in shown],
                    "textposition": "none",
                    "hovertemplate": "%{text}: %{x:,}",
                }
            )
    return View(
        label_of(scheme, month, say),
        traces,
        {
            "height": 400,
            "barmode": "stack",
            "bargap": 0.35,
            "margin": {"l": 168, "r": 12, "t": 8, "b": 84},
            "yaxis": names_down([wrap(say(name), 24) for name in shown]),
            "xaxis": counts((totals[name] for name in shown), 6),
            "legend": {"x": -0.1, "y": -0.12},
        },
        Table(
            [say("reason"), say("direction"), say("moves")],
            [
                [say(row["reason"]), say(row["direction"]), say.value(row["moves"])]
                for row in rows
            ],
        ),
        {
            "margin": {"l": 138},
            "xaxis": {"nticks": 4},
            "yaxis": {"ticktext": [wrap(say(name), 20) for name in shown]},
            "legend": {"x": -0.5},
        },
    )


def matrix(
    answers: Answers, scheme: str, month: tuple[date | None, date], say: Say
) -> View:
    """Of those who stood somewhere, the share that stands elsewhere a month later.

    Args:
        answers: What the marts said.
        scheme: The scheme.
        month: Its two ends.
        say: The language.
    """
    flows = flows_of(answers, scheme, month[1])
    shares = {(row["from_segment"], row["to_segment"]): row for row in flows}
    columns = segments_of(answers, scheme)
    rows: list[str | None] = [
        segment
        for segment in [None, *columns]
        if any(row["from_segment"] == segment for row in flows)
    ]
    cells = [[shares.get((row, column)) for column in columns] for row in rows]
    is_small = len(columns) > 8
    trace: Spec = {
        **HEAT_MAP,
        "z": [
            [cell["share_of_from"] if cell else None for cell in line] for line in cells
        ],
        "text": [
            [
                f"{100 * cell['share_of_from']:.0f}" + ("" if is_small else "%")
                if cell
                else ""
                for cell in line
            ]
            for line in cells
        ],
        "customdata": [
            [
                f"{say.label(scheme, row)} → {say.label(scheme, column)}: "
                + (
                    f"{say.share(cell['share_of_from'])}, "
                    f"{say('persons_of', count=cell['persons'])}"
                    if cell
                    else "–"
                )
                for column, cell in zip(columns, line, strict=True)
            ]
            for row, line in zip(rows, cells, strict=True)
        ],
        "zmin": 0,
        "zmax": 1,
    }
    names = [say.short_label(scheme, name) for name in columns]
    width = 24 if is_small else 16
    return View(
        label_of(scheme, month, say),
        [trace],
        {
            "height": 580 if is_small else 400,
            "margin": {
                "l": 168 if is_small else 124,
                "r": 8,
                "t": 8,
                "b": 184 if is_small else 70,
            },
            "font": {"size": 11 if is_small else 12},
            "xaxis": {
                "tickvals": list(range(len(columns))),
                "ticktext": names if is_small else [wrap(name, 8) for name in names],
                "tickangle": -90 if is_small else 0,
                "showgrid": False,
                "tickfont": {"size": 10},
            },
            "yaxis": {
                "tickvals": list(range(len(rows))),
                "ticktext": [wrap(say.label(scheme, name), width) for name in rows],
                "autorange": "reversed",
                "showgrid": False,
            },
        },
        Table(
            ["", *(say.label(scheme, name) for name in columns)],
            [
                [
                    say.label(scheme, row),
                    *(
                        say.share(cell["share_of_from"]) if cell else "–"
                        for cell in line
                    ),
                ]
                for row, line in zip(rows, cells, strict=True)
            ],
        ),
        {
            "font": {"size": 10 if not is_small else 8},
            "margin": {"l": 104, "b": 156 if is_small else 104},
            "xaxis": {
                "tickangle": -90,
                "ticktext": names if is_small else [wrap(name, 16) for name in names],
                "tickfont": {"size": 9},
            },
            "yaxis": {"ticktext": [wrap(say.label(scheme, name), 17) for name in rows]},
        },
    )
