"""The bytes of one file of the spool: framed records, and what is left of them when the file is damaged.

A record is a mark, its length, a CRC32 of its place, its length and its bytes, then the bytes. The mark is no
part of any UTF-8 text. Because its place counts, a record that lies inside another's bytes is never taken for
one.
"""

from __future__ import annotations

import struct
from typing import NamedTuple
from zlib import crc32

MARK = b"\xffMS\xfe"
_HEAD = struct.Struct("<4sII")
_PLACE = struct.Struct("<QI")
OVERHEAD = _HEAD.size
"""Bytes of a record besides its own."""


class Record(NamedTuple):
    """The bytes of a record, and where in the file it ends."""

    data: bytes
    end: int


class Found(NamedTuple):
    """What a file holds. ``damaged`` counts stretches that cannot be read and have records after them;
    ``end`` is where the last record ends; ``is_torn`` whether what follows is the beginning of one more record
    that was never finished, or nothing at all.
    """

    records: list[Record]
    damaged: int
    end: int
    is_torn: bool


def frame(data: bytes, place: int) -> bytes:
    """The record of these bytes at a place of its file."""
    return _HEAD.pack(MARK, len(data), _checksum(data, place)) + data


def scan(data: bytes, *, place: int = 0) -> Found:
    """The records in these bytes of a file, which begin at a place of it. Never raises."""
    records: list[Record] = []
    damaged = here = end = 0
    while here < len(data):
        record = _record(data, here, place)
        if record is None:
            following = _next(data, here, place)
            if following is None:
                break
            damaged += 1
            here = following
            continue
        here = end = record.end - place
        records.append(record)
    return Found(records, damaged, end + place, _is_torn(data[end:]))


def _checksum(data: bytes | memoryview, place: int) -> int:
    return crc32(data, crc32(_PLACE.pack(place, len(data))))


def _record(data: bytes, here: int, place: int) -> Record | None:
    """The record at an offset, if a whole and sound one is there."""
    if len(data) - here < OVERHEAD:
        return None
    mark, length, checksum = _HEAD.unpack_from(data, here)
    start = here + OVERHEAD
    if mark != MARK or length > len(data) - start:
        return None
    found = data[start : start + length]
    return Record(found, place + start + length) if _checksum(found, place + here) == checksum else None


def _next(data: bytes, here: int, place: int) -> int | None:
    """Where the next sound record begins after an offset."""
    while True:
        here = data.find(MARK, here + 1)
        if here < 0:
            return None
        if _record(data, here, place) is not None:
            return here


def _is_torn(rest: bytes) -> bool:
    """Whether these bytes are what an unfinished write leaves: the beginning of a record, or zeros."""
    if not rest.strip(b"\x00"):
        return True
    if len(rest) < OVERHEAD:
        return MARK.startswith(rest[: len(MARK)])
    mark, length, _ = _HEAD.unpack_from(rest)
    return mark == MARK and length > len(rest) - OVERHEAD
