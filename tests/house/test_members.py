"""Every published member of every class that we offer is there, with the parameters code knows it by."""

import msgspec
import pytest
from pydantic import BaseModel

import mainspring as dg
from tools import surface, surface_members

FOUND = surface_members.all_differences()


def test_every_published_member_is_there() -> None:
    assert surface_members.unexcused(FOUND) == {}


def test_what_has_come_is_struck_off() -> None:
    excused = surface.listed(surface_members.PENDING)
    assert sorted(set(excused) - set(FOUND)) == [], "run: make surface"
    assert len(excused) == surface.ceiling(surface_members.PENDING), (
        "run make surface; never raise the figure"
    )


def test_the_published_members_are_of_published_names() -> None:
    members = surface_members.published()
    assert sorted(set(members) - set(surface.published())) == []
    assert sum(len(names) for names in members.values()) == 1760


class Declared(msgspec.Struct):
    a: int


class Slotted:
    __slots__ = ("b",)


class Assigned:
    def __init__(self) -> None:
        self.c = 1


class Model(BaseModel):
    d: int


class Plain:
    @property
    def e(self) -> int:
        return 1

    def f(self, x: int, *, y: int = 0) -> int:
        return x + y

    @staticmethod
    def g(x: int) -> int:
        return x

    @classmethod
    def h(cls, x: int) -> int:
        return x


@pytest.mark.parametrize(
    "owner,member", [(Declared, "a"), (Slotted, "b"), (Assigned, "c"), (Model, "d"), (Plain, "e")]
)
def test_members_of_instances(owner, member) -> None:
    assert surface_members.differences(owner, member, None) == []
    assert surface_members.differences(owner, "z", None) == ["missing"]


@pytest.mark.parametrize("member", ["f", "g", "h"])
def test_parameters_of_methods(member) -> None:
    assert surface_members.differences(Plain, member, "(x: int) -> int") == []
    assert surface_members.differences(Plain, member, "(x: int, z: int) -> int") == ["z"]


@dg.op
def load() -> int:
    return 1


@dg.job
def load_job() -> None:
    load()


@dg.asset
def orders() -> int:
    return 1


@dg.sensor(job=load_job)
def inbox() -> None:
    """Looks for nothing."""


DAYS = dg.DailyPartitionsDefinition("2026-01-01")

# One object each of those classes whose attributes are found by reading their methods.
OBJECTS = [
    dg.AssetCheckResult(passed=True),
    dg.AssetIn("orders"),
    dg.AssetKey("orders"),
    dg.AssetMaterialization("orders"),
    dg.AssetOut(key="orders"),
    dg.Definitions(),
    dg.DependencyDefinition("load"),
    dg.Field(int, default_value=1),
    dg.In(),
    dg.JsonMetadataValue({}),
    dg.MaterializeResult(),
    dg.Out(),
    dg.Output(1),
    dg.PartitionedConfig(partitions_def=DAYS, run_config_for_partition_key_fn=lambda _: {}),
    dg.ResourceDefinition(resource_fn=lambda _: 1),
    dg.RetryPolicy(),
    dg.RunRequest(),
    dg.ScheduleDefinition(job=load_job, cron_schedule="@daily"),
    dg.TableMetadataValue(records=[], schema=dg.TableSchema([])),
    dg.TextMetadataValue("a"),
    DAYS,
    inbox,
    load,
    load_job,
    load_job.graph,
    orders,
    orders.op,
]


@pytest.mark.parametrize("thing", OBJECTS, ids=lambda thing: type(thing).__name__)
def test_objects_have_the_members(thing) -> None:
    spelling = {getattr(dg, name): name for name in surface.published() if name in dg.__all__}
    name = spelling[type(thing)]
    pending = surface.listed(surface_members.PENDING)
    wanted = [member for member in surface_members.published()[name] if f"{name}.{member}" not in pending]
    assert [member for member in wanted if not hasattr(thing, member)] == []
