"""``HookContext``: what a hook is told of the step it is called for."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.runtime.contexts.log import LogManager
from mainspring.runtime.contexts.scope import StepScope, plain_config

if TYPE_CHECKING:
    from mainspring.core.instance.instance import Instance


class HookContext:
    """The step, how it ended, its values, and the resources the hook requires."""

    __slots__ = ("_metadata", "_values", "hook_def", "op_exception", "scope")

    def __init__(
        self,
        scope: StepScope,
        hook_def: Any,
        *,
        op_exception: BaseException | None = None,
        values: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        self.scope: StepScope = scope
        self.hook_def: Any = hook_def
        self.op_exception: BaseException | None = op_exception
        self._values = dict(values or {})
        self._metadata = dict(metadata or {})

    def bound_to(self, hook_def: Any) -> HookContext:
        """The same context for a hook that is called with it."""
        return HookContext(
            self.scope,
            hook_def,
            op_exception=self.op_exception,
            values=self._values,
            metadata=self._metadata,
        )

    @property
    def job_name(self) -> str:
        """The name of the job."""
        if self.scope.run is None:
            raise InvariantViolationError(
                "There is no run here.", hint="Give job_name to build_hook_context."
            )
        return self.scope.run.job_name

    @property
    def run_id(self) -> str:
        """The id of the run."""
        if self.scope.run is None:
            raise InvariantViolationError("There is no run here.", hint="Give run_id to build_hook_context.")
        return self.scope.run.run_id

    @property
    def step_key(self) -> str:
        """The step it is called for."""
        return self.scope.step_key

    @property
    def op(self) -> Any:
        """The op of the step, in its place in the job (``Node``): its ``name`` there, and its ``definition``."""
        found = self.scope.op if self.scope.node is None else self.scope.node
        if found is None:
            raise InvariantViolationError("There is no op here.", hint="Give op to build_hook_context.")
        return found

    @property
    def op_config(self) -> Any:
        """The config of the step, as a dict where its function is given an object of a ``Config`` class."""
        return plain_config(self.scope.config)

    @property
    def op_output_values(self) -> Mapping[str, Any]:
        """The values of the outputs the step produced, by name."""
        return self._values

    @property
    def op_output_metadata(self) -> Mapping[str, Any]:
        """The metadata of the outputs the step produced, by name; of a dynamic output, by name and mapping key."""
        return self._metadata

    @property
    def required_resource_keys(self) -> Set[str]:
        """The resources the hook requires."""
        return self.hook_def.required_resource_keys if self.hook_def is not None else frozenset()

    @property
    def resources(self) -> Any:
        """The resources, by name."""
        return self.scope.resources

    @property
    def log(self) -> LogManager:
        """A logger whose messages are kept with the run."""
        return self.scope.log

    @property
    def instance(self) -> Instance:
        """The deployment the run is recorded in."""
        if self.scope.instance is None:
            raise InvariantViolationError(
                "There is no instance here.", hint="Give one to build_hook_context."
            )
        if self.scope.before_reading is not None:
            self.scope.before_reading()
        return self.scope.instance
