"""What a store promises of schedules and sensors and their ticks. What holds for all families is said in
``store``, what holds for the state of automation in ``automation_store``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.instigator import (
    InstigatorData,
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
)
from mainspring.core.records.lease import Lease
from mainspring.core.records.run import Run
from mainspring.core.records.run_request import PartitionsRequest
from mainspring.core.records.tick import InstigatorTick, InstigatorTickSummary, TickData, TickStatus


class Submission(NamedTuple):
    """A run that a tick asks for. ``submit_key`` names the request: there is one run of it, ever.

    ``events`` are appended with the run when it is new, and only then.
    """

    run: Run
    submit_key: str
    events: Sequence[EventLogEntry] = ()


class CursorMove(NamedTuple):
    """From the cursor that was read before the evaluation to the one it left."""

    was: str | None
    to: str | None


class TickCommit(NamedTuple):
    """All that a tick comes to, to be stored at once.

    * ``tick``: its record, in a state other than ``STARTED``. Its runs and what became of the requests for
      partitions are filled in.
    * ``cursor``: refused where the instigator's cursor is no longer the one it was evaluated with.
    * ``instigator_data``: what is kept of the instigator from now on; ``None`` leaves it as it is.
    * ``partitions``: keys of dynamic partitions to add and delete, in this order, in ``location``.
    * ``asset_events``: what it saw of assets.
    * ``lease``: refused where it is no longer held at this epoch.
    """

    tick: TickData
    submissions: Sequence[Submission] = ()
    cursor: CursorMove | None = None
    instigator_data: InstigatorData | None = None
    partitions: Sequence[PartitionsRequest] = ()
    location: str = ""
    asset_events: Sequence[EventLogEntry] = ()
    lease: Lease | None = None


class CommittedTick(NamedTuple):
    """A tick that is stored. ``run_ids`` are the runs of its submissions, in their order; ``new_run_ids`` those
    that this commit made. ``is_new`` is false where the tick had been committed before: nothing was changed.
    """

    tick: InstigatorTick
    run_ids: list[str]
    new_run_ids: list[str]
    is_new: bool


class TickPage(NamedTuple):
    """Which ticks of an instigator. Times are exclusive bounds in seconds since 1970; ``cursor`` is the id of
    the last tick of the page before.
    """

    before: float | None = None
    after: float | None = None
    statuses: Sequence[TickStatus] | None = None
    limit: int | None = None
    cursor: int | None = None


class InstigatorStore(Protocol):
    """What is kept of schedules and sensors."""

    def add(self, state: InstigatorState) -> bool:
        """Keep a state that is new. Whether it was: one that is there stays as it is."""
        ...

    def update(self, state: InstigatorState, *, expected: InstigatorStatus | None = None) -> bool:
        """Replace a state, cursor included. Whether it was there, and in the expected status if one is named."""
        ...

    def set_status(
        self,
        selector_id: str,
        status: InstigatorStatus,
        *,
        expected: Sequence[InstigatorStatus] | None = None,
    ) -> bool:
        """Change the status alone. Whether it was there, and in one of the expected statuses."""
        ...

    def set_cursor(self, selector_id: str, move: CursorMove) -> bool:
        """Change the cursor alone. Whether it was there, with the cursor the move starts from."""
        ...

    def get(self, selector_id: str) -> InstigatorState | None:
        """The state of an instigator."""
        ...

    def find(
        self,
        *,
        kind: InstigatorType | None = None,
        statuses: Sequence[InstigatorStatus] | None = None,
        location: str | None = None,
        selector_ids: Sequence[str] | None = None,
    ) -> list[InstigatorState]:
        """The states that fit all that is given, in the order they were added."""
        ...

    def delete(self, selector_id: str) -> None:
        """Forget an instigator. Its ticks stay."""
        ...

    def wipe(self) -> None:
        """Forget all instigators and all their ticks."""
        ...


class TickStore(Protocol):
    """The ticks. The latest tick of an instigator is never purged: it says how far the instigator has come."""

    def create(self, data: TickData) -> tuple[InstigatorTick, bool]:
        """Store a tick, unless there is one of its key. The one that is stored, and whether it is new."""
        ...

    def update(self, tick: InstigatorTick, *, expected: Sequence[TickStatus] | None = None) -> bool:
        """Replace what is said of a tick. Whether it was there, in one of the expected statuses."""
        ...

    def commit(self, commit: TickCommit) -> CommittedTick:
        """Store all that a tick comes to, in one transaction; a tick that is there is closed by it.

        Called again with a tick that is closed already, it changes nothing and says so. Raises ``FencedError``,
        and stores nothing, where the cursor has moved on or the lease is lost; ``InvariantViolationError`` for a
        tick that is still open, an instigator that is not there, or a run id that another request has taken.
        """
        ...

    def get(self, selector_id: str, timestamp: float) -> InstigatorTick | None:
        """The newest tick of an instigator that is for this time."""
        ...

    def find(self, selector_id: str, page: TickPage) -> list[InstigatorTick]:
        """The ticks of an instigator, newest first."""
        ...

    def summaries(self, selector_id: str, page: TickPage) -> list[InstigatorTickSummary]:
        """The same by their columns alone."""
        ...

    def open(self, kinds: Sequence[InstigatorType]) -> list[InstigatorTick]:
        """All ticks that have begun and not ended, the oldest first of each kind."""
        ...

    def newest(
        self,
        selector_ids: Sequence[str],
        *,
        limit: int | None = None,
        statuses: Sequence[TickStatus] | None = None,
    ) -> dict[str, list[InstigatorTick]]:
        """The newest ticks of each of these instigators: one statement for each 500 of them."""
        ...

    def purge(self, kind: InstigatorType, status: TickStatus, *, before: float, limit: int) -> int:
        """Remove at most ``limit`` ticks of a kind and status that are for a time before this one, the oldest
        first. How many were removed: fewer than the limit when no more are left.
        """
        ...

    def purge_of(
        self,
        selector_id: str,
        *,
        before: float,
        statuses: Sequence[TickStatus] | None = None,
        limit: int,
    ) -> int:
        """The same for one instigator."""
        ...
