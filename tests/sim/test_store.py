"""Seeded worlds at one store, and proof that they notice what they are for: each guard is switched off once.

A failing seed prints the line that replays it:

    SIM_SEED=17 python -m pytest tests/sim/test_store.py -n 0 -k seeds
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import OrchestratorError
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.run import RunStatus
from mainspring.core.storage import derive
from mainspring.core.storage.sql import append, apply, events, latest, run_deletion, runs, slots
from mainspring.core.storage.sql.store import SqlStore, memory_store
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events as logged
from mainspring.testing.world import START
from tests.sim.world import RUNS, World, play, script
from tools.torture.check import wrong

SEEDS = [int(os.environ["SIM_SEED"])] if "SIM_SEED" in os.environ else list(range(200))
GROUP = 20
PATIENCE = 150
"""Within so many seeds a guard that is off is noticed."""


@pytest.mark.parametrize("first", SEEDS[::GROUP])
def test_seeds(first: int) -> None:
    for seed in SEEDS if len(SEEDS) == 1 else range(first, first + GROUP):
        try:
            play(seed)
        except Exception as error:
            error.add_note(f"replay: SIM_SEED={seed} python -m pytest tests/sim/test_store.py -n 0 -k seeds")
            raise


def test_a_seed_plays_the_same_each_time() -> None:
    assert play(3).acknowledged == play(3).acknowledged


def notices(prepare: Callable[[SqlStore], None] = lambda _: None) -> str:
    """What the first seed says that fails, by a fault it saw or by an error nobody expects."""
    for seed in range(PATIENCE):
        try:
            play(seed, prepare=prepare)
        except (AssertionError, OrchestratorError) as error:
            return str(error)
    return f"nothing was noticed in {PATIENCE} seeds"


def execute(statement: str) -> Callable[[SqlStore], None]:
    def prepare(store: SqlStore) -> None:
        with store.database.write() as cursor:
            cursor.execute(statement)

    return prepare


def without_the_epoch_test(patch: pytest.MonkeyPatch) -> None:
    real = append._run_states

    def blind(cursor: Any, writers: Any) -> Any:
        return real(cursor, [(run_id, 10**9) for run_id, _ in writers])

    patch.setattr(append, "_run_states", blind)


def without_one_transaction(patch: pytest.MonkeyPatch) -> None:
    real = append.apply_changes

    def later(cursor: Any, changes: Any, *, now: float) -> None:
        cursor.execute("COMMIT")
        cursor.execute("BEGIN IMMEDIATE")
        real(cursor, changes, now=now)

    patch.setattr(append, "apply_changes", later)


def without_the_rule_for_late_events(patch: pytest.MonkeyPatch) -> None:
    real = derive._counts

    def any_time(fact: Any, before: Any, changes: Any) -> bool:
        return real(fact, before, changes) or fact.kind not in derive.RUN_KINDS

    patch.setattr(append, "derive", _with(any_time))


def _with(counts: Callable[..., bool]) -> Callable[..., Any]:
    def derived(facts: Any, states: Any) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(derive, "_counts", counts)
            return derive.derive(facts, states)

    return derived


def without_final_states(patch: pytest.MonkeyPatch) -> None:
    everything = {
        kind: (to, frozenset(status.value for status in RunStatus)) for kind, (to, _) in derive._NEXT.items()
    }
    patch.setattr(derive, "_NEXT", everything)
    patch.setattr(derive, "FINAL", frozenset[str]())
    patch.setattr(runs, "FINAL", frozenset[str]())


def without_leases(patch: pytest.MonkeyPatch) -> None:
    real = runs._claim
    patch.setattr(runs, "_claim", lambda *given, **named: real(*given, **{**named, "by_force": True}))


def without_what_was_sent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(append, "_sent_before", lambda *_: {})


def without_sight_of_wipes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(events, "_LIVE", "")


def without_sight_of_wipes_for_the_latest(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(latest, "_LATEST", latest._LATEST.replace(" AND e.id > COALESCE(p.wiped_id, 0)", "").replace(
        " AND e.id > COALESCE((SELECT wiped_id FROM assets WHERE asset_key = ?), 0) AND e.id >"
        " COALESCE(p.wiped_id, 0)", " AND ? <> ''"))  # fmt: skip


def with_slots_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(apply, "_FREE_SLOTS", "DELETE FROM pool_claims WHERE run_id = ? AND 1 = 0")


def with_any_number_of_slots(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(slots, "_USED", "SELECT COUNT(*) FROM pool_claims WHERE pool = ? AND 1 = 0")


def with_a_wipe_that_leaves_partitions(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(apply, "_WIPE_PARTITIONS", "DELETE FROM asset_partitions WHERE asset_key = ? AND 1 = 0")


def with_partitions_in_progress_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(apply, "_FAIL_PLANNED", apply._FAIL_PLANNED + " AND 1 = 0")


def with_a_deletion_that_derives_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(run_deletion, "refill_touched", lambda *_: None)


def with_tags_of_the_run_alone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        runs, "_TAG", "UPDATE run_tags SET value = value WHERE run_id = ? AND key = ? AND value = ?"
    )


GUARDS = {
    without_the_epoch_test: "a fenced worker's event was stored",
    without_one_transaction: "log says",
    without_the_rule_for_late_events: "log says|came too late",
    without_final_states: "",
    without_leases: "whose lease held",
    without_what_was_sent: "failed",
    without_sight_of_wipes: "the list shows first",
    without_sight_of_wipes_for_the_latest: "log says",
    with_slots_for_ever: "holds a slot",
    with_any_number_of_slots: "steps run in a pool",
    with_a_wipe_that_leaves_partitions: "log says",
    with_partitions_in_progress_for_ever: "log says",
    with_a_deletion_that_derives_nothing: "log says",
    with_tags_of_the_run_alone: "in their table",
}


@pytest.mark.parametrize("guard,said", GUARDS.items(), ids=[guard.__name__ for guard in GUARDS])
def test_it_notices_a_store(
    guard: Callable[[pytest.MonkeyPatch], None], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard(monkeypatch)
    noticed = notices()
    assert re.search(said, noticed), noticed
    assert "nothing was noticed" not in noticed


def test_it_notices_events_without_a_unique_key(monkeypatch: pytest.MonkeyPatch) -> None:
    without_what_was_sent(monkeypatch)
    assert "times" in notices(execute("DROP INDEX events_sent_once"))


def scripts(chance: random.Random) -> list[EventLogEntry]:
    """The events of some runs, mixed, with wipes between them."""
    world = World(chance, ManualClock(START), None, None)  # type: ignore[arg-type]  # scripts ask for chance and time
    running = [script(world, run_id, "w") for run_id in RUNS]
    told: list[EventLogEntry] = []
    while running:
        one = chance.choice(running)
        entry = next(one, None)
        if entry is None:
            running.remove(one)
        else:
            told.append(entry)
        if chance.random() < 0.05:
            told.append(logged.wiped("a", partitions=chance.choice([None, ["p"], ["p", "q"]])))
    return told


def derived(entries: list[EventLogEntry], chance: random.Random | None) -> list[object]:
    """All that is derived from events that are appended one by one, or in groups of any size."""
    store = memory_store(clock=ManualClock(START))
    for run_id in RUNS:
        store.runs.create(logged.run(run_id))
    rest = [Sequenced(0, None, entry) for entry in entries]
    while rest:
        size = 1 if chance is None else chance.randrange(1, 20)
        store.events.append(rest[:size])
        rest = rest[size:]
    rows: list[object] = []
    with store.database.read() as cursor:
        assert not list(wrong(cursor))
        for table in ("events", "runs", "run_steps", "asset_partitions", "check_executions"):
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
            rows += cursor.fetchall()
        cursor.execute(
            "SELECT asset_key, materialization_id, last_run_id, last_event_id FROM assets ORDER BY 1"
        )
        rows += cursor.fetchall()
    store.close()
    return rows


def differs(seeds: int) -> list[int]:
    """The seeds in which it matters how events are grouped."""
    return [
        seed
        for seed in range(seeds)
        if (entries := scripts(random.Random(seed)))
        and derived(entries, None) != derived(entries, random.Random(seed))
    ]


def test_it_does_not_matter_how_events_are_grouped(monkeypatch: pytest.MonkeyPatch) -> None:
    assert differs(40) == []
    monkeypatch.setattr(append, "_derived", lambda facts, states: [derive.derive(facts, states)])
    with pytest.raises(AssertionError):
        assert differs(40) == []
