"""Schedules and sensors: whether they are on, and their ticks.

These functions are methods of ``Instance`` of the same names. ``origin_id`` and ``selector_id`` are the same
thing here: the id of the instigator's state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.instance.parts import Parts
from mainspring.core.records.instigator import InstigatorState, InstigatorStatus, InstigatorType
from mainspring.core.records.tick import InstigatorTick, InstigatorTickSummary, TickData, TickStatus
from mainspring.core.storage.tick_store import TickPage

PURGE_BATCH = 500
"""How many ticks one transaction removes."""


def add_instigator_state(instance: Parts, state: InstigatorState) -> InstigatorState:
    """Keep the state of an instigator that is new. Raises ``InvariantViolationError`` when it is not."""
    if not instance.store.instigators.add(state):
        raise InvariantViolationError(
            f"There is a state of {state.selector_id} already.",
            hint="Change it with update_instigator_state.",
        )
    return state


def update_instigator_state(instance: Parts, state: InstigatorState) -> InstigatorState:
    """Replace the state of an instigator. Raises ``InvariantViolationError`` when there is none."""
    if not instance.store.instigators.update(state):
        raise InvariantViolationError(
            f"There is no state of {state.selector_id}.", hint="Add it with add_instigator_state."
        )
    return state


def get_instigator_state(instance: Parts, origin_id: str, selector_id: str) -> InstigatorState | None:
    """The state of an instigator."""
    return instance.store.instigators.get(selector_id or origin_id)


def all_instigator_state(
    instance: Parts,
    repository_origin_id: str | None = None,
    repository_selector_id: str | None = None,
    instigator_type: InstigatorType | None = None,
    instigator_statuses: AbstractSet[InstigatorStatus] | None = None,
) -> Sequence[InstigatorState]:
    """The states of all instigators, or those of a code location, a type, some statuses."""
    statuses = None if instigator_statuses is None else sorted(instigator_statuses, key=_word)
    location = repository_selector_id or repository_origin_id
    return instance.store.instigators.find(kind=instigator_type, statuses=statuses, location=location)


def _word(status: InstigatorStatus) -> str:
    return status.value


def delete_instigator_state(instance: Parts, origin_id: str, selector_id: str) -> None:
    """Forget the state of an instigator; its ticks stay."""
    instance.store.instigators.delete(selector_id or origin_id)


def create_tick(instance: Parts, tick_data: TickData) -> InstigatorTick:
    """Store a tick, unless there is one of its key: the one that is stored."""
    return instance.store.ticks.create(tick_data)[0]


def update_tick(instance: Parts, tick: InstigatorTick) -> InstigatorTick:
    """Replace what is said of a tick. Raises ``InvariantViolationError`` when it is not there."""
    if not instance.store.ticks.update(tick):
        raise InvariantViolationError(f"There is no tick {tick.tick_id} of {tick.selector_id}.")
    return tick


def get_tick(instance: Parts, origin_id: str, selector_id: str, timestamp: float) -> InstigatorTick | None:
    """The tick of an instigator for a time, in seconds since 1970."""
    return instance.store.ticks.get(selector_id or origin_id, timestamp)


def get_ticks(  # the published signature
    instance: Parts,
    origin_id: str,
    selector_id: str,
    before: float | None = None,
    after: float | None = None,
    limit: int | None = None,
    statuses: Sequence[TickStatus] | None = None,
) -> Sequence[InstigatorTick]:
    """The ticks of an instigator, newest first. The bounds are exclusive, in seconds since 1970."""
    return instance.store.ticks.find(selector_id or origin_id, TickPage(before, after, statuses, limit))


def get_tick_summaries(  # the published signature
    instance: Parts,
    origin_id: str,
    selector_id: str,
    before: float | None = None,
    after: float | None = None,
    limit: int | None = None,
    statuses: Sequence[TickStatus] | None = None,
) -> Sequence[InstigatorTickSummary]:
    """The ticks of an instigator without what is said of them, newest first."""
    return instance.store.ticks.summaries(selector_id or origin_id, TickPage(before, after, statuses, limit))


def get_batch_ticks(
    instance: Parts,
    selector_ids: Sequence[str],
    limit: int | None = None,
    statuses: Sequence[TickStatus] | None = None,
) -> Mapping[str, Sequence[InstigatorTick]]:
    """The newest ticks of each of these instigators, in one statement for each 500 of them."""
    return instance.store.ticks.newest(selector_ids, limit=limit, statuses=statuses)


def purge_ticks(
    instance: Parts,
    origin_id: str,
    selector_id: str,
    before: float,
    tick_statuses: Sequence[TickStatus] | None = None,
) -> None:
    """Remove the ticks of an instigator that are for a time before this one, a few at a time.

    Its newest tick stays: it says how far the instigator has come.
    """
    removed = PURGE_BATCH
    while removed == PURGE_BATCH:
        removed = instance.store.ticks.purge_of(
            selector_id or origin_id, before=before, statuses=tick_statuses, limit=PURGE_BATCH
        )


def wipe_all_schedules(instance: Parts) -> None:
    """Forget the states of all instigators and all their ticks."""
    instance.store.instigators.wipe()
