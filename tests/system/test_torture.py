"""Short tortures of both databases, and proof that the judge notices what is wrong.

Long ones are run by hand: ``python -m tools.torture --help``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MAIN = "import sys; from tools.torture.__main__ import main; {before}; sys.exit(main(sys.argv[1:]))"
SHORT = ("--processes", "4", "--readers", "1")


def torture(*words: str, before: str = "pass") -> tuple[int, dict[str, Any]]:
    """What came of a torture; ``before`` is done to the program first."""
    ended = subprocess.run(
        [sys.executable, "-c", MAIN.format(before=before), *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return ended.returncode, json.loads(ended.stdout)


def require_sound(code: int, report: dict[str, Any]) -> None:
    assert report["faults"] == []
    assert code == 0
    assert report["events acknowledged"] > 0


@pytest.mark.system
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_many_at_once_lose_nothing(database: str) -> None:
    code, report = torture("work", "--database", database, "--seconds", "1.5", *SHORT)
    require_sound(code, report)
    assert report["refused for a while"] == 0
    assert report["reads"] > 0


@pytest.mark.system
@pytest.mark.slow
def test_writers_wait_for_a_server_that_is_stopped() -> None:
    words = ("--database", "postgres", "--seconds", "2", "--outage", "0.5", "--mode", "immediate")
    require_sound(*torture("work", *words, *SHORT))


@pytest.mark.system
@pytest.mark.parametrize("database,kills", [("sqlite", "12"), ("postgres", "8")])
def test_killed_writers_keep_their_word(database: str, kills: str) -> None:
    code, report = torture("kill", "--database", database, "--kills", kills, "--processes", "4")
    require_sound(code, report)
    assert sum(report["kills"].values()) == int(kills)


@pytest.mark.system
@pytest.mark.slow
def test_a_killed_server_keeps_its_word() -> None:
    require_sound(*torture("crash", "--kills", "1", "--seconds", "1", *SHORT))


SABOTAGE = {
    "without its lock": (
        "postgres",
        "import mainspring.core.storage.sql.postgres as it; it._BEGIN_SERIAL = it._BEGIN",
    ),
    "with a commit in the middle": (
        "sqlite",
        "import mainspring.core.storage.sql.append as it; real = it.apply_changes;"
        " it.apply_changes = lambda cursor, changes, now: (cursor.execute('COMMIT'),"
        " cursor.execute('BEGIN IMMEDIATE'), real(cursor, changes, now=now))",
    ),
    "that forgets a commit": (
        "sqlite",
        "import mainspring.core.storage.sql.events as it; real = it.append;"
        " it.append = lambda database, cursor, batch:"
        " (ids := real(database, cursor, batch), ids[0] % 50 == 0 and cursor.execute('ROLLBACK'),"
        " ids[0] % 50 == 0 and cursor.execute('BEGIN'))[0]",
    ),
}


@pytest.mark.system
@pytest.mark.parametrize("database,before", SABOTAGE.values(), ids=SABOTAGE.keys())
def test_a_store_is_found_out(database: str, before: str) -> None:
    scenario = (
        ("kill", "--kills", "20")
        if "COMMIT" in before
        else ("work", "--seconds", "2.5" if database == "postgres" else "1")
    )
    code, report = torture(*scenario, "--database", database, "--processes", "8", before=before)
    assert code == 1
    assert report["number of faults"] > 0
