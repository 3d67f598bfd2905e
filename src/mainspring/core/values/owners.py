"""Owners: who answers for a definition. An e-mail address, or ``team:`` and a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition

TEAM_PREFIX: Final = "team:"

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_TEAM = re.compile(r"team:[A-Za-z0-9_.\-]+")
_NOT_IN_TEAM = re.compile(r"[^A-Za-z0-9_.\-]+")


def is_email(owner: str) -> bool:
    """Whether the owner is a person, told by an e-mail address."""
    return _EMAIL.fullmatch(owner) is not None


def team_of(owner: str) -> str | None:
    """The name of the team, or ``None`` for a person.

    >>> team_of("team:data")
    'data'
    """
    return owner[len(TEAM_PREFIX) :] if owner.startswith(TEAM_PREFIX) else None


def validate_owner(owner: object, *, what: str, where: SourcePosition | None = None) -> str:
    """The owner, if it is one; ``what`` names whose owner it is.

    Raises ``InvalidDefinitionError`` that says what an owner looks like.
    """
    if isinstance(owner, str) and (_EMAIL.fullmatch(owner) or _TEAM.fullmatch(owner)):
        return owner
    raise InvalidDefinitionError(
        f"The owner {owner!r} of {what} is neither an e-mail address nor a team.",
        where=where,
        hint=f"Give an e-mail address, or 'team:' and a name of letters, digits, '_', '-', '.'.{_try(owner)}",
    )


def validate_owners(
    owners: Sequence[str] | None, *, what: str, where: SourcePosition | None = None
) -> tuple[str, ...]:
    """The owners in their order, each checked."""
    if isinstance(owners, str):
        raise InvalidDefinitionError(
            f"The owners of {what} are the string {owners!r}; they are a list.",
            where=where,
            hint=f'Write ["{owners}"].',
        )
    return tuple(validate_owner(owner, what=what, where=where) for owner in owners or ())


def _try(owner: object) -> str:
    if not isinstance(owner, str) or "@" in owner:
        return ""
    name = _NOT_IN_TEAM.sub("_", owner.removeprefix(TEAM_PREFIX).strip()).strip("_")
    return f' Try "{TEAM_PREFIX}{name}".' if name else ""
