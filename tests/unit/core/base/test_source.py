"""Places in the user's own code."""

import functools
import inspect
from pathlib import Path

from mainspring.core.base.source import SourcePosition, caller_position, position_of, user_position


def _plain() -> None: ...


@functools.wraps(_plain)
def _wrapper() -> None: ...


def _line() -> int:
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def test_a_position_is_shown_relative_to_the_working_directory(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    assert str(SourcePosition(str(tmp_path / "shop" / "orders.py"), 3)) == str(Path("shop/orders.py")) + ":3"
    assert str(SourcePosition("elsewhere.py", 3)) == "elsewhere.py:3"


def test_the_position_of_a_function_is_its_first_line_also_when_wrapped() -> None:
    expected = SourcePosition(__file__, _plain.__code__.co_firstlineno)
    assert position_of(_plain) == expected
    assert position_of(_wrapper) == expected
    assert position_of(len) is None


def test_the_caller_of_the_caller() -> None:
    def declared() -> SourcePosition | None:
        return caller_position()

    assert declared() == SourcePosition(__file__, _line())
    assert caller_position(10_000) is None


def test_the_users_line_is_the_innermost_outside_the_package() -> None:
    assert user_position() == SourcePosition(__file__, _line())


def test_what_the_command_line_calls_has_no_statement_of_a_user():
    names = {"__name__": "mainspring.cli.made_up", "user_position": user_position}
    exec(compile("where = user_position()", "<string>", "exec"), names)
    assert names["where"] is None
