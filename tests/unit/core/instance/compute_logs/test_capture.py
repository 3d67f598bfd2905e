"""In this process, whatever the test runner has made of its streams; real terminals are for the system tests."""

import os
import subprocess
import sys
import threading
from contextlib import suppress

import pytest

from mainspring.core.instance.compute_logs import capture as module
from mainspring.core.instance.compute_logs.layout import Layout
from mainspring.core.instance.compute_logs.local import LocalComputeLogManager
from mainspring.core.instance.compute_logs.log_key import LogKind

KEY = ["run", "compute_logs", "steps"]
OUT, ERR = LogKind.STDOUT, LogKind.STDERR


@pytest.fixture
def store(tmp_path):
    return LocalComputeLogManager(str(tmp_path / "logs"))


def text(store, kind=OUT, key=KEY) -> str:
    return store.read(key, kind, max_bytes=10**8).data.decode()


def state_of_process():
    return sys.stdout, sys.stderr, os.fstat(1).st_ino, os.fstat(2).st_ino, threading.active_count()


def test_all_ways_to_write_reach_the_log_in_order(store, capfd) -> None:
    before = state_of_process()
    with store.capture_logs(KEY):
        sys.stdout.write("python\n")
        os.write(1, b"descriptor\n")
        subprocess.run([sys.executable, "-c", "print('child')"], check=True)
        sys.stdout.buffer.write(b"bytes\n")
        sys.stdout.flush()
        sys.stderr.write("error\n")
        os.write(2, b"more\n")
    assert state_of_process() == before
    expected = ("python\ndescriptor\nchild\nbytes\n", "error\nmore\n")
    assert (text(store), text(store, ERR)) == expected
    assert capfd.readouterr() == expected
    assert store.is_capture_complete(KEY)


def test_a_runner_that_replaced_the_streams_still_sees_what_is_printed(store, capsys) -> None:
    with store.capture_logs(KEY):
        sys.stdout.write("python\n")
        assert capsys.readouterr().out == "python\n"
        os.write(1, b"descriptor\n")
        sys.stdout.write("again\n")
    assert text(store) == "python\ndescriptor\nagain\n"
    assert capsys.readouterr().out == "again\n"


def test_without_tee_nothing_is_passed_on(store, capfd) -> None:
    with store.capture_logs(KEY, tee=False):
        os.write(1, b"descriptor\n")
    assert (text(store), capfd.readouterr().out) == ("descriptor\n", "")


def test_steps_and_what_each_wrote(store) -> None:
    with store.capture_logs(KEY) as capture:
        sys.stdout.write("before ")
        capture.step_began("a")
        sys.stdout.write("A")
        capture.step_ended("a")
        sys.stdout.write("-")
        capture.step_began("b", 1)
        sys.stderr.write("B")
        running = store.index(KEY).slices("b")
        capture.step_ended("b", 1)
        capture.step_began("c")
        capture.step_began("d")
        sys.stdout.write("cd")
        capture.step_ended("c")
        capture.step_ended("d")
    parts = [(one.step_key, one.retry, one.stdout, one.stderr, one.shared) for one in store.index(KEY).steps]
    assert text(store) == "before A-cd"
    assert parts == [
        ("a", 0, (7, 8), (0, 0), False),
        ("b", 1, (8, 9), (0, 1), False),
        ("c", 0, (9, 11), (1, 1), True),
        ("d", 0, (9, 11), (1, 1), True),
    ]
    assert [(one.stdout, one.stderr) for one in running] == [((8, None), (0, None))]


def test_it_is_undone_whatever_happens(store) -> None:
    before = state_of_process()
    with suppress(KeyboardInterrupt), store.capture_logs(KEY):
        sys.stdout.write("said before")
        raise KeyboardInterrupt
    assert state_of_process() == before
    assert text(store) == "said before"


@pytest.mark.parametrize("failing", ["_start_thread", "_open", "_flush"])
def test_a_capture_that_cannot_begin_changes_nothing(store, monkeypatch, failing) -> None:
    def fails(*_):
        raise OSError(28, "No space left on device")

    before, opened = state_of_process(), len(os.listdir("/proc/self/fd"))
    with monkeypatch.context() as patch:
        patch.setattr(module.LocalCapture, failing, fails)
        with pytest.raises(OSError, match="No space left"), store.capture_logs(KEY):
            raise AssertionError("it did not begin")
    assert state_of_process() == before
    assert len(os.listdir("/proc/self/fd")) == opened


def test_an_interrupt_while_it_is_undone_does_not_stop_that(store, monkeypatch) -> None:
    before = state_of_process()
    flush, calls = module.flush_python_output, []

    def interrupted():
        calls.append(1)
        if len(calls) == 2:  # the first time was at its beginning
            raise KeyboardInterrupt
        flush()

    monkeypatch.setattr(module, "flush_python_output", interrupted)
    with pytest.raises(KeyboardInterrupt), store.capture_logs(KEY):
        sys.stdout.write("words")
    assert state_of_process() == before
    assert text(store) == "words"


def test_captures_within_captures(store, capfd) -> None:
    inner = ["inner", "compute_logs", "steps"]
    with store.capture_logs(KEY):
        sys.stdout.write("outer\n")
        with store.capture_logs(inner):
            sys.stdout.write("inner\n")
            os.write(1, b"both\n")
        sys.stdout.write("outer again")
    assert (text(store), text(store, key=inner)) == ("outer\ninner\nboth\nouter again", "inner\nboth\n")
    assert capfd.readouterr().out == "outer\ninner\nboth\nouter again"


