"""``get_dagster_logger``: a logger for user code that has no context at hand."""

from __future__ import annotations

import logging

USER_LOGGER = "mainspring.user"
"""The logger below which those of ``user_logger`` lie; a run captures it."""


def user_logger(name: str | None = None) -> logging.Logger:
    """A logger whose lines go into the event log of the run they are said in, and to nothing else.

    >>> user_logger("orders").name
    'mainspring.user.orders'
    """
    root = logging.getLogger(USER_LOGGER)
    if root.propagate:  # nobody has set it up yet
        root.addHandler(logging.NullHandler())
        root.setLevel(logging.DEBUG)
        root.propagate = False
    return root.getChild(name) if name else root
