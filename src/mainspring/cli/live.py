"""Progress as it is drawn on a terminal: running steps below, with a spinner; what has ended stands above.

Loaded only where it is drawn.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from mainspring.cli.output import own_stderr
from mainspring.cli.progress import ended_lines, message_line
from mainspring.cli.run_view import ENDED, RunView, StepLine, StepState
from mainspring.cli.wording import duration
from mainspring.core.base.clock import Clock
from mainspring.core.records.event import EventLogEntry

_STYLES = {
    StepState.DONE: "green",
    StepState.FAILED: "red",
    StepState.SKIPPED: "yellow",
    StepState.NOT_REACHED: "dim",
}
_FEWEST = 4
_MOST_RUNNING = 8


class LiveProgress:
    """Draws on stderr. ``clock`` tells how long a step has been running."""

    def __init__(self, *, clock: Clock, level: int = logging.INFO, console: Console | None = None) -> None:
        self.view: RunView = RunView()
        self._clock = clock
        self._level = level
        self._closing = ExitStack()
        self._console = console or Console(
            file=self._closing.enter_context(own_stderr()), highlight=False, soft_wrap=True
        )
        self._spinners: dict[str, Spinner] = {}
        self._live = Live(
            get_renderable=self._draw, console=self._console, refresh_per_second=10, transient=True
        )

    def take(self, entry: EventLogEntry) -> None:
        """Draw what it changes."""
        changed = self.view.take(entry)
        if entry.level >= self._level and self.view.is_of_user_code(entry):
            self._console.print(
                Text(
                    message_line(entry, self.view.name_of(entry.step_key)),
                    style="dim" if entry.level <= logging.INFO else "yellow",
                )
            )
        elif changed is not None:
            for line in ended_lines(changed):
                self._console.print(_coloured(line, changed))

    def __enter__(self) -> LiveProgress:
        self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._live.stop()
        self._closing.close()

    def _draw(self) -> Group:
        """What is running now, and how far the run is. Called by the thread that draws."""
        steps = list(self.view.steps.values())
        running = [step for step in steps if step.state in (StepState.RUNNING, StepState.RETRYING)]
        lines: list[Spinner | Text] = [self._running(step) for step in running[:_MOST_RUNNING]]
        if len(steps) >= _FEWEST:
            done = sum(step.state in ENDED for step in steps)
            lines.append(Text(f"  {done} of {len(steps)} steps", style="dim"))
        return Group(*lines)

    def _running(self, step: StepLine) -> Spinner:
        elapsed = None if step.began is None else max(0.0, self._clock.timestamp() - step.began)
        again = f"  (try {step.tries})" if step.tries > 1 else ""
        if step.state is StepState.RETRYING:
            again = f"  (waiting for try {step.tries + 1})"
        spinner = self._spinners.setdefault(step.key, Spinner("dots", style="cyan"))
        spinner.update(text=Text(f"{step.name}  {duration(elapsed)}{again}"))
        return spinner


def _coloured(line: str, step: StepLine) -> Text:
    """A line with the sign at its start in the colour of the step's state."""
    sign = line[:1].strip()
    return Text.assemble((sign, _STYLES.get(step.state, "yellow")), line[len(sign) :])
