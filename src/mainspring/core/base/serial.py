"""Encoding and decoding of records: one JSON form for the database, the wire and the files.

Values whose constructor coerces register how they are written and read; all others are msgspec structs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T")

_encoders: dict[type, Callable[[Any], object]] = {}
_decoders: dict[type, Callable[[Any], object]] = {}


def register(kind: type[_T], encode: Callable[[_T], object], decode: Callable[[Any], _T]) -> None:
    """Say how a class that is no struct is written as plain JSON and made again. Called beside the class."""
    _encoders[kind] = encode
    _decoders[kind] = decode


def is_registered(kind: type) -> bool:
    """Whether a class said how it is written and made again."""
    return kind in _decoders


def _encode_hook(value: object) -> object:
    for kind in type(value).__mro__:
        encode = _encoders.get(kind)
        if encode is not None:
            return encode(value)
    if isinstance(value, str):  # a string that knows more of itself, such as a key of several dimensions
        return str.__str__(value)
    raise NotImplementedError(f"{type(value).__name__} has no JSON form")


def _decode_hook(kind: type, value: object) -> object:
    decode = _decoders.get(kind)
    if decode is None:
        raise NotImplementedError(f"{kind.__name__} has no JSON form")
    return decode(value)


_encoder = msgspec.json.Encoder(enc_hook=_encode_hook, order="deterministic")


def encode(value: object) -> bytes:
    """The JSON bytes of a record; the same value gives the same bytes.

    Halves of surrogate pairs, which no JSON text can hold, are written as the escapes Python shows for them.
    """
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _encoder.encode(_without_surrogates(to_builtins(value)))


def _without_surrogates(value: object) -> object:
    """Plain values whose strings can all be written."""
    top: list[object] = [value]
    pending: list[tuple[Any, Any, object]] = [(top, 0, value)]
    while pending:
        into, place, here = pending.pop()
        if isinstance(here, str):
            into[place] = _written(here)
        elif isinstance(here, dict):
            made = {_written(key) if isinstance(key, str) else key: item for key, item in here.items()}  # pyright: ignore[reportUnknownVariableType]
            into[place] = made
            pending.extend((made, key, item) for key, item in made.items())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        elif isinstance(here, (list, tuple)):
            items: list[object] = list(here)  # pyright: ignore[reportUnknownArgumentType]
            into[place] = items
            pending.extend((items, i, item) for i, item in enumerate(items))
    return top[0]


def _written(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()


def text(value: object, **how: Any) -> str:
    """The JSON text of a record, written as ``json.dumps`` writes it with these keyword arguments."""
    return json.dumps(to_builtins(value), **how)


@lru_cache(maxsize=256)
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, dec_hook=_decode_hook)


def decode(data: bytes | str, kind: Any) -> Any:
    """The record of these JSON bytes. Raises ``msgspec.ValidationError`` or ``DecodeError`` for what is none."""
    return _decoder(kind).decode(data)


def to_builtins(value: object) -> Any:
    """The record as plain dicts, lists, strings and numbers."""
    return msgspec.to_builtins(value, enc_hook=_encode_hook)


def from_builtins(value: object, kind: Any) -> Any:
    """The record made of plain dicts, lists, strings and numbers."""
    return msgspec.convert(value, kind, dec_hook=_decode_hook)
