"""How a user's function wants to be called, read once when it is declared."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from enum import Enum
from types import CodeType
from typing import Any, NamedTuple, cast, get_origin

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition, position_of, user_locals
from mainspring.runtime.definitions.resources.parameter import is_config_class, resource_key_of

EMPTY: Any = inspect.Parameter.empty

_CONTEXT_NAMES = frozenset({"context", "_context", "_", "__"})
_SIMPLE: tuple[Any, ...] = (int, str, float, bool, dict, list)
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


def read_signature(function: Callable[..., object], *, where: SourcePosition | None = None) -> Signature:
    """The signature of a user's function; ``where`` is its place for errors.

    The first parameter is the context where it is named so (``context``, ``_``) or annotated with a context
    class; ``config`` and parameters annotated with config and resource classes are what they say; the rest
    are
    inputs. What a ``functools.partial`` has filled in already is no parameter any more.
    """
    target: Any = cast("Any", inspect.unwrap(function) if hasattr(function, "__wrapped__") else function)
    code: CodeType | None = getattr(target, "__code__", None)
    if code is None:
        return _from_inspect(function, where)
    bound = 1 if inspect.ismethod(target) else 0
    count = code.co_argcount
    defaults: tuple[Any, ...] = target.__defaults__ or ()
    given: dict[str, Any] = getattr(target, "__kwdefaults__", None) or {}
    if defaults:
        given = dict(zip(code.co_varnames[count - len(defaults) : count], defaults, strict=True)) | given
    return _sort(
        _Callable(
            target,
            code.co_varnames[bound : count + code.co_kwonlyargcount],
            given,
            getattr(function, "__annotations__", None) or {},
            where or position_of(function),
        ),
        code.co_varnames[bound:count],
        bool(code.co_flags & inspect.CO_VARKEYWORDS),
        _kind_of_code(code.co_flags),
    )


class _Callable(NamedTuple):
    """What of a callable its parameters are sorted by."""

    target: Any
    names: tuple[str, ...]
    defaults: Mapping[str, Any]
    annotations: Mapping[str, Any]
    where: SourcePosition | None


def _from_inspect(function: Callable[..., object], where: SourcePosition | None) -> Signature:
    """The slow way, for callables which are no functions: partials, objects with ``__call__``."""
    found = inspect.signature(function)
    parameters = found.parameters.values()
    filled: Mapping[str, object] = getattr(function, "keywords", {})
    named = [
        p
        for p in parameters
        if p.kind in (p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY, p.KEYWORD_ONLY) and p.name not in filled
    ]
    call: Any = getattr(function, "func", None) or type(function).__call__
    code: CodeType | None = getattr(call, "__code__", None)
    annotations = {p.name: p.annotation for p in named if p.annotation is not EMPTY}
    if found.return_annotation is not EMPTY:
        annotations["return"] = found.return_annotation
    return _sort(
        _Callable(
            call,
            tuple(p.name for p in named),
            {p.name: p.default for p in named if p.default is not EMPTY},
            annotations,
            where or position_of(call),
        ),
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
    said: _Callable, positional: tuple[str, ...], takes_any_keyword: bool, kind: FunctionKind
) -> Signature:
    annotations = said.annotations
    if annotations:
        annotations = {name: evaluate_annotation(value, said.target) for name, value in annotations.items()}
    context: str | None = None
    config: tuple[str, Any] | None = None
    resources: list[tuple[str, str]] = []
    inputs: list[Parameter] = []
    for place, name in enumerate(said.names):
        annotation = annotations.get(name, EMPTY)
        if place == 0 and (name in _CONTEXT_NAMES or getattr(annotation, "__mainspring_context__", False)):
            context = name
        elif name == "config":
            config = (name, _checked_config(said, annotation))
        elif annotation is not EMPTY and (key := resource_key_of(name, annotation)) is not None:
            resources.append((name, key))
        elif name == "context":
            raise _misplaced_context(said)
        else:
            inputs.append(Parameter(name, annotation, said.defaults.get(name, EMPTY)))
    returns = annotations.get("return", EMPTY)
    return Signature(
        context, config, tuple(resources), tuple(inputs), returns, kind, positional, takes_any_keyword
    )


def _name(said: _Callable) -> str:
    return repr(getattr(said.target, "__name__", said.target))


def _misplaced_context(said: _Callable) -> InvalidDefinitionError:
    return InvalidDefinitionError(
        f"The parameter `context` of {_name(said)} is not the first.",
        where=said.where,
        hint="Put it first: the context is given by position.",
    )


def _checked_config(said: _Callable, annotation: Any) -> Any:
    if annotation is EMPTY:
        raise InvalidDefinitionError(
            f"The parameter `config` of {_name(said)} has no annotation, so nothing says what it may hold.",
            where=said.where,
            hint="Annotate it with a subclass of `Config`, or with a simple type such as dict.",
        )
    if isinstance(annotation, str):
        raise InvalidDefinitionError(
            f"The annotation {annotation!r} of the parameter `config` of {_name(said)} names nothing "
            "that can "
            "be found where the function is declared.",
            where=said.where,
            hint="Import or define the Config class before the function, and not only for type checkers.",
        )
    if is_config_class(annotation) or annotation in _SIMPLE or get_origin(annotation) is not None:
        return annotation
    raise InvalidDefinitionError(
        f"The parameter `config` of {_name(said)} is annotated with {annotation!r}, which is no "
        "Config class.",
        where=said.where,
        hint="Subclass `Config`, or annotate with a simple type such as int, str or dict; name the parameter "
        "otherwise if it is an input.",
    )


def evaluate_annotation(annotation: Any, function: Any) -> Any:
    """An annotation that was written as a string, evaluated where the function was declared.

    It is looked up among the function's globals, then what it closes over, then the variables of the function
    it is declared in. An annotation that cannot be evaluated is given back as it is.
    """
    if not isinstance(annotation, str):
        return annotation
    target = inspect.unwrap(function)
    scope: dict[str, Any] = getattr(target, "__globals__", {})
    for names in (_closed_over(target), user_locals()):
        try:
            return eval(annotation, scope, names)  # the user's own annotation, in its own module
        except Exception:  # what only a type checker can read says nothing here
            continue
    return annotation


def _closed_over(target: Any) -> dict[str, Any]:
    code, cells = getattr(target, "__code__", None), getattr(target, "__closure__", None)
    names: dict[str, Any] = {}
    if code is None or cells is None:
        return names
    for name, cell in zip(code.co_freevars, cells, strict=True):
        try:
            names[name] = cell.cell_contents
        except ValueError:  # a variable that is assigned later than the function is declared
            continue
    return names
