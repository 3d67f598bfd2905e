"""``Scrubber``: takes the values of secrets out of what a run says, before anybody keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

import msgspec

from mainspring.core.base import serial
from mainspring.core.values.metadata import AnyMetadataValue

HIDDEN = "[secret]"
"""What stands where the value of a secret stood."""

_SHORTEST = 4
"""A shorter value is part of too many words that are no secret."""

_OWN_TAGS = "dagster/"
_KIND = "type"
"""The field that tells one kind of metadata from another."""

_T = TypeVar("_T")


class Scrubber:
    """Replaces each secret by ``[secret]`` in messages, errors, descriptions, metadata and users' tags.

    Names and keys are left alone: they say what a record is about.

    >>> Scrubber({"hunter2"}).text("the password is hunter2")
    'the password is [secret]'
    """

    __slots__ = ("_pattern",)

    def __init__(self, secrets: Iterable[str]) -> None:
        # the longest first, so that a secret which holds another one is taken whole
        worth = sorted({one for one in secrets if len(one) >= _SHORTEST}, key=lambda one: (-len(one), one))
        self._pattern = re.compile("|".join(map(re.escape, worth))) if worth else None

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to hide."""
        return self._pattern is None

    def text(self, text: str) -> str:
        """A text without secrets; the same object where it has none."""
        return text if self._pattern is None else self._pattern.sub(HIDDEN, text)

    def record(self, record: _T) -> _T:
        """A record (a struct) without secrets; the same object where it has none."""
        if self._pattern is None or not isinstance(record, msgspec.Struct):
            return record
        changed: dict[str, Any] = {}
        for name in record.__struct_fields__:
            value: object = getattr(record, name)
            clean = self._field(name, value)
            if clean is not value:
                changed[name] = clean
        return cast("_T", msgspec.structs.replace(record, **changed)) if changed else record

    def _field(self, name: str, value: object) -> object:
        if value is None:
            return value
        if name in {"message", "description", "stack"}:
            return self._plain(value)
        if name == "metadata":
            return self._metadata(cast("Mapping[str, Any]", value))
        if name == "tags":
            return self._tags(cast("Mapping[str, str]", value))
        return self.record(value)

    def _metadata(self, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        changed: dict[str, Any] = {}
        for label, value in metadata.items():
            plain = cast("dict[str, Any]", serial.to_builtins(value))
            rest = {key: part for key, part in plain.items() if key != _KIND}
            clean = self._plain(rest)
            if clean is not rest:
                whole = {**cast("dict[str, Any]", clean), _KIND: plain[_KIND]}
                changed[label] = serial.from_builtins(whole, AnyMetadataValue)
        return {**metadata, **changed} if changed else metadata

    def _tags(self, tags: Mapping[str, str]) -> Mapping[str, str]:
        changed = {key: self.text(value) for key, value in tags.items() if not key.startswith(_OWN_TAGS)}
        return {**tags, **changed} if any(tags[key] != value for key, value in changed.items()) else tags

    def _plain(self, value: object) -> object:
        """Plain data without secrets, its keys included; the same object where it has none."""
        if isinstance(value, str):
            clean = self.text(value)
            return value if clean == value else clean
        if isinstance(value, dict):
            entries = cast("dict[object, object]", value)
            made = {self._plain(key): self._plain(item) for key, item in entries.items()}
            return made if made != entries else entries
        if isinstance(value, (list, tuple)):
            items = [self._plain(item) for item in cast("list[object]", value)]
            return items if items != list(cast("list[object]", value)) else cast("object", value)
        return value
