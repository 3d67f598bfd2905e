"""Run the benchmarks: one public-API script against Mainspring and its peers, in turn.

bench/run.py                     everything, into bench/RESULTS.md and bench/results.json
bench/run.py --quick             a short run, shown only
bench/run.py define-* selection  some series; their part of the results is replaced
"""

from __future__ import annotations

import argparse
import datetime
import fnmatch
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))  # the server of tools/

from harness import record, targets
from harness.measure import Outcome, Session, run_series
from harness.report import report
from harness.series import Level, Series
from harness.suite import SUITE

SHARED_MEMORY = Path("/dev/shm")


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("series", nargs="*", help="names or patterns of series; all if none is given")
    parser.add_argument("--list", action="store_true", help="show the series and their sizes, run nothing")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, one measurement each, nothing is written"
    )
    parser.add_argument(
        "--deep", action="store_true", help="larger sizes for the peers too; takes well over an hour"
    )
    parser.add_argument("--repeats", type=int, help="measurements of each size (3; quick: 1)")
    parser.add_argument(
        "--targets", help="which libraries, separated by commas (all; quick: without Prefect)"
    )
    parser.add_argument(
        "--patience", type=float, default=30, help="a case that took longer is not repeated (seconds)"
    )
    parser.add_argument(
        "--disk", type=Path, help="a directory on the disk for the homes (the system's temporary one)"
    )
    parser.add_argument("--rebuild", action="store_true", help="install all environments anew")
    parser.add_argument(
        "--output", type=Path, help="where RESULTS.md and results.json go (this folder; quick: nowhere)"
    )
    return parser.parse_args(given)


def chosen(patterns: Sequence[str]) -> list[Series]:
    """The series that the patterns name, in the suite's order."""
    for pattern in patterns:
        if not any(fnmatch.fnmatch(series.name, pattern) for series in SUITE):
            known = ", ".join(series.name for series in SUITE)
            raise SystemExit(f"No series is named {pattern!r}. There are: {known}")
    return [
        each for each in SUITE if not patterns or any(fnmatch.fnmatch(each.name, one) for one in patterns)
    ]


def environments(names: Sequence[str], *, rebuild: bool) -> tuple[dict[str, targets.Target], dict[str, str]]:
    """The targets that could be installed, and their versions."""
    ready: dict[str, targets.Target] = {}
    versions: dict[str, str] = {}
    for name in names:
        if name not in targets.TARGETS:
            raise SystemExit(f"No target is named {name!r}. There are: {', '.join(targets.TARGETS)}")
        try:
            versions[name] = targets.prepare(targets.TARGETS[name], rebuild=rebuild)
            ready[name] = targets.TARGETS[name]
            tell(f"{name} {versions[name]}")
        except RuntimeError as error:
            tell(f"{name} is left out: {error}")
    return ready, versions


def tell(text: str) -> None:
    """Progress goes to stderr, the results to stdout."""
    print(text, file=sys.stderr, flush=True)


def session(options: argparse.Namespace, ready: dict[str, targets.Target], scratch: Path) -> Session:
    """What all series are run with."""
    level = Level.QUICK if options.quick else Level.DEEP if options.deep else Level.FULL
    memory = Path(tempfile.mkdtemp(dir=SHARED_MEMORY)) if SHARED_MEMORY.is_dir() else scratch
    return Session(
        targets=ready,
        level=level,
        repeats=options.repeats or (1 if options.quick else 3),
        patience=options.patience,
        disk=scratch,
        memory=memory,
        tell=tell,
    )


def run(series: Sequence[Series], made: Session, versions: dict[str, str]) -> dict[str, record.Record]:
    """Measure the series; a record of each that gave an outcome."""
    cores, python = record.machine()
    records: dict[str, record.Record] = {}
    for each in series:
        outcomes: list[Outcome] = list(run_series(each, made))
        if outcomes:
            there = {name: version for name, version in versions.items() if name in each.targets}
            today = datetime.date.today().isoformat()  # noqa: DTZ011 - the reader's day
            level = made.level.name.lower()
            records[each.name] = record.Record(today, level, made.repeats, cores, python, there, outcomes)
    return records


def main() -> int:
    """Run what was asked for; exit code 1 if a case of ours failed."""
    options = arguments()
    series = chosen(options.series)
    if options.list:
        for each in series:
            print(f"{each.name:22} {each.title}: {', '.join(f'{size.n:,}' for size in each.sizes)}")
        return 0
    begun = time.perf_counter()
    default = [name for name in targets.TARGETS if not (options.quick and name == "prefect")]
    names = options.targets.split(",") if options.targets else default
    ready, versions = environments(names, rebuild=options.rebuild)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.disk) as scratch:
        made = session(options, ready, Path(scratch))
        try:
            records = run(series, made, versions)
        finally:
            if made.memory != made.disk:
                shutil.rmtree(made.memory, ignore_errors=True)
    print(report(SUITE, records))
    output = options.output or (None if options.quick else targets.BENCH)
    if output is not None:
        everything = {**record.load(output / "results.json"), **records}
        record.store(output / "results.json", everything)
        (output / "RESULTS.md").write_text(report(SUITE, everything))
    tell(f"{time.perf_counter() - begun:.0f} s in all")
    ours = [each for one in records.values() for each in one.outcomes if each.target == targets.OURS]
    return 1 if any(each.failure for each in ours) else 0


if __name__ == "__main__":
    sys.exit(main())
