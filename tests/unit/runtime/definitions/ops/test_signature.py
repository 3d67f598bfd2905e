from __future__ import annotations

import functools
from typing import Any

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.runtime.contexts.asset import AssetExecutionContext
from mainspring.runtime.definitions.config.model import Config
from mainspring.runtime.definitions.ops.signature import EMPTY, FunctionKind, Parameter, read_signature
from mainspring.runtime.definitions.resources.configurable import ConfigurableResource
from mainspring.runtime.definitions.resources.parameter import ResourceParam


class Limits(Config):
    most: int = 3


class Database(ConfigurableResource):
    url: str


def inputs(function: Any) -> list[Parameter]:
    return list(read_signature(function).inputs)


def test_every_parameter_by_what_fills_it():
    def function(
        context, config: Limits, db: Database, session: ResourceParam[dict[str, int]], a, b: int = 3, *, c="x"
    ) -> str: ...

    signature = read_signature(function)
    assert signature.context == "context"
    assert signature.config == ("config", Limits)
    assert signature.resources == (("db", "db"), ("session", "session"))
    assert signature.inputs == (
        Parameter("a", EMPTY, EMPTY),
        Parameter("b", int, 3),
        Parameter("c", EMPTY, "x"),
    )
    assert (signature.returns, signature.kind) == (str, FunctionKind.PLAIN)
    assert signature.positional == ("context", "config", "db", "session", "a", "b")
    assert signature.takes_any_keyword is False


@pytest.mark.parametrize(
    "function,context",
    [
        (lambda context: 1, "context"),
        (lambda _: 1, "_"),
        (lambda _context, a: 1, "_context"),
        (lambda a: 1, None),
        (lambda: 1, None),
        (lambda a, _: 1, None),
    ],
)
def test_the_context_by_name(function, context):
    assert read_signature(function).context == context


def test_the_context_by_annotation():
    def function(ctx: AssetExecutionContext, a): ...

    signature = read_signature(function)
    assert (signature.context, [p.name for p in signature.inputs]) == ("ctx", ["a"])


def test_a_context_elsewhere_is_refused():
    def function(a, context): ...

    with pytest.raises(InvalidDefinitionError, match="`context` of 'function' is not the first") as caught:
        read_signature(function)
    assert caught.value.where == (__file__, function.__code__.co_firstlineno)


def test_positional_only_and_star_parameters():
    def function(a, /, b, *rest, c, **more): ...

    signature = read_signature(function)
    assert [p.name for p in signature.inputs] == ["a", "b", "c"]
    assert (signature.positional, signature.takes_any_keyword) == (("a", "b"), True)


def test_kinds_of_functions():
    def plain(): ...
    def generator():
        yield 1

    async def coroutine(): ...
    async def stream():
        yield 1

    found = [read_signature(function).kind for function in (plain, generator, coroutine, stream)]
    assert found == [
        FunctionKind.PLAIN,
        FunctionKind.GENERATOR,
        FunctionKind.ASYNC,
        FunctionKind.ASYNC_GENERATOR,
    ]
    assert [read_signature(f).is_async for f in (plain, generator, coroutine, stream)] == [
        False,
        False,
        True,
        True,
    ]


def test_strings_are_evaluated_where_the_function_stands():
    class Local(Config):
        word: str = ""

    def function(config: Local, a: list[Limits]): ...

    signature = read_signature(function)
    assert signature.config == ("config", Local)
    assert signature.inputs[0].annotation == list[Limits]


def test_strings_are_evaluated_in_what_is_closed_over():
    def make():
        class Hidden(Config):
            pass

        def function(config: Hidden):
            return Hidden

        return Hidden, function

    hidden, function = make()
    assert read_signature(function).config == ("config", hidden)


def test_a_string_only_a_type_checker_can_read_is_left():
    def function(a: Unknown): ...  # noqa: F821

    assert inputs(function) == [Parameter("a", "Unknown", EMPTY)]


def test_partials_have_the_parameters_that_are_left():
    def function(context, a: int, b: str, c: float = 1.0) -> bool: ...

    made = read_signature(functools.partial(function, b="x"))
    assert (made.context, made.inputs, made.returns) == (
        "context",
        (Parameter("a", int, EMPTY), Parameter("c", float, 1.0)),
        bool,
    )
    assert [p.name for p in inputs(functools.partial(function, None, 3))] == ["b", "c"]


def test_partials_of_generators_and_coroutines():
    def generator(a):
        yield a

    async def coroutine(a): ...

    assert read_signature(functools.partial(generator, 1)).kind is FunctionKind.GENERATOR
    assert read_signature(functools.partial(coroutine, 1)).kind is FunctionKind.ASYNC


def test_callable_objects_and_methods():
    class Loader:
        note: int = 3

        def __call__(self, context, a: int) -> str: ...

        async def method(self, a, b=1): ...

    signature = read_signature(Loader())
    assert (signature.context, signature.inputs, signature.returns) == (
        "context",
        (Parameter("a", int, EMPTY),),
        str,
    )
    method = read_signature(Loader().method)
    assert (method.inputs, method.kind) == (
        (Parameter("a", EMPTY, EMPTY), Parameter("b", EMPTY, 1)),
        FunctionKind.ASYNC,
    )


def test_wrapped_functions_show_what_they_wrap():
    def function(a: int, *, b: str = "x"): ...

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    assert read_signature(wrapper).inputs == read_signature(function).inputs


@pytest.mark.parametrize("annotation", [int, str, float, bool, dict, list, dict[str, int], list[str]])
def test_simple_types_of_config(annotation):
    def function(config): ...

    function.__annotations__["config"] = annotation
    assert read_signature(function).config == ("config", annotation)


@pytest.mark.parametrize(
    "annotation,words",
    [
        (object, "annotated with <class 'object'>, which is no Config class"),
        (Database, "which is no Config class"),
        ("Nowhere", "'Nowhere' of the parameter `config` of 'function' names nothing"),
        (None, "annotated with None"),
        (EMPTY, "`config` of 'function' has no annotation"),
    ],
)
def test_config_of_a_wrong_annotation(annotation, words):
    def function(config): ...

    if annotation is not EMPTY:
        function.__annotations__["config"] = annotation
    with pytest.raises(InvalidDefinitionError) as caught:
        read_signature(function)
    assert words in str(caught.value)
    assert caught.value.hint is not None
    assert caught.value.where == (__file__, function.__code__.co_firstlineno)
