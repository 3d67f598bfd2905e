"""The world a computation runs in, as one value that is handed down: clock, ids, randomness, environment."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from mainspring.core.base.clock import Clock, SystemClock
from mainspring.core.base.environment import Environment, system_environment
from mainspring.core.base.ids import Ids, SystemIds
from mainspring.core.base.randomness import system_random


@dataclass(frozen=True, slots=True)
class Ambient:
    """What a service would otherwise take from the process it happens to run in."""

    clock: Clock = field(default_factory=SystemClock)
    ids: Ids = field(default_factory=SystemIds)
    random: random.Random = field(default_factory=system_random)
    environ: Environment = field(default_factory=system_environment)
