"""Materialise the one asset of a file from the shell: in a home never used before, then again."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import probe

MODULE = """\
import {target} as dg


@dg.asset
def greeting() -> str:
    with open("made.txt", "a") as made:
        made.write("x")
    return "hello"


defs = dg.Definitions(assets=[greeting])
"""

COMMANDS = {
    "dagster": ["dagster", "asset", "materialize", "--select", "*", "-f", "definitions.py"],
    "mainspring": ["mainspring", "launch", "--assets", "*", "-f", "definitions.py"],
}


def launch(command: list[str], home: Path) -> float:
    """Wall seconds of the command, which must succeed."""
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=home, check=False, capture_output=True, text=True)
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise SystemExit(f"exit {done.returncode}: {(done.stderr or done.stdout).strip()[-300:]}")
    return seconds


def main() -> None:
    """``n`` is how often the command is repeated in the home that the first one has set up."""
    args = probe.parser().parse_args()
    target = os.environ["BENCH_TARGET"]
    (args.home / "definitions.py").write_text(MODULE.format(target=target))
    program, *rest = COMMANDS[target]
    command = [str(Path(sys.executable).parent / program), *rest]
    fresh = launch(command, args.home)
    again = statistics.median(launch(command, args.home) for _ in range(args.n))
    made = len((args.home / "made.txt").read_text())
    if made != args.n + 1:
        raise SystemExit(f"the asset ran {made} times instead of {args.n + 1}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    probe.answer(fresh=fresh, seconds=again, rss_kb=peak, check={"runs": made})


if __name__ == "__main__":
    main()
