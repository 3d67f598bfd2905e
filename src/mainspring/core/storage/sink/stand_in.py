"""What takes the place of an event that can never be stored, and how such an event is found in its group."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence

from mainspring.core.base.errors import FencedError
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.records.event import Event, EventLogEntry
from mainspring.core.records.event_data import EngineEventData
from mainspring.core.records.event_type import EventType
from mainspring.core.storage.derive import RUN_KINDS
from mainspring.core.storage.store import Sequenced

Append = Callable[[Sequence[Sequenced]], list[int]]
Placed = list[tuple[int, Sequenced]]
"""Events with their storage ids."""

_LONGEST = 2_000
_NAMES = {kind.value: kind.name for kind in EventType}
_log = logging.getLogger("mainspring.events")


def is_transient(error: BaseException) -> bool:
    """Whether the same call may succeed later."""
    return bool(getattr(error, "transient", False))


def store_group(append: Append, group: Sequence[Sequenced]) -> Placed:
    """Store a group in one call. Where that fails for a reason that lies in an event (its data cannot be
    encoded, or the database takes no such value), the group is halved until the event stands alone; a stand-in
    takes its place and its number, and those behind it are stored.

    Raises what is transient, ``FencedError``, and what a stand-in meets as well: then the fault is not the
    event's, and nothing was replaced. Some of the group may be stored then; sending it again is harmless.
    """
    placed: Placed = []
    parts = [group]
    while parts:
        part = parts.pop()
        try:
            placed.extend(zip(append(part), part, strict=True))
        except FencedError:
            raise
        except Exception as error:
            if is_transient(error):
                raise
            if len(part) > 1:
                middle = len(part) // 2
                parts += [part[middle:], part[:middle]]
            else:
                placed.append(_replaced(append, part[0], error))
    return placed


def _replaced(append: Append, sent: Sequenced, error: Exception) -> tuple[int, Sequenced]:
    other = stand_in(sent, error)
    try:
        (storage_id,) = append([other])
    except Exception as second:
        if is_transient(second) or isinstance(second, FencedError):
            raise
        raise error from second
    _log.error("run %s: %s", other.entry.run_id, other.entry.message)
    return storage_id, other


def stand_in(sent: Sequenced, error: BaseException) -> Sequenced:
    """A line of the engine with the number of an event that is lost: what it was, and why.

    An event that changes the status of its run keeps its type, so that the run still ends; its data is left out.
    """
    entry = sent.entry
    event = entry.dagster_event
    kind = event.event_type_value if event is not None else None
    what = f"An event of type {_NAMES.get(kind) or _plain(kind)}" if kind is not None else "A log message"
    said = _plain(entry.message)
    message = f"{what} could not be stored and is lost: {type(error).__name__}: {_plain(error)}." + (
        f" It said: {said}" if said else ""
    )
    info = ErrorInfo(message=f"{type(error).__name__}: {_plain(error)}", cls_name=type(error).__name__)
    made = Event(
        event_type_value=kind if kind in RUN_KINDS else EventType.ENGINE_EVENT.value,
        job_name=_plain(entry.job_name or ""),
        step_key=None if entry.step_key is None else _plain(entry.step_key),
        message=message,
        event_specific_data=None if kind in RUN_KINDS else EngineEventData(error=info),
    )
    time = entry.timestamp
    line = EventLogEntry(
        error_info=None,
        level=logging.ERROR,
        user_message="",
        run_id=_plain(entry.run_id),
        timestamp=time if isinstance(time, (int, float)) and math.isfinite(time) else 0.0,  # pyright: ignore[reportUnnecessaryIsInstance]
        step_key=made.step_key,
        job_name=made.job_name or None,
        dagster_event=made,
    )
    return Sequenced(sent.epoch, sent.seq, line)


def _plain(value: object) -> str:
    """Text that every database takes."""
    try:
        text = str(value)
    except Exception as error:
        text = f"<{type(value).__name__} whose text raised {type(error).__name__}>"
    text = text[:_LONGEST].replace("\x00", "\\x00")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
