"""Captured output of real processes: by whatever means they print, from whatever thread, and when killed."""

import signal

import pytest

from mainspring.core.instance.compute_logs.local import LocalComputeLogManager
from mainspring.core.instance.compute_logs.log_key import LogKind

pytestmark = pytest.mark.system

OUT, ERR = LogKind.STDOUT, LogKind.STDERR

ALL_WAYS = """
    @dg.asset
    def noisy():
        print("python")
        os.write(1, b"descriptor\\n")
        subprocess.run([sys.executable, "-c", "print('child')"], check=True)
        os.system("echo shell")
        print("error", file=sys.stderr)
        os.write(2, b"descriptor error\\n")
        sys.stdout.buffer.write(b"bytes\\n")
        sys.stdout.flush()
        ctypes.CDLL(None).printf(b"extension\\n")

    print("before")
    assert dg.materialize([noisy], instance=instance).success
    print("after")
"""
WORDS = "python\ndescriptor\nchild\nshell\nbytes\nextension\n"


@pytest.mark.parametrize(
    "options", [[], ["-u"], ["-X", "dev"]], ids=lambda options: "".join(options) or "plain"
)
def test_all_ways_to_write_are_captured_and_shown(script, captured, options) -> None:
    done = script(ALL_WAYS, *options)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"before\n{WORDS}after\n"
    assert captured() == WORDS
    told = captured(ERR)
    assert told.endswith("error\ndescriptor error\n") or "error\ndescriptor error\n" in told
    assert "error\ndescriptor error\n" in done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_descriptors_hurt_nothing(script, captured, closed) -> None:
    done = script(
        """
        @dg.asset
        def noisy():
            print("python")
            subprocess.run(["echo", "child"])

        assert dg.materialize([noisy], instance=instance).success
        """,
        shell=closed,
    )
    assert (done.returncode, "child\n" in captured()) == (0, True)


def test_an_extension_that_prints_a_lot_and_never_lets_go_of_the_interpreter(script, captured) -> None:
    done = script(
        """
        @dg.asset
        def noisy():
            write = ctypes.PyDLL(None).write
            for _ in range(64):
                write(1, b"x" * 65536, 65536)

        assert dg.materialize([noisy], instance=instance).success
        """
    )
    assert done.returncode == 0, done.stderr
    assert len(captured()) == len(done.stdout) == 64 * 65536


def test_a_kill_loses_nothing_that_was_written(script, captured, instance) -> None:
    done = script(
        """
        @dg.asset
        def doomed():
            print("line one")
            for number in range(20000):
                os.write(1, b"%07d\\n" % number)
            print("last words")
            os.kill(os.getpid(), signal.SIGKILL)

        dg.materialize([doomed], instance=instance)
        """
    )
    assert done.returncode == -signal.SIGKILL
    lines = captured().splitlines()
    assert (lines[0], len(lines), lines[-1]) == ("line one", 20002, "last words")
    store = instance.compute_log_manager
    (key,) = store.log_keys([])
    (part,) = store.index(key).slices("doomed")
    assert (part.stdout, store.is_capture_complete(key)) == ((0, None), False)
    shown = instance.all_logs(instance.get_runs()[0].run_id)
    assert [entry for entry in shown if entry.is_dagster_event] != []


SECRET = """
    class Service(dg.ConfigurableResource):
        password: str

    @dg.asset
    def careless(service: Service):
        word = service.password.encode()
        os.write(1, b"half " + word[:5])
        os.write(1, word[5:] + b" half\\n")
        print("whole", service.password)
        subprocess.run(["printenv", "PASSWORD"])
        ctypes.CDLL(None).printf(b"C %s\\n", word)
        {last}

    resources = {{"service": Service(password=dg.EnvVar("PASSWORD"))}}
    dg.materialize([careless], instance=instance, resources=resources)
"""


@pytest.mark.parametrize(
    "last", ["pass", "sys.stdout.flush(); os.kill(os.getpid(), signal.SIGKILL)"], ids=["ended", "killed"]
)
def test_no_secret_is_ever_on_disk(script, tmp_path, captured, last) -> None:
    done = script(SECRET.format(last=last), PASSWORD="hunter2hunter2")
    assert done.returncode in {0, -signal.SIGKILL}
    for path in (tmp_path / "home").rglob("*"):
        assert path.is_dir() or b"hunter2" not in path.read_bytes(), path
    if done.returncode == 0:
        expected = "half [secret] half\nwhole [secret]\n[secret]\nC [secret]\n"
        assert (captured(), done.stdout) == (expected, expected)


