"""Tables as they are drawn on a terminal. Loaded only where one is."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table as DrawnTable
from rich.text import Text

from mainspring.cli.table import Table


def draw_table(table: Table, console: Console | None = None) -> None:
    """Draw a table on stdout, or where a console writes."""
    drawn = DrawnTable(title=table.title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in table.columns:
        drawn.add_column(name, justify="right" if name in table.right else "left", overflow="fold")
    for row in table.rows:
        drawn.add_row(*(Text(cell) for cell in row))  # as text: what users write is not markup
    (console or Console()).print(drawn)
