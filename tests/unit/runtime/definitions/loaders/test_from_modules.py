import sys
import textwrap
from importlib import import_module

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.partitions.backfill_policy import BackfillPolicy
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.loaders import assets as of_assets
from mainspring.runtime.definitions.loaders import checks as of_checks
from mainspring.runtime.definitions.loaders import definitions as of_definitions
from mainspring.runtime.definitions.loaders.modules import modules_of_package

RAW = """
import mainspring as dg

@dg.asset
def raw(source): ...

source = dg.SourceAsset("source")
spec = dg.AssetSpec("spec", deps=["raw"])
more = [dg.asset(name=f"more_{i}", deps=[raw])(lambda: 1) for i in range(2)]
"""
CLEAN = """
import mainspring as dg
from shop.raw import raw

@dg.asset(group_name="own")
def clean(raw): ...

@dg.asset_check(asset=clean, additional_deps=[raw])
def full(clean): ...

nightly = dg.define_asset_job("nightly", [clean])
"""
HERE = """
import mainspring as dg

@dg.asset
def here(): ...

@dg.asset_check(asset=here)
def ok(): ...

assets = dg.load_assets_from_current_module(key_prefix="p")
checks = dg.load_asset_checks_from_current_module(asset_key_prefix="p")
defs = dg.load_definitions_from_current_module(resources={"db": 1})
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A package ``shop`` with the modules ``raw``, ``inner.clean`` and ``here``."""
    files = {"__init__": "", "raw": RAW, "inner/__init__": "", "inner/clean": CLEAN, "here": HERE}
    for name, text in files.items():
        path = tmp_path / "shop" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module("shop")
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]


def keys(found):
    return {
        key.to_user_string()
        for item in found
        for key in (item.keys if isinstance(item, AssetsDefinition) else [item.key])
    }


ALL = {"raw", "source", "more_0", "more_1", "clean", "here"}


def test_modules_of_a_package_are_imported_in_order(shop):
    found = [module.__name__ for module in modules_of_package(shop)]
    assert found == ["shop", "shop.here", "shop.inner", "shop.inner.clean", "shop.raw"]


def test_assets_of_modules_packages_and_names(shop):
    assert keys(of_assets.load_assets_from_package_module(shop)) == {*ALL, "p/here"}
    assert keys(of_assets.load_assets_from_package_name("shop")) == {*ALL, "p/here"}
    raw = import_module("shop.raw")
    assert keys(of_assets.load_assets_from_modules([raw])) == {"raw", "source", "more_0", "more_1"}
    assert keys(of_assets.load_assets_from_modules([raw], include_specs=True)) > {"spec"}


def test_prefixes_go_on_what_is_made_here_and_on_what_is_not(shop):
    modules = [import_module("shop.raw"), import_module("shop.inner.clean")]
    found = of_assets.load_assets_from_modules(
        modules, key_prefix=["p", "q"], source_key_prefix="s", include_specs=True
    )
    assert keys(found) == {"p/q/raw", "p/q/more_0", "p/q/more_1", "p/q/clean", "s/source", "s/spec"}
    by_key = {next(iter(one.keys)): one for one in found if isinstance(one, AssetsDefinition)}
    clean = by_key[AssetKey(["p", "q", "clean"])]
    assert clean.keys_by_input_name == {"raw": AssetKey(["p", "q", "raw"])}
    assert by_key[AssetKey(["p", "q", "raw"])].dependency_keys == {AssetKey(["s", "source"])}
    (spec,) = [one for one in found if not isinstance(one, AssetsDefinition)]
    assert [dep.asset_key for dep in spec.deps] == [AssetKey(["p", "q", "raw"])]


def test_attributes_go_on_all(shop):
    policy = BackfillPolicy.single_run()
    found = of_assets.load_assets_from_modules(
        [import_module("shop.raw")], group_name="all", automation_condition="c", backfill_policy=policy
    )
    specs = [spec for one in found for spec in one.specs]
    assert {(spec.group_name, spec.automation_condition) for spec in specs} == {("all", "c")}
    assert {one.backfill_policy for one in found if one.is_executable} == {policy}


def test_a_group_said_twice_is_refused(shop):
    with pytest.raises(InvalidDefinitionError, match="'clean' is in the group 'own'") as caught:
        of_assets.load_assets_from_modules([import_module("shop.inner.clean")], group_name="all")
    assert caught.value.where.file.endswith("clean.py")


def test_an_asset_declared_twice_is_refused(shop, tmp_path):
    (tmp_path / "shop" / "again.py").write_text(RAW)
    with pytest.raises(
        InvalidDefinitionError, match="'raw' is declared twice in the loaded modules"
    ) as caught:
        of_assets.load_assets_from_modules([import_module("shop.raw"), import_module("shop.again")])
    assert "raw.py:4" in str(caught.value) and "again.py:4" in str(caught.value)


def test_checks(shop):
    check = AssetCheckKey(AssetKey("clean"), "full")
    (found,) = of_checks.load_asset_checks_from_modules([import_module("shop.inner.clean")])
    assert found.check_key == check
    (moved,) = of_checks.load_asset_checks_from_modules([import_module("shop.inner.clean")], ["p"])
    assert moved.check_key == check.with_asset_key_prefix("p")
    assert moved.keys_by_input_name == {"clean": AssetKey(["p", "clean"])}
    for load in (
        lambda: of_checks.load_asset_checks_from_package_module(shop),
        lambda: of_checks.load_asset_checks_from_package_name("shop"),
    ):
        assert {one.check_key.to_user_string() for one in load()} == {"clean:full", "here:ok", "p/here:ok"}


def test_definitions(shop):
    inner = import_module("shop.inner")
    found = [
        of_definitions.load_definitions_from_module(import_module("shop.inner.clean")),
        of_definitions.load_definitions_from_modules([inner, import_module("shop.inner.clean")]),
        of_definitions.load_definitions_from_package_module(inner),
        of_definitions.load_definitions_from_package_name("shop.inner", loggers={"l": 1}, executor="e"),
    ]
    for defs in found:
        assert {item.key.to_user_string() for item in defs.assets} == {"clean", "raw"}
        assert [check.check_key.to_user_string() for check in defs.asset_checks] == ["clean:full"]
        assert [job.name for job in defs.jobs] == ["nightly"]
    assert (found[-1].loggers, found[-1].executor) == ({"l": 1}, "e")


def test_of_the_current_module(shop):
    here = import_module("shop.here")
    assert keys(here.assets) == {"p/here"}
    assert [one.check_key.to_user_string() for one in here.checks] == ["p/here:ok"]
    assert here.defs.resources == {"db": 1}
    assert {item.key.to_user_string() for item in here.defs.assets} == {"here", "p/here"}
