"""The published names, and how far ours agree with them.

``tests/house/surface.json`` lists each published name with its kind, its signature and its lifecycle mark.
``python -m tools.surface`` takes names that have become available, and exceptions that are no longer needed,
off the lists beside it; those lists only shrink, and a house test holds them to it.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import mainspring

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "house"
SURFACE = DATA / "surface.json"
PENDING = DATA / "surface_pending.txt"
LEFT_OUT = DATA / "surface_left_out.txt"
DIFFERENT = DATA / "surface_different.txt"

MARK = re.compile(r"/\*(\w+)\*/")
CEILING = re.compile(r"^# at most (\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Name:
    """One published name. ``signature`` is ``None`` for what is not called."""

    kind: str
    area: str
    mark: str | None
    signature: str | None


@dataclass(frozen=True)
class Parameter:
    """One published parameter. ``keyword_only`` tells that it stands after the star."""

    name: str
    keyword_only: bool
    deprecated: bool


def published() -> dict[str, Name]:
    """Every published name."""
    return {name: Name(**fields) for name, fields in json.loads(SURFACE.read_text()).items()}


def listed(path: Path) -> dict[str, str]:
    """The lines of a list, ``name`` or ``name: what``; lines that begin with ``#`` are text."""
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {name.strip(): what.strip() for name, _, what in pairs}


def ceiling(path: Path) -> int:
    """The figure in the line ``# at most N`` of a list."""
    found = CEILING.search(path.read_text())
    return int(found[1]) if found else 0


def available() -> frozenset[str]:
    """The names that our package offers."""
    return frozenset(mainspring.__all__)


def split(signature: str) -> list[str]:
    """The parameters of ``(a, b: int = 1, *, c) -> d`` as written, without the brackets and the result."""
    parts: list[str] = []
    depth, start, quote = 0, 1, ""
    for at, char in enumerate(signature):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        if (char == "," and depth == 1 and not quote) or depth == 0:
            parts.append(signature[start:at].strip())
            start = at + 1
        if depth == 0:
            break
    return [part for part in parts if part]


def parameters(signature: str) -> list[Parameter]:
    """The named parameters of a published signature; ``*args`` and ``**kwargs`` promise no name."""
    found: list[Parameter] = []
    keyword_only = False
    for part in split(signature):
        marks = MARK.findall(part)
        name = re.split(r"[:=\s]", MARK.sub("", part).strip(), maxsplit=1)[0]
        if name.startswith("*"):
            keyword_only = True
        elif name != "/":
            found.append(Parameter(name, keyword_only, "deprecated" in marks))
    return found


def differences(signature: str, thing: object) -> list[str]:
    """What code written for the published signature would miss in ``thing``: names, and positions.

    More parameters are no difference, and neither is the lack of a deprecated one.
    """
    try:
        ours = inspect.signature(thing) if callable(thing) else None
    except ValueError:
        ours = None
    if ours is None:
        return ["no signature"]
    return [
        *_missing(parameters(signature), ours.parameters),
        *_moved(parameters(signature), ours.parameters),
    ]


def _missing(wanted: list[Parameter], ours: Mapping[str, inspect.Parameter]) -> list[str]:
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in ours.values()):
        return []
    return [one.name for one in wanted if one.name not in ours and not one.deprecated]


def _moved(wanted: list[Parameter], ours: Mapping[str, inspect.Parameter]) -> list[str]:
    positional = [
        name
        for name, one in ours.items()
        if one.kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    ]
    asked = [one.name for one in wanted if not one.keyword_only and one.name in ours]
    if any(one.kind is inspect.Parameter.VAR_POSITIONAL for one in ours.values()):
        asked = [name for name in asked if name in positional]
    # A published positional parameter must stand where it stood among those that both have.
    given = [name for name in positional if name in asked]
    return [f"{name} (position)" for at, name in enumerate(asked) if given[at : at + 1] != [name]][:1]


def all_differences() -> dict[str, list[str]]:
    """For each available name that is called: what differs from the published signature."""
    found = {
        name: differences(one.signature, getattr(mainspring, name))
        for name, one in published().items()
        if one.signature and name in available()
    }
    return {name: what for name, what in found.items() if what}


def shrink() -> list[str]:
    """Take off the lists what need no longer stand there, and lower their ceilings; the names taken off."""
    gone = [*strike(PENDING, available()), *strike(LEFT_OUT, available())]
    different = all_differences()
    return [*gone, *strike(DIFFERENT, {name for name in listed(DIFFERENT) if name not in different})]


def strike(path: Path, names: frozenset[str] | set[str]) -> list[str]:
    """Take the names off a list and lower its ceiling; those that stood there."""
    struck = sorted(set(listed(path)) & names)
    lines = path.read_text().splitlines()
    kept = [line for line in lines if line.startswith("#") or line.partition(":")[0].strip() not in struck]
    text = "\n".join(kept) + "\n"
    left = sum(1 for line in kept if line.strip() and not line.startswith("#"))
    path.write_text(CEILING.sub(f"# at most {min(left, ceiling(path))}", text))
    return struck


def main() -> int:
    """Shrink the lists, and say what was taken off and what is left."""
    for name in shrink():
        print(f"off the lists: {name}")
    print(f"{len(listed(PENDING))} of {len(published())} published names are pending")
    for name, what in all_differences().items():
        if name not in listed(DIFFERENT):
            print(f"{name} lacks {', '.join(what)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
