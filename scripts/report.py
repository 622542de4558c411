"""Writes the report: one HTML page with what the published marts say.

    python scripts/report.py [--from FILE] [--out FILE] [--picture FILE]

The page needs nothing else: the numbers, the figures and the plotting library are in
it, and it asks nothing of any network. It speaks English and Vietnamese.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent))

from browser import Browser
from explain import Marts, as_page
from one_at_a_time import is_there
from reporting.page import render
from reporting.queries import ask

EXAMPLE = "example.html"
"""Beside the report, which links to it: one person's story."""

PICTURE_HEIGHT = 950
"""Pixels from the top of the page: the key figures and the six groups."""


def write(source: Path, out: Path) -> Path:
    """Write the report of a publication.

    Args:
        source: The published file.
        out: The page; beside it stands the story of one person, as an example.

    Returns:
        Path of the page.

    Raises:
        SystemExit: There is no publication, it cannot be read or lacks a mart, or the
            page cannot be written; the message says what to do.
    """
    if not is_there(source):
        raise SystemExit(
            f"There is nothing published at {source}: say where you publish to, with"
            " --from and --out, or run `make build`."
        )
    try:
        with duckdb.connect(str(source), read_only=True) as connection:
            answers = ask(connection)
    except duckdb.CatalogException as error:
        raise SystemExit(
            f"{source} lacks a mart that the report needs: run `make build`. {error}"
        ) from error
    except duckdb.IOException as error:
        raise SystemExit(f"No report: {source} cannot be read: {error}") from error
    marts = Marts(source)
    person = marts.example()
    story = None if person is None else marts.story_of(person)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        replace_text(out, render(answers))
        replace_text(out.with_name(EXAMPLE), as_page(story))
    except OSError as error:
        raise SystemExit(
            f"No report: {out} cannot be written: {error.strerror}."
            " Name another page with --out."
        ) from error
    return out


def replace_text(path: Path, text: str) -> None:
    """Write a file in one rename, so that nobody reads half of it.

    Args:
        path: The file.
        text: What stands in it.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def take_picture(page: Path, out: Path) -> Path:
    """Take a picture of the top of the report, for the README.

    Args:
        page: The report.
        out: A .png file.

    Raises:
        SystemExit: There is no Chromium, or the file cannot be written.
    """
    try:
        with Browser() as browser:
            opened = browser.open(page, width=1280, query="?lang=en")
            opened.wait_for("document.documentElement.dataset.drawn")
            return opened.picture(out, height=PICTURE_HEIGHT)
    except FileNotFoundError as error:
        raise SystemExit(f"No picture: {error}") from error
    except OSError as error:
        # Without a file it is of the browser.
        if error.filename is None:
            raise
        raise SystemExit(
            f"No picture: {error.filename} cannot be written: {error.strerror}."
            " Name another file with --picture."
        ) from error


def main(arguments: list[str] | None = None) -> None:
    """Write the report and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        default=Path("published/marts.duckdb"),
        help="the published file",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("published/report.html"),
        help="the page (default: %(default)s)",
    )
    parser.add_argument(
        "--picture",
        type=Path,
        help="a .png of the top of the page; needs a Chromium",
    )
    options = parser.parse_args(arguments)
    page = write(options.source, options.out)
    size = page.stat().st_size / 1e6
    print(f"The report: {page}, {size:.1f} MB. Open it in a browser.")
    print("It holds sums only, and can be mailed without the example beside it.")
    if options.picture:
        print(f"A picture of it: {take_picture(page, options.picture)}")


if __name__ == "__main__":
    main()
