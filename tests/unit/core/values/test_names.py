"""Names: what they are made of, and the way out for those that are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.names import (
    RESERVED_NAMES,
    is_valid_name,
    suggested_name,
    validate_asset_name,
    validate_group_name,
    validate_name,
)


@pytest.mark.parametrize("name", ["orders", "Orders_2", "_x", "2024", "__ASSET_JOB"])
def test_valid_names(name: str) -> None:
    assert validate_name(name, what="an op") == name
    assert is_valid_name(name)


@pytest.mark.parametrize(
    "name, message",
    [
        (
            "order items",
            "'order items' cannot be the name of an op.\n"
            'A name is made of letters, digits and underscores. Try "order_items".',
        ),
        (
            "a.b-c",
            "'a.b-c' cannot be the name of an op.\n"
            'A name is made of letters, digits and underscores. Try "a_b_c".',
        ),
        ("", "'' cannot be the name of an op.\nA name is made of letters, digits and underscores."),
        (
            "a\n",
            "'a\\n' cannot be the name of an op.\n"
            'A name is made of letters, digits and underscores. Try "a".',
        ),
        (5, "The name of an op is 5, a int; names are strings."),
    ],
)
def test_other_names_are_refused_with_one_that_would_do(name, message: str) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        validate_name(name, what="an op")
    assert str(caught.value) == message


@pytest.mark.parametrize("name", sorted(RESERVED_NAMES))
def test_reserved_names_are_refused(name: str) -> None:
    assert not is_valid_name(name)
    with pytest.raises(InvalidDefinitionError) as caught:
        validate_name(name, what="an op")
    assert caught.value.message == f"{name!r} cannot be the name of an op: it is reserved."
    assert caught.value.hint is not None
    assert caught.value.hint.startswith(f'Try "{name}_".')


@given(st.text())
def test_a_suggestion_is_valid_or_empty(name: str) -> None:
    near = suggested_name(name)
    assert near == "" or is_valid_name(near)


def test_groups_may_have_reserved_names_and_a_default() -> None:
    assert validate_group_name("config") == "config"
    assert validate_group_name(None) == "default"
    with pytest.raises(InvalidDefinitionError, match="'a b' cannot be the name of the group of asset 'x'"):
        validate_group_name("a b", what="the group of asset 'x'")


@pytest.mark.parametrize("name", ["a", "a.b", "a-b", "1"])
def test_assets_may_have_dots_and_hyphens(name: str) -> None:
    assert validate_asset_name(name) == name


@pytest.mark.parametrize("name", ["", "a b", "a/b", "é", "context", 3])
def test_assets_may_have_nothing_else(name: object) -> None:
    with pytest.raises(InvalidDefinitionError, match="an asset"):
        validate_asset_name(name)
