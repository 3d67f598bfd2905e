"""A simulated world: time that stands still, ids that count, seeded chance, an environment of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from mainspring.core.base.ambient import Ambient
from mainspring.core.base.clock import ManualClock
from mainspring.core.base.ids import CountingIds
from mainspring.core.base.randomness import seeded_random

START = datetime(2024, 1, 1, tzinfo=UTC)


def simulated_world(
    *, seed: int | str = 0, start: datetime = START, environ: Mapping[str, str] | None = None
) -> Ambient:
    """A world in which nothing happens unless the test makes it happen.

    >>> world = simulated_world()
    >>> world.clock.now().year, world.ids.new()[-2:]
    (2024, '01')
    """
    return Ambient(
        clock=ManualClock(start), ids=CountingIds(), random=seeded_random(seed), environ=dict(environ or {})
    )
