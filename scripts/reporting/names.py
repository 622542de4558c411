"""What groups are called, whether or not anybody stands in them today."""

from __future__ import annotations

import csv
from pathlib import Path

Names = dict[tuple[str, str], tuple[str, str]]
"""Name by (scheme, segment), in both languages."""

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "reference"


def all_names(told: Names, preset: str) -> Names:
    """The names of all groups of both schemes.

    The marts name only groups in which somebody stands; the others have the names of
    the seeds. A segment of another rfm preset may have been left by a change of rules.

    Args:
        told: The names that the marts tell.
        preset: The rfm preset in force.
    """
    names: Names = {}
    segments = seed("rfm_segments")
    for row in sorted(
        segments, key=lambda row: (row["preset"] != preset, row["preset"])
    ):
        names.setdefault(("rfm", row["segment"]), (row["label_en"], row["label_vi"]))
    for row in seed("lifecycle_groups"):
        names["lifecycle", row["segment"]] = (row["label_en"], row["label_vi"])
    return {**names, **told}


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a reference seed. Arguments: its name."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
