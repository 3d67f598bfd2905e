"""How the key of a time window is written and read: a ``strftime`` format, applied to millions of windows."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from mainspring.core.base.ticks import Stretch
from mainspring.core.base.wall_pattern import Times
from mainspring.core.base.zone import DAY, EPOCH_ORDINAL, earliest_instant, local, zone

_DIRECTIVE = re.compile(r"%(:?[A-Za-z%])")
_OF_DATE = frozenset("aAwdbBmyYjUWxGuV%")
_OF_TIME = frozenset("HIpMSfX%")
_OFFSET = re.compile(r"(?P<key>.+)(?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>\d\d)")


class KeyFormat:
    """Keys of one ``fmt`` in one zone.

    Where the wall clock of a zone is set back and windows begin in both passes of the repeated hour, the
    second one's
    key ends with the offset from UTC, as in ``2024-11-03-01:00-0500``: keys stay unique and in order.
    """

    __slots__ = ("_cut", "_texts", "_zone", "fmt", "names_offset")

    def __init__(self, fmt: str, zone_name: str) -> None:
        self.fmt: str = fmt
        self._zone = zone(zone_name)
        self._cut = _cut(fmt)
        self.names_offset: bool = any(sign in {"z", ":z", "Z"} for sign in _DIRECTIVE.findall(fmt))
        self._texts: dict[Times, list[str]] = {}

    def keys(self, stretch: Stretch) -> list[str]:
        """The keys of the windows that begin at the strikes of a stretch."""
        base = stretch.day * DAY
        if self._cut is None or base + stretch.times[0] < stretch.repeated_until:
            return [
                self.key(base + time - stretch.offset, base + time < stretch.repeated_until)
                for time in stretch.times
            ]
        of_date, of_time = self._cut
        day = date.fromordinal(stretch.day + EPOCH_ORDINAL)
        head = day.isoformat() if of_date == "%Y-%m-%d" else day.strftime(of_date)
        if not of_time:
            return [head] * len(stretch.times)
        texts = self._texts.get(stretch.times)
        if texts is None:
            texts = [datetime.fromtimestamp(time, UTC).strftime(of_time) for time in stretch.times]
            self._texts[stretch.times] = texts
        return [head + text for text in texts]

    def key(self, instant: int, repeated: bool) -> str:
        """The key of the window that begins at an instant; ``repeated``: in the second pass of a repeated
        hour.
        """
        shown = local(instant, self._zone)
        key = shown.strftime(self.fmt)
        return f"{key}{shown.strftime('%z')}" if repeated and not self.names_offset else key

    def instants(self, key: str) -> tuple[int, ...]:
        """Where to look for the window of a key: an instant at or before its start. Empty for what is no
        such key.
        """
        try:
            return (self._earliest(datetime.strptime(key, self.fmt)),)  # noqa: DTZ007
        except (ValueError, OverflowError):
            pass
        match = _OFFSET.fullmatch(key)
        if match is None or self.names_offset:
            return ()
        try:
            wall = datetime.strptime(match["key"], self.fmt).replace(tzinfo=UTC)
        except ValueError:
            return ()
        offset = int(match["hours"]) * 3600 + int(match["minutes"]) * 60
        return (round(wall.timestamp()) + (offset if match["sign"] == "-" else -offset),)

    def _earliest(self, read: datetime) -> int:
        if read.tzinfo is not None:
            return round(read.timestamp())
        return earliest_instant(self._zone, round(read.replace(tzinfo=UTC).timestamp()))

    def is_repeated(self, instant: int) -> bool:
        """Whether the wall clock shows the time of an instant for the second time."""
        return local(instant, self._zone).fold == 1


def _cut(fmt: str) -> tuple[str, str] | None:
    """The format as a part about the date and then one about the time of day; ``None`` where it is mixed."""
    place = len(fmt)
    for match in _DIRECTIVE.finditer(fmt):
        sign = match[1]
        if sign in _OF_TIME and sign != "%":
            place = min(place, match.start())
        elif sign not in _OF_DATE or (match.start() > place and sign != "%"):
            return None
    return fmt[:place], fmt[place:]


@lru_cache(maxsize=1024)
def key_format(fmt: str, zone_name: str) -> KeyFormat:
    """The format, made once."""
    return KeyFormat(fmt, zone_name)
