"""What heartbeats say of the health of daemons."""

from __future__ import annotations

import pytest

from mainspring.core.records.daemon import (
    HEARTBEAT_TOLERANCE_SECONDS,
    DaemonHeartbeat,
    DaemonStatus,
    daemon_status,
    latest_by_type,
)
from mainspring.core.records.error_info import ErrorInfo

NOW = 1000.0


@pytest.mark.parametrize(
    "latest, required, healthy",
    [
        (None, ["SENSOR"], False),
        (None, [], None),
        (DaemonHeartbeat(NOW - HEARTBEAT_TOLERANCE_SECONDS, "SENSOR"), ["SENSOR"], True),
        (DaemonHeartbeat(NOW - HEARTBEAT_TOLERANCE_SECONDS - 1, "SENSOR"), ["SENSOR"], False),
        (DaemonHeartbeat(NOW, "SENSOR", errors=[ErrorInfo("boom")]), [], False),
    ],
    ids=["never seen", "not needed", "just in time", "silent", "in trouble"],
)
def test_a_daemon_is_well_when_it_says_so_often(
    latest: DaemonHeartbeat | None, required: list[str], healthy: bool | None
) -> None:
    assert daemon_status("SENSOR", latest, now=NOW, required=required) == DaemonStatus(
        daemon_type="SENSOR", required=bool(required), healthy=healthy, last_heartbeat=latest
    )


def test_the_newest_of_each_kind_counts() -> None:
    beats = [DaemonHeartbeat(2, "A", "x"), DaemonHeartbeat(5, "A", "y"), DaemonHeartbeat(1, "B")]
    assert latest_by_type(beats) == {"A": beats[1], "B": beats[2]}
    assert latest_by_type([]) == {}
