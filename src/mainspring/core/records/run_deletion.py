"""What would follow from deleting a run."""

from __future__ import annotations

import msgspec

from mainspring.core.values.asset_key import AssetKey


class AssetAfterDeletion(msgspec.Struct, frozen=True, kw_only=True):
    """An asset of whose state a run to be deleted is a part.

    ``partitions`` counts the partitions whose latest materialization is the run's. ``is_latest`` says that the
    asset's is; the latest would then become the event ``next_id`` of the run ``next_run_id`` at ``next_time`` (in
    seconds since 1970), or none at all.
    """

    asset_key: AssetKey
    partitions: int = 0
    is_latest: bool = False
    next_id: int | None = None
    next_run_id: str | None = None
    next_time: float | None = None


class RunDeletion(msgspec.Struct, frozen=True, kw_only=True):
    """What would go with a run: so many lines of its log, and what was the latest of some assets."""

    run_id: str
    events: int
    assets: list[AssetAfterDeletion] = []
