"""Metadata as one line of text each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mainspring.cli.wording import counted, local_time
from mainspring.core.base import serial
from mainspring.core.values.metadata import (
    AnyMetadataValue,
    AssetMetadataValue,
    BoolMetadataValue,
    CodeReferencesMetadataValue,
    FloatMetadataValue,
    IntMetadataValue,
    JsonMetadataValue,
    NullMetadataValue,
    TableColumnLineageMetadataValue,
    TableMetadataValue,
    TableSchemaMetadataValue,
    TimestampMetadataValue,
)

_LONGEST = 200


def _schema(value: Any) -> str:
    return ", ".join(f"{column.name} {column.type}" for column in value.schema.columns)


def _lineage(value: Any) -> str:
    return f"lineage of {counted(len(value.column_lineage.deps_by_column), 'column')}"


_SHOWN: Mapping[type, Callable[[Any], str]] = {
    IntMetadataValue: lambda value: f"{value.value:,}",
    FloatMetadataValue: lambda value: f"{value.value:,.6g}" if value.value is not None else "",
    BoolMetadataValue: lambda value: "yes" if value.value else "no",
    NullMetadataValue: lambda _: "none",
    TimestampMetadataValue: lambda value: local_time(value.value),
    JsonMetadataValue: lambda value: serial.encode(value.value).decode(),
    AssetMetadataValue: lambda value: value.asset_key.to_user_string(),
    TableMetadataValue: lambda value: counted(len(value.records), "record"),
    TableSchemaMetadataValue: _schema,
    TableColumnLineageMetadataValue: _lineage,
    CodeReferencesMetadataValue: lambda value: counted(len(value.code_references), "code reference"),
}


def shown(value: AnyMetadataValue) -> str:
    """A value on one line, cut where it is too long for one.

    >>> shown(IntMetadataValue(336776))
    '336,776'
    """
    show = _SHOWN.get(type(value))
    text = show(value) if show is not None else str(value.value)
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}… ({len(text):,} characters)"
