"""What is said of assets: that they were written, seen, checked, or will be checked."""

from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct
from msgspec.structs import force_setattr

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import user_position
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.data_version import data_version_of_tags
from mainspring.core.values.metadata import AnyMetadataValue, PathMetadataValue, normalize_metadata
from mainspring.core.values.metadata.plain import plain_bool, plain_text
from mainspring.core.values.tags import partition_dimension_tag, validate_tags

if TYPE_CHECKING:
    from mainspring.core.values.metadata import RawMetadataValue


def _coerce_common(event: "_AssetEvent | AssetCheckEvaluation") -> None:
    """Bring the fields all events share into their form; cheap when they are in it already."""
    if type(event.asset_key) is not AssetKey:
        force_setattr(event, "asset_key", AssetKey.from_coercible(event.asset_key))
    force_setattr(event, "metadata", normalize_metadata(event.metadata) if event.metadata else {})
    description = event.description
    if description is not None and not (type(description) is str and description.isascii()):
        force_setattr(event, "description", plain_text(description, f"{type(event).__name__}.description"))


def _wrong(event: Struct, name: str, wanted: str, got: object) -> InvalidDefinitionError:
    return InvalidDefinitionError(
        f"{type(event).__name__}.{name} takes {wanted}; got {got!r}, a {type(got).__name__}.",
        where=user_position(),
    )


def _coerce_partition(event: "_AssetEvent | AssetCheckEvaluation") -> Mapping[str, str] | None:
    """Make the partition an exact string; gives the keys of the dimensions of a multi-dimensional one."""
    partition: Any = event.partition
    if partition is None or type(partition) is str:
        return None
    if not isinstance(partition, str):
        raise _wrong(event, "partition", "a string", partition)
    force_setattr(event, "partition", str.__str__(partition))
    return getattr(partition, "keys_by_dimension", None)


class _AssetEvent(Struct, frozen=True, omit_defaults=True):
    asset_key: AssetKey
    description: str | None = None
    metadata: Mapping[str, AnyMetadataValue] = {}
    partition: str | None = None
    tags: Mapping[str, str] = {}

    if TYPE_CHECKING:

        def __init__(
            self,
            asset_key: AssetKey | str | Sequence[str],
            description: str | None = None,
            metadata: Mapping[str, RawMetadataValue] | None = None,
            partition: str | None = None,
            tags: Mapping[str, str] | None = None,
        ) -> None: ...

    def __post_init__(self) -> None:
        _coerce_common(self)
        dimensions = _coerce_partition(self)
        tags: Mapping[str, str] = self.tags
        if dimensions:
            tags = {**(tags or {}), **{partition_dimension_tag(d): str(k) for d, k in dimensions.items()}}
        if tags:
            tags = validate_tags(tags, what=f"the event of asset {self.asset_key.to_user_string()!r}")
        force_setattr(self, "tags", tags or {})

    def __hash__(self) -> int:
        return hash((type(self), self.asset_key, self.description, self.partition))

    @property
    def label(self) -> str:
        """The parts of the key with spaces between them."""
        return " ".join(self.asset_key.parts)

    @property
    def data_version(self) -> str | None:
        """The data version that its tags tell."""
        version = data_version_of_tags(self.tags)
        return None if version is None else version.value

    def with_metadata(self, metadata: "Mapping[str, RawMetadataValue] | None") -> Self:
        """The same event with this metadata in place of its own."""
        return type(self)(self.asset_key, self.description, metadata, self.partition, self.tags)


class AssetMaterialization(_AssetEvent, frozen=True, tag="materialization"):
    """An asset, or one of its partitions, was written.

    >>> AssetMaterialization("warehouse/orders", metadata={"rows": 3}).metadata["rows"].value
    3

    The key may be a string (split at ``/``) or a list of strings. Plain metadata values become the kind that
    fits their type. ``partition`` is a partition key.
    """

    if TYPE_CHECKING:

        def __init__(
            self,
            asset_key: AssetKey | str | Sequence[str],
            description: str | None = None,
            metadata: Mapping[str, RawMetadataValue] | None = None,
            partition: str | None = None,
            tags: Mapping[str, str] | None = None,
        ) -> None: ...

    @staticmethod
    def file(
        path: str, description: str | None = None, asset_key: str | Sequence[str] | AssetKey | None = None
    ) -> "AssetMaterialization":
        """A file was written. Without a key the asset is named by the parts of the path."""
        pure = PurePath(path)
        key = asset_key or AssetKey([part for part in pure.parts if part != pure.anchor])
        return AssetMaterialization(key, description, {"path": PathMetadataValue(path)})


