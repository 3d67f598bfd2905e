import os

import pytest

from mainspring.core.instance.compute_logs import size_limit
from mainspring.core.instance.compute_logs.layout import Layout
from mainspring.core.instance.compute_logs.size_limit import SizeLimit, free, kept


@pytest.fixture
def file(tmp_path):
    descriptor = os.open(tmp_path / "log", os.O_RDWR | os.O_CREAT)
    yield descriptor
    os.close(descriptor)


def test_it_waits_until_it_is_worth_it(file) -> None:
    limit = SizeLimit(file, 80_000)
    os.ftruncate(file, 85_000)
    assert not limit.check(85_000)
    os.ftruncate(file, 91_000)
    assert limit.check(91_000)
    assert limit.gap == Layout(40_000, 51_000)
    assert not limit.check(95_000)
    assert limit.check(95_000, finally_=True)
    assert limit.gap == Layout(40_000, 55_000)


def test_where_nothing_can_be_given_back_the_middle_goes_at_the_end(file, monkeypatch) -> None:
    monkeypatch.setattr(size_limit, "_fallocate", lambda: None)
    limit = SizeLimit(file, 10_000)
    assert not limit.check(1_000_000)
    assert limit.check(1_000_000, finally_=True)
    assert limit.gap == Layout(5_000, 995_000)


def test_room_is_given_back(file) -> None:
    os.write(file, b"x" * 1024 * 1024)
    before = os.fstat(file).st_blocks
    if not free(file, 4096, 1024 * 1024 - 4096):
        pytest.skip("this file system cannot give back a part of a file")
    assert os.fstat(file).st_blocks < before / 10
    assert os.fstat(file).st_size == 1024 * 1024


def test_what_is_kept(file) -> None:
    os.write(file, b"0123456789")
    assert b"".join(kept(file, Layout())) == b"0123456789"
    assert b"".join(kept(file, Layout(2, 7))) == (
        b"01\n[5 bytes are left out here: the log is too long]\n789"
    )
