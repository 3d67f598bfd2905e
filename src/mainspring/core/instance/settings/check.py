"""Checking given settings against what is described: every fault at once, variables replaced by their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path as Directory
from typing import Any, Final, NamedTuple, cast

import msgspec

from mainspring.core.base import serial
from mainspring.core.base.environment import Environment
from mainspring.core.base.errors import did_you_mean
from mainspring.core.config.env import reference_name
from mainspring.core.instance.settings.classes import known_class, refusal
from mainspring.core.instance.settings.described import ROOT
from mainspring.core.instance.settings.fault import SettingsFault, shown
from mainspring.core.instance.settings.given import Path, dotted
from mainspring.core.instance.settings.kinds import (
    UNFIT,
    Anything,
    ClassOf,
    Either,
    Folder,
    Items,
    Kind,
    Refused,
    Section,
    Setting,
    Table,
    Text,
    is_plain_text,
)

_SKIPPED: Final = object()
"""Stands for a value that is wrong or not given."""


class At(NamedTuple):
    """Where a value stands. ``variable`` holds it where it comes from the environment, ``secret`` hides it."""

    path: Path
    variable: str | None = None
    secret: bool = False

    def below(self, part: str | int) -> At:
        """One step further down."""
        return self._replace(path=(*self.path, part))


class Check:
    """One check. ``place`` says where a path is written; what is wrong is in ``faults``.

    Folders become absolute where the home folder ``root`` is known.
    """

    def __init__(
        self, environ: Environment, place: Callable[[Path], str], root: Directory | None = None
    ) -> None:
        self._root = root
        self.faults: list[SettingsFault] = []
        self._environ = environ
        self._place = place

    def settings(self, given: object) -> dict[str, Any]:
        """The settings that hold, where there is no fault."""
        if reference_name(given) is not None:
            self.wrong(At(()), "The settings must be written here, as a mapping of sections.")
            return {}
        found = self._section(ROOT, given, At(()))
        return cast("dict[str, Any]", found) if isinstance(found, dict) else {}

    def wrong(self, at: At, message: str) -> object:
        """Note that something is wrong."""
        self.faults.append(SettingsFault(at.path, message, self._place(at.path)))
        return _SKIPPED

    # -- one value
    # ----------------------------------------------------------------------------------------------------

    def _setting(self, setting: Setting, given: object, at: At) -> object:
        return self._value(setting.kind, given, at._replace(secret=at.secret or setting.secret))

    def _value(self, kind: Kind, given: object, at: At) -> object:
        variable = None if at.variable or isinstance(kind, Table) else reference_name(given)
        if variable is not None and not isinstance(kind, Refused):
            return self._from_environment(kind, variable, at)
        branch = _BRANCHES.get(type(kind))
        if branch is not None:
            return branch(self, kind, given, at)
        made = kind.take(given)
        return self._unfit(kind, given, at) if made is UNFIT else self._placed(kind, made)

    def _placed(self, kind: Kind, value: object) -> object:
        if isinstance(kind, Folder) and isinstance(value, str) and self._root is not None:
            return str(self._root / Directory(value).expanduser())
        return value

    def _unfit(self, kind: Kind, given: object, at: At) -> object:
        must = f"must be {kind.expected}"
        if at.variable:
            return self.wrong(at, f"{must}; the environment variable {at.variable} holds something else.")
        if at.secret:
            return self.wrong(at, f"{must}; what stands there is not shown.")
        return self.wrong(at, f"{must}; got {shown(given)}.{_quotes(kind, given)}")

    def _from_environment(self, kind: Kind, variable: str, at: At) -> object:
        text = self._environ.get(variable)
        if text is None:
            return self.wrong(
                at, f"takes its value from the environment variable {variable}, which is not set."
            )
        at = at._replace(variable=variable)
        made = kind.read(text) if is_plain_text(text) else UNFIT
        if made is not UNFIT:
            return self._placed(kind, made)
        if type(kind) not in _BRANCHES:
            return self._unfit(kind, text, at)
        try:
            written: object = serial.decode(text, Any)
        except msgspec.MsgspecError:
            return self._unfit(kind, text, at)
        return self._value(kind, written, at)

    # -- values with parts
    # --------------------------------------------------------------------------------------------

    def _section(self, kind: Section, given: object, at: At) -> object:
        if (given is None or given == {}) and kind.can_be_left_empty:
            return {}
        given = {} if given is None else given
        if not isinstance(given, Mapping):
            if not at.path:
                return self.wrong(at, "The settings must be a mapping of sections.")
            return self._unfit(kind, given, at)
        entries = cast("Mapping[object, object]", given)
        found: dict[str, object] = {}
        for key, value in entries.items():
            setting = kind.keys.get(key) if isinstance(key, str) else None
            if setting is None:
                self._unknown(kind, str(key), at)
                continue
            if value is None and key not in kind.one_of and not isinstance(setting.kind, Section):
                continue
            made = self._setting(setting, value, at.below(cast("str", key)))
            if made is not _SKIPPED:
                found[cast("str", key)] = made
        self._presence(kind, entries, at)
        return found

    def _unknown(self, kind: Section, key: str, at: At) -> None:
        if at.variable:
            known = ", ".join(sorted(kind.keys))
            self.wrong(at, f"has a key in the environment variable {at.variable} that is not one of {known}.")
        else:
            self.wrong(at.below(key), f"is not a setting. {_way_out(key, kind)}")

    def _presence(self, kind: Section, given: Mapping[object, object], at: At) -> None:
        for key in kind.needs:
            if given.get(key) is None:
                self.wrong(at.below(key), f"must be given: {kind.keys[key].meaning}")
        named = [key for key in kind.one_of if key in given]
        if len(named) > 1:
            self.wrong(at, f"names {' and '.join(named)}, of which there can be just one.")
        elif kind.one_of and not named and not _refused_keys(kind) & set(given):
            self.wrong(at, f"must have one of the keys {', '.join(kind.one_of)}.")

    def _either(self, kind: Either, given: object, at: At) -> object:
        if isinstance(given, Mapping):
            return self._section(kind.detailed, given, at)  # pyright: ignore[reportUnknownArgumentType]
        made = kind.plain.take(given)
        return self._unfit(kind, given, at) if made is UNFIT else made

    def _items(self, kind: Items, given: object, at: At) -> object:
        if not isinstance(given, (list, tuple)):
            return self._unfit(kind, given, at)
        items = cast("list[object]", given)
        made = [self._value(kind.of, one, at.below(index)) for index, one in enumerate(items)]
        return [one for one in made if one is not _SKIPPED]

    def _table(self, kind: Table, given: object, at: At) -> object:
        if not isinstance(given, Mapping):
            return self._unfit(kind, given, at)
        found: dict[str, object] = {}
        for key, value in cast("Mapping[object, object]", given).items():
            here = at.below("*" if at.variable else str(key))
            if not isinstance(key, str) or not is_plain_text(key):
                self.wrong(here, "must have a text for its name. Write it in quotes.")
            elif kind.known and key not in kind.known:
                hint = None if at.variable else did_you_mean(key, kind.known)
                self.wrong(here, f"is not known. {hint}" if hint else "is not known.")
            elif value is not None:
                found[key] = self._value(kind.of, value, here)
        return {key: value for key, value in found.items() if value is not _SKIPPED}

    def _anything(self, kind: Anything, given: object, at: At) -> object:
        """A value of any shape; how deep it is was checked before."""
        if isinstance(given, Mapping):
            return self._table(Table(kind), cast("object", given), at)
        if isinstance(given, (list, tuple)):
            return self._items(Items(kind), cast("object", given), at)
        if isinstance(given, str) and not is_plain_text(given):
            return self._unfit(Text(), given, at)
        return given

    def _refused(self, kind: Refused, given: object, at: At) -> object:
        del given
        return self.wrong(at, f"cannot be used: {kind.sentence}.")

    # -- classes
    # ------------------------------------------------------------------------------------------------------

    def _class(self, kind: ClassOf, given: object, at: At) -> object:
        if not isinstance(given, Mapping):
            return self._unfit(kind, given, at)
        entries = cast("Mapping[object, object]", given)
        names = {key: value for key, value in entries.items() if key != "config"}
        before = len(self.faults)
        found = cast("dict[str, Any]", self._section(_NAMES, names, at))
        if len(self.faults) > before:
            return _SKIPPED
        module, class_name = found["module"], found["class"]
        known = known_class(kind.role, module, class_name)
        why_not = None if known else refusal(kind.role, module, class_name)
        if why_not:
            hidden = at.variable or any(reference_name(entries[key]) for key in ("module", "class"))
            return self.wrong(at.below("class"), "names a class that cannot be used." if hidden else why_not)
        nothing: dict[str, object] = {}
        config = nothing if entries.get("config") is None else entries["config"]
        made = self._value(known.keys if known else _CONFIG, config, at.below("config"))
        return _SKIPPED if made is _SKIPPED else {**found, "config": made}


def _refused_keys(kind: Section) -> set[object]:
    return {key for key, setting in kind.keys.items() if isinstance(setting.kind, Refused)}


_CONFIG: Final = Table(Anything())
_NAMES: Final = Section(
    {
        "module": Setting(Text(), "The module of the class, as in an import statement."),
        "class": Setting(Text("the name of a class", r"[A-Za-z_][A-Za-z0-9_.]*"), "The name of the class."),
        "config": Setting(_CONFIG, "What the class is configured with."),
    },
    needs=("module", "class"),
)

_BRANCHES: Final[dict[type[Kind], Callable[..., object]]] = {
    Section: Check._section,  # pyright: ignore[reportPrivateUsage]
    Either: Check._either,  # pyright: ignore[reportPrivateUsage]
    Items: Check._items,  # pyright: ignore[reportPrivateUsage]
    Table: Check._table,  # pyright: ignore[reportPrivateUsage]
    Anything: Check._anything,  # pyright: ignore[reportPrivateUsage]
    Refused: Check._refused,  # pyright: ignore[reportPrivateUsage]
    ClassOf: Check._class,  # pyright: ignore[reportPrivateUsage]
}


def _quotes(kind: Kind, given: object) -> str:
    """What to do about a number in quotes, or a text without."""
    if isinstance(given, str) and kind.read(given) is not UNFIT:
        return " Write it without quotes."
    if isinstance(given, (int, float)) and kind.take(str(given)) is not UNFIT:
        return " Write it in quotes."
    return ""


def _way_out(key: str, kind: Section) -> str:
    """The nearest key of the section, else where a key of that name is, else all keys of the section."""
    near = did_you_mean(key, kind.keys)
    if near:
        return near
    elsewhere = _where_keys_are().get(key)
    if elsewhere:
        return f"There is {' and '.join(f'`{one}`' for one in elsewhere[:3])}."
    return f"Known keys: {', '.join(sorted(kind.keys))}."


@lru_cache(maxsize=1)
def _where_keys_are() -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    pending: list[tuple[Path, Section]] = [((), ROOT)]
    while pending:
        path, section = pending.pop(0)
        for key, setting in section.keys.items():
            found.setdefault(key, []).append(dotted((*path, key)))
            if isinstance(setting.kind, Section):
                pending.append(((*path, key), setting.kind))
    return found
