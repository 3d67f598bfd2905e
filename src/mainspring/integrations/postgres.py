"""PostgreSQL for the records of an instance: the classes that settings of the older form name.

Settings that name one of them are read as ``storage.postgres``; see the reference of ``mainspring.yaml``. All of
them stand for one database, which holds runs, events and everything else.

Needs ``pip install 'mainspring[postgres]'``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from mainspring.core.base.clock import Clock, SystemClock
from mainspring.core.config.schema import Field
from mainspring.core.instance.plugins import ConfigurableClass, ConfigurableClassData
from mainspring.core.instance.postgres_address import parameters_of
from mainspring.core.instance.settings.config_type import config_type
from mainspring.core.instance.settings.described.storage import POSTGRES
from mainspring.core.instance.settings.reading import of_mapping
from mainspring.core.storage.sql.store import postgres_store
from mainspring.core.storage.store import Store

__all__ = [
    "DagsterPostgresStorage",
    "PostgresEventLogStorage",
    "PostgresRunStorage",
    "PostgresScheduleStorage",
    "PostgresStorage",
]


class PostgresStorage(ConfigurableClass):
    """All records of an instance in one PostgreSQL database.

    In ``mainspring.yaml``::

        storage:
          postgres:
            postgres_db: {username: me, password: {env: PG_PASSWORD}, hostname: db, db_name: records, port: 5432}

    By hand, ``open`` gives the store:

    >>> storage = PostgresStorage.from_config_value(None, {"postgres_url": "postgresql://me@db/records"})
    >>> storage.conninfo["dbname"]
    'records'
    """

    def __init__(
        self, conninfo: Mapping[str, str | int], inst_data: ConfigurableClassData | None = None
    ) -> None:
        self.conninfo = conninfo
        self._inst_data = inst_data

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        """The data it was made from; ``None`` where it was made by hand."""
        return self._inst_data

    @classmethod
    def config_type(cls) -> Mapping[str, Field]:
        """``postgres_url`` or ``postgres_db``, as under ``storage.postgres``."""
        return config_type(POSTGRES)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        """The storage at an address. Raises ``InvalidConfigError`` where the config is wrong. Nothing is opened."""
        given = of_mapping({"storage": {"postgres": config_value}}, f"the config of {cls.__name__}", {})
        return cls(parameters_of(given.values["storage"]["postgres"]), inst_data)

    def open(self, *, clock: Clock | None = None) -> Store:
        """The store, its tables made if need be; close it after use. Raises ``StorageError`` where it cannot be
        reached.
        """
        return postgres_store(self.conninfo, clock=SystemClock() if clock is None else clock)


class PostgresRunStorage(PostgresStorage):
    """What ``run_storage`` of the older form names; the same database as that of the two others."""


class PostgresEventLogStorage(PostgresStorage):
    """What ``event_log_storage`` of the older form names; the same database as that of the two others."""


class PostgresScheduleStorage(PostgresStorage):
    """What ``schedule_storage`` of the older form names; the same database as that of the two others."""


DagsterPostgresStorage = PostgresStorage
