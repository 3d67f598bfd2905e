"""Ids are given, so that a simulation can replay them."""

from __future__ import annotations

import uuid
from typing import NewType, Protocol

RunId = NewType("RunId", str)
StepKey = NewType("StepKey", str)


class Ids(Protocol):
    """A source of ids that never repeats."""

    def new(self) -> str:
        """A fresh id in the form of a UUID."""
        ...


class SystemIds:
    """Random UUIDs (version 4)."""

    __slots__ = ()

    def new(self) -> str:
        return str(uuid.uuid4())


class CountingIds:
    """The ids 1, 2, 3 ... in the form of a UUID, for tests.

    >>> CountingIds().new()
    '00000000-0000-4000-8000-000000000001'
    """

    __slots__ = ("_count",)

    def __init__(self) -> None:
        self._count = 0

    def new(self) -> str:
        self._count += 1
        return f"00000000-0000-4000-8000-{self._count:012d}"
