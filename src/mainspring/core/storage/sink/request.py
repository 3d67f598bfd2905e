"""``Request``: a batch that somebody wants stored, and the answer to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from itertools import groupby

from mainspring.core.storage.sink.stand_in import Placed
from mainspring.core.storage.store import Sequenced


class Request:
    """A batch of one caller. It is stored as a whole or refused as a whole.

    ``answer`` gets the storage ids, or what went wrong. A caller who cancels it waits no more; the events may be
    stored all the same, and sent again without harm.
    """

    __slots__ = ("answer", "batch", "is_kept")

    def __init__(self, batch: Sequence[Sequenced], *, is_kept: bool = False) -> None:
        self.batch = batch
        self.answer: Future[Placed] = Future()
        self.is_kept = is_kept
        """Whether it was acknowledged already and lies in the spool."""

    def stored(self, placed: Placed) -> None:
        """Tell the caller that all of it is kept."""
        with suppress(InvalidStateError):  # the caller waits no more
            self.answer.set_result(placed)

    def refused(self, error: BaseException) -> None:
        """Tell the caller that nothing of it will be stored."""
        with suppress(InvalidStateError):
            self.answer.set_exception(error)

    @property
    def is_abandoned(self) -> bool:
        """Whether the caller waits no more."""
        return self.answer.cancelled()


def by_writer(batch: Iterable[Sequenced]) -> list[Request]:
    """Spooled events as requests: each a stretch of events of one run and epoch."""
    return [
        Request(list(part), is_kept=True)
        for _, part in groupby(batch, key=lambda one: (one.entry.run_id, one.epoch))
    ]
