from importlib import import_module

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.partitions.backfill_policy import BackfillPolicy
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.loaders import assets as of_assets


def keys(found):
    return {
        key.to_user_string()
        for item in found
        for key in (item.keys if isinstance(item, AssetsDefinition) else [item.key])
    }


ALL = {"raw", "source", "more_0", "more_1", "clean", "here"}


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
    (tmp_path / "shop" / "again.py").write_text((tmp_path / "shop" / "raw.py").read_text())
    with pytest.raises(
        InvalidDefinitionError, match="'raw' is declared twice in the loaded modules"
    ) as caught:
        of_assets.load_assets_from_modules([import_module("shop.raw"), import_module("shop.again")])
    assert "raw.py:4" in str(caught.value)
    assert "again.py:4" in str(caught.value)


def test_of_the_current_module(shop):
    here = import_module("shop.here")
    assert keys(here.assets) == {"p/here"}
    assert [one.check_key.to_user_string() for one in here.checks] == ["p/here:ok"]
    assert here.defs.resources == {"db": 1}
    assert {item.key.to_user_string() for item in here.defs.assets} == {"here", "p/here"}
