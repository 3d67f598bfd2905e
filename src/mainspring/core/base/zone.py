"""Time zones by name, and the moments at which their distance from UTC changes.

Instants are whole seconds since 1970 in UTC; *walls* are whole seconds since 1970 as a clock on the wall
of the
zone shows them. Within one span of constant offset, ``wall = instant + offset``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from importlib import import_module

from mainspring.core.base.errors import InvalidDefinitionError, did_you_mean

DAY = 86_400
EPOCH_ORDINAL = 719_163  # date(1970, 1, 1).toordinal()
FIRST_YEAR, LAST_YEAR = 2, 9_998  # one year of room, so that no offset leaves what a datetime can hold

_UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/Universal", "Universal", "Zulu", "Etc/Zulu", "UCT", "Etc/UCT"})
_STEP = 5 * DAY  # no zone changes its offset twice within five days and ends where it began


@lru_cache(maxsize=512)
def zone(name: str) -> tzinfo:
    """The time zone of an IANA name such as ``Europe/London``. An unknown name is an
    ``InvalidDefinitionError``.
    """
    if name in _UTC_NAMES:
        return UTC
    module = import_module("zoneinfo")  # loaded when a zone other than UTC is first named
    try:
        return module.ZoneInfo(name)
    except (ValueError, OSError, module.ZoneInfoNotFoundError) as error:
        hint = did_you_mean(name, module.available_timezones()) or "Give an IANA name such as Europe/London."
        raise InvalidDefinitionError(f"There is no time zone named {name!r}.", hint=hint) from error


def is_utc(name: str) -> bool:
    """Whether the zone never differs from UTC."""
    return name in _UTC_NAMES


def zone_name(tz: tzinfo | None) -> str | None:
    """The IANA name of a ``tzinfo``, where it has one."""
    if tz is None:
        return None
    if tz is UTC:
        return "UTC"
    key = getattr(tz, "key", None) or getattr(tz, "zone", None)
    return key if isinstance(key, str) else None


def offset_at(tz: tzinfo, instant: int) -> int:
    """Seconds by which the wall clock is ahead of UTC at an instant."""
    delta = datetime.fromtimestamp(instant, tz).utcoffset()
    return 0 if delta is None else round(delta.total_seconds())


def year_start(year: int) -> int:
    """The instant at which a year begins in UTC."""
    return (date(year, 1, 1).toordinal() - EPOCH_ORDINAL) * DAY


def year_of(instant: int) -> int:
    """The year of an instant or wall, kept within what a ``datetime`` can hold."""
    ordinal = instant // DAY + EPOCH_ORDINAL
    return date.fromordinal(min(max(ordinal, 1), 3_652_059)).year


@lru_cache(maxsize=65_536)
def transitions(name: str, year: int) -> tuple[tuple[int, int], ...]:
    """Each instant of a year (in UTC) from which another offset holds, with that offset, in order."""
    if is_utc(name):
        return ()
    tz = zone(name)
    found: list[tuple[int, int]] = []
    low, end = year_start(year), year_start(year + 1)
    before = offset_at(tz, low - 1)
    if (at_start := offset_at(tz, low)) != before:
        found.append((low, at_start))
        before = at_start
    while low < end:
        high = min(low + _STEP, end - 1)
        after = offset_at(tz, high)
        if after != before:
            found.append((_first_with(tz, low, high, before), after))
            before = after
        low += _STEP
    return tuple(found)


def _first_with(tz: tzinfo, low: int, high: int, before: int) -> int:
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(tz, middle) == before:
            low = middle
        else:
            high = middle
    return high


def earliest_instant(tz: tzinfo, wall: int) -> int:
    """The first instant that a wall time may mean.

    In a repeated hour: its first occurrence. For a wall time that is skipped: the instant counted with
    the later
    offset, which lies before the gap, so that nothing that begins in the gap is missed.
    """
    shown = datetime.fromtimestamp(wall, UTC).replace(tzinfo=tz)
    return min(round(shown.timestamp()), round(shown.replace(fold=1).timestamp()))


def local(instant: float, tz: tzinfo) -> datetime:
    """The aware datetime of an instant in a zone."""
    return datetime.fromtimestamp(instant, tz)
