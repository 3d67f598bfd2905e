"""In memory; real object stores are for the system tests."""

import os
import threading

import fsspec
import pytest

from mainspring.core.instance.compute_logs.log_key import LogKind
from mainspring.core.instance.compute_logs.object_store import FsspecComputeLogManager
from mainspring.core.instance.compute_logs.upload import remote_path

OUT, ERR = LogKind.STDOUT, LogKind.STDERR
KEY = ["run", "compute_logs", "steps"]


@pytest.fixture(autouse=True)
def memory():
    files = fsspec.filesystem("memory")
    files.store.clear()
    yield files
    files.store.clear()


@pytest.fixture
def make(tmp_path):
    def make(**options):
        return FsspecComputeLogManager("memory://bucket/logs/", str(tmp_path / "local"), **options)

    return make


def test_what_was_captured_is_uploaded_and_nothing_stays_here(make, memory, tmp_path) -> None:
    store = make()
    with store.capture_logs(KEY) as capture:
        capture.step_began("a")
        os.write(1, b"out")
        os.write(2, b"err")
        capture.step_ended("a")
        assert store.read(KEY, OUT).data == b"out"
        assert store.place(KEY, OUT).startswith(str(tmp_path))
    assert capture.notes == []
    assert list((tmp_path / "local").rglob("*")) == []
    folder = "/bucket/logs/run/compute_logs"
    assert sorted(memory.find("/bucket")) == [f"{folder}/steps{end}" for end in (".err", ".index", ".out")]
    assert store.read(KEY, OUT) == (b"out", 3, True)
    assert store.read(KEY, ERR, cursor=1, max_bytes=1) == (b"r", 2, False)
    assert (store.size(KEY, OUT), store.is_capture_complete(KEY)) == (3, True)
    assert store.index(KEY).slices("a")[0].stdout == (0, 3)
    assert store.place(KEY, OUT) == "memory://bucket/logs/run/compute_logs/steps.out"
    assert list(store.log_keys([])) == [tuple(KEY)] == list(store.log_keys(["run"]))


def test_it_is_uploaded_while_the_run_goes_on(make, memory) -> None:
    store = make(upload_interval=0.01)
    seen = threading.Event()
    pipe_file = memory.pipe_file

    def watched(path, data, **options):
        pipe_file(path, data, **options)
        if path.endswith(".index"):
            seen.set()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(memory), "pipe_file", lambda self, *a, **o: watched(*a, **o))
        with store.capture_logs(KEY):
            os.write(1, b"so far")
            assert seen.wait(20)
            other = FsspecComputeLogManager("memory://bucket/logs", "elsewhere")
            found = other.read(KEY, OUT)
    assert (found.data in {b"", b"so far"}, found.is_complete) == (True, False)
    assert store.read(KEY, OUT) == (b"so far", 6, True)


def test_a_store_that_cannot_be_reached_costs_nothing_but_the_upload(
    make, memory, tmp_path, monkeypatch
) -> None:
    def refuses(*_, **__):
        raise PermissionError("no entry")

    store = make()
    monkeypatch.setattr(type(memory), "pipe_file", refuses)
    with store.capture_logs(KEY) as capture:
        os.write(1, b"words")
    place = str(tmp_path / "local/run/compute_logs/steps.out")
    assert capture.notes == [
        "The captured output could not be uploaded to memory://bucket/logs: PermissionError: no entry."
        f" It is kept in {place}."
    ]
    assert store.read(KEY, OUT) == (b"words", 5, True)
    assert store.place(KEY, OUT) == place


def test_an_upload_that_takes_too_long_is_not_waited_for(make, memory, monkeypatch) -> None:
    go_on = threading.Event()
    pipe_file = memory.pipe_file
    monkeypatch.setattr(type(memory), "pipe_file", lambda self, *a, **o: (go_on.wait(20), pipe_file(*a, **o)))
    store = make(upload_timeout=0.05, upload_interval=None)
    with store.capture_logs(KEY) as capture:
        os.write(1, b"words")
    (note,) = capture.notes
    assert "the upload took longer than 0.05 s" in note
    assert store.read(KEY, OUT).data == b"words"
    go_on.set()
    for thread in threading.enumerate():
        if thread.name == "compute-logs-upload":
            thread.join(20)


def test_a_log_that_is_too_long_reads_alike_here_and_there(make) -> None:
    store = make(max_bytes=50_000, upload_interval=None)
    with store.capture_logs(KEY):
        os.write(1, b"0123456789" * 20_000)
    layout = store.index(KEY).layout(OUT)
    assert (layout.start, layout.end, store.size(KEY, OUT)) == (25_000, 175_000, 200_000)
    assert store.read(KEY, OUT, cursor=24_998, max_bytes=9) == (b"89", 25_000, False)
    assert store.read(KEY, OUT, cursor=25_000) == (layout.notice(25_000), 175_000, False)
    assert store.read(KEY, OUT, cursor=199_990, max_bytes=99) == (b"0123456789", 200_000, True)


def test_what_was_captured_elsewhere_is_added_and_uploaded(make, memory, monkeypatch) -> None:
    store = make()
    store.append(KEY, OUT, b"one ")
    store.append(KEY, OUT, b"two")
    with monkeypatch.context() as patch:
        patch.setattr(type(memory), "pipe_file", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.complete(KEY)
    assert store.read(KEY, OUT).data == b"one two"
    store.complete(KEY)
    assert "/bucket/logs/run/compute_logs/steps.out" in memory.find("/bucket")
    assert store.read(KEY, OUT) == (b"one two", 7, True)


def test_logs_are_deleted_there_as_well(make, memory) -> None:
    store = make()
    for run in ("a", "b", "c"):
        store.append([run, "compute_logs", "x"], OUT, b"x")
        store.complete([run, "compute_logs", "x"])
    store.delete_logs(prefix=["a"])
    store.delete_logs(prefix=["nothing"])
    assert list(store.log_keys([])) == [("b", "compute_logs", "x"), ("c", "compute_logs", "x")]
    store.delete_logs(["b", "compute_logs", "x"])
    assert list(store.log_keys([])) == [("c", "compute_logs", "x")]


def test_what_is_not_there_reads_as_empty(make) -> None:
    store = make()
    assert store.read(KEY, OUT, cursor=4) == (b"", 4, False)
    assert (store.size(KEY, OUT), list(store.index(KEY).steps), list(store.log_keys([]))) == (0, [], [])
    waiting = store.growth(KEY)
    waiting.wake()
    waiting.close()


def test_no_key_leads_out_of_the_url() -> None:
    path = remote_path("bucket/logs", ["../../x", "a/b", ""], ".out")
    assert path.startswith("bucket/logs/compute_logs/~")
    assert ".." not in path
    assert path.count("/") == 5
