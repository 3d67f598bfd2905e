"""A user's function that is called in a tick: what it takes, and how it is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any

from mainspring.core.base.errors import (
    InvalidDefinitionError,
    InvalidInvocationError,
    OrchestratorError,
    UserCodeError,
    did_you_mean,
)
from mainspring.core.base.source import SourcePosition, position_of
from mainspring.runtime.contexts.resource import Resources, injected_resource
from mainspring.runtime.definitions.ops.signature import evaluate_annotation
from mainspring.runtime.definitions.resources.parameter import resource_key_of

_EMPTY = inspect.Parameter.empty
_NAMED = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.KEYWORD_ONLY,
)


class TickFunction:
    """A function, its resources, and the parameters that the tick fills, in their order.

    ``given`` names what the tick has to give: ``("context",)``, or ``("context", "asset_event")``. Whatever
    its parameters are called, those that are no resources receive it in this order.
    """

    __slots__ = ("_by_place", "filled", "function", "given", "resource_names", "what", "where")

    def __init__(
        self, function: Callable[..., Any], *, what: str, given: Sequence[str] = ("context",)
    ) -> None:
        self.function: Callable[..., Any] = function
        self.what: str = what
        self.given: tuple[str, ...] = tuple(given)
        self.where: SourcePosition | None = position_of(function)
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            raise InvalidDefinitionError(
                f"The function of {what} is async; a tick is evaluated without an event loop.",
                where=self.where,
                hint="Write a plain function or a generator.",
            )
        parameters = _parameters_of(function)
        self._by_place = [one.name for one in parameters if one.kind is one.POSITIONAL_ONLY]
        self.filled: tuple[str, ...]
        self.resource_names: tuple[str, ...]
        self.filled, self.resource_names = self._sorted(parameters)

    def _sorted(self, parameters: Sequence[inspect.Parameter]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        filled: list[str] = []
        resources: list[str] = []
        for parameter in parameters:
            name = parameter.name
            annotation = evaluate_annotation(parameter.annotation, self.function)
            if annotation is not _EMPTY and resource_key_of(name, annotation) is not None:
                resources.append(name)
            elif len(filled) < len(self.given) or parameter.default is _EMPTY:
                filled.append(name)
        if len(filled) > len(self.given):
            extra = filled[len(self.given)]
            raise InvalidDefinitionError(
                f"The function of {self.what} has the parameter {extra!r}, which nothing fills; it may take "
                f"{' and '.join(self.given)}, and resources.",
                where=self.where,
                hint=f"If {extra!r} is a resource, annotate it with its class or ResourceParam[...].",
            )
        return tuple(filled), tuple(resources)

    def required(self, named: AbstractSet[str] | None) -> frozenset[str]:
        """The resources it needs: those named, or those it has parameters for."""
        if named and self.resource_names:
            raise InvalidDefinitionError(
                f"{self.what} names required_resource_keys and has parameters for resources: "
                f"{', '.join(self.resource_names)}.",
                where=self.where,
                hint="Take all of them as parameters.",
            )
        return frozenset(named or self.resource_names)

    def call(self, values: Sequence[Any], resources: Resources | None) -> Any:
        """What it answers, given what the tick has; errors of its own are raised as they are."""
        arguments = dict(zip(self.filled, values, strict=False))
        for name in self.resource_names:
            arguments[name] = injected_resource(resources or Resources(), name)
        return self._with(arguments)

    def invoke(
        self,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        resources_of: Callable[[Any], Resources],
        *,
        maker: str,
    ) -> Any:
        """What it answers when it is called directly. ``maker`` is the function that builds its context.

        Resources that are not given are taken from the context. Raises ``InvalidInvocationError`` for
        arguments that do not fit.
        """
        arguments = self._bound(args, kwargs)
        missing = [name for name in self.filled if name not in arguments]
        if missing:
            raise InvalidInvocationError(
                f"{self.what} takes {missing[0]!r}, and none was given.",
                where=self.where,
                hint=f"Make a context with {maker}(...)."
                if missing[0] == self.filled[0]
                else f"Give it as well: ({', '.join(self.filled)}).",
            )
        wanted = [name for name in self.resource_names if name not in arguments]
        if wanted:
            context = arguments[self.filled[0]] if self.filled else (args[0] if args else None)
            if context is None:
                raise InvalidInvocationError(
                    f"{self.what} takes the resource {wanted[0]!r}, and none was given.",
                    where=self.where,
                    hint=f"Give {wanted[0]}=..., or a context of {maker}(resources=...).",
                )
            made = resources_of(context)
            arguments |= {name: injected_resource(made, name) for name in wanted}
        return self._with(arguments)

    def _bound(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        room = max(len(self.filled), len(self.given))  # a context that is not wanted does no harm
        if len(args) > room:
            raise InvalidInvocationError(
                f"{self.what} takes {len(self.filled)} arguments by place; got {len(args)}.",
                where=self.where,
                hint="Give resources by name.",
            )
        arguments = dict(zip(self.filled, args, strict=False))
        known = {*self.filled, *self.resource_names}
        for name, value in kwargs.items():
            if name in arguments:
                raise InvalidInvocationError(
                    f"{self.what} was given {name!r} twice: by place and by name.", where=self.where
                )
            if name in known:
                arguments[name] = value
            elif name not in self.given:
                raise InvalidInvocationError(
                    f"{self.what} has no parameter {name!r}.",
                    where=self.where,
                    hint=did_you_mean(name, known),
                )
        return arguments

    def _with(self, arguments: dict[str, Any]) -> Any:
        by_place = [arguments.pop(name) for name in self._by_place if name in arguments]
        return self.function(*by_place, **arguments)


def _parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The parameters that have a name; none for a callable that does not tell."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # it is not written in Python
        return []
    return [one for one in found if one.kind in _NAMED]


@contextmanager
def user_code(what: str, where: SourcePosition | None) -> Generator[None, None, None]:
    """Errors of user code in the block are raised as ``UserCodeError`` that names what was evaluated."""
    try:
        yield
    except OrchestratorError:
        raise
    except Exception as error:
        raise UserCodeError(
            f"{what} raised {type(error).__name__}: {error}", user_exception=error, where=where
        ) from error