def test_an_endless_log_takes_a_bounded_room(script, tmp_path) -> None:
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home/mainspring.yaml").write_text(
        "compute_logs: {module: mainspring, class: LocalComputeLogManager, config: {max_bytes: 4000000}}"
    )
    done = script(
        """
        @dg.asset
        def endless():
            print("the beginning")
            for number in range(100):
                os.write(1, b"x" * 1_000_000 + b"\\n")
            for _ in range(2000):  # until the thread that drops the middle had its turn
                if os.fstat(1).st_blocks * 512 < 8_000_000:
                    break
                select.select([], [], [], 0.01)
            else:
                raise AssertionError("the file was not made smaller while the step runs")
            print("the end")

        assert dg.materialize([endless], instance=instance).success
        """,
        shell=">/dev/null",
    )
    assert done.returncode == 0, done.stderr
    store = LocalComputeLogManager(str(tmp_path / "home/storage"))
    (key,) = store.log_keys([])
    assert store.disk_bytes([]) < 5_000_000
    assert store.size(key, OUT) == 100_000_000 + 100 + len("the beginning\nthe end\n")
    data = b"".join(_chunks(store, key))
    assert data.startswith(b"the beginning\n")
    assert data.endswith(b"\nthe end\n")
    assert b" bytes are left out here: the log is too long]" in data


def _chunks(store, key):
    cursor = 0
    while True:
        chunk = store.read(key, OUT, cursor=cursor)
        yield chunk.data
        if chunk.is_complete:
            return
        cursor = chunk.cursor


def test_a_run_within_a_run(script, captured) -> None:
    done = script(
        """
        @dg.asset
        def inner():
            print("inner")
            os.write(1, b"inner descriptor\\n")

        @dg.asset
        def outer():
            print("outer")
            assert dg.materialize([inner], instance=instance).success
            print("outer again")

        assert dg.materialize([outer], instance=instance).success
        """
    )
    assert done.returncode == 0, done.stderr
    whole = "outer\ninner\ninner descriptor\nouter again\n"
    assert (done.stdout, captured(place=0), captured(place=1)) == (whole, "inner\ninner descriptor\n", whole)


def test_runs_in_threads(script, instance) -> None:
    done = script(
        """
        go = threading.Barrier(3)

        def make(name):
            @dg.asset(name=name)
            def one():
                go.wait()
                for number in range(200):
                    os.write(1, f"{name} {number}\\n".encode())
                go.wait()
            return one

        def run(name):
            assert dg.materialize([make(name)], instance=instance).success

        threads = [threading.Thread(target=run, args=(f"t{n}",)) for n in range(3)]
        [one.start() for one in threads]
        [one.join() for one in threads]
        os.write(1, b"after\\n")
        """
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert (len(lines), lines[-1]) == (601, "after")
    store = instance.compute_log_manager
    for key in store.log_keys([]):
        found = store.read(key, OUT).data.decode().splitlines()
        assert len([line for line in found if line.startswith("t")]) == 600


def test_children_that_were_forked(script, captured) -> None:
    done = script(
        """
        def work(number):
            print(f"child {number}", flush=True)

        @dg.asset
        def forking():
            context = multiprocessing.get_context("fork")
            for number in range(3):
                child = context.Process(target=work, args=(number,))
                child.start()
                child.join()
                assert child.exitcode == 0
            print("parent")

        assert dg.materialize([forking], instance=instance).success
        """
    )
    assert done.returncode == 0, done.stderr
    assert captured() == done.stdout == "child 0\nchild 1\nchild 2\nparent\n"


def test_runs_in_forked_children(script, instance) -> None:
    done = script(
        """
        @dg.asset
        def inner():
            print("inner")

        def work():
            with dg.DagsterInstance.get() as own:
                assert dg.materialize([inner], instance=own).success

        @dg.asset
        def outer():
            print("outer")
            child = multiprocessing.get_context("fork").Process(target=work)
            child.start()
            child.join()
            assert child.exitcode == 0
            print("outer again")

        assert dg.materialize([outer], instance=instance).success
        """
    )
    assert done.returncode == 0, done.stderr
    store = instance.compute_log_manager
    found = {key[2]: store.read(key, OUT).data.decode() for key in store.log_keys([])}
    whole = "outer\ninner\nouter again\n"
    assert (found, done.stdout) == ({"inner": "inner\n", "outer": whole}, whole)


def test_steps_that_run_at_the_same_time_share_what_they_wrote(script, instance) -> None:
    done = script(
        """
        @dg.asset
        async def one():
            print("one")
            await asyncio.sleep(0.05)

        @dg.asset
        async def two():
            print("two")
            await asyncio.sleep(0.05)

        @dg.asset(deps=[one, two])
        def three():
            print("three")

        assert dg.materialize([one, two, three], instance=instance).success
        """
    )
    assert done.returncode == 0, done.stderr
    store = instance.compute_log_manager
    (key,) = store.log_keys([])
    found = {
        part.step_key: (
            part.shared,
            store.read(key, OUT, cursor=part.stdout[0], max_bytes=part.stdout[1] - part.stdout[0]).data,
        )
        for part in store.index(key).steps
    }
    assert found["three"] == (False, b"three\n")
    assert (found["one"][0], found["two"][0]) == (True, True)
    assert b"".join(sorted({found["one"][1], found["two"][1]})).count(b"two\n") >= 1


def test_with_a_run_its_output_is_deleted(script, instance, tmp_path) -> None:
    assert script(ALL_WAYS).returncode == 0
    (run,) = instance.get_runs()
    assert list(instance.compute_log_manager.log_keys([run.run_id])) != []
    instance.delete_run(run.run_id)
    assert list(instance.compute_log_manager.log_keys([])) == []
    assert not (tmp_path / "home/storage" / run.run_id / "compute_logs").exists()
