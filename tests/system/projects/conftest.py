"""A project of ``tests/projects`` as its user has it: a folder of their own, a home of their own, the command line."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mainspring.core.base.ambient import Ambient
from mainspring.core.instance.instance import Instance

PROJECTS = Path(__file__).resolve().parents[2] / "projects"
OURS = ("MAINSPRING", "DAGSTER", "NO_COLOR", "PYTHONUNBUFFERED", "PYTEST")


class Project:
    """A copy of a project, and what its user can do with it."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.home = home
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.environment = {**kept, "MAINSPRING_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}

    def command(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """``mainspring <words>`` in the folder of the project."""
        return self._python("-m", "mainspring", *words, **environment)

    def launch(self, *words: str, **environment: str) -> dict:
        """What a launch that ends well says of itself."""
        done = self.command("launch", *words, "--json", **environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def own_tests(self, **environment: str) -> None:
        """The project's own tests, run by pytest as its user runs them."""
        alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment}
        done = self._python("-m", "pytest", "-q", "-p", "no:cacheprovider", **alone)
        assert done.returncode == 0, done.stdout + done.stderr

    @contextmanager
    def instance(self) -> Iterator[Instance]:
        """What is recorded in the home."""
        with Instance.get(ambient=Ambient(environ=self.environment)) as instance:
            yield instance

    def _python(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def project(request, tmp_path) -> Project:
    """The project that the test module names in ``PROJECT``."""
    folder = tmp_path / "project"
    shutil.copytree(
        PROJECTS / request.module.PROJECT, folder, ignore=shutil.ignore_patterns("__pycache__", ".*")
    )
    return Project(folder, tmp_path / "home")


@pytest.fixture
def imported(project, monkeypatch) -> Iterator:
    """A module of the project, imported into this process; gone after the test."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(project.folder)
    monkeypatch.chdir(project.folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(project.folder)):
            del sys.modules[name]
