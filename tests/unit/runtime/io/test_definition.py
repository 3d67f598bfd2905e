from collections.abc import Iterator
from typing import Any

import pytest

import mainspring as dg
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
from mainspring.runtime.io.interface import InputManager, IOManager
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


class Remembering(InMemoryIOManager):
    """Keeps what it is told of itself and of each value."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Any] = []

    def handle_output(self, context: Any, obj: Any) -> None:
        self.told.append((context.config, context.resource_config, context.resources._asdict()))
        super().handle_output(context, obj)

    def load_input(self, context: Any) -> Any:
        upstream = context.upstream_output
        self.told.append(
            (context.config, context.resource_config, context.resources._asdict(), upstream.config)
        )
        return super().load_input(context)


def test_in_a_run_a_manager_is_told_its_config_and_that_of_each_value() -> None:
    made = Remembering()

    @io_manager(
        config_schema={"folder": str},
        output_config_schema={"table": str},
        input_config_schema={"columns": dg.Field([str], default_value=["all"])},
        required_resource_keys={"database"},
    )
    def tables(_init_context: InitResourceContext) -> IOManager:
        return made

    @dg.op(out=dg.Out(int, io_manager_key="tables"))
    def one() -> int:
        return 1

    @dg.op
    def doubled(one: int) -> int:
        return 2 * one

    @dg.job(resource_defs={"tables": tables, "database": 5, "unused": 6})
    def numbers() -> None:
        doubled(one())

    config = {
        "resources": {"tables": {"config": {"folder": "f"}}},
        "ops": {"one": {"outputs": {"result": {"table": "t"}}}},
    }
    result = numbers.execute_in_process(config)
    assert result.output_for_node("doubled") == 2
    assert made.told == [
        ({"table": "t"}, {"folder": "f"}, {"database": 5}),
        ({"columns": ["all"]}, {"folder": "f"}, {"database": 5}, {"table": "t"}),
    ]


def test_in_a_run_an_input_manager_is_told_the_same() -> None:
    @input_manager(
        config_schema={"root": dg.Field(str, default_value="/")},
        input_config_schema={"file": str},
        required_resource_keys={"database"},
    )
    def from_files(context: InputContext) -> Any:
        return (
            context.config["file"],
            context.resource_config["root"],
            context.resources.database,
            context.name,
        )

    seen: list[Any] = []

    @dg.op(ins={"rows": dg.In(input_manager_key="files")})
    def load(rows: Any) -> None:
        seen.append(rows)

    @dg.job(resource_defs={"files": from_files.configured({"root": "/data"}), "database": 5})
    def loading() -> None:
        load()

    loading.execute_in_process({"ops": {"load": {"inputs": {"rows": {"file": "a.csv"}}}}})
    assert seen == [("a.csv", "/data", 5, "rows")]


def test_called_in_a_test_like_any_resource() -> None:
    @io_manager(config_schema={"folder": str})
    def files(init_context: InitResourceContext) -> IOManager:
        made = Remembering()
        made.told.append(init_context.resource_config["folder"])
        return made

    @input_manager
    def three() -> int:
        return 3

    assert files(dg.build_init_resource_context({"folder": "f"})).told == ["f"]
    assert files.configured({"folder": "g"})(None).told == ["g"]
    assert type(files.configured({"folder": "g"})) is IOManagerDefinition
    assert three(None).load_input(build_input_context()) == 3
