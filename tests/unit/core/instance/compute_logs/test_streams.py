import io
import os
import sys

import pytest

from mainspring.core.instance.compute_logs.streams import BothWays, flush_python_output, python_stream


@pytest.fixture
def log():
    return []


def test_a_stream_of_another_kind_is_written_to_as_well(monkeypatch, log) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(sys, "stdout", screen)
    stream = python_stream("stdout", 1, log.append, None)
    stream.begin()
    sys.stdout.write("text ")
    sys.stdout.writelines(["and ", "more "])
    sys.stdout.buffer.write(b"and bytes")
    sys.stdout.flush()
    sys.stdout.buffer.flush()
    assert (sys.stdout.fileno(), sys.stdout.buffer.fileno()) == (1, 1)
    assert sys.stdout.isatty() is False
    assert sys.stdout.getvalue() == "text and more and bytes"
    kept = sys.stdout
    stream.end()
    assert sys.stdout is screen
    kept.write("!")
    assert (b"".join(log), screen.getvalue()) == (b"text and more and bytes", "text and more and bytes!")


def test_secrets_do_not_reach_it(monkeypatch, log) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    stream = python_stream("stderr", 2, log.append, lambda text: text.replace("secret", "***"))
    stream.begin()
    sys.stderr.write("my secret")
    stream.end()
    assert screen.getvalue() == "my ***"


def test_what_is_no_text_is_refused_as_ever(log) -> None:
    with pytest.raises(TypeError, match="must be str, not bytes"):
        BothWays(io.StringIO(), 1, log.append).write(b"x")


def test_text_that_cannot_be_encoded_is_written_all_the_same(log) -> None:
    BothWays(io.StringIO(), 1, log.append).write("\udcff")
    assert log == [b"\\udcff"]


def test_bytes_reach_the_bytes_below(log) -> None:
    below = io.BytesIO()
    text = io.TextIOWrapper(below, encoding="utf-8")
    both = BothWays(text, 1, log.append)
    both.write("a")
    both.buffer.write(b"\xff")
    text.flush()
    assert (below.getvalue(), log) == (b"a\xff", [b"a", b"\xff"])


@pytest.mark.parametrize("stream", [None, "closed"])
def test_where_there_is_no_stream_nothing_happens(monkeypatch, log, stream) -> None:
    if stream == "closed":
        stream = io.StringIO()
        stream.close()
    monkeypatch.setattr(sys, "stdout", stream)
    capture = python_stream("stdout", 1, log.append, None)
    capture.begin()
    flush_python_output()
    capture.end()
    assert sys.stdout is stream


def test_a_stream_of_the_descriptor_writes_line_by_line_meanwhile(monkeypatch, log, tmp_path) -> None:
    descriptor = os.open(tmp_path / "screen", os.O_WRONLY | os.O_CREAT)
    with os.fdopen(descriptor, "w") as screen:
        monkeypatch.setattr(sys, "stdout", screen)
        stream = python_stream("stdout", descriptor, log.append, None)
        stream.begin()
        assert (sys.stdout is screen, screen.line_buffering) == (True, True)
        stream.end()
        assert (screen.line_buffering, log) == (False, [])


def test_another_stream_of_the_same_file_gives_way_to_one_of_the_descriptor(
    monkeypatch, log, tmp_path
) -> None:
    first = os.open(tmp_path / "screen", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with os.fdopen(os.dup(first), "w") as screen:
        monkeypatch.setattr(sys, "stdout", screen)
        stream = python_stream("stdout", first, log.append, None)
        stream.begin()
        assert sys.stdout.fileno() == first
        sys.stdout.write("x\n")
        assert (tmp_path / "screen").read_text() == "x\n"
        stream.end()
        assert (sys.stdout is screen, log) == (True, [])
    os.close(first)


def test_a_stream_that_user_code_put_there_stays(monkeypatch, log) -> None:
    screen, theirs = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", screen)
    stream = python_stream("stdout", 1, log.append, None)
    stream.begin()
    sys.stdout = theirs
    stream.end()
    assert sys.stdout is theirs


def test_captures_that_overlap_leave_the_first_stream(monkeypatch, log) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(sys, "stdout", screen)
    first = python_stream("stdout", 1, log.append, None)
    first.begin()
    inner = []
    second = python_stream("stdout", 1, inner.append, None)
    second.begin()
    sys.stdout.write("both ")
    first.end()
    sys.stdout.write("one")
    second.end()
    assert sys.stdout is screen
    assert (screen.getvalue(), log, inner) == ("both one", [b"both "], [b"both ", b"one"])
