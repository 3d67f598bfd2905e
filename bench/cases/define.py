"""Declare ``n`` assets and build from them everything up to the implicit global job."""

from __future__ import annotations

import time

import graphs
import probe


def main() -> None:
    """The clock covers the decorators, ``Definitions`` and the implicit job, not the import."""
    parser = probe.parser()
    parser.add_argument("--style", choices=["deps", "parameters", "chain"], required=True)
    args = parser.parse_args()
    dg = probe.library()
    loaded = (dg.asset, dg.Definitions)  # a lazy library loads them now, not under the clock
    del loaded
    parents = graphs.chain(args.n) if args.style == "chain" else graphs.dag(args.n)
    made = graphs.functions(parents, parameters=args.style == "parameters")
    declare = graphs.declare_by_parameters if args.style == "parameters" else graphs.declare_by_deps

    with probe.Span() as span:
        begun = time.perf_counter()
        assets = declare(dg, made, parents)
        declare_seconds = time.perf_counter() - begun
        definitions = dg.Definitions(assets=assets)
        job = definitions.resolve_implicit_global_asset_job_def()
    keys = definitions.resolve_all_asset_keys()
    if len(keys) != args.n:
        raise SystemExit(f"{len(keys)} assets instead of {args.n}")
    probe.answer(
        seconds=span.seconds,
        declare_seconds=declare_seconds,
        rss_kb=span.rss_kb,
        check={"assets": len(keys), "job": job.name},
    )


if __name__ == "__main__":
    main()
