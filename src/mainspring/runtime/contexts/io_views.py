"""What the contexts of an input and of an output have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.io_partitions import IOPartitionViews
from mainspring.runtime.contexts.log import LogManager, direct_log
from mainspring.runtime.contexts.op import OpExecutionContext
from mainspring.runtime.contexts.resource import Resources
from mainspring.runtime.contexts.scope import StepScope

if TYPE_CHECKING:
    from mainspring.core.instance.instance import Instance  # loads SQLAlchemy, which a declaration must not


class IOViews(IOPartitionViews):
    """The asset, the step, the resources and the log.

    What was not given comes from the step, where there is one.
    """

    __slots__ = ()

    _about = "context"
    _builder = "the constructor"

    _name: str | None
    _job_name: str | None
    _op_def: Any
    _config: Any
    _definition_metadata: Mapping[str, Any] | None
    _dagster_type: Any
    _log: LogManager | None
    _resource_config: Mapping[str, Any] | None
    _resources: Any
    _step_context: StepScope | OpExecutionContext | None
    _asset_key: AssetKey | None
    _instance: Instance | None

    def _missing(self, what: str, parameter: str) -> InvariantViolationError:
        return InvariantViolationError(
            f"This {self._about} has no {what}: it was built without one.",
            hint=f"Give {parameter}=... to {self._builder}.",
        )

    # -- the asset -------------------------------------------------------------------------------------------

    @property
    def has_asset_key(self) -> bool:
        """Whether the value is that of an asset."""
        return self._asset_key is not None

    @property
    def asset_key(self) -> AssetKey:
        """The asset the value is of. Raises ``InvariantViolationError`` where it is not that of an asset."""
        if self._asset_key is None:
            raise InvariantViolationError(
                f"This {self._about} is not of an asset, so it has no asset key.",
                hint="Ask `context.has_asset_key` where both can be. In a test, give asset_key=... "
                f"to {self._builder}.",
            )
        return self._asset_key

    # -- the definition --------------------------------------------------------------------------------------

    @property
    def definition_metadata(self) -> Mapping[str, Any]:
        """The metadata that stands at the declaration: plain values, as they were written."""
        return self._definition_metadata or {}

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The same as ``definition_metadata``."""
        return self.definition_metadata

    @property
    def config(self) -> Any:
        """The config of this input or output in the run config, or ``None``."""
        return self._config

    @property
    def dagster_type(self) -> Any:
        """The type the value must have."""
        if self._dagster_type is None:
            raise self._missing("type", "dagster_type")
        return self._dagster_type

    @property
    def op_def(self) -> Any:
        """The op whose input or output it is."""
        scope = self._scope
        found = self._op_def if self._op_def is not None or scope is None else scope.op
        if found is None:
            raise self._missing("op", "op_def")
        return found

    # -- the run ---------------------------------------------------------------------------------------------

    @property
    def job_name(self) -> str:
        """The name of the job."""
        if self._job_name is not None:
            return self._job_name
        scope = self._scope
        if scope is None or scope.run is None:
            raise self._missing("job name", "job_name")
        return scope.run.job_name

    @property
    def step_context(self) -> OpExecutionContext:
        """The context of the step.

        Raises ``InvariantViolationError`` where a value is handled outside a step.
        """
        step = self._step_context
        if step is None:
            raise self._missing("step context", "step_context")
        return OpExecutionContext(step) if isinstance(step, StepScope) else step

    @property
    def instance(self) -> Instance:
        """The deployment the run is recorded in."""
        scope = self._scope
        found = self._instance if self._instance is not None or scope is None else scope.instance
        if found is None:
            raise self._missing("instance", "instance")
        return found

    @property
    def log(self) -> LogManager:
        """A logger whose messages are kept with the run."""
        if self._log is None:
            scope = self._scope
            self._log = direct_log("mainspring.io") if scope is None else scope.log
        return self._log

    # -- the resource ----------------------------------------------------------------------------------------

    @property
    def resource_config(self) -> Mapping[str, Any] | None:
        """The config of the IO manager's resource, or ``None``."""
        return self._resource_config

    @property
    def resources(self) -> Any:
        """The resources the IO manager requires, by name."""
        found = self._resources
        if found is None:
            scope = self._scope
            found = None if scope is None else scope.resources
            if found is None:
                raise self._missing("resources", "resources")
        elif isinstance(found, Mapping):
            found = self._resources = Resources(cast("Mapping[str, Any]", found))
        return found
