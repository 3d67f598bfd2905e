from mainspring.runtime.definitions.loaders.modules import modules_of_package


def test_modules_of_a_package_are_imported_in_order(shop):
    found = [module.__name__ for module in modules_of_package(shop)]
    assert found == ["shop", "shop.here", "shop.inner", "shop.inner.clean", "shop.raw"]
