import pytest

from mainspring.core.instance.compute_logs.local import LocalComputeLogManager
from mainspring.core.instance.compute_logs.log_key import LogKind
from mainspring.core.instance.compute_logs.upload import Upload

KEY = ["run", "compute_logs", "steps"]


class Files:
    def __init__(self) -> None:
        self.given: list[tuple[str, bytes]] = []

    def makedirs(self, path, exist_ok) -> None: ...

    def pipe_file(self, path, data) -> None:
        self.given.append((path.rpartition("steps")[2], data))


@pytest.fixture
def store(tmp_path):
    return LocalComputeLogManager(str(tmp_path))


def test_only_what_grew_is_sent_again(store) -> None:
    files = Files()
    upload = Upload(store, KEY, lambda: (files, "root"))
    assert upload.try_all() is None
    assert files.given == []
    store.append(KEY, LogKind.STDOUT, b"one")
    store.append(KEY, LogKind.STDERR, b"x")
    store.complete(KEY)
    upload.try_all()
    assert [name for name, _ in files.given] == [".out", ".err", ".index"]
    upload.try_all()
    store.append(KEY, LogKind.STDOUT, b" two")
    upload.try_all()
    assert [(name, data) for name, data in files.given[3:] if name != ".index"] == [(".out", b"one two")]


def test_what_goes_wrong_is_given_back(store) -> None:
    def connect():
        raise ModuleNotFoundError("s3fs")

    store.append(KEY, LogKind.STDOUT, b"one")
    assert isinstance(Upload(store, KEY, connect).try_all(), ModuleNotFoundError)
