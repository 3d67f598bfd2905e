"""What user code raises, told apart from our own errors."""

from __future__ import annotations

import pytest

from mainspring.core.base.error_boundary import user_code_error_boundary
from mainspring.core.base.errors import InvariantViolationError, StepExecutionError, UserCodeError


def test_what_user_code_raises_is_wrapped() -> None:
    inner = KeyError("inner")
    with (
        pytest.raises(StepExecutionError, match=r"^The rates could not be read\.") as raised,
        user_code_error_boundary(StepExecutionError, lambda: "The rates could not be read."),
    ):
        raise inner
    assert raised.value.user_exception is inner
    assert raised.value.__cause__ is inner
    assert raised.value.is_user_code_error


def test_our_own_errors_pass_as_they_are() -> None:
    ours = InvariantViolationError("wrong")
    with pytest.raises(InvariantViolationError) as raised, user_code_error_boundary(UserCodeError, str):
        raise ours
    assert raised.value is ours


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_interruptions_pass_as_they_are(stop: type[BaseException]) -> None:
    with pytest.raises(stop), user_code_error_boundary(UserCodeError, str):
        raise stop


def test_nothing_is_raised_where_nothing_is_wrong() -> None:
    def never() -> str:
        raise AssertionError("asked for a message")

    with user_code_error_boundary(UserCodeError, never):
        pass


def test_it_may_be_logged() -> None:
    class Log:
        lines: list[str] = []  # noqa: RUF012

        def error(self, line: str, *parts: object) -> None:
            self.lines.append(line % parts)

    with pytest.raises(UserCodeError), user_code_error_boundary(UserCodeError, lambda: "Failed.", Log()):
        raise ValueError("no paper")
    assert Log.lines == ["Failed. ValueError: no paper"]


@pytest.mark.parametrize("kind", [ValueError, InvariantViolationError, UserCodeError("made")])
def test_only_errors_of_user_code(kind: type[UserCodeError]) -> None:
    with (
        pytest.raises(InvariantViolationError, match="no class of such errors"),
        user_code_error_boundary(kind, str),
    ):
        pass
