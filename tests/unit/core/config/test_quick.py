import enum
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.config import validate as thorough
from mainspring.core.config.env import EnvVar
from mainspring.core.config.fault import Place
from mainspring.core.config.quick import UNSURE, quick
from mainspring.core.config.schema import (
    Array,
    Field,
    Map,
    Noneable,
    Permissive,
    ScalarUnion,
    Selector,
    Shape,
    to_config_type,
)
from mainspring.core.config.types import Enum, IntSource, StringSource


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


COLOUR = Enum.from_python_enum(Colour)
SCALARS = st.sampled_from([bool, int, float, str, Any, StringSource, IntSource, COLOUR])
NAMES = st.sampled_from("abc")


def _fields(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    defaults = st.sampled_from([None, 1, "x", {}, [], {"env": "V"}])
    optional = st.builds(lambda kind, value: Field(kind, default_value=value), inner, defaults)
    left_out = st.builds(lambda kind: Field(kind, is_required=False), inner)
    return st.dictionaries(NAMES, st.one_of(inner, optional, left_out), max_size=3)


def _kinds(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(Array, inner),
        st.builds(Noneable, inner),
        st.builds(Map, st.sampled_from([str, int]), inner),
        st.builds(Shape, _fields(inner)),
        st.builds(lambda fields: Shape(fields, field_aliases=dict.fromkeys(fields, "z")), _fields(inner)),
        st.builds(Permissive, _fields(inner)),
        st.builds(Selector, _fields(inner)),
        st.builds(lambda fields: Selector(fields, discriminator="a"), _fields(inner)),
        st.builds(lambda other: ScalarUnion(int, Array(other)), inner),
    )


SCHEMAS = st.recursive(SCALARS, _kinds, max_leaves=6)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(0, 2),
        st.floats(0, 1),
        st.sampled_from(["x", "RED", "red", Colour.BLUE, EnvVar("V"), {"env": "V"}]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.one_of(NAMES, st.sampled_from(["z", 1])), inner, max_size=3),
    ),
    max_leaves=6,
)


@given(SCHEMAS, VALUES, st.booleans())
def test_what_is_passed_quickly_is_passed_thoroughly_with_the_same_value(schema, value, fill):
    node = to_config_type(schema)
    made = quick(node, value, fill)
    place = Place(())
    slowly = thorough._check(node, value, place, fill)
    if made is not UNSURE:
        assert (place.faults, repr(slowly)) == ([], repr(made))


def test_what_is_mostly_written_is_passed_quickly():
    schema = to_config_type(
        {
            "a": int,
            "b": [str],
            "c": {"d": Field(float, default_value=1.0), "e": Noneable(bool)},
            "f": Map(str, int),
            "g": Selector({"x": {"y": int}}),
            "h": ScalarUnion(int, {"i": int}),
            "k": StringSource,
            "l": Permissive({"m": int}),
            "n": COLOUR,
        }
    )
    value = {
        "a": 1,
        "b": ["x"],
        "c": {"e": None},
        "f": {"p": 1},
        "g": {"x": {"y": 1}},
        "h": {"i": 2},
        "k": {"env": "K"},
        "l": {"m": 1, "q": []},
        "n": "RED",
    }
    assert quick(schema, value, True) == {**value, "c": {"d": 1.0, "e": None}}
    assert quick(schema, {**value, "a": "1"}, True) is UNSURE
    assert quick(schema, {**value, "z": 1}, True) is UNSURE
