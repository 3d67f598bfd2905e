from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base.errors import TypeCheckError
from mainspring.core.values.metadata import MetadataValue
from mainspring.runtime.definitions.types.containers import bare_container_type, kind_of, union_type
from mainspring.runtime.definitions.types.infer import resolve_type
from mainspring.runtime.definitions.types.type_check import TypeCheck
from mainspring.runtime.definitions.types.value_type import ANY, TypeKind, ValueType

Even = ValueType(lambda _, value: value % 2 == 0, name="Even")
Explained = ValueType(lambda _, value: TypeCheck(False, "It is odd.", {"odd": value}), name="Explained")


@pytest.mark.parametrize(
    "annotation,value,said",
    [
        (list[int], [1, "two"], "Element 1, 'two', is a str, not Int."),
        (list[int], 3, "The value is an int, not a list."),
        (list, (1,), "The value is a tuple, not a list."),
        (list[list[int]], [[1], ["a"]], "Element 1: Element 0, 'a', is a str, not Int."),
        (list[list[int]], [[1], 2], "Element 1: The value is an int, not a list."),
        (list[Even], [2, 3], "Element 1, 3, does not fit the type Even."),
        (list[Explained], [3], "Element 0: It is odd."),
        (set[str], {1}, "An element, 1, is an int, not String."),
        (frozenset[str], frozenset({1}), "An element, 1, is an int, not String."),
        (dict[str, int], {"a": None}, "The value of 'a', None, is a NoneType, not Int."),
        (dict[str, int], {1: 1}, "A key, 1, is an int, not String."),
        (dict[str, list[int]], {"a": [1, "b"]}, "The value of 'a': Element 1, 'b', is a str, not Int."),
        (dict, [], "The value is a list, not a dict."),
        (tuple[int, int], (1,), "The value is a tuple of 1 elements, not of 2."),
        (tuple[()], (1,), "The value is a tuple of 1 elements, not of 0."),
        (tuple[int, int], (1, "b"), "Element 1, 'b', is a str, not Int."),
        (tuple[int, int], [1, 2], "The value is a list, not a tuple."),
        (tuple[int, ...], (1, "b"), "Element 1, 'b', is a str, not Int."),
        (int | str, 1.5, "The value is a float, which is none of Int | String."),
        (list[int] | None, ["a"], "Element 0, 'a', is a str, not Int."),
        (list[int | None], [None, "a"], "Element 1: The value does not fit the type Int: expected an instance of "
         "Int, got str."),
        (list[str], ["x", list(range(99))], "Element 1, [0, 1, 2, 3, 4, 5, ...], is a list, not String."),
    ],
    ids=str,
)  # fmt: skip
def test_a_failed_check_says_what_is_wrong(annotation, value, said):
    assert resolve_type(annotation).check(value) == TypeCheck(
        False, said, resolve_type(annotation).check(value).metadata
    )


def test_what_an_inner_type_says_reaches_the_outside():
    found = resolve_type(dict[str, list[Explained]]).check({"a": [3]})
    assert (found.description, found.metadata) == (
        "The value of 'a': Element 0: It is odd.",
        {"odd": MetadataValue.int(3)},
    )


def test_inner_types_get_the_context():
    limited = ValueType(lambda context, value: value < context, name="Limited", required_resource_keys={"x"})
    kind = resolve_type(dict[str, tuple[limited, ...]])
    assert kind.required_resource_keys == {"x"}
    assert [kind.check({"a": (1,)}, limit).success for limit in (2, 1)] == [True, False]


def test_an_inner_check_that_raises_is_named():
    with pytest.raises(TypeCheckError, match="check of the type Even raised TypeError") as caught:
        resolve_type(list[list[Even]]).check([["a"]])
    assert isinstance(caught.value.user_exception, TypeError)


@pytest.mark.parametrize(
    "annotation,name,kind,typing_type,parts",
    [
        (list, "list", TypeKind.LIST, list, []),
        (list[int], "list[Int]", TypeKind.LIST, list[int], ["Int"]),
        (list[Even], "list[Even]", TypeKind.LIST, list[Any], ["Even"]),
        (tuple[int, ...], "tuple[Int, ...]", TypeKind.REGULAR, tuple[int, ...], ["Int"]),
        (tuple[int, float], "tuple[Int, Float]", TypeKind.REGULAR, tuple[int, float], ["Int", "Float"]),
        (tuple[()], "tuple[]", TypeKind.REGULAR, tuple[()], []),
        (dict[str, Any], "dict[String, Any]", TypeKind.REGULAR, dict[str, Any], ["String", "Any"]),
        (int | None, "Int | None", TypeKind.NULLABLE, int | None, ["Int"]),
        (int | str | None, "Int | String | None", TypeKind.REGULAR, int | str | None, ["Int", "String"]),
    ],
    ids=str,
)
def test_what_a_container_says_of_itself(annotation, name, kind, typing_type, parts):
    found = resolve_type(annotation)
    assert (found.name, found.kind, found.typing_type, found.type_param_keys) == (
        name,
        kind,
        typing_type,
        parts,
    )
    assert (found.unique_name, found.is_builtin) == (None, True)


def test_unions():
    assert union_type((ANY, Even), is_optional=True) is ANY
    assert union_type((Even,), is_optional=False) is Even
    assert union_type((Even,), is_optional=True).check(None).success
    assert not union_type((Even, resolve_type(str)), is_optional=False).check(3).success


def test_bare_containers_take_any_parts():
    assert [bare_container_type(kind).check(kind()).success for kind in (list, dict, set, tuple)] == [
        True
    ] * 4
    assert bare_container_type(tuple).check((1, "a", None)).success
    assert bare_container_type(dict).check({1: "a"}).success


def test_the_class_of_a_value_with_its_article():
    assert [kind_of(value) for value in (1, "a", None)] == ["an int", "a str", "a NoneType"]


LEAVES = [(int, st.integers()), (str, st.text()), (bool, st.booleans()), (float, st.floats())]
TYPED = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        inner.map(lambda pair: (list[pair[0]], st.lists(pair[1], max_size=3))),
        inner.map(lambda pair: (pair[0] | None, st.none() | pair[1])),
        inner.map(lambda pair: (dict[str, pair[0]], st.dictionaries(st.text(), pair[1], max_size=3))),
        st.tuples(inner, inner).map(
            lambda two: (tuple[two[0][0], two[1][0]], st.tuples(two[0][1], two[1][1]))
        ),
    ),
    max_leaves=4,
)


@given(TYPED.flatmap(lambda pair: st.tuples(st.just(pair[0]), pair[1])))
def test_values_made_for_a_type_fit_it_and_nothing_else_passes(pair):
    annotation, value = pair
    kind = resolve_type(annotation)
    assert kind.check(value) == TypeCheck(True)
    assert not kind.check(b"other").success
