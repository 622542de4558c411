"""Puts the pictures that a page of the lineage docs shows into the page itself.

    python scripts/inline_pictures.py target/static_index.html

dbt shows a picture by its address and leaves it where it is. With the pictures inside,
the page can be sent around as one file.
"""

from __future__ import annotations

import argparse
import base64
import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SHOWN = re.compile(r"\]\((docs/images/[\w-]+\.svg)\)")


def inlined(page: str, folder: Path = PROJECT) -> str:
    """A page with its pictures inside.

    Args:
        page: The page; its markdown names pictures as `](docs/images/<name>.svg)`.
        folder: What their addresses start from.

    Returns:
        The page, every such address replaced by the picture.
    """

    def picture(match: re.Match[str]) -> str:
        text = base64.b64encode((folder / match[1]).read_bytes()).decode()
        return f"](data:image/svg+xml;base64,{text})"

    return SHOWN.sub(picture, page)


def main() -> None:
    """Rewrite the page that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", type=Path)
    page = parser.parse_args().page
    page.write_text(inlined(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
