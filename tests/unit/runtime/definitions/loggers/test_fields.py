"""The section ``loggers`` of a run config names loggers; what it does not name is not filled in."""

from __future__ import annotations

import logging

from mainspring.core.config.schema import Shape
from mainspring.core.config.validate import validate
from mainspring.runtime.definitions.loggers.definition import LoggerDefinition
from mainspring.runtime.definitions.loggers.fields import logger_fields

MINE = LoggerDefinition(lambda _: logging.Logger("mine"), {"url": str}, "Mine.")


def test_nothing_is_filled_in() -> None:
    schema = Shape(logger_fields({"mine": MINE}))
    assert list(schema.fields) == ["console", "mine"]
    assert schema.fields["mine"].description == "Mine."
    assert validate(schema, {}).value == {}


def test_what_is_named_is_checked() -> None:
    schema = Shape(logger_fields({"mine": MINE}))
    assert validate(schema, {"console": {}}).value == {
        "console": {"config": {"log_level": "INFO", "name": "mainspring"}}
    }
    found = validate(schema, {"mine": {"config": {}}, "other": {}})
    assert [fault.location for fault in found.errors] == ["root:other", "root:mine:config:url"]
