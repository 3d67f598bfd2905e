"""The published members of each class, and how far ours agree with them.

``tests/house/surface_members.json`` lists the public fields, properties and methods of each published class, the
inherited ones too; a method stands there with its signature. ``python -m tools.surface_members`` takes members
that have become available off the list of pending ones, which only shrinks.
"""

from __future__ import annotations

import dis
import inspect
import json
import sys
from collections.abc import Iterable, Mapping
from types import MethodType
from typing import cast

import mainspring

from . import surface

MEMBERS = surface.DATA / "surface_members.json"
PENDING = surface.DATA / "members_pending.txt"

# Where frameworks and Python itself name the attributes that only instances have.
FIELD_TABLES = (
    "__struct_fields__",
    "__slots__",
    "__annotations__",
    "__dataclass_fields__",
    "__pydantic_fields__",
)


def published() -> dict[str, dict[str, str | None]]:
    """Class name to member name to the signature of the member; ``None`` for what is read, not called."""
    return json.loads(MEMBERS.read_text())


def all_differences() -> dict[str, list[str]]:
    """``Class.member`` to what differs, for each class that we offer: the member itself, or its parameters."""
    found = {
        f"{name}.{member}": differences(getattr(mainspring, name), member, signature)
        for name, members in published().items()
        if name in surface.available()
        for member, signature in members.items()
    }
    return {name: what for name, what in found.items() if what}


def differences(owner: type, member: str, signature: str | None) -> list[str]:
    """What code written for the published member would miss in ``owner``."""
    if not has(owner, member):
        return ["missing"]
    if signature is None:
        return []
    thing = inspect.getattr_static(owner, member)
    ours = MethodType(thing, object()) if inspect.isfunction(thing) else getattr(owner, member)
    return surface.differences(signature, ours)


def has(owner: type, member: str) -> bool:
    """Whether objects of the class have the member: the class itself has it, or declares it for its instances."""
    return hasattr(owner, member) or any(member in _fields(one) for one in owner.__mro__)


def _fields(one: type) -> set[str]:
    """The attributes of instances: those that the class declares, and those that its methods set."""
    tables = (one.__dict__.get(table) for table in FIELD_TABLES)
    # What is no container (pydantic's classes describe theirs by a descriptor) tells nothing.
    declared = {
        name for table in tables if isinstance(table, (tuple, dict)) for name in cast("Iterable[str]", table)
    }
    methods = (thing for thing in one.__dict__.values() if inspect.isfunction(thing))
    code = (step for method in methods for step in dis.get_instructions(method))
    return declared | {step.argval for step in code if step.opname == "STORE_ATTR"}


def shrink() -> list[str]:
    """Take what need no longer stand there off the list, and lower its ceiling; the names taken off."""
    found = all_differences()
    return surface.strike(PENDING, {name for name in surface.listed(PENDING) if name not in found})


def unexcused(found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Those differences that the list of pending members does not name."""
    excused = surface.listed(PENDING)
    return {name: what for name, what in found.items() if name not in excused}


def main() -> int:
    """Shrink the list, and say what was taken off and what differs."""
    for name in shrink():
        print(f"off the list: {name}")
    for name, what in unexcused(all_differences()).items():
        print(f"{name}: {', '.join(what)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
