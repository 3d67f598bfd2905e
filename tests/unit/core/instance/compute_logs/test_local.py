import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base.errors import InvocationError
from mainspring.core.instance.compute_logs import size_limit
from mainspring.core.instance.compute_logs.local import LocalComputeLogManager
from mainspring.core.instance.compute_logs.log_key import LogKind
from mainspring.core.instance.compute_logs.store import LogChunk

OUT, ERR = LogKind.STDOUT, LogKind.STDERR
KEY = ["run", "compute_logs", "orders"]


@pytest.fixture
def store(tmp_path):
    return LocalComputeLogManager(str(tmp_path / "logs"))


def whole(store, key=KEY, kind=OUT, max_bytes=7) -> bytes:
    cursor, parts = 0, []
    while True:
        chunk = store.read(key, kind, cursor=cursor, max_bytes=max_bytes)
        parts.append(chunk.data)
        if chunk.cursor == cursor:
            return b"".join(parts)
        cursor = chunk.cursor


def test_what_is_added_is_read_from_a_cursor_on(store) -> None:
    store.append(KEY, OUT, b"hello ")
    store.append(KEY, OUT, b"world")
    store.append(KEY, ERR, b"oh")
    assert store.read(KEY, OUT, max_bytes=5) == LogChunk(b"hello", 5, is_complete=False)
    assert store.read(KEY, OUT, cursor=5) == LogChunk(b" world", 11, is_complete=False)
    assert store.read(KEY, OUT, cursor=11) == LogChunk(b"", 11, is_complete=False)
    assert store.read(KEY, ERR) == LogChunk(b"oh", 2, is_complete=False)
    assert (store.size(KEY, OUT), store.size(KEY, ERR)) == (11, 2)
    store.complete(KEY)
    assert store.is_capture_complete(KEY)
    assert store.read(KEY, OUT, cursor=5) == LogChunk(b" world", 11, is_complete=True)


def test_what_is_not_there_reads_as_empty(store) -> None:
    assert store.read(KEY, OUT, cursor=3) == LogChunk(b"", 3, is_complete=False)
    assert (store.size(KEY, OUT), list(store.log_keys([])), store.is_capture_complete(KEY)) == (0, [], False)
    store.delete_logs(KEY)
    store.delete_logs(prefix=["run"])


def test_files_are_for_their_owner_alone(store, tmp_path) -> None:
    store.append(KEY, OUT, b"x")
    store.complete(KEY)
    found = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*")}
    assert sorted(found) == [
        "logs",
        "logs/run",
        "logs/run/compute_logs",
        "logs/run/compute_logs/orders.index",
        "logs/run/compute_logs/orders.out",
    ]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in found.values() if path.is_file()}
    assert modes == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in found.values() if path.is_dir()} == {0o700}
    assert store.place(KEY, OUT) == str(found["logs/run/compute_logs/orders.out"])


def test_keys_are_listed_and_deleted_by_prefix(store, tmp_path) -> None:
    keys = [
        ("a", "compute_logs", "x"),
        ("a", "compute_logs", "y"),
        ("b", "compute_logs", "x"),
        ("ticks", "s", "1"),
    ]
    for key in keys:
        store.append(key, OUT, b"x" * 10)
        store.complete(key)
    (tmp_path / "logs/a/step").mkdir()
    assert list(store.log_keys([])) == keys
    assert list(store.log_keys(["a"])) == keys[:2]
    assert list(store.log_keys(["ticks"])) == keys[3:]
    assert store.disk_bytes(["a"]) > 0
    store.delete_logs(prefix=["a"])
    assert list(store.log_keys([])) == keys[2:]
    assert (tmp_path / "logs/a/step").is_dir()
    store.delete_logs(prefix=["b"])
    assert not (tmp_path / "logs/b").exists()
    store.delete_logs(keys[3])
    assert list(store.log_keys([])) == []


