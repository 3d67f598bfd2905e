"""The process environment."""

from mainspring.core.base.environment import system_environment, variable


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
