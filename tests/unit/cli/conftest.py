"""A small project in a folder of its own, and the command line called in it."""

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mainspring.cli.main import main
from mainspring.core.instance.instance import Instance

DEFS = '''
import mainspring as dg

@dg.asset(group_name="raw", kinds={"csv"}, owners=["team:data"], tags={"pii": "true"}, code_version="1")
def customers():
    """All customers.

    Each once.
    """
    print("customers are read")
    return dg.MaterializeResult(metadata={"dagster/row_count": 1200, "place": dg.MetadataValue.path("a/b.csv")})

@dg.asset(deps=[customers], check_specs=[dg.AssetCheckSpec("not_empty", asset="orders")])
def orders(context):
    context.log.info("counting")
    return dg.MaterializeResult(
        metadata={"dagster/row_count": 3},
        check_results=[dg.AssetCheckResult(check_name="not_empty", passed=True)],
    )

@dg.asset_check(asset=orders, description="Names that are there.")
def named():
    return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN)

@dg.asset(deps=[orders])
def report():
    raise ValueError("no paper")

@dg.asset(deps=[report])
def letter(): ...

@dg.asset(partitions_def=dg.StaticPartitionsDefinition(["a", "b", "c"]))
def regions(context):
    return context.partition_key

class Limit(dg.Config):
    most: int

@dg.asset
def limited(context, config: Limit):
    context.log.info(f"at most {config.most}")

warehouse = dg.AssetSpec("warehouse")
daily = dg.define_asset_job("daily", selection="customers or orders", description="Every day.")

defs = dg.Definitions(
    assets=[customers, orders, report, letter, regions, limited, warehouse], asset_checks=[named], jobs=[daily],
    resources={"paper": "A4"},
)
'''


class Answer(NamedTuple):
    """What a command line gave."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with ``definitions.py``, as the working directory."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "definitions.py").write_text(DEFS)
    (folder / "pyproject.toml").write_text('[project]\nname = "small"\n')
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MAINSPRING_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    modules = dict(sys.modules)
    yield folder
    for name in set(sys.modules) - set(modules):
        if not name.startswith("mainspring.") and str(tmp_path) in str(
            getattr(sys.modules[name], "__file__", "")
        ):
            del sys.modules[name]


@pytest.fixture
def call(capsys):
    """Carry out a command line in this process."""

    def carry_out(*arguments: str) -> Answer:
        capsys.readouterr()
        status = main(arguments)
        said = capsys.readouterr()
        return Answer(status, said.out, said.err)

    return carry_out


@pytest.fixture
def instance(project: Path):
    """The instance that the commands in the project use."""
    with Instance.get() as instance:
        yield instance
