"""Names of ops, jobs, assets, checks, groups and the like: what they may be made of."""

from __future__ import annotations

import re
from typing import Final

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition

DEFAULT_GROUP_NAME: Final = "default"
IMPLICIT_ASSET_JOB_NAME: Final = "__ASSET_JOB"
ANONYMOUS_JOB_PREFIX: Final = "__anonymous_asset_job_"
SINGLETON_REPOSITORY_NAME: Final = "__repository__"
DEFAULT_AUTOMATION_SENSOR_NAME: Final = "default_automation_condition_sensor"

RESERVED_NAMES: Final = frozenset(
    {
        "context",
        "conf",
        "config",
        "meta",
        "arg_dict",
        "dict",
        "input_arg_dict",
        "output_arg_dict",
        "int",
        "str",
        "float",
        "bool",
        "input",
        "output",
        "type",
    }
)
"""Names that a function's parameters or the types of config already use."""

_NAME = re.compile(r"[A-Za-z0-9_]+")
_ASSET_NAME = re.compile(r"[A-Za-z0-9_.\-]+")
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9_]+")


def is_valid_name(name: str) -> bool:
    """Whether the name is made of letters, digits and underscores and is not reserved."""
    return _NAME.fullmatch(name) is not None and name not in RESERVED_NAMES


def suggested_name(name: str) -> str:
    """The nearest valid name.

    >>> suggested_name("order items")
    'order_items'
    """
    near = _NOT_IN_NAME.sub("_", name.strip()).strip("_") if not _NAME.fullmatch(name) else name
    return f"{near}_" if near in RESERVED_NAMES else near


def validate_name(name: object, *, what: str, where: SourcePosition | None = None) -> str:
    """The name, if it is valid for an op, a job, an asset, a check, a resource, an input or an output.

    ``what`` says whose name it is: ``an op``. Raises ``InvalidDefinitionError`` with a name that would do.
    """
    text = _of_letters(name, what, where)
    if text in RESERVED_NAMES:
        raise InvalidDefinitionError(
            f"{text!r} cannot be the name of {what}: it is reserved.",
            where=where,
            hint=f'Try "{suggested_name(text)}". Reserved are: {", ".join(sorted(RESERVED_NAMES))}.',
        )
    return text


def validate_asset_name(name: object, *, where: SourcePosition | None = None) -> str:
    """The name, if it is valid for an asset: as of an op, and it may have dots and hyphens.

    Its op has underscores in their place.
    """
    if isinstance(name, str) and _ASSET_NAME.fullmatch(name) and name not in RESERVED_NAMES:
        return name
    return validate_name(name, what="an asset", where=where)


def validate_group_name(
    group_name: str | None, *, what: str = "a group", where: SourcePosition | None = None
) -> str:
    """The group name, if it is made of letters, digits and underscores; ``default`` for ``None``."""
    return DEFAULT_GROUP_NAME if group_name is None else _of_letters(group_name, what, where)


def _of_letters(name: object, what: str, where: SourcePosition | None) -> str:
    if not isinstance(name, str):
        raise InvalidDefinitionError(
            f"The name of {what} is {name!r}, a {type(name).__name__}; names are strings.", where=where
        )
    if _NAME.fullmatch(name):
        return name
    near = suggested_name(name)
    offer = f' Try "{near}".' if near else ""
    raise InvalidDefinitionError(
        f"{name!r} cannot be the name of {what}.",
        where=where,
        hint=f"A name is made of letters, digits and underscores.{offer}",
    )
