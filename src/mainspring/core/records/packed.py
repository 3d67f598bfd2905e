"""``serialize_value`` and ``deserialize_value``: public values as text and back, for cursors and files."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import is_dataclass
from importlib import import_module
from typing import Any, cast

import msgspec

from mainspring._names import NAMES
from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidInvocationError

_PACKAGE = __name__.partition(".")[0]
_CLASS, _VALUE, _ENUM, _ITEMS = "__class__", "value", "__enum__", "__items__"
_NUMBERS: dict[str, type[int] | type[float]] = {"__int__": int, "__float__": float}
"""Numbers that not every reader of JSON takes: very large ones, infinity, and what is no number."""
_LARGE = 1 << 63
_SETS: dict[str, type[set[Any]] | type[frozenset[Any]]] = {"__set__": set, "__frozenset__": frozenset}
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError, msgspec.MsgspecError)
"""What a text that is not ours can raise on the way."""
_MARKS = frozenset({_CLASS, _ENUM, _ITEMS, *_NUMBERS, *_SETS})


def serialize_value(val: Any, whitelist_map: Any = None, **json_kwargs: Any) -> str:
    """A value as one line of JSON, from which ``deserialize_value`` makes it again.

    >>> from mainspring.core.values.asset_key import AssetKey
    >>> serialize_value({"seen": {AssetKey("orders")}})
    '{"seen":{"__set__":[{"__class__":"AssetKey","value":"orders"}]}}'

    It may be made of numbers, texts, ``None``, lists, tuples (which come back as lists), mappings, sets, public
    enumerations, and public records such as ``AssetKey``, ``AssetMaterialization`` or ``RunsFilter``.
    ``json_kwargs`` are those of ``json.dumps``. Raises ``InvalidInvocationError`` for anything else.
    """
    _refuse_map(whitelist_map)
    try:
        packed = _packed(val)
        return serial.text(packed, **json_kwargs) if json_kwargs else serial.encode(packed).decode()
    except RecursionError:
        raise InvalidInvocationError("The value is nested too deeply to be written as text.") from None


def deserialize_value(val: str, as_type: Any = None, whitelist_map: Any = None) -> Any:
    """The value of a text that ``serialize_value`` wrote.

    ``as_type`` is a class, or a tuple of some, that it must be of. Raises ``InvalidInvocationError`` for another
    text and for a value of another type.
    """
    _refuse_map(whitelist_map)
    try:
        value = _unpacked(serial.decode(val, Any))
    except _UNREADABLE as error:
        raise InvalidInvocationError(
            f"The text is not what serialize_value writes: {type(error).__name__}: {error}"
        ) from error
    if as_type is not None and not isinstance(value, as_type):
        expected = cast("tuple[type, ...]", as_type if isinstance(as_type, tuple) else (as_type,))
        names = " or ".join(kind.__name__ for kind in expected)
        raise InvalidInvocationError(f"The text holds a {type(value).__name__}, not a {names}.")
    return value


def _packed(value: Any) -> Any:
    if value is None or type(value) in {bool, str}:
        return value
    if type(value) is int:
        return value if -_LARGE <= value < _LARGE else {"__int__": str(value)}
    if type(value) is float:
        return value if math.isfinite(value) else {"__float__": str(value)}
    name = _public_name(value.__class__)
    if name is not None:
        if isinstance(value, enum.Enum):
            return {_ENUM: f"{name}.{value.name}"}
        return {_CLASS: name, _VALUE: serial.to_builtins(value)}
    if isinstance(value, Mapping):
        return _packed_mapping(cast("Mapping[Any, Any]", value))
    if type(value) in {list, tuple}:
        return [_packed(item) for item in value]
    for mark, kind in _SETS.items():
        if type(value) is kind:
            items = [_packed(item) for item in cast("set[Any]", value)]
            return {mark: sorted(items, key=serial.encode)}
    raise InvalidInvocationError(
        f"A {type(value).__name__} cannot be written as text.",
        hint="Write its parts: a mapping of names to values, and make it of them again.",
    )


def _packed_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    if all(type(key) is str for key in value) and not (_MARKS & value.keys()):
        return {key: _packed(item) for key, item in value.items()}
    return {_ITEMS: [[_packed(key), _packed(item)] for key, item in value.items()]}


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpacked(item) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    given = cast("dict[str, Any]", value)
    mark = next((key for key in given if key in _MARKS), None)
    if mark is None:
        return {key: _unpacked(item) for key, item in given.items()}
    if mark == _CLASS:
        return serial.from_builtins(given[_VALUE], _public_class(given[_CLASS]))
    if mark == _ENUM:
        name, _, member = given[_ENUM].partition(".")
        return _public_class(name)[member]
    if mark in _NUMBERS:
        return _NUMBERS[mark](given[mark])
    if mark == _ITEMS:
        return {_unpacked(key): _unpacked(item) for key, item in given[_ITEMS]}
    return _SETS[mark](_unpacked(item) for item in given[mark])


def _public_name(kind: type) -> str | None:
    """The name of a class of records or enumerations, or of the nearest one above it, on the public face."""
    for above in kind.__mro__:
        name = above.__name__
        if name in NAMES and _is_record(above) and _found(name) is above:
            return name
    return None


def _found(name: str) -> Any:
    """What a public name stands for."""
    module, _, attribute = NAMES[name].partition(":")
    return getattr(import_module(f"{_PACKAGE}.{module}"), attribute)


def _public_class(name: str) -> Any:
    found = _found(name) if name in NAMES else None
    if not isinstance(found, type) or not _is_record(cast("type[Any]", found)):
        raise InvalidInvocationError(f"The text holds a {name!r}, which is no record that can be read.")
    return cast("type[Any]", found)


def _is_record(kind: type[Any]) -> bool:
    if issubclass(kind, (msgspec.Struct, enum.Enum)) or serial.is_registered(kind):
        return True
    return is_dataclass(kind) and kind.__module__.startswith(f"{__package__}.")


def _refuse_map(whitelist_map: object) -> None:
    if whitelist_map is not None:
        raise InvalidInvocationError(
            "serialize_value and deserialize_value know the public records; they take no whitelist_map."
        )
