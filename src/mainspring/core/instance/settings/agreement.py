"""Settings that say the same thing in an older and a newer form: which they are, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mainspring.core.instance.settings.given import Path, Settings, dotted
from mainspring.core.instance.settings.packages import plain_name

_RUNS: Final = ("concurrency", "runs")
_POOLS: Final = ("concurrency", "pools")
_COORDINATOR: Final = ("run_coordinator", "config")
_BUFFER: Final = ("block_op_concurrency_limited_runs", "op_concurrency_slot_buffer")

SAME: Final[Mapping[Path, tuple[Path, ...]]] = {
    (*_RUNS, "max_concurrent_runs"): (("run_queue", "max_concurrent_runs"),),
    (*_RUNS, "tag_concurrency_limits"): (("run_queue", "tag_concurrency_limits"),),
    (*_POOLS, "op_granularity_run_buffer"): (("run_queue", *_BUFFER),),
    (*_POOLS, "default_limit"): (("concurrency", "default_op_concurrency_limit"),),
}
"""A key, and older ones that mean the same."""

OLDER_STORAGES: Final = ("run_storage", "event_log_storage", "schedule_storage")


def at(settings: Settings, path: Path) -> Any:
    """What is given at a path, or ``None``."""
    here: Any = settings
    for part in path:
        if not isinstance(here, Mapping):
            return None
        here = here.get(part)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return here  # pyright: ignore[reportUnknownVariableType]


def queue_config(settings: Settings) -> Mapping[str, Any]:
    """The config of a coordinator that is a queue: older than the section ``run_queue``, with the same keys."""
    named = settings.get("run_coordinator")
    if named is None:
        return {}
    name = plain_name(named["class"])
    if name == "DefaultRunCoordinator":
        return {"max_concurrent_runs": -1}
    return named["config"] if name == "QueuedRunCoordinator" else {}


def said(settings: Settings, path: Path) -> list[tuple[Path, Any]]:
    """All that is given for a key, in its own and in older forms."""
    places = [path, *SAME.get(path, ())]
    found = [(one, at(settings, one)) for one in places]
    config = queue_config(settings)
    found += [((*_COORDINATOR, *one[1:]), at(config, one[1:])) for one in places if one[0] == "run_queue"]
    return [(one, value) for one, value in found if value is not None]


def disagreements(settings: Settings) -> Iterator[tuple[Path, str]]:
    """What contradicts itself: the path, and the sentence."""
    queue = {("run_queue", key) for key in queue_config(settings)}
    for path in [*SAME, *sorted(queue - {old for older in SAME.values() for old in older})]:
        given = said(settings, path)
        if any(value != given[0][1] for _, value in given[1:]):
            others = " and ".join(f"`{dotted(one)}`" for one, _ in given[1:])
            yield given[0][0], f"and {others} say different things. Remove one of them."
    yield from _storages(settings)


def _storages(settings: Settings) -> Iterator[tuple[Path, str]]:
    named = {key: settings[key] for key in OLDER_STORAGES if key in settings}
    if not named:
        return
    first = next(iter(named))
    if settings.get("storage"):
        yield (first,), "and `storage` both name a database. Remove the former."
        return
    on_postgres = {key for key, one in named.items() if one["class"].startswith("Postgres")}
    if not on_postgres:
        return
    missing = [key for key in OLDER_STORAGES if key not in on_postgres]
    if missing:
        others = ", ".join(f"`{key}`" for key in missing)
        yield (
            (min(on_postgres),),
            f"names a PostgreSQL database, and so must {others}: one database holds all.",
        )
    elif any(one["config"] != named[first]["config"] for one in named.values()):
        yield (first,), "and the two other storages name different databases; one database holds all."
