import typing

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.runtime.definitions.types.forms import DICT, LIST, OPTIONAL, SET, TUPLE
from mainspring.runtime.definitions.types.infer import resolve_type
from mainspring.runtime.definitions.types.value_type import ANY, ValueType

Even = ValueType(lambda _, value: value % 2 == 0, name="Even")


@pytest.mark.parametrize(
    "form,annotation",
    [
        (LIST[int], list[int]),
        (SET[str], set[str]),
        (DICT[str, float], dict[str, float]),
        (TUPLE[int, str], tuple[int, str]),
        (TUPLE[int, ...], tuple[int, ...]),
        (LIST[LIST[int]], list[LIST[int]]),
        (LIST[typing.Any], list[typing.Any]),
    ],
    ids=str,
)
def test_a_form_is_what_the_annotation_stands_for(form, annotation):
    found = resolve_type(annotation)
    assert (type(form), form.name) == (type(found), found.name)


def test_forms_take_types_of_the_users_own():
    names = [
        LIST[Even],
        DICT[str, LIST[Even]],
        OPTIONAL[Even],
        TUPLE[Even, OPTIONAL[int]],
        SET[OPTIONAL[Even]],
    ]
    assert [one.name for one in names] == [
        "list[Even]",
        "dict[String, list[Even]]",
        "Even | None",
        "tuple[Even, Int | None]",
        "set[Even | None]",
    ]
    assert DICT[str, LIST[Even]].check({"a": [2, 3]}).description == (
        "The value of 'a': Element 1, 3, does not fit the type Even."
    )
    assert OPTIONAL[typing.Any] is ANY


def test_a_bare_form_is_a_type():
    good = [(LIST, [1, "a"]), (DICT, {1: "a"}), (SET, {1, "a"}), (TUPLE, (1, "a"))]
    assert [form.check(value).success for form, value in good] == [True] * 4
    assert [form.check(3).success for form, _ in good] == [False] * 4
    assert [resolve_type(form) for form, _ in good] == [form for form, _ in good]
    assert repr(OPTIONAL) == "Optional"


@pytest.mark.parametrize(
    "form,given,said",
    [
        (LIST, (int, str), "List.* takes one type; it was given 2"),
        (SET, (int, str), "Set.* takes one type; it was given 2"),
        (DICT, int, "Dict.* takes a type of the keys and one of the values; it was given 1"),
        (DICT, (int, str, int), "it was given 3"),
        (OPTIONAL, (int, str), "Optional.* takes one type; it was given 2"),
    ],
)
def test_a_wrong_number_of_types_is_refused(form, given, said):
    with pytest.raises(InvalidDefinitionError, match=said):
        form[given]
