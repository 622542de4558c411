"""Finishes the page of the lineage docs that dbt wrote.

    python scripts/finish_docs.py target/static_index.html

dbt shows a picture by its address and leaves it where it is. With the pictures inside,
the page can be sent around as one file.

dbt's page looks for the ancestors of a model along every path that leads to it. There
are millions of them here, and the page stood still for most of a minute. Now it comes
by every model once.
"""

from __future__ import annotations

import argparse
import base64
import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SHOWN = re.compile(r"\]\((docs/images/[\w-]+\.svg)\)")

WALK = re.compile(
    r"function (?P<name>\w)\(e,t,n,(?P<depth>\w)\)\{(?P=depth)\|\|\((?P=depth)=1\);"
    r"var l=e\.(?P<next>predecessors|successors)\(t\);.{1,200}?return \w\.uniq\(s\)\}"
)
"""A walk from node t of graph e, n steps far, or to the end where n is not given."""

QUICK_WALK = (
    "function {name}(e,t,n){{const s=new Set;let f=[t];"
    "for(let d=0;f.length&&(null==n||d<n);d++)"
    "f=[...new Set(f.flatMap(k=>e.{next}(k)||[]))].filter(k=>!s.has(k)&&s.add(k));"
    "return[...s]}}"
)
"""The same, step by step, leaving out whatever was met before."""


def with_pictures(page: str) -> str:
    """A page with its pictures inside.

    Args:
        page: The page; its markdown names pictures as `](docs/images/<name>.svg)`.

    Returns:
        The page, every such address replaced by the picture.
    """

    def picture(match: re.Match[str]) -> str:
        text = base64.b64encode((PROJECT / match[1]).read_bytes()).decode()
        return f"](data:image/svg+xml;base64,{text})"

    return SHOWN.sub(picture, page)


def with_quick_walks(page: str) -> str:
    """A page that finds ancestors and descendants by coming to each model once.

    Args:
        page: The page, as dbt wrote it.

    Raises:
        ValueError: It does not hold dbt's two walks: dbt has changed its page.
    """
    quick, walks = WALK.subn(lambda match: QUICK_WALK.format(**match.groupdict()), page)
    if walks != 2:
        raise ValueError(
            f"dbt's page has {walks} walks through the lineage as we know them, not 2: "
            "see docs/decisions/0022-lineage-docs.md. Open the lineage of persons; if "
            "it is there within seconds, drop with_quick_walks, or else mend WALK"
        )
    return quick


def main() -> None:
    """Rewrite the page that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", type=Path)
    page = parser.parse_args().page
    text = page.read_text(encoding="utf-8")
    page.write_text(with_quick_walks(with_pictures(text)), encoding="utf-8")


if __name__ == "__main__":
    main()