class AssetObservation(_AssetEvent, frozen=True, tag="observation"):
    """An asset, or one of its partitions, was looked at without being written.

    Takes the same as ``AssetMaterialization``.
    """

    if TYPE_CHECKING:

        def __init__(
            self,
            asset_key: AssetKey | str | Sequence[str],
            description: str | None = None,
            metadata: Mapping[str, RawMetadataValue] | None = None,
            partition: str | None = None,
            tags: Mapping[str, str] | None = None,
        ) -> None: ...


class AssetCheckSeverity(Enum):
    """What a failed check means: that its asset should be looked at, or that it is wrong."""

    WARN = "WARN"
    ERROR = "ERROR"


class AssetCheckEvaluationTargetMaterializationData(Struct, frozen=True):
    """The materialization a check looked at: its id in the event log, its run, its time as a timestamp."""

    storage_id: int
    run_id: str
    timestamp: float


class AssetCheckEvaluationPlanned(Struct, frozen=True, omit_defaults=True, tag="check_planned"):
    """A run is going to evaluate a check."""

    asset_key: AssetKey
    check_name: str
    partition: str | None = None

    @property
    def asset_check_key(self) -> AssetCheckKey:
        """The key of the check."""
        return AssetCheckKey(self.asset_key, self.check_name)


class AssetCheckEvaluation(Struct, frozen=True, omit_defaults=True, tag="check_evaluation"):
    """A check was evaluated.

    ``target_materialization_data`` tells which materialization it looked at, if any; ``blocking`` whether its
    failure keeps assets below from being written.
    """

    asset_key: AssetKey
    check_name: str
    passed: bool
    metadata: Mapping[str, AnyMetadataValue] = {}
    target_materialization_data: AssetCheckEvaluationTargetMaterializationData | None = None
    severity: AssetCheckSeverity = AssetCheckSeverity.ERROR
    description: str | None = None
    blocking: bool | None = None
    partition: str | None = None

    if TYPE_CHECKING:

        def __init__(  # noqa: PLR0913, PLR0917
            self,
            asset_key: AssetKey | str | Sequence[str],
            check_name: str,
            passed: bool,
            metadata: Mapping[str, RawMetadataValue] | None = None,
            target_materialization_data: AssetCheckEvaluationTargetMaterializationData | None = None,
            severity: AssetCheckSeverity = AssetCheckSeverity.ERROR,
            description: str | None = None,
            blocking: bool | None = None,
            partition: str | None = None,
        ) -> None: ...

    def __post_init__(self) -> None:
        _coerce_common(self)
        _coerce_partition(self)
        if type(self.passed) is not bool:
            force_setattr(self, "passed", plain_bool(self.passed, "AssetCheckEvaluation.passed"))
        if not isinstance(self.severity, AssetCheckSeverity):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise _wrong(self, "severity", "an AssetCheckSeverity", self.severity)

    def __hash__(self) -> int:
        return hash((self.asset_key, self.check_name, self.passed, self.partition))

    @property
    def asset_check_key(self) -> AssetCheckKey:
        """The key of the check."""
        return AssetCheckKey(self.asset_key, self.check_name)

    def with_metadata(self, metadata: "Mapping[str, RawMetadataValue] | None") -> "AssetCheckEvaluation":
        """The same evaluation with this metadata in place of its own."""
        return AssetCheckEvaluation(
            self.asset_key,
            self.check_name,
            self.passed,
            metadata,
            self.target_materialization_data,
            self.severity,
            self.description,
            self.blocking,
            self.partition,
        )


AssetEvent = AssetMaterialization | AssetObservation | AssetCheckEvaluation
"""What user code may report of an asset."""
