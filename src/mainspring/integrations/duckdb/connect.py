"""Opening a DuckDB database that another process may hold at the moment."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import duckdb

from mainspring.core.base.clock import Clock, SystemClock
from mainspring.core.base.errors import OperatorError

_LOCKED = "set lock on file"
_NOT_A_FILE = ("md:", "motherduck:", ":memory:")


class DatabaseLockedError(OperatorError):
    """Another process holds the database file for writing, and did not let go of it in time."""

    transient: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for somebody else: in seconds, the first pause, the longest, and all together."""

    first: float = 0.05
    longest: float = 1.0
    total: float = 30.0
    clock: Clock = field(default_factory=SystemClock)

    def pauses(self) -> Generator[None, None, None]:
        """Yields before each further attempt, having waited; ends when the time is over."""
        began, pause = self.clock.monotonic(), self.first
        while self.clock.monotonic() - began + pause <= self.total:
            self.clock.sleep(pause)
            yield
            pause = min(pause * 2, self.longest)


@contextmanager
def connection_to(
    database: str, config: Mapping[str, Any] | None = None, *, patience: Patience | None = None
) -> Generator[duckdb.DuckDBPyConnection, None, None]:
    """A connection that is closed at the end of the ``with`` block. Makes the folder of the file.

    Raises ``DatabaseLockedError`` where another process holds the file for longer than ``patience``.
    """
    if database and not database.startswith(_NOT_A_FILE) and "://" not in database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    connection = _open(database, dict(config or {}), patience or Patience())
    try:
        yield connection
    finally:
        connection.close()


def _open(database: str, config: dict[str, Any], patience: Patience) -> duckdb.DuckDBPyConnection:
    pauses = patience.pauses()
    while True:
        try:
            return duckdb.connect(database, config=config)
        except duckdb.IOException as error:
            if _LOCKED not in str(error):
                raise
            if next(pauses, pauses) is pauses:
                raise DatabaseLockedError(
                    f"The DuckDB database {database} is held by another process: {error}",
                    hint="Close the other program (a DuckDB shell, a notebook), or open it there with "
                    "read_only=True. Only one process can write to a DuckDB file at a time.",
                ) from error
