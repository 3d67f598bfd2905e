"""Ask how the partitions of an asset stand, in a home where ``n`` of them are materialised."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import probe

KEY = "sales"


def fill(dg: ModuleType, instance: Any, count: int) -> None:
    """Not measured: one materialization of each partition."""
    for number in range(count):
        instance.report_runless_asset_event(dg.AssetMaterialization(KEY, partition=f"p{number:07d}"))


def read(dg: ModuleType, instance: Any, count: int) -> dict[str, Any]:
    """Median seconds of each question, and what was answered."""
    key = dg.AssetKey(KEY)
    names = [f"p{number:07d}" for number in range(count)]
    definition = dg.StaticPartitionsDefinition(names)
    some = names[:: max(1, count // 100)]
    times = 3 if count >= 100_000 else 7
    statuses = instance.get_status_by_partition(key, some, definition)
    return {
        "materialized": probe.typical(lambda: instance.get_materialized_partitions(key), times=times),
        "status": probe.typical(
            lambda: instance.get_status_by_partition(key, names, definition), times=times
        ),
        "some": probe.typical(lambda: instance.get_status_by_partition(key, some, definition), times=times),
        "check": {
            "materialized": len(instance.get_materialized_partitions(key)),
            "some": sum(status is not None for status in statuses.values()),
        },
    }


def main() -> None:
    """With ``--prepare`` fill the home, else read from it."""
    args = probe.parser().parse_args()
    dg = probe.library()
    with dg.DagsterInstance.get() as instance:
        if args.prepare:
            fill(dg, instance, args.n)
            probe.answer(filled=args.n)
            return
        found = read(dg, instance, args.n)
    if found["check"]["materialized"] != args.n:
        raise SystemExit(f"{found['check']['materialized']} partitions are materialised instead of {args.n}")
    probe.answer(**found)


if __name__ == "__main__":
    main()
