from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import (
    InvalidConfigError,
    InvalidDefinitionError,
    ResourceFunctionError,
    UnknownResourceError,
)
from mainspring.runtime.contexts.resource import (
    IAttachDifferentObjectToOpContext,
    InitResourceContext,
    Resources,
    injected_resource,
)
from mainspring.runtime.definitions.resources.decorator import make_values_resource, resource
from mainspring.runtime.definitions.resources.definition import ResourceDefinition, coerce_to_resource_def
from mainspring.runtime.definitions.resources.scope import ResourceWatch, build_resource_set


def tracked(log: list[str], name: str, *requires: str, fails_at: str | None = None) -> ResourceDefinition:
    """A resource that says when it is made and closed."""

    @resource(required_resource_keys=set(requires))
    def made(_context: InitResourceContext) -> Generator[str, None, None]:
        if fails_at == "make":
            raise ValueError(f"cannot make {name}")
        log.append(f"+{name}")
        yield name
        log.append(f"-{name}")
        if fails_at == "close":
            raise ValueError(f"cannot close {name}")

    return made


class Recorder(ResourceWatch):
    def __init__(self) -> None:
        self.heard: list[object] = []

    def on_start(self, key: str) -> None:
        self.heard.append(("start", key))

    def on_success(self, key: str, seconds: float) -> None:
        self.heard.append(("success", key, seconds))

    def on_failure(self, key: str, error: BaseException) -> None:
        self.heard.append(("failure", key, type(error)))

    def on_teardown_failure(self, key: str, error: BaseException) -> None:
        self.heard.append(("teardown", key, type(error)))


def test_made_in_order_closed_in_reverse_and_only_what_is_needed():
    log: list[str] = []
    defs = {
        "a": tracked(log, "a", "b"),
        "b": tracked(log, "b", "c"),
        "c": tracked(log, "c"),
        "d": tracked(log, "d"),
    }
    with build_resource_set(defs, {"a"}) as resources:
        assert list(resources) == ["a"]
        log.append("body")
    assert log == ["+c", "+b", "+a", "body", "-a", "-b", "-c"]


def test_an_error_in_the_body_comes_through_and_all_is_closed():
    log: list[str] = []
    with pytest.raises(KeyError), build_resource_set({"a": tracked(log, "a")}, {"a"}):
        raise KeyError("mine")
    assert log == ["+a", "-a"]


def test_a_resource_that_cannot_be_made_closes_those_made_before():
    log: list[str] = []
    watch = Recorder()
    defs = {"a": tracked(log, "a"), "b": tracked(log, "b", "a", fails_at="make"), "c": tracked(log, "c", "b")}
    with pytest.raises(ResourceFunctionError) as caught, build_resource_set(defs, {"c"}, watch=watch):
        log.append("body")
    assert log == ["+a", "-a"]
    assert caught.value.message == "Error while making the resource `b`: ValueError: cannot make b"
    assert isinstance(caught.value.user_exception, ValueError)
    assert caught.value.__cause__ is caught.value.user_exception
    assert caught.value.where is not None
    assert caught.value.where.file == __file__
    assert [entry[:2] for entry in watch.heard] == [  # pyright: ignore[reportIndexIssue, reportUnknownVariableType]
        ("start", "a"),
        ("success", "a"),
        ("start", "b"),
        ("failure", "b"),
    ]


def test_all_are_closed_even_where_some_fail_to():
    log: list[str] = []
    watch = Recorder()
    defs = {name: tracked(log, name, fails_at="close" if name in "ab" else None) for name in "abc"}
    with (
        pytest.raises(ResourceFunctionError, match="closing the resource `b`") as caught,
        build_resource_set(defs, {"a", "b", "c"}, watch=watch),
    ):
        pass
    assert log == ["+a", "+b", "+c", "-c", "-b", "-a"]
    assert caught.value.__notes__ == [
        f"Error while closing the resource `a`: ValueError: cannot close a (declared at {caught.value.where})\n"
        "Mend the code of the resource, or see to its config and to what it connects to."
    ]
    assert watch.heard[-2:] == [
        ("teardown", "b", ResourceFunctionError),
        ("teardown", "a", ResourceFunctionError),
    ]


def test_an_error_of_closing_does_not_hide_the_error_of_the_body():
    defs = {"a": tracked([], "a", fails_at="close")}
    with pytest.raises(KeyError) as caught, build_resource_set(defs, {"a"}):
        raise KeyError("mine")
    (note,) = caught.value.__notes__
    assert note.startswith("Error while closing the resource `a`: ValueError: cannot close a")


def test_the_time_of_making_is_told():
    clock = ManualClock(datetime(2024, 1, 1, tzinfo=UTC))
    watch = Recorder()

    @resource
    def slow() -> int:
        clock.sleep(2.5)
        return 1

    with build_resource_set({"slow": slow}, {"slow"}, watch=watch, clock=clock):
        pass
    assert watch.heard == [("start", "slow"), ("success", "slow", 2.5)]


def test_a_circle_is_shown_as_a_path():
    defs = {"a": tracked([], "a", "b"), "b": tracked([], "b", "c"), "c": tracked([], "c", "b")}
    with (
        pytest.raises(InvalidDefinitionError, match="in a circle: b → c → b"),
        build_resource_set(defs, {"a"}),
    ):
        pass


