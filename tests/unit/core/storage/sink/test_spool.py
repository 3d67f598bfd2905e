"""The spool: order, crashes, damage, limits."""

from __future__ import annotations

import errno
import logging
import os
import stat
from pathlib import Path

import pytest

from mainspring.core.base.errors import StorageBusyError, StorageError, StorageFullError
from mainspring.core.storage.sink.spool import Spool


def records(start: int, end: int) -> list[bytes]:
    return [f"record {number}".encode() for number in range(start, end)]


def drained(spool: Spool, most: int = 3) -> list[bytes]:
    found: list[bytes] = []
    while some := spool.peek(most):
        found += some
        spool.forget(len(some))
    return found


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "lock")


def abandoned(spool: Spool) -> None:
    """As if the process had been killed: the folder is free, nothing else is done."""
    os.close(spool._held)
    spool._held = -1


def test_first_in_first_out_over_several_files(tmp_path: Path) -> None:
    synced: list[int] = []
    spool = Spool(tmp_path / "s", segment_bytes=60, sync=synced.append)
    spool.put(records(0, 4))
    spool.put(records(4, 6))
    assert spool.peek(2) == records(0, 2)
    assert spool.peek(2) == records(0, 2)
    spool.forget(2)
    spool.put(records(6, 12))
    spool.put([])
    assert len(spool) == 10
    assert len(files(tmp_path / "s")) > 1
    assert drained(spool) == records(2, 12)
    assert (len(spool), spool.bytes, files(tmp_path / "s")) == (0, 0, [])
    spool.put(records(12, 13))
    assert drained(spool) == records(12, 13)
    assert len(synced) >= 4
    spool.close()
    spool.close()


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "home" / "s")
    spool.put([b"secret"])
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "home" / "s").iterdir()}
    assert modes == {"lock": 0o600, "0000000001.spool": 0o600}
    assert stat.S_IMODE((tmp_path / "home" / "s").stat().st_mode) == 0o700
    spool.close()


def test_what_waits_is_there_after_a_crash(tmp_path: Path) -> None:
    spool = Spool(tmp_path, segment_bytes=60)
    spool.put(records(0, 5))
    spool.put(records(5, 9))
    spool.peek(3)
    spool.forget(3)
    abandoned(spool)
    again = Spool(tmp_path)
    assert len(again) == 9  # those of a file that was not taken whole come again
    again.put(records(9, 11))
    assert drained(again) == records(0, 11)
    again.close()


def test_one_process_at_a_time(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with pytest.raises(StorageBusyError, match="Another process holds the spool"):
        Spool(tmp_path)
    spool.close()
    Spool(tmp_path).close()


def test_a_torn_end_is_cut_off_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    spool = Spool(tmp_path)
    spool.put(records(0, 3))
    abandoned(spool)
    path = tmp_path / "0000000001.spool"
    whole = path.read_bytes()
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        again = Spool(tmp_path)
        found = drained(again)
        assert found == records(0, len(found))
        assert len(found) == cut * 3 // len(whole)
        again.close()
        assert files(tmp_path) == []
    path.write_bytes(whole[:-1])
    with caplog.at_level(logging.WARNING, "mainspring.events"):
        Spool(tmp_path).close()
    assert path.read_bytes() == whole[: len(whole) // 3 * 2]
    assert "never finished and never acknowledged" in caplog.text


def test_damage_costs_the_record_it_hits_and_a_copy_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spool = Spool(tmp_path)
    spool.put(records(0, 3))
    abandoned(spool)
    path = tmp_path / "0000000001.spool"
    whole = path.read_bytes()
    for place in range(len(whole)):
        data = bytearray(whole)
        data[place] ^= 0xFF
        path.write_bytes(data)
        again = Spool(tmp_path)
        hit = place * 3 // len(whole)
        assert drained(again) == records(0, hit) + records(hit + 1, 3)
        again.close()
        aside = tmp_path / "0000000001.damaged"
        if aside.exists():
            assert aside.read_bytes() == bytes(data)
            assert stat.S_IMODE(aside.stat().st_mode) == 0o600
            aside.unlink()
        assert files(tmp_path) == []
    assert "is damaged: 2 events can be read, the others are left out; a copy is kept in" in caplog.text


def test_damage_while_it_is_used_does_not_stop_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.put(records(0, 3))
    path = tmp_path / "0000000001.spool"
    data = bytearray(path.read_bytes())
    data[-1] ^= 0xFF
    path.write_bytes(data)
    spool.put(records(3, 4))
    assert drained(spool) == [*records(0, 2), *records(3, 4)]
    assert len(spool) == 0
    spool.close()


def test_it_takes_no_more_than_its_limit(tmp_path: Path) -> None:
    spool = Spool(tmp_path, limit=100)
    while not spool.is_full:
        spool.put(records(0, 1))
    with pytest.raises(StorageFullError, match="takes no more before the database"):
        spool.put(records(1, 2))
    drained(spool)
    spool.put(records(1, 2))
    assert drained(spool) == records(1, 2)
    spool.close()


class Disk:
    """Fails to sync as often as it is told to."""

    def __init__(self) -> None:
        self.error: int | None = None

    def sync(self, handle: int) -> None:
        if self.error is not None:
            raise OSError(self.error, os.strerror(self.error))


@pytest.mark.parametrize(
    "number, kind, says",
    [(errno.ENOSPC, StorageFullError, "is full"), (errno.EIO, StorageError, "cannot be used")],
)
def test_what_the_disk_did_not_take_is_not_kept(
    tmp_path: Path, number: int, kind: type[StorageError], says: str
) -> None:
    disk = Disk()
    spool = Spool(tmp_path, sync=disk.sync)
    spool.put(records(0, 2))
    disk.error = number
    for _ in range(3):
        with pytest.raises(kind, match=says):
            spool.put(records(8, 9))
    disk.error = None
    spool.put(records(2, 4))
    abandoned(spool)
    again = Spool(tmp_path)
    assert drained(again) == records(0, 4)
    again.close()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"The spool .* cannot be used"):
        Spool(tmp_path / "file" / "s")
