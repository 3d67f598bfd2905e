import os
from contextlib import suppress
from itertools import permutations

import pytest

from mainspring.core.instance.compute_logs.descriptors import Redirection, above_standard


@pytest.fixture
def number(tmp_path):
    """A descriptor that stands for stdout, and leads to the file ``screen``."""
    descriptor = os.open(tmp_path / "screen", os.O_RDWR | os.O_CREAT | os.O_APPEND)
    yield descriptor
    with suppress(OSError):  # closed by the test
        os.close(descriptor)


@pytest.fixture
def open_file(tmp_path):
    opened = []

    def make(name):
        opened.append(os.open(tmp_path / name, os.O_RDWR | os.O_CREAT | os.O_APPEND))
        return opened[-1]

    yield make
    for each in opened:
        os.close(each)


def opened_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_it_leads_to_the_file_and_back(number, open_file, tmp_path) -> None:
    file = open_file("log")
    before = opened_descriptors()
    redirection = Redirection(number)
    redirection.begin(file)
    os.write(number, b"in ")
    os.write(redirection.saved, b"passed on ")
    redirection.end()
    redirection.end()
    os.write(number, b"after")
    redirection.close()
    redirection.close()
    assert (tmp_path / "log").read_text() == "in "
    assert (tmp_path / "screen").read_text() == "passed on after"
    assert opened_descriptors() == before


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_several_may_end_in_any_order(number, open_file, tmp_path, order) -> None:
    files = [open_file(f"log{place}") for place in range(3)]
    before = opened_descriptors()
    redirections = [Redirection(number) for _ in files]
    for redirection, file in zip(redirections, files, strict=True):
        redirection.begin(file)
    left = list(range(3))
    for place in order:
        redirections[place].end()
        left.remove(place)
        word = f"<{place} has ended>".encode()
        os.write(number, word)
        chain = [redirections[each].saved for each in reversed(left)]
        for saved in chain:  # as a thread of each one passes it on
            os.write(saved, word)
        expected = [files[each] for each in left]
        assert all(word in _content(file) for file in expected)
        assert word in (tmp_path / "screen").read_bytes()
    for redirection in redirections:
        redirection.close()
    assert opened_descriptors() == before


def _content(file: int) -> bytes:
    return os.pread(file, 10_000, 0)


def test_a_closed_descriptor_is_closed_again(number, open_file) -> None:
    file = open_file("log")
    os.close(number)
    redirection, other = Redirection(number), Redirection(number)
    redirection.begin(file)
    assert redirection.saved == -1
    other.begin(file)
    os.write(number, b"x")
    redirection.end()
    assert other.saved == -1
    other.end()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)
    redirection.close()
    other.close()
    assert _content(file) == b"x"


def test_a_descriptor_above_the_standard_ones() -> None:
    read, write = os.pipe()
    assert above_standard(read) == read
    os.close(read)
    os.close(write)
