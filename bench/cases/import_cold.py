"""A fresh interpreter that imports the library, beside one that imports nothing."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

import probe

PEAK = "print(next(l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM')))"


def start(code: str) -> tuple[float, int]:
    """Wall seconds and peak memory (KiB) of ``python -c code``."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code + PEAK], check=False, stdout=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise SystemExit(1)  # it has said why
    return seconds, int(done.stdout.split()[-1])


def main() -> None:
    """Alternate the bare interpreter and the import ``n`` times; medians and their difference."""
    args = probe.parser().parse_args()
    target = os.environ["BENCH_TARGET"]
    # Naming the decorators is what a module of assets does first; a lazy library must pay for it here.
    code = f"import {target} as dg; dg.asset, dg.Definitions;"
    bare: list[tuple[float, int]] = []
    full: list[tuple[float, int]] = []
    for _ in range(args.n):
        bare.append(start(""))
        full.append(start(code) if target != "prefect" else start("from prefect import flow, task;"))
    seconds = [statistics.median(each[0] for each in runs) for runs in (bare, full)]
    memory = [statistics.median(each[1] for each in runs) for runs in (bare, full)]
    plain = statistics.median(start(f"import {target};")[0] for _ in range(args.n))
    probe.answer(
        seconds=max(0.0, plain - seconds[0]),
        used=max(0.0, seconds[1] - seconds[0]),
        rss_kb=memory[1],
        bare_seconds=seconds[0],
        bare_rss_kb=memory[0],
    )


if __name__ == "__main__":
    main()
