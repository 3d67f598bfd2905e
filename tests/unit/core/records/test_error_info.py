"""Exceptions as records: the user's frames, the chain, classes that misbehave."""

from __future__ import annotations

from mainspring.core.base import serial
from mainspring.core.records.error_info import ErrorInfo, error_info


def caught(act: object) -> BaseException:
    try:
        act()  # type: ignore[operator]
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def divide() -> None:
    raise ValueError("no number") from ZeroDivisionError("by nought")


def test_an_error_tells_what_where_and_why() -> None:
    info = error_info(caught(divide))
    assert (info.message, info.cls_name) == ("ValueError: no number\n", "ValueError")
    assert "in divide" in info.stack[-1]
    assert info.cause == ErrorInfo(
        message="ZeroDivisionError: by nought\n", stack=[], cls_name="ZeroDivisionError"
    )
    text = info.to_string()
    assert text.index("no number") < text.index("in divide") < text.index("by nought")
    assert str(info) == text
    assert serial.decode(serial.encode(info), ErrorInfo) == info


def test_what_was_suppressed_stays_so() -> None:
    def act() -> None:
        try:
            divide()
        except ValueError:
            raise KeyError("k") from None

    assert error_info(caught(act)).cause is None


def test_a_long_chain_and_a_ring_end() -> None:
    first = last = RuntimeError("0")
    for number in range(1, 40):
        following = RuntimeError(str(number))
        last.__cause__ = following
        last = following
    last.__cause__ = first
    info: ErrorInfo | None = error_info(first)
    depth = 0
    while info is not None:
        depth, info = depth + 1, info.cause
    assert depth == 10


def test_a_broken_message_does_not_hide_the_class() -> None:
    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError("not even this")

    assert "Broken" in error_info(Broken()).message


def test_an_endless_message_is_cut() -> None:
    assert len(error_info(ValueError("x" * 1_000_000)).message) == 65_536
