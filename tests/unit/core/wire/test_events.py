"""Batches on the wire: what is sent comes back, anything else is refused with a sentence."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.wire.events import (
    MAX_BATCH_BYTES,
    Line,
    WireError,
    decode_batch,
    decode_line,
    encode_batch,
    encode_line,
)

LINES = [Line("r", 1, 1, b'{"a":1}'), Line("r", 1, None, b"")]
lines = st.builds(
    Line,
    run_id=st.text(max_size=40),
    epoch=st.integers(0, 2**63 - 1),
    seq=st.none() | st.integers(1, 2**63 - 1),
    body=st.binary(max_size=200),
)


@given(st.lists(lines, max_size=5))
def test_what_is_sent_comes_back(sent: list[Line]) -> None:
    assert decode_batch(encode_batch(sent)) == sent


@given(lines)
def test_a_line_comes_back(sent: Line) -> None:
    assert decode_line(encode_line(sent)) == sent


@given(st.binary(max_size=60))
def test_other_bytes_are_refused(data: bytes) -> None:
    for decode in (decode_batch, decode_line):
        with pytest.raises(WireError):
            decode(data)


def test_each_cut_and_each_flip_gives_lines_or_a_refusal() -> None:
    whole = encode_batch(LINES)
    for place in range(len(whole)):
        with pytest.raises(WireError):
            decode_batch(whole[:place])
        for bit in range(8):
            data = bytearray(whole)
            data[place] ^= 1 << bit
            try:
                assert len(decode_batch(bytes(data))) == 2
            except WireError:
                continue


def packed(**changed: object) -> bytes:
    return msgspec.msgpack.encode({"version": 1, "lines": [], **changed})


@pytest.mark.parametrize(
    "data, says",
    [
        (packed(version=2), "A batch of events came in form 2; this version reads form 1."),
        (packed(version=2, lines="anything", more=1), "came in form 2"),
        (packed(more=1), "unknown field `more`"),
        (packed(lines=[["r", 1, 1, b"", "more"]]), "Expected `array` of at most length 4"),
        (packed(lines=[["r", 1, 0, b""]]), "the epoch 1 and the number 0"),
        (packed(lines=[["r", -1, 1, b""]]), "the epoch -1"),
        (packed(lines=[["r", 1, 2**63, b""]]), "the number 9223372036854775808"),
        (packed(lines=[["r", 1, 1, "text"]]), "Expected `bytes`"),
        (msgspec.msgpack.encode({"lines": []}), "missing required field `version`"),
        (b"", "truncated"),
        (b"[1, 2]", "no batch of events"),
    ],
)
def test_a_refusal_says_what_is_wrong(data: bytes, says: str) -> None:
    with pytest.raises(WireError) as refused:
        decode_batch(data)
    assert says in refused.value.message
    assert refused.value.hint


def test_sizes_are_bounded_on_both_sides() -> None:
    with pytest.raises(WireError, match=f"at most {MAX_BATCH_BYTES} are taken"):
        encode_batch([Line("r", 1, 1, b"x" * MAX_BATCH_BYTES)])
    with pytest.raises(WireError, match="at most 10 are taken"):
        decode_batch(encode_batch(LINES), most=10)
