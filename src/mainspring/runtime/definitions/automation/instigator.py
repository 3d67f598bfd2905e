"""What a schedule and a sensor share: a name, a target, and what is said of them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, ClassVar, Self

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition
from mainspring.core.values.metadata import normalize_metadata
from mainspring.core.values.names import validate_name
from mainspring.core.values.owners import validate_owners
from mainspring.core.values.tags import normalize_run_tags
from mainspring.runtime.contexts.resource import Resources
from mainspring.runtime.definitions.automation.target import AutomationTarget, Job
from mainspring.runtime.definitions.automation.tick_context import TickContext
from mainspring.runtime.definitions.automation.tick_function import TickFunction


class Instigator:
    """A definition that asks for runs. ``where`` is where it was declared."""

    noun: ClassVar[str] = "schedule"

    name: str
    where: SourcePosition | None
    targets: Sequence[AutomationTarget]
    """What it can run."""
    tags: Mapping[str, str]
    metadata: Mapping[str, Any]
    description: str | None
    owners: Sequence[str] | None
    required_resource_keys: AbstractSet[str]
    """The resources its function uses."""

    def _describe(
        self,
        *,
        name: str,
        tags: Mapping[str, str] | None,
        metadata: Mapping[str, Any] | None,
        description: str | None,
        owners: Sequence[str] | None,
    ) -> None:
        self.name = validate_name(name, what=f"a {self.noun}", where=self.where)
        self.tags = normalize_run_tags(tags, what=f"the {self.noun} {self.name!r}", where=self.where)
        self.metadata = normalize_metadata(metadata) if metadata else {}
        self.description = description
        self.owners = validate_owners(owners, what=self.label, where=self.where) if owners else None

    def _function(
        self, function: Callable[..., Any] | None, of: str = "", given: Sequence[str] = ("context",)
    ) -> TickFunction | None:
        if function is None:
            return None
        return TickFunction(function, what=f"{of}the {self.noun} {self.name!r}", given=given)

    @property
    def label(self) -> str:
        """How messages call it."""
        return f"The {self.noun} {self.name!r}"

    @property
    def job_name(self) -> str | None:
        """The name of the job it runs. Raises ``InvalidDefinitionError`` where there are several."""
        return self._only_target.job_name if self.targets else None

    @property
    def job(self) -> Job:
        """The job it runs. Raises ``InvalidDefinitionError`` where it has none or only a name."""
        if not self.targets:
            raise InvalidDefinitionError(f"{self.label} has no job.", where=self.where)
        found = self._only_target.resolvable_to_job
        if found is None:
            raise InvalidDefinitionError(
                f"{self.label} knows its job {self.job_name!r} by name only.", where=self.where
            )
        return found

    @property
    def _only_target(self) -> AutomationTarget:
        if len(self.targets) > 1:
            names = ", ".join(target.job_name for target in self.targets)
            raise InvalidDefinitionError(
                f"{self.label} has several jobs: {names}.", where=self.where, hint="Ask for its `targets`."
            )
        return self.targets[0]

    @property
    def has_anonymous_job(self) -> bool:
        """Whether its job was made for a selection of assets."""
        return any(target.is_anonymous for target in self.targets)

    def _changed(self, metadata: Mapping[str, Any] | None, jobs: Sequence[Any] | None) -> Self:
        made = copy.copy(self)
        if metadata is not None:
            made.metadata = normalize_metadata(metadata)
        if jobs is not None:
            made.targets = _with_jobs(self.targets, jobs)
        return made


def _with_jobs(targets: Sequence[AutomationTarget], jobs: Sequence[Any]) -> tuple[AutomationTarget, ...]:
    """Targets of these jobs; assets that a target of the same name came with stay with it."""
    known = {target.job_name: target for target in targets}
    blank = AutomationTarget("")
    return tuple(known.get(getattr(job, "name", ""), blank).with_job(job) for job in jobs)


def resources_of(context: TickContext) -> Resources:
    """The resources of a context, for a direct call."""
    return context.resources
