"""The index of a captured log: which part of it each step wrote, what was left out, whether it is complete.

A file of lines, each written at once and never changed. A last line that was cut off by a kill is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from mainspring.core.base import serial
from mainspring.core.instance.compute_logs.layout import WHOLE, Layout
from mainspring.core.instance.compute_logs.log_key import LogKind


class StepBegan(msgspec.Struct, frozen=True, tag="step_began", omit_defaults=True):
    """A try of a step begins where the two streams have this length."""

    step_key: str
    stdout: int
    stderr: int
    retry: int = 0


class StepEnded(msgspec.Struct, frozen=True, tag="step_ended", omit_defaults=True):
    """It ended where they have this length. ``shared`` when other steps ran meanwhile."""

    step_key: str
    stdout: int
    stderr: int
    retry: int = 0
    shared: bool = False


class Dropped(msgspec.Struct, frozen=True, tag="dropped", omit_defaults=True):
    """The bytes from ``start`` to ``end`` of a stream are gone; ``inserted`` as in ``Layout``."""

    kind: LogKind
    start: int
    end: int
    inserted: int | None = None


class Completed(msgspec.Struct, frozen=True, tag="completed"):
    """Nothing is captured any more."""


_OF_NO_STEP = re.compile(rb'^\{"type":"(?:dropped|completed)".*$', re.MULTILINE)

Line = StepBegan | StepEnded | Dropped | Completed


class StepSlice(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a log that one try of a step wrote. ``None`` is the end of what there is.

    ``shared`` when other steps ran at the same time in the same process: what they wrote is in it as well.
    """

    step_key: str
    retry: int
    stdout: tuple[int, int | None]
    stderr: tuple[int, int | None]
    shared: bool = False

    def of(self, kind: LogKind) -> tuple[int, int | None]:
        """From where to where, in one of the streams."""
        return self.stdout if kind is LogKind.STDOUT else self.stderr


@dataclass(frozen=True, slots=True)
class LogIndex:
    """What an index says. ``steps`` are in the order in which they began."""

    steps: Sequence[StepSlice] = ()
    is_complete: bool = False
    stdout: Layout = WHOLE
    stderr: Layout = WHOLE

    def layout(self, kind: LogKind) -> Layout:
        """Where the bytes of a stream lie."""
        return self.stdout if kind is LogKind.STDOUT else self.stderr

    def slices(self, step_key: str) -> list[StepSlice]:
        """The parts that the tries of a step wrote."""
        return [one for one in self.steps if one.step_key == step_key]


def encode_line(line: Line) -> bytes:
    """A line, with its end."""
    return serial.encode(line) + b"\n"


def read_index(data: bytes, *, with_steps: bool = True) -> LogIndex:
    """What the lines of an index say; a line that cannot be read is passed over.

    Without the steps, of which there may be very many, it takes a tenth of the time.
    """
    steps: dict[tuple[str, int, int], StepSlice] = {}
    running: dict[tuple[str, int], tuple[str, int, int]] = {}
    layouts: dict[LogKind, Layout] = {}
    is_complete = False
    for text in data.split(b"\n") if with_steps else _OF_NO_STEP.findall(data):
        line = _line(text)
        if isinstance(line, StepBegan):
            key = (line.step_key, line.retry, len(steps))
            running[key[:2]] = key
            steps[key] = StepSlice(
                step_key=line.step_key,
                retry=line.retry,
                stdout=(line.stdout, None),
                stderr=(line.stderr, None),
                shared=len(running) > 1,
            )
        elif isinstance(line, StepEnded):
            begun = running.pop((line.step_key, line.retry), None)
            if begun is not None:
                steps[begun] = _ended(steps[begun], line)
        elif isinstance(line, Dropped):
            layouts[line.kind] = Layout(line.start, line.end, line.inserted)
        elif isinstance(line, Completed):
            is_complete = True
    return LogIndex(
        list(steps.values()),
        is_complete,
        layouts.get(LogKind.STDOUT, WHOLE),
        layouts.get(LogKind.STDERR, WHOLE),
    )


def _ended(begun: StepSlice, line: StepEnded) -> StepSlice:
    return msgspec.structs.replace(
        begun,
        stdout=(begun.stdout[0], line.stdout),
        stderr=(begun.stderr[0], line.stderr),
        shared=line.shared or begun.shared,
    )


def _line(text: bytes) -> Line | None:
    try:
        return serial.decode(text, Line) if text else None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
