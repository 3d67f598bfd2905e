from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.instance.compute_logs.layout import WHOLE, Layout, Piece, next_piece


def read_all(layout: Layout, file: bytes, max_bytes: int) -> bytes:
    """All that a reader is given, piece after piece."""
    cursor, parts = 0, []
    while True:
        piece = next_piece(layout, size=len(file), cursor=cursor, max_bytes=max_bytes)
        if piece.cursor == cursor:
            return b"".join(parts)
        parts.append(piece.notice or file[piece.place : piece.place + piece.length])
        cursor = piece.cursor


@given(st.binary(max_size=200), st.integers(1, 50))
def test_a_whole_file_is_read_as_it_is(data, max_bytes) -> None:
    assert read_all(WHOLE, data, max_bytes) == data


@given(st.binary(min_size=1, max_size=200), st.integers(1, 50), st.data())
def test_a_hole_and_a_shortened_file_read_alike(data, max_bytes, draw) -> None:
    start = draw.draw(st.integers(0, len(data) - 1))
    end = draw.draw(st.integers(start + 1, len(data)))
    hole = Layout(start, end)
    notice = hole.notice(start)
    expected = data[:start] + notice + data[end:]
    holed = data[:start] + bytes(end - start) + data[end:]
    assert read_all(hole, holed, max_bytes) == expected
    assert read_all(Layout(start, end, len(notice)), expected, max_bytes) == expected
    assert Layout(start, end, len(notice)).length(len(expected)) == len(data)


def test_a_cursor_in_the_gap_goes_on_behind_it() -> None:
    layout = Layout(100, 900, 20)
    assert layout.notice(850) == b"\n[50 bytes are left out here: the log is too long]\n"
    assert next_piece(layout, size=300, cursor=850, max_bytes=10) == Piece(0, 0, layout.notice(850), 900)
    assert next_piece(layout, size=300, cursor=900, max_bytes=10) == Piece(120, 10, b"", 910)


def test_at_the_end_nothing_follows() -> None:
    assert next_piece(WHOLE, size=5, cursor=5, max_bytes=10) == Piece(5, 0, b"", 5)
    assert next_piece(WHOLE, size=5, cursor=99, max_bytes=10) == Piece(99, 0, b"", 99)
    assert next_piece(WHOLE, size=5, cursor=-3, max_bytes=2) == Piece(0, 2, b"", 2)
