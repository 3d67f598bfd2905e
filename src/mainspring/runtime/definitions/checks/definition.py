"""``AssetChecksDefinition``: a definition that makes nothing and evaluates checks."""

from __future__ import annotations

from mainspring.runtime.definitions.assets.definition import AssetsDefinition


class AssetChecksDefinition(AssetsDefinition):
    """Checks with the function that evaluates them; what ``@asset_check`` and ``@multi_asset_check`` give."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name of the only check."""
        return self.check_key.name
