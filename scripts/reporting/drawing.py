"""What a figure is made of, and the looks that all figures share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .texts import Say

Spec = dict[str, Any]

LIFECYCLE = ("potential", "former", "aware", "converting", "frequent", "loyal")
"""The groups by rank."""

BLUE, SKY, GREEN, ORANGE, RED, PURPLE, GREY = (
    "#0072B2",
    "#56B4E9",
    "#009E73",
    "#E69F00",
    "#D55E00",
    "#CC79A7",
    "#999999",
)
"""Okabe-Ito: colours that colour-blind readers can tell apart."""

GROUP_COLOURS = {
    "potential": GREY,
    "former": RED,
    "aware": SKY,
    "converting": ORANGE,
    "frequent": GREEN,
    "loyal": BLUE,
    None: PURPLE,
}

DIRECTION_COLOURS = {"up": BLUE, "down": RED, "lateral": GREY, "entry": SKY}

VIRIDIS = (
    "#440154",
    "#482878",
    "#3e4989",
    "#31688e",
    "#26828e",
    "#1f9e89",
    "#35b779",
    "#6ece58",
    "#b5de2b",
    "#fde725",
)
"""An ordered palette that colour-blind readers can tell apart, dark to light."""

INK, QUIET, LINE = "#1d2733", "#5b6673", "#e3e7ec"

HEAT_MAP: Spec = {
    "type": "heatmap",
    "texttemplate": "%{text}",
    "textfont": {"color": INK},
    "hovertemplate": "%{customdata}<extra></extra>",
    # Told apart by lightness alone, and ink is readable on all of it.
    "colorscale": [[0, "#f7fafc"], [1, SKY]],
    "showscale": False,
    "xgap": 2,
    "ygap": 2,
}
"""What the traces of all heat maps have in common."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

MOST_WORDS = 14
"""Rows of a table that its text alternative reads out."""


@dataclass
class Table:
    """The numbers under a figure.

    Attributes:
        columns: Names of the columns.
        rows: Cells, as the language writes them.
    """

    columns: list[str]
    rows: list[list[str]]

    def words(self, title: str, say: Say) -> str:
        """The figure in words, for those who do not see it.

        Args:
            title: Of the figure.
            say: The language.

        Returns:
            The title and the first rows, each cell with its column.
        """
        told = [
            f"{row[0]}: "
            + ", ".join(
                f"{name} {cell}"
                for name, cell in zip(self.columns[1:], row[1:], strict=True)
            )
            for row in self.rows[:MOST_WORDS]
        ]
        if len(self.rows) > MOST_WORDS:
            told.append(say("more_rows", count=len(self.rows) - MOST_WORDS))
        return f"{title}. {'; '.join(told)}." if told else f"{title}. {say('no_data')}"


@dataclass
class View:
    """One state of a figure, in one language.

    Attributes:
        label: What the reader chooses; empty where there is no choice.
        data: Traces, as plotly.js takes them.
        layout: What it adds to `base_layout`.
        table: The numbers.
        narrow: What of the layout is different on a narrow screen.
        narrow_data: What of each trace is different there.
    """

    label: str
    data: list[Spec]
    layout: Spec
    table: Table
    narrow: Spec = field(default_factory=dict)
    narrow_data: list[Spec] = field(default_factory=list)

    def spec(self) -> Spec:
        """What the page draws: it merges the layouts with `base_layout`."""
        return {
            "data": self.data,
            "layout": self.layout,
            "narrow": self.narrow,
            "narrowData": self.narrow_data,
        }


@dataclass
class Figure:
    """A figure of the page, in one language.

    Attributes:
        name: Its id in the page; title and note are the texts of this name.
        views: Its states; the first is shown first.
        title, note: What stands above it.
        is_wide: Whether it takes the whole width.
    """

    name: str
    views: list[View]
    title: str
    note: str
    is_wide: bool = False


@dataclass
class Section:
    """A part of the page, in one language.

    Attributes:
        name: Its id in the page.
        title: Its heading.
        lead: What its numbers say, in a sentence or two.
        figures: Its figures.
        remarks: Lines under the lead: kind, text and a second, quieter text.
    """

    name: str
    title: str
    lead: str
    figures: list[Figure] = field(default_factory=list)
    remarks: list[tuple[str, str, str]] = field(default_factory=list)


def figure(name: str, say: Say, views: list[View], is_wide: bool = False) -> Figure:
    """A figure whose title and note are the texts of its name.

    Args:
        name: Its id in the page.
        say: The language.
        views: Its states.
        is_wide: Whether it takes the whole width.
    """
    return Figure(name, views, say(name), say(f"{name}_note"), is_wide)


def base_layout(say: Say) -> Spec:
    """What all figures have in common.

    Args:
        say: The language.
    """
    axis = {
        "fixedrange": True,
        "gridcolor": LINE,
        "linecolor": LINE,
        "zeroline": False,
        "automargin": False,
    }
    return {
        "font": {"family": FONT, "size": 12, "color": INK},
        "separators": say.separators(),
        "margin": {"l": 56, "r": 12, "t": 12, "b": 44},
        "height": 360,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": "#ffffff",
            "bordercolor": LINE,
            "font": {"color": INK},
        },
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": -0.14,
            "yanchor": "top",
            "traceorder": "normal",
        },
        "xaxis": dict(axis),
        "yaxis": dict(axis),
    }


def counts(numbers: Iterable[int], ticks: int) -> Spec:
    """An axis of persons, moves or rows: whole ones, however few there are.

    Args:
        numbers: What is drawn; of stacked bars and areas, the sums.
        ticks: How many ticks there may be.
    """
    axis: Spec = {"tickformat": ",", "nticks": ticks, "rangemode": "tozero"}
    # Of more than four, plotly chooses steps of one and more by itself.
    return axis if max(numbers, default=0) > 4 else {**axis, "tick0": 0, "dtick": 1}


def names_down(names: list[str]) -> Spec:
    """An axis of bars with names, the first one on top.

    Args:
        names: Of the bars, which lie at 0, 1, ...
    """
    return {
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "range": [len(names) - 0.5, -0.5],
        "showgrid": False,
    }


def faded(colour: str, opacity: float) -> str:
    """A colour of six hexadecimal digits, let through. Arguments: colour; opacity."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def ordered(count: int) -> list[str]:
    """So many colours in an order that can be seen: viridis."""
    if count == 1:
        return [VIRIDIS[0]]
    return [
        VIRIDIS[round(place * (len(VIRIDIS) - 1) / (count - 1))]
        for place in range(count)
    ]
