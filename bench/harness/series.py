"""What a benchmark is, as values: a series of sizes of one case, its measures and their budgets."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Literal


class Level(IntEnum):
    """How much is run; a size runs when its level is not above the chosen one."""

    QUICK = 0
    FULL = 1
    DEEP = 2
    NEVER = 3


class Unit(Enum):
    """What the figure of a measure means. For a rate more is better, else less."""

    SECONDS = "s"
    MEMORY = "MB"
    RATE = "/s"


@dataclass(frozen=True, slots=True)
class Budget:
    """The bound a figure must keep at the size ``at``: a greatest value, or for a rate a least one.

    ``limit`` is in seconds, MB or items per second, for one item if ``each``; ``ratio`` is how many times
    better than ``peer`` we must be.
    """

    at: int
    limit: float | None = None
    ratio: float | None = None
    each: bool = False
    peer: str = "dagster"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a case's answer: the field ``key``; ``each`` shows it for one item too.

    ``only`` names the targets whose answers have the field, if not all have.
    """

    key: str
    title: str
    unit: Unit = Unit.SECONDS
    each: bool = False
    budget: Budget | None = None
    #: A peer whose own field of this name is compared with ours of the name ``key``.
    only: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """One size of a series, with the levels from which we and the peers run it."""

    n: int
    own: Level = Level.QUICK
    peers: Level = Level.QUICK


@dataclass(frozen=True, slots=True)
class Series:
    """One case at several sizes.

    With the ``database`` postgres each home has a real server of its own. ``medium`` is where its home
    directory lies: on the disk or in shared memory. A ``prepared`` home is
    filled once for each target and size, then only read. ``scripts`` gives a target a script of its own.
    """

    name: str
    title: str
    item: str
    script: str
    sizes: tuple[Size, ...]
    measures: tuple[Measure, ...]
    arguments: tuple[str, ...] = ()
    targets: tuple[str, ...] = ("mainspring", "dagster")
    scripts: dict[str, str] = field(default_factory=dict)
    medium: Literal["disk", "memory"] = "disk"
    prepared: bool = False
    database: Literal["sqlite", "postgres"] = "sqlite"
    timeout: float = 300.0
    note: str = ""
