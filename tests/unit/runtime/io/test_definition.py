from collections.abc import Iterator
from typing import Any

import pytest

from mainspring.core.base.errors import InvalidConfigError
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.resource import InitResourceContext
from mainspring.runtime.definitions.resources.build import build_resources
from mainspring.runtime.io.build import build_input_context
from mainspring.runtime.io.definition import (
    InputManagerDefinition,
    IOManagerDefinition,
    input_manager,
    io_manager,
)
from mainspring.runtime.io.interface import InputManager
from mainspring.runtime.io.memory import InMemoryIOManager


def test_a_bare_function() -> None:
    @io_manager
    def memory() -> InMemoryIOManager:
        """Of a run."""
        return InMemoryIOManager()

    assert isinstance(memory, IOManagerDefinition)
    assert (memory.description, memory.input_config_schema, memory.output_config_schema) == (
        "Of a run.",
        None,
        None,
    )
    with build_resources({"memory": memory}) as made:
        assert isinstance(made.memory, InMemoryIOManager)


def test_config_and_required_resources() -> None:
    @io_manager(
        config_schema={"n": int}, required_resource_keys={"limit"}, input_config_schema={"i": int},
        output_config_schema={"o": int}, description="Said.", version="v1",
    )  # fmt: skip
    def counted(context: InitResourceContext) -> Any:
        return (context.resource_config["n"], context.resources.limit)

    assert (counted.required_resource_keys, counted.description, counted.version) == (
        {"limit"},
        "Said.",
        "v1",
    )
    assert counted.input_config_schema.evaluate({"i": 1}, {}).value == {"i": 1}
    assert counted.output_config_schema.evaluate({"o": 1}, {}).value == {"o": 1}
    with build_resources({"m": counted.configured({"n": 2}), "limit": 3}) as made:
        assert made.m == (2, 3)
    assert isinstance(counted.configured({"n": 2}), IOManagerDefinition)
    with (
        pytest.raises(InvalidConfigError),
        build_resources({"m": counted.configured({"n": "no"}), "limit": 3}),
    ):
        pass


def test_one_that_yields_is_closed() -> None:
    told: list[str] = []

    @io_manager
    def memory() -> Iterator[InMemoryIOManager]:
        yield InMemoryIOManager()
        told.append("closed")

    with build_resources({"memory": memory}) as made:
        assert isinstance(made.memory, InMemoryIOManager)
    assert told == ["closed"]


def test_an_object_as_definition() -> None:
    memory = InMemoryIOManager()
    with build_resources({"memory": IOManagerDefinition.hardcoded_io_manager(memory, "Mine.")}) as made:
        assert made.memory is memory


def test_an_input_manager() -> None:
    @input_manager
    def named(context: InputContext) -> str:
        return f"for {context.name}"

    @input_manager(config_schema={"n": int}, input_config_schema={"i": int})
    def configured() -> int:
        """Seven."""
        return 7

    assert isinstance(named, InputManagerDefinition)
    assert configured.input_config_schema.evaluate({"i": 1}, {}).value == {"i": 1}
    assert configured.description == "Seven."
    with build_resources({"a": named, "b": configured.configured({"n": 1})}) as made:
        assert isinstance(made.a, InputManager)
        assert made.a.load_input(build_input_context(name="x")) == "for x"
        assert made.b.load_input(build_input_context(name="x")) == 7


def test_an_input_manager_that_makes_one() -> None:
    class Fixed(InputManager):
        def load_input(self, context: InputContext) -> str:
            return "fixed"

    @input_manager
    def made_there() -> InputManager:
        return Fixed()

    with build_resources({"a": made_there}) as made:
        assert made.a.load_input(build_input_context()) == "fixed"
