"""Runs as users make them: secrets stay out of the home, Ctrl-C ends a run well, size needs no stack."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mainspring as dg
from mainspring.core.records.run import RunStatus
from mainspring.runtime.plan.compile import compile_plan

pytestmark = pytest.mark.system

SECRETS = {
    "TOP": "s3cr3t-top",
    "NESTED": 's3cr3t-"nested\\',
    "MANAGER": "s3cr3t-manager",
    "CONFIG": "s3cr3t-config",
    "DEFAULT": "s3cr3t-default",
    "INNER": "s3cr3t-inner",
}


class Inner(dg.ConfigurableResource):
    key: str


class Client(dg.ConfigurableResource):
    token: str
    inner: Inner

    def setup_for_execution(self, context):
        context.log.info("connecting with %s", self.token)


class Manager(dg.ConfigurableIOManager):
    password: str

    def handle_output(self, context, obj):
        context.log.warning("storing with %s", self.password)
        context.add_output_metadata({"password": self.password, "all": {"of": [self.password]}})

    def load_input(self, context):
        raise ValueError(f"cannot load with {self.password}")


class Part(dg.Config):
    deep: str = dg.EnvVar("INNER")


class Settings(dg.Config):
    given: str
    usual: str = dg.EnvVar("DEFAULT")
    part: Part = Part()


@dg.asset
def talkative(context, client: Client, config: Settings):
    known = [client.token, client.inner.key, config.given, config.usual, config.part.deep]
    assert sorted(known) == sorted(set(SECRETS.values()) - {SECRETS["MANAGER"]})
    for secret in known:
        context.log.info("said %s", secret)
        logging.getLogger("mine").warning("of mine %s", secret)
        dg.get_dagster_logger().info("of ours %r", secret)
        metadata = {"text": secret, "md": dg.MetadataValue.md(f"**{secret}**"), secret: 1}
        context.log_event(dg.AssetObservation("seen", metadata=metadata, description=secret))
    return 1


@dg.asset(deps=[talkative])
def broken(client: Client, config: Settings):
    try:
        raise KeyError(client.inner.key)
    except KeyError as error:
        raise RuntimeError(f"with {client.token} and {config.given}") from error


@dg.asset(deps=[talkative])
def declared(client: Client):
    raise dg.Failure(f"with {client.token}", metadata={"token": client.token})


@dg.asset
def unloadable(talkative):
    return 1


@dg.asset_check(asset=talkative)
def looks(client: Client):
    return dg.AssetCheckResult(passed=True, metadata={"t": client.token}, description=client.inner.key)


def test_no_secret_is_left_behind(tmp_path: Path, monkeypatch, capfd) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "dagster.yaml").write_text("python_logs:\n  managed_python_loggers: [mine]\n")
    resources = {
        "client": Client(token=dg.EnvVar("TOP"), inner=Inner(key=dg.EnvVar("NESTED"))),
        "io_manager": Manager(password=dg.EnvVar("MANAGER")),
    }
    config = dg.RunConfig(ops={name: Settings(given=dg.EnvVar("CONFIG")) for name in ("talkative", "broken")})
    assets = [talkative, broken, declared, unloadable, looks]
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        result = dg.materialize(assets, config, instance, resources, raise_on_error=False)
        said = [repr(entry) for entry in instance.all_logs(result.run_id)]
        run = instance.get_run_by_id(result.run_id)
    assert result.get_failed_step_keys() == {"broken", "declared", "unloadable"}
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    everything = "\n".join([*said, repr(run), *map(repr, result.all_events), *capfd.readouterr()])
    assert b"s3cr3t" not in written
    assert "s3cr3t" not in everything
    assert sum("[secret]" in line for line in said) > 20
    assert run.run_config["ops"]["talkative"]["config"]["given"] == {"env": "CONFIG"}


def test_what_is_no_secret_stays_as_it_is(tmp_path: Path) -> None:
    @dg.asset
    def plain(context):
        context.log.info("s3cr3t-top")

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        result = dg.materialize_to_memory([plain], instance=instance)
        assert [e.message for e in instance.all_logs(result.run_id) if not e.is_dagster_event] == [
            "s3cr3t-top"
        ]


# -- Ctrl-C -----------------------------------------------------------------------------------------------------------

SCRIPTS = {
    "synchronous": """
        @dg.asset
        def slow(door: Door):
            print("ready", flush=True)
            for _ in range(6000):
                threading.Event().wait(0.01)
    """,
    "asynchronous": """
        @dg.asset
        async def slow(door: Door):
            print("ready", flush=True)
            await asyncio.Event().wait()
    """,
    "synchronous among asynchronous": """
        @dg.asset
        async def other():
            await asyncio.Event().wait()

        @dg.asset
        def slow(door: Door):
            print("ready", flush=True)
            for _ in range(6000):
                threading.Event().wait(0.01)
    """,
}

FRAME = """
import asyncio, sys, threading
import mainspring as dg

