"""The ready-made loggers speak on stderr from a level on; colours are for those who look at a terminal."""

from __future__ import annotations

import io
import logging
import sys

import pytest

import mainspring as dg
from mainspring.runtime.definitions.loggers.build import build_init_logger_context
from mainspring.runtime.definitions.loggers.console import (
    colored_console_logger,
    default_loggers,
    default_system_loggers,
    json_console_logger,
)

RED, PLAIN = "\033[31m", "\033[0m"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def line_of(definition, config=None) -> str:
    logger = definition(build_init_logger_context(config))
    logger.handle(logger.makeRecord(logger.name, logging.ERROR, "f", 1, "oh no", (), None))
    return sys.stderr.getvalue()


@pytest.mark.parametrize("stream,coloured", [(io.StringIO, False), (Terminal, True)])
def test_colours(monkeypatch, stream, coloured) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stderr", stream())
    line = line_of(colored_console_logger)
    assert line.endswith(f"mainspring - ERROR - oh no{PLAIN if coloured else ''}\n")
    assert line.startswith(RED) == coloured


def test_no_colours_where_nobody_wants_them(monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert "\033" not in line_of(colored_console_logger)


@pytest.mark.parametrize("definition", [colored_console_logger, json_console_logger])
def test_config(definition) -> None:
    assert definition(build_init_logger_context()).level == logging.INFO
    made = definition(build_init_logger_context({"log_level": "warning", "name": "mine"}))
    assert (made.level, made.name) == (logging.WARNING, "mine")
    with pytest.raises(dg.InvalidConfigError, match="Did you mean DEBUG") as caught:
        definition(build_init_logger_context({"log_level": "DEBAG"}))
    assert [fault.location for fault in caught.value.errors] == ["root:config:log_level"]


def test_what_there_is_without_declaring_any() -> None:
    assert default_loggers() == {"console": colored_console_logger}


@pytest.mark.parametrize("settings,level", [(None, "INFO"), ({"python_log_level": "debug"}, "DEBUG")])
def test_the_loggers_of_an_instance(settings, level) -> None:
    with dg.Instance.ephemeral(settings={"python_logs": settings}) as instance:
        assert default_system_loggers(instance) == [
            (colored_console_logger, {"name": "mainspring", "log_level": level})
        ]
    assert default_system_loggers(None)[0][1]["log_level"] == "INFO"
