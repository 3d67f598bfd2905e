"""``Committer``: stores the batches of many writers in groups, in the database or, while that is away, in a spool.

Two act on it: whoever brings batches calls ``take``, whoever empties the spool calls ``drain``. While the spool
holds anything, ``take`` writes to the spool only and ``drain`` alone speaks with the database, so that all events
reach it in the order they were taken.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from itertools import takewhile

from mainspring.core.base.errors import FencedError, StorageError
from mainspring.core.records.event import EventLogEntry
from mainspring.core.storage.sink.direct import SPOOLED, Stored
from mainspring.core.storage.sink.line import safe_record, sent_in
from mainspring.core.storage.sink.request import Request, by_writer
from mainspring.core.storage.sink.spool import Spool
from mainspring.core.storage.sink.stand_in import is_transient, store_group
from mainspring.core.storage.store import EventWriter

GROUP = 2_000
"""How many spooled events one transaction takes."""
_FENCES = 10_000

_log = logging.getLogger("mainspring.events")


class Committer:
    """Groups batches. ``on_drained`` hears of spooled events, with their storage ids, once they are committed."""

    def __init__(
        self,
        store: EventWriter,
        spool: Spool,
        *,
        on_drained: Stored | None = None,
    ) -> None:
        self._store = store
        self._spool = spool
        self._on_drained = on_drained
        self._mutex = threading.Lock()
        self._spooling = len(spool) > 0
        self._reason = ""
        self._fences: OrderedDict[str, tuple[int, FencedError]] = OrderedDict()

    @property
    def is_spooling(self) -> bool:
        """Whether events lie in the spool that the database does not have."""
        return self._spooling

    # -- batches come in ----------------------------------------------------------------------------------

    def take(self, requests: Sequence[Request]) -> list[Request]:
        """Answer these. Returns those, in order, that neither database nor spool has room for now."""
        left = [one for one in requests if not self._is_over(one)]
        if not self._spooling:
            left = self._commit(left)
        return self._keep(left) if left else []

    def _keep(self, requests: Sequence[Request]) -> list[Request]:
        """Write to the spool."""
        records = [safe_record(sent) for one in requests for sent in one.batch]
        with self._mutex:
            if self._spool.is_full:
                return list(requests)
            try:
                self._spool.put(records)
            except StorageError as error:
                _log.error("events wait in memory: %s", error)
                return list(requests)
            self._spooling = True
        for one in requests:
            one.stored([(SPOOLED, sent) for sent in one.batch])
        return []

    # -- the spool is emptied -----------------------------------------------------------------------------

    def drain(self) -> bool:
        """Store the oldest spooled events, at most ``GROUP`` of them. Whether anything was done: ``False`` means
        that the spool is empty or the database is still away.
        """
        if not self._spooling:
            return False
        records = self._spool.peek(GROUP)
        if not records:
            with self._mutex:
                self._spooling = len(self._spool) > 0
            return False
        requests = by_writer(sent_in(record) for record in records)
        self._commit(requests)
        done = list(takewhile(lambda one: one.answer.done(), requests))
        self._tell(done)
        self._spool.forget(sum(len(one.batch) for one in done))
        with self._mutex:
            self._spooling = len(self._spool) > 0
        if not self._spooling:
            self._reason = ""
            _log.info("the spool is empty: the database has all events")
        return bool(done)

    def _tell(self, done: Sequence[Request]) -> None:
        """Say what became of events that were acknowledged before."""
        stored: list[tuple[int, EventLogEntry]] = []
        lost: dict[tuple[str, int], int] = {}
        for one in done:
            if one.answer.exception() is None:
                stored += [(storage_id, sent.entry) for storage_id, sent in one.answer.result()]
            else:
                writer = one.batch[0].entry.run_id, one.batch[0].epoch
                lost[writer] = lost.get(writer, 0) + len(one.batch)
        for (run_id, epoch), count in lost.items():
            _log.warning(
                "%s spooled events of run %s are refused: its worker of epoch %s was superseded while the"
                " database was away",
                count,
                run_id,
                epoch,
            )
        if stored and self._on_drained is not None:
            self._on_drained(stored)

    # -- the database -------------------------------------------------------------------------------------

    def _commit(self, requests: Sequence[Request]) -> list[Request]:
        """Store requests, all of them in one transaction where nothing is wrong with any. A group that fails is
        halved until what is at fault stands alone. Returns those, from the first on, that the database did not
        take for a reason that passes.
        """
        parts = [list(requests)]
        while parts:
            part = [one for one in parts.pop() if not self._is_over(one)]
            if not part:
                continue
            try:
                self._store_part(part)
            except Exception as error:
                if is_transient(error) or _must_wait(part, error):
                    self._say_away(error)
                    return [*part, *(one for rest in reversed(parts) for one in rest)]
                if len(part) > 1:
                    middle = len(part) // 2
                    parts += [part[middle:], part[:middle]]
                    continue
                if isinstance(error, FencedError):
                    self._fence(part[0], error)
                part[0].refused(error)
        return []

    def _store_part(self, part: Sequence[Request]) -> None:
        if len(part) == 1:
            part[0].stored(store_group(self._store.append, part[0].batch))
            return
        batch = [sent for one in part for sent in one.batch]
        ids = iter(self._store.append(batch))
        for one in part:
            one.stored([(next(ids), sent) for sent in one.batch])

    def _say_away(self, error: BaseException) -> None:
        """Once for each spell, and for each other reason."""
        reason = str(error)
        if reason != self._reason:
            self._reason = reason
            _log.warning("the database does not take events, they wait in the spool: %s", error)

    # -- runs that were taken over ------------------------------------------------------------------------

    def _fence(self, request: Request, error: FencedError) -> None:
        """Remember whom the database refused: epochs only grow, so it holds for good."""
        writers = {(one.entry.run_id, one.epoch) for one in request.batch if one.seq is not None}
        if len(writers) > 1:
            return  # one of them is stale, and the error does not say which
        for run_id, epoch in writers:
            self._fences[run_id] = epoch, error
        while len(self._fences) > _FENCES:
            self._fences.popitem(last=False)

    def _is_over(self, request: Request) -> bool:
        """Whether nobody waits for it, or its run is known to have been taken over; then it is refused."""
        if request.is_abandoned:
            return True
        fences = self._fences
        if fences:
            for one in request.batch:
                fence = fences.get(one.entry.run_id)
                if fence is not None and one.seq is not None and one.epoch <= fence[0]:
                    request.refused(fence[1])
                    return True
        return False


def _must_wait(part: Sequence[Request], error: Exception) -> bool:
    """Whether the fault is the database's, not the events', and the events were acknowledged: they stay in the
    spool until somebody has mended it.
    """
    return len(part) == 1 and part[0].is_kept and not isinstance(error, FencedError)
