"""A home with the database that a series asks for: SQLite in its folder, or a PostgreSQL server of its own."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

from harness.series import Series
from harness.targets import Target
from tools.postgres_server import PASSWORD, PostgresServer

_SILENT = "telemetry:\n  enabled: false\n"
_POSTGRES = """storage:
  postgres:
    postgres_db:
      username: {user}
      password: {password}
      hostname: 127.0.0.1
      port: {port}
      db_name: {dbname}
{more}"""

#: The driver a peer's own requirements do not bring, which it must be told to use.
_SCHEMES = {"dagster": "      scheme: postgresql+psycopg2\n"}


@contextlib.contextmanager
def fresh_home(series: Series, target: Target, root: Path) -> Generator[Path]:
    """An empty home directory for one instance, telemetry off, removed in the end with its database."""
    home = Path(tempfile.mkdtemp(prefix="bench-", dir=root))
    settings = home / "dagster.yaml"
    settings.write_text(_SILENT)
    server = PostgresServer(durable=True) if series.database == "postgres" else None
    if server is not None:
        found = server.conninfo(by_socket=False)
        text = _POSTGRES.format(**{**found, "password": PASSWORD, "more": _SCHEMES.get(target.name, "")})
        settings.write_text(_SILENT + text)
    try:
        yield home
    finally:
        if server is not None:
            server.close()
        shutil.rmtree(home, ignore_errors=True)
