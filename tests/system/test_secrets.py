"""Variables that ``secrets.custom`` gives are there when user code runs, or a sentence says why not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

DEFINITIONS = """
import os
import mainspring as dg

@dg.asset
def opened():
    assert os.environ["DOOR_KEY"] == "swordfish"
"""

VAULT = """
class Vault:
    @classmethod
    def config_type(cls):
        return {}

    @classmethod
    def from_config_value(cls, inst_data, config_value):
        return cls()

    def get_secrets_for_environment(self, location_name):
        return {"DOOR_KEY": "swordfish"}


class Shut(Vault):
    def get_secrets_for_environment(self, location_name):
        raise RuntimeError("the vault is shut")


class Odd(Vault):
    def get_secrets_for_environment(self, location_name):
        return {"DOOR_KEY": 3}
"""


def launch(folder: Path, of_class: str) -> subprocess.CompletedProcess[str]:
    (folder / "project.py").write_text(DEFINITIONS)
    (folder / "acme_vault.py").write_text(VAULT)
    settings = f"secrets: {{custom: {{module: acme_vault, class: {of_class}}}}}\n"
    (folder / "mainspring.yaml").write_text(settings)
    return subprocess.run(
        [sys.executable, "-m", "mainspring", "launch", "--assets", "*", "-f", "project.py"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "MAINSPRING_HOME": str(folder), "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.system
def test_a_run_has_the_variables_of_the_vault(tmp_path: Path) -> None:
    ended = launch(tmp_path, "Vault")
    assert ended.returncode == 0, ended.stderr
    assert "swordfish" not in ended.stdout + ended.stderr


@pytest.mark.system
@pytest.mark.parametrize(
    "of_class,said", [("Shut", "the vault is shut"), ("Nobody", "Nobody"), ("Odd", "must give texts")]
)
def test_a_vault_that_cannot_be_asked_is_said(tmp_path: Path, of_class: str, said: str) -> None:
    ended = launch(tmp_path, of_class)
    assert ended.returncode == 2, ended.stderr
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
