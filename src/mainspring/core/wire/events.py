"""Events between processes: lines of the log with their numbers, as bytes and back.

A batch is a msgpack map with the number of its form and its lines; a line is ``[run_id, epoch, seq, body]``,
where ``body`` is the JSON of the line as the log stores it. What stands around the body is strict: another
form, an unknown field, a value of another type or more bytes than agreed are refused. What stands in the body
is the business of the log, which keeps what it does not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from mainspring.core.base.errors import OrchestratorError

VERSION = 1
"""The form of batches that this version writes and reads."""

MAX_BATCH_BYTES = 16 * 1024 * 1024
"""The largest batch that is sent or taken, in bytes."""

CONTENT_TYPE = "application/vnd.mainspring.events+msgpack"
"""What a batch is called over HTTP."""

_MOST = 2**63 - 1


class WireError(OrchestratorError):
    """What came over the wire is not what was agreed upon: damaged, too large, or of another version."""


class Line(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One line of the log on its way. ``seq`` is ``None`` for what is reported from outside the run's worker."""

    run_id: str
    epoch: int
    seq: int | None
    body: bytes


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines that are sent together, in their order."""

    version: int
    lines: list[Line]


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That all lines of a batch are kept: their storage ids, in their order."""

    ids: list[int]


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a batch was not taken. ``error`` is one of the words of ``REFUSALS``."""

    error: str
    message: str
    hint: str | None = None


REFUSALS = ("token", "form", "size", "type", "fenced", "wait", "storage", "internal")
"""The token, the bytes, their number or their type are wrong; the run was taken over; not now; the store
failed; a fault of the host."""


class _Head(msgspec.Struct, frozen=True):
    version: int


_encoder = msgspec.msgpack.Encoder()
_heads = msgspec.msgpack.Decoder(_Head)
_batches = msgspec.msgpack.Decoder(Batch)
_lines = msgspec.msgpack.Decoder(Line)


def encode_batch(lines: Sequence[Line]) -> bytes:
    """The bytes of a batch. Raises ``WireError`` for more than ``MAX_BATCH_BYTES``."""
    data = _encoder.encode(Batch(VERSION, list(lines)))
    if len(data) > MAX_BATCH_BYTES:
        raise _too_large(len(data), MAX_BATCH_BYTES)
    return data


def decode_batch(data: bytes, *, most: int = MAX_BATCH_BYTES) -> list[Line]:
    """The lines of a batch. Raises ``WireError``, which says what is wrong, for anything else."""
    if len(data) > most:
        raise _too_large(len(data), most)
    version: Any = _decoded(_heads, data).version
    if version != VERSION:
        raise WireError(
            f"A batch of events came in form {version}; this version reads form {VERSION}.",
            hint="Let workers and hosts run the same version of mainspring.",
        )
    lines: list[Line] = _decoded(_batches, data).lines
    for line in lines:
        if not (0 <= line.epoch <= _MOST and (line.seq is None or 1 <= line.seq <= _MOST)):
            raise _not_agreed(f"a line has the epoch {line.epoch} and the number {line.seq}")
    return lines


def encode_line(line: Line) -> bytes:
    """The bytes of one line, as the spool keeps it."""
    return _encoder.encode(line)


def decode_line(data: bytes) -> Line:
    """The line of these bytes. Raises ``WireError`` for what is none."""
    return _decoded(_lines, data)


def _decoded(decoder: msgspec.msgpack.Decoder[Any], data: bytes) -> Any:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _not_agreed(str(error)) from error


def _not_agreed(reason: str) -> WireError:
    return WireError(
        f"What came is no batch of events: {reason}.",
        hint="See that nothing between worker and host changes what is sent.",
    )


def _too_large(size: int, most: int) -> WireError:
    return WireError(
        f"A batch of events has {size} bytes; at most {most} are taken.",
        hint="Send the events in several batches; put large values in a file and log its place.",
    )
