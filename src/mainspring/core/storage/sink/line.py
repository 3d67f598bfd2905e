"""Events as lines of the wire and back. Reading is total: what cannot be read becomes a line that says so."""

from __future__ import annotations

import logging

import msgspec

from mainspring.core.records.event import EventLogEntry
from mainspring.core.storage.codec import decode_entry, encode_entry
from mainspring.core.storage.sink.stand_in import stand_in
from mainspring.core.storage.store import Sequenced
from mainspring.core.wire.events import Line, WireError, decode_line, encode_line

_LONGEST_RAW = 2_000
_log = logging.getLogger("mainspring.events")


def line_of(sent: Sequenced) -> Line:
    """The line of an event. Raises what its encoding raises."""
    return Line(sent.entry.run_id, sent.epoch, sent.seq, encode_entry(sent.entry))


def safe_record(sent: Sequenced) -> bytes:
    """An event as a record of the spool; one that cannot be encoded is replaced by a line that says so."""
    try:
        return encode_line(line_of(sent))
    except Exception as error:
        other = stand_in(sent, error)
        _log.error("run %s: %s", other.entry.run_id, other.entry.message)
        return encode_line(line_of(other))


def sent_in(record: bytes) -> Sequenced:
    """The event in a record of the spool; for bytes that are none, a line outside any run that shows them."""
    try:
        line = decode_line(record)
    except WireError as error:
        raw = record[:_LONGEST_RAW].decode("utf-8", "replace")
        return stand_in(Sequenced(0, None, EventLogEntry(None, logging.ERROR, raw, "", 0.0)), error)
    return sent_by(line)


def sent_by(line: Line) -> Sequenced:
    """The event of a line."""
    try:
        entry = decode_entry(line.body)
        if entry.run_id != line.run_id:
            raise ValueError(f"the line is of run {line.run_id}, its body of run {entry.run_id}")
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raw = line.body[:_LONGEST_RAW].decode("utf-8", "replace")
        unread = EventLogEntry(None, logging.ERROR, raw, line.run_id, 0.0)
        return stand_in(Sequenced(line.epoch, line.seq, unread), error)
    return Sequenced(line.epoch, line.seq, entry)
