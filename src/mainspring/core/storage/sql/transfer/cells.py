"""Values of rows as JSON and back, and values made to fit the type of their column.

SQLite keeps any value in any column, and bytes that are no UTF-8 in columns of text: all of it can be exported.
"""

from __future__ import annotations

import base64
import binascii
import math
from typing import Any

from mainspring.core.storage.sql.transfer.columns import Column

_LARGEST = 2**63


def written(value: object) -> object:
    """A value as it stands in an export: bytes as ``{"text": ...}`` or ``{"base64": ...}``."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return {"broken": _base64(value.encode("utf-8", "surrogateescape"))}
        return value
    if isinstance(value, bytes):
        data = value
        try:
            return {"text": data.decode()}
        except UnicodeDecodeError:
            return {"base64": _base64(data)}
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": repr(value)}
    return value


def read(value: Any) -> object:
    """The value that ``written`` wrote. Raises ``ValueError`` for what it never writes."""
    if value is None or isinstance(value, (str, float)):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and -_LARGEST <= value < _LARGEST:
        return value
    if isinstance(value, dict) and len(value) == 1:  # pyright: ignore[reportUnknownArgumentType]
        (how, text) = next(iter(value.items()))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        if isinstance(text, str):
            return _unwrapped(str(how), text)  # pyright: ignore[reportUnknownArgumentType]
    raise ValueError("a value is none that an export holds")


def _unwrapped(how: str, text: str) -> object:
    if how == "text":
        return text.encode()
    if how == "float":
        return float(text)
    if how in ("base64", "broken"):
        try:
            data = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise ValueError(f"a value is no base64: {error}") from None
        return data if how == "base64" else data.decode("utf-8", "surrogateescape")
    raise ValueError(f"a value is given as {how!r}, which is not known")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def fitted(value: object, column: Column) -> object:
    """A value that every database takes in this column; what cannot be is told in text as far as possible.

    >>> fitted("a\\0b", Column("k", "text", False, False)), fitted(7, Column("body", "bytes", False, False))
    ('a\\\\x00b', b'7')
    """
    if value is None:
        return None if column.nullable else _NOTHING[column.kind]
    if column.kind == "bytes":
        return value if isinstance(value, bytes) else _text(value).encode()
    if column.kind == "text":
        return _text(value)
    return _number(value, column)


_NOTHING: dict[str, object] = {"integer": 0, "float": 0.0, "bytes": b"", "text": ""}


def _text(value: object) -> str:
    if isinstance(value, bytes):
        text = value.decode("utf-8", "backslashreplace")
    elif isinstance(value, str):
        text = value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    else:
        text = str(value)
    return text.replace("\0", "\\x00")


def _number(value: object, column: Column) -> object:
    if isinstance(value, (int, float)):
        if column.kind == "float":
            return float(value)
        if float(value).is_integer():
            return int(value)
    return None if column.nullable else _NOTHING[column.kind]
