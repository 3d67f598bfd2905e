"""Everything that the modules of a project's ``defs`` folder declare."""

import sys
from importlib import import_module
from textwrap import dedent

import pytest

from mainspring.core.base.errors import (
    InvalidDefinitionError,
    InvalidInvocationError,
    InvariantViolationError,
)
from mainspring.runtime.definitions.loaders.defs_folder import load_defs, load_from_defs_folder
from mainspring.runtime.definitions.loaders.target import Target, load_target

FILES = {
    "__init__": "",
    "definitions": """
        from pathlib import Path
        import mainspring as dg

        @dg.definitions
        def defs():
            return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
        """,
    "defs/__init__": "",
    "defs/assets": """
        import mainspring as dg

        @dg.asset
        def orders(): ...

        @dg.asset_check(asset=orders)
        def full(): ...

        nightly = dg.define_asset_job("nightly", [orders])
        """,
    "defs/extra/deep/automation": """
        import mainspring as dg
        from {package}.defs.assets import nightly

        schedule = dg.ScheduleDefinition(job=nightly, cron_schedule="0 0 * * *")

        @dg.sensor(job=nightly)
        def watch(): ...

        @dg.op
        def one(): ...

        @dg.job
        def counting():
            one()
        """,
    "defs/resources": """
        import mainspring as dg

        @dg.definitions
        def resources(context):
            return dg.Definitions(resources={"root": context.project_root, "name": context.defs_module_name})
        """,
    "defs/whole": """
        import mainspring as dg

        kept, left = dg.AssetSpec("kept"), dg.AssetSpec("left")
        defs = dg.Definitions(assets=[kept])
        """,
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Write a project with its package below ``src``; it is not installed."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    package = f"shop_{tmp_path.name}"
    root = tmp_path / package

    def write(named="root_module = '{package}'", **more):
        for name, text in (FILES | more).items():
            path = root / "src" / package / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text).replace("{package}", package))
        table = "" if named is None else f"[tool.dg.project]\n{named.format(package=package)}\n"
        (root / "pyproject.toml").write_text(table)
        return root / "src" / package

    write.package = package
    yield write
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in (package, "elsewhere"):
            del sys.modules[name]


def names(definitions):
    return {
        "assets": [key.to_user_string() for key in definitions.resolve_all_asset_keys()],
        "checks": [key.name for key in definitions.catalog.assets.by_check],
        "jobs": list(definitions.catalog.jobs),
        "schedules": list(definitions.catalog.schedules),
        "sensors": list(definitions.catalog.sensors),
        "resources": sorted(definitions.resources),
    }


ALL = {
    "assets": ["orders", "kept"],
    "checks": ["full"],
    "jobs": ["nightly", "counting"],
    "schedules": ["nightly_schedule"],
    "sensors": ["watch"],
    "resources": ["name", "root"],
}


@pytest.mark.parametrize("named", ["root_module = '{package}'", "defs_module = '{package}.defs'", None])
def test_everything_is_found(project, named):
    folder = project(named)
    defs = load_from_defs_folder(path_within_project=folder)
    assert names(defs) == ALL
    assert defs.resources == {"root": folder.parents[1], "name": f"{project.package}.defs"}


def test_any_path_in_the_project_will_do(project):
    folder = project()
    for path in (folder / "defs" / "assets.py", folder.parents[1], str(folder)):
        assert names(load_from_defs_folder(path_within_project=path)) == ALL


def test_by_a_target(project):
    folder = project()
    target = Target(module_name=f"{project.package}.definitions", search=(folder.parent,))
    assert names(load_target(target)) == ALL


def test_a_package_by_itself(project, monkeypatch):
    folder = project(**{"defs/own/definitions": "import mainspring as dg\ndefs = dg.Definitions()\n"})
    (folder / "defs" / "own" / "more.py").write_text("import mainspring as dg\nspec = dg.AssetSpec('more')\n")
    monkeypatch.syspath_prepend(str(folder.parent))
    package = import_module(f"{project.package}.defs")
    assert names(load_defs(package)) == ALL
    whole = load_defs(package, terminate_autoloading_on_keyword_files=False)
    assert "more" in names(whole)["assets"]
    assert load_defs(package, project_root="elsewhere").resources["root"] == "elsewhere"
    with pytest.raises(InvalidInvocationError, match="which is no package"):
        load_defs(import_module(f"{project.package}.defs.assets"))


def test_two_modules_that_do_not_agree(project):
    other = "import mainspring as dg\ndefs = dg.Definitions(resources={'root': 1})\n"
    with pytest.raises(
        InvariantViolationError, match=r"different resources the name 'root': at .*resources\.py"
    ):
        load_from_defs_folder(path_within_project=project(**{"defs/zone": other}))


def test_a_component_file(project):
    folder = project()
    (folder / "defs" / "extra" / "defs.yaml").write_text("type: x\n")
    with pytest.raises(InvalidDefinitionError, match=r"extra/defs\.yaml declares a component"):
        load_from_defs_folder(path_within_project=folder)


def test_a_module_that_cannot_be_imported_raises_what_it_raises(project):
    folder = project(**{"defs/bad": "import elsewhere_that_is_not\n"})
    with pytest.raises(ModuleNotFoundError, match="elsewhere_that_is_not"):
        load_from_defs_folder(path_within_project=folder)


def test_where_there_is_no_folder(project, tmp_path):
    with pytest.raises(InvalidInvocationError, match="does not know which project is meant"):
        load_from_defs_folder()
    project("root_module = 'elsewhere'")
    with pytest.raises(InvalidInvocationError, match=r"There is no package 'elsewhere\.defs'"):
        load_from_defs_folder(path_within_project=tmp_path / project.package)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInvocationError, match=r"There is no folder 'defs' in .*empty or above it"):
        load_from_defs_folder(path_within_project=tmp_path / "empty")
