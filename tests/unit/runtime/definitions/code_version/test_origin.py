"""Whose code something is."""

import sys
from importlib.metadata import version
from types import ModuleType

import pytest

from mainspring.runtime.definitions.code_version.origin import Origin, Origins, Owner

PYTHON = Origin(Owner.PYTHON, "python", f"{sys.version_info[0]}.{sys.version_info[1]}")


@pytest.fixture
def origins() -> Origins:
    return Origins()


@pytest.mark.parametrize("name", ["json.decoder", "builtins", "_thread", None, 7, ""])
def test_of_python(origins: Origins, name: object) -> None:
    assert origins.of(name) == PYTHON


def test_installed(origins: Origins) -> None:
    assert origins.of("yaml.nodes") == Origin(Owner.PACKAGE, "yaml", f"PyYAML=={version('pyyaml')}")
    assert origins.of("pydantic.main") == Origin(Owner.PACKAGE, "pydantic", version("pydantic"))


def test_ours_is_no_code_of_the_project(origins: Origins) -> None:
    assert origins.of("mainspring.core.base").owner is Owner.PACKAGE


def test_of_the_project(origins: Origins, tmp_path, monkeypatch) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "sub.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("mine", "mine.sub", "__main__", "made_by_hand", __name__):
        assert origins.of(name) == Origin(Owner.PROJECT, name, None)


def test_installed_without_a_version(origins: Origins, tmp_path, monkeypatch) -> None:
    module = ModuleType("odd_package")
    module.__file__ = str(tmp_path / "site-packages" / "odd_package.py")
    monkeypatch.setitem(sys.modules, "odd_package", module)
    assert origins.of("odd_package") == Origin(Owner.PACKAGE, "odd_package", None)
