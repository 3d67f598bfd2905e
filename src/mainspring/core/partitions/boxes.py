"""Sets of keys in several dimensions, taken apart into boxes: a set of ordinals for each dimension."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, TypeAlias

from mainspring.core.partitions.bitmap import bitmap_of, to_bytes
from mainspring.core.partitions.key_product import KeyProduct
from mainspring.core.partitions.space import KeySpace

if TYPE_CHECKING:
    from mainspring.core.partitions.bitmap import Bitmap

Box: TypeAlias = "dict[str | None, Bitmap]"
"""Ordinals by dimension; the name ``None`` stands for a space without dimensions."""


def boxes_of(space: KeySpace, bitmap: Bitmap, *, single: Collection[str | None] = ()) -> Iterator[Box]:
    """Boxes that together hold exactly the keys of a set; rows that are alike share a box.

    In the dimensions ``single``, each box has one ordinal only.
    """
    if not bitmap:
        return
    names = list(space.dimensions) if isinstance(space, KeyProduct) else [None]
    sizes = (
        [s.count() for s in space.dimensions.values()] if isinstance(space, KeyProduct) else [space.count()]
    )
    work: list[tuple[int, Bitmap, Box]] = [(len(names) - 1, bitmap, {})]
    while work:
        place, heads, box = work.pop()
        if place == 0:
            yield from _single({names[0]: heads, **box}, single)
            continue
        work.extend(
            (place - 1, rows, {names[place]: cells, **box}) for rows, cells in _rows(heads, sizes[place])
        )


def _rows(bitmap: Bitmap, width: int) -> list[tuple[Bitmap, Bitmap]]:
    """The set as pairs of row numbers and the cells they have in common."""
    alike: dict[bytes, tuple[list[int], Bitmap]] = {}
    position, top = bitmap.min(), bitmap.max()
    while True:
        row = position // width
        start = row * width
        cells = (bitmap & bitmap_of(range(start, start + width))).shift(-start)
        alike.setdefault(to_bytes(cells), ([], cells))[0].append(row)
        if start + width > top:
            return [(bitmap_of(rows), cells) for rows, cells in alike.values()]
        position = bitmap.next_set_bit(start + width)


def _single(box: Box, single: Collection[str | None]) -> Iterator[Box]:
    boxes = [box]
    for name in single:
        boxes = [{**each, name: bitmap_of([ordinal])} for each in boxes for ordinal in each[name]]
    yield from boxes


def compose(space: KeySpace, chosen: Box) -> Bitmap:
    """The keys of a space whose ordinals are among the chosen ones, in the dimensions that are named."""
    if isinstance(space, KeyProduct):
        return space.of_digits({name: digits for name, digits in chosen.items() if name is not None})
    found = chosen.get(None)
    return bitmap_of(range(space.count())) if found is None else found
