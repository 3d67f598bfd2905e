from typing import Any

import numpy as np
import pytest

import mainspring as dg
from mainspring.core.base.errors import (
    InvalidDefinitionError,
    InvariantViolationError,
    TypeCheckDidNotPass,
    TypeCheckError,
)
from mainspring.core.records.event_data import TypeCheckData
from mainspring.core.values.metadata import MetadataValue
from mainspring.runtime.definitions.types.containers import bare_container_type, container_type
from mainspring.runtime.definitions.types.function_loader import type_loader
from mainspring.runtime.definitions.types.type_check import FITS, TypeCheck
from mainspring.runtime.definitions.types.value_type import (
    ANY,
    NOTHING,
    PythonType,
    TypeKind,
    ValueType,
    resource_keys_of,
    type_check_data,
)


@type_loader(int, required_resource_keys={"cache"})
def number(_context, config):
    return config


def even(_context, value):
    return value % 2 == 0


def test_an_answer_is_a_bool_or_a_type_check():
    assert ValueType(even, name="Even").check(2) is FITS
    assert ValueType(even, name="Even").check(3) == TypeCheck(False)
    words = ValueType(lambda _, value: TypeCheck(False, "No.", {"rows": 0}), key="words")
    assert words.check(1) == TypeCheck(False, "No.", {"rows": 0})
    assert ValueType(lambda _, value: np.float64(value) > 1, name="Big").check(2) == TypeCheck(True)


def test_the_check_gets_the_context():
    seen = []
    kind = ValueType(lambda context, _: bool(seen.append(context)) or True, name="Seen")
    kind.check(1, "context")
    kind.type_check("the same", 1)
    assert seen == ["context", "the same"]


def test_a_check_that_raises_or_answers_nonsense():
    def broken(_context, _value):
        raise ZeroDivisionError("mine")

    with pytest.raises(TypeCheckError, match="type Broken raised ZeroDivisionError: mine") as caught:
        ValueType(broken, name="Broken").check(1)
    assert isinstance(caught.value.user_exception, ZeroDivisionError)
    assert caught.value.where.line == broken.__code__.co_firstlineno
    with pytest.raises(TypeCheckError, match="type Odd answered 'yes'"):
        ValueType(lambda _, __: "yes", name="Odd").check(1)
    with pytest.raises(TypeCheckError, match="type Silent answered None"):
        ValueType(lambda _, __: None, name="Silent").check(1)


def test_all_that_a_type_says():
    kind = ValueType(
        even, "even_key", "Even", False, "Even numbers.", number, {"limit"}, TypeKind.SCALAR, int, {"a": 1}
    )
    assert (kind.key, kind.name, kind.display_name, kind.unique_name) == ("even_key", "Even", "Even", "Even")
    assert (kind.has_unique_name, kind.is_builtin, kind.description) == (True, False, "Even numbers.")
    assert (kind.loader, kind.required_resource_keys) == (number, {"limit"})
    assert (kind.kind, kind.typing_type, kind.metadata) == (
        TypeKind.SCALAR,
        int,
        {"a": MetadataValue.int(1)},
    )
    assert (kind.inner_types, kind.type_param_keys, kind.is_any, kind.is_nothing) == ((), [], False, False)
    assert repr(kind) == "ValueType('Even')"


def test_what_a_type_is_without_more_words():
    kind = ValueType(even, key="even")
    assert (kind.name, kind.display_name, kind.has_unique_name, kind.unique_name) == (
        "even",
        "even",
        False,
        None,
    )
    assert (kind.typing_type, kind.loader, kind.required_resource_keys, kind.metadata) == (
        Any,
        None,
        set(),
        {},
    )
    assert kind.kind is TypeKind.REGULAR
    assert (ANY.is_any, NOTHING.is_nothing, NOTHING.typing_type) == (True, True, type(None))


def test_types_are_compared_by_identity():
    one, other = ValueType(even, name="Even"), ValueType(even, name="Even")
    assert one != other
    assert len({one, one, other}) == 2


