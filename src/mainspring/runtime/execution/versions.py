"""The data versions of a run's inputs: read once from the records at the start, kept up as its steps make assets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.data_version import (
    CODE_VERSION_TAG,
    DATA_VERSION_IS_USER_PROVIDED_TAG,
    DATA_VERSION_TAG,
    DEFAULT_DATA_VERSION,
    INPUT_DATA_VERSION_TAG_PREFIX,
    INPUT_EVENT_POINTER_TAG_PREFIX,
    NO_EVENT_POINTER,
    DataProvenance,
    DataVersion,
    compute_data_version,
    data_version_of_tags,
)


@dataclass(slots=True)
class KnownVersion:
    """The current version of an asset's data.

    ``storage_id`` is the place in the log that says so; ``None`` for an event of this run.
    """

    version: DataVersion
    storage_id: int | None = None


@dataclass(slots=True)
class DataVersions:
    """The current data versions of the assets a run reads."""

    known: dict[AssetKey, KnownVersion] = field(default_factory=dict)

    @staticmethod
    def read(instance: Any, keys: Iterable[AssetKey]) -> DataVersions:
        """The versions of these assets as the records have them, in one read."""
        wanted = list(keys)
        known: dict[AssetKey, KnownVersion] = {}
        for record in instance.get_asset_records(wanted) if wanted else ():
            found = _latest(record.asset_entry)
            if found is not None:
                known[record.asset_entry.asset_key] = found
        return DataVersions(known)

    def set(self, key: AssetKey, version: DataVersion) -> None:
        """This run made or observed an asset."""
        self.known[key] = KnownVersion(version)

    def tags(
        self, deps: Iterable[AssetKey], code_version: str | None, run_id: str, given: DataVersion | None
    ) -> tuple[dict[str, str], DataVersion]:
        """The tags a materialization carries: from which code and inputs it was made, and the version of its data."""
        code = code_version or run_id
        tags = {CODE_VERSION_TAG: code}
        inputs: dict[AssetKey, DataVersion] = {}
        for key in deps:
            found = self.known.get(key)
            inputs[key] = found.version if found else DEFAULT_DATA_VERSION
            name = key.to_user_string()
            tags[f"{INPUT_DATA_VERSION_TAG_PREFIX}/{name}"] = inputs[key].value
            pointer = NO_EVENT_POINTER if found is None or found.storage_id is None else str(found.storage_id)
            tags[f"{INPUT_EVENT_POINTER_TAG_PREFIX}/{name}"] = pointer
        version = given or compute_data_version(code, inputs)
        tags[DATA_VERSION_TAG] = version.value
        if given is not None:
            tags[DATA_VERSION_IS_USER_PROVIDED_TAG] = "true"
        return tags, version


def _latest(entry: Any) -> KnownVersion | None:
    """The version of an asset's latest materialization; of its latest observation where it is never made here."""
    for record in (entry.last_materialization_record, entry.last_observation_record):
        if record is not None:
            tags: Mapping[str, str] = record.event_log_entry.tags or {}
            version = data_version_of_tags(tags) or DataVersion(str(record.storage_id))
            return KnownVersion(version, record.storage_id)
    return None


def provenance_of(instance: Any, key: AssetKey) -> DataProvenance | None:
    """From which code and inputs the latest materialization of an asset was made."""
    entry = instance.get_latest_materialization_event(key)
    return DataProvenance.from_tags(entry.tags) if entry is not None and entry.tags else None
