"""Tables as they are drawn on a terminal. Loaded only where one is."""

from __future__ import annotations

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as DrawnTable
from rich.text import Text

from mainspring.cli.table import Table

_CUT = frozenset({"description"})
_LISTS = frozenset({"checks", "depends on", "kinds", "owners"})
_KEYS = frozenset({"asset"})
_LEAST_CUT = 12
_BETWEEN = 3
_EDGES = 2


def draw_table(table: Table, console: Console | None = None) -> None:
    """Draw a table on stdout, or where a console writes.

    Columns without a word are left out. Where the rest is too wide, so are those that say the same in every
    row, and long keys keep their last part. Only descriptions are cut, and only lists go over several lines.
    """
    console = console or Console()
    fitted = _fitted(table, console.width)
    drawn = DrawnTable(title=table.title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(fitted.columns):
        drawn.add_column(
            name,
            justify="right" if name in fitted.right else "left",
            no_wrap=name not in _LISTS,
            overflow="ellipsis" if name in _CUT else "fold",
            min_width=_least(fitted, place),
        )
    for row in fitted.rows:
        drawn.add_row(*(Text(cell) for cell in row))  # as text: what users write is not markup
    console.print(drawn, crop=False)


def _fitted(table: Table, width: int) -> Table:
    """The table with the columns that are worth their room."""
    table = _only(table, [place for place in range(len(table.columns)) if any(_cells(table, place))])
    if _narrowest(table) <= width:
        return table
    if len(table.rows) > 1:
        telling = [n for n in range(len(table.columns)) if n == 0 or len(set(_cells(table, n))) > 1]
        table = _only(table, telling)
    return table if _narrowest(table) <= width else _with_short_keys(table)


def _only(table: Table, places: list[int]) -> Table:
    rows = [[row[place] for place in places] for row in table.rows]
    return Table([table.columns[place] for place in places], rows, table.title, table.right)


def _with_short_keys(table: Table) -> Table:
    rows = [
        [_last_part(cell) if name in _KEYS else cell for name, cell in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]
    return Table(table.columns, rows, table.title, table.right)


def _last_part(key: str) -> str:
    above, sign, last = key.rpartition("/")
    return f"…/{last}" if sign and len(above) > 1 else key


def _narrowest(table: Table) -> int:
    columns = range(len(table.columns))
    return sum(_least(table, place) for place in columns) + _BETWEEN * max(len(columns) - 1, 0) + _EDGES


def _least(table: Table, place: int) -> int:
    """The least width at which a column can be read."""
    name, cells = table.columns[place], _cells(table, place)
    if name in _LISTS:
        cells = [word for cell in cells for word in cell.split()]
    widest = max(map(cell_len, [name, *cells]))
    return min(widest, _LEAST_CUT) if name in _CUT else widest


def _cells(table: Table, place: int) -> list[str]:
    return [row[place] for row in table.rows]
