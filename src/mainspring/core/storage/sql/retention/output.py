"""Has the captured output removed of runs that ended long ago."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from mainspring.core.storage.sql.engine import Database
from mainspring.core.storage.sql.kv import SqlKeyValues
from mainspring.core.storage.sql.retention.pace import Pace
from mainspring.core.storage.sql.retention.stage import ENDED, Advance

OUTPUT_KEY = "mainspring/retention/compute_logs"
"""The key in ``kv`` of the time up to which the output of runs has been removed."""

_SOME = 200
_RUNS = (
    f"SELECT run_id, update_time FROM runs WHERE {ENDED} AND update_time > ? AND update_time < ?"
    " ORDER BY update_time, id LIMIT ?"
)
_SAME_TIME = f"SELECT run_id FROM runs WHERE {ENDED} AND update_time = ?"
_COUNT = f"SELECT COUNT(*) FROM runs WHERE {ENDED} AND update_time > ? AND update_time < ?"


class OutputStage:
    """Goes through runs by the time at which they were last changed, once for each. ``told`` removes the output."""

    name: str = "compute_logs"

    def __init__(self, database: Database, *, before: float, told: Callable[[Sequence[str]], object]) -> None:
        self._database = database
        self._kv = SqlKeyValues(database)
        self._before = before
        self._told = told

    def piece(self, after: str, pace: Pace) -> Advance:
        """Have the output of some runs removed."""
        del pace  # nothing large is written
        since = self._done_until(after)
        with self._database.read() as cursor:
            cursor.execute(_RUNS, (since, self._before, _SOME))
            found = cursor.fetchall()
            if not found:
                return Advance(Counter(), None)
            until = found[-1][1]
            run_ids = [row[0] for row in found if row[1] < until]
            cursor.execute(_SAME_TIME, (until,))
            run_ids += [row[0] for row in cursor.fetchall()]
        self._told(run_ids)
        self._kv.set({OUTPUT_KEY: repr(until)})
        return Advance(Counter(compute_logs=len(run_ids)), repr(until))

    def counted(self) -> Counter[str]:
        """Of how many runs the output would go."""
        since = self._done_until("")
        with self._database.read() as cursor:
            cursor.execute(_COUNT, (since, self._before))
            return +Counter(compute_logs=cursor.fetchone()[0])

    def _done_until(self, after: str) -> float:
        kept = after or self._kv.get([OUTPUT_KEY]).get(OUTPUT_KEY, "")
        try:
            return float(kept)
        except ValueError:
            return -1.0
