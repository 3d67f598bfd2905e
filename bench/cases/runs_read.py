"""Ask for runs in a home that holds ``n`` of them: what the page of runs shows."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import probe

PAGE = 50
JOBS = 20


def fill(dg: ModuleType, instance: Any, count: int) -> None:
    """Not measured. Every tenth run failed; each has a job, a team and a number."""
    failed = dg.DagsterRunStatus.FAILURE
    ended = dg.DagsterRunStatus.SUCCESS
    for number in range(count):
        instance.add_run(
            dg.DagsterRun(
                job_name=f"job_{number % JOBS}",
                run_id=f"00000000-0000-4000-8000-{number:012d}",
                status=failed if number % 10 == 0 else ended,
                tags={"team": f"t{number % 7}", "number": str(number)},
            )
        )


def read(dg: ModuleType, instance: Any, count: int) -> dict[str, Any]:
    """Median seconds of each question, and what was answered."""
    failed = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE])
    of_job = dg.RunsFilter(job_name="job_3")
    tagged = dg.RunsFilter(tags={"number": str(count // 2)})
    team = dg.RunsFilter(tags={"team": "t3"})
    middle = f"00000000-0000-4000-8000-{count // 2:012d}"
    return {
        "newest": probe.typical(lambda: instance.get_run_records(limit=PAGE), times=20),
        "failed": probe.typical(lambda: instance.get_run_records(failed, limit=PAGE), times=20),
        "job": probe.typical(lambda: instance.get_run_records(of_job, limit=PAGE), times=20),
        "tagged": probe.typical(lambda: instance.get_run_records(tagged, limit=PAGE), times=20),
        "team": probe.typical(lambda: instance.get_run_records(team, limit=PAGE), times=10),
        "deep": probe.typical(lambda: instance.get_run_records(limit=PAGE, cursor=middle), times=20),
        "one": probe.typical(lambda: instance.get_run_by_id(middle), times=20),
        "check": {
            "newest": instance.get_run_records(limit=PAGE)[0].dagster_run.run_id,
            "failed": len(instance.get_run_records(failed, limit=PAGE)),
            "tagged": len(instance.get_run_records(tagged, limit=PAGE)),
            "team": len(instance.get_run_records(team, limit=PAGE)),
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
    if found["check"]["tagged"] != 1:
        raise SystemExit(f"{found['check']['tagged']} runs have the number")
    probe.answer(**found)


if __name__ == "__main__":
    main()
