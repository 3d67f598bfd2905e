"""Materialise a graph of ``n`` assets in this process; every value passes through the IO manager."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import graphs
import probe


def in_memory(dg: ModuleType, assets: list[Any]) -> tuple[Any, probe.Span]:
    """Nothing touches the disk."""
    with probe.Span() as span:
        result = dg.materialize_to_memory(assets)
    return result, span


def on_sqlite(dg: ModuleType, assets: list[Any], home: Path) -> tuple[Any, probe.Span]:
    """Events in SQLite, values in files."""
    for part in ("instance", "values"):
        (home / part).mkdir()
    resources = {"io_manager": dg.FilesystemIOManager(base_dir=str(home / "values"))}
    with dg.DagsterInstance.local_temp(str(home / "instance")) as instance:
        dg.materialize(
            [dg.asset(lambda: 1, name="first")], instance=instance, resources=resources
        )  # sets the home up
        with probe.Span() as span:
            result = dg.materialize(assets, instance=instance, resources=resources)
        recorded = sum(instance.get_latest_materialization_event(asset.key) is not None for asset in assets)
    if recorded != len(assets):
        raise SystemExit(f"{recorded} materializations recorded instead of {len(assets)}")
    return result, span


def main() -> None:
    """The clock covers ``materialize`` alone: not the declarations, not the set-up of the database."""
    parser = probe.parser()
    parser.add_argument("--store", choices=["memory", "sqlite"], required=True)
    args = parser.parse_args()
    dg = probe.library()
    parents = graphs.dag(args.n)
    assets = graphs.declare_by_parameters(dg, graphs.functions(parents, parameters=True), parents)
    if args.store == "memory":
        dg.materialize_to_memory(assets[:1])  # loads what a lazy library has put off
        result, span = in_memory(dg, assets)
    else:
        result, span = on_sqlite(dg, assets, args.home)
    last = (
        result.asset_value(assets[-1].key)
        if args.store == "memory"
        else result.output_for_node(f"a{args.n - 1}")
    )
    expected = graphs.depths(parents)[-1]
    if not result.success or last != expected:
        raise SystemExit(f"success is {result.success}, the last asset holds {last} instead of {expected}")
    probe.answer(seconds=span.seconds, rss_kb=span.rss_kb, check={"last": last})


if __name__ == "__main__":
    main()
