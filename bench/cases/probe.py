"""What every case shares: the library under test, its arguments, a stop-watch, and the answer line."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self


def library() -> ModuleType:
    """The module under test, by the name the harness put into the environment."""
    return importlib.import_module(os.environ["BENCH_TARGET"])


def parser() -> argparse.ArgumentParser:
    """The arguments each case takes: a size and a directory it may write in."""
    made = argparse.ArgumentParser()
    made.add_argument("--n", type=int, required=True, help="size of the case")
    made.add_argument("--home", type=Path, required=True, help="an empty directory of its own")
    made.add_argument("--prepare", action="store_true", help="only fill the home, for later reading")
    return made


def answer(**fields: Any) -> None:
    """Print the one JSON line that the harness reads."""
    print(json.dumps(fields), flush=True)


def memory_kb(field: str) -> int:
    """A memory figure of this process in KiB: ``VmRSS`` (now) or ``VmHWM`` (peak)."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line = next(line for line in status.splitlines() if line.startswith(field + ":"))
    return int(line.split()[1])


class Span:
    """Times a block and takes the growth of memory to its peak: ``seconds``, ``rss_kb``."""

    seconds: float = 0.0
    rss_kb: int = 0

    def __enter__(self) -> Self:
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew from here
        self._memory = memory_kb("VmRSS")
        self._begun = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = time.perf_counter() - self._begun
        self.rss_kb = max(0, memory_kb("VmHWM") - self._memory)


def typical(call: Callable[[], object], *, times: int) -> float:
    """Median seconds of one call, after one call that is not counted."""
    call()
    taken: list[float] = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
