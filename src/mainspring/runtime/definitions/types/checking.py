"""``check_type``: ask a type about a value outside a run, in a test for one."""

from __future__ import annotations

import logging
from typing import Any

from mainspring.core.base.errors import InvalidInvocationError
from mainspring.runtime.contexts.log import LogManager, PassOnHandler
from mainspring.runtime.contexts.type_check import OUTSIDE_A_RUN, TypeCheckContext
from mainspring.runtime.definitions.types.infer import resolve_type
from mainspring.runtime.definitions.types.type_check import TypeCheck

_LOGGER = "mainspring.types"
"""The standard logger that hears what a check logs outside a run."""

_VALUES = (str, bytes, int, float, list, tuple, dict, set)


def check_type(dagster_type: Any, value: Any) -> TypeCheck:
    """What a type, or the type that an annotation stands for, says of a value.

    >>> check_type(dict[str, int], {"a": "b"}).description
    "The value of 'a', 'b', is a str, not Int."

    There are no resources: a type that requires some raises ``TypeCheckError``, as one whose function raises.
    Raises ``InvalidInvocationError`` for what is no type.
    """
    if isinstance(dagster_type, _VALUES):
        raise InvalidInvocationError(f"check_type takes a type, then a value; {dagster_type!r} is no type.")
    value_type = resolve_type(dagster_type)
    log = LogManager(_LOGGER, [PassOnHandler(logging.getLogger(_LOGGER))])
    return value_type.check(value, TypeCheckContext(OUTSIDE_A_RUN, log, None, value_type))
