"""``TypeCheckContext``: what the check of a type is told of the run it happens in."""

from __future__ import annotations

from typing import Any, Self

from mainspring.runtime.contexts.log import LogManager
from mainspring.runtime.contexts.resource import Resources, injected_resource
from mainspring.runtime.contexts.scope import StepScope

OUTSIDE_A_RUN = "EPHEMERAL"
"""The run id where there is no run."""


class TypeCheckContext:
    """The log, the run's id and the resources the type requires.

    ``scoped_resources_builder`` holds the resources of the step; of them only those are shown that the type, or a
    type it is made of, names in ``required_resource_keys``.
    """

    __slots__ = ("_available", "_log", "_resources", "_run_id", "_value_type")

    def __init__(
        self,
        run_id: str,
        log_manager: LogManager,
        scoped_resources_builder: Resources | None,
        dagster_type: Any,
    ) -> None:
        self._run_id = run_id
        self._log = log_manager
        self._available = scoped_resources_builder
        self._value_type = dagster_type
        self._resources: Resources | None = None

    @classmethod
    def for_step(cls, scope: StepScope, value_type: Any) -> Self:
        """The context of a check that happens in a step."""
        run_id = scope.run.run_id if scope.run else OUTSIDE_A_RUN
        return cls(run_id, scope.log, scope.resources, value_type)

    @property
    def run_id(self) -> str:
        """The id of the run; ``EPHEMERAL`` outside one."""
        return self._run_id

    @property
    def log(self) -> LogManager:
        """Where the check logs: the log of the run."""
        return self._log

    @property
    def resources(self) -> Resources:
        """The resources that the type requires, as attributes. Any other name raises ``UnknownResourceError``."""
        if self._resources is None:
            available = self._available if self._available is not None else Resources()
            required: frozenset[str] = self._value_type.required_resource_keys
            self._resources = Resources(
                {key: injected_resource(available, key) for key in sorted(required) if key in available}
            )
        return self._resources

    def __repr__(self) -> str:
        return f"<TypeCheckContext of {self._value_type.name}>"
