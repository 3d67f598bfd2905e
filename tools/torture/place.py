"""The database that is tortured: a SQLite file in a folder, or a PostgreSQL server of its own."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from mainspring.core.base.clock import SystemClock
from mainspring.core.storage.sql.store import SqlStore, postgres_store, sqlite_store
from tools.postgres_server import PostgresServer

DATABASES = ("sqlite", "postgres")


class Place(NamedTuple):
    """Where the store lies. ``server`` is there for a PostgreSQL database."""

    folder: Path
    conninfo: dict[str, Any] | None = None
    server: PostgresServer | None = None

    def open(self) -> SqlStore:
        """The store, made if it is not there."""
        if self.conninfo is None:
            return sqlite_store(self.folder / "home", clock=SystemClock())
        return postgres_store(self.conninfo, clock=SystemClock())


@contextmanager
def place(database: str, folder: Path, *, durable: bool, max_connections: int = 200) -> Generator[Place]:
    """An empty database; a server that was started for it is stopped at the end."""
    if database == "sqlite":
        yield Place(folder)
        return
    server = PostgresServer(durable=durable, max_connections=max_connections)
    try:
        yield Place(folder, server.new_schema(), server)
    finally:
        server.close()
