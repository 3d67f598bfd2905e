from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

import mainspring as dg
from mainspring.core.base.ambient import Ambient
from mainspring.core.base.clock import ManualClock


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral(
        ambient=Ambient(clock=ManualClock(datetime(2024, 3, 1, 1, tzinfo=UTC)))
    ) as one:
        yield one
