"""Puts what the marts say into one self-contained HTML page."""

from __future__ import annotations

import json
from decimal import Decimal
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from . import buyers, care, lifecycle, moves, quality
from .drawing import base_layout
from .texts import LANGUAGES, Say, names_of

if TYPE_CHECKING:
    from .drawing import Figure, Section, Table
    from .queries import Answers, Row

HERE = Path(__file__).parent


def speakers(answers: Answers) -> list[Say]:
    """One for each language, with the names of the segments.

    Args:
        answers: What the marts said.
    """
    labels = names_of(answers["segments"])
    currency = buyers.setting(answers, "reporting_currency")
    return [Say(language, labels, currency) for language in LANGUAGES]


def sections(answers: Answers, say: Say) -> list[Section]:
    """All parts of the page, in one language.

    Args:
        answers: What the marts said.
        say: The language.
    """
    found = [
        care.alerts(answers, say),
        lifecycle.section(answers, say),
        moves.section(answers, say),
        care.falls(answers, say),
        buyers.scores(answers, say),
        buyers.value(answers, say),
        buyers.cohorts(answers, say),
        care.audiences(answers, say),
        care.experiments(answers, say),
        quality.section(answers, say),
    ]
    return [section for section in found if section is not None]


def key_figures(answers: Answers, say: Say) -> list[tuple[str, str, str]]:
    """The numbers at the top: name, number and what it counts.

    Args:
        answers: What the marts said.
        say: The language.
    """
    persons = answers["persons"][0]
    revenue = persons["lifetime_revenue"]
    size, unit = say.scale(revenue)
    falling = sum(row["persons"] for row in care.falling(answers))

    def share(part: int, whole: int) -> str:
        return say.share(part / whole) if whole else "–"

    return [
        ("persons", say.value(persons["persons"]), say("known_persons")),
        ("buyers", say.value(persons["buyers"]), say("buyers_key")),
        (
            "revenue",
            say.value((Decimal(revenue) / size).quantize(Decimal("0.01"))),
            say("revenue_key", currency=unit),
        ),
        (
            "one_time",
            share(persons["one_time_buyers"], persons["buyers"]),
            say("one_time_key"),
        ),
        (
            "reachable",
            share(persons["reachable"], persons["persons"]),
            say("reachable_key"),
        ),
        ("falling", say.value(falling), say("falling_key")),
    ]


def both(texts: tuple[str, str]) -> str:
    """A text in both languages, of which CSS shows one."""
    return "".join(
        f'<span lang="{language}">{escape(text)}</span>'
        for language, text in zip(LANGUAGES, texts, strict=True)
    )


def attributes(texts: tuple[str, str], ending: str = "") -> str:
    """A text in both languages as attributes, of which the script uses one."""
    return " ".join(
        f'data-{language}{ending}="{escape(text)}"'
        for language, text in zip(LANGUAGES, texts, strict=True)
    )


def table_html(table: Table, language: str) -> str:
    """A table in one language.

    Args:
        table: The table.
        language: `en` or `vi`.
    """
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    body = "\n".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
        for row in table.rows
    )
    return (
        f'<table lang="{language}"><thead><tr>{head}</tr></thead>'
        f"<tbody>\n{body}\n</tbody></table>"
    )


def figure_html(pair: tuple[Figure, Figure], says: list[Say]) -> str:
    """A figure with its caption, its choice of views and its tables.

    Args:
        pair: The figure in both languages.
        says: The languages.
    """
    name = pair[0].name
    views = list(zip(pair[0].views, pair[1].views, strict=True))
    choice = ""
    if len(views) > 1:
        options = "".join(
            f"<option {attributes((en.label, vi.label))}>{escape(en.label)}</option>"
            for en, vi in views
        )
        names = tuple(
            f"{say('choose')}: {figure.title}"
            for say, figure in zip(says, pair, strict=True)
        )
        choice = (
            f'<select data-figure="{name}" {attributes(names, "-label")}'
            f' aria-label="{escape(names[0])}">{options}</select>'
        )
    tables = "\n".join(
        f'<div data-table="{name}" data-view="{number}"{" hidden" if number else ""}>'
        + "\n".join(
            table_html(view.table, language)
            for language, view in zip(LANGUAGES, pair_of_views, strict=True)
        )
        + "</div>"
        for number, pair_of_views in enumerate(views)
    )
    words = views[0][0].table.words(pair[0].title, says[0])
    return f"""<figure id="figure-{name}"{' class="wide"' if pair[0].is_wide else ""}>
<figcaption><h3>{both((pair[0].title, pair[1].title))}</h3>
<p class="note">{both((pair[0].note, pair[1].note))}</p>{choice}</figcaption>
<div class="plot" id="plot-{name}" role="img" aria-label="{escape(words)}"></div>
<details><summary>{both(tuple(say("in_numbers") for say in says))}</summary>
<div class="scroll" tabindex="0">{tables}</div></details>
</figure>"""


