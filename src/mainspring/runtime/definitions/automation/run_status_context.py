"""``RunStatusSensorContext`` and ``RunFailureSensorContext``: the run a sensor is called for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from logging import Logger
from typing import TYPE_CHECKING, Any, Self

from mainspring.core.records.event import Event
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run
from mainspring.core.values.tags import PARTITION_TAG
from mainspring.runtime.contexts.resource import Resources
from mainspring.runtime.definitions.automation.sensor_context import SensorEvaluationContext

if TYPE_CHECKING:
    from mainspring.core.instance.instance import Instance


class RunStatusSensorContext:
    """A run that has reached the status a sensor waits for, and the event that says so."""

    def __init__(  # noqa: PLR0913, PLR0917  # the published parameters
        self,
        sensor_name: str,
        dagster_run: Run,
        dagster_event: Event,
        instance: Instance,
        context: SensorEvaluationContext | None = None,
        resource_defs: Mapping[str, Any] | None = None,
        logger: Logger | None = None,
        partition_key: str | None = None,
        repository_def: Any = None,
    ) -> None:
        self.sensor_name = sensor_name
        self.dagster_run = dagster_run
        self.dagster_event = dagster_event
        self.instance = instance
        self._partition_key = partition_key
        self._logger = logger
        if context is None:
            context = SensorEvaluationContext(
                instance, sensor_name=sensor_name, resources=resource_defs, repository_def=repository_def
            )
        elif resource_defs:
            context = context.merge_resources(resource_defs)
        self._tick = context
        self._repository_def = repository_def

    @property
    def tick(self) -> SensorEvaluationContext:
        """The tick in which the sensor looks at the run."""
        return self._tick

    @property
    def partition_key(self) -> str | None:
        """The partition of the run, or ``None``."""
        return self._partition_key or self.dagster_run.tags.get(PARTITION_TAG)

    @property
    def repository_def(self) -> Any:
        """The definitions the sensor belongs to, or ``None``."""
        return self._repository_def if self._repository_def is not None else self._tick.repository_def

    @property
    def log(self) -> Logger:
        """A logger whose lines are kept with the tick."""
        return self._logger if self._logger is not None else self._tick.log

    @property
    def resource_defs(self) -> Mapping[str, Any] | None:
        """The resources as they are declared."""
        return self._tick.resource_defs

    @property
    def resources(self) -> Resources:
        """The resources, made."""
        return self._tick.resources

    def merge_resources(self, resources_dict: Mapping[str, Any]) -> Self:
        """A context of the same run with more resources; theirs win over ours of the same name."""
        return type(self)(
            self.sensor_name,
            self.dagster_run,
            self.dagster_event,
            self.instance,
            self._tick.merge_resources(resources_dict),
            logger=self._logger,
            partition_key=self._partition_key,
            repository_def=self._repository_def,
        )

    def for_run_failure(self) -> RunFailureSensorContext:
        """The context as a sensor of failed runs is given it."""
        return RunFailureSensorContext(
            self.sensor_name,
            self.dagster_run,
            self.dagster_event,
            self.instance,
            self._tick,
            logger=self._logger,
            partition_key=self._partition_key,
            repository_def=self._repository_def,
        )

    def __enter__(self) -> Self:
        self._tick.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._tick.__exit__(*exception)


class RunFailureSensorContext(RunStatusSensorContext):
    """A run that has failed."""

    @property
    def failure_event(self) -> Event:
        """The event that says the run has failed."""
        return self.dagster_event

    def get_step_failure_events(self) -> Sequence[Event]:
        """The events of the steps that failed, in order."""
        lines = self.instance.all_logs(self.dagster_run.run_id, of_type=EventType.STEP_FAILURE)
        return [line.get_dagster_event() for line in lines]

    def for_run_failure(self) -> RunFailureSensorContext:
        """Itself."""
        return self


def build_run_status_sensor_context(
    sensor_name: str,
    dagster_event: Event,
    dagster_instance: Instance,
    dagster_run: Run,
    context: SensorEvaluationContext | None = None,
    resources: Mapping[str, object] | None = None,
    partition_key: str | None = None,
    *,
    repository_def: Any = None,
) -> RunStatusSensorContext:
    """A context to call a sensor of run statuses with, in a test.

    Take the event and the run from a result: ``result.get_run_success_event()``, ``result.dagster_run``.
    """
    return RunStatusSensorContext(
        sensor_name,
        dagster_run,
        dagster_event,
        dagster_instance,
        context,
        resource_defs=resources,
        partition_key=partition_key,
        repository_def=repository_def,
    )
