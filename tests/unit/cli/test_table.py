"""Tables as plain text."""

from mainspring.cli.table import Table, plain


def test_columns_are_aligned_and_cells_on_one_line() -> None:
    table = Table(
        ["asset", "rows", ""],
        [["a", "10", "two\nlines"], ["longer", "3", ""]],
        title="T",
        right=frozenset({"rows"}),
    )
    assert plain(table).splitlines() == ["T", "asset   rows", "a         10  two lines", "longer     3"]
