"""Tables: drawn on a terminal, aligned plain text for everything else."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from mainspring.cli.output import emit, is_drawing


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and rows of text. ``right`` names the columns whose text stands at the right: numbers."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    right: frozenset[str] = frozenset()


def show_table(table: Table, environ: Mapping[str, str]) -> None:
    """Write a table to stdout."""
    if is_drawing(sys.stdout, environ):
        # The library that draws takes as long to import as all the rest: only where something is drawn.
        import_module("mainspring.cli.drawn").draw_table(table)
    else:
        emit(plain(table))


def plain(table: Table) -> str:
    """The table as aligned text. A cell of several lines is put on one.

    >>> print(plain(Table(["asset", "rows"], [["orders", "3"], ["raw", "12"]], right=frozenset({"rows"}))))
    asset   rows
    orders     3
    raw       12
    """
    rows = [list(table.columns), *([" ".join(cell.split()) for cell in row] for row in table.rows)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
    lines = (
        "  ".join(
            cell.rjust(width) if name in table.right else cell.ljust(width)
            for name, cell, width in zip(table.columns, row, widths, strict=True)
        ).rstrip()
        for row in rows
    )
    return "\n".join([table.title, *lines] if table.title else lines)
