"""A bar as it is drawn on a terminal. Loaded only where one is."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class DrawnBar:
    """Draws on stderr, and leaves nothing behind."""

    def __init__(self, console: Console | None = None) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console or Console(stderr=True, highlight=False),
            transient=True,
        )
        self._task = self._progress.add_task("", total=None)

    def show(self, what: str, done: int, total: int | None) -> None:
        """Draw it."""
        self._progress.update(self._task, description=what, completed=done, total=total)

    def __enter__(self) -> DrawnBar:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()
