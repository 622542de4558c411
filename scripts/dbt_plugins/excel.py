"""Loads DuckDB's own excel extension from its wheel, so that .xlsx files can be read.

DuckDB fetches extensions from the internet on first use. The package
`duckdb-extension-excel` holds the same file, for one version of DuckDB, and comes from
the package registry with everything else, so a build needs no other network.
"""

from importlib.util import find_spec
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.events.logging import AdapterLogger

logger = AdapterLogger("DuckDB")


def extension_path() -> Path | None:
    """Find the excel extension that fits the DuckDB in use.

    Returns:
        Path of the .duckdb_extension file, or None where the package is not installed
        or is made for another version of DuckDB.
    """
    spec = find_spec("duckdb_extension_excel")
    if spec is None or spec.origin is None:
        return None
    version = duckdb.__version__
    folder = Path(spec.origin).parent / "extensions" / f"v{version}"
    path = folder / "excel.duckdb_extension"
    return path if path.is_file() else None


class Plugin(BasePlugin):
    """Makes `read_xlsx` and `copy ... (format xlsx)` work in every model and macro."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Load the extension; without it everything but .xlsx files still works.

        Args:
            conn: The connection that dbt has just opened.

        Raises:
            duckdb.Error: The extension's file is there but cannot be loaded.
        """
        path = extension_path()
        if path is None:
            version = duckdb.__version__
            logger.debug(
                f"No excel extension for DuckDB {version}: "
                f"install duckdb-extension-excel=={version} to read .xlsx files."
            )
            return
        quoted = str(path).replace("'", "''")
        conn.execute(f"load '{quoted}'")
