"""``TimeWindow`` and the moments that bound it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from enum import Enum

import msgspec

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.zone import DAY, earliest_instant, local, zone, zone_name


class TimeWindow(msgspec.Struct, frozen=True):
    """The time from ``start`` up to but not including ``end``; both are aware.

    >>> from datetime import UTC
    >>> TimeWindow(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC)).end.day
    2
    """

    start: datetime
    end: datetime

    def __iter__(self) -> Iterator[datetime]:
        """The two ends, so that a window can be taken apart: ``start, end = window``."""
        yield self.start
        yield self.end


class TimestampWithTimezone(msgspec.Struct, frozen=True):
    """A moment in seconds since 1970, and the name of the zone in which it was meant."""

    timestamp: float
    timezone: str

    @staticmethod
    def of(when: datetime, timezone: str | None = None) -> TimestampWithTimezone:
        """The timestamp of a datetime; a naive one is read in ``timezone``, else in UTC."""
        name = timezone or zone_name(when.tzinfo) or "UTC"
        return TimestampWithTimezone(instant_of(when, zone(name)), name)

    @property
    def as_datetime(self) -> datetime:
        """The aware datetime."""
        return local(self.timestamp, zone(self.timezone))


class ScheduleType(Enum):
    """A cadence with a name."""

    HOURLY = "HOURLY"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


Moment = datetime | date | str | TimestampWithTimezone


def instant_of(when: datetime, tz: tzinfo) -> float:
    """Seconds since 1970. A naive datetime is read in the zone: in a repeated hour as its first
    occurrence.
    """
    if when.tzinfo is not None:
        return when.timestamp()
    naive = (when.toordinal() - 719_163) * DAY + when.hour * 3600 + when.minute * 60 + when.second
    return earliest_instant(tz, naive) + when.microsecond / 1_000_000


def read_moment(value: Moment, *, what: str, fmt: str, timezone: str) -> float:
    """Seconds since 1970 of what a definition was given as a time: a datetime, a date, a text in ``fmt``
    or in ISO form.
    """
    if isinstance(value, TimestampWithTimezone):
        return value.timestamp
    tz = zone(timezone)
    if isinstance(value, datetime):
        return instant_of(value, tz)
    if isinstance(value, date):
        return instant_of(datetime(value.year, value.month, value.day), tz)  # noqa: DTZ001  # read in the zone
    if isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        return instant_of(_read_text(value, what, fmt), tz)
    raise InvalidDefinitionError(
        f"The {what} {value!r} is no datetime or string but a {type(value).__name__}."
    )


def _read_text(text: str, what: str, fmt: str) -> datetime:
    try:
        return datetime.strptime(text, fmt)  # noqa: DTZ007  # a zone in the text is kept, else read in the definition's
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidDefinitionError(
            f"The {what} {text!r} cannot be read: it fits neither the format {fmt!r} nor ISO 8601.",
            hint="Give a datetime, or a text such as '2024-01-31'.",
        ) from error
