"""``DaemonHeartbeat``: the sign of life of a daemon, and what it says of the daemon's health."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from mainspring.core.records.damage import Damage
from mainspring.core.records.error_info import ErrorInfo

HEARTBEAT_TOLERANCE_SECONDS: Final = 45.0
"""A daemon that has given no sign of life for so long is taken for dead."""

REQUIRED_DAEMON_TYPES: Final = (
    "SCHEDULER",
    "SENSOR",
    "ASSET",
    "BACKFILL",
    "QUEUED_RUN_COORDINATOR",
    "MONITORING",
)
"""The kinds of daemon that a deployment needs one of at least."""


class DaemonHeartbeat(msgspec.Struct, frozen=True, omit_defaults=True):
    """The latest sign of life of one daemon. ``timestamp`` is in seconds since 1970.

    ``errors`` are those of its last round. ``damage`` is set where the stored row could not be read whole.
    """

    timestamp: float
    daemon_type: str
    daemon_id: str | None = None
    errors: list[ErrorInfo] = []
    damage: Damage | None = None


class DaemonStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the daemons of one kind are.

    ``healthy``: one of them gave a sign of life lately, and its last round met no error; ``None`` where
    none is required and none was ever seen.
    """

    daemon_type: str
    required: bool
    healthy: bool | None
    last_heartbeat: DaemonHeartbeat | None


def daemon_status(
    daemon_type: str, latest: DaemonHeartbeat | None, *, now: float, required: Sequence[str]
) -> DaemonStatus:
    """What a heartbeat says of its daemon's health at a time, in seconds since 1970."""
    needed = daemon_type in required
    healthy: bool | None = False if needed else None
    if latest is not None:
        healthy = now - latest.timestamp <= HEARTBEAT_TOLERANCE_SECONDS and not latest.errors
    return DaemonStatus(daemon_type=daemon_type, required=needed, healthy=healthy, last_heartbeat=latest)


def latest_by_type(heartbeats: Sequence[DaemonHeartbeat]) -> Mapping[str, DaemonHeartbeat]:
    """The newest heartbeat of each kind of daemon."""
    newest: dict[str, DaemonHeartbeat] = {}
    for one in heartbeats:
        known = newest.get(one.daemon_type)
        if known is None or one.timestamp > known.timestamp:
            newest[one.daemon_type] = one
    return newest