def test_captures_in_threads_end_in_any_order(store, capfd) -> None:
    other = ["other", "compute_logs", "steps"]
    before = state_of_process()
    first, second = store.capture_logs(KEY), store.capture_logs(other)
    with first:
        os.write(1, b"one ")
        second.__enter__()
        os.write(1, b"two ")
    os.write(1, b"three ")
    second.__exit__(None, None, None)
    os.write(1, b"four")
    assert state_of_process() == before
    assert (text(store), text(store, key=other)) == ("one two ", "two three ")
    assert capfd.readouterr().out == "one two three four"


def test_a_forked_child_writes_to_the_same_log(store, capfd) -> None:
    with store.capture_logs(KEY):
        child = os.fork()
        if child == 0:
            sys.stdout.write("from the child\n")
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(child, 0)
        sys.stdout.write("from the parent\n")
    assert text(store) == "from the child\nfrom the parent\n"
    assert capfd.readouterr().out == "from the child\nfrom the parent\n"


def test_a_log_that_is_too_long_keeps_its_beginning_and_its_end(tmp_path) -> None:
    store = LocalComputeLogManager(str(tmp_path), max_bytes=100_000)
    with store.capture_logs(KEY) as capture:
        capture.step_began("a")
        for number in range(100_000):
            os.write(1, b"%09d\n" % number)
        capture.step_ended("a")
    lines = text(store).split("\n")
    layout = store.index(KEY).layout(OUT)
    assert (lines[0], lines[4999]) == ("000000000", "000004999")
    tail = store.read(KEY, OUT, cursor=layout.end, max_bytes=10**6).data.decode().split("\n")
    assert (tail[-2], len(tail)) == ("000099999", 5001)
    assert layout == Layout(50_000, 950_000, len(layout.notice(50_000)))
    assert store.index(KEY).slices("a")[0].stdout == (0, 1_000_000)


class Upper:
    """A cleaning that can be seen."""

    held = 0

    def stream(self):
        return self

    def text(self, text):
        return text.upper()

    def feed(self, data):
        return data.upper()

    def finish(self):
        return b"."


def test_what_is_kept_is_clean(store, tmp_path, capfd) -> None:
    with store.capture_logs(KEY, cleaning=Upper()):
        os.write(1, b"secret ")
        sys.stdout.write("words")
    assert (text(store), capfd.readouterr().out) == ("SECRET WORDS.", "SECRET WORDS.")
    names = sorted(path.name for path in (tmp_path / "logs/run/compute_logs").iterdir())
    assert names == ["steps.err", "steps.index", "steps.out"]


class Twice(Upper):
    """A cleaning that changes how long a text is, and holds back its last byte."""

    def __init__(self) -> None:
        self.last = b""

    @property
    def held(self):
        return len(self.last)

    def stream(self):
        return Twice()

    def feed(self, data):
        data, self.last = self.last + data[:-1], data[-1:]
        return data.replace(b"secret", b"[not to be told]")

    def finish(self):
        return self.last


def test_of_what_was_cleaned_the_parts_of_steps_are_right(store) -> None:
    with store.capture_logs(KEY, cleaning=Twice()) as capture:
        for name in ("a", "b"):
            capture.step_began(name)
            os.write(1, f"secret of {name}.".encode())
            capture.step_ended(name)
    parts = [
        store.read(KEY, OUT, cursor=one.stdout[0], max_bytes=one.stdout[1] - one.stdout[0])
        for one in store.index(KEY).steps
    ]
    assert [part.data for part in parts] == [b"[not to be told] of a.", b"[not to be told] of b."]


def test_no_thread_can_be_started(store, monkeypatch) -> None:
    def fails(*_):
        raise RuntimeError("can't start new thread")

    before = state_of_process()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", fails)
        with pytest.raises(OSError, match="can't start new thread"), store.capture_logs(KEY):
            raise AssertionError("it did not begin")
    assert state_of_process() == before


def test_a_log_that_is_too_long_is_shown_whole(tmp_path) -> None:
    store = LocalComputeLogManager(str(tmp_path / "logs"), max_bytes=10_000)
    screen = os.open(tmp_path / "screen", os.O_RDWR | os.O_CREAT)
    kept = os.dup(1)
    os.dup2(screen, 1)
    lines = [b"%09d\n" % number * 100 for number in range(5_000)]
    try:
        with store.capture_logs(KEY):
            for line in lines:
                os.write(1, line)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(screen)
    assert (tmp_path / "screen").read_bytes() == b"".join(lines)
    assert store.disk_bytes([]) < 100_000


def test_what_was_captured_before_is_replaced(store) -> None:
    for words in ("first", "second"):
        with store.capture_logs(KEY):
            sys.stdout.write(words)
    assert text(store) == "second"


def test_it_can_be_read_while_it_goes_on(store) -> None:
    with store.capture_logs(KEY):
        os.write(1, b"so far")
        chunk = store.read(KEY, OUT)
        assert (chunk.data, chunk.is_complete) == (b"so far", False)


def test_a_screen_that_is_gone_hurts_nothing(store) -> None:
    read, write = os.pipe()
    kept = os.dup(1)
    os.dup2(write, 1)
    os.close(write)
    os.close(read)
    try:
        with store.capture_logs(KEY):
            os.write(1, b"nobody sees it")
    finally:
        os.dup2(kept, 1)
        os.close(kept)
    assert text(store) == "nobody sees it"


def test_a_closed_descriptor_is_captured_and_closed_again(store) -> None:
    kept = os.dup(1)
    os.close(1)
    try:
        with store.capture_logs(KEY):
            os.write(1, b"heard")
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(1)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
    assert text(store) == "heard"
