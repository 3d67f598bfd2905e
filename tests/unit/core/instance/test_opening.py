"""Instances whose settings name a PostgreSQL database, on a real server."""

from __future__ import annotations

import builtins
import sys

import pytest
import yaml

from mainspring.core.base.errors import NotADatabaseError, SettingsError, StorageError
from mainspring.core.instance.instance import Instance
from mainspring.core.records.asset_events import AssetMaterialization
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing.world import simulated_world
from tools.postgres_server import PASSWORD, PostgresServer

pytestmark = pytest.mark.postgres


def parts(server: PostgresServer, **other: object) -> dict[str, object]:
    known = server.conninfo(by_socket=False)
    return {
        "username": known["user"],
        "password": {"env": "PG_PASSWORD"},
        "hostname": known["host"],
        "port": known["port"],
        "db_name": known["dbname"],
        **other,
    }


def open_home(tmp_path, settings: object, password: str = PASSWORD) -> Instance:
    (tmp_path / "mainspring.yaml").write_text(yaml.safe_dump(settings))
    environ = {"MAINSPRING_HOME": str(tmp_path), "PG_PASSWORD": password}
    return Instance.get(ambient=simulated_world(environ=environ))


def schema_of(server: PostgresServer) -> dict[str, object]:
    return {"options": server.new_schema()["options"]}


def test_the_records_are_in_the_database(tmp_path, postgres_server) -> None:
    settings = {
        "storage": {"postgres": {"postgres_db": parts(postgres_server, params=schema_of(postgres_server))}}
    }
    with open_home(tmp_path, settings) as instance:
        instance.report_runless_asset_event(AssetMaterialization("orders", metadata={"rows": 3}))
        ref = instance.get_ref()
    assert PASSWORD not in ref.to_json()
    with open_home(tmp_path, settings) as instance:
        assert instance.has_asset_key(AssetKey("orders"))
    assert [path.name for path in tmp_path.iterdir()] == ["mainspring.yaml"]


def test_an_address_in_one_piece_and_the_older_form(tmp_path, postgres_server) -> None:
    known = postgres_server.conninfo(by_socket=False)
    schema = str(schema_of(postgres_server)["options"]).replace("=", "%3D")
    url = f"postgresql://{known['user']}:{PASSWORD}@{known['host']}:{known['port']}/{known['dbname']}?options={schema}"
    with open_home(tmp_path, {"storage": {"postgres": {"postgres_url": url}}}) as instance:
        instance.add_dynamic_partitions("d", ["x"])
    older = {
        key: {"module": "dagster_postgres", "class": name, "config": {"postgres_url": url}}
        for key, name in (
            ("run_storage", "PostgresRunStorage"),
            ("event_log_storage", "PostgresEventLogStorage"),
            ("schedule_storage", "PostgresScheduleStorage"),
        )
    }
    with open_home(tmp_path, older) as instance:
        assert instance.get_dynamic_partitions("d") == ["x"]


@pytest.mark.parametrize(
    "wrong,password,told",
    [
        ({}, "s3cret", "refused the user"),
        ({"username": "nobody"}, "s3cret", "refused the user"),
        ({"db_name": "nowhere"}, PASSWORD, "nowhere"),
        ({"port": 1}, "s3cret", "cannot be reached"),
        ({"port": 99999999}, "s3cret", "cannot be reached"),
        ({"params": {"sslmode": "sometimes"}}, "s3cret", "cannot be reached"),
        ({"params": {"connect_timeout": "soon"}}, "s3cret", "cannot be reached"),
        ({"hostname": "no.such.host.invalid"}, "s3cret", "cannot be reached"),
    ],
)
def test_what_keeps_from_connecting_is_told_without_the_password(
    tmp_path, postgres_server, wrong, password, told
) -> None:
    settings = {"storage": {"postgres": {"postgres_db": parts(postgres_server, **wrong)}}}
    with pytest.raises(StorageError) as caught:
        open_home(tmp_path, settings, password)
    assert told in str(caught.value)
    assert caught.value.hint
    assert password not in str(caught.value)
    cause = caught.value.__cause__
    assert password not in str(cause)


def test_a_database_of_another_program_is_left_alone(tmp_path, postgres_server) -> None:
    params = schema_of(postgres_server)
    postgres_server.psql(f"CREATE TABLE {str(params['options']).partition('=')[2]}.runs (id int)")
    settings = {"storage": {"postgres": {"postgres_db": parts(postgres_server, params=params)}}}
    with pytest.raises(NotADatabaseError, match="is a database of another program"):
        open_home(tmp_path, settings)


@pytest.mark.parametrize(
    "raised,told,hint",
    [
        (
            ModuleNotFoundError("no psycopg", name="psycopg"),
            "needs the package psycopg",
            "mainspring[postgres]",
        ),
        (
            ImportError("no pq wrapper available"),
            "cannot be loaded: no pq wrapper available",
            "psycopg[binary]",
        ),
    ],
)
def test_without_the_driver(tmp_path, monkeypatch, raised, told, hint) -> None:
    for name in [one for one in sys.modules if one.partition(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "mainspring.core.storage.sql.postgres", raising=False)
    real = builtins.__import__

    def without(name: str, *rest: object):
        if name.partition(".")[0] == "psycopg":
            raise raised
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SettingsError) as caught:
        open_home(tmp_path, {"storage": {"postgres": {"postgres_url": "postgresql://me@db/records"}}})
    assert told in str(caught.value)
    assert hint in str(caught.value.hint)
