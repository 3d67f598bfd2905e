"""Captured output in real object stores."""

import os
import sys

import pytest

import mainspring as dg
from mainspring.core.instance.compute_logs.log_key import LogKind
from mainspring.core.instance.compute_logs.object_store import FsspecComputeLogManager

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(400),  # the first time Azurite is installed
]
OUT, ERR = LogKind.STDOUT, LogKind.STDERR
KEY = ["run", "compute_logs", "steps"]


@pytest.fixture
def logs(store, tmp_path, request):
    folder = request.node.name.partition("[")[0]
    return FsspecComputeLogManager(
        store.url(folder), str(tmp_path / "local"), max_bytes=100_000, storage_options=store.options
    )


def test_output_is_kept_there(logs, store, tmp_path) -> None:
    with logs.capture_logs(KEY) as capture:
        capture.step_began("a")
        os.write(1, b"0123456789" * 50_000)
        sys.stderr.write("error\n")
        capture.step_ended("a")
    assert capture.notes == []
    assert list((tmp_path / "local").rglob("*")) == []
    names = [f"run/compute_logs/steps{end}" for end in (".err", ".index", ".out")]
    assert store.keys("test_output_is_kept_there") == names
    assert logs.read(KEY, ERR) == (b"error\n", 6, True)
    layout = logs.index(KEY).layout(OUT)
    assert logs.read(KEY, OUT, cursor=layout.start - 3, max_bytes=9) == (b"789", 50_000, False)
    assert logs.read(KEY, OUT, cursor=499_995) == (b"56789", 500_000, True)
    assert list(logs.log_keys(["run"])) == [tuple(KEY)]
    logs.delete_logs(prefix=["run"])
    assert store.keys("test_output_is_kept_there") == []
    assert logs.read(KEY, OUT) == (b"", 0, False)


def test_a_bucket_that_is_not_there_fails_no_run(store, tmp_path) -> None:
    @dg.asset
    def noisy():
        os.write(1, b"words\n")

    config = {
        "url": f"{store.scheme}://no-such-bucket-anywhere/logs",
        "storage_options": store.options,
        "upload_timeout": 30,
    }
    settings = {
        "compute_logs": {"module": "mainspring", "class": "FsspecComputeLogManager", "config": config}
    }
    with dg.DagsterInstance.local_temp(str(tmp_path / "home"), overrides=settings) as instance:
        result = dg.materialize([noisy], instance=instance)
        assert result.success
        notes = [
            entry.message
            for entry in instance.all_logs(result.run_id)
            if "could not be uploaded" in entry.message
        ]
        kept = instance.compute_log_manager.read([result.run_id, "compute_logs", "noisy"], OUT)
    if notes:  # some stores make a bucket that they are asked to write to
        (note,) = notes
        assert str(tmp_path / "home/storage" / result.run_id / "compute_logs/noisy.out") in note
    assert kept.data == b"words\n"
