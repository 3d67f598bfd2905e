"""What every test may ask for: a clock that is moved by hand, ids that count, randomness with a seed."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from mainspring.core.base.ambient import Ambient
from mainspring.core.base.clock import ManualClock
from mainspring.core.base.ids import CountingIds
from mainspring.core.base.randomness import seeded_random
from mainspring.core.instance.instance import Instance
from tools.postgres_server import PostgresServer

# A slow machine is no failing test, and the same commit gives the same result everywhere.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real server, one for each process that runs tests."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def each_instance(
    request: pytest.FixtureRequest, tmp_path: Path, each_ambient: Ambient | None
) -> Iterator[Instance]:
    """An empty instance, in memory and on each database: what holds of one holds of all."""
    with _empty_instance(request, str(tmp_path / "home"), each_ambient) as made:
        yield made


@pytest.fixture
def each_ambient() -> Ambient | None:
    """The world around ``each_instance``, for tests that want another than the real one."""
    return None


def _empty_instance(request: pytest.FixtureRequest, home: str, ambient: Ambient | None) -> Instance:
    if request.param == "memory":
        return Instance.ephemeral(ambient=ambient)
    if request.param == "sqlite":
        return Instance.local_temp(home, ambient=ambient)
    # asked for by name, so that no server is started for the others
    place = request.getfixturevalue("postgres_server").new_schema()
    address = {"hostname": place["host"], "port": place["port"], "username": place["user"]}
    postgres = {**address, "db_name": place["dbname"], "params": {"options": place["options"]}}
    return Instance.local_temp(home, {"storage": {"postgres": {"postgres_db": postgres}}}, ambient=ambient)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def ids() -> CountingIds:
    return CountingIds()


@pytest.fixture
def rng() -> random.Random:
    return seeded_random(0)


@pytest.fixture(autouse=True)
def no_instance_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the home of whoever runs it."""
    for name in ("MAINSPRING_HOME", "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
