"""What a tick needs of the definitions around it, whether they are given as ``Definitions`` or a repository."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.jobs.job import JobDefinition


class LocationView:
    """A ``Definitions`` or a ``RepositoryDefinition``: their classes lie above, so their methods are found by name."""

    __slots__ = ("_source",)

    def __init__(self, source: Any) -> None:
        self._source = source

    def job(self, name: str) -> JobDefinition:
        """A job by its name. Raises ``InvariantViolationError`` for an unknown one."""
        find: Any = getattr(self._source, "get_job", None) or self._source.resolve_job_def
        return find(name)

    @property
    def graph(self) -> AssetGraph:
        """All assets."""
        found: Any = getattr(self._source, "asset_graph", None)
        return self._source.resolve_asset_graph() if found is None else found

    @property
    def assets_by_key(self) -> Mapping[AssetKey, AssetsDefinition]:
        """The definition of each asset."""
        found: Any = getattr(self._source, "assets_defs_by_key", None)
        return self._source.catalog.assets.by_key if found is None else found

    @property
    def resources(self) -> Mapping[str, Any]:
        """The resources."""
        top_level: Any = getattr(self._source, "get_top_level_resources", None)
        return self._source.resources if top_level is None else top_level()


def location_view(*sources: Any) -> LocationView | None:
    """The first that is given."""
    for source in sources:
        if source is not None:
            return LocationView(source)
    return None
