"""An instance in a simulated world."""

from collections.abc import Iterator

import pytest

from mainspring.core.instance.instance import Instance
from mainspring.testing.world import simulated_world


@pytest.fixture
def instance() -> Iterator[Instance]:
    with Instance.ephemeral(ambient=simulated_world()) as made:
        yield made
