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
    assert len(excused) == surface.ceiling(surface_members.PENDING), "run make surface; never raise the figure"


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


@pytest.mark.parametrize("owner,member", [(Declared, "a"), (Slotted, "b"), (Assigned, "c"), (Model, "d"), (Plain, "e")])
def test_members_of_instances(owner, member) -> None:
    assert surface_members.differences(owner, member, None) == []
    assert surface_members.differences(owner, "z", None) == ["missing"]


@pytest.mark.parametrize("member", ["f", "g", "h"])
def test_parameters_of_methods(member) -> None:
    assert surface_members.differences(Plain, member, "(x: int) -> int") == []
    assert surface_members.differences(Plain, member, "(x: int, z: int) -> int") == ["z"]


def test_an_instance_has_what_the_house_reads_from_its_class() -> None:
    made = dg.ScheduleDefinition(name="s", cron_schedule="@daily", job_name="j")
    missing = [name for name in surface_members.published()["ScheduleDefinition"] if not hasattr(made, name)]
    assert missing == []
