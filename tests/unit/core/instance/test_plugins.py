"""Classes of one's own that settings name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mainspring.core.base.errors import InvalidConfigError, SettingsError
from mainspring.core.base.serial import decode, encode
from mainspring.core.instance.instance import Instance
from mainspring.core.instance.plugins import ConfigurableClass, ConfigurableClassData, plugin, plugin_data
from mainspring.core.instance.settings import NOTHING, Given
from mainspring.core.instance.settings.reading import of_text
from mainspring.testing.world import simulated_world

MODULE = """
import mainspring as dg
from mainspring.core.instance.plugins import ConfigurableClass


class Logs(ConfigurableClass):
    SCHEMA = {
        "bucket": dg.StringSource,
        "count": int,
        "share": dg.Field(float, is_required=False),
        "fast": dg.Field(bool, default_value=False),
        "words": dg.Field([str], is_required=False),
        "more": dg.Field(dict, is_required=False),
    }

    def __init__(self, inst_data, config):
        self.data, self.config = inst_data, config

    @property
    def inst_data(self):
        return self.data

    @classmethod
    def config_type(cls):
        return cls.SCHEMA

    @classmethod
    def from_config_value(cls, inst_data, config_value):
        return cls(inst_data, config_value)


class ModelConfig(dg.Config):
    bucket: str
    count: int = 1


class ByModel(Logs):
    SCHEMA = ModelConfig


class Raises(Logs):
    @classmethod
    def from_config_value(cls, inst_data, config_value):
        raise ValueError(config_value["bucket"])


class BadType(Logs):
    @classmethod
    def config_type(cls):
        raise RuntimeError("no schema today")


class Plain: ...


class Store(Logs):
    SCHEMA = {}

    @classmethod
    def from_config_value(cls, inst_data, config_value):
        from mainspring.core.base.clock import SystemClock
        from mainspring.core.storage.sql.store import memory_store

        return memory_store(clock=SystemClock())


not_a_class = 3
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module of the user's own."""
    (tmp_path / "acme_plugins.py").write_text(MODULE)
    (tmp_path / "acme_broken.py").write_text("raise RuntimeError('out of paper')")
    (tmp_path / "acme_needy.py").write_text("import not_installed_anywhere")
    monkeypatch.syspath_prepend(tmp_path)
    yield "acme_plugins"
    for name in ("acme_plugins", "acme_broken", "acme_needy"):
        sys.modules.pop(name, None)


def given(config: str, name: str = "Logs", module: str = "acme_plugins", **environ: str) -> Given:
    text = f"compute_logs:\n  module: {module}\n  class: {name}\n  config:\n"
    return of_text(text + "".join(f"    {line}\n" for line in config.splitlines()), "m.yaml", environ)


def made(settings: Given, **environ: str):
    return plugin(settings, "compute_logs", environ=environ)


def test_a_class_is_made_from_its_config(module) -> None:
    environ = {"B": "x", "N": "3", "S": "0.5", "F": "yes", "W": "3"}
    config = "bucket: {env: B}\ncount: {env: N}\nshare: {env: S}\nfast: {env: F}\nwords: [a, {env: W}]"
    config += "\nmore: {deep: {env: B}}"
    found = made(given(config, **environ), **environ)
    assert found.config == {
        "bucket": "x",
        "count": 3,
        "share": 0.5,
        "fast": True,
        "words": ["a", "3"],
        "more": {"deep": "x"},
    }
    data = found.inst_data
    assert (data.module_name, data.class_name, data.config_dict["bucket"]) == (module, "Logs", {"env": "B"})
    assert decode(encode(data), ConfigurableClassData) == data
    assert b'"x"' not in encode(data)
    assert data.rehydrate(ConfigurableClass, environ=environ).config == found.config


def test_a_class_that_takes_a_model(module) -> None:
    found = made(given("bucket: a\ncount: {env: N}", "ByModel", N="3"), N="3")
    assert (found.config.bucket, found.config.count) == ("a", 3)
    with pytest.raises(InvalidConfigError, match=r"m\.yaml:5:5: `compute_logs.config.buckt`"):
        made(given("buckt: a", "ByModel"))


def test_nothing_is_made_where_nothing_is_named() -> None:
    assert plugin(NOTHING, "compute_logs", environ={}) is None
    assert plugin_data(NOTHING, "secrets", "custom") is None


