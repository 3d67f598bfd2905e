"""The causes for which something is not up to date, in words."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from mainspring.core.graph.staleness.status import StaleCause, StaleCauseCategory
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.code_version import unresolved_reason

CODE, DATA, DEPENDENCIES = StaleCauseCategory.CODE, StaleCauseCategory.DATA, StaleCauseCategory.DEPENDENCIES
_SHOWN = 10


def never_made(key: AssetKey) -> StaleCause:
    """Nothing of it is there."""
    return StaleCause(key=key, category=DATA, reason="was never materialised, or was wiped since")


def changed_code(key: AssetKey, now: str, was: str | None) -> StaleCause:
    """Its code version is another one, or none that can be told."""
    why = unresolved_reason(now)
    if why is not None:
        reason = f"its code version cannot be computed: {why}"
    elif was is None:
        reason = f'has the code version "{now}", and what was made does not say with which it was made'
    else:
        reason = f'has a new code version: "{now}" (was "{was}")'
    return StaleCause(key=key, category=CODE, reason=reason)


def new_dependency(key: AssetKey, upstream: AssetKey) -> StaleCause:
    """It was made when this was no input."""
    reason = f"has a new dependency, `{upstream.to_user_string()}`"
    return StaleCause(key=key, category=DEPENDENCIES, reason=reason, dependency=upstream)


def removed_dependency(key: AssetKey, upstream: AssetKey) -> StaleCause:
    """It was made from something that is no input any more."""
    reason = f"the dependency `{upstream.to_user_string()}` was removed"
    return StaleCause(key=key, category=DEPENDENCIES, reason=reason, dependency=upstream)


def changed_input(key: AssetKey, upstream: AssetKey) -> StaleCause:
    """An input has other data than it was made from."""
    return _upstream(key, upstream, "has a new data version")


def changed_later(key: AssetKey, upstream: AssetKey) -> StaleCause:
    """What was made does not say from what, and an input changed since."""
    return _upstream(key, upstream, "changed after it was made")


def upstream_missing(key: AssetKey, upstream: AssetKey, *, was_there: bool) -> StaleCause:
    """Nothing of an input is there."""
    return _upstream(key, upstream, "is no longer there" if was_there else "was never materialised")


def stale_upstream(key: AssetKey, upstream: AssetKey) -> StaleCause:
    """An input is not up to date itself."""
    return _upstream(key, upstream, "is stale")


def _upstream(key: AssetKey, upstream: AssetKey, words: str) -> StaleCause:
    reason = f"the upstream asset `{upstream.to_user_string()}` {words}"
    return StaleCause(key=key, category=DATA, reason=reason, dependency=upstream)


def together(causes_by_partition: Iterable[tuple[str, Iterable[StaleCause]]]) -> tuple[StaleCause, ...]:
    """The causes of partitions, each said once with the partitions it holds for."""
    found: dict[StaleCause, list[str]] = {}
    for partition, causes in causes_by_partition:
        for cause in causes:
            found.setdefault(cause, []).append(partition)
    return tuple(
        replace(cause, partitions=tuple(names[:_SHOWN]), partition_count=len(names))
        for cause, names in found.items()
    )
