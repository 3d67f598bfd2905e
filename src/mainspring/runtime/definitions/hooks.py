"""Hooks: functions that are called when a step has ended well or failed."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence, Set
from typing import Any, ClassVar

from mainspring.core.base.errors import InvalidDefinitionError, InvalidInvocationError
from mainspring.core.base.source import SourcePosition, position_of
from mainspring.core.records.event import Event
from mainspring.core.values.names import validate_name
from mainspring.runtime.contexts.hook import HookContext


class HookExecutionResult:
    """Whether a hook was called, or did not meet its condition."""

    __slots__ = ("hook_name", "is_skipped")

    def __init__(self, hook_name: str, is_skipped: bool | None = None) -> None:
        self.hook_name: str = hook_name
        self.is_skipped: bool = bool(is_skipped)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HookExecutionResult) and (self.hook_name, self.is_skipped) == (
            other.hook_name,
            other.is_skipped,
        )

    __hash__: ClassVar[None] = None  # pyright: ignore[reportIncompatibleMethodOverride]

    def __repr__(self) -> str:
        return f"HookExecutionResult({self.hook_name!r}, is_skipped={self.is_skipped})"


class HookDefinition:
    """A hook.

    ``hook_fn`` is given a ``HookContext`` and the events of the step, and answers a ``HookExecutionResult``.
    """

    __slots__ = ("decorated_fn", "hook_fn", "name", "required_resource_keys", "where")

    def __init__(
        self,
        *,
        name: str,
        hook_fn: Callable[..., Any],
        required_resource_keys: Set[str] | None = None,
        decorated_fn: Callable[..., Any] | None = None,
    ) -> None:
        self.where: SourcePosition | None = position_of(decorated_fn or hook_fn)
        self.name: str = validate_name(name, what="a hook", where=self.where)
        self.hook_fn: Callable[..., Any] = hook_fn
        self.required_resource_keys: frozenset[str] = frozenset(required_resource_keys or ())
        self.decorated_fn: Callable[..., Any] | None = decorated_fn

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function of the user with a context, for tests."""
        given = [one.bound_to(self) if isinstance(one, HookContext) else one for one in args]
        number = len(given) + len(kwargs)
        if self.decorated_fn is not None and number != 1:
            raise InvalidInvocationError(
                f"The hook {self.name!r} was called with {number} arguments; it takes one, the context.",
                where=self.where,
                hint="Make one with build_hook_context().",
            )
        for one in (*given, *kwargs.values()):
            self._refuse_context(one)
        return (self.decorated_fn or self.hook_fn)(*given, **kwargs)

    def _refuse_context(self, given: object) -> None:
        """Refuse no context at all, and one without a resource that the hook requires."""
        if given is None:
            raise InvalidInvocationError(
                f"The hook {self.name!r} was called with None in place of a context.",
                where=self.where,
                hint="Make one with build_hook_context().",
            )
        if isinstance(given, HookContext):
            for key in sorted(self.required_resource_keys):
                if key not in given.resources:
                    raise InvalidDefinitionError(
                        f"The hook {self.name!r} needs the resource {key!r}, and none was given.",
                        where=self.where,
                        hint=f"Pass it in the context: build_hook_context(resources={{{key!r}: ...}}).",
                    )

    def __repr__(self) -> str:
        return f"HookDefinition({self.name!r})"


def success_hook(
    hook_fn: Callable[[HookContext], Any] | None = None,
    *,
    name: str | None = None,
    required_resource_keys: Set[str] | None = None,
) -> Any:
    """Declare a function that is called when a step has ended well.

    >>> @success_hook
    ... def say_so(context):
    ...     context.log.info(f"{context.step_key} is done")
    """
    make = _maker(lambda context: context.op_exception is None, name, required_resource_keys)
    return make if hook_fn is None else make(hook_fn)


def failure_hook(
    name: Callable[[HookContext], Any] | str | None = None, required_resource_keys: Set[str] | None = None
) -> Any:
    """Declare a function that is called when a step has failed and will not be tried again."""
    if callable(name):
        return _maker(lambda context: context.op_exception is not None, None, None)(name)
    return _maker(lambda context: context.op_exception is not None, name, required_resource_keys)


def _maker(
    wanted: Callable[[HookContext], bool], name: str | None, required_resource_keys: Set[str] | None
) -> Callable[[Callable[[HookContext], Any]], HookDefinition]:
    def make(function: Callable[[HookContext], Any]) -> HookDefinition:
        hook_name = name or function.__name__
        if len(inspect.signature(function).parameters) != 1:
            raise InvalidDefinitionError(
                f"The hook {hook_name!r} must take one argument, the context.", where=position_of(function)
            )

        def call_where_wanted(context: HookContext, events: Sequence[Event]) -> HookExecutionResult:
            del events  # the context says how the step ended
            if not wanted(context):
                return HookExecutionResult(hook_name, is_skipped=True)
            function(context)
            return HookExecutionResult(hook_name, is_skipped=False)

        return HookDefinition(
            name=hook_name,
            hook_fn=call_where_wanted,
            required_resource_keys=required_resource_keys,
            decorated_fn=function,
        )

    return make
