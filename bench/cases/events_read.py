"""Read from a SQLite home that holds ``n`` materializations of 100 assets and 60 runs."""

from __future__ import annotations

import itertools
from types import ModuleType
from typing import Any

import probe

KEYS = 100
RUNS = 60
PAGE = 50


def fill(dg: ModuleType, instance: Any, count: int) -> None:
    """Not measured: the writes have a case of their own."""
    for number in range(count):
        instance.report_runless_asset_event(
            dg.AssetMaterialization(asset_key=f"key_{number % KEYS}", metadata={"row": number})
        )
    only = dg.asset(name="only")(lambda: None)
    for _ in range(RUNS):
        dg.materialize([only], instance=instance)


def read(dg: ModuleType, instance: Any) -> dict[str, Any]:
    """Median seconds of each question, and what was answered."""
    keys = [dg.AssetKey(f"key_{number}") for number in range(KEYS)]
    turn = itertools.cycle(keys)
    latest = instance.get_latest_materialization_event(keys[7])
    page = instance.fetch_materializations(keys[7], limit=PAGE)
    return {
        "latest": probe.typical(lambda: instance.get_latest_materialization_event(next(turn)), times=50),
        "record": probe.typical(lambda: instance.get_asset_records([next(turn)]), times=50),
        "records": probe.typical(lambda: instance.get_asset_records(keys), times=5),
        "page": probe.typical(lambda: instance.fetch_materializations(next(turn), limit=PAGE), times=20),
        "runs": probe.typical(lambda: instance.get_run_records(limit=PAGE), times=20),
        "check": {
            "row": latest.asset_materialization.metadata["row"].value,
            "page": len(page.records),
            "records": len(instance.get_asset_records(keys)),
            "runs": len(instance.get_run_records(limit=PAGE)),
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
        found = read(dg, instance)
    if found["check"]["row"] != args.n - KEYS + 7:
        raise SystemExit(f"the latest row is {found['check']['row']}")
    probe.answer(**found)


if __name__ == "__main__":
    main()
