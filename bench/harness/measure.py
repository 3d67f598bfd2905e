"""Running the cases: each measurement is a fresh process, and the targets take turns."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.database import fresh_home
from harness.series import Level, Series, Size
from harness.targets import BENCH, OURS, Target

#: Nothing is told to anybody outside, and a library that tries meets a closed door.
SILENCE = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
    "NO_PROXY": "localhost,127.0.0.1,::1",
    "no_proxy": "localhost,127.0.0.1,::1",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One measurement: the case's answer, or why there is none."""

    series: str
    n: int
    target: str
    values: dict[str, Any] | None
    failure: str | None
    wall: float


@dataclass(frozen=True, slots=True)
class Shot:
    """One case at one size for one target; ``root`` is where its home is made."""

    series: Series
    size: Size
    target: Target
    root: Path

    def __str__(self) -> str:
        return f"{self.series.name} {self.size.n:,} {self.target.name}"


@dataclass(frozen=True, slots=True)
class Session:
    """What a series is run with. ``patience``: a case that took longer is not repeated."""

    targets: dict[str, Target]
    level: Level
    repeats: int
    patience: float
    disk: Path
    memory: Path
    tell: Callable[[str], None]

    def shots(self, series: Series, size: Size) -> list[Shot]:
        """What is measured at this size, one for each target there is."""
        root = self.disk if series.medium == "disk" else self.memory
        there = [self.targets[name] for name in series.targets if name in self.targets]
        return [
            Shot(series, size, target, root)
            for target in there
            if (size.own if target.name == OURS else size.peers) <= self.level
        ]


def run_series(series: Series, session: Session) -> Iterator[Outcome]:
    """All measurements of a series: size by size, the targets in turn, the order reversed each time.

    A peer that failed at a size is not tried at a larger one.
    """
    gave_up: dict[str, int] = {}
    for size in series.sizes:
        for shot in session.shots(series, size):
            if shot.target.name in gave_up:
                failure = f"not tried: failed at {gave_up[shot.target.name]:,}"
                yield Outcome(series.name, size.n, shot.target.name, None, failure, 0.0)
        shots = [shot for shot in session.shots(series, size) if shot.target.name not in gave_up]
        for outcome in measure_in_turn(shots, session):
            if outcome.failure and outcome.target != OURS:
                gave_up[outcome.target] = size.n
            session.tell(line(outcome))
            yield outcome


def measure_in_turn(shots: Sequence[Shot], session: Session) -> Iterator[Outcome]:
    """All measurements of one size; a shot that failed or outlasted the patience is not repeated."""
    with contextlib.ExitStack() as homes:
        ready = [(shot, filled_home(shot, homes, session.tell)) for shot in shots]
        done: set[str] = set()
        for repeat in range(session.repeats):
            for shot, home in ready if repeat % 2 == 0 else reversed(ready):
                if shot.target.name in done:
                    continue
                outcome = home if isinstance(home, Outcome) else measure(shot, home=home)
                if outcome.failure or outcome.wall > session.patience:
                    done.add(shot.target.name)
                yield outcome


def filled_home(
    shot: Shot, homes: contextlib.ExitStack, tell: Callable[[str], None]
) -> Path | Outcome | None:
    """For a prepared series, a home that the case has filled (or the failure to do so); else None."""
    if not shot.series.prepared:
        return None
    tell(f"{shot}: filling the home")
    home = homes.enter_context(fresh_home(shot.series, shot.target, shot.root))
    outcome = measure(shot, home=home, prepare=True)
    return outcome if outcome.failure else home


def measure(shot: Shot, *, home: Path | None = None, prepare: bool = False) -> Outcome:
    """Run one case in a process of its own."""
    series, n, target = shot.series, shot.size.n, shot.target
    script = BENCH / "cases" / series.scripts.get(target.name, series.script)
    with contextlib.ExitStack() as stack:
        place = home or stack.enter_context(fresh_home(series, target, shot.root))
        command = [str(target.python), str(script), "--n", str(n), "--home", str(place), *series.arguments]
        if prepare:
            command.append("--prepare")
        begun = time.perf_counter()
        answer, failure = call(command, target.name, place, series.timeout)
        wall = time.perf_counter() - begun
    if answer is not None:
        answer.setdefault("items", n)
    return Outcome(series.name, n, target.name, answer, failure, round(wall, 3))


def call(
    command: list[str], name: str, home: Path, timeout: float
) -> tuple[dict[str, Any] | None, str | None]:
    """Run the command with a clean environment; its answer, or why there is none."""
    environment = {
        **{key: os.environ[key] for key in ("LANG", "TZ") if key in os.environ},
        **SILENCE,
        "PATH": f"{Path(command[0]).parent}{os.pathsep}{os.defpath}",
        "PYTHONHASHSEED": "0",
        "BENCH_TARGET": name,
        "HOME": str(home),
        "TMPDIR": str(home),
        "DAGSTER_HOME": str(home),
        "MAINSPRING_HOME": str(home),
        "PREFECT_HOME": str(home),
    }
    with tempfile.TemporaryFile("w+", dir=home) as out, tempfile.TemporaryFile("w+", dir=home) as err:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env=environment,
            cwd=home,
            start_new_session=True,
        )
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None, f"did not finish in {timeout:,.0f} s"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with all that it started
            process.wait()
        out.seek(0)
        err.seek(0)
        if code:
            return None, reason(err.read(), code)
        return next(
            json.loads(each) for each in reversed(out.read().splitlines()) if each.startswith("{")
        ), None


def reason(stderr: str, code: int) -> str:
    """The last line of what a failed case said, without paths of this machine, cut short."""
    lines = [each for each in stderr.splitlines() if each.strip() and not each.startswith(" ")]
    said = re.sub(r"(?:/[\w.@+-]+){2,}", "…", lines[-1] if lines else f"exit {code}")
    return f"failed: {said[:160]}"


def line(outcome: Outcome) -> str:
    """One line of progress."""
    figures = {key: value for key, value in (outcome.values or {}).items() if isinstance(value, float)}
    shown = outcome.failure or ", ".join(f"{key} {value:.4g}" for key, value in figures.items())
    return f"{outcome.series} {outcome.n:,} {outcome.target}: {shown} ({outcome.wall:.1f} s in all)"
