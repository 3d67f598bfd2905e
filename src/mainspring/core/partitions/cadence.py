"""Between cadences with offsets and the cron lines they stand for."""

from __future__ import annotations

from mainspring.core.base import cron
from mainspring.core.base.errors import InvalidDefinitionError, InvalidInvocationError
from mainspring.core.partitions.window import ScheduleType

_FIELDS_OF = {
    ScheduleType.HOURLY: "{minute} * * * *",
    ScheduleType.DAILY: "{minute} {hour} * * *",
    ScheduleType.WEEKLY: "{minute} {hour} * * {day}",
    ScheduleType.MONTHLY: "{minute} {hour} {day} * *",
}

_PARTS_OF = {
    ScheduleType.HOURLY: frozenset({"minute_of_hour"}),
    ScheduleType.DAILY: frozenset({"minute_of_hour", "hour_of_day"}),
    ScheduleType.WEEKLY: frozenset({"minute_of_hour", "hour_of_day", "day_of_week"}),
    ScheduleType.MONTHLY: frozenset({"minute_of_hour", "hour_of_day", "day_of_month"}),
}


def cron_of_cadence(
    cron_schedule: str | None,
    schedule_type: ScheduleType | None,
    *,
    minute: int | None,
    hour: int | None,
    day: int | None,
) -> str:
    """The cron line of a definition: the given one, or that of a cadence with offsets."""
    offsets = {"minute_offset": minute, "hour_offset": hour, "day_offset": day}
    given = [name for name, value in offsets.items() if value is not None]
    if cron_schedule is not None:
        if schedule_type is not None or given:
            beside = ", ".join((["schedule_type"] if schedule_type is not None else []) + given)
            raise InvalidDefinitionError(
                f"Time windows are defined by cron_schedule or by {beside}, not by both."
            )
        return cron_schedule
    if schedule_type is None:
        raise InvalidDefinitionError("Time windows need a cron_schedule or a schedule_type; got neither.")
    _check_offsets(schedule_type, hour, day)
    default_day = 1 if schedule_type is ScheduleType.MONTHLY else 0
    shown_day = default_day if day is None else day
    return _FIELDS_OF[schedule_type].format(minute=minute or 0, hour=hour or 0, day=shown_day)


def _check_offsets(schedule_type: ScheduleType, hour: int | None, day: int | None) -> None:
    name = schedule_type.value.lower()
    if hour and schedule_type is ScheduleType.HOURLY:
        raise InvalidDefinitionError(f"An {name} cadence takes no hour_offset; got {hour}.")
    if day and schedule_type in (ScheduleType.HOURLY, ScheduleType.DAILY):
        raise InvalidDefinitionError(f"A cadence that is {name} takes no day_offset; got {day}.")


def offsets_of(cron_schedule: str) -> cron.Cadence:
    """The offsets of a line which strikes once an hour, day, week or month; else
    ``InvalidInvocationError``.
    """
    found = cron.cadence(cron_schedule)
    if found is None:
        raise InvalidInvocationError(
            f"The windows of {cron_schedule!r} have no single offset from a calendar unit."
        )
    return found


def cron_with(
    cron_schedule: str,
    *,
    minute_of_hour: int | None,
    hour_of_day: int | None,
    day_of_week: int | None,
    day_of_month: int | None,
) -> str:
    """The line with some of its parts replaced. Parts which its cadence does not have are refused."""
    wanted = {
        "minute_of_hour": minute_of_hour,
        "hour_of_day": hour_of_day,
        "day_of_week": day_of_week,
        "day_of_month": day_of_month,
    }
    given = {name for name, value in wanted.items() if value is not None}
    if not given:
        return cron_schedule
    found = cron.cadence(cron_schedule)
    if found is None:
        raise InvalidInvocationError(
            f"{', '.join(sorted(given))} cannot be set for windows of the cron line {cron_schedule!r}.",
            hint="Make a schedule with a cron line of its own.",
        )
    kind = ScheduleType(found.name)
    allowed = _PARTS_OF[kind]
    if extra := sorted(given - allowed):
        raise InvalidInvocationError(f"A {kind.value.lower()} cadence has no {', '.join(extra)}.")
    day = day_of_week if kind is ScheduleType.WEEKLY else day_of_month
    line = _FIELDS_OF[kind].format(
        minute=found.minute if minute_of_hour is None else minute_of_hour,
        hour=found.hour if hour_of_day is None else hour_of_day,
        day=found.day if day is None else day,
    )
    cron.parse(line)
    return line
