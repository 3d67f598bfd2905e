"""The bytes of a spool file: whatever happens to them, what was sound is read and nothing else is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.storage.sink.segment import MARK, OVERHEAD, frame, scan

RECORDS = [b"one", b"", b"three and more", MARK * 3, b"\x00" * 5, b"last"]


def written(records: list[bytes], place: int = 0) -> bytes:
    data = b""
    for record in records:
        data += frame(record, place + len(data))
    return data


def read(data: bytes, place: int = 0) -> list[bytes]:
    return [record.data for record in scan(data, place=place).records]


@given(st.lists(st.binary(max_size=50), max_size=6), st.integers(0, 2**40))
def test_what_is_written_is_read(records: list[bytes], place: int) -> None:
    data = written(records, place)
    found = scan(data, place=place)
    assert [record.data for record in found.records] == records
    assert (found.damaged, found.end, found.is_torn) == (0, place + len(data), True)


def test_cut_at_each_byte() -> None:
    whole = written(RECORDS)
    ends = [record.end for record in scan(whole).records]
    for cut in range(len(whole)):
        found = scan(whole[:cut])
        kept = sum(end <= cut for end in ends)
        assert [record.data for record in found.records] == RECORDS[:kept]
        assert found.is_torn
        assert found.damaged == 0


def test_flipped_at_each_bit_only_the_record_there_is_lost() -> None:
    whole = written(RECORDS)
    ends = [record.end for record in scan(whole).records]
    for place in range(len(whole)):
        hit = sum(end <= place for end in ends)
        for bit in range(8):
            data = bytearray(whole)
            data[place] ^= 1 << bit
            assert read(bytes(data)) == RECORDS[:hit] + RECORDS[hit + 1 :]


def test_each_byte_left_out_or_put_in_never_gives_a_wrong_record() -> None:
    whole = written(RECORDS)
    ends = [record.end for record in scan(whole).records]
    for place in range(len(whole)):
        before = sum(end <= place for end in ends)
        for data in (whole[:place] + whole[place + 1 :], whole[:place] + b"\xff" + whole[place:]):
            found = read(data)
            assert found[:before] == RECORDS[:before]
            rest = iter(RECORDS)
            assert all(record in rest for record in found), "records came in another order"


def test_a_record_inside_a_record_is_not_taken_for_one() -> None:
    inner = frame(b"forged", 0)
    whole = written([b"first", inner * 3, b"last"])
    damaged = bytearray(whole)
    damaged[OVERHEAD + 5] ^= 0xFF  # the head of the record around it
    assert read(bytes(damaged)) == [b"first", b"last"]


@given(st.binary(max_size=200))
def test_any_bytes_can_be_scanned(data: bytes) -> None:
    assert scan(data).records == []


def test_what_follows_tells_a_torn_end_from_damage() -> None:
    whole = written([b"abc"])
    after = frame(b"more", len(whole))
    assert scan(whole + b"\x00" * 500).is_torn
    assert scan(whole + after[:-1]).is_torn
    assert not scan(whole + b"something else").is_torn
    assert not scan(whole + after[:-1] + b"?").is_torn
