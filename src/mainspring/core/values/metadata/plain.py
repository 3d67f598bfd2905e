"""Plain data out of what users hand in: text that can be written, numbers, JSON that reads back the same."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import user_position
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey


class UnboundedFloat(float):
    """``nan``, ``inf`` or ``-inf``: a float that JSON has no number for. It is written as its name."""

    __slots__ = ()


if TYPE_CHECKING:
    Number = float
else:
    Number = float | Literal["NaN", "Infinity", "-Infinity"]  # as JSON writes them; a float once constructed

FLOAT_NAMES: Mapping[str, UnboundedFloat] = {
    "NaN": UnboundedFloat("nan"),
    "Infinity": UnboundedFloat("inf"),
    "-Infinity": UnboundedFloat("-inf"),
}
"""How the floats that JSON has no number for are written."""


def float_name(value: float) -> str:
    """``NaN``, ``Infinity`` or ``-Infinity``."""
    if value != value:  # noqa: PLR0124  # only nan differs from itself
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


serial.register(UnboundedFloat, float_name, FLOAT_NAMES.__getitem__)


def wrong(message: str, hint: str | None = None) -> InvalidDefinitionError:
    """The error for a value that is no metadata, with the user's line that made it."""
    return InvalidDefinitionError(message, where=user_position(), hint=hint)


def must_be(value: object, kind: type, what: str) -> None:
    """Refuse a value that is not of this class."""
    if not isinstance(value, kind):
        raise wrong(f"{what} takes a {kind.__name__}; got {value!r}, a {type(value).__name__}.")


def plain_text(value: object, what: str) -> str:
    """The value as an exact ``str`` that UTF-8 can hold; lone surrogates are shown escaped."""
    if not isinstance(value, str):
        raise wrong(f"{what} takes a string; got {value!r}, a {type(value).__name__}.")
    text = str.__str__(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="backslashreplace").decode()
    return text


def plain_path(value: object, what: str) -> str:
    """A path as text. ``None`` is the empty path."""
    if isinstance(value, os.PathLike):
        value = cast("os.PathLike[str] | os.PathLike[bytes]", value).__fspath__()
    if isinstance(value, bytes):
        value = os.fsdecode(value)
    return "" if value is None else plain_text(value, what)


def plain_number(value: object) -> object:
    """The Python number within a scalar of an array library; anything else as it is."""
    if isinstance(value, (bool, int, float)):
        return value
    item = getattr(value, "item", None)
    if item is None or not callable(item) or getattr(value, "shape", ()) != ():
        return value
    return item()


def plain_int(value: object, what: str) -> int:
    """The value as an exact ``int``."""
    number = plain_number(value)
    if isinstance(number, int):
        return int(number)
    raise wrong(f"{what} takes an int; got {value!r}, a {type(value).__name__}.")


def plain_float(value: object, what: str) -> float:
    """The value as a float; ``nan`` and the infinities become floats that can be written."""
    number = FLOAT_NAMES.get(value, value) if isinstance(value, str) else plain_number(value)
    if not isinstance(number, (int, float)):
        raise wrong(f"{what} takes a float; got {value!r}, a {type(value).__name__}.")
    try:
        result = float(number)
    except OverflowError:
        raise wrong(f"{what} takes a float; {number!r} is too large for one.") from None
    return result if result - result == 0 else FLOAT_NAMES[float_name(result)]


def plain_seconds(moment: object) -> float:
    """A moment, given as a number or an aware datetime, in seconds since 1970."""
    if not isinstance(moment, datetime):
        seconds = plain_float(moment, "TimestampMetadataValue.value")
        if seconds - seconds == 0:
            return seconds
        raise wrong(f"A timestamp is a moment in seconds since 1970; {seconds} is none.")
    if moment.tzinfo is None:
        raise wrong(
            f"The datetime {moment.isoformat()} has no timezone, so it names no moment.",
            "Give it one, for instance datetime(2024, 1, 1, tzinfo=timezone.utc).",
        )
    return moment.timestamp()


def plain_bool(value: object, what: str) -> bool:
    """The value as a ``bool``."""
    truth = plain_number(value)
    if isinstance(truth, bool):
        return truth
    raise wrong(f"{what} takes a bool; got {value!r}, a {type(value).__name__}.")


def module_and_name(artifact: object) -> tuple[str, str]:
    """Where a class or function is defined and what it is called there."""
    module, name = getattr(artifact, "__module__", None), getattr(artifact, "__name__", None)
    if isinstance(module, str) and isinstance(name, str):
        return module, name
    raise wrong(f"MetadataValue.python_artifact takes a class or function; got {artifact!r}.")


def _json_part(value: Any) -> object:
    """What msgspec shall write for a value it does not know; it asks again for what is returned."""
    if isinstance(value, str):
        return plain_text(value, "JSON metadata")
    if isinstance(value, (int, float)):
        return int(value) if isinstance(value, int) else float(value)
    if isinstance(value, (AssetKey, AssetCheckKey)):
        return value.to_user_string()
    if isinstance(value, Mapping):
        return dict(cast("Mapping[object, object]", value))
    if isinstance(value, Sequence):
        return list(cast("Sequence[object]", value))
    if isinstance(value, os.PathLike):
        return plain_path(cast("os.PathLike[str]", value), "A path")
    number = plain_number(value)
    if number is not value:
        return number
    tolist = getattr(value, "tolist", None)
    if callable(tolist):
        return tolist()
    raise TypeError(f"the type {type(value).__name__} has no JSON form")


_encode = msgspec.json.Encoder(enc_hook=_json_part).encode
_decode = msgspec.json.Decoder().decode


def plain_json(value: object, what: str) -> Any:
    """The value as the dicts, lists, strings and numbers that come back when its JSON text is read.

    The result shares nothing with the value. Keys are strings; ``nan`` and the infinities are ``None``.
    """
    try:
        return _decode(_encode(value))
    except RecursionError:
        raise wrong(
            f"{what} takes data that JSON can hold; this is nested too deeply or holds itself."
        ) from None
    except (TypeError, ValueError, OverflowError) as error:
        raise wrong(
            f"{what} takes data that JSON can hold: {error}.",
            "Give dicts, lists, strings, numbers, booleans and None; convert other objects first.",
        ) from None
