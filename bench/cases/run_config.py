"""Validate the run config of a job: ``n`` fields in one op, and the same number spread over ops of ten fields each."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import probe

FIELDS_OF_AN_OP = 10
CALLS = 5


def schema(dg: ModuleType, count: int) -> dict[str, Any]:
    """Fields of the kinds that configs are made of, in turn."""
    kinds = (int, str, dg.Field(float, default_value=1.0), [int], {"host": str, "port": int})
    return {f"f{i}": kinds[i % len(kinds)] for i in range(count)}


def good(count: int) -> dict[str, Any]:
    """A value for each field."""
    values = (3, "abc", 2.5, [1, 2, 3], {"host": "localhost", "port": 80})
    return {f"f{i}": values[i % len(values)] for i in range(count)}


def wrong(count: int) -> dict[str, Any]:
    """A value of a wrong type for each field."""
    values = ("abc", [1], "abc", 3, 3)
    return {f"f{i}": values[i % len(values)] for i in range(count)}


def read(context) -> None:  # the annotation is left to the library
    """What each op does."""
    assert context.op_config


def job_of(dg: ModuleType, ops: int, fields: int) -> Any:
    """A job of so many ops, each with so many fields."""
    made = [dg.op(name=f"op{i}", config_schema=schema(dg, fields))(read) for i in range(ops)]

    @dg.job
    def configured() -> None:
        for op in made:
            op()

    return configured


def config_of(ops: int, values: dict[str, Any]) -> dict[str, Any]:
    """The run config of such a job."""
    return {"ops": {f"op{i}": {"config": values} for i in range(ops)}}


def seconds(call: Callable[[], object]) -> float:
    """The median time of a call that was made once before."""
    call()
    taken: list[float] = []
    for _ in range(CALLS):
        begun = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def refused(dg: ModuleType, job: Any, config: dict[str, Any]) -> int:
    """How many faults are reported."""
    try:
        dg.validate_run_config(job, config)
    except dg.DagsterInvalidConfigError as error:
        return len(error.errors)
    raise SystemExit("a config of wrong values was taken")


def main() -> None:
    """The clock covers ``validate_run_config`` alone; ``first`` is the first call for a job."""
    args = probe.parser().parse_args()
    dg = probe.library()
    ops = max(args.n // FIELDS_OF_AN_OP, 1)
    one, many = job_of(dg, 1, args.n), job_of(dg, ops, FIELDS_OF_AN_OP)
    begun = time.perf_counter()
    found = dg.validate_run_config(one, config_of(1, good(args.n)))
    first = time.perf_counter() - begun
    if len(found["ops"]["op0"]["config"]) != args.n:
        raise SystemExit("not all fields came back")
    spread = config_of(ops, good(FIELDS_OF_AN_OP))
    faults = refused(dg, one, config_of(1, wrong(args.n)))
    probe.answer(
        first=first,
        seconds=seconds(lambda: dg.validate_run_config(one, config_of(1, good(args.n)))),
        spread=seconds(lambda: dg.validate_run_config(many, spread)),
        faulty=seconds(lambda: refused(dg, one, config_of(1, wrong(args.n)))),
        check={"faults": faults},
    )


if __name__ == "__main__":
    main()
