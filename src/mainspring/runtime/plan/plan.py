"""``Plan``: what a run will do, as a frozen value that can be printed, carried elsewhere and explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mainspring.core.base.dag import Dag
from mainspring.core.base.errors import StepNotFoundError, did_you_mean
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.retries import RetryPolicy


@dataclass(frozen=True, slots=True)
class FromStep:
    """An output of another step of this plan; ``mapping_key`` is one value of a dynamic output.

    Of a step that is mapped it stands, in the plan, for the output of the instance with the same mapping key.
    """

    step_key: str
    output_name: str
    mapping_key: str | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The list of all values of an output that is dynamic, or of a step that is mapped; known when they are there."""

    step_key: str
    output_name: str


@dataclass(frozen=True, slots=True)
class Several:
    """A fan-in: the list of the values of its parts, without those that were left out."""

    parts: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """An input that an IO manager loads from what an earlier run stored; ``definition`` says how, where it is known."""

    asset_key: AssetKey
    definition: AssetsDefinition | None


@dataclass(frozen=True, slots=True)
class FromRun:
    """An output that a step of an earlier run stored; ``op`` says how it was."""

    run_id: str
    output: FromStep
    op: OpDefinition


@dataclass(frozen=True, slots=True)
class GivenValue:
    """An input of the outermost graph, whose value the caller or the run config gives."""

    name: str


@dataclass(frozen=True, slots=True)
class FromOutside:
    """An input nothing in the plan gives: the run config does, or the input manager it names, or its default."""


Source = FromStep | Gathered | Several | Stored | FromRun | GivenValue | FromOutside


@dataclass(frozen=True, slots=True)
class StepInput:
    """An input of a step and where its value comes from; ``None`` for the function's own default."""

    name: str
    source: Source | None
    asset_key: AssetKey | None = None

    @property
    def parts(self) -> tuple[Source, ...]:
        """What a fan-in is made of; empty for an input that is none."""
        return self.source.parts if isinstance(self.source, Several) else ()


@dataclass(frozen=True, slots=True)
class Step:
    """One op's part in a run. ``after`` are the steps that must have succeeded before it may start."""

    key: str
    definition: AssetsDefinition
    """What it makes and evaluates; without assets and checks for an op of a job of ops."""
    inputs: tuple[StepInput, ...] = ()
    after: tuple[str, ...] = ()
    needs: tuple[FromStep, ...] = ()
    """The outputs of other steps without which it is skipped."""
    retry_policy: RetryPolicy | None = None
    priority: int = 0
    path: tuple[str, ...] = ()
    """The names of the nodes from the outermost graph to its op."""
    hooks: frozenset[Any] = frozenset()
    """Those of its invocation, besides those of its assets and of the job."""
    tags: Mapping[str, Any] | None = None
    """Those of its invocation; ``None`` for just those of its op."""
    over: FromStep | None = None
    """The dynamic output it is mapped over: such a step is a template, of which each value makes an instance."""
    mapping_key: str | None = None
    """Which instance it is."""
    node: OpDefinition = field(init=False, repr=False)
    """The op the step computes; asked for so often in a run that it is looked up once."""

    def __post_init__(self) -> None:
        """Look up the op."""
        computation = self.definition.computation
        assert computation is not None  # only what can be run is planned
        object.__setattr__(self, "node", computation.node)

    @property
    def all_tags(self) -> Mapping[str, Any]:
        """The tags of its op and of its invocation."""
        return self.node.tags if self.tags is None else self.tags


@dataclass(frozen=True)
class Plan:
    """The steps of a run. Step keys are unique; there is no cycle."""

    job_name: str
    steps: Sequence[Step]
    positions: Mapping[str, int] = field(repr=False)

    def step(self, key: str) -> Step:
        """A step by its key; of an instance of a mapped step the template. Raises ``StepNotFoundError``."""
        place = self.positions.get(key)
        if place is None:
            place = self.positions.get(key.partition("[")[0])
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
        return [[shown_key(self.steps[place]) for place in level] for level in self.dag.levels()]

    def __str__(self) -> str:
        lines = [f"{self.job_name}: {len(self.steps)} steps"]
        for number, level in enumerate(self.levels, 1):
            lines.append(f"  {number}. {', '.join(level)}")
        return "\n".join(lines)


def shown_key(step: Step) -> str:
    """The key of a step for people: ``load[?]`` for one that is mapped over what is not there yet."""
    return f"{step.key}[?]" if step.over is not None and step.mapping_key is None else step.key


def instance_key(step_key: str, mapping_key: str) -> str:
    """The key of an instance of a mapped step."""
    return f"{step_key}[{mapping_key}]"
