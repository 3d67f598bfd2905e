"""Plain values become kinds of metadata."""

import enum
from collections import OrderedDict
from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata import (
    AssetMetadataValue,
    BoolMetadataValue,
    FloatMetadataValue,
    IntMetadataValue,
    JsonMetadataValue,
    MetadataValue,
    NullMetadataValue,
    PathMetadataValue,
    TableColumnLineage,
    TableColumnLineageMetadataValue,
    TableSchema,
    TableSchemaMetadataValue,
    TextMetadataValue,
    TimestampMetadataValue,
    metadata_values,
    normalize_metadata,
)


class Color(enum.StrEnum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


def test_each_type_becomes_its_kind() -> None:
    moment = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
    raw = {
        "text": "x",
        "path": PurePosixPath("a/b"),
        "bool": True,
        "int": 3,
        "float": 0.5,
        "dict": {"a": 1},
        "list": [1],
        "tuple": (1, 2),
        "none": None,
        "moment": moment,
        "asset": AssetKey("a"),
        "schema": TableSchema([]),
        "lineage": TableColumnLineage({}),
        "kind": MetadataValue.md("# x"),
    }
    assert normalize_metadata(raw) == {
        "text": TextMetadataValue("x"),
        "path": PathMetadataValue("a/b"),
        "bool": BoolMetadataValue(True),
        "int": IntMetadataValue(3),
        "float": FloatMetadataValue(0.5),
        "dict": JsonMetadataValue({"a": 1}),
        "list": JsonMetadataValue([1]),
        "tuple": JsonMetadataValue([1, 2]),
        "none": NullMetadataValue(),
        "moment": TimestampMetadataValue(60.0),
        "asset": AssetMetadataValue(AssetKey("a")),
        "schema": TableSchemaMetadataValue(TableSchema([])),
        "lineage": TableColumnLineageMetadataValue(TableColumnLineage({})),
        "kind": MetadataValue.md("# x"),
    }


def test_derived_types_become_the_kind_of_what_they_derive_from() -> None:
    assert normalize_metadata({"c": Color.RED, "l": Level.HIGH, "d": OrderedDict(a=1)}) == {
        "c": TextMetadataValue("red"),
        "l": IntMetadataValue(3),
        "d": JsonMetadataValue({"a": 1}),
    }


def test_scalars_of_array_libraries_become_the_number_they_hold() -> None:
    np = pytest.importorskip("numpy")
    raw = {
        "i": np.int64(3),
        "f": np.float32(0.5),
        "d": np.float64(1.5),
        "b": np.bool_(False),
        "s": np.str_("x"),
    }
    assert normalize_metadata(raw) == {
        "i": IntMetadataValue(3),
        "f": FloatMetadataValue(0.5),
        "d": FloatMetadataValue(1.5),
        "b": BoolMetadataValue(False),
        "s": TextMetadataValue("x"),
    }
    with pytest.raises(InvalidDefinitionError, match=r"'a' cannot be kept\. It is of type ndarray"):
        normalize_metadata({"a": np.array([1])})


def test_the_result_is_a_fresh_dict() -> None:
    raw = {"a": MetadataValue.int(1)}
    result = normalize_metadata(raw)
    assert result == raw
    assert result is not raw
    assert normalize_metadata(None) == {}


def test_normalizing_twice_changes_nothing() -> None:
    once = normalize_metadata({"a": 1, "b": [1], "c": None})
    assert normalize_metadata(once) == once


@pytest.mark.parametrize(
    "value, message",
    [
        (
            object(),
            "The metadata entry 'k' cannot be kept. It is of type object, which is no kind of metadata.",
        ),
        (int, "It is of type type, which is no kind of metadata."),
        (
            {"a": object()},
            "The metadata entry 'k' cannot be kept. JSON metadata takes data that JSON can hold",
        ),
        (datetime(2024, 1, 1), "The metadata entry 'k' cannot be kept. The datetime 2024-01-01T00:00:00"),  # noqa: DTZ001
    ],
)
def test_what_is_no_metadata_is_refused_with_its_key(value, message) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        normalize_metadata({"fine": 1, "k": value})
    assert message in str(caught.value)
    assert caught.value.where is not None
    assert caught.value.where.file == __file__
    assert normalize_metadata({"k": value}, allow_invalid=True) == {
        "k": TextMetadataValue(f"[{type(value).__name__}] (no kind of metadata)")
    }


def test_the_refusal_tells_what_is_accepted() -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        normalize_metadata({"k": int})
    assert "Accepted: str, int, float" in str(caught.value)
    assert "MetadataValue.python_artifact(...)" in str(caught.value)


def test_keys_are_strings() -> None:
    with pytest.raises(InvalidDefinitionError, match="A metadata key takes a string; got 1"):
        normalize_metadata({1: "x"})


def test_metadata_values_gives_the_plain_values() -> None:
    assert metadata_values(normalize_metadata({"a": 1, "b": None, "c": [1]})) == {"a": 1, "b": None, "c": [1]}
