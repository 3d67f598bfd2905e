"""The heartbeats of daemons, and what they say of the daemons' health.

These functions are methods of ``Instance`` of the same names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mainspring.core.instance.parts import Parts
from mainspring.core.records.daemon import (
    REQUIRED_DAEMON_TYPES,
    DaemonHeartbeat,
    DaemonStatus,
    daemon_status,
    latest_by_type,
)


def add_daemon_heartbeat(instance: Parts, daemon_heartbeat: DaemonHeartbeat) -> None:
    """Keep the heartbeat of a daemon instead of its last one."""
    instance.store.daemons.add_heartbeat(daemon_heartbeat)


def get_daemon_heartbeats(instance: Parts) -> Mapping[str, DaemonHeartbeat]:
    """The newest heartbeat of each kind of daemon."""
    return latest_by_type(instance.store.daemons.heartbeats())


def get_required_daemon_types(instance: Parts) -> Sequence[str]:
    """The kinds of daemon that a deployment needs one of at least."""
    del instance  # each deployment needs the same
    return list(REQUIRED_DAEMON_TYPES)


def get_daemon_statuses(
    instance: Parts, daemon_types: Sequence[str] | None = None
) -> Mapping[str, DaemonStatus]:
    """How the daemons of these kinds are, or of all that are required or were ever seen."""
    latest = get_daemon_heartbeats(instance)
    wanted = daemon_types if daemon_types is not None else dict.fromkeys((*REQUIRED_DAEMON_TYPES, *latest))
    now = instance.ambient.clock.timestamp()
    return {
        kind: daemon_status(kind, latest.get(kind), now=now, required=REQUIRED_DAEMON_TYPES)
        for kind in wanted
    }


def wipe_daemon_heartbeats(instance: Parts) -> None:
    """Forget all heartbeats."""
    instance.store.daemons.wipe()
