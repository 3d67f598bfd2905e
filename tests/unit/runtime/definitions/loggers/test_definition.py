"""A logger is made by a function of its config, called by a run or by a test."""

from __future__ import annotations

import logging

import pytest

import mainspring as dg
from mainspring.runtime.definitions.loggers.build import build_init_logger_context
from mainspring.runtime.definitions.loggers.definition import LoggerDefinition, logger


@logger(config_schema={"level": dg.Field(str, default_value="INFO")}, description="Speaks.")
def speaking(init_context):
    return logging.Logger("speaking", init_context.logger_config["level"])


def test_what_it_says_of_itself() -> None:
    assert speaking.description == "Speaks."
    assert speaking.config_field is speaking.get_config_field()
    assert speaking.config_schema.as_field() == speaking.config_field
    assert (speaking.has_config_field, speaking.config_field.is_required) == (True, False)
    assert speaking.where.file.endswith("test_definition.py")
    assert repr(speaking) == "LoggerDefinition(speaking)"


def test_called_with_a_context() -> None:
    assert speaking(build_init_logger_context()).level == logging.INFO
    assert speaking(build_init_logger_context({"level": "ERROR"})).level == logging.ERROR
    assert speaking(init_context=dg.InitLoggerContext({"level": "ERROR"})).level == logging.ERROR


@pytest.mark.parametrize("given", [(), (None,), ({"level": "INFO"},), (build_init_logger_context(), 2)])
def test_called_without_one(given) -> None:
    with pytest.raises(dg.InvalidInvocationError, match="build_init_logger_context"):
        speaking(*given)


def test_the_config_is_checked() -> None:
    with pytest.raises(dg.InvalidConfigError, match="root:config:level: Expected str"):
        speaking(build_init_logger_context({"level": 3}))


def test_the_context_of_a_call() -> None:
    seen = []

    @logger
    def asks(init_context):
        """Asks."""
        seen.append(init_context)
        return logging.Logger("asks")

    asks(build_init_logger_context("any config", job_def="the job"))
    (context,) = seen
    assert (context.logger_config, context.logger_def, context.job_def, context.run_id) == (
        "any config",
        asks,
        "the job",
        None,
    )
    assert asks.description == "Asks."


def test_configured() -> None:
    errors_only = speaking.configured({"level": "ERROR"})
    assert errors_only(build_init_logger_context()).level == logging.ERROR
    assert errors_only.description == "Speaks."
    assert errors_only.logger_fn is speaking.logger_fn

    @dg.configured(speaking, config_schema={"quiet": bool})
    def by_mood(config):
        return {"level": "ERROR" if config["quiet"] else "DEBUG"}

    assert by_mood(build_init_logger_context({"quiet": False})).level == logging.DEBUG
    assert by_mood.apply_config_mapping({"config": {"quiet": True}}).value == {"level": "ERROR"}


def test_what_is_no_function() -> None:
    with pytest.raises(dg.InvalidDefinitionError, match="logger_fn of a logger is a function"):
        LoggerDefinition(logging.getLogger("x"))
