"""The settings file: keys, values from the environment, what the keys of old mean."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mainspring.core.base.errors import InvalidConfigError, SettingsError
from mainspring.core.instance.instance import Instance
from mainspring.core.instance.settings import checked, read_settings, settings_file
from mainspring.core.storage.sql.sqlite import FILE_NAME
from mainspring.testing.world import simulated_world

STORAGES = {
    "run": "SqliteRunStorage",
    "event_log": "SqliteEventLogStorage",
    "schedule": "SqliteScheduleStorage",
}


def instance_with(home: Path, text: str, name: str = "mainspring.yaml", **environ: str) -> Instance:
    home.mkdir()
    (home / name).write_text(text)
    return Instance.get(ambient=simulated_world(environ={"MAINSPRING_HOME": str(home), **environ}))


def test_the_database_lies_where_the_settings_say(tmp_path: Path) -> None:
    text = "storage:\n  sqlite:\n    base_dir: {env: PLACE}\ntelemetry:\n  enabled: false\n"
    with instance_with(tmp_path / "home", text, PLACE=str(tmp_path / "place")) as instance:
        assert not instance.telemetry_enabled
    assert (tmp_path / "place" / FILE_NAME).is_file()


def test_three_storages_of_old_become_one(tmp_path: Path) -> None:
    text = "".join(
        f"{kind}_storage:\n  module: dagster\n  class: {name}\n  config:\n    base_dir: {tmp_path / kind}\n"
        for kind, name in STORAGES.items()
    )
    with instance_with(tmp_path / "home", text, "dagster.yaml") as instance:
        instance.add_dynamic_partitions("d", ["x"])
    assert not (tmp_path / "event_log" / FILE_NAME).is_symlink()
    for kind in ("run", "schedule"):
        assert (tmp_path / kind / FILE_NAME).resolve() == tmp_path / "event_log" / FILE_NAME


def test_values_are_stored_where_the_settings_say(tmp_path: Path) -> None:
    files = tmp_path / "files"
    text = "local_artifact_storage:\n  module: dagster\n  class: LocalArtifactStorage\n"
    text += f"  config:\n    base_dir: {files}\n"
    with instance_with(tmp_path / "home", text) as instance:
        assert instance.storage_directory() == str(tmp_path / "files" / "storage")


def test_folders_that_are_named_shortly_lie_in_the_home(tmp_path: Path) -> None:
    text = "storage: {sqlite: {base_dir: db}}\n"
    text += (
        "local_artifact_storage: {module: mainspring, class: LocalArtifactStorage, config: {base_dir: files}}"
    )
    with instance_with(tmp_path / "home", text) as instance:
        assert instance.storage_directory() == str(tmp_path / "home" / "files" / "storage")
    assert (tmp_path / "home" / "db" / FILE_NAME).is_file()


def test_every_folder_that_is_named_shortly_lies_in_the_home(tmp_path: Path) -> None:
    (tmp_path / "mainspring.yaml").write_text(
        "compute_logs: {module: dagster, class: LocalComputeLogManager, config: {base_dir: logs}}\n"
        "storage: {sqlite: {base_dir: {env: PLACE}}}\n"
        "secrets: {custom: {module: dagster, class: EnvFileLoader, config: {base_dir: /etc/x}}}\n"
        "local_artifact_storage: {module: dagster, class: LocalArtifactStorage, config: {base_dir: ~/files}}\n"
    )
    found = read_settings(tmp_path / "mainspring.yaml", environ={"PLACE": "db"})
    folders = [
        found["compute_logs"]["config"]["base_dir"],
        found["storage"]["sqlite"]["base_dir"],
        found["secrets"]["custom"]["config"]["base_dir"],
        found["local_artifact_storage"]["config"]["base_dir"],
    ]
    assert folders == [
        str(tmp_path / "logs"),
        str(tmp_path / "db"),
        "/etc/x",
        str(Path("~/files").expanduser()),
    ]
    (tmp_path / "mainspring.yaml").write_text("storage: {sqlite: {base_dir: ~somebody/x}}")
    with pytest.raises(InvalidConfigError, match=r"base_dir` must be a path; got '~somebody/x'"):
        read_settings(tmp_path / "mainspring.yaml", environ={})


def test_python_logs(tmp_path: Path) -> None:
    text = "python_logs:\n  python_log_level: INFO\n  managed_python_loggers: [root]\n"
    with instance_with(tmp_path / "home", text) as instance:
        assert (instance.python_log_level, instance.managed_python_loggers) == ("INFO", ["root"])
    with Instance.ephemeral() as bare:
        assert (bare.python_log_level, bare.managed_python_loggers) == (None, [])


@pytest.mark.parametrize(
    "text", ["a: [", "- a\n- b\n", "just words", "a: \x00", "[" * 5000, "a: b\n--- c: d"]
)
def test_a_file_that_is_no_mapping_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mainspring.yaml"
    path.write_text(text)
    with pytest.raises(InvalidConfigError, match=r"mainspring\.yaml"):
        read_settings(path, environ={})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mainspring.yaml"
    path.write_bytes(b"ui: {name: \xff}")
    with pytest.raises(InvalidConfigError, match=r"mainspring\.yaml cannot be read[^$]*it is not UTF-8"):
        read_settings(path, environ={})
    with pytest.raises(InvalidConfigError, match="cannot be read"):
        read_settings(tmp_path, environ={})


def test_an_empty_file_and_limits_by_tag_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "mainspring.yaml"
    path.write_text("")
    assert read_settings(path, environ={}) == {}
    limits = {
        "concurrency": {"runs": {"tag_concurrency_limits": [{"key": "a", "limit": 1}]}},
        "secrets": None,
    }
    assert checked(limits, place="a test", environ={}) == {**limits, "secrets": {}}


def test_overrides_are_checked_and_heeded(tmp_path: Path) -> None:
    with Instance.local_temp(
        str(tmp_path / "x"), overrides={"storage": {"sqlite": {"base_dir": str(tmp_path / "y")}}}
    ):
        assert (tmp_path / "y" / FILE_NAME).is_file()
    with pytest.raises(InvalidConfigError, match="overrides"):
        Instance.local_temp(str(tmp_path / "z"), overrides={"nonsense": 1})
    with Instance.from_config(_with_file(tmp_path), "my.yaml") as instance:
        assert instance.root_directory == str(tmp_path)
    with pytest.raises(SettingsError, match=r"other\.yaml"):
        Instance.from_config(str(tmp_path), "other.yaml")


def _with_file(folder: Path) -> str:
    (folder / "my.yaml").write_text("nux:\n  enabled: false\n")
    return str(folder)


@pytest.mark.parametrize("kind", ["folder", "dangling link", "pipe"])
def test_settings_that_are_no_file_are_not_overlooked(tmp_path: Path, kind: str) -> None:
    """Else a deployment whose link broke would go on in an empty database."""
    named = tmp_path / "mainspring.yaml"
    if kind == "folder":
        named.mkdir()
    elif kind == "pipe":
        os.mkfifo(named)
    else:
        named.symlink_to(tmp_path / "nowhere")
    with pytest.raises(SettingsError, match="no file that can be read"):
        settings_file(tmp_path)


def test_a_settings_file_without_end_is_refused() -> None:
    with pytest.raises(InvalidConfigError, match="too long"):
        read_settings(Path("/dev/zero"), environ={})
