"""A reader: whatever it reads while others write must be whole, in order, and as new as what it knows of."""

from __future__ import annotations

import random
import traceback
from pathlib import Path

from mainspring.core.base.clock import SystemClock
from mainspring.core.base.errors import StorageError
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from tools.torture import diary as told
from tools.torture.check import disorder, wrong_asset
from tools.torture.diary import Diary
from tools.torture.work import ASSETS

_PAUSE = 0.02


class Reader:
    """Reads all families."""

    def __init__(self, store: SqlStore, diary: Diary, folder: Path, *, number: int) -> None:
        self.store = store
        self.diary = diary
        self.folder = folder
        self.chance = random.Random(number)

    def look(self) -> None:
        """Read everything once. Raises ``AssertionError`` for what cannot be."""
        key = AssetKey(self.chance.choice(ASSETS))
        with self.store.database.read() as cursor:
            wrong = list(wrong_asset(cursor, key.to_string()))
            for record in self.store.runs.find(limit=5):
                wrong += disorder(cursor, record.dagster_run.run_id)
        assert not wrong, wrong[:3]
        self.store.assets.records()
        self.store.partitions.states(key)
        self.store.checks.latest([AssetCheckKey(key, "check")])
        self.store.runs.tag_values(["writer"])
        self._look_up_what_was_told()

    def _look_up_what_was_told(self) -> None:
        """An event somebody was told of before this read began is there, unless its run was removed."""
        path = self.chance.choice(list(told.diaries(self.folder)))
        lines = list(told.lines(path))[-30:]
        claims = [line for line in lines if line[0] == told.EVENTS]
        if not claims:
            return
        _, run_id, stored = claims[-1]
        ids = {row.storage_id for row in self.store.events.of_run(run_id, after=stored[0][1] - 1)}
        missing = {storage_id for _, storage_id in stored} - ids
        if missing:
            gone = any(line[:2] == [told.RUN_GONE, run_id] for line in told.lines(path))
            assert gone, f"{run_id}: acknowledged events {sorted(missing)} cannot be read"


def read(store: SqlStore, folder: Path, *, number: int, seconds: float) -> None:
    """Be a reader; what goes wrong is written down."""
    clock = SystemClock()
    until = clock.monotonic() + seconds
    with Diary(folder / f"reader-{number}.diary") as diary:
        reader = Reader(store, diary, folder, number=number)
        count = 0
        try:
            while clock.monotonic() < until:
                try:
                    reader.look()
                    count += 1
                except StorageError as error:
                    if not error.transient:
                        raise
                    diary.note(told.TRANSIENT, str(error))
                clock.sleep(_PAUSE)
        except Exception:
            diary.note(told.FAULT, traceback.format_exc())
        diary.note(told.READS, count)
