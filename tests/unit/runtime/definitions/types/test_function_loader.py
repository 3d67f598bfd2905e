import pytest

from mainspring.core.base.errors import InvalidConfigDefinitionError, InvalidDefinitionError
from mainspring.core.config.schema import Field, Selector, to_config_type
from mainspring.runtime.definitions.types.function_loader import type_loader
from mainspring.runtime.definitions.types.loader import TypeLoader


def test_a_function_becomes_a_loader():
    @type_loader({"path": str}, required_resource_keys={"files"})
    def table(context, config):
        return (context, config["path"])

    assert isinstance(table, TypeLoader)
    assert table.construct_from_config_value("context", {"path": "a"}) == ("context", "a")
    assert table("context", {"path": "b"}) == ("context", "b")
    assert (table.schema_type, table.required_resource_keys()) == (to_config_type({"path": str}), {"files"})
    assert repr(table) == "<loader table>"


@pytest.mark.parametrize("schema", [int, [str], Field(str), Selector({"csv": str})], ids=repr)
def test_the_config_is_whatever_a_schema_can_be_made_of(schema):
    assert type_loader(schema)(lambda _context, config: config).schema_type == to_config_type(schema)


def test_a_function_of_other_arguments_is_refused():
    def table(config):
        return config

    with pytest.raises(
        InvalidDefinitionError, match="'table' cannot be called with a context and a config"
    ) as caught:
        type_loader(str)(table)
    assert caught.value.where.line == table.__code__.co_firstlineno
    with pytest.raises(InvalidConfigDefinitionError, match="cannot be part of a config schema"):
        type_loader(table)
