"""How counts and durations are said."""

import pytest

from mainspring.cli.wording import duration, first_line


@pytest.mark.parametrize(
    "seconds, text",
    [
        (None, ""),
        (0.0004, "0 ms"),
        (0.25, "250 ms"),
        (1, "1.00 s"),
        (59.99, "59.99 s"),
        (75.9, "1 min 15 s"),
        (7260, "2 h 1 min"),
    ],
)
def test_durations(seconds, text) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize("text, line", [(None, ""), ("", ""), ("\n  a \nb", "a")])
def test_first_lines(text, line) -> None:
    assert first_line(text) == line
