"""Data versions: what tells whether the data of an asset changed, and from which inputs it was made.

They travel in the tags of materializations and observations, whose keys keep the spelling user code knows.
"""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import force_setattr

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import user_position
from mainspring.core.values.asset_key import AssetKey

CODE_VERSION_TAG: Final = "dagster/code_version"
DATA_VERSION_TAG: Final = "dagster/data_version"
DATA_VERSION_IS_USER_PROVIDED_TAG: Final = "dagster/data_version_is_user_provided"
INPUT_DATA_VERSION_TAG_PREFIX: Final = "dagster/input_data_version"
INPUT_EVENT_POINTER_TAG_PREFIX: Final = "dagster/input_event_pointer"
OLD_DATA_VERSION_TAG: Final = "dagster/logical_version"
OLD_INPUT_DATA_VERSION_TAG_PREFIX: Final = "dagster/input_logical_version"

NO_EVENT_POINTER: Final = "NULL"
"""What stands in the pointer tag of an input that has no event."""


class DataVersion(Struct, frozen=True):
    """The version of the data of an asset: equal strings mean equal data."""

    value: str

    def __post_init__(self) -> None:
        if not isinstance(self.value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidDefinitionError(
                f"A DataVersion takes a string; got {self.value!r}, a {type(self.value).__name__}.",
                where=user_position(),
                hint=f'Write DataVersion("{self.value}").',
            )


DEFAULT_DATA_VERSION: Final = DataVersion("INITIAL")
"""The version of an input asset that nothing was ever recorded of."""

UNKNOWN_DATA_VERSION: Final = DataVersion("UNKNOWN")
"""The version of something whose version cannot be known."""


class DataVersionsByPartition(Struct, frozen=True):
    """The data version of each observed partition. Plain strings become ``DataVersion``."""

    data_versions_by_partition: Mapping[str, DataVersion]

    if TYPE_CHECKING:

        def __init__(self, data_versions_by_partition: Mapping[str, str | DataVersion]) -> None: ...

    def __post_init__(self) -> None:
        given: Mapping[str, Any] = self.data_versions_by_partition
        versions = {p: v if isinstance(v, DataVersion) else DataVersion(v) for p, v in given.items()}
        force_setattr(self, "data_versions_by_partition", versions)

    def __hash__(self) -> int:
        return hash(frozenset(self.data_versions_by_partition.items()))


class DataProvenance(Struct, frozen=True):
    """What a materialization was made of: the code version and the version of each input.

    ``input_storage_ids`` hold the storage id of the event each input was read at, ``None`` for none.
    """

    code_version: str
    input_data_versions: Mapping[AssetKey, DataVersion]
    input_storage_ids: Mapping[AssetKey, int | None]
    is_user_provided: bool

    @staticmethod
    def from_tags(tags: Mapping[str, str]) -> "DataProvenance | None":
        """The provenance that these tags of an event tell, or ``None`` if they hold no code version."""
        code_version = tags.get(CODE_VERSION_TAG)
        if code_version is None:
            return None
        old = _by_input(tags, OLD_INPUT_DATA_VERSION_TAG_PREFIX)
        versions = {**old, **_by_input(tags, INPUT_DATA_VERSION_TAG_PREFIX)}
        pointers = _by_input(tags, INPUT_EVENT_POINTER_TAG_PREFIX)
        return DataProvenance(
            code_version,
            {key: DataVersion(version) for key, version in versions.items()},
            {key: int(pointer) if pointer.isdecimal() else None for key, pointer in pointers.items()},
            tags.get(DATA_VERSION_IS_USER_PROVIDED_TAG) == "true",
        )

    def to_tags(self) -> dict[str, str]:
        """The tags that ``from_tags`` reads."""
        tags = {CODE_VERSION_TAG: self.code_version}
        for key, version in self.input_data_versions.items():
            tags[f"{INPUT_DATA_VERSION_TAG_PREFIX}/{key.to_user_string()}"] = version.value
        for key, pointer in self.input_storage_ids.items():
            tags[f"{INPUT_EVENT_POINTER_TAG_PREFIX}/{key.to_user_string()}"] = (
                NO_EVENT_POINTER if pointer is None else str(pointer)
            )
        if self.is_user_provided:
            tags[DATA_VERSION_IS_USER_PROVIDED_TAG] = "true"
        return tags

    def has_input_asset(self, key: AssetKey) -> bool:
        """Whether this asset was among the inputs."""
        return key in self.input_data_versions

    def __hash__(self) -> int:
        return hash((self.code_version, frozenset(self.input_data_versions.items()), self.is_user_provided))


def _by_input(tags: Mapping[str, str], prefix: str) -> dict[AssetKey, str]:
    start = len(prefix) + 1
    return {
        AssetKey.from_user_string(tag[start:]): value
        for tag, value in tags.items()
        if tag.startswith(prefix) and tag[start - 1 : start] == "/" and tag[start:]
    }


def data_version_of_tags(tags: Mapping[str, str]) -> DataVersion | None:
    """The data version among the tags of an event, under its present or its old key."""
    value = tags.get(DATA_VERSION_TAG) or tags.get(OLD_DATA_VERSION_TAG)
    return DataVersion(value) if value else None


def compute_data_version(
    code_version: str, input_data_versions: Mapping[AssetKey, DataVersion]
) -> DataVersion:
    """The version of data made by this code from these inputs: the same in every process.

    It is the SHA-256, as hex digits, of the code version and the input versions in the order of their keys.
    """
    inputs = [[key.parts, input_data_versions[key].value] for key in sorted(input_data_versions)]
    return DataVersion(hashlib.sha256(serial.encode([code_version, inputs])).hexdigest())
