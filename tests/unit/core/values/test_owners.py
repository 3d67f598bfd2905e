"""Owners are people or teams."""

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.owners import is_email, team_of, validate_owner, validate_owners


@pytest.mark.parametrize(
    "owner", ["a@b.co", "first.last+tag@sub.example.com", "team:data", "team:data-eng_2.x"]
)
def test_owners(owner: str) -> None:
    assert validate_owner(owner, what="asset 'a'") == owner
    assert is_email(owner) is not (team_of(owner) is not None)


@pytest.mark.parametrize(
    "owner, way_out",
    [
        ("not an owner", 'Try "team:not_an_owner".'),
        ("team:", ""),
        ("team:data eng", 'Try "team:data_eng".'),
        ("a@b", ""),
        ("a@@b.co", ""),
        ("", ""),
        (5, ""),
        ("a@b.co\n", ""),
    ],
)
def test_other_owners_are_refused(owner, way_out: str) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        validate_owner(owner, what="asset 'a'")
    assert (
        caught.value.message == f"The owner {owner!r} of asset 'a' is neither an e-mail address nor a team."
    )
    assert caught.value.hint is not None
    assert caught.value.hint.endswith(way_out or "'.'.")


def test_owners_keep_their_order() -> None:
    assert validate_owners(["team:b", "a@b.co"], what="asset 'a'") == ("team:b", "a@b.co")
    assert validate_owners(None, what="asset 'a'") == ()


def test_a_bare_string_is_refused_with_the_right_form() -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        validate_owners("team:data", what="asset 'a'")
    assert caught.value.hint == 'Write ["team:data"].'
