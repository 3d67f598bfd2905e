import pytest

from mainspring.core.instance.compute_logs.following import follow, follow_lines, step_parts
from mainspring.core.instance.compute_logs.index import StepBegan, StepEnded
from mainspring.core.instance.compute_logs.local import LocalComputeLogManager
from mainspring.core.instance.compute_logs.local_files import log_files
from mainspring.core.instance.compute_logs.log_key import LogKind

KEY = ["run", "compute_logs", "steps"]
OUT = LogKind.STDOUT


class Script:
    """A growth that lets the next thing happen each time it is waited for."""

    def __init__(self, *happenings) -> None:
        self.happenings = list(happenings)
        self.waited = 0

    def wait(self, seconds):
        self.waited += 1
        self.happenings.pop(0)()
        return True

    def rest(self, seconds) -> None: ...

    def wake(self) -> None: ...

    def close(self) -> None:
        raise AssertionError("whoever makes it closes it")


@pytest.fixture
def store(tmp_path):
    return LocalComputeLogManager(str(tmp_path))


def note(store, *lines) -> None:
    with log_files(store._root, KEY, make=True) as files:
        files.note(*lines)


def test_what_is_written_meanwhile_is_told_until_it_is_complete(store) -> None:
    growth = Script(
        lambda: store.append(KEY, OUT, b"one"),
        lambda: None,
        lambda: (store.append(KEY, OUT, b" two"), store.complete(KEY)),
    )
    parts = [chunk.data for chunk in follow(store, KEY, OUT, is_over=lambda: False, growth=growth)]
    assert parts == [b"one", b" two"]
    assert (growth.happenings, growth.waited) == ([], 3)


def test_it_ends_with_a_run_that_was_killed(store) -> None:
    over = []
    growth = Script(lambda: (store.append(KEY, OUT, b"last words"), over.append(True)))
    parts = [chunk.data for chunk in follow(store, KEY, OUT, is_over=lambda: bool(over), growth=growth)]
    assert parts == [b"last words"]


def test_lines_come_as_they_end(store) -> None:
    growth = Script(
        lambda: store.append(KEY, OUT, b" 5%\r"),
        lambda: store.append(KEY, OUT, b"99%\nnext"),
        lambda: store.complete(KEY),
    )
    lines = [each.lines for each in follow_lines(store, KEY, OUT, is_over=lambda: False, growth=growth)]
    assert lines == [["99%"], ["next"]]


def test_a_line_that_a_kill_cut_off_comes_last(store) -> None:
    store.append(KEY, OUT, b"whole\nha")
    assert [each.lines for each in follow_lines(store, KEY, OUT, is_over=lambda: True)] == [["whole"], ["ha"]]


def test_the_parts_of_a_step_come_as_its_tries_begin(store) -> None:
    store.append(KEY, OUT, b"before")
    growth = Script(
        lambda: note(store, StepBegan("a", 6, 0)),
        lambda: (store.append(KEY, OUT, b"first"), note(store, StepEnded("a", 11, 0))),
        lambda: note(store, StepBegan("b", 11, 0), StepEnded("b", 11, 0), StepBegan("a", 11, 0, 1)),
        lambda: (store.append(KEY, OUT, b"second"), note(store, StepEnded("a", 17, 0, 1))),
        lambda: store.complete(KEY),
    )
    found = []
    for part in step_parts(store, KEY, OUT, step_key="a", is_over=lambda: False, growth=growth):
        chunks = follow(
            store, KEY, OUT, cursor=part.start, end=part.end, is_over=lambda: False, growth=growth
        )
        found.append((part.start, part.shared, b"".join(chunk.data for chunk in chunks)))
    assert found == [(6, False, b"first"), (11, False, b"second")]
    assert growth.happenings == []


def test_a_real_file_is_waited_for_by_default(store) -> None:
    import threading

    store.append(KEY, OUT, b"one\n")
    following = follow(store, KEY, OUT, is_over=lambda: False)
    assert next(following).data == b"one\n"
    thread = threading.Thread(target=lambda: (store.append(KEY, OUT, b"two\n"), store.complete(KEY)))
    thread.start()
    assert b"".join(chunk.data for chunk in following) == b"two\n"
    thread.join()
