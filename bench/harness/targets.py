"""The libraries under test, each in an isolated virtual environment of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
PROJECT = BENCH.parent
ENVIRONMENTS = BENCH / ".envs"


@dataclass(frozen=True, slots=True)
class Target:
    """One library: ``name`` is the module to import, ``requirement`` what the installer is given."""

    name: str
    title: str
    requirement: tuple[str, ...]

    @property
    def directory(self) -> Path:
        """Where its environment is."""
        return ENVIRONMENTS / self.name

    @property
    def python(self) -> Path:
        """The interpreter of its environment."""
        return self.directory / "bin" / "python"

    @property
    def stamp(self) -> str:
        """Changes when the environment must be made anew: another interpreter or other requirements."""
        text = "\n".join([sys.version, *self.requirement])
        if self.name == OURS:
            text += (PROJECT / "pyproject.toml").read_text()
        return hashlib.sha256(text.encode()).hexdigest()


#: The library all others are compared with.
OURS = "mainspring"

TARGETS: dict[str, Target] = {
    each.name: each
    for each in (
        Target("mainspring", "Mainspring", ("-e", f"{PROJECT}[postgres]", "psycopg[binary]")),
        Target(
            "dagster", "Dagster", ("dagster>=1.13,<1.14", "dagster-postgres>=0.29,<0.30", "psycopg2-binary")
        ),
        # Prefect 3.8 does not start on the newest FastAPI that its own requirements allow.
        Target("prefect", "Prefect", ("prefect>=3", "fastapi<0.140")),
    )
}


def prepare(target: Target, *, rebuild: bool) -> str:
    """Make the environment if it is missing or out of date; return the installed version.

    Raises:
        RuntimeError: the installer failed; the message holds its last lines.
    """
    stamp = target.directory / "bench-stamp"
    fresh = stamp.exists() and stamp.read_text() == target.stamp
    if rebuild or not fresh:
        shutil.rmtree(target.directory, ignore_errors=True)
        install(target)
        stamp.write_text(target.stamp)
    if target.name == OURS:  # its source changes between runs
        call([str(target.python), "-m", "compileall", "-q", str(PROJECT / "src")])
    question = f"import importlib.metadata as m; print(m.version({target.name!r}))"
    return call([str(target.python), "-c", question]).strip()


def install(target: Target) -> None:
    """Create the environment, with uv if it is there, else with venv and pip, and compile all byte code."""
    uv = shutil.which("uv")
    python = str(target.python)
    if uv:
        call([uv, "venv", "--quiet", "--python", sys.executable, str(target.directory)])
        call([uv, "pip", "install", "--quiet", "--python", python, *target.requirement])
    else:
        call([sys.executable, "-m", "venv", str(target.directory)])
        call([python, "-m", "pip", "install", "--quiet", *target.requirement])
    call([python, "-m", "compileall", "-q", str(target.directory / "lib")], check=False)


def call(command: list[str], *, check: bool = True) -> str:
    """Run an installer's command; its output."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if check and done.returncode:
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise RuntimeError(f"{Path(command[0]).name} exited with {done.returncode}:\n{tail}")
    return done.stdout
