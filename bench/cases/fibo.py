"""``n`` light assets, each fibo(10), in one in-memory run."""

from __future__ import annotations

import probe
from fibonacci import fibonacci


def main() -> None:
    """One asset is materialised before the clock starts, so that nothing is loaded under it."""
    args = probe.parser().parse_args()
    dg = probe.library()

    def compute() -> int:
        return fibonacci(10)

    assets = [dg.asset(name=f"fibo_{number}")(compute) for number in range(args.n)]
    dg.materialize_to_memory([dg.asset(name="warm")(compute)])
    with probe.Span() as span:
        result = dg.materialize_to_memory(assets)
    values = [result.asset_value(asset.key) for asset in assets]
    if values != [55] * args.n:
        raise SystemExit(f"wrong values: {values}")
    probe.answer(seconds=span.seconds, rss_kb=span.rss_kb, check={"sum": sum(values)})


if __name__ == "__main__":
    main()
