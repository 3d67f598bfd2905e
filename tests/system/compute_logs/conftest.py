"""Scripts that run in processes of their own, and what was captured of them."""

import os
import subprocess
import sys
import textwrap

import pytest

from mainspring.core.instance.compute_logs.log_key import LogKind
from mainspring.core.instance.instance import Instance

BEGINNING = """
import asyncio, contextlib, ctypes, multiprocessing, os, select, signal, subprocess, sys, threading
import mainspring as dg

instance = dg.DagsterInstance.get()
"""


@pytest.fixture
def environment(tmp_path):
    ours = ("MAINSPRING", "DAGSTER", "NO_COLOR", "PYTHONUNBUFFERED", "PYTEST", "COV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "MAINSPRING_HOME": str(tmp_path / "home")}


@pytest.fixture
def script(tmp_path, environment):
    """Runs a script and gives what the process said; its home is then read by ``captured``."""

    def run(code, *options, shell="", **variables):
        path = tmp_path / "script.py"
        path.write_text(BEGINNING + textwrap.dedent(code))
        words = [sys.executable, *options, str(path)]
        command = ["sh", "-c", f'exec "$@" {shell}', "sh", *words]
        return subprocess.run(
            command,
            env={**environment, **variables},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run


@pytest.fixture
def instance(tmp_path):
    with Instance.local_temp(str(tmp_path / "home")) as opened:
        yield opened


@pytest.fixture
def captured(instance):
    """What was captured in the latest run, or in the run of a job of this name."""

    def read(kind=LogKind.STDOUT, place=0):
        run = instance.get_runs()[place]
        (key,) = instance.compute_log_manager.log_keys([run.run_id])
        return instance.compute_log_manager.read(key, kind, max_bytes=10**9).data.decode()

    return read
