"""Sees to it that the database can be opened, waits for it, or says why it cannot.

The engine lets one process at a time write to a file, so two builds cannot damage each
other. Left alone, the second one stops at once, under a hundred lines of traceback.
"""

import shutil
import time
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin

from scripts.one_at_a_time import (
    Waiting,
    is_there,
    lock_holder,
    patience,
    spill_folder,
)

_waitings: dict[str, Waiting] = {}
"""Waiting by file: dbt tries several times to open one, and waits once."""


class Plugin(BasePlugin):
    """Makes sure that the file can be opened, just before dbt opens it.

    It also says where the engine spills, by the path of the file.
    """

    def update_connection_config(
        self, creds: DuckDBCredentials, config: dict[str, Any]
    ) -> None:
        """Make the database's folder, and wait until nobody else has it open.

        Args:
            creds: Names the file.
            config: What it is opened with; the folder to spill to is added.

        Raises:
            RuntimeError: Another process still had it when the time was up, there can
                be no such folder, or the file is no database; dbt prints the message
                as it is.
        """
        path = Path(creds.path)
        config["temp_directory"] = spill_folder(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RuntimeError(
                f"There can be no folder {path.parent}: {error.strerror}. Environment"
                " variable SEGMENTATION_DB names the database file in it."
            ) from error
        if not is_there(path):
            return
        waiting = _waitings.setdefault(creds.path, Waiting(creds.path, patience()))
        while True:
            try:
                duckdb.connect(creds.path, config=config).close()
                del _waitings[creds.path]
                # What a killed run has spilled; nobody else has the file open.
                shutil.rmtree(config["temp_directory"], ignore_errors=True)
                return
            except duckdb.IOException as error:
                if "not a valid DuckDB database file" in str(error):
                    raise RuntimeError(
                        f"{path} is damaged, or no DuckDB database. Put a backup in its"
                        " place; or move it away and build again, which tells all of"
                        " history anew, without a record of earlier runs. What is"
                        " published is as it was."
                    ) from error
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
