"""Kinds are tags, at most three."""

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.kinds import kind_tag, kinds_of, with_kinds


def test_kinds_become_tags_and_back() -> None:
    tags = with_kinds({"team": "core"}, {"python", "dbt"}, what="asset 'a'")
    assert tags == {"team": "core", "dagster/kind/dbt": "", "dagster/kind/python": ""}
    assert kinds_of(tags) == {"python", "dbt"}
    assert kind_tag("python") == "dagster/kind/python"
    assert with_kinds({}, None, what="asset 'a'") == {}


def test_a_fourth_kind_is_refused_also_when_some_come_as_tags() -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        with_kinds({"dagster/kind/a": ""}, {"b", "c", "d"}, what="Asset 'x'")
    assert (
        str(caught.value)
        == "Asset 'x' has 4 kinds: a, b, c, d. At most 3 can be shown.\nLeave 1 of them out."
    )


@pytest.mark.parametrize("kinds", [{"a b"}, {""}, {5}, ["a/b"]])
def test_other_characters_are_refused(kinds) -> None:
    with pytest.raises(InvalidDefinitionError, match="of asset 'x' is not valid"):
        with_kinds({}, kinds, what="asset 'x'")


def test_a_kind_given_as_a_tag_is_checked_too() -> None:
    with pytest.raises(InvalidDefinitionError, match="The kind 'a b' of asset 'x'"):
        with_kinds({"dagster/kind/a b": ""}, None, what="asset 'x'")


def test_a_bare_string_is_refused_with_the_right_form() -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        with_kinds({}, "python", what="asset 'x'")
    assert caught.value.hint == 'Write {"python"}.'