class Door(dg.ConfigurableResource):
    def teardown_after_execution(self, context):
        print("closed", flush=True)

{assets}

@dg.asset(deps=["slow"])
def below():
    pass

assets = [one for one in globals().values() if isinstance(one, dg.AssetsDefinition)]
if __name__ == "__main__":
    with dg.DagsterInstance.local_temp(sys.argv[1]) as instance:
        {call}
"""

CALL = "dg.materialize(assets, instance=instance, resources={'door': Door()})"
IN_A_LOOP = """
        async def notebook():
            dg.materialize(assets, instance=instance, resources={'door': Door()})
        loop = asyncio.new_event_loop()
        loop.run_until_complete(notebook())
"""


@pytest.mark.parametrize("call", [CALL, IN_A_LOOP.strip()], ids=["plain", "in a loop"])
@pytest.mark.parametrize("kind", SCRIPTS)
def test_ctrl_c_cancels_the_run_and_closes_its_resources(kind: str, call: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(FRAME.format(assets=textwrap.dedent(SCRIPTS[kind]), call=call))
    home = tmp_path / "home"
    home.mkdir()
    with subprocess.Popen(
        [sys.executable, str(script), str(home)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.kill(process.pid, signal.SIGINT)
        try:
            out, err = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert out == "closed\n", err
    assert process.returncode != 0
    assert "KeyboardInterrupt" in err
    with dg.DagsterInstance.local_temp(str(home)) as instance:
        (run,) = instance.get_runs()
        last = [e.dagster_event.event_type_value for e in instance.all_logs(run.run_id) if e.dagster_event][
            -1
        ]
    assert (run.status, last) == (RunStatus.CANCELED, "PIPELINE_CANCELED")


# -- size -------------------------------------------------------------------------------------------------------------


def graph(size: int, upstream: Callable[[int], list[str]]) -> Any:
    def made(number: int) -> Any:
        @dg.asset(name=f"n{number}", deps=upstream(number))
        def function() -> None:
            return None

        return function

    return dg.Definitions(assets=[made(number) for number in range(size)]).get_implicit_global_asset_job_def()


@pytest.mark.slow
def test_ten_thousand_steps_run() -> None:
    job = graph(10_000, lambda number: [f"n{number // 10 - 1}"] if number >= 10 else [])
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance)
    assert len(result.get_step_success_events()) == 10_000


@pytest.mark.slow
def test_a_chain_of_a_hundred_thousand_is_planned() -> None:
    job = graph(100_000, lambda number: [f"n{number - 1}"] if number else [])
    plan = compile_plan(job)
    assert len(plan.levels) == 100_000
    assert str(plan).endswith("100000. n99999")


def test_a_run_counts_as_started_before_any_user_code_runs(tmp_path):
    """A process that vanishes at once leaves a run that says so, with its intentions."""
    (tmp_path / "vanishes.py").write_text(
        "import os\nimport mainspring as dg\n\n@dg.asset\ndef gone():\n    os._exit(7)\n"
        "\nwith dg.DagsterInstance.local_temp('home') as instance:\n    dg.materialize([gone], instance=instance)\n"
    )
    ended = subprocess.run([sys.executable, "vanishes.py"], cwd=tmp_path, timeout=60, check=False)
    assert ended.returncode == 7
    with dg.DagsterInstance.local_temp(str(tmp_path / "home")) as instance:
        (run,) = instance.get_runs()
        kinds = [entry.dagster_event_type.name for entry in instance.all_logs(run.run_id)]
    assert (run.status, kinds[:2]) == (
        dg.DagsterRunStatus.STARTED,
        ["ASSET_MATERIALIZATION_PLANNED", "RUN_START"],
    )
