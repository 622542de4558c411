"""Whether the numbers can be trusted: what was read, set aside, and left out."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from .drawing import (
    BLUE,
    ORANGE,
    QUIET,
    RED,
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


def section(answers: Answers, say: Say) -> Section:
    """The part of the page on data quality and the revenue ledger.

    Args:
        answers: What the marts said.
        say: The language.
    """
    # A table that was never supplied has no rows that could be unusable.
    tables = [row for row in answers["row_counts"] if row["rows_read"]]
    systems = sorted({row["source_system"] for row in answers["ledger"]})
    return Section(
        "quality",
        say("quality_title"),
        say(
            "quality_lead",
            read=sum(row["rows_read"] for row in tables),
            folded=sum(row["duplicates_folded"] for row in tables),
            quarantined=sum(row["rows_quarantined"] for row in tables),
        ),
        [
            figure(
                "ledger",
                say,
                [
                    ledger(
                        [
                            row
                            for row in answers["ledger"]
                            if row["source_system"] == name
                        ],
                        name if len(systems) > 1 else "",
                        say,
                    )
                    for name in systems
                ],
                is_wide=True,
            ),
            figure("quarantined", say, [quarantined(answers["quarantined"], say)]),
            figure("row_counts", say, [row_counts(tables, say)]),
        ],
    )


class Step(NamedTuple):
    """A bar of the waterfall, from `left` on as wide as its amount."""

    name: str
    kind: str
    amount: Decimal
    left: Decimal


def steps_of(rows: list[Row], words: str) -> list[Step]:
    """The steps from raw revenue to that of the segments.

    Args:
        rows: Answer `ledger`, of one source system.
        words: The column of the lines' names. Lines with the same one, one per reason
            or status, are one step.
    """
    sums: list[tuple[str, str, Decimal]] = []
    for row in rows:
        if row["kind"] == "memo" or (row["kind"] == "change" and not row["amount"]):
            continue
        if sums and sums[-1][0] == row[words]:
            name, kind, amount = sums.pop()
            sums.append((name, kind, amount + row["amount"]))
        else:
            sums.append((row[words], row["kind"], row["amount"]))
    steps, reached = [], Decimal(0)
    for name, kind, amount in sums:
        start = reached if kind == "change" else Decimal(0)
        reached = start + amount
        left = min(start, reached) if kind == "change" else Decimal(0)
        steps.append(Step(name, kind, amount, left))
    return steps


def ledger(rows: list[Row], label: str, say: Say) -> View:
    """From raw revenue to the revenue of the segments, as a waterfall.

    Args:
        rows: Answer `ledger`, of one source system.
        label: Its name, where there are several.
        say: The language.
    """
    words = f"label_{say.language}"
    steps = steps_of(rows, words)
    names = [step.name for step in steps]
    largest = max((abs(step.amount) for step in steps), default=Decimal(0))
    # In units small enough to tell the small steps too.
    size, unit = say.scale(largest / 100)
    opening = sum(step.amount for step in steps if step.kind == "opening")
    colours = {"opening": BLUE, "closing": BLUE}
    trace: Spec = {
        "type": "bar",
        "orientation": "h",
        "x": [float(abs(step.amount) / size) for step in steps],
        "base": [float(step.left / size) for step in steps],
        "y": list(range(len(steps))),
        "marker": {
            "color": [
                colours.get(step.kind, RED if step.amount < 0 else SKY)
                for step in steps
            ]
        },
        "text": [
            ("+" if step.kind == "change" and step.amount > 0 else "")
            + say.marks(f"{step.amount / size:,.1f}").replace("-", "−")
            for step in steps
        ],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [
            f"{step.name}: {say.value(step.amount)} {say.currency}" for step in steps
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    return View(
        label,
        [trace],
        {
            "height": 110 + 34 * len(steps),
            "showlegend": False,
            "margin": {"l": 330, "r": 60, "t": 8, "b": 56},
            "bargap": 0.3,
            "yaxis": {
                **names_down([wrap(name, 46) for name in names]),
                "range": [len(steps) - 0.4, -0.6],
            },
            "xaxis": {
                "tickformat": ",",
                "nticks": 7,
                "range": [0, float(opening / size) * 1.06] if opening > 0 else None,
                "title": {"text": say("amount_in", unit=unit)},
            },
        },
        Table(
            [say("line"), say("orders"), say("amount")],
            [
                [
                    row[words]
                    + reason_of(row, say)
                    + (f" ({say('for_information')})" if row["kind"] == "memo" else ""),
                    say.value(row["orders"]),
                    say.value(row["amount"]),
                ]
                for row in rows
            ],
        ),
        {
            "height": 110 + 52 * len(steps),
            "margin": {"l": 152, "r": 46},
            "font": {"size": 10},
            "xaxis": {"nticks": 4},
            "yaxis": {"ticktext": [wrap(name, 25) for name in names]},
        },
    )


def reason_of(row: Row, say: Say) -> str:
    """What tells apart lines of the ledger with the same words."""
    for start in ("quarantined_", "unknown_status_", "status_"):
        if row["line"].startswith(start):
            return f": {say(row['line'].removeprefix(start))}"
    return ""


def quarantined(rows: list[Row], say: Say) -> View:
    """How many rows were set aside, by reason.

    Args:
        rows: Answer `quarantined`.
        say: The language.
    """
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["reason"]] = sums.get(row["reason"], 0) + row["quarantined"]
    reasons = sorted(sums, key=lambda name: (-sums[name], name))
    trace: Spec = {
        "type": "bar",
        "orientation": "h",
        "x": [sums[name] for name in reasons],
        "y": list(range(len(reasons))),
        "marker": {"color": ORANGE},
        "text": [say.value(sums[name]) for name in reasons],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [say(name) for name in reasons],
        "hovertemplate": "%{customdata}: %{x:,}<extra></extra>",
    }
    return View(
        "",
        [trace],
        {
            "height": 380,
            "showlegend": False,
            "bargap": 0.35,
            "margin": {"l": 168, "r": 40, "t": 8, "b": 36},
            "yaxis": names_down([wrap(say(name), 26) for name in reasons]),
            "xaxis": {**counts(sums.values(), 6), "showgrid": False},
        },
        Table(
            [say("table"), say("reason"), say("rows")],
            [
                [row["source_table"], say(row["reason"]), say.value(row["quarantined"])]
                for row in rows
            ],
        ),
        {
            "margin": {"l": 124},
            "yaxis": {"ticktext": [wrap(say(name), 18) for name in reasons]},
        },
    )


def row_counts(rows: list[Row], say: Say) -> View:
    """Which share of each table could not be used.

    Args:
        rows: Answer `row_counts`.
        say: The language.
    """
    shown = sorted(
        rows, key=lambda row: -row["rows_quarantined"] / max(row["rows_read"], 1)
    )
    several = len({row["source_system"] for row in rows}) > 1
    names = [
        (f"{row['source_system']}." if several else "") + row["source_table"]
        for row in shown
    ]
    shares = [row["rows_quarantined"] / max(row["rows_read"], 1) for row in shown]
    trace: Spec = {
        "type": "bar",
        "orientation": "h",
        "x": shares,
        "y": list(range(len(shown))),
        "marker": {"color": BLUE},
        "text": [
            f"{say.share(share, 2)} <span style='color:{QUIET}'>"
            f"{say.value(row['rows_quarantined'])} / "
            f"{say.value(row['rows_read'])}</span>"
            for share, row in zip(shares, shown, strict=True)
        ],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": names,
        "hovertemplate": "%{customdata}: %{text}<extra></extra>",
    }
    # Ticks are whole per cents: of less than two, there would be the same ones twice.
    most = max([*shares, 0.02])
    return View(
        "",
        [trace],
        {
            "height": 380,
            "showlegend": False,
            "bargap": 0.35,
            "margin": {"l": 168, "r": 12, "t": 8, "b": 36},
            "yaxis": names_down(names),
            "xaxis": {
                "tickformat": ".0%",
                "nticks": 5,
                "range": [0, most * 1.5],
                "showgrid": False,
            },
        },
        Table(
            [say("table"), say("read"), say("staged"), say("folded"), say("set_aside")],
            [
                [
                    name,
                    say.value(row["rows_read"]),
                    say.value(row["rows_staged"]),
                    say.value(row["duplicates_folded"]),
                    say.value(row["rows_quarantined"]),
                ]
                for name, row in zip(names, shown, strict=True)
            ],
        ),
        {"margin": {"l": 156}, "xaxis": {"range": [0, most * 2.2], "nticks": 3}},
    )
