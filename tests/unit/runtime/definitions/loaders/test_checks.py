from importlib import import_module

from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.loaders import checks as of_checks


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
