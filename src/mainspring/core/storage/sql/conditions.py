"""Conditions on columns, as texts that are added to a statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum

from mainspring.core.storage.sql.engine import marks


def among(column: str, members: Sequence[Enum] | None) -> tuple[str, tuple[str, ...]]:
    """`` AND column IN (...)`` with its parameters; nothing for ``None``, what never holds for no members."""
    if members is None:
        return "", ()
    if not members:
        return " AND 1 = 0", ()
    return f" AND {column} IN ({marks(len(members))})", tuple(one.value for one in members)


def seconds(moment: datetime | None) -> float | None:
    """A moment in seconds since 1970; without a time zone it is taken as UTC."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
