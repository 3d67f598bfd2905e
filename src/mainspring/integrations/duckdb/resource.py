"""``DuckDBResource``: connections to a DuckDB database."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import duckdb
from pydantic import Field, PrivateAttr

from mainspring.integrations.duckdb.connect import Patience, connection_to
from mainspring.runtime.definitions.resources.configurable import ConfigurableResource


class DuckDBResource(ConfigurableResource):
    """Opens a DuckDB database for assets and ops that write their own SQL.

    >>> resource = DuckDBResource(database=":memory:")
    >>> with resource.get_connection() as connection:
    ...     connection.sql("select 1 + 1").fetchall()
    [(2,)]

    ``database`` is a file, whose folder is made, or ``:memory:``, or a ``md:`` address; ``connection_config``
    holds settings of DuckDB such as ``{"threads": 4}``. While another process holds the file, opening is
    tried again for half a minute.
    """

    database: str = Field(description="The file of the database; ':memory:' for one that is gone afterwards.")
    connection_config: dict[str, Any] = Field(
        default={}, description="Settings of DuckDB, as in duckdb.connect(config=...)."
    )

    _patience: Patience = PrivateAttr(default_factory=Patience)

    @contextmanager
    def get_connection(self) -> Generator[duckdb.DuckDBPyConnection, None, None]:
        """A connection, closed at the end of the ``with`` block. Raises ``DatabaseLockedError``."""
        with connection_to(self.database, self.connection_config, patience=self._patience) as connection:
            yield connection
