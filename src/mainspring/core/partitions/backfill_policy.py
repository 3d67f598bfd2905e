"""``BackfillPolicy``: how many partitions one run of a backfill takes."""

from __future__ import annotations

from enum import Enum

import msgspec

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import user_position


class BackfillPolicyType(Enum):
    """Whether a backfill makes one run or several."""

    SINGLE_RUN = "SINGLE_RUN"
    MULTI_RUN = "MULTI_RUN"


class BackfillPolicy(msgspec.Struct, frozen=True):
    """How many partitions a single run of a backfill materialises at most; ``None``: all of them.

    >>> BackfillPolicy.multi_run(10).max_partitions_per_run
    10
    >>> BackfillPolicy.single_run().policy_type
    <BackfillPolicyType.SINGLE_RUN: 'SINGLE_RUN'>
    """

    max_partitions_per_run: int | None = 1

    def __post_init__(self) -> None:
        most = self.max_partitions_per_run
        if most is None:
            return
        if not isinstance(most, int) or isinstance(most, bool) or most < 1:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidDefinitionError(
                f"max_partitions_per_run is a number of 1 or more, or None for a single run; got {most!r}.",
                where=user_position(),
            )

    @staticmethod
    def single_run() -> BackfillPolicy:
        """All partitions in one run."""
        return BackfillPolicy(max_partitions_per_run=None)

    @staticmethod
    def multi_run(max_partitions_per_run: int = 1) -> BackfillPolicy:
        """Several runs, each of at most so many partitions."""
        return BackfillPolicy(max_partitions_per_run=max_partitions_per_run)

    @property
    def policy_type(self) -> BackfillPolicyType:
        """Whether there is one run or several."""
        return BackfillPolicyType.MULTI_RUN if self.max_partitions_per_run else BackfillPolicyType.SINGLE_RUN
