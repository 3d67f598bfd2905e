"""What is told while a run goes on: a line for each step that ends, and what user code says."""

from __future__ import annotations

import logging
from contextlib import ExitStack, suppress
from typing import Protocol, TextIO

from mainspring.cli.check_reason import SHORT, reason
from mainspring.cli.output import own_stderr, say
from mainspring.cli.run_view import ENDED, CheckLine, RunView, StepLine, StepState
from mainspring.cli.wording import counted, duration, first_line
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.records.event import EventLogEntry

SIGNS = {
    StepState.WAITING: "·",
    StepState.RUNNING: "▸",
    StepState.RETRYING: "!",
    StepState.DONE: "✓",
    StepState.FAILED: "✗",
    StepState.STOPPED: "■",
    StepState.SKIPPED: "-",
    StepState.NOT_REACHED: "·",
}
_MINUTE = 60


class Progress(Protocol):
    """Shows how a run goes. Used as a context: what it draws is put away at the end."""

    view: RunView

    def take(self, entry: EventLogEntry) -> None:
        """Be told of a line of the log."""
        ...

    def __enter__(self) -> Progress: ...

    def __exit__(self, *exception: object) -> None: ...


class PlainProgress:
    """Lines of text on stderr, for a file, a pipe or the log of a build.

    ``level`` is the least level of the messages of user code that are shown.
    """

    def __init__(self, *, level: int = logging.INFO) -> None:
        self.view: RunView = RunView()
        self._level = level
        self._stream: TextIO | None = None
        self._is_heard = True
        self._closing = ExitStack()

    def take(self, entry: EventLogEntry) -> None:
        """Tell of it, if it is worth a line."""
        changed = self.view.take(entry)
        if entry.level >= self._level and self.view.is_of_user_code(entry):
            self._tell(message_line(entry, self.view.name_of(entry.step_key)))
        elif changed is not None:
            for line in ended_lines(changed):
                self._tell(line)

    def _tell(self, line: str) -> None:
        """Say a line, unless nobody can hear it: who closed the pipe has not asked the run to fail."""
        if self._is_heard:
            try:
                say(line, self._stream)
            except OSError:
                self._is_heard = False

    def __enter__(self) -> PlainProgress:
        self._stream = self._closing.enter_context(own_stderr())
        return self

    def __exit__(self, *exception: object) -> None:
        self._stream = None
        with suppress(OSError):  # what could not be said before cannot be said now
            self._closing.close()


def ended_lines(step: StepLine) -> list[str]:
    """What is told of a step that has ended, or will be tried again; nothing of one that has only begun."""
    if step.state is StepState.RETRYING:
        return _retry_lines(step)
    if step.state not in ENDED:
        return []
    if step.state is StepState.FAILED and step.error is not None:
        return [step_line(step), error_text(step.error)]
    return [step_line(step)]


def _retry_lines(step: StepLine) -> list[str]:
    wait = (
        "" if not step.wait else f" in {f'{step.wait:g} s' if step.wait < _MINUTE else duration(step.wait)}"
    )
    told = f"! {step.name}: try {step.tries} failed, trying again{wait}"
    return [told] if step.error is None else [told, f"    {first_line(_innermost(step.error).message)}"]


def step_line(step: StepLine) -> str:
    """A step that has ended, on one line.

    >>> step_line(StepLine("orders", state=StepState.DONE, seconds=0.2))
    '✓ orders  200 ms'
    """
    sign = SIGNS[step.state]
    parts = [duration(step.seconds)] if step.seconds is not None else [step.state.value]
    if step.rows is not None:
        parts.append(counted(step.rows, "row"))
    checks = list(step.checks.values())
    if step.only_check is not None:
        if step.state is StepState.DONE:
            sign = step.only_check.sign
            parts.append(_why(step.only_check))
    else:
        # Those a step never came to say nothing beside its error.
        parts.append(checks_text([check for check in checks if check.sign != "·"], why=True))
    return f"{sign} {step.name}  {'  '.join(filter(None, parts))}{_again(step)}"


def checks_text(checks: list[CheckLine], *, why: bool = False) -> str:
    """What checks found, each with its sign; with the reason of those that failed where that is asked for."""
    told = ((f"{check.sign} {check.name}", _why(check) if why else "") for check in checks)
    return " ".join(f"{found}: {because}" if because else found for found, because in told)


def _why(check: CheckLine) -> str:
    return "" if check.passed is not False else reason(check.description, check.metadata, longest=SHORT)


def _again(step: StepLine) -> str:
    return f"  (try {step.tries})" if step.tries > 1 else ""


def message_line(entry: EventLogEntry, name: str | None) -> str:
    """A message that was logged, with the name of its step."""
    where = f"{name}: " if name else ""
    level = "" if entry.level <= logging.INFO else f"{logging.getLevelName(entry.level).lower()}: "
    text = f"{level}{where}{entry.user_message}"
    if entry.error_info is not None:
        text += f"\n{entry.error_info.to_string().rstrip()}"
    return "  " + text.replace("\n", "\n  ")


def error_text(error: ErrorInfo) -> str:
    """An error as it matters to the author of the code: the user's own exception with the user's frames.

    What wraps it only says which step it was, which is said already.
    """
    innermost = _innermost(error)
    frames = "".join(innermost.stack)
    cause = f"\ncaused by:\n{error_text(innermost.cause)}" if innermost.cause is not None else ""
    return "    " + f"{frames}{innermost.message}".rstrip().replace("\n", "\n    ") + cause


def _innermost(error: ErrorInfo) -> ErrorInfo:
    """The user's own exception."""
    while error.cause is not None and not error.stack:
        error = error.cause
    return error


def closing_line(view: RunView) -> str:
    """The run in one sentence."""
    steps = ", ".join(f"{count} {state.value}" for state, count in view.counts().items())
    checks = view.checks()
    told = f"{view.status.value}: {counted(len(view.steps), 'step')}" + (f" ({steps})" if steps else "")
    if checks:
        passed = sum(check.passed is True for check in checks)
        told += f", {passed} of {counted(len(checks), 'check')} passed"
    return f"{told}, {duration(view.seconds)}" if view.seconds is not None else told
