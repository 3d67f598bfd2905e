"""Every record becomes one line of JSON, whatever it holds."""

from __future__ import annotations

import json
import logging

from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.loggers.json_format import JsonLogFormatter


class Odd:
    def __repr__(self) -> str:
        return "odd"


def record(msg, *args, **extra):
    made = logging.LogRecord("name", logging.WARNING, "/a/file.py", 7, msg, args, None)
    made.__dict__.update(extra)
    return made


def read(made) -> dict:
    line = JsonLogFormatter().format(made)
    assert "\n" not in line
    return json.loads(line)


def test_all_that_is_known() -> None:
    found = read(record("%s of %d", Odd(), 3, asset=AssetKey(["a", "b"]), thing=Odd()))
    assert list(found) == sorted(found)
    assert {name: found[name] for name in ("name", "levelname", "levelno", "filename", "lineno")} == {
        "name": "name",
        "levelname": "WARNING",
        "levelno": 30,
        "filename": "file.py",
        "lineno": 7,
    }
    assert (found["msg"], found["message"], found["args"]) == ("odd of 3", "odd of 3", ["odd", 3])
    assert (found["asset"], found["thing"]) == ("a/b", "odd")


def test_a_mapping_as_argument() -> None:
    found = read(record("%(rows)d rows", {"rows": 3}))
    assert (found["msg"], found["args"]) == ("3 rows", [{"rows": 3}])


def test_an_exception() -> None:
    made = record("failed")
    try:
        raise ValueError("no\nway")
    except ValueError as error:
        made.exc_info = (ValueError, error, error.__traceback__)
    found = read(made)
    assert found["exc_info"] is None
    assert found["exc_text"].startswith("Traceback (most recent call last):")
    assert found["exc_text"].endswith("ValueError: no\nway")


def test_numbers_json_has_no_word_for() -> None:
    assert read(record("x", far=float("inf"), big=2**70))["msg"] == "x"
