"""What macros say for Spark, as far as DuckDB understands it, too."""

from __future__ import annotations

import re

import duckdb
import pytest
from rendering import Macros

MACROS = Macros(("adapters",))


@pytest.mark.parametrize("levels", range(2, 6))
@pytest.mark.parametrize("values", ["1, 2, 2, 3, 5, 8", "7", "null"])
def test_percentile_cuts_are_those_of_duckdb(values: str, levels: int) -> None:
    """Null without a value: there the cut points of another number of levels count."""
    here = MACROS.call("percentile_cuts", "value", levels)
    there = MACROS.call("spark__percentile_cuts", "value", levels)
    cuts, cuts_there = duckdb.sql(
        f"select {here}, {re.sub(r'^array|(?<= )array', 'list_value', there)}"
        f" from (select cast(unnest([{values}]) as double) as value)"
    ).fetchall()[0]
    assert cuts_there == cuts
    assert (cuts is None) == (values == "null")
