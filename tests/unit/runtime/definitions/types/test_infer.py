import enum
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, Dict, List, Literal, NewType, Optional, Protocol, Tuple, TypedDict, Union  # noqa: UP035

import pytest

from mainspring.runtime.definitions.types.infer import resolve_type
from mainspring.runtime.definitions.types.value_type import ANY, PythonType, ValueType


class Colour(enum.Enum):
    RED = 1


class Row(TypedDict):
    a: int


class Sized(Protocol):
    def size(self) -> int: ...


UserId = NewType("UserId", int)


@pytest.mark.parametrize(
    "annotation,name,good,bad",
    [
        (int, "Int", [1, True], ["1", 1.0, None]),
        (str, "String", [""], [1, b""]),
        (bool, "Bool", [True], [1]),
        (float, "Float", [1.5, 1], ["1"]),
        (Colour, "Colour", [Colour.RED], [1]),
        (list, "list", [[1, "a"]], [(1,)]),
        (List, "List", [[1, "a"]], [(1,)]),  # noqa: UP006
        (Dict, "Dict", [{1: 2}], [[1]]),  # noqa: UP006
        (Tuple, "Tuple", [(), (1, 2)], [[1]]),  # noqa: UP006
        (list[int], "list[Int]", [[], [1, 2]], [[1, "a"], (1,), None]),
        (list[list[int]], "list[list[Int]]", [[[1]]], [[["a"]]]),
        (set[str], "set[String]", [{"a"}], [{1}, ["a"]]),
        (dict[str, int], "dict[String, Int]", [{}, {"a": 1}], [{1: 1}, {"a": "b"}, []]),
        (dict[str, Any], "dict[String, Any]", [{"a": 3.5}], [{1: 1}]),
        (tuple[int, str], "tuple[Int, String]", [(1, "a")], [(1,), ("a", 1), [1, "a"]]),
        (tuple[int, ...], "tuple[Int, ...]", [(), (1, 2)], [(1, "a")]),
        (tuple[()], "tuple[]", [()], [(1,)]),
        (Optional[int], "Int | None", [1, None], ["a"]),  # noqa: UP045
        (int | str, "Int | String", [1, "a"], [None, 1.5]),
        (Union[int, list[str], None], "Int | list[String] | None", [1, ["a"], None], [[1]]),  # noqa: UP007
        (Annotated[int, "seconds"], "Int", [1], ["a"]),
        (UserId, "Int", [1], ["a"]),
        (Row, "Row", [{"a": 1}], [1]),
        (type[int], "type[int]", [int], [1]),
    ],
    ids=str,
)
def test_what_an_annotation_accepts(annotation, name, good, bad):
    found = resolve_type(annotation)
    assert found.name == name
    assert [value for value in good if not found.check(value).success] == []
    assert [value for value in bad if found.check(value).success] == []


@pytest.mark.parametrize(
    "annotation",
    [
        Any,
        object,
        None,
        type(None),
        "Unreadable",
        Sequence[int],
        Iterator[int],
        Callable[[int], str],
        Sized,
        Literal["a"],
        int | Any,
    ],
    ids=str,
)
def test_what_cannot_be_told_from_a_value_accepts_all(annotation):
    assert resolve_type(annotation) is ANY


def test_a_failed_check_says_what_is_wrong():
    def words(annotation, value):
        return resolve_type(annotation).check(value).description

    assert words(list[int], [1, "two"]) == "The element 'two' is a str, not Int."
    assert words(dict[str, int], {"a": None}) == "The value None is a NoneType, not Int."
    assert words(dict[str, int], {1: 1}) == "The key 1 is a int, not String."
    assert words(list[int], 3) == "The value is a int, not a list."
    assert words(tuple[int, int], (1,)) == "The value is a tuple of 1 elements, not of 2."
    assert words(tuple[int, int], (1, "b")) == "Element 1, 'b', is a str, not Int."
    assert words(tuple[int, int], [1, 2]) == "The value is a list, not a tuple."
    assert words(int | str, 1.5) == "The value is a float, which is none of Int | String."
    assert "expected an instance of Int, got str" in words(int, "a")


def test_types_of_the_users_own_stay_themselves():
    even = ValueType(lambda _, value: value % 2 == 0, name="Even")
    assert resolve_type(even) is even
    assert resolve_type(PythonType(int)).name == "int"


def test_an_annotation_is_resolved_once():
    assert resolve_type(list[bytes]) is resolve_type(list[bytes])
