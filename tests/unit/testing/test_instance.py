"""A test has an instance on disk to itself, and its home for as long as it lasts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import mainspring as dg
from mainspring.testing.instance import instance_for_test


def homes() -> list[str | None]:
    return [os.environ.get(name) for name in ("MAINSPRING_HOME", "DAGSTER_HOME")]


@dg.asset
def orders():
    return 3


def test_a_fresh_home_that_goes(monkeypatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "/theirs")
    with instance_for_test() as instance:
        root = instance.root_directory
        assert homes() == [root, root]
        assert instance.is_persistent
        result = dg.materialize([orders], instance=instance)
        with dg.DagsterInstance.get() as again:
            assert again.get_run_by_id(result.run_id) is not None
    assert homes() == [None, "/theirs"]
    assert not Path(root).exists()


def test_closed_where_the_test_fails() -> None:
    roots = []

    def fails(instance: dg.DagsterInstance) -> None:
        roots.append(instance.root_directory)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), instance_for_test() as instance:
        fails(instance)
    assert homes() == [None, None]
    assert not Path(roots[0]).exists()


def test_without_the_variables() -> None:
    with instance_for_test(set_dagster_home=False) as instance:
        assert homes() == [None, None]
        assert instance.get_asset_keys() == []


def test_a_folder_of_ones_own_stays(tmp_path) -> None:
    folder = str(tmp_path / "home")
    with instance_for_test(temp_dir=folder) as instance:
        dg.materialize([orders], instance=instance)
    with instance_for_test(temp_dir=folder) as instance:
        assert instance.root_directory == folder
        assert instance.has_asset_key(dg.AssetKey("orders"))


def test_settings_hold_in_other_processes_too(tmp_path) -> None:
    with instance_for_test({"python_logs": {"python_log_level": "ERROR"}}) as instance:
        assert instance.python_log_level == "ERROR"
        code = "import mainspring as dg; print(dg.DagsterInstance.get().python_log_level)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "ERROR\n"


def test_settings_of_the_folder_hold_where_none_are_given(tmp_path) -> None:
    (tmp_path / "dagster.yaml").write_text("python_logs: {python_log_level: DEBUG}")
    with instance_for_test(temp_dir=str(tmp_path)) as instance:
        assert instance.python_log_level == "DEBUG"


def test_wrong_settings_are_refused() -> None:
    words = "`python_log` is not a setting"
    with pytest.raises(dg.InvalidConfigError, match=words), instance_for_test({"python_log": {}}):
        pass
    assert homes() == [None, None]


@pytest.mark.parametrize("name", ["synchronous_run_coordinator", "synchronous_run_launcher"])
def test_what_launches_runs(name) -> None:
    with (
        pytest.raises(dg.InvariantViolationError, match="execute_in_process"),
        instance_for_test(**{name: True}),
    ):
        pass
