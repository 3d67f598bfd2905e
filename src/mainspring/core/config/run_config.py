"""``RunConfig``: the config of one run, written with config objects instead of nested mappings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidInvocationError
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.config.fault import ConfigFault, raise_faults


@dataclass(frozen=True, slots=True)
class RunConfig:
    """The config of one run, by the names of ops and assets, resources and loggers.

    >>> RunConfig(ops={"load": {"config": {"limit": 3}}}).to_config_dict()["ops"]
    {'load': {'config': {'limit': 3}}}

    A value under ``ops`` or ``resources`` may be a ``Config`` object, alone or inside the mappings of a
    graph: ``RunConfig(ops={"load": LoadConfig(limit=3)})`` says the same.
    """

    ops: dict[str, Any] = field(default_factory=dict)
    resources: dict[str, Any] = field(default_factory=dict)
    loggers: dict[str, Any] = field(default_factory=dict)
    execution: dict[str, Any] = field(default_factory=dict)

    def __init__(
        self,
        ops: dict[str, Any] | None = None,
        resources: dict[str, Any] | None = None,
        loggers: dict[str, Any] | None = None,
        execution: dict[str, Any] | None = None,
    ) -> None:
        for name, value in (
            ("ops", ops),
            ("resources", resources),
            ("loggers", loggers),
            ("execution", execution),
        ):
            if value is not None and not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise _no_mapping(f"`{name}` of a RunConfig", value)
            object.__setattr__(self, name, dict(value or {}))

    def to_config_dict(self) -> dict[str, Any]:
        """The config as plain mappings: what a run stores. Variables of the environment stay ``{"env":
        "NAME"}``.
        """
        return {
            "loggers": self.loggers,
            "resources": _plain(self.resources),
            "ops": _plain(self.ops),
            "execution": self.execution,
        }


_CONTAINERS: tuple[type, ...] = (Mapping, list, tuple)
_END = object()
"""Stands in a list of what is to be looked at after all that lies within a value."""
_LEAVES = frozenset({str, int, float, bool, type(None)})


def _plain(value: object) -> object:
    """The value with each config object in it as mappings, at any depth, under ``config`` where it stands for one."""
    top: dict[object, object] = {}
    pending: list[tuple[Any, object, object, bool]] = [(top, None, value, False)]
    around: set[int] = set()
    while pending:
        into, place, here, is_config = pending.pop()
        if into is _END:
            around.discard(id(here))
            continue
        if isinstance(here, _CONTAINERS):
            if id(here) in around:
                raise _holds_itself(place)
            around.add(id(here))
            pending.append((_END, None, here, False))
        as_dict = getattr(here, "_to_config_dict", None)
        if callable(as_dict):
            made = as_dict()
            into[place] = made if is_config else {"config": made}
        elif isinstance(here, Mapping):
            entries = dict(cast("Mapping[object, object]", here))
            into[place] = entries
            for name, item in entries.items():
                if type(item) not in _LEAVES:
                    pending.append((entries, name, item, is_config or name == "config"))
        elif isinstance(here, (list, tuple)):
            items = list(cast("list[object]", here))
            into[place] = items
            pending.extend(
                (items, i, item, is_config) for i, item in enumerate(items) if type(item) not in _LEAVES
            )
        else:
            into[place] = here
    return top[None]


def to_run_config_dict(run_config: RunConfig | Mapping[str, Any] | None) -> dict[str, Any]:
    """The plain mappings of a run config in any form; config objects inside plain mappings are unfolded as
    well.
    """
    if run_config is None:
        return {}
    if isinstance(run_config, RunConfig):
        return run_config.to_config_dict()
    if not isinstance(run_config, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise _no_mapping("The run config", run_config)
    return cast("dict[str, Any]", _plain(run_config))


def _no_mapping(what: str, value: object) -> InvalidInvocationError:
    return InvalidInvocationError(
        f"{what} is of type {type(value).__name__}.",
        where=user_position(),
        hint='Give a dict by names: {"ops": {"load": {"config": {"limit": 3}}}}, or a RunConfig.',
    )


def _holds_itself(place: object) -> InvalidInvocationError:
    return InvalidInvocationError(
        f"The run config holds itself again under {place!r}, so it has no end.",
        where=user_position(),
        hint="Give each entry a value of its own: a copy, or only the part that is meant.",
    )


def refuse_unwritable(
    run_config: Mapping[str, Any], *, preamble: str, where: SourcePosition | None = None
) -> None:
    """Raise ``InvalidConfigError``, with the path to it, for a value that cannot be stored with a run."""
    if not _is_writable(run_config):
        path: list[str] = []
        here: object = run_config
        while True:
            parts = ((part, one) for part, one in _parts(here) if not _is_writable(one))
            part, inner = next(parts, (None, None))
            if part is None:
                break
            path.append(part)
            here = inner
        fault = ConfigFault(
            tuple(path),
            f"A value of type {type(here).__name__} cannot be stored with the run.",
            "value",
            "Config is made of strings, numbers, booleans, lists and dicts; other things come from resources.",
        )
        raise_faults(preamble, [fault], given=run_config, where=where)


def _parts(value: object) -> Iterable[tuple[str, object]]:
    if isinstance(value, Mapping):
        return ((str(key), one) for key, one in cast("Mapping[object, object]", value).items())
    if isinstance(value, (list, tuple)):
        return ((f"[{i}]", one) for i, one in enumerate(cast("list[object]", value)))
    return ()


def _is_writable(value: object) -> bool:
    try:
        serial.encode(value)
    except (TypeError, ValueError, NotImplementedError, RecursionError):
        return False
    return True
