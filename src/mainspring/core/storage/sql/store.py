"""The whole store on one database."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mainspring.core.base.clock import Clock
from mainspring.core.base.errors import SettingsError
from mainspring.core.storage.sql.assets import SqlAssets
from mainspring.core.storage.sql.backfills import SqlBackfills
from mainspring.core.storage.sql.checks import SqlChecks
from mainspring.core.storage.sql.daemons import SqlDaemons
from mainspring.core.storage.sql.engine import Database
from mainspring.core.storage.sql.events import SqlEvents
from mainspring.core.storage.sql.instigators import SqlInstigators
from mainspring.core.storage.sql.kv import SqlKeyValues
from mainspring.core.storage.sql.leases import SqlLeases
from mainspring.core.storage.sql.partitions import SqlDynamicPartitions, SqlPartitions
from mainspring.core.storage.sql.run_stats import SqlRunStats
from mainspring.core.storage.sql.runs import SqlRuns
from mainspring.core.storage.sql.schema import TABLES
from mainspring.core.storage.sql.slots import SqlPools
from mainspring.core.storage.sql.sqlite import BUSY_SECONDS, FILE_NAME, MemoryDatabase, SqliteDatabase
from mainspring.core.storage.sql.ticks import SqlTicks
from mainspring.core.storage.sql.verify import Show, Verification
from mainspring.core.storage.watch import Watch


class SqlStore:
    """All families of tables on one database; see ``Store``."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.events: SqlEvents = SqlEvents(database)
        self.runs: SqlRuns = SqlRuns(database)
        self.run_stats: SqlRunStats = SqlRunStats(database)
        self.assets: SqlAssets = SqlAssets(database)
        self.partitions: SqlPartitions = SqlPartitions(database)
        self.checks: SqlChecks = SqlChecks(database)
        self.dynamic_partitions: SqlDynamicPartitions = SqlDynamicPartitions(database)
        self.kv: SqlKeyValues = SqlKeyValues(database)
        self.instigators: SqlInstigators = SqlInstigators(database)
        self.ticks: SqlTicks = SqlTicks(database)
        self.backfills: SqlBackfills = SqlBackfills(database)
        self.daemons: SqlDaemons = SqlDaemons(database)
        self.leases: SqlLeases = SqlLeases(database)
        self.pools: SqlPools = SqlPools(database)

    def watch(self) -> Watch:
        """What wakes a thread when events were stored."""
        return self.database.watch()

    def verification(self, *, mend: bool = False, show: Show | None = None) -> Verification:
        """A comparison of all that is derived with what the log says."""
        return Verification(self.database, mend=mend, show=show)

    def wipe_everything(self) -> None:
        """Empty all tables."""
        with self.database.write() as cursor:
            for table in TABLES:
                cursor.execute(f"DELETE FROM {table}")

    def close(self) -> None:
        """Close all connections."""
        self.database.close()


def sqlite_store(folder: Path, *, clock: Clock, busy_seconds: float = BUSY_SECONDS) -> SqlStore:
    """The store in a folder, made if it is not there. Many processes may call this for one folder at once."""
    return SqlStore(SqliteDatabase(folder / FILE_NAME, clock=clock, busy_seconds=busy_seconds))


def postgres_store(
    conninfo: str | Mapping[str, Any], *, clock: Clock, database_time: Callable[[], float] | None = None
) -> SqlStore:
    """The store in a PostgreSQL database, whose tables are made if they are not there.

    ``conninfo`` is a URL or the parameters of libpq; ``database_time`` stands for the server's clock in tests.
    Raises ``SettingsError`` where psycopg is not installed.
    """
    try:
        # who keeps everything in SQLite does not need the driver
        postgres: Any = importlib.import_module("mainspring.core.storage.sql.postgres")
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise SettingsError(
            "A PostgreSQL database needs the package psycopg, which is not installed.",
            hint="pip install 'mainspring[postgres]' 'psycopg[binary]'",
        ) from error
    return SqlStore(postgres.PostgresDatabase(conninfo, clock=clock, database_time=database_time))


def memory_store(*, clock: Clock) -> SqlStore:
    """A store that lives as long as this object."""
    return SqlStore(MemoryDatabase(clock=clock))
