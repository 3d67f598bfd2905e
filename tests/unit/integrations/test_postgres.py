"""The classes that settings of the older form name."""

from __future__ import annotations

import pytest

from mainspring.core.base.errors import InvalidConfigError
from mainspring.core.instance.plugins import ConfigurableClassData
from mainspring.integrations.postgres import (
    DagsterPostgresStorage,
    PostgresEventLogStorage,
    PostgresRunStorage,
    PostgresScheduleStorage,
    PostgresStorage,
)

CLASSES = [PostgresStorage, PostgresRunStorage, PostgresEventLogStorage, PostgresScheduleStorage]


@pytest.mark.parametrize("kind", CLASSES)
def test_config_type(kind) -> None:
    assert set(kind.config_type()) == {
        "postgres_url",
        "postgres_db",
        "auth_provider",
        "should_autocreate_tables",
    }
    made = kind.from_config_value(None, {"postgres_url": "postgresql://me@db/records"})
    assert (made.conninfo, made.inst_data) == ({"host": "db", "user": "me", "dbname": "records"}, None)


def test_the_published_spelling() -> None:
    assert DagsterPostgresStorage is PostgresStorage


def test_a_wrong_config() -> None:
    with pytest.raises(InvalidConfigError, match="the config of PostgresRunStorage are wrong"):
        PostgresRunStorage.from_config_value(None, {"postgres_url": "mysql://db"})


@pytest.mark.postgres
def test_it_opens_the_store(postgres_server) -> None:
    known = postgres_server.conninfo(by_socket=False)
    config = f"""
postgres_db:
  username: {known["user"]}
  password: {{env: PG_PASSWORD}}
  hostname: {known["host"]}
  port: {known["port"]}
  db_name: {known["dbname"]}
  params: {{options: "{postgres_server.new_schema()["options"]}"}}
"""
    data = ConfigurableClassData("mainspring.integrations.postgres", "PostgresStorage", config)
    storage = data.rehydrate(PostgresStorage, environ={"PG_PASSWORD": known["password"]})
    assert storage.inst_data == data
    store = storage.open()
    store.kv.set({"a": "b"})
    assert store.kv.get(["a"]) == {"a": "b"}
    store.close()
