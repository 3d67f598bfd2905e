"""Which runs a sensor of run statuses watches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition
from mainspring.core.records.run import Run
from mainspring.core.records.run_selectors import (
    CodeLocationSelector,
    JobSelector,
    RepositorySelector,
    place_of,
)
from mainspring.runtime.definitions.automation.target import as_job

Selector = JobSelector | RepositorySelector | CodeLocationSelector


@dataclass(frozen=True, slots=True)
class MonitoredRuns:
    """The runs of some jobs of this code location, of jobs elsewhere, of this location, or all there are."""

    job_names: frozenset[str]
    selectors: tuple[Selector, ...]
    everywhere: bool

    @property
    def all_of_here(self) -> bool:
        """Whether all jobs of this code location are watched."""
        return not self.everywhere and not self.job_names and not self.selectors

    def watches(self, run: Run, here: str | None) -> bool:
        """Whether a run is watched; ``here`` is the name of the sensor's code location, where it is known."""
        if self.everywhere:
            return True
        if any(selector.matches(run) for selector in self.selectors):
            return True
        location, _ = place_of(run)
        is_of_here = not location or here is None or location == here
        return is_of_here and (self.all_of_here or run.job_name in self.job_names)


def monitored_runs(
    monitored_jobs: Sequence[Any] | None,
    monitor_all_code_locations: bool | None,
    *,
    what: str,
    where: SourcePosition | None,
) -> MonitoredRuns:
    """What the two parameters say together. Raises ``InvalidDefinitionError`` where they contradict each other."""
    if monitored_jobs and monitor_all_code_locations:
        raise InvalidDefinitionError(
            f"{what} is given `monitored_jobs` and `monitor_all_code_locations`; it takes one of them.",
            where=where,
        )
    names: set[str] = set()
    selectors: list[Selector] = []
    for one in monitored_jobs or ():
        if isinstance(one, Selector):
            selectors.append(one)
        else:
            names.add(as_job(one, what=f"An entry of `monitored_jobs` of {what}", where=where).name)
    return MonitoredRuns(frozenset(names), tuple(selectors), bool(monitor_all_code_locations))
