import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.instance.compute_logs.lines import LogLines, fold_line, read_lines
from mainspring.core.instance.compute_logs.local import LocalComputeLogManager
from mainspring.core.instance.compute_logs.log_key import LogKind

KEY = ["run", "compute_logs", "steps"]
OUT = LogKind.STDOUT


class Terminal:
    """One line of a terminal, one character after the other, as plainly as it can be written."""

    def __init__(self) -> None:
        self.cells: dict[int, str] = {}
        self.at = 0

    def put(self, token: str) -> None:
        if token == "\r":
            self.at = 0
        elif token == "\b":
            self.at = max(0, self.at - 1)
        elif token.startswith("\x1b["):
            self.sequence(token[2:-1], token[-1])
        else:
            for character in token:
                self.cells[self.at] = character
                self.at += 1

    def sequence(self, number: str, what: str) -> None:
        if what == "K":
            gone = {
                "": lambda at: at >= self.at,
                "0": lambda at: at >= self.at,
                "1": lambda at: at <= self.at,
                "2": lambda at: True,
            }[number]
            self.cells = {at: cell for at, cell in self.cells.items() if not gone(at)}
        elif what in "CDG":
            count = max(1, int(number or 1))
            self.at = {"C": self.at + count, "D": max(0, self.at - count), "G": count - 1}[what]

    def shows(self) -> str:
        return "".join(self.cells.get(at, " ") for at in range(max(self.cells, default=-1) + 1))


TOKENS = st.one_of(
    st.sampled_from(
        ["\r", "\b", "\x1b[K", "\x1b[0K", "\x1b[1K", "\x1b[2K", "\x1b[1m", "\x1b[38;5;9m", "\x1b[0m"]
    ),
    st.builds(
        lambda n, what: f"\x1b[{n}{what}", st.sampled_from(["", "1", "3", "12"]), st.sampled_from("CDG")
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\n\r\b\x1b\x00\x07"), min_size=1, max_size=6),
)


@given(st.lists(TOKENS, max_size=30))
def test_folding_shows_what_a_terminal_shows(tokens) -> None:
    terminal = Terminal()
    for token in tokens:
        terminal.put(token)
    assert fold_line("".join(tokens)) == terminal.shows()


@pytest.mark.parametrize(
    "line, shown",
    [
        ("plain", "plain"),
        ("windows\r", "windows"),
        (" 10%\r 50%\r100%", "100%"),
        ("downloading\rdone\x1b[K", "done"),
        ("long words\rshort", "shortwords"),
        ("ab\b\bc", "cb"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("bell\x07", "bell"),
        ("\x1b[2J\x1b[Hclear", "clear"),
        ("cut\x1b[3", "cut3"),
        ("cut\x1b", "cut"),
        ("\x1b[999999999999C!", " " * 4096 + "!"),
        ("\x1b[?25lhidden\x1b[?25h", "hidden"),
    ],
)
def test_a_line_is_shown_as_it_was_in_the_end(line, shown) -> None:
    assert fold_line(line) == shown


@given(st.text(max_size=60))
def test_any_text_folds(text) -> None:
    fold_line(text)


@pytest.fixture
def store(tmp_path):
    return LocalComputeLogManager(str(tmp_path), max_bytes=1000)


def all_lines(store, *, max_bytes=1000, fold=True, cursor=0, end=None):
    lines = []
    while True:
        found = read_lines(store, KEY, OUT, cursor=cursor, max_bytes=max_bytes, fold=fold, end=end)
        lines += found.lines
        if found.is_complete or found.cursor == cursor:
            return lines
        cursor = found.cursor


def test_whole_lines_and_the_beginning_of_the_next(store) -> None:
    store.append(KEY, OUT, b"one\ntwo\r2\x1b[K\n 5%\r10%")
    assert read_lines(store, KEY, OUT) == LogLines(["one", "2"], "10%", 13, is_complete=False)
    assert read_lines(store, KEY, OUT, fold=False).lines == ["one", "two\r2\x1b[K"]
    store.append(KEY, OUT, b"\r99%")
    assert read_lines(store, KEY, OUT, cursor=13) == LogLines([], "99%", 13, is_complete=False)
    store.complete(KEY)
    assert read_lines(store, KEY, OUT, cursor=13) == LogLines(["99%"], "", 24, is_complete=True)


def test_of_a_part_the_last_line_ends_with_it(store) -> None:
    store.append(KEY, OUT, b"one\ntwothree\n")
    assert read_lines(store, KEY, OUT, cursor=4, end=7) == LogLines(["two"], "", 7, is_complete=True)
    assert read_lines(store, KEY, OUT, cursor=7, end=7) == LogLines([], "", 7, is_complete=True)


def test_what_is_no_text_is_replaced(store) -> None:
    store.append(KEY, OUT, b"\xff\xfe ok\n\xe2\x82\n")
    assert read_lines(store, KEY, OUT).lines == ["\ufffd\ufffd ok", "\ufffd"]


@given(
    data=st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), min_size=1, max_size=80),
    room=st.integers(4, 30),
)
def test_a_line_that_is_too_long_comes_in_pieces_of_whole_characters(tmp_path_factory, data, room) -> None:
    store = LocalComputeLogManager(str(tmp_path_factory.mktemp("logs")))
    store.append(KEY, OUT, data.encode() + b"\n")
    store.complete(KEY)
    assert "".join(all_lines(store, max_bytes=room, fold=False)) == data


def test_the_line_that_stands_for_what_was_left_out(store) -> None:
    for number in range(250):
        store.append(KEY, OUT, f"line {number:03} of very many\n".encode())
    while_written = all_lines(store)
    store.complete(KEY)
    lines = all_lines(store)
    assert lines[0] == "line 000 of very many"
    assert lines[-1] == "line 249 of very many"
    (notice,) = [line for line in lines if "left out" in line]
    assert notice == "[4,500 bytes are left out here: the log is too long]"
    assert [line for line in while_written if "left out" in line]
    assert while_written[-1] == lines[-1]
