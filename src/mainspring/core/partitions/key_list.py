"""``KeyList``: a space of keys that are listed one by one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

from mainspring.core.base.errors import nearest
from mainspring.core.partitions.bitmap import bitmap_of
from mainspring.core.partitions.space import KeySpace

if TYPE_CHECKING:
    from mainspring.core.partitions.bitmap import Bitmap

_MOST_COMPARED = 5_000  # looking for similar names costs about a microsecond a key


class KeyList(KeySpace):
    """Keys in a list, each once."""

    __slots__ = ("_keys", "_ordinals")

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)
        self._ordinals: dict[str, int] | None = None

    @property
    def numbering(self) -> Hashable:
        return self._keys

    def count(self) -> int:
        return len(self._keys)

    def key(self, ordinal: int) -> str:
        if ordinal < 0:
            raise IndexError(ordinal)
        return self._keys[ordinal]

    def ordinal(self, key: str) -> int | None:
        if self._ordinals is None:
            self._ordinals = {known: ordinal for ordinal, known in enumerate(self._keys)}
        return self._ordinals.get(key)

    def keys(self, first: int = 0, stop: int | None = None) -> list[str]:
        return list(self._keys[first:stop])

    def describe(self, used: Bitmap) -> tuple[Mapping[str, object], Bitmap]:
        keys = [self._keys[ordinal] for ordinal in used]
        return {"kind": "keys", "keys": keys}, bitmap_of(range(len(keys)))

    def nearest(self, key: str) -> Sequence[str]:
        return nearest(key, self._keys[:_MOST_COMPARED])

    def joined(self, other: KeySpace) -> KeySpace:
        if self.numbering == other.numbering:
            return self
        unseen = [key for key in other.keys(0, None) if not self.contains(key)]
        return KeyList((*self._keys, *unseen)) if unseen else self
