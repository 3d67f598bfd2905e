"""How counts, times and durations are said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

_MINUTE = 60
_HOUR = 3600


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "asset"), counted(12_000, "asset")
    ('1 asset', '12,000 assets')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def byte_size(count: int | None) -> str:
    """A number of bytes, short.

    >>> byte_size(900), byte_size(2_500_000), byte_size(None)
    ('900 B', '2.4 MB', '')
    """
    if count is None:
        return ""
    if count < 1024:
        return f"{count} B"
    size, units = count / 1024, iter(("kB", "MB", "GB"))
    unit = next(units)
    for larger in units:
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{size:,.1f} {unit}"


def duration(seconds: float | None) -> str:
    """A duration, short.

    >>> duration(0.0042), duration(3.14159), duration(75), duration(7260), duration(None)
    ('4 ms', '3.14 s', '1 min 15 s', '2 h 1 min', '')
    """
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < _MINUTE:
        return f"{seconds:.2f} s"
    if seconds < _HOUR:
        return f"{int(seconds) // _MINUTE} min {int(seconds) % _MINUTE} s"
    return f"{int(seconds) // _HOUR} h {int(seconds) % _HOUR // _MINUTE} min"


def local_time(timestamp: float | None) -> str:
    """A time in seconds since 1970, as the clock on the wall shows it."""
    if timestamp is None:
        return ""
    return datetime.fromtimestamp(timestamp, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def local(iso: str | None) -> str:
    """A time of an answer (ISO 8601), as the clock on the wall shows it."""
    return "" if iso is None else local_time(datetime.fromisoformat(iso).timestamp())


def first_line(text: str | None) -> str:
    """The first line of a text that has any."""
    lines = (text or "").strip().splitlines()
    return lines[0].strip() if lines else ""


def joined(names: Iterable[object]) -> str:
    """Names in one cell, sorted."""
    return ", ".join(sorted(map(str, names)))
