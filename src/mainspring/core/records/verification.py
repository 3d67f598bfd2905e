"""What a comparison of the tables with the log found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

FindingKind = Literal["asset", "partition", "check", "run", "step"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A row of derived state that is not what the log says.

    ``name`` is the asset or the run, ``part`` the partition, the check with the id of its execution, or the step.
    ``stored`` and ``replayed`` hold what differs, by column; ``None`` stands for a row that is not there. ``mended``
    says that the row was put right; ``reason`` why it cannot be judged or was not mended.
    """

    kind: FindingKind
    name: str
    part: str | None = None
    stored: dict[str, Any] | None = None
    replayed: dict[str, Any] | None = None
    mended: bool = False
    reason: str | None = None


@dataclass(slots=True, kw_only=True)
class Verified:
    """How many rows were compared.

    ``runs_by_hand`` are runs that were stored with a status other than NOT_STARTED: no event says how they came to
    it, so they are held to that status and to what happened since.
    """

    assets: int = 0
    partitions: int = 0
    checks: int = 0
    runs: int = 0
    steps: int = 0
    runs_by_hand: int = 0
    findings: int = 0
    mended: int = 0

    @property
    def left(self) -> int:
        """How many differences are left."""
        return self.findings - self.mended
