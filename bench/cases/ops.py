"""A job of ``n`` ops in process, in memory: a chain of them, or one mapped over a dynamic output of ``n`` values."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import probe


def chain(dg: ModuleType, n: int) -> tuple[Any, int]:
    """Each op adds one to what the one before it gave."""

    @dg.op
    def zero() -> int:
        return 0

    @dg.op
    def add_one(value: int) -> int:
        return value + 1

    @dg.graph
    def chained() -> Any:
        value = zero()
        for number in range(n - 1):
            value = add_one.alias(f"add_{number}")(value)
        return value

    return chained.to_job(), n - 1


def fan_out(dg: ModuleType, n: int) -> tuple[Any, int]:
    """One op gives ``n`` values, one is mapped over them, one adds up."""

    @dg.op(out=dg.DynamicOut(int))
    def parts() -> Iterator[Any]:
        for number in range(n):
            yield dg.DynamicOutput(number, mapping_key=str(number))

    @dg.op
    def same(value: int) -> int:
        return value

    @dg.op
    def total(values: list[int]) -> int:
        return sum(values)

    @dg.graph
    def mapped() -> Any:
        return total(parts().map(same).collect())

    return mapped.to_job(), n * (n - 1) // 2


SHAPES = {"chain": chain, "fan-out": fan_out}


def main() -> None:
    """A small job of the same shape runs before the clock starts, so that nothing is loaded under it."""
    arguments = probe.parser()
    arguments.add_argument("--shape", choices=SHAPES, required=True)
    args = arguments.parse_args()
    dg = probe.library()
    logging.disable(logging.CRITICAL)
    job, expected = SHAPES[args.shape](dg, args.n)
    small, _ = SHAPES[args.shape](dg, 2)
    small.execute_in_process()
    with probe.Span() as span:
        result = job.execute_in_process()
    found = result.output_value()
    if found != expected:
        raise SystemExit(f"wrong value: {found}")
    probe.answer(seconds=span.seconds, rss_kb=span.rss_kb, check={"value": found})


if __name__ == "__main__":
    main()
