"""For each kind of setting a value that is right and one that is wrong, and the smallest file that holds one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mainspring.core.instance.settings.classes import KNOWN
from mainspring.core.instance.settings.described import ROOT
from mainspring.core.instance.settings.described.storage import Parameter
from mainspring.core.instance.settings.kinds import (
    Anything,
    ClassOf,
    Either,
    Flag,
    Folder,
    Items,
    Kind,
    Number,
    OneOf,
    Refused,
    Section,
    Setting,
    Table,
    Text,
    Whole,
)

PATTERNS = {
    "a scheme": "postgresql",
    "an address such as postgresql": "postgresql://me@db/records",
    "an address such as s3": "s3://bucket/folder",
    "a path such as /mainspring": "/mainspring",
}


def right(kind: Kind) -> Any:
    """A value that the kind takes."""
    return _RIGHT[type(kind)](kind)


def _text(kind: Text) -> str:
    return next((value for words, value in PATTERNS.items() if kind.words.startswith(words)), "word")


def _class(kind: ClassOf) -> dict[str, Any]:
    name, known = next(iter(KNOWN[kind.role].items()))
    return {"module": "dagster.core", "class": name, "config": smallest(known.keys)}


_RIGHT: dict[type[Kind], Callable[[Any], Any]] = {
    Flag: lambda _: True,
    Whole: lambda _: 3,
    Number: lambda _: 3,
    OneOf: lambda kind: kind.words[-1],
    Text: _text,
    Folder: _text,
    Parameter: lambda _: "require",
    Items: lambda kind: [right(kind.of)],
    Table: lambda kind: {kind.known[0] if kind.known else "name": right(kind.of)},
    Either: lambda kind: right(kind.plain),
    Section: lambda kind: smallest(kind),  # noqa: PLW0108  # it is defined below
    ClassOf: _class,
    Anything: lambda _: {"any": ["thing", 1]},
}


def wrong(kind: Kind) -> Any:
    """A value that the kind does not take."""
    return [1] if isinstance(kind, Table | Section | ClassOf | Either) else {"a": {"b": 1}}


def smallest(section: Section) -> dict[str, Any]:
    """The fewest keys that the section takes."""
    needed = [*section.needs, *section.one_of[:1]]
    return {key: right(section.keys[key].kind) for key in needed}


def settings(
    section: Section = ROOT, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Setting]]:
    """Every key that can be given, with the path to it; those of items of lists too."""
    for key, setting in section.keys.items():
        if isinstance(setting.kind, Refused):
            continue
        yield (*path, key), setting
        below: Any = setting.kind
        below = (
            below.of if isinstance(below, Items) else below.detailed if isinstance(below, Either) else below
        )
        if isinstance(below, Section):
            yield from settings(below, (*path, key))


def holding(path: tuple[str, ...], value: Any, section: Section = ROOT) -> dict[str, Any]:
    """The smallest settings that have this value at a path."""
    key, *rest = path
    kind: Any = section.keys[key].kind
    if rest:
        of = kind.of if isinstance(kind, Items) else kind.detailed if isinstance(kind, Either) else kind
        value = holding(tuple(rest), value, of)
        value = [value] if isinstance(kind, Items) else value
    others = {} if section is ROOT or key in section.one_of else smallest(section)
    needed = {name: right(section.keys[name].kind) for name in section.needs}
    return {**needed, **others, key: value}
