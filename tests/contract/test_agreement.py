"""P15: whatever is done, what is stored equals what the log says, and final states are final."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mainspring.core.base.clock import ManualClock
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter
from mainspring.core.records.run import FINISHED, RunStatus
from mainspring.core.storage.fact import stored_key
from mainspring.core.storage.sql import replay
from mainspring.core.storage.sql.store import memory_store
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.testing import events

KEYS = st.sampled_from(["a", "b"])
PARTITIONS = st.sampled_from([None, "p", "q"])
RUNS = st.sampled_from(["r1", "r2", "r3"])
RUNS_OR_NONE = st.sampled_from(["r1", "r2", "r3", ""])
STATUS_KINDS = st.sampled_from(
    [
        EventType.RUN_START,
        EventType.RUN_SUCCESS,
        EventType.RUN_FAILURE,
        EventType.RUN_CANCELED,
        EventType.RUN_CANCELING,
    ]
)


def entry(kind: str, key: str, run_id: str, partition: str | None) -> events.EventLogEntry:
    if kind == "check":
        return events.check_evaluated(key, "c", run_id, partition=partition)
    if kind == "check_planned":
        return events.check_planned(key, "c", run_id)
    if kind.startswith("STEP_"):
        return events.line(EventType(kind), run_id, step_key=key)
    return getattr(events, kind)(key, run_id, partition=partition)


ENTRIES = st.builds(
    entry,
    st.sampled_from(
        [
            *("materialized", "observed", "planned", "failed", "check", "check_planned"),
            *("STEP_START", "STEP_UP_FOR_RETRY", "STEP_RESTARTED", "STEP_SUCCESS"),
        ]
    ),
    KEYS,
    RUNS_OR_NONE,
    PARTITIONS,
)


class Agreement(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.store = memory_store(clock=ManualClock(datetime(2026, 1, 1, tzinfo=UTC)))
        self.ended: dict[str, RunStatus] = {}
        self.sent: list[Sequenced] = []
        self.seq = 0

    def teardown(self) -> None:
        self.store.close()

    @rule(run_id=RUNS)
    def create(self, run_id: str) -> None:
        if self.store.runs.get(run_id) is None:
            self.store.runs.create(events.run(run_id))

    @rule(entries=st.lists(ENTRIES, min_size=1, max_size=6))
    def append(self, entries: list[events.EventLogEntry]) -> None:
        batch: list[Sequenced] = []
        for one in entries:
            self.seq += 1
            batch.append(Sequenced(0, self.seq, one))
        self.sent += batch
        self.store.events.append(batch)

    @rule(number=st.integers(0, 50))
    def resend(self, number: int) -> None:
        if self.sent:
            again = self.sent[number % len(self.sent)]
            if self.store.events.of_run(again.entry.run_id):
                before = self.store.events.last_id()
                self.store.events.append([again])
                assert self.store.events.last_id() == before

    @rule(run_id=RUNS, kind=STATUS_KINDS)
    def change_status(self, run_id: str, kind: EventType) -> None:
        self.store.events.append([Sequenced(0, None, events.line(kind, run_id))])

    @rule(run_id=RUNS, kind=STATUS_KINDS, entries=st.lists(ENTRIES, max_size=4))
    def mix(self, run_id: str, kind: EventType, entries: list[events.EventLogEntry]) -> None:
        middle = events.line(kind, run_id)
        batch = [*entries[:2], middle, *entries[2:]]
        self.store.events.append([Sequenced(0, None, one) for one in batch])

    @rule(key=KEYS)
    def wipe(self, key: str) -> None:
        self.store.assets.wipe([AssetKey(key)], timestamp=0.0)
        assert not self.store.assets.known(AssetKey(key))

    @rule(key=KEYS, partition=st.sampled_from(["p", "q"]))
    def wipe_partition(self, key: str, partition: str) -> None:
        self.store.assets.wipe_partitions(AssetKey(key), [partition], timestamp=0.0)
        assert partition not in self.store.partitions.materialized(AssetKey(key))

    @rule(key=KEYS, partitions=st.lists(st.sampled_from(["p", "q", "never"]), min_size=1, max_size=3))
    def wipe_partitions(self, key: str, partitions: list[str]) -> None:
        self.store.assets.wipe_partitions(AssetKey(key), partitions, timestamp=0.0)

    @rule(key=KEYS, numbers=st.lists(st.integers(0, 9), min_size=1, max_size=3))
    def take_back(self, key: str, numbers: list[int]) -> None:
        """Any wipes, an older one below a newer, one that was taken back already, several at once."""
        wipes = self.wipes_of(key)
        chosen = [wipes[number % len(wipes)] for number in numbers] if wipes else [10**9]
        self.store.events.append([Sequenced(0, None, events.wipe_undone(key, chosen))])

    @rule(key=KEYS, number=st.integers(0, 9), entries=st.lists(ENTRIES, max_size=4), kind=STATUS_KINDS)
    def take_back_among_others(
        self, key: str, number: int, entries: list[events.EventLogEntry], kind: EventType
    ) -> None:
        wipes = self.wipes_of(key) or [10**9]
        undone = events.wipe_undone(key, [wipes[number % len(wipes)]])
        before = [*entries[:1], undone, *entries[1:2], events.line(kind, "r1"), events.wiped(key)]
        again = events.wipe_undone(key, [self.store.events.last_id() + len(before)])
        self.store.events.append([Sequenced(0, None, one) for one in [*before, *entries[2:], again]])

    @rule(key=KEYS)
    def wipe_and_take_back(self, key: str) -> None:
        """A wipe that is taken back at once leaves all as it was, except that events got new numbers."""
        with self.store.database.read() as cursor:
            before = plain(replay.stored(cursor, stored_key(AssetKey(key))))
        self.store.assets.wipe([AssetKey(key)], timestamp=0.0)
        self.store.events.append([Sequenced(0, None, events.wipe_undone(key, self.wipes_of(key)[-1:]))])
        with self.store.database.read() as cursor:
            assert plain(replay.stored(cursor, stored_key(AssetKey(key)))) == before

    def wipes_of(self, key: str) -> list[int]:
        wanted = EventRecordsFilter(EventType.ASSET_WIPED, asset_key=AssetKey(key))
        return [row.storage_id for row in self.store.events.of_type(wanted, ascending=True)]

    @rule(run_id=RUNS)
    def delete(self, run_id: str) -> None:
        self.store.runs.delete(run_id)
        self.ended.pop(run_id, None)
        self.sent = [one for one in self.sent if one.entry.run_id != run_id]

    @invariant()
    def stored_state_is_what_the_log_says(self) -> None:
        with self.store.database.read() as cursor:
            for name in ("a", "b"):
                stored = replay.stored(cursor, stored_key(AssetKey(name)))
                replayed = replay.replayed(cursor, stored_key(AssetKey(name)))
                assert plain(stored) == plain(replayed)

    @invariant()
    def verification_finds_nothing(self) -> None:
        """It compares in another way, a piece at a time; and runs and steps too."""
        assert list(self.store.verification().findings()) == []

    @invariant()
    def all_ways_of_reading_agree(self) -> None:
        for name in ("a", "b"):
            key = AssetKey(name)
            latest = self.store.assets.latest_materializations([key]).get(key)
            found = self.store.events.of_type(
                EventRecordsFilter(EventType.ASSET_MATERIALIZATION, asset_key=key), limit=1
            )
            assert ([latest] if latest else []) == found
            records = self.store.assets.records([key])
            assert (records[0].asset_entry.last_materialization_record if records else None) == latest
            assert self.store.assets.known(key) == bool(records) == (key in self.store.assets.known_keys())
            for partition in self.store.partitions.materialized(key):
                wanted = EventRecordsFilter(
                    EventType.ASSET_MATERIALIZATION, asset_key=key, asset_partitions=[partition]
                )
                (newest,) = self.store.events.of_type(wanted, limit=1)
                assert (
                    self.store.partitions.states(key, [partition])[partition].materialization_id
                    == newest.storage_id
                )
            check = AssetCheckKey(key, "c")
            assert self.store.checks.history(check, limit=1) == list(
                self.store.checks.latest([check]).values()
            )

    @invariant()
    def final_states_are_final(self) -> None:
        for run_id in ("r1", "r2", "r3"):
            record = self.store.runs.get(run_id)
            if record is not None and record.dagster_run.status in FINISHED:
                assert self.ended.setdefault(run_id, record.dagster_run.status) is record.dagster_run.status
                assert record.end_time is not None


def plain(state: replay.AssetState) -> object:
    """Rows that say nothing are as good as no rows."""

    def said(one: object) -> dict[str, object]:
        return {
            name: getattr(one, name)
            for name in one.__dataclass_fields__
            if getattr(one, name) not in (None, False)
        }  # type: ignore[attr-defined]

    partitions = {name: said(one) for name, one in state.partitions.items() if said(one)}
    return said(state.asset), partitions, [said(check) for check in state.checks]


TestAgreement = Agreement.TestCase
TestAgreement.settings = settings(max_examples=120, stateful_step_count=30, deadline=None)