ATTACKS = [
    "../../secret",
    "..",
    "/etc/passwd",
    "a\0b",
    ".",
    "",
    "secret/../../../x",
    "\udcff",
    "compute_logs",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_no_key_leads_out_of_the_store(store, tmp_path, attack, place) -> None:
    (tmp_path / "secret.out").write_text("outside")
    key = [*KEY]
    key[place] = attack
    assert store.read(key, OUT).data == b""
    store.append(key, OUT, b"inside")
    store.complete(key)
    assert store.read(key, OUT).data == b"inside"
    store.delete_logs(key)
    store.delete_logs(prefix=key[:2])
    assert store.read(key, OUT).data == b""
    assert [path.name for path in tmp_path.iterdir() if path.name != "logs"] == ["secret.out"]
    assert (tmp_path / "secret.out").read_text() == "outside"


def test_links_are_not_followed(store, tmp_path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.out").write_text("secret")
    (outside / "x.index").write_text("")
    store.append(KEY, OUT, b"x")
    folder = tmp_path / "logs/run/compute_logs"
    (folder / "x.out").symlink_to(outside / "x.out")
    (tmp_path / "logs/other").mkdir()
    (tmp_path / "logs/other/compute_logs").symlink_to(outside)
    for key in (["run", "compute_logs", "x"], ["other", "compute_logs", "x"]):
        assert store.read(key, OUT).data == b""
        with pytest.raises(OSError, match=r"symbolic link|Not a directory"):
            store.append(key, OUT, b"spoilt")
        store.delete_logs(prefix=key[:1])
    assert (outside / "x.out").read_text() == "secret"
    assert sorted(path.name for path in outside.iterdir()) == ["x.index", "x.out"]


def test_a_pipe_in_the_place_of_a_file_does_not_block(store, tmp_path) -> None:
    store.append(KEY, OUT, b"x")
    os.mkfifo(tmp_path / "logs/run/compute_logs/pipe.out")
    assert store.read(["run", "compute_logs", "pipe"], OUT).data == b""


@given(
    parts=st.lists(st.binary(max_size=400), max_size=12), limit=st.integers(1, 600), can_free=st.booleans()
)
def test_the_beginning_and_the_newest_end_stay(tmp_path_factory, parts, limit, can_free) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if not can_free:
            patch.setattr(size_limit, "_fallocate", lambda: None)
        patch.setattr(size_limit, "_LEAST_AT_ONCE", 16)
        store = LocalComputeLogManager(str(tmp_path_factory.mktemp("logs")), max_bytes=limit)
        for part in parts:
            store.append(KEY, OUT, part)
        written = b"".join(parts)
        _agrees(store, whole(store), written, limit)
        store.complete(KEY)
        _agrees(store, whole(store), written, limit)
        assert store.size(KEY, OUT) == len(written)


def _agrees(store, found, written, limit) -> None:
    layout = store.index(KEY).layout(OUT)
    if not layout.has_gap:
        assert found == written
        return
    notice = layout.notice(layout.start)
    assert found == written[: layout.start] + notice + written[layout.end :]
    assert layout.start == limit // 2
    assert len(written) - layout.end >= limit - limit // 2


def test_a_log_that_is_too_long_takes_a_bounded_room(store, tmp_path) -> None:
    store = LocalComputeLogManager(str(tmp_path / "logs"), max_bytes=1024 * 1024)
    for _ in range(40):
        store.append(KEY, OUT, b"x" * 256 * 1024)
    assert store.disk_bytes(["run"]) < 1.5 * 1024 * 1024
    store.complete(KEY)
    place = store.place(KEY, OUT)
    assert place.endswith("orders.out.short")
    assert os.path.getsize(place) == 1024 * 1024 + len(
        "\n[9,437,184 bytes are left out here: the log is too long]\n"
    )
    assert store.size(KEY, OUT) == 10 * 1024 * 1024


def test_a_limit_is_at_least_a_byte() -> None:
    with pytest.raises(InvocationError, match="at least 1"):
        LocalComputeLogManager("x", max_bytes=0)
