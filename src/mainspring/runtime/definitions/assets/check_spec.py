"""``AssetCheckSpec``: what a check is, apart from how it is evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.has_keys import key_of
from mainspring.core.values.names import validate_name
from mainspring.runtime.definitions.argument_types import require
from mainspring.runtime.definitions.assets.spec import AssetDep, coerce_deps

_FIELDS = (
    "name",
    "asset_key",
    "description",
    "additional_deps",
    "blocking",
    "metadata",
    "automation_condition",
    "partitions_def",
)


class AssetCheckSpec:
    """What a check is: its name, its asset, and whether what lies downstream must wait for it.

    >>> AssetCheckSpec("no_nulls", asset="orders", blocking=True).key.to_user_string()
    'orders:no_nulls'
    """

    __slots__ = _FIELDS

    def __init__(
        self,
        name: str,
        *,
        asset: object,
        description: str | None = None,
        additional_deps: Iterable[object] | None = None,
        blocking: bool = False,
        metadata: Mapping[str, Any] | None = None,
        automation_condition: object | None = None,
        partitions_def: object | None = None,
    ) -> None:
        where = user_position()
        self.name: str = validate_name(name, what="asset check", where=where)
        self.asset_key: AssetKey = checked_asset(asset, name, where)
        self.description = description
        self.additional_deps: list[AssetDep] = coerce_deps(
            additional_deps, what=f"check {name!r}", where=where
        )
        if any(dep.asset_key == self.asset_key for dep in self.additional_deps):
            raise InvalidDefinitionError(
                f"The check {name!r} on {self.asset_key.to_user_string()!r} lists its own asset among "
                "its additional deps.",
                where=where,
            )
        require(metadata, Mapping, "metadata", what=f"check {name!r}", where=where)
        require(description, str, "description", what=f"check {name!r}", where=where)
        self.blocking = blocking
        self.metadata: Mapping[str, Any] = dict(metadata) if metadata else {}
        self.automation_condition = automation_condition
        self.partitions_def = partitions_def

    @property
    def key(self) -> AssetCheckKey:
        """The asset and the name."""
        return AssetCheckKey(self.asset_key, self.name)

    def get_python_identifier(self) -> str:
        """The key as a name that Python accepts."""
        return f"{self.asset_key.to_python_identifier()}_{self.name}"

    def copy_with(self, **changes: Any) -> AssetCheckSpec:
        """The same check with some of its arguments replaced."""
        said = {name: getattr(self, name) for name in _FIELDS}
        said["asset"] = said.pop("asset_key")
        said |= changes
        return AssetCheckSpec(said.pop("name"), **said)

    def replace_key(self, key: AssetCheckKey) -> AssetCheckSpec:
        """The same check under another key."""
        return self.copy_with(asset=key.asset_key, name=key.name)

    def with_metadata(self, metadata: Mapping[str, Any]) -> AssetCheckSpec:
        """The same check with other metadata."""
        return self.copy_with(metadata=metadata)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetCheckSpec) and all(
            getattr(self, n) == getattr(other, n) for n in _FIELDS
        )

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"AssetCheckSpec({self.key.to_user_string()!r})"


def checked_asset(asset: object, name: str, where: SourcePosition | None) -> AssetKey:
    """The asset a check is about, as it was given. Raises ``InvalidDefinitionError`` that names the check."""
    try:
        return key_of(asset)
    except InvalidDefinitionError as error:
        raise InvalidDefinitionError(
            f"`asset` of the check {name!r}: {error.message}", where=where, hint=error.hint
        ) from None
