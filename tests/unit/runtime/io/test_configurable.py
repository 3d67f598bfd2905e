from typing import Any, ClassVar

import pytest

from mainspring.core.base.errors import InvariantViolationError
from mainspring.runtime.contexts.resource import InitResourceContext
from mainspring.runtime.definitions.resources.build import build_resources
from mainspring.runtime.io.build import build_input_context, build_output_context
from mainspring.runtime.io.configurable import (
    ConfigurableIOManager,
    ConfigurableIOManagerFactory,
    ConfigurableLegacyIOManagerAdapter,
)
from mainspring.runtime.io.definition import IOManagerDefinition, io_manager
from mainspring.runtime.io.interface import IOManager
from mainspring.runtime.io.memory import InMemoryIOManager
from mainspring.runtime.io.paths import UPathIOManager

STORE: dict[str, Any] = {}


class Shelf(ConfigurableIOManager):
    prefix: str = "p"

    def handle_output(self, context: Any, obj: Any) -> None:
        STORE[self.prefix + context.asset_key.to_user_string()] = obj

    def load_input(self, context: Any) -> Any:
        return STORE[self.prefix + context.asset_key.to_user_string()]


class Factory(ConfigurableIOManagerFactory[InMemoryIOManager]):
    size: int

    def create_io_manager(self, context: InitResourceContext) -> InMemoryIOManager:
        made = InMemoryIOManager()
        made.values[("size",)] = self.size
        return made


def test_a_class() -> None:
    STORE.clear()
    with build_resources({"io": Shelf(prefix="x/")}) as made:
        assert isinstance(made.io, IOManager)
        made.io.handle_output(build_output_context(asset_key="a"), 1)
        assert made.io.load_input(build_input_context(asset_key="a")) == 1
    assert STORE == {"x/a": 1}


def test_half_a_class_cannot_be_made() -> None:
    class Half(ConfigurableIOManager):
        def handle_output(self, context: Any, obj: Any) -> None:
            pass

    with pytest.raises(TypeError, match="load_input"):
        Half()  # type: ignore[abstract]


def test_a_factory() -> None:
    with build_resources({"io": Factory(size=3)}) as made:
        assert made.io.values == {("size",): 3}
    with build_resources(
        {"io": Factory.configure_at_launch()}, resource_config={"io": {"config": {"size": 4}}}
    ) as made:
        assert made.io.values == {("size",): 4}
    assert Factory(size=5).process_config_and_initialize().values == {("size",): 5}
    assert (Factory.input_config_schema(), Factory.output_config_schema()) == (None, None)


def test_a_factory_that_makes_nothing() -> None:
    with pytest.raises(InvariantViolationError, match="create_io_manager"):
        ConfigurableIOManagerFactory().process_config_and_initialize()


def test_a_class_with_a_path(tmp_path: Any) -> None:
    class Text(ConfigurableIOManager, UPathIOManager):
        folder: str
        extension: ClassVar[str] = ".txt"

        def setup_for_execution(self, context: InitResourceContext) -> None:
            UPathIOManager.__init__(self, self.folder)

        def dump_to_path(self, context: Any, obj: Any, path: Any) -> None:
            path.write_text(obj)

        def load_from_path(self, context: Any, path: Any) -> Any:
            return path.read_text()

    with build_resources({"io": Text(folder=str(tmp_path))}) as made:
        made.io.handle_output(build_output_context(asset_key="a"), "words")
        assert made.io.load_input(build_input_context(asset_key="a")) == "words"
    assert (tmp_path / "a.txt").read_text() == "words"


def test_the_adapter_gives_its_fields_as_config() -> None:
    closed: list[str] = []

    @io_manager(config_schema={"size": int})
    def older(context: InitResourceContext) -> Any:
        made = InMemoryIOManager()
        made.values[("size",)] = context.resource_config["size"]
        yield made
        closed.append("closed")

    class Adapter(ConfigurableLegacyIOManagerAdapter):
        size: int

        @property
        def wrapped_io_manager(self) -> IOManagerDefinition:
            return older

    with build_resources({"io": Adapter(size=6)}) as made:
        assert made.io.values == {("size",): 6}
    assert closed == ["closed"]


def test_what_a_run_config_may_say_of_values() -> None:
    class Tables(ConfigurableIOManager):
        schema_name: str

        @classmethod
        def input_config_schema(cls) -> Any:
            return {"columns": [str]}

        @classmethod
        def output_config_schema(cls) -> Any:
            return {"table": str}

        def handle_output(self, context: Any, obj: Any) -> None:
            pass

        def load_input(self, context: Any) -> Any:
            return None

    for given in (Tables(schema_name="s"), Tables.configure_at_launch()):
        definition: Any = given.get_resource_definition()
        assert list(definition.input_config_schema.config_type.fields) == ["columns"]
        assert list(definition.output_config_schema.config_type.fields) == ["table"]
    partial = Tables.configure_at_launch()
    assert (partial.input_config_schema(), partial.output_config_schema()) == (
        {"columns": [str]},
        {"table": str},
    )
    plain: Any = Shelf().get_resource_definition()
    assert (plain.input_config_schema, plain.output_config_schema) == (None, None)


def test_fields_given_at_launch() -> None:
    with build_resources(
        {"io": Factory.configure_at_launch()}, resource_config={"io": {"config": {"size": 3}}}
    ) as made:
        assert made.io.values[("size",)] == 3
