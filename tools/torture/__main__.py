"""Tortures a store and prints what came of it, as JSON; ends with 1 when something is wrong.

python -m tools.torture work --processes 20 --seconds 60
python -m tools.torture work --database postgres --processes 20 --seconds 90 --outage 60 --mode immediate
python -m tools.torture kill --database postgres --kills 500
python -m tools.torture crash --kills 20 --seconds 60
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mainspring.core.base.clock import SystemClock
from tools.torture import diary as told
from tools.torture import disturb
from tools.torture.check import faults
from tools.torture.place import DATABASES, Place, place

_MOST_FAULTS_SHOWN = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one scenario."""
    asked = _asked(arguments)
    database = "postgres" if asked.scenario == "crash" else asked.database
    with (
        tempfile.TemporaryDirectory(prefix="torture-") as folder,
        place(
            database,
            Path(folder),
            durable=asked.durable or asked.scenario == "crash",
            max_connections=asked.max_connections,
        ) as where,
    ):
        begin = SystemClock().monotonic()
        said = _play(asked, where)
        said["seconds"] = round(SystemClock().monotonic() - begin, 1)
        report: dict[str, Any] = {"scenario": asked.scenario, "database": database, **said}
        report |= _judged(where, said, may_refuse=asked.may_refuse)
        print(json.dumps(report, indent=1))
        return 1 if report["faults"] else 0


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.torture", description="Torture a store.")
    parser.add_argument("scenario", choices=("work", "kill", "crash"))
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--processes", type=int, default=20, help="writers at once")
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--outage", type=float, default=0.0, help="seconds without a server, in the middle")
    parser.add_argument("--mode", choices=("fast", "immediate"), default="immediate")
    parser.add_argument("--kills", type=int, default=500, help="of writers, or of the server")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--durable", action="store_true", help="commits wait for the disk (PostgreSQL)")
    parser.add_argument("--max-connections", type=int, default=200)
    asked = parser.parse_args(arguments)
    asked.may_refuse = bool(asked.outage) or asked.scenario == "crash"
    return asked


def _play(asked: argparse.Namespace, where: Place) -> dict[str, Any]:
    """What happens; what is to be said of it before the store is looked at."""
    chance = random.Random(asked.seed)
    if asked.scenario == "kill":
        return {"kills": disturb.kills(where, count=asked.kills, at_once=asked.processes, chance=chance)}
    said: dict[str, Any] = {"writers": asked.processes, "readers": asked.readers}
    processes = disturb.working(where, writers=asked.processes, readers=asked.readers, seconds=asked.seconds)
    if asked.outage:
        after = (asked.seconds - asked.outage) / 2
        disturb.outage(where, after=after, seconds=asked.outage, mode=asked.mode)
        said["outage"] = asked.outage
    if asked.scenario == "crash":
        disturb.crashes(where, count=asked.kills, chance=chance)
        said["server kills"] = asked.kills
    said["ended by signal"] = list(disturb.join(processes))
    return said


def _judged(where: Place, said: dict[str, Any], *, may_refuse: bool) -> dict[str, Any]:
    """What the diaries and the store say."""
    lines = list(told.all_lines(where.folder))
    refused = [line[1] for line in lines if line[0] == told.TRANSIENT]
    store = where.open()
    found = [*said.get("ended by signal", ()), *faults(store, where.folder)]
    if refused and not may_refuse:
        found.append(f"{len(refused)} calls were refused for a while")
    last = store.events.last_id()
    runs = store.runs.count()
    store.close()
    acknowledged = sum(len(line[2]) for line in lines if line[0] == told.EVENTS)
    return {
        "events acknowledged": acknowledged,
        "last id": last,
        "runs": runs,
        "longest wait": round(max((line[1] for line in lines if line[0] == told.WORST), default=0.0), 2),
        "reads": sum(line[1] for line in lines if line[0] == told.READS),
        "refused for a while": len(refused),
        "because": sorted({text[:200] for text in refused})[:5],
        "faults": found[:_MOST_FAULTS_SHOWN],
        "number of faults": len(found),
    }


if __name__ == "__main__":
    sys.exit(main())
