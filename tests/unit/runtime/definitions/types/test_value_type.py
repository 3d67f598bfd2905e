import pytest

from mainspring.core.base.errors import InvalidDefinitionError, TypeCheckError
from mainspring.core.records.event_data import TypeCheckData
from mainspring.core.values.metadata import MetadataValue
from mainspring.runtime.definitions.types.value_type import (
    ANY,
    NOTHING,
    PythonType,
    TypeCheck,
    ValueType,
    type_check_data,
)


def test_an_answer_is_a_bool_or_a_type_check():
    even = ValueType(lambda _, value: value % 2 == 0, name="Even", description="Even numbers.")
    assert (even.check(2).success, even.check(3).success) == (True, False)
    words = ValueType(lambda _, value: TypeCheck(False, "No.", {"rows": 0}), key="words")
    found = words.check(1)
    assert (found.success, found.description, found.metadata) == (
        False,
        "No.",
        {"rows": MetadataValue.int(0)},
    )
    assert (words.name, words.display_name, even.key) == ("words", "words", "Even")


def test_the_check_gets_the_context():
    seen = []
    ValueType(lambda context, _: bool(seen.append(context)) or True, name="Seen").check(1, "context")
    assert seen == ["context"]


def test_a_check_that_raises_or_answers_nonsense():
    def broken(_context, _value):
        raise ZeroDivisionError("mine")

    with pytest.raises(TypeCheckError, match="type Broken raised") as caught:
        ValueType(broken, name="Broken").check(1)
    assert isinstance(caught.value.user_exception, ZeroDivisionError)
    with pytest.raises(TypeCheckError, match="type Odd answered 'yes'"):
        ValueType(lambda _, __: "yes", name="Odd").check(1)


def test_a_type_needs_a_name():
    with pytest.raises(InvalidDefinitionError, match="needs a name or a key"):
        ValueType(lambda _, __: True)


def test_python_types():
    several = PythonType((int, str))
    assert (several.name, several.check(1).success, several.check(1.5).success) == ("int or str", True, False)
    assert "expected an instance of int or str, got float" in several.check(1.5).description


def test_the_record_of_a_check():
    assert type_check_data(ANY, ANY.check(1)) == TypeCheckData(True, "Any")
    assert type_check_data(ANY, ANY.check(1)) is type_check_data(ANY, ANY.check(2))
    assert type_check_data(NOTHING, TypeCheck(False, "No.", {"a": 1})) == TypeCheckData(
        False, "Nothing", "No.", {"a": MetadataValue.int(1)}
    )
