"""The lineage docs, opened as a reviewer opens them: from the disk, offline.

`make test-docs` writes them and runs this; without docs or a browser it is skipped.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import dbt.task.docs
import pytest
from pipeline import PROJECT

from scripts.browser import PATIENCE, Browser, Page, chromium
from scripts.finish_docs import QUICK_WALK, WALK, with_quick_walks

DOCS = PROJECT / "target" / "static_index.html"
COLUMNS = PROJECT / "target" / "column_lineage.html"
LINEAGE = PROJECT / "target" / "colibri" / "colibri-manifest.json"

OF_DBT = ("getIcon(item.type", "favicon.ico", "ERR_FILE_NOT_FOUND")
"""In complaints about pictures that dbt's template names and does not bring."""

MOST_ORPHANS = 0.05
"""Share of the columns of marts that may come from no column: counts and literals."""


def written(path: Path) -> Path:
    """A file of the docs; the test is skipped where it has not been written."""
    if not path.exists():
        pytest.skip(f"{path.relative_to(PROJECT)} is not there: run `make test-docs`")
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; the test is skipped where there is none."""
    if chromium() is None:
        pytest.skip("needs a Chromium: install one, or name it in CHROMIUM")
    with Browser() as opened:
        yield opened


def complaints(page: Page) -> list[str]:
    """Complaints that are ours."""
    return [
        text for text in page.complaints() if not any(known in text for known in OF_DBT)
    ]


def test_overview_draws_the_layers_and_asks_for_nothing(browser: Browser) -> None:
    page = browser.open(written(DOCS), width=1280, query="#!/overview")
    picture = "[...document.images].find(each => each.alt.startsWith('Raw tables'))"
    page.wait_for(f"{picture}?.naturalWidth > 600")
    assert page.evaluate(f"{picture}.width") > 500
    text = page.evaluate("document.body.innerText")
    for heading in ("The words", "The layers", "Where each rule lives"):
        assert heading in text
    assert "|---" not in text, "a table is shown as it was written"
    assert page.requests() == []
    assert complaints(page) == []


def colours(page: Page) -> set[str]:
    """Colours of a lineage that is drawn, as `#rrggbb`."""
    return set(
        page.evaluate(
            """(() => {
                const seen = new Set();
                for (const canvas of document.querySelectorAll('canvas')) {
                    const {width, height} = canvas;
                    const dots = canvas.getContext('2d')
                        .getImageData(0, 0, width, height).data;
                    for (let i = 0; i < dots.length; i += 4)
                        if (dots[i + 3] === 255) seen.add('#' + [0, 1, 2].map(
                            j => dots[i + j].toString(16).padStart(2, '0')).join(''));
                }
                return [...seen];
            })()"""
        )
    )


def wait_until_drawn(page: Page, is_drawn: Callable[[set[str]], bool]) -> None:
    """Wait for a lineage. Arguments: page; is_drawn, which judges by its colours."""
    until = time.monotonic() + PATIENCE
    while not is_drawn(seen := colours(page)):
        assert time.monotonic() < until, f"not drawn, but these colours: {seen}"
        time.sleep(0.5)


def lineage(browser: Browser, model: str, asked: str) -> Page:
    """The page of a model, with what is asked for of its lineage drawn in front."""
    place = f"#!/model/model.segmentation.{model}?g_v=1&g_i={quote(asked)}"
    page = browser.open(written(DOCS), width=1280, query=place)
    page.wait_for("document.querySelectorAll('canvas').length > 0")
    return page


def test_a_mart_shows_its_columns_and_its_lineage_in_colours(browser: Browser) -> None:
    page = lineage(browser, "orders", "2+orders")
    page.wait_for("document.body.innerText.includes('counts_until')")
    layers = {"#0072b2", "#b8860b", "#00795b"}
    wait_until_drawn(page, lambda seen: layers <= seen)
    assert page.requests() == []
    assert complaints(page) == []


def test_the_longest_lineage_is_drawn(browser: Browser) -> None:
    page = lineage(browser, "int_calendar__bounds", "+int_calendar__bounds+")
    wait_until_drawn(page, lambda seen: len(seen) >= 100)


def test_a_quick_walk_finds_what_the_walk_of_dbt_finds(browser: Browser) -> None:
    of_dbt = (Path(dbt.task.docs.__file__).parent / "index.html").read_text("utf-8")
    walked = """(() => {
        const edges = ['ab', 'ac', 'ad', 'bd', 'cd', 'ce', 'cf', 'df', 'ef', 'fg'];
        let visits = 0;
        const graph = {
            predecessors: of => (visits++,
                edges.filter(each => each[1] === of).map(each => each[0])),
            successors: of => (visits++,
                edges.filter(each => each[0] === of).map(each => each[1]))};
        const r = {uniq: list => [...new Set(list)]};
        const o = given => given !== null && given !== undefined;
        WALK
        const found = [undefined, null, 0, 1, 2, 3, '2'].flatMap(steps =>
            [...'abcdefg'].map(of => NAME(graph, of, steps).sort().join('')));
        visits = 0;
        NAME(graph, 'NEXT' === 'successors' ? 'a' : 'g');
        return {found, visits};
    })()"""
    page = browser.open(written(DOCS), width=1280)
    walks = list(WALK.finditer(of_dbt))
    assert {match["next"] for match in walks} == {"predecessors", "successors"}
    for match in walks:
        asked = walked.replace("NAME", match["name"]).replace("NEXT", match["next"])
        slow = page.evaluate(asked.replace("WALK", match[0]))
        walk = QUICK_WALK.format(**match.groupdict())
        quick = page.evaluate(asked.replace("WALK", walk))
        assert quick["found"] == slow["found"]
        assert quick["visits"] <= len("abcdefg") < slow["visits"]


def test_a_page_with_other_walks_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="0 walks"):
        with_quick_walks("<html></html>")


def test_column_lineage_asks_for_nothing(browser: Browser) -> None:
    page = browser.open(written(COLUMNS), width=1280)
    page.wait_for("document.body.innerText.includes('segmentation')")
    time.sleep(3)
    assert page.requests() == []
    assert page.complaints() == []


def test_columns_of_marts_have_parents() -> None:
    found = json.loads(written(LINEAGE).read_text(encoding="utf-8"))
    fed = {
        (edge["target"], edge["targetColumn"].lower())
        for edge in found["lineage"]["edges"]
    }
    columns = {
        (key, column.lower())
        for key, node in found["nodes"].items()
        if "/marts/" in (node.get("path") or "") and node["nodeType"] == "model"
        for column in node["columns"]
    }
    assert len(columns) > 200
    assert len(columns - fed) <= MOST_ORPHANS * len(columns), columns - fed
