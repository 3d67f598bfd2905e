"""A project that is edited between launches: each makes what the edit reaches, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.system

DEFINITIONS = """
import mainspring as dg
from shop.clean import clean
from shop.models import Report


@dg.asset(code_version="auto")
def raw():
    return [3, 1, 2]


@dg.asset(code_version="auto")
def cleaned(raw):
    return clean(raw)


@dg.asset(code_version="auto")
def report(cleaned):
    return Report(cleaned).text()


@dg.asset(code_version="auto")
def size(raw):
    return len(raw)


defs = dg.Definitions(assets=[raw, cleaned, report, size])
"""
CLEAN = """
from shop.limits import MOST


def clean(rows):
    return [row for row in sort(rows) if row <= MOST]


def sort(rows):
    return sorted(rows)
"""
MODELS = """
class Report:
    def __init__(self, rows):
        self.rows = rows

    def text(self):
        return f"{len(self.rows)} rows"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "clean.py").write_text(CLEAN)
    (package / "limits.py").write_text("MOST = 100\n")
    (package / "models.py").write_text(MODELS)
    (tmp_path / "definitions.py").write_text(DEFINITIONS)
    return tmp_path


@pytest.fixture
def made(project: Path) -> Callable[[], list[str]]:
    """Launch what is stale, in a process of its own; the assets that were made."""

    def launch() -> list[str]:
        words = ["-m", "mainspring", "launch", "--assets", "*", "--only-stale", "--json"]
        done = subprocess.run(
            [sys.executable, *words],
            cwd=project,
            env={**os.environ, "MAINSPRING_HOME": str(project / "home")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        outcome: dict[str, Any] = json.loads(done.stdout)
        keys = [asset["key"] for asset in outcome["assets"]]
        assert sorted([*keys, *outcome["skipped"]]) == ["cleaned", "raw", "report", "size"]
        return keys

    return launch


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_each_edit_makes_what_it_reaches(project: Path, made: Callable[[], list[str]]) -> None:
    package = project / "shop"
    assert made() == ["raw", "cleaned", "report", "size"]
    assert made() == []
    edit(package / "clean.py", "return sorted(rows)", "# in order\n    return sorted(rows)")
    assert made() == []
    edit(package / "clean.py", "sorted(rows)", "sorted(rows, reverse=True)")
    assert made() == ["cleaned", "report"]
    edit(package / "limits.py", "100", "2")
    assert made() == ["cleaned", "report"]
    edit(package / "models.py", 'rows"', 'lines"')
    assert made() == ["report"]
    edit(project / "definitions.py", "[3, 1, 2]", "[3, 1, 2, 0]")
    assert made() == ["raw", "cleaned", "report", "size"]
    assert made() == []
