"""``Plan``: what a run will do, as a frozen value that can be printed, carried elsewhere and explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from mainspring.core.base.dag import Dag
from mainspring.core.base.errors import StepNotFoundError, did_you_mean
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.retries import RetryPolicy


@dataclass(frozen=True, slots=True)
class FromStep:
    """An input that is an output of another step of this plan."""

    step_key: str
    output_name: str


@dataclass(frozen=True, slots=True)
class Stored:
    """An input that an IO manager loads from what an earlier run stored; ``definition`` says how, where it is known."""

    asset_key: AssetKey
    definition: AssetsDefinition | None


@dataclass(frozen=True, slots=True)
class StepInput:
    """An input of a step and where its value comes from; ``None`` for the function's own default."""

    name: str
    source: FromStep | Stored | None
    asset_key: AssetKey | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One op's part in a run. ``after`` are the steps that must have succeeded before it may start."""

    key: str
    definition: AssetsDefinition
    inputs: tuple[StepInput, ...] = ()
    after: tuple[str, ...] = ()
    needs: tuple[FromStep, ...] = ()
    """The outputs of other steps without which it is skipped."""
    retry_policy: RetryPolicy | None = None
    priority: int = 0

    @property
    def node(self) -> OpDefinition:
        """The op the step computes."""
        return self.definition.op


@dataclass(frozen=True)
class Plan:
    """The steps of a run. Step keys are unique; there is no cycle."""

    job_name: str
    steps: Sequence[Step]
    positions: Mapping[str, int] = field(repr=False)

    def step(self, key: str) -> Step:
        """A step by its key. Raises ``StepNotFoundError`` for an unknown one."""
        place = self.positions.get(key)
        if place is None:
            raise StepNotFoundError(f"The plan has no step {key!r}.", hint=did_you_mean(key, self.positions))
        return self.steps[place]

    @cached_property
    def dag(self) -> Dag:
        """The order of the steps, by their positions."""
        edges = [
            (self.positions[before], place) for place, step in enumerate(self.steps) for before in step.after
        ]
        return Dag(len(self.steps), edges)

    @cached_property
    def levels(self) -> Sequence[Sequence[str]]:
        """The step keys in levels: those of one level need only steps of the levels before it."""
        return [[self.steps[place].key for place in level] for level in self.dag.levels()]

    def __str__(self) -> str:
        lines = [f"{self.job_name}: {len(self.steps)} steps"]
        for number, level in enumerate(self.levels, 1):
            lines.append(f"  {number}. {', '.join(level)}")
        return "\n".join(lines)
