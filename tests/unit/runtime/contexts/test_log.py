"""``context.log`` and what hears it."""

from __future__ import annotations

import logging

import pytest

from mainspring.runtime.contexts.log import EventLogHandler, LogManager, PassOnHandler, level_number


@pytest.mark.parametrize("level, number", [("info", 20), ("WARNING", 30), (7, 7)])
def test_levels(level, number) -> None:
    assert level_number(level) == number


def test_no_level() -> None:
    with pytest.raises(ValueError, match="'loud' is no log level; use one of"):
        level_number("loud")


def test_every_standard_method_works() -> None:
    heard = []
    log = LogManager("test", [EventLogHandler(lambda level, text, when: heard.append((level, text)))])
    log.debug("d")
    log.info("%s and %d", "words", 3)
    log.warning("w")
    log.error("e")
    log.critical("c")
    log.log("INFO", "by name")
    try:
        raise ValueError("boo")
    except ValueError:
        log.exception("caught")
    assert heard[:6] == [(10, "d"), (20, "words and 3"), (30, "w"), (40, "e"), (50, "c"), (20, "by name")]
    assert heard[6][0] == 40
    assert heard[6][1].startswith("caught\nTraceback")
    assert heard[6][1].endswith("ValueError: boo")


def test_a_level_of_its_own() -> None:
    heard = []
    handler = EventLogHandler(lambda level, text, when: heard.append(text))
    log = LogManager("test", [handler], logging.WARNING)
    log.info("not")
    log.warning("heard")
    assert heard == ["heard"]


def test_passing_on(caplog) -> None:
    log = LogManager("test", [PassOnHandler(logging.getLogger("mainspring.test"))])
    log.warning("heard")
    log.debug("below the level of the root")
    assert caplog.record_tuples == [("test", logging.WARNING, "heard")]
