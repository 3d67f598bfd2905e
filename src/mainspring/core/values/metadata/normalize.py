"""Plain values given as metadata become the kind of metadata that fits their type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from os import PathLike
from typing import Any, get_args

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata.lineage import TableColumnLineage
from mainspring.core.values.metadata.plain import plain_number, plain_text, wrong
from mainspring.core.values.metadata.table import TableSchema
from mainspring.core.values.metadata.union import AnyMetadataValue
from mainspring.core.values.metadata.value import (
    AssetMetadataValue,
    BoolMetadataValue,
    FloatMetadataValue,
    IntMetadataValue,
    JsonMetadataValue,
    MetadataValue,
    NullMetadataValue,
    PathMetadataValue,
    TableColumnLineageMetadataValue,
    TableSchemaMetadataValue,
    TextMetadataValue,
    TimestampMetadataValue,
)

RawMetadataValue = (
    MetadataValue
    | TableSchema
    | TableColumnLineage
    | AssetKey
    | PathLike[str]
    | dict[Any, Any]
    | float
    | int
    | list[Any]
    | str
    | datetime
    | None
)
"""What may be given as a value of metadata."""

ACCEPTED = (
    "str, int, float, bool, None, dict, list, a path, an aware datetime, AssetKey, TableSchema,"
    " TableColumnLineage or a MetadataValue such as MetadataValue.md(...)"
)
_NULL = NullMetadataValue()

_BY_TYPE: Mapping[type, Callable[[Any], MetadataValue]] = {
    str: TextMetadataValue,
    bool: BoolMetadataValue,
    int: IntMetadataValue,
    float: FloatMetadataValue,
    dict: JsonMetadataValue,
    list: JsonMetadataValue,
    tuple: JsonMetadataValue,
    datetime: TimestampMetadataValue,
    AssetKey: AssetMetadataValue,
    TableSchema: TableSchemaMetadataValue,
    TableColumnLineage: TableColumnLineageMetadataValue,
    PathLike: PathMetadataValue,
}
_KINDS = frozenset(get_args(AnyMetadataValue))


def normalize_metadata(raw: Mapping[str, object] | None, *, allow_invalid: bool = False) -> dict[str, Any]:
    """The metadata with each value as a ``MetadataValue``, in a fresh dict.

    >>> normalize_metadata({"rows": 3})
    {'rows': IntMetadataValue(value=3)}

    ``str`` becomes text, ``dict`` and ``list`` JSON, an aware ``datetime`` a timestamp, ``None`` null; paths,
    numbers, booleans, asset keys, table schemas and column lineage what their names say; scalars of array
    libraries the number they hold.

    Raises ``InvalidDefinitionError`` that names the key, or, with ``allow_invalid``, keeps a text that tells
    the type of what cannot be kept.
    """
    result: dict[str, Any] = {}
    if not raw:
        return result
    for key, value in raw.items():
        kind = type(value)
        if kind not in _KINDS:
            make = _BY_TYPE.get(kind)
            try:
                value = make(value) if make is not None else _of_other_type(value)  # noqa: PLW2901
            except InvalidDefinitionError as error:
                value = _refused(key, value, error, allow_invalid)  # noqa: PLW2901
        if type(key) is not str or not key.isascii():
            key = plain_text(key, "A metadata key")  # noqa: PLW2901
        result[key] = value
    return result


def _of_other_type(value: object) -> MetadataValue:
    """The kind for a value whose class is no accepted one, but may derive from one or hold a number."""
    if value is None:
        return _NULL
    if isinstance(value, MetadataValue):
        return value
    for base, make in _BY_TYPE.items():
        if isinstance(value, base):
            return make(value)
    number = plain_number(value)
    make = _BY_TYPE.get(type(number)) if number is not value else None
    if make is not None:
        return make(number)
    raise wrong(
        f"It is of type {type(value).__name__}, which is no kind of metadata.",
        f"Accepted: {ACCEPTED}. For a class or function use MetadataValue.python_artifact(...).",
    )


def _refused(key: str, value: object, error: InvalidDefinitionError, allow_invalid: bool) -> MetadataValue:
    if allow_invalid:
        return TextMetadataValue(f"[{type(value).__name__}] (no kind of metadata)")
    message = f"The metadata entry {key!r} cannot be kept. {error.message}"
    raise InvalidDefinitionError(message, where=error.where, hint=error.hint) from None


def metadata_values(metadata: Mapping[str, MetadataValue]) -> dict[str, object]:
    """The plain value of each entry."""
    return {key: entry.value for key, entry in metadata.items()}
