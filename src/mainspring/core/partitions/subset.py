"""``PartitionsSubset``: some of the partitions of a definition."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

import msgspec

from mainspring.core.base import serial
from mainspring.core.base.errors import InvariantViolationError, UnknownPartitionError
from mainspring.core.partitions.bitmap import bitmap_of, from_bytes, runs_of, to_bytes
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.space import KeySpace
from mainspring.core.partitions.space_record import space_of_record

if TYPE_CHECKING:
    from mainspring.core.partitions.bitmap import Bitmap

FORMAT_VERSION = 1


class Partitioned(Protocol):
    """What a subset knows of its definition: its keys at present."""

    def key_space(self) -> KeySpace:
        """The keys at present."""
        ...


class _Stored(msgspec.Struct, frozen=True):
    """The stored form: the version, a record of the key space it was written in, the bitmap in base64."""

    v: int
    space: dict[str, Any]
    bits: str


class PartitionsSubset:
    """A set of partitions of one definition: a bitmap of their ordinals.

    Subsets of one definition combine with ``|``, ``&`` and ``-``, at a cost that hardly depends on how
    many partitions
    they hold. Keys are made only when asked for. Subsets are values: nothing changes one.

    >>> from mainspring.core.partitions.static import StaticPartitionsDefinition
    >>> regions = StaticPartitionsDefinition(["us", "eu", "jp"])
    >>> some = regions.subset_with_partition_keys(["jp", "us"])
    >>> list(some.get_partition_keys()), len(some), "eu" in some
    (['us', 'jp'], 2, False)
    """

    __slots__ = ("bitmap", "partitions_def", "space")

    partitions_def: Any
    """The definition."""
    space: KeySpace
    """The keys as they stood when the subset was made."""
    bitmap: Bitmap
    """The ordinals. Not to be changed."""

    def __init__(self, partitions_def: Partitioned, space: KeySpace, bitmap: Bitmap) -> None:
        self.partitions_def = partitions_def
        self.space = space
        self.bitmap = bitmap

    # -- reading ---------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.bitmap)

    def __bool__(self) -> bool:
        return bool(self.bitmap)

    def __contains__(self, partition_key: object) -> bool:
        if not isinstance(partition_key, str):
            return False
        ordinal = self.space.ordinal(partition_key)
        return ordinal is not None and ordinal in self.bitmap

    @property
    def size(self) -> int:
        """The number of partitions."""
        return len(self.bitmap)

    @property
    def is_empty(self) -> bool:
        """Whether there is no partition in the subset."""
        return not self.bitmap

    def get_partition_keys(self) -> Sequence[str]:
        """The keys, in the order of the definition."""
        return [key for first, stop in runs_of(self.bitmap) for key in self.space.keys(first, stop)]

    def iterate_partition_keys(self) -> Iterator[str]:
        """The keys in the order of the definition, made as they are asked for."""
        return (self.space.key(ordinal) for ordinal in self.bitmap)

    def get_partition_key_ranges(self, partitions_def: object = None) -> Sequence[PartitionKeyRange]:
        """The runs of neighbouring keys, in order: the shortest way to show the subset."""
        del partitions_def
        key = self.space.key
        return [PartitionKeyRange(key(first), key(stop - 1)) for first, stop in runs_of(self.bitmap)]

    def get_partition_keys_not_in_subset(self, partitions_def: Partitioned | None = None) -> Sequence[str]:
        """The keys of the definition, at present, that are not in the subset."""
        space = (partitions_def or self.partitions_def).key_space()
        missing = bitmap_of(range(space.count())) - space.place(self.bitmap, self.space)
        return [key for first, stop in runs_of(missing) for key in space.keys(first, stop)]

    # -- algebra ---------------------------------------------------------------------------------------------

    def _combined(self, other: PartitionsSubset, operation: Callable[[Bitmap, Bitmap], Bitmap]) -> Self:
        space = self.space if self.space is other.space else self.space.joined(other.space)
        mine, theirs = space.place(self.bitmap, self.space), space.place(other.bitmap, other.space)
        return type(self)(self.partitions_def, space, operation(mine, theirs))

    def __or__(self, other: PartitionsSubset) -> Self:
        return self._combined(other, lambda mine, theirs: mine | theirs)

    def __and__(self, other: PartitionsSubset) -> Self:
        return self._combined(other, lambda mine, theirs: mine & theirs)

    def __sub__(self, other: PartitionsSubset) -> Self:
        return self._combined(other, lambda mine, theirs: mine - theirs)

    def __xor__(self, other: PartitionsSubset) -> Self:
        return self._combined(other, lambda mine, theirs: mine ^ theirs)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PartitionsSubset):
            return NotImplemented
        if self.space.numbering == other.space.numbering:
            return self.bitmap == other.bitmap
        if len(self.bitmap) != len(other.bitmap):
            return False
        placed = self.space.place(other.bitmap, other.space)
        return len(placed) == len(other.bitmap) and placed == self.bitmap

    __hash__: ClassVar[None] = None  # pyright: ignore[reportIncompatibleMethodOverride]  # equal subsets may be numbered differently

    def with_partition_keys(self, partition_keys: Iterable[str]) -> Self:
        """The subset with these keys added. ``UnknownPartitionError`` for a string that is no key."""
        space = self.space.joined(self.partitions_def.key_space())
        found = bitmap_of()
        for key in partition_keys:
            ordinal = space.ordinal(key)
            if ordinal is None:
                raise UnknownPartitionError(f"{key!r} is not a partition key: {space.examples()}.")
            found.add(ordinal)
        return self | type(self)(self.partitions_def, space, found)

    def empty_subset(self) -> Self:
        """The empty subset of the same definition."""
        return type(self)(self.partitions_def, self.space, bitmap_of())

    # -- storing ---------------------------------------------------------------------------------------------

    def serialize(self) -> str:
        """A compact text from which the subset can be read again, also after the definition has changed."""
        record, bitmap = self.space.describe(self.bitmap)
        bits = base64.b64encode(to_bytes(bitmap)).decode()
        return serial.encode(_Stored(FORMAT_VERSION, dict(record), bits)).decode()

    @classmethod
    def deserialize(cls, partitions_def: Partitioned, space: KeySpace, serialized: str) -> Self:
        """The subset of a text that ``serialize`` wrote, as a subset of ``space``; keys unknown there are
        left out.
        """
        stored = _read(serialized)
        try:
            bitmap = from_bytes(base64.b64decode(stored.bits, validate=True))
        except binascii.Error as error:
            raise InvariantViolationError(
                "A stored set of partitions cannot be read: it is damaged."
            ) from error
        placed = space.place(bitmap, space_of_record(stored.space))
        return cls(partitions_def, space, placed & bitmap_of(range(space.count())))

    @staticmethod
    def can_deserialize(serialized: str) -> bool:
        """Whether a text is the stored form of a subset, of a version known here."""
        try:
            _read(serialized)
        except InvariantViolationError:
            return False
        return True

    def __repr__(self) -> str:
        ranges = self.get_partition_key_ranges()
        shown = ", ".join(map(str, ranges[:3])) + (", ..." if len(ranges) > 3 else "")
        return (
            f"{type(self).__name__}({len(self)} partitions: {shown})"
            if ranges
            else f"{type(self).__name__}(empty)"
        )


def _read(serialized: str) -> _Stored:
    try:
        stored: _Stored = serial.decode(serialized, _Stored)
    except msgspec.DecodeError as error:
        raise InvariantViolationError("A text is not the stored form of a set of partitions.") from error
    if stored.v != FORMAT_VERSION:
        raise InvariantViolationError(
            f"A set of partitions was stored in format {stored.v}; known here is {FORMAT_VERSION}.",
            hint="It was written by a newer version of this project.",
        )
    return stored
