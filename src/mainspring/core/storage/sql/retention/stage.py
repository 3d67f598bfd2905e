"""What the stages of a pass have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from mainspring.core.storage.derive import FINAL
from mainspring.core.storage.sql.engine import Cursor, chunks, marks
from mainspring.core.storage.sql.retention.pace import Pace

_FINAL = ", ".join(f"'{status}'" for status in sorted(FINAL))

ENDED = f"status IN ({_FINAL})"
"""A condition: the run has ended. A status that nobody knows is none that has."""

NOT_OF_A_RUN_IN_PROGRESS = (
    f" AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.run_id = {{row}}.run_id AND r.status NOT IN ({_FINAL}))"
)

SCANNED = 2_000
"""How many rows are looked at between two transactions that remove something."""


class Advance(NamedTuple):
    """What a piece of a stage removed, and where it goes on; ``None``: the stage is complete."""

    removed: Counter[str]
    after: str | None
    done: int = 0
    total: int | None = None


class Stage(Protocol):
    """One kind of thing to remove. ``after`` is where the piece before came to; the first is given ``""``."""

    name: str

    def piece(self, after: str, pace: Pace) -> Advance:
        """Remove some."""
        ...

    def counted(self) -> Counter[str]:
        """How many would go, by kind. Nothing is removed."""
        ...


class Old(NamedTuple):
    """A row that may go as long as its witness is there; ``None``: in any case."""

    id: int
    witness: int | None = None


def remove_events(cursor: Cursor, rows: Sequence[Old]) -> int:
    """Remove those of these events whose witnesses are still there. How many went."""
    return _remove(cursor, "events", rows)


def still_old(cursor: Cursor, table: str, rows: Sequence[Old]) -> list[int]:
    """The ids of those rows whose witnesses are still there."""
    wanted = sorted({row.witness for row in rows if row.witness is not None})
    there: set[int] = set()
    for piece in chunks(wanted):
        cursor.execute(f"SELECT id FROM {table} WHERE id IN ({marks(len(piece))})", piece)
        there.update(found[0] for found in cursor.fetchall())
    return [row.id for row in rows if row.witness is None or row.witness in there]


def _remove(cursor: Cursor, table: str, rows: Sequence[Old]) -> int:
    return remove_ids(cursor, table, still_old(cursor, table, rows))


def remove_ids(cursor: Cursor, table: str, ids: Sequence[int]) -> int:
    """Remove rows. How many went."""
    gone = 0
    for piece in chunks(ids):
        cursor.execute(f"DELETE FROM {table} WHERE id IN ({marks(len(piece))})", piece)
        gone += cursor.rowcount
    return gone


def listed(words: Iterable[str]) -> str:
    """Words of our own as a list in a statement."""
    return ", ".join(f"'{word}'" for word in sorted(words))
