# pyright: basic
"""``n`` light tasks, each fibo(10), in one Prefect flow, one after the other and in its thread runner."""

from __future__ import annotations

import probe
from fibonacci import fibonacci
from prefect import flow, task  # pyright: ignore[reportMissingImports] - installed in its own environment


@task
def fibo() -> int:
    """One light task."""
    return fibonacci(10)


@flow(log_prints=False)
def one_by_one(count: int) -> list[int]:
    """Call the task directly."""
    return [fibo() for _ in range(count)]


@flow(log_prints=False)
def in_threads(count: int) -> list[int]:
    """Submit all tasks to the flow's default runner, then wait."""
    return [future.result() for future in [fibo.submit() for _ in range(count)]]


def main() -> None:
    """A first flow starts the temporary server of this process; the clock covers the second one."""
    args = probe.parser().parse_args()
    one_by_one(1)
    with probe.Span() as span:
        values = one_by_one(args.n)
    with probe.Span() as threads:
        others = in_threads(args.n)
    if values != [55] * args.n or others != values:
        raise SystemExit(f"wrong values: {values} {others}")
    probe.answer(
        seconds=span.seconds, threads=threads.seconds, rss_kb=span.rss_kb, check={"sum": sum(values)}
    )


if __name__ == "__main__":
    main()
