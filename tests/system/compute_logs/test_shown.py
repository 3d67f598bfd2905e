"""What is captured is still shown: on a terminal, in a notebook, by a test runner, to who follows it."""

import json
import os
import pty
import select
import subprocess
import sys

import pytest

from mainspring.core.instance.compute_logs.log_key import LogKind
from mainspring.core.instance.instance import Instance

pytestmark = pytest.mark.system

ERR = LogKind.STDERR


@pytest.mark.parametrize(
    "how", ["raise KeyboardInterrupt", "os.kill(os.getpid(), signal.SIGINT)", "sys.exit(3)"]
)
def test_an_interrupt_leaves_the_descriptors_as_they_were(script, captured, how) -> None:
    done = script(
        f"""
        @dg.asset
        def stopped():
            print("said before")
            {how}
            signal.pause()

        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            dg.materialize([stopped], instance=instance)
        os.write(1, b"descriptor after\\n")
        print("python after", sys.stdout is sys.__stdout__, threading.active_count())
        """
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "said before\ndescriptor after\npython after True 1\n"
    assert captured() == "said before\n"


def test_a_notebook_sees_what_is_printed_at_once(script, captured) -> None:
    done = script(
        """
        class Cell:
            encoding = "utf-8"
            def __init__(self):
                self.parts = []
            def write(self, text):
                self.parts.append(text)
                return len(text)
            def flush(self): ...

        cell = sys.stdout = Cell()
        seen = []

        @dg.asset
        def noisy():
            print("printed")
            seen.append("".join(cell.parts))
            os.write(1, b"descriptor\\n")

        assert dg.materialize([noisy], instance=instance).success
        assert sys.stdout is cell
        sys.stdout = sys.__stdout__
        print(seen, cell.parts)
        """
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "descriptor\n['printed\\n'] ['printed', '\\n']\n"
    assert captured() == "printed\ndescriptor\n"


TESTS = """
import os, subprocess, sys
import mainspring as dg
from mainspring.core.instance.compute_logs.log_key import LogKind

@dg.asset
def noisy():
    print("python")
    os.write(1, b"descriptor\\n")
    subprocess.run(["echo", "child"])
    sys.stderr.write("error\\n")

def materialized():
    with dg.DagsterInstance.local_temp() as instance:
        assert dg.materialize([noisy], instance=instance).success
        store = instance.compute_log_manager
        (key,) = store.log_keys([])
        found = store.read(key, LogKind.STDOUT).data.decode()
        assert found.splitlines() == ["python", "descriptor", "child"], found
        assert "error\\n" in store.read(key, LogKind.STDERR).data.decode()

def test_plain():
    materialized()
    print("printed by the test")

def test_capfd(capfd):
    materialized()
    assert capfd.readouterr().out.splitlines() == ["python", "descriptor", "child"]

def test_capsys(capsys):
    materialized()
    assert capsys.readouterr().out == "python\\n"
"""


@pytest.mark.parametrize("how", ["fd", "sys", "no", "tee-sys"])
def test_under_a_test_runner(tmp_path, environment, how) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    words = ["-m", "pytest", "-q", f"--capture={how}", "-p", "no:cacheprovider", "-W", "error", "test_it.py"]
    done = subprocess.run(
        [sys.executable, *words],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
    if how == "no":
        assert "python\ndescriptor\nchild\n" in done.stdout


PROJECT = """
import os, subprocess
import mainspring as dg

@dg.asset
def noisy(context):
    context.log.info("logged")
    print("printed by python")
    subprocess.run(["echo", "printed by a child"], check=True)
"""


@pytest.mark.parametrize("words", [[], ["--plain"]], ids=["drawn", "plain"])
def test_on_a_terminal_all_is_shown_and_the_display_is_not_captured(
    tmp_path, environment, captured, words
) -> None:
    (tmp_path / "definitions.py").write_text(PROJECT)
    screen, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mainspring", "launch", "--assets", "noisy", *words],
        cwd=tmp_path,
        env={**environment, "TERM": "xterm", "COLUMNS": "200"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    shown = _until_closed(screen)
    assert process.wait(60) == 0, shown
    for line in ("printed by python", "printed by a child", "logged", "noisy"):
        assert line in shown
    assert captured() == "printed by python\nprinted by a child\n"
    assert "✓" not in captured(ERR)
    assert "\x1b[" not in captured(ERR)


def _until_closed(screen) -> str:
    parts = []
    while select.select([screen], [], [], 60)[0]:
        try:
            part = os.read(screen, 65536)
        except OSError:  # nobody holds the other end any more
            break
        if not part:
            break
        parts.append(part)
    os.close(screen)
    return b"".join(parts).decode()


FOLLOWED = """
import os, sys
import mainspring as dg

@dg.asset
def slow():
    print("one")
    print("two", file=sys.stderr)
    open("written", "w").close()
    with open("go_on") as pipe:
        pipe.read()
    print("three")
"""


def test_a_running_step_is_followed(tmp_path, environment) -> None:
    (tmp_path / "definitions.py").write_text(FOLLOWED)
    os.mkfifo(tmp_path / "go_on")
    command = [sys.executable, "-m", "mainspring"]
    options = {
        "cwd": tmp_path,
        "env": environment,
        "text": True,
        "stderr": subprocess.PIPE,
        "stdout": subprocess.PIPE,
    }
    launched = subprocess.Popen([*command, "launch", "--assets", "slow", "--json"], **options)
    while not (tmp_path / "written").exists():
        select.select([], [], [], 0.02)
        assert launched.poll() is None
    with Instance.local_temp(str(tmp_path / "home")) as instance:
        (run,) = instance.get_runs()
    words = ["run", "logs", run.run_id, "--both", "--step", "slow", "--follow"]
    following = subprocess.Popen([*command, *words], **options)
    assert following.stdout.readline() == "one\n"
    (tmp_path / "go_on").write_text("go on")
    out, err = following.communicate(timeout=60)
    assert (following.returncode, out, err) == (0, "three\n", "two\n")
    told, _ = launched.communicate(timeout=60)
    assert json.loads(told)["status"] == "SUCCESS"


def test_a_run_that_has_yet_to_begin_is_waited_for(script, tmp_path, environment) -> None:
    with Instance.local_temp(str(tmp_path / "home")) as instance:
        run = instance.create_run(job_name="__ASSET_JOB")
    words = ["-m", "mainspring", "run", "logs", run.run_id, "--follow"]
    following = subprocess.Popen(
        [sys.executable, *words], cwd=tmp_path, env=environment, text=True, stdout=subprocess.PIPE
    )
    done = script(
        f"""
        @dg.asset
        def noisy():
            print("at last")

        job = dg.Definitions([noisy]).resolve_implicit_global_asset_job_def()
        assert job.execute_in_process(instance=instance, run_id="{run.run_id}").success
        """
    )
    assert done.returncode == 0, done.stderr
    out, _ = following.communicate(timeout=60)
    assert (following.returncode, out) == (0, "at last\n")
