"""Waits while another process has the database open, and says so.

The engine lets one process at a time write to a file, so two builds cannot damage each
other. Left alone, the second one stops at once, under a hundred lines of traceback.
"""

import time
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin

from scripts.one_at_a_time import Waiting, lock_holder, patience


class Plugin(BasePlugin):
    """Makes sure that the file can be opened, just before dbt opens it."""

    def update_connection_config(
        self, creds: DuckDBCredentials, config: dict[str, Any]
    ) -> None:
        """Wait until nobody else has the database open.

        Args:
            creds: Names the file.
            config: What it is opened with.

        Raises:
            RuntimeError: Another process still had it when the time was up; dbt prints
                the message as it is.
        """
        if not Path(creds.path).is_file():
            return
        waiting = Waiting(creds.path, patience())
        while True:
            try:
                duckdb.connect(creds.path, config=config).close()
                return
            except duckdb.IOException as error:
                holder = lock_holder(error)
                if holder is None:
                    return
            except duckdb.Error:
                # Whatever else is wrong, dbt meets it too.
                return
            if waiting.is_over():
                raise RuntimeError(waiting.verdict(holder))
            waiting.tell(holder)
            time.sleep(0.2)
