"""``AssetChecksDefinition``: a definition that makes nothing and evaluates checks."""

from __future__ import annotations

from mainspring.core.base.errors import InvalidInvocationError
from mainspring.core.values.asset_key import AssetCheckKey
from mainspring.runtime.definitions.assets.definition import AssetsDefinition


class AssetChecksDefinition(AssetsDefinition):
    """Checks with the function that evaluates them; what ``@asset_check`` and ``@multi_asset_check`` give."""

    __slots__ = ()

    @property
    def check_key(self) -> AssetCheckKey:
        """The check, where there is exactly one."""
        if len(self.check_keys) != 1:
            raise InvalidInvocationError(
                f"{self!r} evaluates {len(self.check_keys)} checks, so it has no single key.",
                where=self.where,
                hint="Use `.check_keys`.",
            )
        return next(iter(self.check_keys))

    @property
    def name(self) -> str:
        """The name of the only check."""
        return self.check_key.name
