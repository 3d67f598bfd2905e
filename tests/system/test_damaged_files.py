"""Whatever became of the file of a database, a command says so in a sentence, or reads what can be read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mainspring.core.base.clock import SystemClock
from mainspring.core.base.errors import StorageError
from mainspring.core.storage.sql.sqlite import FILE_NAME
from mainspring.core.storage.sql.store import sqlite_store
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events

RUNS = [f"run{number}" for number in range(60)]


@pytest.fixture
def home() -> Iterator[Path]:
    """A home with some runs, in a folder that other users may look into, which those of pytest are not."""
    folder = Path(tempfile.mkdtemp(prefix="home-"))
    folder.chmod(0o755)
    made = folder / "home"
    store = sqlite_store(made, clock=SystemClock())
    for run_id in RUNS:
        store.runs.create(events.run(run_id))
        store.events.append([Sequenced(0, None, events.materialized(run_id, run_id))])
    store.close()
    yield made
    made.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


# All that a command needs is loaded before the rights are given up: another user may not read the interpreter.
RUN = """
import importlib, os, pkgutil, sys
import mainspring.cli.commands as commands
from mainspring.cli.main import main
for one in pkgutil.iter_modules(commands.__path__, commands.__name__ + "."):
    importlib.import_module(one.name)
if sys.argv[1] == "other" and os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
sys.exit(main(sys.argv[2:]))
"""


def command(home: Path, *words: str, as_other: bool = False) -> tuple[int, str]:
    """What a command line ends with, and all it says."""
    ended = subprocess.run(
        [sys.executable, "-c", RUN, "other" if as_other else "self", *words],
        env={"MAINSPRING_HOME": str(home), "PATH": os.environ["PATH"]},
        cwd=home.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def flip_pages(file: Path) -> None:
    data = bytearray(file.read_bytes())
    for place in range(4096, len(data), 8192):
        data[place : place + 200] = b"\xa5" * 200
    file.write_bytes(data)


def cut(to: float) -> Callable[[Path], None]:
    def half(file: Path) -> None:
        data = file.read_bytes()
        file.write_bytes(data[: int(len(data) * to) or 10])

    return half


def header(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(b"\xa5" * 100 + data[100:])


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def folder_for_the_wal(file: Path) -> None:
    file.with_name(f"{FILE_NAME}-wal").mkdir()


DAMAGES = [flip_pages, cut(0.5), cut(0), header, folder, folder_for_the_wal]


@pytest.mark.system
@pytest.mark.parametrize(
    "words,damage",
    [
        *((("run", "list"), one) for one in DAMAGES),
        *((("instance", "info"), one) for one in (flip_pages, folder)),
    ],
)
def test_a_damaged_file_is_named(home: Path, words: tuple[str, ...], damage: Callable[[Path], None]) -> None:
    file = home / FILE_NAME
    damage(file)
    code, said = command(home, *words)
    assert code == 2, said
    assert str(file) in said
    assert "hint: " in said
    assert "Traceback" not in said


@pytest.mark.parametrize("ending", ["-wal", "-shm"])
def test_what_lies_beside_the_file_and_is_nothing_is_overlooked(home: Path, ending: str) -> None:
    (home / f"{FILE_NAME}{ending}").write_bytes(b"\xa5" * 32768)
    store = sqlite_store(home, clock=SystemClock())
    assert [one.dagster_run.run_id for one in store.runs.find(ascending=True)] == RUNS
    store.close()


@pytest.mark.parametrize("ending", ["-wal", "-shm"])
def test_a_file_that_is_taken_away_while_it_is_in_use(home: Path, ending: str) -> None:
    """What was committed to a WAL that somebody removes is gone with it; the database itself stays sound."""
    first, second = (sqlite_store(home, clock=SystemClock(), busy_seconds=1) for _ in range(2))
    first.runs.create(events.run("late"))
    (home / f"{FILE_NAME}{ending}").unlink()
    for store in (first, second):
        try:
            store.runs.find()
            store.kv.set({"a": "b"})
        except StorageError:
            continue
    first.close()
    second.close()
    again = sqlite_store(home, clock=SystemClock())
    found = {one.dagster_run.run_id for one in again.runs.find()}
    assert set(RUNS) <= found
    with again.database.read() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchall() == [("ok",)]
    again.close()


def close_to_others(home: Path) -> None:
    """Nobody may write: neither who owns it nor others; all may look."""
    for one in (home, *home.iterdir()):
        one.chmod(0o555 if one.is_dir() else 0o444)


@pytest.mark.system
def test_a_home_that_nobody_can_write_to_is_readable(home: Path) -> None:
    close_to_others(home)
    code, said = command(home, "run", "list", as_other=True)
    assert (code, "run59" in said) == (0, True), said
    code, said = command(home, "instance", "info", as_other=True)
    assert (code, "60 NOT_STARTED" in said) == (0, True), said
    code, said = command(home, "asset", "wipe", "run3", "--yes", as_other=True)
    assert (code, "cannot be written to" in said) == (2, True), said
    assert [one.name for one in home.iterdir()] == [FILE_NAME]


@pytest.mark.system
def test_a_home_of_another_user_shows_what_its_owner_commits(home: Path) -> None:
    store = sqlite_store(home, clock=SystemClock())
    store.runs.create(events.run("late"))
    close_to_others(home)
    code, said = command(home, "run", "list", as_other=True)
    assert (code, "late" in said) == (0, True), said
    store.close()


@pytest.mark.system
def test_a_wal_that_cannot_be_taken_in_is_said(home: Path) -> None:
    """Without the index beside it and without the right to make one, what was committed last cannot be read."""
    store = sqlite_store(home, clock=SystemClock())
    store.runs.create(events.run("late"))
    copied = home.parent / "copied"
    shutil.copytree(home, copied)
    store.close()
    (copied / f"{FILE_NAME}-shm").unlink()
    close_to_others(copied)
    code, said = command(copied, "run", "list", as_other=True)
    assert (code, str(copied) in said, "Traceback" in said) == (2, True, False), said


@pytest.mark.system
def test_a_home_that_cannot_be_looked_into_is_said(home: Path) -> None:
    close_to_others(home)
    home.chmod(0o000)
    code, said = command(home, "run", "list", as_other=True)
    home.chmod(0o755)
    assert (code, "cannot be looked into" in said) == (2, True), said
