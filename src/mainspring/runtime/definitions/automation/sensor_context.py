"""``SensorEvaluationContext``: what the function of a sensor is given, and how a test makes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.runtime.definitions.automation.tick_context import TickContext

if TYPE_CHECKING:
    from mainspring.core.instance.instance import Instance


class SensorEvaluationContext(TickContext):
    """One tick of a sensor: the cursor it left last time, resources, the instance, a log.

    Times are in seconds since 1970.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # the published parameters
        self,
        instance_ref: Instance | None,
        last_tick_completion_time: float | None = None,
        last_run_key: str | None = None,
        cursor: str | None = None,
        log_key: Sequence[str] | None = None,
        repository_name: str | None = None,
        repository_def: Any = None,
        instance: Instance | None = None,
        sensor_name: str | None = None,
        resources: Mapping[str, Any] | None = None,
        definitions: Any = None,
        last_sensor_start_time: float | None = None,
        code_location_origin: Any = None,
        last_completion_time: float | None = None,
    ) -> None:
        super().__init__(
            instance=instance if instance is not None else instance_ref,
            log_key=log_key,
            resources=resources,
            repository_def=repository_def,
            definitions=definitions,
        )
        self.last_tick_completion_time: float | None = (
            last_completion_time if last_tick_completion_time is None else last_tick_completion_time
        )
        """When the tick before this one ended; ``None`` in the first."""
        self.last_run_key = last_run_key
        """The ``run_key`` of the last run that was requested."""
        self.last_sensor_start_time = last_sensor_start_time
        """When the sensor was last turned on."""
        self.repository_name = repository_name
        self.code_location_origin = code_location_origin
        self._sensor_name = sensor_name
        self._cursor = cursor
        self._cursor_updated = False

    @property
    def sensor_name(self) -> str:
        """The name of the sensor. Raises ``InvariantViolationError`` for a context built without one."""
        if self._sensor_name is None:
            raise InvariantViolationError(
                "This context has no sensor_name.", hint="Pass sensor_name= to build_sensor_context."
            )
        return self._sensor_name

    def named(self, sensor_name: str) -> None:
        """Say which sensor it is the tick of, where that is not known."""
        if self._sensor_name is None:
            self._sensor_name = sensor_name

    @property
    def repository_def(self) -> Any:
        """The definitions the sensor belongs to, or ``None``."""
        if self._repository_def is None and self._definitions is not None:
            self._repository_def = self._definitions.get_repository_def()
        return self._repository_def

    @property
    def last_completion_time(self) -> float | None:
        """The older name of ``last_tick_completion_time``."""
        return self.last_tick_completion_time

    @property
    def is_first_tick_since_sensor_start(self) -> bool:
        """Whether no tick has ended since the sensor was turned on."""
        if self.last_tick_completion_time is None:
            return True
        started = self.last_sensor_start_time
        return started is not None and self.last_tick_completion_time < started

    # -- the cursor -----------------------------------------------------------------------------------

    @property
    def cursor(self) -> str | None:
        """What the last evaluation left, or this one set."""
        return self._cursor

    def update_cursor(self, cursor: str | None) -> None:
        """Set what the next evaluation is given."""
        if cursor is not None and not isinstance(cursor, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvariantViolationError(
                f"A cursor is a string; {cursor!r} is a {type(cursor).__name__}.",
                hint="Write it as text, for example with json.dumps.",
            )
        self._cursor = cursor
        self._cursor_updated = True

    @property
    def cursor_updated(self) -> bool:
        """Whether this evaluation has set the cursor."""
        return self._cursor_updated


def build_sensor_context(  # noqa: PLR0913, PLR0917  # the published parameters
    instance: Instance | None = None,
    cursor: str | None = None,
    repository_name: str | None = None,
    repository_def: Any = None,
    sensor_name: str | None = None,
    resources: Mapping[str, object] | None = None,
    definitions: Any = None,
    instance_ref: Instance | None = None,
    last_sensor_start_time: float | None = None,
) -> SensorEvaluationContext:
    """A context to call or evaluate a sensor with, in a test.

    >>> context = build_sensor_context(cursor="17")
    >>> context.update_cursor("18")
    >>> context.cursor
    '18'

    In a ``with`` statement, resources are closed at the end.
    """
    return SensorEvaluationContext(
        instance_ref,
        cursor=cursor,
        repository_name=repository_name,
        repository_def=repository_def,
        instance=instance,
        sensor_name=sensor_name,
        resources=resources,
        definitions=definitions,
        last_sensor_start_time=last_sensor_start_time,
    )
