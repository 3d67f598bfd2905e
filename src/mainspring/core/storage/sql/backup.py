"""A copy of a database file, made while others may go on reading it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from mainspring.core.storage.sql.bare import BareSqlite
from mainspring.core.storage.sql.sqlite import translated

_PAGES = 4096


def copy_sqlite(path: Path, to: Path, *, told: Callable[[int, int], object]) -> None:
    """Copy the committed state of a database file into a new file, readable for its owner alone.

    ``told`` hears how many pages have been copied, and of how many. Nothing is left of a copy that failed.
    """
    source = BareSqlite(path, read_only=True)
    try:
        os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            with translated(to):
                target = sqlite3.connect(to)
                try:
                    source.driver.backup(
                        target,
                        pages=_PAGES,
                        progress=lambda _, left, all_pages: told(all_pages - left, all_pages),
                    )
                finally:
                    target.close()
        except BaseException:
            to.unlink(missing_ok=True)
            raise
    finally:
        source.close()
