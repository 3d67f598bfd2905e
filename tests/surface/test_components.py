"""The section "Components" of the public surface: definitions from functions and folders."""

import sys

import pytest

import mainspring as dg


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A package whose folder ``defs`` holds a module with an asset and one that makes definitions."""
    folder = tmp_path / "acme" / "defs"
    folder.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "acme"\nversion = "1"\n[tool.dg]\ndirectory_type = "project"\n'
        '[tool.dg.project]\nroot_module = "acme"\n'
    )
    (tmp_path / "acme" / "__init__.py").touch()
    (folder / "__init__.py").touch()
    (folder / "found.py").write_text("import mainspring as dg\n@dg.asset\ndef found():\n    return 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == "acme"]:
        sys.modules.pop(name)


def keys_of(defs):
    return sorted(spec.key.to_user_string() for spec in defs.resolve_all_asset_specs())


def test_definitions_decorator_makes_definitions_when_they_are_asked_for():
    made = []

    @dg.definitions
    def defs():
        made.append(1)
        return dg.Definitions([dg.AssetSpec("a")])

    assert made == []
    assert keys_of(defs()) == ["a"]


def test_load_defs_of_a_package(project):
    __import__("acme.defs")
    assert keys_of(dg.load_defs(sys.modules["acme.defs"], project_root=project)) == ["found"]


def test_load_from_defs_folder_of_a_project(project):
    assert keys_of(dg.load_from_defs_folder(path_within_project=project / "acme" / "defs")) == ["found"]