def test_a_long_chain_of_resources():
    count = 3_000
    defs: dict[str, Any] = {f"r{i}": tracked([], f"r{i}", f"r{i + 1}") for i in range(count)}
    defs[f"r{count}"] = 1
    with build_resource_set(defs, {"r0"}) as resources:
        assert resources.r0 == "r0"


def test_what_is_not_provided_is_named():
    with pytest.raises(UnknownResourceError) as caught, build_resource_set({"warehouse": 1}, {"warehose"}):
        pass
    assert str(caught.value) == (
        "The resource `warehose` is not provided. Provided: warehouse.\nDid you mean warehouse?"
    )
    with (
        pytest.raises(UnknownResourceError, match="`b`, required by the resource `a`, is not provided"),
        build_resource_set({"a": tracked([], "a", "b")}, {"a"}),
    ):
        pass


def test_faults_of_all_resources_are_reported_before_any_is_made():
    log: list[str] = []
    needs = ResourceDefinition(lambda _: log.append("made"), config_schema={"n": int})
    values = make_values_resource(region=str)
    with (
        pytest.raises(InvalidConfigError) as caught,
        build_resource_set(
            {"a": needs, "b": values, "c": needs},
            {"a", "b", "c"},
            config={"b": {"config": {"region": 3}}, "c": {"cfg": 1}},
        ),
    ):
        pass
    assert log == []
    assert [str(error) for error in caught.value.errors] == [
        "root:resources:a:config:n: Missing required field; expected int.",
        "root:resources:b:config:region: Expected str, got int 3.",
        "root:resources:c:cfg: Unknown field 'cfg'. Did you mean config?",
    ]


def test_every_form_of_a_resource_function():
    @resource(config_schema={"n": int})
    def with_context(init_context: InitResourceContext) -> int:
        return init_context.resource_config["n"]

    @resource
    def without_context() -> str:
        return "plain"

    @resource
    @contextmanager
    def managed(_context: InitResourceContext) -> Generator[str, None, None]:
        yield "managed"

    defs = {
        "a": with_context,
        "b": without_context,
        "c": managed,
        "d": {"a": "mapping"},
        "e": with_context.configured({"n": 7}),
        "f": with_context.configured(lambda c: {"n": c * 2}, int),
        "g": make_values_resource(x=int),
        "h": ResourceDefinition.none_resource(),
        "i": ResourceDefinition.string_resource(),
        "j": ResourceDefinition.hardcoded_resource(len),
    }
    config = {"a": {"config": {"n": 3}}, "f": {"config": 4}, "g": {"config": {"x": 5}}, "i": {"config": "s"}}
    with build_resource_set(defs, set(defs), config=config) as made:
        assert [made.a, made.b, made.c, made.d, made.e, made.f, made.g.x, made.h, made.i, made.j] == [
            3, "plain", "managed", {"a": "mapping"}, 7, 8, 5, None, "s", len,
        ]  # fmt: skip


def test_a_generator_must_yield_once():
    @resource
    def never() -> Generator[int, None, None]:
        if False:
            yield 1

    @resource
    def twice() -> Generator[int, None, None]:
        yield 1
        yield 2

    with (
        pytest.raises(ResourceFunctionError, match="without yielding"),
        build_resource_set({"a": never}, {"a"}),
    ):
        pass
    with pytest.raises(ResourceFunctionError, match="second time"), build_resource_set({"a": twice}, {"a"}):
        pass


def test_the_context_of_a_resource_function():
    seen: list[InitResourceContext] = []

    @resource(required_resource_keys={"other"})
    def asks(context: InitResourceContext) -> None:
        seen.append(context)

    with build_resource_set({"asks": asks, "other": 3, "more": 4}, {"asks", "more"}):
        pass
    (context,) = seen
    assert context.resources._asdict() == {"other": 3}
    assert (context.resource_def, context.run, context.run_id, context.instance) == (asks, None, None, None)
    with pytest.raises(UnknownResourceError, match="Available here: other"):
        context.resources.more


def test_an_attached_object_is_shown_and_the_resource_injected():
    class Client(IAttachDifferentObjectToOpContext):
        def get_object_to_set_on_execution_context(self) -> str:
            return "shown"

    client = Client()
    with build_resource_set({"client": client}, {"client"}) as resources:
        assert resources.client == "shown"
        assert injected_resource(resources, "client") is client
        assert (hasattr(resources, "other"), "client" in resources) == (False, True)


def test_resources_cannot_be_changed():
    with pytest.raises(AttributeError, match="cannot be changed"):
        Resources({"a": 1}).a = 2


def test_coercion_keeps_definitions():
    definition = ResourceDefinition.none_resource()
    assert coerce_to_resource_def(definition) is definition


def test_called_directly():
    @resource(config_schema={"n": int})
    def doubled(init_context: InitResourceContext) -> int:
        return init_context.resource_config["n"] * 2

    assert doubled(InitResourceContext({"n": 21}, Resources())) == 42
    with pytest.raises(InvalidConfigError, match="root:config:n: Expected int, got str 'x'"):
        doubled(InitResourceContext({"n": "x"}, Resources()))
