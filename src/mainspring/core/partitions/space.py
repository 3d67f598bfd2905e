"""``KeySpace``: the keys of a definition as they stand at one moment, numbered from 0."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

from mainspring.core.partitions.bitmap import bitmap_of

if TYPE_CHECKING:
    from mainspring.core.partitions.bitmap import Bitmap


class KeySpace(ABC):
    """Keys and their ordinals, ``0 <= ordinal < count``, in the order of the definition.

    All questions are answered without enumerating the keys, but for ``keys``. Spaces whose ``numbering``
    is equal
    give each key they share the same ordinal, so that sets of ordinals can be combined as they are.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def numbering(self) -> Hashable:
        """What fixes which key has which ordinal."""

    @abstractmethod
    def count(self) -> int:
        """The number of keys."""

    @abstractmethod
    def key(self, ordinal: int) -> str:
        """The key of an ordinal. ``IndexError`` where there is none."""

    @abstractmethod
    def ordinal(self, key: str) -> int | None:
        """The ordinal of a key; ``None`` for a string that is no key."""

    @abstractmethod
    def keys(self, first: int = 0, stop: int | None = None) -> list[str]:
        """The keys of the ordinals from ``first`` up to but not including ``stop`` (the end, if ``None``)."""

    @abstractmethod
    def describe(self, used: Bitmap) -> tuple[Mapping[str, object], Bitmap]:
        """A record from which a space that holds the ``used`` ordinals can be made again, and these in
        its numbering.
        """

    def contains(self, key: str) -> bool:
        """Whether a string is a key."""
        return self.ordinal(key) is not None

    def examples(self) -> str:
        """A few words on which keys there are, for messages."""
        count = self.count()
        if count == 0:
            return "there are none at present"
        if count <= 5:
            return f"the keys are {', '.join(map(repr, self.keys()))}"
        return f"there are {count:,} keys, from {self.key(0)!r} to {self.key(count - 1)!r}"

    def nearest(self, key: str) -> Sequence[str]:
        """Keys that may have been meant."""
        del key
        return ()

    def place(self, bitmap: Bitmap, source: KeySpace) -> Bitmap:
        """The ordinals here of the keys that have these ordinals in another space; keys unknown here are
        left out.
        """
        if source.numbering == self.numbering:
            return bitmap
        found = (self.ordinal(source.key(ordinal)) for ordinal in bitmap)
        return bitmap_of([ordinal for ordinal in found if ordinal is not None])

    def joined(self, other: KeySpace) -> KeySpace:
        """A space of the same definition which holds the keys of both: the larger one, unless they differ
        more.
        """
        return other if self.numbering == other.numbering and other.count() > self.count() else self
