"""How a user's function wants to be called, read once when it is declared."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple, get_origin

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import position_of
from mainspring.runtime.definitions.resources.parameter import is_config_class, resource_key_of

EMPTY: Any = inspect.Parameter.empty

_CONTEXT_NAMES = frozenset({"context", "_context", "_", "__"})
_CODE_GENERATOR = inspect.CO_GENERATOR
_CODE_COROUTINE = inspect.CO_COROUTINE
_CODE_ASYNC_GENERATOR = inspect.CO_ASYNC_GENERATOR


class FunctionKind(Enum):
    """How a call gives its results."""

    PLAIN = "plain"
    GENERATOR = "generator"
    ASYNC = "async"
    ASYNC_GENERATOR = "async generator"


class Parameter(NamedTuple):
    """A parameter that stands for an input."""

    name: str
    annotation: Any
    default: Any


class Signature(NamedTuple):
    """A function's parameters by what fills them."""

    context: str | None
    config: tuple[str, Any] | None
    resources: tuple[tuple[str, str], ...]
    inputs: tuple[Parameter, ...]
    returns: Any
    kind: FunctionKind
    positional: tuple[str, ...]
    """All parameters that can be given by position, in order."""
    takes_any_keyword: bool

    @property
    def is_async(self) -> bool:
        """Whether the function must be driven by an event loop."""
        return self.kind in (FunctionKind.ASYNC, FunctionKind.ASYNC_GENERATOR)


def read_signature(function: Callable[..., object]) -> Signature:
    """The signature of a user's function.

    The first parameter is the context where it is named so (``context``, ``_``) or annotated with a context class;
    ``config`` and parameters annotated with config and resource classes are what they say; the rest are inputs.
    """
    target = inspect.unwrap(function) if hasattr(function, "__wrapped__") else function
    code = getattr(target, "__code__", None)
    if code is None:
        return _from_inspect(function)
    bound = 1 if inspect.ismethod(function) else 0
    count = code.co_argcount
    names = code.co_varnames[bound : count + code.co_kwonlyargcount]
    defaults = target.__defaults__ or ()
    keyword_defaults = target.__kwdefaults__ or {}
    first_default = count - len(defaults)
    given = {
        code.co_varnames[first_default + i]: value for i, value in enumerate(defaults)
    } | keyword_defaults
    return _sort(
        function,
        names,
        given,
        code.co_varnames[bound:count],
        bool(code.co_flags & inspect.CO_VARKEYWORDS),
        _kind_of_code(code.co_flags),
    )


def _from_inspect(function: Callable[..., object]) -> Signature:
    """The slow way, for callables which are not written in Python: partials, objects with ``__call__``."""
    parameters = inspect.signature(function).parameters.values()
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY, p.KEYWORD_ONLY)]
    call = getattr(function, "func", None) or type(function).__call__
    code = getattr(call, "__code__", None)
    return _sort(
        function,
        tuple(p.name for p in named),
        {p.name: p.default for p in named if p.default is not EMPTY},
        tuple(p.name for p in named if p.kind is not p.KEYWORD_ONLY),
        any(p.kind is p.VAR_KEYWORD for p in parameters),
        _kind_of_code(code.co_flags if code else 0),
    )


def _kind_of_code(flags: int) -> FunctionKind:
    if flags & _CODE_ASYNC_GENERATOR:
        return FunctionKind.ASYNC_GENERATOR
    if flags & _CODE_COROUTINE:
        return FunctionKind.ASYNC
    return FunctionKind.GENERATOR if flags & _CODE_GENERATOR else FunctionKind.PLAIN


def _sort(
    function: Any,
    names: tuple[str, ...],
    defaults: dict[str, Any],
    positional: tuple[str, ...],
    takes_any_keyword: bool,
    kind: FunctionKind,
) -> Signature:
    raw = getattr(function, "__annotations__", None) or {}
    annotations = {name: evaluate_annotation(value, function) for name, value in raw.items()} if raw else raw
    context: str | None = None
    config: tuple[str, Any] | None = None
    resources: list[tuple[str, str]] = []
    inputs: list[Parameter] = []
    for place, name in enumerate(names):
        annotation = annotations.get(name, EMPTY)
        if place == 0 and (name in _CONTEXT_NAMES or getattr(annotation, "__mainspring_context__", False)):
            context = name
        elif name == "config" and annotation is not EMPTY:
            config = (name, _checked_config(function, annotation))
        elif annotation is not EMPTY and (key := resource_key_of(name, annotation)) is not None:
            resources.append((name, key))
        else:
            inputs.append(Parameter(name, annotation, defaults.get(name, EMPTY)))
    return Signature(
        context,
        config,
        tuple(resources),
        tuple(inputs),
        annotations.get("return", EMPTY),
        kind,
        positional,
        takes_any_keyword,
    )


def _checked_config(function: Any, annotation: Any) -> Any:
    if (
        not is_config_class(annotation)
        and annotation not in (int, str, float, bool, dict, list)
        and get_origin(annotation) is None
    ):
        raise InvalidDefinitionError(
            f"The parameter `config` of {getattr(function, '__name__', function)!r} is annotated with {annotation!r}, "
            "which is no Config class.",
            where=position_of(function),
            hint="Subclass `Config`, or annotate with a simple type such as int, str or dict; name the parameter "
            "otherwise if it is an input.",
        )
    return annotation


def evaluate_annotation(annotation: Any, function: Any) -> Any:
    """An annotation that was written as a string, evaluated where the function was declared; as it is where it cannot be."""
    if not isinstance(annotation, str):
        return annotation
    target = inspect.unwrap(function)
    names = dict(getattr(target, "__globals__", {}))
    code, cells = getattr(target, "__code__", None), getattr(target, "__closure__", None)
    if code is not None and cells is not None:
        for name, cell in zip(code.co_freevars, cells, strict=True):
            try:
                names[name] = cell.cell_contents
            except ValueError:  # a variable that is assigned later than the function is declared
                continue
    try:
        return eval(annotation, names)  # the user's own annotation, in the user's own module
    except Exception:  # an annotation only a type checker can read says nothing here
        return annotation
