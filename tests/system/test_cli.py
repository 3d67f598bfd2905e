"""The command line as it is typed: real processes, real pipes, real signals."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time

import pytest

from mainspring.core.base.ambient import Ambient
from mainspring.core.instance.instance import Instance
from mainspring.core.records.run import RunStatus

pytestmark = pytest.mark.system

MAINSPRING = [sys.executable, "-m", "mainspring"]
GOOD = """
import os, sys, subprocess
import mainspring as dg

@dg.asset
def orders():
    print("printed by python")
    subprocess.run([sys.executable, "-c", "print('printed by a child')"], check=True)
    return dg.MaterializeResult(metadata={"dagster/row_count": 3})

@dg.asset(deps=[orders])
def late():
    import time
    open("started", "w").close()
    time.sleep(float(os.environ.get("NAP", "0")))

@dg.asset(deps=[late])
def after(): ...
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "definitions.py").write_text(GOOD)
    return tmp_path


@pytest.fixture
def environment(tmp_path):
    ours = ("MAINSPRING", "DAGSTER", "NO_COLOR", "PYTHONUNBUFFERED")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "MAINSPRING_HOME": str(tmp_path / "home")}


@pytest.fixture
def run(project, environment):
    def run(*words, **changed):
        return subprocess.run(
            [*MAINSPRING, *words],
            cwd=project,
            env=environment | changed,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_launch_keeps_stdout_for_the_answer(run) -> None:
    done = run("launch", "--assets", "orders", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["assets"][0]["rows"] == 3
    assert {"printed by python", "printed by a child"} <= set(done.stderr.splitlines())


def test_the_console_script_is_the_same(run, project, environment) -> None:
    script = os.path.join(os.path.dirname(sys.executable), "mainspring")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == run("--version").stdout


@pytest.mark.parametrize(
    "words, told",
    [
        (
            ["list", "defs", "-m", "definitoins"],
            "error: There is no module 'definitoins'.\nhint: Did you mean definitions?",
        ),
        (["list", "defs", "-f", "raises.py"], "error: raises.py could not be imported.\n  File "),
        (["list", "defs", "-f", "imports.py"], "error: imports.py could not be imported.\n"),
        (["list", "defs", "-d", "empty"], "error: No definitions were named: there is no definitions.py in "),
        (
            ["launch", "--assets", "ordrs"],
            "error: The selection names 1 asset that nobody declares: ordrs (did you mean orders?).",
        ),
        (["launch", "--assets", "group:x"], 'error: The selection group:"x" matched no assets.'),
        (
            ["launch", "--assets", "orders and"],
            "error: Cannot read the asset selection: it ends at column 11",
        ),
        (["asset", "wipe", "--all"], "error: There is no terminal to ask at"),
        (["run", "show", "x"], "error: There is no run 'x'."),
    ],
)
def test_a_fault_of_the_user_is_no_traceback(words, told, run, project) -> None:
    (project / "raises.py").write_text("1 / 0\n")
    (project / "imports.py").write_text("import pandaz\n")
    (project / "empty").mkdir()
    if words[:2] == ["asset", "wipe"]:
        assert run("launch", "--assets", "orders").returncode == 0
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    debugged = run(*words, "--debug")
    assert debugged.returncode == 2
    assert "Traceback (most recent call last)" in debugged.stderr


def test_a_home_that_is_no_database(run, tmp_path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "mainspring.db").write_text("not a database, but long enough to be looked at" * 50)
    done = run("run", "list")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away(project, environment) -> None:
    many = "import mainspring as dg\ndefs = dg.Definitions([dg.AssetSpec(f'a{i}') for i in range(20_000)])\n"
    (project / "definitions.py").write_text(many)
    child = subprocess.Popen(
        [*MAINSPRING, "list", "defs"],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stderr is not None
    with child.stderr:
        with child.stdout:
            assert child.stdout.readline().startswith("asset")
        assert (child.wait(30), child.stderr.read()) == (141, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped(number, project, environment) -> None:
    child = subprocess.Popen(
        [*MAINSPRING, "launch", "--assets", "*"],
        cwd=project,
        env=environment | {"NAP": "60"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not (project / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(number)
    _, told = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "Traceback" not in told
    assert told.endswith(
        """To make what is left:\n  mainspring launch --assets 'key:"late" or key:"after"'\n"""
    )
    with Instance.get(ambient=Ambient(environ=environment)) as instance:
        assert [one.status for one in instance.get_runs()] == [RunStatus.CANCELED]


def on_a_terminal(words, cwd, environment) -> str:
    """What a person sees."""
    out: list[bytes] = []
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        os.execve(sys.executable, [*MAINSPRING, *words], environment)
    while True:
        try:
            read = os.read(terminal, 65536)
        except OSError:
            break
        if not read:
            break
        out.append(read)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    return b"".join(out).decode()


COLOUR = re.compile(r"\x1b\[(?:[0-9;]*;)?3[0-7]m")


def test_colours_on_a_terminal_unless_they_are_not_wanted(project, environment) -> None:
    drawn = environment | {"TERM": "xterm-256color", "COLUMNS": "100"}
    words = ["launch", "--assets", "orders"]
    assert COLOUR.search(on_a_terminal(words, project, drawn))
    plain = on_a_terminal(words, project, drawn | {"NO_COLOR": "1"})
    assert not COLOUR.search(plain)
    assert "✓ orders" in plain.replace("\x1b[0m", "")


def test_a_dumb_terminal_is_given_lines(project, environment) -> None:
    told = on_a_terminal(["launch", "--assets", "orders"], project, environment | {"TERM": "dumb"})
    assert "\x1b" not in told
    assert "✓ orders" in told


def test_signs_a_stream_does_not_know_are_no_error(run) -> None:
    done = run("launch", "--assets", "orders", PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert done.returncode == 0
    assert "\\u2713 orders" in done.stderr


def test_records_lie_beside_the_project_where_no_home_is_named(run, project) -> None:
    done = run("launch", "--assets", "orders", MAINSPRING_HOME="")
    assert done.returncode == 0
    assert f"records are kept in {project / '.mainspring'}.\n" in done.stderr
    assert (project / ".mainspring").stat().st_mode & 0o777 == 0o700
    listed = run("run", "list", "--json", MAINSPRING_HOME="")
    assert (len(json.loads(listed.stdout)), listed.stderr) == (1, "")


@pytest.mark.parametrize("words", [("--help",), ("list", "defs"), ("launch", "--assets", "orders")])
def test_a_stdout_that_is_full(words, project, environment) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*MAINSPRING, *words],
            cwd=project,
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.endswith("error: cannot write to stdout: No space left on device\n")
    assert "Traceback" not in done.stderr
