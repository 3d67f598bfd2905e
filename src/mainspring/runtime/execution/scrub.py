"""``Scrubber``: takes the values of secrets out of what a run says, before anybody keeps it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any, TypeVar, cast
from urllib.parse import quote, quote_plus

import msgspec

from mainspring.core.base import serial
from mainspring.core.values.metadata import AnyMetadataValue, MetadataValue

HIDDEN = "[secret]"
"""What stands where the value of a secret stood."""

_HIDDEN_IN_TAG = "hidden"
"""The same for a tag, whose value may hold no bracket."""

_SHORTEST = 6
"""A shorter value is part of too many words that are no secret."""

_WORDS = frozenset(
    {
        "production",
        "development",
        "staging",
        "testing",
        "default",
        "localhost",
        "local",
        "true",
        "false",
        "none",
    }
)
"""Settings that are no secret, in lower case; to hide them would destroy text that has nothing to do with them."""

_KIND = "type"
"""The field that tells one kind of metadata from another."""

_T = TypeVar("_T")


class Scrubber:
    """Replaces each secret by ``[secret]`` in messages, errors, descriptions, metadata and users' tags.

    Names and keys are left alone: they say what a record is about. So are the file, line and function of a
    frame; its source line is not. A secret is found as it is and as ``repr``, JSON and a URL write it.

    No secret is a value of fewer than six characters, a common word such as ``production``, ``staging`` or
    ``localhost`` in any case, the ``home`` of the user, or the folder ``within`` which the work is done and those
    above it: to hide these would destroy text that has nothing to do with them.

    >>> Scrubber({"hunter2"}).text("the password is hunter2")
    'the password is [secret]'
    """

    __slots__ = ("_pattern", "forms")

    def __init__(self, secrets: Iterable[str], *, home: str | None = None, within: str | None = None) -> None:
        plain = {PurePath(home)} if home else set[PurePath]()
        if within:
            plain |= {PurePath(within), *PurePath(within).parents}
        forms = {form for one in secrets if _is_secret(one, plain) for form in _forms(one)}
        # the longest first, so that a secret which holds another one is taken whole
        ordered = sorted(forms, key=lambda form: (-len(form), form))
        self.forms: Sequence[str] = ordered
        """What is looked for, the longest first."""
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

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
        if name == "stack":
            frames = cast("list[str]", value)
            clean = [self._frame(frame) for frame in frames]
            return frames if clean == frames else clean
        if name in {"message", "description"}:
            return self._plain(value)
        if name == "metadata":
            return self._metadata(cast("Mapping[str, Any]", value))
        if name == "tags":
            return self._tags(cast("Mapping[str, str]", value))
        return self.record(value)

    def _frame(self, frame: str) -> str:
        """A frame as tracebacks show it: its first line names the place, what follows is source."""
        place, newline, source = frame.partition("\n")
        return f"{place}{newline}{self.text(source)}"

    def _metadata(self, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        clean = {self.text(label): self._metadata_value(value) for label, value in metadata.items()}
        is_same = all(clean.get(label) is value for label, value in metadata.items())
        return metadata if is_same else clean

    def _metadata_value(self, value: Any) -> Any:
        plain = cast("dict[str, Any]", serial.to_builtins(value))
        clean = {key: part if key == _KIND else self._plain(part) for key, part in plain.items()}
        if all(clean[key] is part for key, part in plain.items()):
            return value
        try:
            return serial.from_builtins(clean, AnyMetadataValue)
        except msgspec.ValidationError:  # the secret is a word the form of the value is made of
            return MetadataValue.text(HIDDEN)

    def _tags(self, tags: Mapping[str, str]) -> Mapping[str, str]:
        assert self._pattern is not None  # asked by the caller
        clean = {key: self._pattern.sub(_HIDDEN_IN_TAG, value) for key, value in tags.items()}
        return tags if clean == tags else clean

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


def _forms(secret: str) -> set[str]:
    """A secret as it is, as ``repr`` shows it, as JSON does, and as a part of a URL."""
    # what the system could not decode is a lone surrogate, which is neither JSON nor part of a URL
    plain = secret.encode(errors="surrogateescape").decode(errors="replace")
    return {
        secret,
        repr(secret)[1:-1],
        serial.encode(plain).decode()[1:-1],
        json.dumps(secret)[1:-1],
        quote(plain),
        quote(plain, safe=""),
        quote_plus(plain),
    }


def _is_secret(value: str, plain: set[PurePath]) -> bool:
    return len(value) >= _SHORTEST and value.lower() not in _WORDS and PurePath(value) not in plain
