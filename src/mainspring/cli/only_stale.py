"""``launch --only-stale``: the part of a job that is not up to date, and why each of its assets is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mainspring.cli.output import say
from mainspring.cli.request import Slice
from mainspring.cli.wording import counted
from mainspring.core.base.errors import InvocationError
from mainspring.core.graph.staleness.status import AssetStaleness, StaleStatus
from mainspring.core.instance.instance import Instance
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from mainspring.runtime.contexts.slice import PartitionSlice
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.staleness import assets_staleness

_NAMED = 10


@dataclass(frozen=True, slots=True)
class OnlyStale:
    """What is left of a job. ``reasons`` tells why each asset is made; ``skipped`` are those up to date, in order."""

    job: JobDefinition
    reasons: Mapping[AssetKey, Sequence[str]]
    skipped: Sequence[AssetKey]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to run."""
        return not self.job.keys and not self.job.check_keys


def only_stale(job: JobDefinition, instance: Instance, part: Slice) -> OnlyStale:
    """The job of its assets that are stale or missing, with what can only be made together with them.

    What is observed and not made here is observed again. A check is evaluated unless its asset was skipped.
    """
    if not job.keys and not job.check_keys:
        raise InvocationError(
            f"The job {job.name!r} makes no assets, so nothing of it can be up to date.",
            where=job.where,
            hint="Leave out --only-stale.",
        )
    graph = job.asset_graph
    partitions = _partitions(job, part, instance)
    made = [key for key in job.keys if graph.get(key).is_materializable]
    found = assets_staleness(job.assets, instance, made, partitions=partitions)
    reasons = {key: _reasons(one) for key, one in found.items() if not one.is_fresh}
    if partitions is None:  # the run will say that it needs to know which partition to make
        reasons |= {key: [] for key in made if graph.get(key).is_partitioned and key not in reasons}
    for key in list(reasons):
        for other in sorted(graph.get_execution_set_asset_keys(key) & job.keys):
            reasons.setdefault(other, [f"is made together with `{key.to_user_string()}`"])
    skipped = [key for key in found if key not in reasons]
    keys = job.keys - set(skipped)
    checks = [key for key in job.check_keys if key.asset_key not in skipped]
    return OnlyStale(job.with_keys(keys, checks), reasons, skipped)


def _reasons(found: AssetStaleness) -> list[str]:
    return found.reasons or [found.status.value.lower()]


def _partitions(job: JobDefinition, part: Slice, instance: Instance) -> Sequence[str] | None:
    """The partitions the run is of; ``None`` where it names none."""
    if part.key is not None:
        return [part.key]
    first = part.tags.get(ASSET_PARTITION_RANGE_START_TAG)
    last = part.tags.get(ASSET_PARTITION_RANGE_END_TAG)
    if first is None or last is None:
        return None
    definitions = (job.asset_graph.get(key).partitions_def for key in sorted(job.keys))
    definition = next((one for one in definitions if one is not None), None)
    return PartitionSlice(first, last, definition).all_keys(instance)


def explain(found: OnlyStale) -> None:
    """Say what is made and why, and what is not."""
    if found.reasons:
        say(f"Not up to date: {counted(len(found.reasons), 'asset')}.")
        for key, reasons in list(found.reasons.items())[:_NAMED]:
            say(f"  {key.to_user_string()}: {'; '.join(reasons)}")
        if len(found.reasons) > _NAMED:
            say(f"  and {len(found.reasons) - _NAMED:,} more; `mainspring asset list --stale` lists all")
    if found.skipped:
        names = ", ".join(key.to_user_string() for key in found.skipped[:_NAMED])
        more = len(found.skipped) - _NAMED
        say(f"Up to date, skipped: {names}{f' and {more:,} more' if more > 0 else ''}.")
    if found.is_empty:
        say("Nothing to run.")


SHOWN = {StaleStatus.FRESH: "fresh", StaleStatus.STALE: "stale", StaleStatus.MISSING: "missing"}
"""The words a table has for how an asset stands."""
