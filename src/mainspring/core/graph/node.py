"""``AssetNode`` and ``CheckNode``: one asset and one check as everything after the declaration knows them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

import msgspec

from mainspring.core.base.source import SourcePosition
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey

DEFAULT_GROUP = "default"
"""The group of an asset that names none."""

_NOTHING: Mapping[str, object] = MappingProxyType({})
_NO_TAGS: Mapping[str, str] = MappingProxyType({})
_NO_MAPPINGS: Mapping[AssetKey, object] = MappingProxyType({})


class AssetExecutionType(Enum):
    """What running an asset does: it makes it, looks at it, or cannot be run."""

    MATERIALIZATION = "MATERIALIZATION"
    OBSERVATION = "OBSERVATION"
    UNEXECUTABLE = "UNEXECUTABLE"


class AssetNode(msgspec.Struct, frozen=True):
    """One asset, from the declaration to the page that shows it.

    >>> AssetNode(AssetKey("orders"), parents=(AssetKey("raw"),)).group_name
    'default'
    """

    key: AssetKey
    parents: tuple[AssetKey, ...] = ()
    """What it is made from; its own key where it is made from its own earlier partitions."""
    execution_type: AssetExecutionType = AssetExecutionType.UNEXECUTABLE
    group_name: str = DEFAULT_GROUP
    kinds: frozenset[str] = frozenset()
    tags: Mapping[str, str] = _NO_TAGS
    owners: tuple[str, ...] = ()
    description: str | None = None
    metadata: Mapping[str, object] = _NOTHING
    """As the author gave it."""
    code_version: str | None = None
    partitions_def: object | None = None
    partition_mappings: Mapping[AssetKey, object] = _NO_MAPPINGS
    """How the partitions of parents become its own, where that was said."""
    backfill_policy: object | None = None
    automation_condition: object | None = None
    freshness_policy: object | None = None
    skippable: bool = False
    """Its computation may end without making it."""
    is_virtual: bool = False
    check_keys: tuple[AssetCheckKey, ...] = ()
    """The checks which the same computation evaluates."""
    execution_set: frozenset[AssetKey] = frozenset()
    """The keys that can only be computed together, its own among them; empty if it can be computed alone."""
    location: str | None = None
    """The code location that declares it; ``None`` while only one is in sight."""
    is_declared: bool = True
    """Somebody declared it; else it is only known because others say that they are made from it."""
    where: SourcePosition | None = None
    """The place of the declaration."""

    @property
    def is_materializable(self) -> bool:
        """A run can make it."""
        return self.execution_type is AssetExecutionType.MATERIALIZATION

    @property
    def is_observable(self) -> bool:
        """A run can look at it, but not make it."""
        return self.execution_type is AssetExecutionType.OBSERVATION

    @property
    def is_external(self) -> bool:
        """It is made elsewhere."""
        return self.execution_type is not AssetExecutionType.MATERIALIZATION

    @property
    def is_executable(self) -> bool:
        """A run can do something with it."""
        return self.execution_type is not AssetExecutionType.UNEXECUTABLE

    @property
    def is_partitioned(self) -> bool:
        """It has partitions."""
        return self.partitions_def is not None


class CheckNode(msgspec.Struct, frozen=True):
    """One check of one asset."""

    key: AssetCheckKey
    blocking: bool = False
    """What lies downstream of the asset waits for the check, and is not made when it fails."""
    description: str | None = None
    additional_deps: tuple[AssetKey, ...] = ()
    """What the check reads besides its asset."""
    metadata: Mapping[str, object] = _NOTHING
    automation_condition: object | None = None
    partitions_def: object | None = None
    location: str | None = None
    where: SourcePosition | None = None

    @property
    def asset_key(self) -> AssetKey:
        """The asset it is about."""
        return self.key.asset_key

    @property
    def name(self) -> str:
        """Its name among the checks of its asset."""
        return self.key.name
