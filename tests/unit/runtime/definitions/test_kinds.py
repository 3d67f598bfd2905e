"""What a thing is for Definitions."""

import subprocess
import sys

import pytest

from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.assets.source_asset import SourceAsset
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.automation.partitioned_schedule import build_schedule_from_partitioned_job
from mainspring.runtime.definitions.automation.schedule import ScheduleDefinition
from mainspring.runtime.definitions.automation.sensor_decorator import sensor
from mainspring.runtime.definitions.checks.decorators import asset_check
from mainspring.runtime.definitions.jobs.asset_job import define_asset_job
from mainspring.runtime.definitions.kinds import declared_classes, part_of


@asset
def a(): ...


@asset_check(asset=a)
def full(): ...


@sensor(target=[a])
def watch(): ...


NIGHTLY = define_asset_job("nightly")


@pytest.mark.parametrize(
    "item,part",
    [
        (a, "assets"),
        (full, "assets"),
        (AssetSpec("b"), "assets"),
        (SourceAsset("c"), "assets"),
        (NIGHTLY, "jobs"),
        (ScheduleDefinition(job=NIGHTLY, cron_schedule="0 0 * * *"), "schedules"),
        (build_schedule_from_partitioned_job(NIGHTLY), "schedules"),
        (watch, "sensors"),
        (a.op, None),
        (AssetSpec, None),
        ("a", None),
        (None, None),
    ],
    ids=str,
)
def test_the_part_a_thing_belongs_in(item, part):
    assert part_of(item) == part
    assert isinstance(item, declared_classes()) == (part is not None)


def test_schedules_are_not_imported_to_know_that_there_are_none():
    program = (
        "import sys; import mainspring as dg\n"
        "from mainspring.runtime.definitions.kinds import declared_classes, part_of\n"
        "assert part_of('x') is None and len(declared_classes()) == 5\n"
        "assert dg.Definitions(assets=[dg.AssetSpec('a')]).catalog.schedules == {}\n"
        "assert not any('.automation' in name for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-I", "-c", program], check=True)
