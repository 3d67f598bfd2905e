"""Exceptions as records: the user's frames, the chain, classes that misbehave."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from mainspring.core.base import serial
from mainspring.core.base.errors import InvocationError, StepExecutionError
from mainspring.core.records.error_info import ErrorInfo, error_info
from mainspring.runtime.io.build import build_input_context
from mainspring.runtime.io.failures import said_of
from mainspring.runtime.io.pickled import PickledObjectFilesystemIOManager


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


def test_an_error_of_ours_speaks_for_itself(tmp_path: Path) -> None:
    files = PickledObjectFilesystemIOManager(str(tmp_path))
    ours = caught(lambda: files.load_input(build_input_context(asset_key="a")))
    info = error_info(ours)
    assert (info.message.partition(":")[0], info.cause) == ("StoredValueNotFoundError", None)
    assert "mainspring/runtime" not in info.to_string()
    wrapped = StepExecutionError("around it", user_exception=ours)
    wrapped.__cause__ = ours
    assert error_info(wrapped) == ErrorInfo(
        "StepExecutionError: around it\n", [], "DagsterExecutionStepExecutionError", info
    )


def test_what_the_user_raised_is_kept_below_an_error_of_ours() -> None:
    def act() -> None:
        try:
            divide()
        except ValueError as error:
            raise InvocationError("ours") from error

    info = error_info(caught(act))
    assert info.message == "InvocationError: ours\n"
    assert info.cause is not None
    assert "in divide" in info.cause.stack[-1]


def test_an_interrupt_in_our_own_code_has_no_frames() -> None:
    class Interrupting:
        def __reduce__(self) -> str:
            raise KeyboardInterrupt

    def through_a_context() -> None:
        with suppress(KeyError):
            Interrupting().__reduce__()

    stack = error_info(caught(through_a_context)).stack
    assert ["in through_a_context" in "".join(stack), "contextlib.py" in "".join(stack)] == [True, False]
    inner = KeyboardInterrupt()
    ours = caught(lambda: said_of(None))  # type: ignore[arg-type]
    assert ours.__traceback__ is not None
    frames = ours.__traceback__
    while "mainspring/runtime" not in frames.tb_frame.f_code.co_filename:
        assert frames.tb_next is not None
        frames = frames.tb_next
    assert error_info(inner.with_traceback(frames)).stack == []