@pytest.mark.parametrize(
    "arguments,said",
    [
        ({"type_check_fn": even}, "needs a name or a key"),
        ({"type_check_fn": even, "name": 3}, "name of a type is a string; it was given 3"),
        ({"type_check_fn": "even", "name": "Even"}, "Even has a check that cannot be called: 'even'"),
        ({"type_check_fn": even, "name": "Even", "loader": even}, "Even has a loader that is none"),
        ({"type_check_fn": even, "name": "Even", "required_resource_keys": "db"}, "resources by a string"),
    ],
)
def test_a_wrong_declaration_is_refused(arguments, said):
    with pytest.raises(InvalidDefinitionError, match=said):
        ValueType(**arguments)


def test_python_types():
    several = PythonType((int, str))
    assert (several.name, several.check(1), several.typing_type) == ("int or str", FITS, int | str)
    assert several.check(1.5) == TypeCheck(
        False, "The value does not fit the type int or str: expected an instance of int or str, got float."
    )
    table = PythonType(dict, "table_key", "Table", description="Rows.", loader=number, metadata={"a": 1})
    assert (table.key, table.name, table.python_type, table.typing_type) == ("table_key", "Table", dict, dict)
    assert (table.description, table.loader, table.metadata) == ("Rows.", number, {"a": MetadataValue.int(1)})
    assert table.type_check_scalar_value([]) == TypeCheck(
        False, "The value does not fit the type Table: expected an instance of dict, got list."
    )


@pytest.mark.parametrize("python_type", ["int", (), (int, "str"), list[int]], ids=repr)
def test_a_python_type_is_made_of_classes(python_type):
    with pytest.raises(InvalidDefinitionError, match="made of a class, or of a tuple of them"):
        PythonType(python_type)


def test_several_outputs_feed_a_list():
    numbers = container_type(list, (PythonType(int),))
    assert [kind.supports_fan_in for kind in (numbers, bare_container_type(list), ANY, NOTHING)] == [True] * 4
    assert numbers.get_inner_type_for_fan_in() is numbers.inner_types[0]
    assert bare_container_type(list).get_inner_type_for_fan_in() is ANY
    assert NOTHING.get_inner_type_for_fan_in() is NOTHING
    assert PythonType(int).supports_fan_in is False
    with pytest.raises(InvariantViolationError, match="of the type int takes one value"):
        PythonType(int).get_inner_type_for_fan_in()


def test_the_resources_of_a_type_and_of_those_inside():
    limited = ValueType(even, name="Limited", required_resource_keys={"limit"}, loader=number)
    several = container_type(dict, (PythonType(str), container_type(list, (limited,))))
    assert several.required_resource_keys == {"limit"}
    assert resource_keys_of(several) == {"limit"}
    assert resource_keys_of(several, loaded=True) == {"limit", "cache"}
    assert resource_keys_of(ANY) == frozenset()


def test_the_record_of_a_check():
    assert type_check_data(ANY, ANY.check(1)) == TypeCheckData(True, "Any")
    assert type_check_data(ANY, ANY.check(1)) is type_check_data(ANY, ANY.check(2))
    assert type_check_data(NOTHING, TypeCheck(False, "No.", {"a": 1})) == TypeCheckData(
        False, "Nothing", "No.", {"a": MetadataValue.int(1)}
    )


def test_the_types_of_an_op_are_checked_in_its_run():
    affordable = ValueType(
        lambda context, value: TypeCheck(value <= context.resources.budget, metadata={"price": value}),
        name="Affordable",
        required_resource_keys={"budget"},
    )

    @dg.op(config_schema={"price": int}, out=dg.Out(container_type(list, (affordable,))))
    def prices(context):
        return [1, context.op_config["price"]]

    @dg.op(ins={"prices": dg.In(dg.List[dg.Int])}, out=dg.Out(dg.Nothing))
    def bought(prices):
        pass

    @dg.job(resource_defs={"budget": dg.ResourceDefinition.hardcoded_resource(2)})
    def shopping():
        bought(prices())

    def run(price, **how):
        return shopping.execute_in_process(
            run_config={"ops": {"prices": {"config": {"price": price}}}}, **how
        )

    assert run(2).success
    with pytest.raises(TypeCheckDidNotPass, match="Element 1, 3, does not fit the type Affordable") as caught:
        run(3)
    assert caught.value.metadata == {"price": MetadataValue.int(3)}
    assert caught.value.dagster_type.name == "list[Affordable]"
    assert not run(3, raise_on_error=False).success
