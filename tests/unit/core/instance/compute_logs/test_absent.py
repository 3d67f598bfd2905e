import sys

from mainspring.core.instance.compute_logs.absent import NoOpComputeLogManager
from mainspring.core.instance.compute_logs.following import follow
from mainspring.core.instance.compute_logs.log_key import LogKind


def test_nothing_is_captured_and_nothing_kept(capfd) -> None:
    store = NoOpComputeLogManager()
    with store.capture_logs(["a"]) as capture:
        capture.step_began("step")
        sys.stdout.write("shown\n")
        capture.step_ended("step")
    store.append(["a"], LogKind.STDOUT, b"x")
    store.complete(["a"])
    store.delete_logs(["a"])
    assert capfd.readouterr().out == "shown\n"
    assert list(follow(store, ["a"], LogKind.STDOUT, is_over=lambda: False)) == []
    assert (store.captures, capture.notes, list(store.log_keys([]))) == (False, (), [])
    assert (store.size(["a"], LogKind.STDOUT), store.place(["a"], LogKind.STDOUT)) == (0, "")
    assert store.is_capture_complete(["a"])
