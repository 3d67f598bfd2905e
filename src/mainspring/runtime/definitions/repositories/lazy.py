"""A repository given as a dict: objects, or functions that make them when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from mainspring.core.base.errors import InvalidDefinitionError, InvariantViolationError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.runtime.definitions.catalog import resolve_job
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.kinds import part_of
from mainspring.runtime.definitions.parts_of_definitions import as_job
from mainspring.runtime.definitions.repositories.data import RepositoryData
from mainspring.runtime.definitions.resolve import Faults

PARTS: Final = ("jobs", "schedules", "sensors")


class LazyRepositoryData(RepositoryData):
    """``{"jobs": {name: job}, "schedules": {...}, "sensors": {...}}``.

    In place of an object a function without parameters may stand; it is called once, when the object is asked for.
    Raises ``InvalidDefinitionError`` for a dict of another shape, and for an object that has another name than
    it stands under.
    """

    def __init__(
        self,
        given: Mapping[str, Any],
        *,
        what: str,
        where: SourcePosition | None,
        executor: Any = None,
        loggers: Mapping[str, Any] | None = None,
    ) -> None:
        self._what = what
        self._where = where
        self._given = _checked(given, what, where)
        self._made: dict[tuple[str, str], Any] = {}
        self._jobs: dict[str, JobDefinition] = {}
        # What a job gets of the definitions around it can be said before any job is made.
        self._around = Definitions(executor=executor, loggers=loggers)

    def to_definitions(self) -> Definitions:
        return Definitions(
            jobs=[self._make("jobs", name) for name in self._given["jobs"]],
            schedules=self.get_all_schedules(),
            sensors=self.get_all_sensors(),
            executor=self._around.executor,
            loggers=self._around.loggers,
        )

    def get_job_names(self) -> Sequence[str]:
        return list(self._given["jobs"])

    def get_job(self, job_name: str) -> JobDefinition:
        if job_name not in self._given["jobs"]:
            raise InvariantViolationError(
                f"No job {job_name!r} is declared.", hint=did_you_mean(job_name, self._given["jobs"])
            )
        if job_name not in self._jobs:
            item = self._make("jobs", job_name)
            self._jobs[job_name] = resolve_job(item, self._around.catalog.implicit_job)
        return self._jobs[job_name]

    def get_all_jobs(self) -> Sequence[JobDefinition]:
        return [self.get_job(name) for name in self._given["jobs"]]

    def get_all_schedules(self) -> Sequence[Any]:
        return [self._make("schedules", name) for name in self._given["schedules"]]

    def get_all_sensors(self) -> Sequence[Any]:
        return [self._make("sensors", name) for name in self._given["sensors"]]

    def _make(self, part: str, name: str) -> Any:
        place = part, name
        if place not in self._made:
            self._made[place] = self._checked_item(part, name)
        return self._made[place]

    def _checked_item(self, part: str, name: str) -> Any:
        given = self._given[part][name]
        item = as_job(given() if part_of(as_job(given)) is None and callable(given) else given)
        if part_of(item) != part:
            raise InvalidDefinitionError(
                f"{self._what} has {item!r} under {part!r} as {name!r}; that is no {part[:-1]}.",
                where=self._where,
            )
        if item.name != name:
            raise InvalidDefinitionError(
                f"{self._what} has the {part[:-1]} {item.name!r} under the name {name!r}.",
                where=self._where,
                hint="The key and the name must be the same.",
            )
        return item


def _checked(given: Mapping[str, Any], what: str, where: SourcePosition | None) -> dict[str, dict[str, Any]]:
    faults = Faults()
    for key in given:
        if key not in PARTS:
            faults.add(
                f"{what} has the key {key!r}.",
                where=where,
                hint=did_you_mean(str(key), PARTS)
                or f"A dict may have {', '.join(PARTS)}; assets stand in a list, or in Definitions.",
            )
    checked: dict[str, dict[str, Any]] = {}
    for part in PARTS:
        items = given.get(part, {})
        if isinstance(items, Mapping):
            checked[part] = dict(cast("Mapping[str, Any]", items))
        else:
            faults.add(
                f"{what} has {items!r} under {part!r}; it must be a dict with names as keys.", where=where
            )
    faults.raise_if_any()
    return checked
