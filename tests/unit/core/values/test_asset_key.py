"""Asset keys and check keys: spellings, order, and the ways they travel."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey

parts = st.lists(
    st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=5), min_size=1, max_size=4
)
plain_parts = st.lists(st.text("ab_1/", min_size=1, max_size=4), min_size=1, max_size=3)


def test_a_string_is_one_part() -> None:
    assert AssetKey("a/b").path == ["a/b"]
    assert AssetKey(["a", "b"]).path == ["a", "b"]
    assert AssetKey(("a", "b")) == AssetKey(["a", "b"])


@pytest.mark.parametrize("path", ["", [], ["a", ""], [1], ["a", None]])
def test_a_key_has_parts_that_are_strings_and_not_empty(path) -> None:
    with pytest.raises(InvalidDefinitionError):
        AssetKey(path)


@given(parts)
def test_keys_hash_and_travel_by_value(path: list[str]) -> None:
    key = AssetKey(path)
    for back in (
        pickle.loads(pickle.dumps(key)),
        copy.deepcopy(key),
        AssetKey.from_db_string(key.to_db_string()),
    ):
        assert back == key
        assert hash(back) == hash(key)
    assert AssetKey.from_graphql_input(key.to_graphql_input()) == key


@given(plain_parts)
def test_slashes_in_parts_survive_the_escaped_form_and_json(path: list[str]) -> None:
    key = AssetKey(path)
    assert AssetKey.from_escaped_user_string(key.to_escaped_user_string()) == key
    assert serial.decode(serial.encode(key), AssetKey) == key


def test_spellings() -> None:
    key = AssetKey(["a", "b-c"])
    assert key.to_user_string() == "a/b-c"
    assert AssetKey.from_user_string("a/b-c") == key
    assert key.to_string() == key.to_db_string() == '["a", "b-c"]'
    assert key.to_python_identifier() == "a__b_c"
    assert key.to_python_identifier("x") == "a__b_c__x"
    assert repr(key) == str(key) == "AssetKey(['a', 'b-c'])"
    assert AssetKey.get_db_prefix(["a"]) == '["a"'


@pytest.mark.parametrize(
    "text, key",
    [("", None), (None, None), ("a", AssetKey("a")), ("[1]", None), ("[broken", None), ("[]", None)],
)
def test_stored_strings_that_are_no_key(text, key) -> None:
    assert AssetKey.from_db_string(text) == key


def test_coercion() -> None:
    key = AssetKey(["a", "b"])

    class Definition:
        def __init__(self, key: object) -> None:
            self.key = key

    assert AssetKey.from_coercible(key) is key
    assert AssetKey.from_coercible("a/b") == AssetKey.from_coercible(["a", "b"]) == key
    assert AssetKey.from_coercible_or_definition(Definition(key)) == key
    with pytest.raises(InvalidDefinitionError, match="Cannot make an asset key of 5"):
        AssetKey.from_coercible(5)
    with pytest.raises(InvalidDefinitionError, match="Cannot make an asset key of"):
        AssetKey.from_coercible_or_definition(Definition("a"))


def test_keys_order_by_their_parts_and_cannot_be_changed() -> None:
    keys = [AssetKey("b"), AssetKey(["a", "z"]), AssetKey("a")]
    assert sorted(keys) == [AssetKey("a"), AssetKey(["a", "z"]), AssetKey("b")]
    assert AssetKey("a") <= AssetKey("a")
    with pytest.raises(AttributeError):
        keys[0].parts = ("x",)
    with pytest.raises(TypeError, match="not a sequence"):
        list(keys[0])
    keys[1].path.append("more")
    assert keys[1].path == ["a", "z"]


def test_prefixes() -> None:
    key = AssetKey(["a", "b"])
    assert key.has_prefix(["a"])
    assert not key.has_prefix(["b"])
    assert key.with_prefix("x") == AssetKey(["x", "a", "b"])
    assert key.with_prefix(["x", "y"]) == AssetKey(["x", "y", "a", "b"])


def test_check_keys() -> None:
    key = AssetCheckKey(AssetKey(["a", "b"]), "fine")
    assert key.to_user_string() == "a/b:fine"
    assert AssetCheckKey.from_user_string("a/b:fine") == key
    assert AssetCheckKey.from_db_string(key.to_db_string()) == key
    assert AssetCheckKey.from_graphql_input({"assetKey": {"path": ["a", "b"]}, "name": "fine"}) == key
    assert key.replace_asset_key(AssetKey("c")) == AssetCheckKey(AssetKey("c"), "fine")
    assert key.with_asset_key_prefix("x") == AssetCheckKey(AssetKey(["x", "a", "b"]), "fine")
    assert serial.decode(serial.encode(key), AssetCheckKey) == key
    assert pickle.loads(pickle.dumps(key)) == key
    assert {key: 1}[AssetCheckKey(AssetKey(["a", "b"]), "fine")] == 1
    assert key < AssetCheckKey(AssetKey(["a", "b"]), "good")
    with pytest.raises(AttributeError):
        key.name = "x"


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", '{"asset_key": "[\\"a\\"]"}', '{"asset_key": "", "check_name": "x"}']
)
def test_stored_strings_that_are_no_check_key(text: str) -> None:
    assert AssetCheckKey.from_db_string(text) is None
