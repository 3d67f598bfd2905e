"""``JsonLogFormatter``: each log record as one line of JSON."""

from __future__ import annotations

import logging

from mainspring.core.base.serial import encode, to_builtins


class JsonLogFormatter(logging.Formatter):
    """Writes all that is known of a record as a JSON object, its keys in alphabetical order.

    ``msg`` is the message; a record of a run has its place in the run under ``dagster_meta``. What has no JSON
    form is written as its ``repr``.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        said = dict(record.__dict__)
        said["msg"] = said["message"] = record.getMessage()
        said["args"] = [_shown(item) for item in _arguments(record)]
        if record.exc_info:
            said["exc_text"] = record.exc_text or self.formatException(record.exc_info)
        said["exc_info"] = None
        return encode({name: _shown(said[name]) for name in sorted(said)}).decode()


def _arguments(record: logging.LogRecord) -> list[object]:
    given = record.args
    return list(given) if isinstance(given, tuple) else [given] if given else []


def _shown(value: object) -> object:
    try:
        return to_builtins(value)
    except Exception:  # whatever a value's class raises when it is asked for a form
        return repr(value)
