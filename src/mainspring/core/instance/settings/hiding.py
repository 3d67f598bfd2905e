"""Settings as they may be shown and sent: variables by their names, secrets not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from mainspring.core.config.env import reference_name
from mainspring.core.instance.settings.classes import known_class
from mainspring.core.instance.settings.described import ROOT
from mainspring.core.instance.settings.kinds import ClassOf, Either, Items, Kind, Section, Setting

HIDDEN: Final = "(hidden)"

_SECRET_NAME: Final = re.compile(
    r"pass(word|wd|phrase)?$|secret|token|credential|private|(^|_|-)key(_id)?$", re.IGNORECASE
)
_IN_ADDRESS: Final = re.compile(r"(?P<before>[A-Za-z][A-Za-z0-9+.-]*://[^/@\s:]*:)[^/@\s]+(?=@)")


def hidden(written: object, kind: Kind = ROOT) -> Any:
    """What is written, with ``(hidden)`` for each secret that stands there as it is.

    Secrets are the values of keys that are described so; in the config of a class of one's own those whose
    name looks like one; and passwords in addresses.
    """
    if reference_name(written) is not None:
        return written
    if isinstance(written, Mapping):
        return _mapping(cast("Mapping[str, object]", written), kind)
    if isinstance(written, list):
        of = kind.of if isinstance(kind, Items) else kind
        return [hidden(one, of) for one in cast("list[object]", written)]
    if isinstance(written, str):
        return _IN_ADDRESS.sub(rf"\g<before>{HIDDEN}", written)
    return written


def _mapping(written: Mapping[str, object], kind: Kind) -> dict[str, Any]:
    if isinstance(kind, ClassOf):
        known = known_class(kind.role, str(written.get("module")), str(written.get("class")))
        return {
            key: hidden(value, known.keys if known else Kind()) if key == "config" else value
            for key, value in written.items()
        }
    keys: Mapping[str, Setting] = {}
    if isinstance(kind, Section):
        keys = kind.keys
    elif isinstance(kind, Either):
        keys = kind.detailed.keys
    return {key: _entry(key, value, keys.get(key)) for key, value in written.items()}


def _entry(key: str, value: object, setting: Setting | None) -> Any:
    is_secret = setting.secret if setting is not None else bool(_SECRET_NAME.search(key))
    if is_secret and value is not None and reference_name(value) is None:
        return HIDDEN
    return hidden(value, setting.kind if setting is not None else Kind())
