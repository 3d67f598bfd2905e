"""Things that stand for assets."""

from dataclasses import dataclass, field

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.has_keys import HasKey, HasKeys, key_of, keys_of, keys_of_all

A, B, C = AssetKey("a"), AssetKey("b"), AssetKey(["c", "d"])


@dataclass(frozen=True)
class Several:
    keys: frozenset[AssetKey] = field(default_factory=frozenset)

    @property
    def key(self) -> AssetKey:
        raise InvalidDefinitionError("several")


@dataclass(frozen=True)
class One:
    key: AssetKey


@pytest.mark.parametrize(
    "thing, keys",
    [
        (A, (A,)),
        ("a", (A,)),
        ("c/d", (C,)),
        (["c", "d"], (C,)),
        (("c", "d"), (C,)),
        (One(B), (B,)),
        (Several(frozenset({C, A})), (A, C)),
        (Several(), ()),
    ],
)
def test_keys_of(thing, keys) -> None:
    assert keys_of(thing) == keys


@pytest.mark.parametrize("thing", [None, 5, {"a": 1}, object(), One("a")])
def test_what_stands_for_no_asset_is_refused(thing) -> None:
    with pytest.raises(InvalidDefinitionError, match="stands for no asset") as caught:
        keys_of(thing)
    assert caught.value.where is not None
    assert caught.value.where.file == __file__


def test_key_of_asks_for_exactly_one() -> None:
    assert key_of("c/d") == C
    assert key_of(Several(frozenset({A}))) == A
    with pytest.raises(InvalidDefinitionError, match="stands for 2: a, b"):
        key_of(Several(frozenset({A, B})))
    with pytest.raises(InvalidDefinitionError, match="stands for 0: none"):
        key_of(Several())


def test_keys_of_all_gives_each_key_once() -> None:
    assert keys_of_all(["b", Several(frozenset({A, B})), A, One(C)]) == (B, A, C)


def test_the_protocols_know_their_members() -> None:
    assert isinstance(Several(), HasKeys)
    assert isinstance(One(A), HasKey)
    assert not isinstance(One(A), HasKeys)
