"""The process environment."""

import subprocess
import sys

import pytest

from mainspring.core.base.environment import system_environment, variable, variables_set


def test_our_name_goes_before_the_other_and_empty_is_unset() -> None:
    both = {"MAINSPRING_HOME": "/ours", "DAGSTER_HOME": "/theirs"}
    assert variable(both, "HOME") == "/ours"
    assert variable({"DAGSTER_HOME": "/theirs"}, "HOME") == "/theirs"
    assert variable({"MAINSPRING_HOME": "", "DAGSTER_HOME": "/theirs"}, "HOME") == "/theirs"
    assert variable({}, "HOME") is None
    assert variable({}, "HOME", "/here") == "/here"


def test_the_environment_is_live(monkeypatch) -> None:
    environ = system_environment()
    monkeypatch.setenv("SOMETHING_NEW", "1")
    assert environ["SOMETHING_NEW"] == "1"


def test_variables_are_set_for_a_block_and_then_as_before(monkeypatch) -> None:
    monkeypatch.setenv("OLD", "before")
    monkeypatch.delenv("NEW", raising=False)
    environ = system_environment()

    def block() -> None:
        with variables_set({"OLD": "after", "NEW": "x"}):
            assert (environ["OLD"], environ["NEW"]) == ("after", "x")
            code = "import os; print(os.environ['NEW'])"
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
            assert done.stdout == b"x\n"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        block()
    assert (environ["OLD"], environ.get("NEW")) == ("before", None)