def section_html(pair: tuple[Section, Section], says: list[Say]) -> str:
    """A part of the page.

    Args:
        pair: The part in both languages.
        says: The languages.
    """
    one, other = pair
    figures = "\n".join(
        figure_html(figures, says)
        for figures in zip(one.figures, other.figures, strict=True)
        if figures[0].views
    )
    remarks = "\n".join(
        f'<div class="remark {escape(kind)}"><p>{both((text, others[1]))}</p>'
        f'<p class="note">{both((more, others[2]))}</p></div>'
        for (kind, text, more), others in zip(one.remarks, other.remarks, strict=True)
    )
    return f"""<section id="{one.name}">
<h2>{both((one.title, other.title))}</h2>
<p class="lead">{both((one.lead, other.lead))}</p>
{remarks}<div class="figures">
{figures}
</div>
</section>"""


def as_json(value: Any) -> str:
    """JSON that may stand inside of a script element."""

    def plain(other: Any) -> Any:
        return float(other) if isinstance(other, Decimal) else other.isoformat()

    text = json.dumps(value, ensure_ascii=False, default=plain, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def columnar(rows: list[Row]) -> dict[str, list]:
    """Rows with the names of their columns written once."""
    columns = list(rows[0]) if rows else []
    return {"columns": columns, "rows": [list(row.values()) for row in rows]}


def render(answers: Answers) -> str:
    """The whole page.

    Args:
        answers: What the marts said.

    Returns:
        HTML that needs nothing else.
    """
    says = speakers(answers)
    en, vi = says
    parts = [sections(answers, say) for say in says]
    pairs = list(zip(*parts, strict=True))
    figures = {
        one.name: [
            {
                say.language: {
                    **view.spec(),
                    "words": view.table.words(
                        f"{figure.title}{f' ({view.label})' if view.label else ''}", say
                    ),
                }
                for say, figure, view in zip(says, (one, other), views, strict=True)
            }
            for views in zip(one.views, other.views, strict=True)
        ]
        for pair in pairs
        for one, other in zip(pair[0].figures, pair[1].figures, strict=True)
        if one.views
    }
    keys = zip(key_figures(answers, en), key_figures(answers, vi), strict=True)
    day = answers["as_of"][0]["as_of_date"]
    values = {
        "title": both((en("title"), vi("title"))),
        "as_of": both((en("as_of", day=day), vi("as_of", day=day))),
        "foot": both((en("foot"), vi("foot"))),
        "keys": "\n".join(
            f'<div id="key-{one[0]}"><dt>{both((one[2], other[2]))}</dt>'
            f"<dd>{both((one[1], other[1]))}</dd></div>"
            for one, other in keys
        ),
        "contents": "\n".join(
            f'<a href="#{one.name}">{both((one.title, other.title))}</a>'
            for one, other in pairs
        ),
        "sections": "\n".join(section_html(pair, says) for pair in pairs),
        "data": as_json({name: columnar(rows) for name, rows in answers.items()}),
        "figures": as_json(
            {
                "base": {say.language: base_layout(say) for say in says},
                "figures": figures,
            }
        ),
        "style": (HERE / "page.css").read_text(encoding="utf-8"),
        "script": (HERE / "page.js").read_text(encoding="utf-8"),
        "plotly": plotly_js(),
    }
    for name in ("title", "language", "contents", "example"):
        values[f"{name}_en"], values[f"{name}_vi"] = escape(en(name)), escape(vi(name))
    template = Template((HERE / "page.html").read_text(encoding="utf-8"))
    return template.substitute(values)


def plotly_js() -> str:
    """The plotting library, as its wheel carries it."""
    script = files("plotly") / "package_data" / "plotly.min.js"
    return script.read_text(encoding="utf-8")
