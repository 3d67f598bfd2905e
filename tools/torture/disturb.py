"""Starts processes that work at one place, and meanwhile kills or stops them, or the server they talk to."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, cast

from mainspring.core.base.clock import SystemClock
from mainspring.core.storage.sql.engine import Cursor
from mainspring.core.storage.sql.store import SqlStore
from tools.torture import diary as told
from tools.torture.diary import Diary
from tools.torture.look import read
from tools.torture.place import Place
from tools.torture.work import prepare, write

_CLOCK = SystemClock()
_FOR_EVER = 10_000.0
_LONGEST_LIFE = 0.25

Act = Callable[[SqlStore, Path], None]


def started(place: Place, act: Act, name: str) -> int:
    """The id of a new process that opens the store and does something with it."""
    process = os.fork()
    if process:
        return process
    _be(place, act, name)


def _be(place: Place, act: Act, name: str) -> NoReturn:
    # nothing of the process this one came from is closed or removed here: hence no ordinary exit
    code = 1
    try:
        store = place.open()
        act(store, place.folder)
        store.close()
        code = 0
    except BaseException:
        with Diary(place.folder / f"{name}.diary") as diary:
            diary.note(told.FAULT, traceback.format_exc())
    finally:
        os._exit(code)


def working(place: Place, *, writers: int, readers: int, seconds: float) -> list[int]:
    """The ids of processes that write and read for some seconds."""
    store = place.open()
    prepare(store)
    store.close()
    return [
        *(started(place, _writing(number, seconds), f"writer-{number}") for number in range(1, writers + 1)),
        *(started(place, _reading(number, seconds), f"reader-{number}") for number in range(1, readers + 1)),
    ]


def _writing(number: int, seconds: float) -> Act:
    return lambda store, folder: write(store, folder, number=number, seconds=seconds)


def _reading(number: int, seconds: float) -> Act:
    return lambda store, folder: read(store, folder, number=number, seconds=seconds)


def join(processes: list[int]) -> Iterator[str]:
    """Wait for processes; what is to be said of those that did not end by themselves."""
    for process in processes:
        _, status = os.waitpid(process, 0)
        if os.WIFSIGNALED(status):
            yield f"process {process} ended by signal {os.WTERMSIG(status)}"


def outage(place: Place, *, after: float, seconds: float, mode: str) -> None:
    """Stop the server for a while."""
    assert place.server is not None, "only a server can be stopped"
    _CLOCK.sleep(after)
    place.server.stop(mode=mode)
    _CLOCK.sleep(seconds)
    place.server.start()


def crashes(place: Place, *, count: int, chance: random.Random) -> None:
    """Kill the server again and again."""
    assert place.server is not None, "only a server can be killed"
    for _ in range(count):
        _CLOCK.sleep(chance.uniform(0.2, 1.5))
        place.server.kill()
        place.server.start()


def kills(place: Place, *, count: int, at_once: int, chance: random.Random) -> dict[str, int]:
    """Let writers live and die until so many were killed; how they died.

    Some die at any instant, some at a statement of a transaction, some after they were stopped for a while.
    """
    store = place.open()
    prepare(store)
    store.close()
    ways = {"at an instant": 0, "in a transaction": 0, "stopped": 0}
    alive: list[tuple[int, str]] = []
    number = 0
    while number < count or alive:
        while number < count and len(alive) < at_once:
            number += 1
            way = chance.choice(list(ways))
            act = _writing(number, _FOR_EVER)
            if way == "in a transaction":
                act = _mortal(act, chance.randrange(1, 400))
            alive.append((started(place, act, f"writer-{number}"), way))
        process, way = alive.pop(chance.randrange(len(alive)))
        _end(process, way, chance)
        ways[way] += 1
    return ways


def _end(process: int, way: str, chance: random.Random) -> None:
    if way != "in a transaction":
        _CLOCK.sleep(chance.expovariate(1 / 0.08))
    if way == "stopped":
        os.kill(process, signal.SIGSTOP)
        _CLOCK.sleep(chance.uniform(0, 0.3))
        if chance.random() < 0.5:
            os.kill(process, signal.SIGCONT)
            _CLOCK.sleep(chance.uniform(0, _LONGEST_LIFE))
    if way != "in a transaction":
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def _mortal(act: Act, statements: int) -> Act:
    def live(store: SqlStore, folder: Path) -> None:
        _kill_at(store, statements)
        act(store, folder)

    return live


def _kill_at(store: SqlStore, statements: int) -> None:
    """Make this process kill itself at the n-th statement of its transactions that write; a commit counts too."""
    database: Any = store.database
    write_before = database.write
    left = [statements]

    def count() -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def mortal_write(*, serial: bool = True) -> Generator[Cursor]:
        with write_before(serial=serial) as cursor:
            count()
            yield cast("Cursor", _Counted(cursor, count))
            count()

    database.write = mortal_write


class _Counted:
    """A cursor that tells of each statement before it is run."""

    def __init__(self, cursor: Any, count: Callable[[], None]) -> None:
        self._cursor = cursor
        self._count = count

    def execute(self, *given: object) -> object:
        self._count()
        return self._cursor.execute(*given)

    def executemany(self, *given: object) -> object:
        self._count()
        return self._cursor.executemany(*given)

    def __getattr__(self, name: str) -> object:
        return getattr(self._cursor, name)
