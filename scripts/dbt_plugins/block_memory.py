"""Lets the engine keep the memory of its blocks, up to its memory limit.

Left alone, DuckDB gives each block of 256 KB back to the system and gets it again, and
the system clears it page by page: an eighth of the seconds of a build. Its block
allocator (DuckDB 1.5, https://github.com/duckdb/duckdb/pull/19678) uses them again; it
is off unless somebody says how much it may keep.
"""

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin


def keep_blocks(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the engine keep as much as its memory limit, or half of it.

    DuckDB refuses more than four fifths of the machine's memory. Among the settings
    that a database is opened with, that would end the process.

    Args:
        connection: Of which the memory limit is known.
    """
    for share in ("100%", "50%"):
        try:
            connection.execute(f"set block_allocator_memory = '{share}'")
        except duckdb.InvalidInputException:
            continue
        return


class Plugin(BasePlugin):
    """Does so when dbt has opened a database."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Let it keep its blocks.

        Args:
            conn: The connection that dbt has just opened.
        """
        keep_blocks(conn)
