"""Write ``n`` events to SQLite from one process, each by a public call."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import probe

#: The events speak of this many assets in turn.
KEYS = 100


def report(dg: ModuleType, instance: Any, count: int) -> None:
    """Materializations that happened elsewhere: each call returns when its event is safe."""
    for number in range(count):
        instance.report_runless_asset_event(
            dg.AssetMaterialization(asset_key=f"key_{number % KEYS}", metadata={"row": number})
        )


def log_in_run(dg: ModuleType, instance: Any, count: int) -> None:
    """Observations logged by an asset while it runs; all are stored when the run has ended."""

    def observer(context: Any) -> None:
        for number in range(count):
            context.log_event(dg.AssetObservation(asset_key=f"key_{number % KEYS}", metadata={"row": number}))

    # The parameter must be annotated with the class of the library under test.
    observer.__annotations__["context"] = dg.AssetExecutionContext
    if not dg.materialize([dg.asset(observer)], instance=instance).success:
        raise SystemExit("the run failed")


def stored(dg: ModuleType, instance: Any, mode: str, count: int) -> int:
    """How many of the events can be read back, over all keys."""
    fetch = instance.fetch_materializations if mode == "report" else instance.fetch_observations
    keys = [dg.AssetKey(f"key_{number}") for number in range(min(KEYS, count))]
    return sum(len(fetch(key, limit=count // KEYS + 2).records) for key in keys)


def main() -> None:
    """The clock covers the writes; the database is set up before it, and read back after it."""
    parser = probe.parser()
    parser.add_argument("--mode", choices=["report", "run"], required=True)
    args = parser.parse_args()
    dg = probe.library()
    write = report if args.mode == "report" else log_in_run
    with dg.DagsterInstance.get() as instance:
        instance.report_runless_asset_event(dg.AssetMaterialization("warm"))
        with probe.Span() as span:
            write(dg, instance, args.n)
        found = stored(dg, instance, args.mode, args.n)
    if found != args.n:
        raise SystemExit(f"{found} events can be read back instead of {args.n}")
    probe.answer(seconds=span.seconds, rss_kb=span.rss_kb, check={"stored": found})


if __name__ == "__main__":
    main()
