"""What holds: the settings that are given, older forms in the words of the newer ones, defaults for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mainspring.core.config.env import reference_name
from mainspring.core.instance.settings.agreement import SAME, at, said
from mainspring.core.instance.settings.described import ROOT
from mainspring.core.instance.settings.given import Given, Path, Settings, dotted
from mainspring.core.instance.settings.hiding import hidden
from mainspring.core.instance.settings.kinds import Either, Section, Setting

_OLDER = frozenset(older for paths in SAME.values() for older in paths)


def setting_of(*path: str) -> Setting:
    """What is described at a path. Raises ``KeyError`` where there is no such key."""
    section: Section = ROOT
    for part in path[:-1]:
        kind = section.keys[part].kind
        below = kind.detailed if isinstance(kind, Either) else kind
        if not isinstance(below, Section):
            raise KeyError(dotted(path))
        section = below
    return section.keys[path[-1]]


def value(settings: Settings, *path: str) -> Any:
    """The value that holds for a key: what is given for it, in its own or an older form, or its default.

    >>> value({"run_queue": {"max_concurrent_runs": 3}}, "concurrency", "runs", "max_concurrent_runs")
    3
    """
    given = said(settings, path)
    return given[0][1] if given else setting_of(*path).default


def purge_after_days(settings: Settings, kind: str, status: str | None = None) -> float | None:
    """After how many days what is of this kind goes; ``None`` for never.

    ``kind`` is a key of the section ``retention``; ticks may be kept for a time that depends on their status.

    >>> purge_after_days({}, "logs"), purge_after_days({}, "sensor", "skipped"), purge_after_days({}, "runs")
    (30, 7, None)
    """
    path = ("retention", kind, "purge_after_days")
    given = at(settings, path)
    if isinstance(given, dict):
        given = given.get(status)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if given is None:
        described = setting_of(*path)
        detailed = isinstance(described.kind, Either) and status is not None
        given = setting_of(*path, status).default if detailed else described.default  # pyright: ignore[reportArgumentType]
    return None if given is None or given < 0 else given  # pyright: ignore[reportUnknownVariableType]


class Line(msgspec.Struct, frozen=True):
    """One setting that holds, as it may be shown. ``origin`` says where it comes from."""

    path: str
    value: Any
    origin: str


def lines(given: Given) -> Iterator[Line]:
    """All settings that hold, in the order of their description. What changes nothing is told where it is given."""
    return _lines(given, (), ROOT)


def _lines(given: Given, path: Path, section: Section) -> Iterator[Line]:
    if section.needs and at(given.values, path) is None:
        return  # it holds only as a whole
    for key, setting in section.keys.items():
        here = (*path, key)
        below = _parts(given, here, setting)
        if below is not None:
            yield from _lines(given, here, below)
        elif here not in _OLDER:
            yield from _line(given, here, setting)


def _parts(given: Given, path: Path, setting: Setting) -> Section | None:
    """The section whose keys are told one by one, where the setting is one or is not given in one piece."""
    kind = setting.kind
    if isinstance(kind, Either):
        return kind.detailed if isinstance(at(given.values, path), dict | None) else None
    return kind if isinstance(kind, Section) else None


def _line(given: Given, path: Path, setting: Setting) -> Iterator[Line]:
    found = said(given.values, path)
    if not found:
        if setting.default is not None and setting.instead is None:
            yield Line(dotted(path), setting.default, "default")
        return
    place, known = found[0]
    variable = _variable_at(given.written, place)
    if variable is not None:
        yield Line(dotted(path), f"{{env: {variable}}}", f"environment variable {variable}")
    elif place == path:
        shown = at(hidden(given.written), path)
        yield Line(dotted(path), shown if _has_parts(setting) else _normal(shown, known), given.place(path))
    else:
        yield Line(dotted(path), known, f"`{dotted(place)}`")


def _variable_at(written: Settings, path: Path) -> str | None:
    """The variable that a value comes from: its own, or that of a section around it."""
    found = (reference_name(at(written, path[:end])) for end in range(1, len(path) + 1))
    return next((name for name in found if name is not None), None)


def _has_parts(setting: Setting) -> bool:
    return isinstance(setting.kind.take({}), dict) or not setting.kind.schema()


def _normal(shown: object, known: object) -> object:
    """The value in its normal form, such as ``INFO`` for ``info``, unless it is hidden."""
    return shown if isinstance(shown, str) and shown != known and "(hidden)" in shown else known
