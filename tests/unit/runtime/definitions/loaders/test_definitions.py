from importlib import import_module

from mainspring.runtime.definitions.loaders import definitions as of_definitions
from mainspring.runtime.definitions.loggers.console import json_console_logger


def test_definitions(shop):
    inner = import_module("shop.inner")
    loggers = {"l": json_console_logger}
    found = [
        of_definitions.load_definitions_from_module(import_module("shop.inner.clean")),
        of_definitions.load_definitions_from_modules([inner, import_module("shop.inner.clean")]),
        of_definitions.load_definitions_from_package_module(inner),
        of_definitions.load_definitions_from_package_name("shop.inner", loggers=loggers, executor="e"),
    ]
    for defs in found:
        assert {item.key.to_user_string() for item in defs.assets} == {"clean", "raw"}
        assert [check.check_key.to_user_string() for check in defs.asset_checks] == ["clean:full"]
        assert [job.name for job in defs.jobs] == ["nightly"]
    assert (found[-1].loggers, found[-1].executor) == (loggers, "e")
