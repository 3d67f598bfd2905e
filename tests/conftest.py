"""What every test may ask for: a clock that is moved by hand, ids that count, randomness with a seed."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import settings

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.ids import CountingIds
from mainspring.core.base.randomness import seeded_random
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
