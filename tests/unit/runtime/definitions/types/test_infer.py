import enum
from collections.abc import Callable, Iterator, Sequence
from typing import (  # noqa: UP035
    Annotated,
    Any,
    Dict,
    FrozenSet,
    List,
    Literal,
    NewType,
    Optional,
    Protocol,
    Set,
    Tuple,
    TypedDict,
    Union,
)

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.runtime.definitions.types.infer import register_type, resolve_type
from mainspring.runtime.definitions.types.value_type import ANY, PythonType, TypeKind, ValueType


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
        (List, "list", [[1, "a"]], [(1,)]),  # noqa: UP006
        (Dict, "dict", [{1: 2}], [[1]]),  # noqa: UP006
        (Tuple, "tuple", [(), (1, 2)], [[1]]),  # noqa: UP006
        (Set[int], "set[Int]", [{1}], [{"a"}]),  # noqa: UP006
        (FrozenSet[int], "frozenset[Int]", [frozenset({1})], [{1}]),  # noqa: UP006
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


def test_a_scalar_that_does_not_fit_is_told_by_its_name():
    said = "The value does not fit the type Int: expected an instance of Int, got str."
    assert resolve_type(int).check("a").description == said


def test_the_class_behind_a_type():
    kinds = {kind: resolve_type(kind).typing_type for kind in (int, float, Colour, Row, type[int])}
    assert kinds == {kind: kind for kind in kinds}
    assert resolve_type(float).kind is TypeKind.SCALAR


def test_types_of_the_users_own_stay_themselves():
    even = ValueType(lambda _, value: value % 2 == 0, name="Even")
    assert resolve_type(even) is even
    assert resolve_type(PythonType(int)).name == "int"


def test_an_annotation_is_resolved_once():
    assert resolve_type(list[bytes]) is resolve_type(list[bytes])


def test_a_class_stands_for_a_type_of_the_users_own():
    class Table: ...

    assert resolve_type(list[Table]).name == "list[Table]"
    full = PythonType(Table, name="FullTable")
    register_type(Table, full)
    register_type(Table, full)
    assert resolve_type(Table) is full
    assert resolve_type(list[Table]).name == "list[FullTable]"
    assert resolve_type(Table | None).name == "FullTable | None"
    with pytest.raises(
        InvalidDefinitionError, match="stands for the type FullTable already; it cannot stand for Table"
    ):
        register_type(Table, PythonType(Table))


@pytest.mark.parametrize(
    "given", [(int, int), ("int", PythonType(int)), (list[int], PythonType(list))], ids=repr
)
def test_what_cannot_be_registered(given):
    with pytest.raises(InvalidDefinitionError, match=r"(can|is to) stand for a type"):
        register_type(*given)
