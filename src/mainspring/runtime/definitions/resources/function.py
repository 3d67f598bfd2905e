"""Calling the function of a resource, whichever of its forms it has."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ContextDecorator, contextmanager
from typing import Any, TypeVar, cast

from mainspring.core.base.errors import InvariantViolationError
from mainspring.runtime.contexts.resource import InitResourceContext

ResourceFunction = Callable[..., Any]

_T = TypeVar("_T")

_POSITIONAL = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.VAR_POSITIONAL,
)


def giving(value: _T) -> Callable[[InitResourceContext], _T]:
    """A resource function that gives this value."""

    def give(init_context: InitResourceContext) -> _T:
        del init_context
        return value

    return give


def takes_context(function: ResourceFunction) -> bool:
    """Whether a resource function wants the context."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # a callable that is not written in python
        return True
    return any(parameter.kind in _POSITIONAL for parameter in parameters)


def call_with_context(function: ResourceFunction, context: InitResourceContext) -> Any:
    """What the function returns, given the context if it wants one."""
    return function(context) if takes_context(function) else function()


@contextmanager
def opened(returned: object) -> Generator[Any, None, None]:
    """The resource that a resource function gave: as a value, by yielding it, or as a ``@contextmanager``.

    What follows the ``yield`` runs at the end in any case, and does not see errors of those who used the
    resource.
    """
    if isinstance(returned, Generator):
        with _from_generator(cast("Generator[Any, None, None]", returned)) as value:
            yield value
    elif isinstance(returned, AbstractContextManager) and isinstance(returned, ContextDecorator):
        with cast("AbstractContextManager[Any]", returned) as value:
            yield value
    else:
        yield returned


@contextmanager
def _from_generator(generator: Generator[Any, None, None]) -> Generator[Any, None, None]:
    try:
        value = next(generator)
    except StopIteration:
        raise InvariantViolationError("The resource function ended without yielding a resource.") from None
    try:
        yield value
    finally:
        for _extra in generator:
            generator.close()
            raise InvariantViolationError("The resource function yielded a second time; it must yield once.")