def test_a_wrong_config_names_file_and_line(module) -> None:
    with pytest.raises(InvalidConfigError) as caught:
        made(given("bucket: 3\ncuont: 4\nwords: [1]"))
    told = str(caught.value)
    assert "The config of Logs in m.yaml:4:3 is wrong." in told
    assert "m.yaml:5:5: `compute_logs.config.bucket` expected str" in told
    assert "m.yaml:7:13: `compute_logs.config.words[0]` expected str" in told
    assert "`compute_logs.config.cuont`" in told
    assert "`compute_logs.config.count`" in told


@pytest.mark.parametrize("config", ["bucket: a\ncount: {env: N}", "bucket: {x: {env: N}}\ncount: 1"])
def test_what_came_from_the_environment_is_not_told(module, config) -> None:
    with pytest.raises(InvalidConfigError) as caught:
        made(given(config, N="s3cret"), N="s3cret")
    assert "s3cret" not in str(caught.value)
    assert "the environment variable N gives something else." in str(caught.value)
    with pytest.raises(InvalidConfigError, match="the environment variable N, which is not set"):
        made(given(config, N="s3cret"))


@pytest.mark.parametrize(
    "name,place,told",
    [
        (
            "Logs",
            "acme_missing.logs",
            "names Logs of acme_missing.logs, but there is no module acme_missing.",
        ),
        ("Logs", "acme_plugins.logs", "there is no module acme_plugins.logs"),
        ("Logs", "acme_needy", "imports not_installed_anywhere, and there is no such module."),
        ("Logs", "acme_broken", "whose import raised RuntimeError: out of paper"),
        ("Lags", "acme_plugins", "which has no such class.\nDid you mean Logs"),
        ("not_a_class", "acme_plugins", "which has no such class."),
        (
            "Plain",
            "acme_plugins",
            "has no config_type and no from_config_value.\nDerive it from ConfigurableClass.",
        ),
        ("BadType", "acme_plugins", "whose `config_type` raised RuntimeError: no schema today"),
        ("Raises", "acme_plugins", "which could not be made: ValueError."),
    ],
)
def test_what_goes_wrong_says_where(module, name, place, told) -> None:
    with pytest.raises(SettingsError) as caught:
        made(given("bucket: s3cret\ncount: 1", name, place))
    assert str(caught.value).startswith(f"m.yaml:3:3: `compute_logs` names {name} of {place}")
    assert told in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_class_of_another_kind_is_refused(module) -> None:
    settings = given("bucket: a\ncount: 1")
    assert plugin(settings, "compute_logs", environ={}, as_type=ConfigurableClass) is not None
    with pytest.raises(SettingsError, match="names Logs of acme_plugins, which is no Path"):
        plugin(settings, "compute_logs", environ={}, as_type=Path)


def test_data_by_hand(module) -> None:
    data = ConfigurableClassData("acme_plugins", "Logs", "bucket: a\ncount: 2\n")
    assert data.rehydrate().config == {"bucket": "a", "count": 2, "fast": False}
    with pytest.raises(SettingsError, match="The config of Logs is no mapping"):
        ConfigurableClassData("acme_plugins", "Logs", "[1]").rehydrate()
    with pytest.raises(InvalidConfigError, match=r"^The config of Logs in Logs is wrong"):
        ConfigurableClassData("acme_plugins", "Logs", "{}").rehydrate()


def test_a_store_of_ones_own(module, tmp_path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "mainspring.yaml").write_text("storage: {custom: {module: acme_plugins, class: Store}}")
    world = simulated_world(environ={"MAINSPRING_HOME": str(home)})
    with Instance.get(ambient=world) as instance:
        instance.add_dynamic_partitions("d", ["x"])
        assert instance.get_dynamic_partitions("d") == ["x"]
    assert [path.name for path in home.iterdir()] == ["mainspring.yaml"]
    (home / "mainspring.yaml").write_text(
        "storage: {custom: {module: acme_plugins, class: Logs, config: {bucket: a, count: 1}}}"
    )
    with pytest.raises(
        SettingsError, match=r"`storage.custom` names Logs, which is no store: it has no events"
    ):
        Instance.get(ambient=world)
