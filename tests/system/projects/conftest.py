"""A project of ``tests/projects`` as its user has it: its folder, a home of its own, the command line."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from mainspring.cli.main import main
from mainspring.core.instance.instance import Instance
from mainspring.core.records.event import Event
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run

PROJECTS = Path(__file__).resolve().parents[2] / "projects"
OURS = ("MAINSPRING", "DAGSTER", "NO_COLOR", "PYTHONUNBUFFERED", "PYTEST")


class Answer(NamedTuple):
    """What a command gave."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Project:
    """A copy of a project, and what its user can do with it."""

    def __init__(self, folder: Path, home: Path, setenv: Callable[[str, str], None]) -> None:
        self.folder = folder
        self.home = home
        self.setenv = setenv

    def command(self, *words: str) -> Answer:
        """``python -m mainspring <words>`` in the folder of the project: a process of its own."""
        return self._python("-m", "mainspring", *words)

    def launch(self, *words: str) -> Any:
        """What a launch, in a process of its own, that ends well tells in JSON."""
        answer = self.command("launch", *words, "--json")
        assert answer.status == 0, answer.err
        return answer.json

    def own_tests(self) -> None:
        """The project's own tests, run by pytest as its user runs them."""
        self.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        answer = self._python("-m", "pytest", "-q", "-p", "no:cacheprovider")
        assert answer.status == 0, answer.out + answer.err

    @contextmanager
    def instance(self) -> Iterator[Instance]:
        """What is recorded in its home."""
        with Instance.get() as instance:
            yield instance

    def latest_run(self) -> Run:
        """The run that began last."""
        with self.instance() as instance:
            return instance.get_runs(limit=1)[0]

    def events(self, *kinds: EventType) -> list[Event]:
        """The events of the latest run, of all kinds or of some."""
        with self.instance() as instance:
            [run] = instance.get_runs(limit=1)
            found = [entry.dagster_event for entry in instance.all_logs(run.run_id)]
        return [event for event in found if event is not None and (not kinds or event.event_type in kinds)]

    def _python(self, *words: str) -> Answer:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def project(request, tmp_path, monkeypatch) -> Iterator[Project]:
    """The project that the test module names in ``PROJECT`` (or a test that gives it its project, with
    ``indirect``); its folder is the working directory.
    """
    name = getattr(request, "param", None) or request.module.PROJECT
    folder = tmp_path / "project"
    shutil.copytree(PROJECTS / name, folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in os.environ:
        if name.startswith(OURS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MAINSPRING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield Project(folder, tmp_path / "home", monkeypatch.setenv)
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def here(project, capsys) -> Callable[..., Answer]:
    """``mainspring <words>`` in this process: the same as a process of its own, and quicker."""

    def carry_out(*words: str) -> Answer:
        capsys.readouterr()
        status = main(words)
        said = capsys.readouterr()
        return Answer(status, said.out, said.err)

    return carry_out


@pytest.fixture
def load(project) -> Callable[[str], ModuleType]:
    """Import a module of the project into this process; it is gone after the test."""

    def load(name: str) -> ModuleType:
        if str(project.folder) not in sys.path:
            sys.path.insert(0, str(project.folder))
        return importlib.import_module(name)

    return load
