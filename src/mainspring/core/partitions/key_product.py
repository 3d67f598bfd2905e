"""``KeyProduct``: the keys of several dimensions, each with each."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import islice, product
from math import prod
from typing import TYPE_CHECKING

from mainspring.core.partitions.bitmap import MOST, bitmap_of, bitmap_of_runs, runs_of
from mainspring.core.partitions.multi_key import SEPARATOR, MultiPartitionKey
from mainspring.core.partitions.space import KeySpace

if TYPE_CHECKING:
    from mainspring.core.partitions.bitmap import Bitmap


class KeyProduct(KeySpace):
    """Dimensions in the order of their names; the last one's keys change fastest.

    The ordinal of a key is the number whose digits are the ordinals in the dimensions, so that it depends
    on the sizes
    of all dimensions but the first.
    """

    __slots__ = ("_sizes", "_weights", "dimensions")

    def __init__(self, dimensions: Mapping[str, KeySpace]) -> None:
        self.dimensions: dict[str, KeySpace] = dict(sorted(dimensions.items()))
        self._sizes = [space.count() for space in self.dimensions.values()]
        self._weights = [prod(self._sizes[place + 1 :]) for place in range(len(self._sizes))]

    @property
    def numbering(self) -> Hashable:
        spaces = tuple((name, space.numbering) for name, space in self.dimensions.items())
        return (spaces, tuple(self._sizes[1:]))

    def count(self) -> int:
        return prod(self._sizes)

    def key(self, ordinal: int) -> MultiPartitionKey:
        if not 0 <= ordinal < self.count():
            raise IndexError(ordinal)
        digits = self.digits(ordinal)
        spaces = self.dimensions.items()
        return MultiPartitionKey(
            {name: space.key(d) for (name, space), d in zip(spaces, digits, strict=True)}
        )

    def digits(self, ordinal: int) -> list[int]:
        """The ordinal in each dimension."""
        found: list[int] = []
        for weight in self._weights:
            digit, ordinal = divmod(ordinal, weight)
            found.append(digit)
        return found

    def weight(self, name: str) -> tuple[int, int]:
        """How far apart neighbours in a dimension are, and how many keys it has."""
        place = list(self.dimensions).index(name)
        return self._weights[place], self._sizes[place]

    def ordinal(self, key: str) -> int | None:
        parts = key.split(SEPARATOR)
        if len(parts) != len(self.dimensions):
            return None
        total = 0
        for part, space, weight in zip(parts, self.dimensions.values(), self._weights, strict=True):
            digit = space.ordinal(part)
            if digit is None:
                return None
            total += digit * weight
        return total

    def keys(self, first: int = 0, stop: int | None = None) -> list[str]:
        stop = self.count() if stop is None else min(stop, self.count())
        if first >= stop:
            return []
        outer, size = self._weights[0], self._sizes[0]
        low, high = first // outer, min(-(-stop // outer), size)
        names, spaces = tuple(self.dimensions), list(self.dimensions.values())
        columns = [spaces[0].keys(low, high), *(space.keys() for space in spaces[1:])]
        rows = islice(product(*columns), first - low * outer, stop - low * outer)
        return [MultiPartitionKey.of_parts(names, row) for row in rows]

    def describe(self, used: Bitmap) -> tuple[Mapping[str, object], Bitmap]:
        dimensions: list[tuple[str, object]] = []
        for name, space in self.dimensions.items():
            every = bitmap_of(range(space.count()))
            dimensions.append((name, space.describe(every)[0]))
        return {"kind": "product", "dimensions": dimensions}, used

    def nearest(self, key: str) -> Sequence[str]:
        parts = key.split(SEPARATOR)
        if len(parts) != len(self.dimensions):
            return ()
        wrong = [(p, s) for p, s in zip(parts, self.dimensions.values(), strict=True) if not s.contains(p)]
        return list(wrong[0][1].nearest(wrong[0][0])) if wrong else ()

    def examples(self) -> str:
        each = "; ".join(f"{name}: {space.examples()}" for name, space in self.dimensions.items())
        return f"it is written {SEPARATOR.join(self.dimensions)}, and of {each}"

    def place(self, bitmap: Bitmap, source: KeySpace) -> Bitmap:
        if source.numbering == self.numbering:
            return bitmap
        if not isinstance(source, KeyProduct) or list(source.dimensions) != list(self.dimensions):
            return super().place(bitmap, source)
        inner = list(zip(self.dimensions.values(), source.dimensions.values(), strict=True))
        if any(mine.numbering != theirs.numbering for mine, theirs in inner[:-1]) or not bitmap:
            return super().place(bitmap, source)
        return self._place_rows(bitmap, source, inner[-1])

    def _place_rows(self, bitmap: Bitmap, source: KeyProduct, last: tuple[KeySpace, KeySpace]) -> Bitmap:
        """Where all dimensions but the last are numbered alike: move whole rows of the last one."""
        width, here = source._sizes[-1], self._sizes[-1]
        found = bitmap_of()
        row = bitmap.min() // width
        while row * width <= bitmap.max():
            cells = (bitmap & bitmap_of(range(row * width, (row + 1) * width))).shift(-row * width)
            head = self._row(source.digits(row * width)[:-1])
            if cells and head is not None:
                placed = last[0].place(cells, last[1]) & bitmap_of(range(here))
                found |= placed.shift(head)
            row += 1
        return found

    def _row(self, digits: Sequence[int]) -> int | None:
        if any(digit >= size for digit, size in zip(digits, self._sizes, strict=False)):
            return None
        return sum(digit * weight for digit, weight in zip(digits, self._weights, strict=False))

    def joined(self, other: KeySpace) -> KeySpace:
        if self.numbering == other.numbering:
            return super().joined(other)
        if not isinstance(other, KeyProduct) or list(other.dimensions) != list(self.dimensions):
            return self
        return KeyProduct(
            {name: space.joined(other.dimensions[name]) for name, space in self.dimensions.items()}
        )

    # -- dimensions of sets ----------------------------------------------------------------------------------

    def projected(self, bitmap: Bitmap, name: str) -> Bitmap:
        """The ordinals in one dimension of the keys in a set."""
        weight, size = self.weight(name)
        found = bitmap_of()
        if weight == 1:
            row = 0
            while bitmap and row <= bitmap.max() and len(found) < size:
                cells = bitmap & bitmap_of(range(row, row + size))
                found |= cells.shift(-row)
                row += size
                row = row if row > bitmap.max() else bitmap.next_set_bit(row) // size * size
            return found
        for first, stop in runs_of(bitmap):
            low, high = first // weight, (stop - 1) // weight + 1
            if high - low >= size:
                return bitmap_of(range(size))
            start, end = low % size, (high - 1) % size + 1
            found |= (
                bitmap_of(range(start, end)) if start < end else bitmap_of_runs([(start, size), (0, end)])
            )
        return found

    def of_digits(self, chosen: Mapping[str, Bitmap]) -> Bitmap:
        """The set of all keys whose ordinals in the named dimensions are among the chosen; others are
        free.
        """
        if self.count() > MOST:
            bitmap_of([self.count()])
        digits = [chosen.get(name) for name in self.dimensions]
        whole = [d is None or len(d) == size for d, size in zip(digits, self._sizes, strict=True)]
        last = max((place for place, all_of_it in enumerate(whole) if not all_of_it), default=0)
        found = bitmap_of([0])
        for place in range(last):
            found = _spread(found, self._digits(digits[place], place), self._weights[place])
        weight = self._weights[last]  # the dimensions after the last one that is not whole come as runs
        tail = bitmap_of_runs((a * weight, b * weight) for a, b in runs_of(self._digits(digits[last], last)))
        return tail if last == 0 else _spread(found, tail, 1)

    def _digits(self, chosen: Bitmap | None, place: int) -> Bitmap:
        return bitmap_of(range(self._sizes[place])) if chosen is None else chosen


def _spread(heads: Bitmap, digits: Bitmap, weight: int) -> Bitmap:
    """Every sum of a head and ``digit * weight``; heads are multiples of more than all of these."""
    if weight == 1 and len(heads) > len(digits):
        runs = list(runs_of(digits))
        return bitmap_of_runs((head + first, head + stop) for head in heads for first, stop in runs)
    scaled = bitmap_of([digit * weight for digit in digits]) if weight > 1 else digits
    found = bitmap_of()
    for head in heads:
        found |= scaled.shift(head)
    return found
