import pytest

from mainspring.core.base.errors import InvalidInvocationError, TypeCheckError, UnknownResourceError
from mainspring.runtime.definitions.types.checking import check_type
from mainspring.runtime.definitions.types.forms import LIST
from mainspring.runtime.definitions.types.type_check import TypeCheck
from mainspring.runtime.definitions.types.value_type import ValueType


def test_types_and_annotations_are_asked_alike():
    assert check_type(int, 1) == TypeCheck(True)
    assert check_type(LIST[int], ["a"]) == TypeCheck(False, "Element 0, 'a', is a str, not Int.")
    assert check_type(ValueType(lambda _, value: value > 1, name="Big"), 1) == TypeCheck(False)


def test_the_check_has_a_log_and_no_resources(caplog):
    def logs(context, _value):
        context.log.warning("seen in %s", context.run_id)
        return True

    assert check_type(ValueType(logs, name="Logs"), 1).success
    assert [record.getMessage() for record in caplog.records] == ["seen in EPHEMERAL"]
    limited = ValueType(lambda context, _: context.resources.x, name="Limited", required_resource_keys={"x"})
    with pytest.raises(TypeCheckError, match="type Limited raised UnknownResourceError") as caught:
        check_type(limited, 1)
    assert isinstance(caught.value.user_exception, UnknownResourceError)


@pytest.mark.parametrize("given", ["Int", 3, [int], (int, str), {}], ids=repr)
def test_what_is_no_type_is_refused(given):
    with pytest.raises(InvalidInvocationError, match="is no type"):
        check_type(given, 1)
