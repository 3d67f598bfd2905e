"""Variables for user code from elsewhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mainspring.core.base.errors import SettingsError
from mainspring.core.instance.instance import Instance
from mainspring.core.instance.secrets import env_file
from mainspring.testing.world import simulated_world

LOADER = """
class Vault:
    @classmethod
    def config_type(cls):
        return {"prefix": str}

    @classmethod
    def from_config_value(cls, inst_data, config_value):
        found = cls()
        found.prefix = config_value["prefix"]
        return found

    def get_secrets_for_environment(self, location_name):
        return {"MS_TEST_SECRET": f"{self.prefix}-{location_name}"}


class Empty(Vault):
    get_secrets_for_environment = None
"""


def instance(tmp_path: Path, settings: str) -> Instance:
    (tmp_path / "mainspring.yaml").write_text(f"secrets: {{custom: {settings}}}")
    return Instance.get(ambient=simulated_world(environ={"MAINSPRING_HOME": str(tmp_path), "PREFIX": "p"}))


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MS_TEST_SECRET", "none")


def test_a_class_of_ones_own_gives_variables(tmp_path, monkeypatch) -> None:
    (tmp_path / "acme_vault.py").write_text(LOADER)
    monkeypatch.syspath_prepend(tmp_path)
    with instance(tmp_path, "{module: acme_vault, class: Vault, config: {prefix: {env: PREFIX}}}") as found:
        found.inject_env_vars("here")
    assert os.environ["MS_TEST_SECRET"] == "p-here"
    sys.modules.pop("acme_vault")


def test_a_file_gives_variables(tmp_path) -> None:
    (tmp_path / ".env").write_text("MS_TEST_SECRET='a b'\n")
    with instance(tmp_path, "{module: dagster, class: EnvFileLoader}") as found:
        found.inject_env_vars(None)
    assert os.environ["MS_TEST_SECRET"] == "a b"
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / ".env").write_text("MS_TEST_SECRET=c\n")
    with instance(tmp_path, "{module: dagster, class: EnvFileLoader, config: {base_dir: more}}") as found:
        found.inject_env_vars(None)
    assert os.environ["MS_TEST_SECRET"] == "c"


def test_nothing_is_given_where_nothing_is_said(tmp_path) -> None:
    with Instance.ephemeral() as found:
        found.inject_env_vars("here")
    assert os.environ["MS_TEST_SECRET"] == "none"


def test_the_lines_of_a_file(tmp_path) -> None:
    path = tmp_path / ".env"
    path.write_text(
        '# a comment\n\nA=1\nexport B = two words  # a comment\nC=\'-----BEGIN\nx\n\'\nD="a\\n\\"b\\"" # c\nE=\nF=a#b\n'
        "not a line\nG='x # y'\n9=no\nH=${A}\n"
    )
    assert env_file(path) == {
        "A": "1",
        "B": "two words",
        "C": "-----BEGIN\nx\n",
        "D": 'a\n"b"',
        "E": "",
        "F": "a#b",
        "G": "x # y",
        "H": "${A}",
    }
    assert env_file(tmp_path / "missing") == {}
    with pytest.raises(SettingsError, match="cannot be read"):
        env_file(tmp_path)
