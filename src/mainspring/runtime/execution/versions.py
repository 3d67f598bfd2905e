"""The data versions of a run's inputs: read once from the records at the start, kept up as its steps make assets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.node import AssetNode
from mainspring.core.graph.staleness.inputs import InputVersion, sliced_input, whole_input
from mainspring.core.graph.staleness.mapped import PartitionInputs
from mainspring.core.graph.staleness.recorded import Latest, Recorded
from mainspring.core.instance.instance import Instance
from mainspring.core.instance.stored_versions import StoredRecords
from mainspring.core.partitions.loading import moment
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.code_version import recorded_code_version
from mainspring.core.values.data_version import (
    CODE_VERSION_TAG,
    DATA_VERSION_IS_USER_PROVIDED_TAG,
    DATA_VERSION_TAG,
    INPUT_DATA_VERSION_TAG_PREFIX,
    INPUT_EVENT_POINTER_TAG_PREFIX,
    NO_EVENT_POINTER,
    DataProvenance,
    DataVersion,
    compute_data_version,
)

_NOTHING = Latest()


@dataclass(slots=True)
class DataVersions:
    """The current data versions of the assets a run reads, and of those it has made so far.

    What is compared with the records later, to tell whether an asset is stale, is what is told here: both find the
    version of an input in ``core/graph/staleness/inputs.py``.
    """

    graph: AssetGraph
    run_id: str
    inputs: PartitionInputs
    assets: dict[AssetKey, Latest] = field(default_factory=dict[AssetKey, Latest])
    by_partition: dict[AssetKey, dict[str, Latest]] = field(default_factory=dict[AssetKey, dict[str, Latest]])

    @staticmethod
    def read(
        instance: Instance,
        graph: AssetGraph,
        run_id: str,
        *,
        made: Iterable[AssetKey],
        partitions: Sequence[str] = (),
        others: Iterable[AssetKey] = (),
    ) -> DataVersions:
        """The versions, as the records have them now, of all that these assets (and others) are made from.

        ``partitions`` are those of the run. Read before a step begins: what changes while it runs makes its assets
        stale.
        """
        context = moment(None, instance, clock=instance.ambient.clock)
        versions = DataVersions(graph, run_id, PartitionInputs(context))
        records = StoredRecords(instance.store)
        makes = list(made)
        whole, sliced = versions._needed(makes, partitions)
        whole = (whole - set(makes)) | set(others)
        versions.assets.update(records.of_assets(whole))
        for key, names in sliced.items():
            versions.by_partition[key] = dict(records.of_partitions(key, names))
        return versions

    def _needed(
        self, made: Iterable[AssetKey], partitions: Sequence[str]
    ) -> tuple[set[AssetKey], dict[AssetKey, dict[str, None]]]:
        """The assets whose latest events must be known, and the partitions of partitioned ones."""
        whole: set[AssetKey] = set()
        sliced: dict[AssetKey, dict[str, None]] = {}
        for key in made:
            node = self.graph.get(key)
            own: Sequence[str | None] = partitions if node.is_partitioned else (None,)
            for parent in node.parents:
                upstream = self.graph.get(parent)
                whole.add(parent)
                if upstream.is_partitioned:
                    into = sliced.setdefault(parent, {})
                    for partition in own:
                        into.update(dict.fromkeys(self.inputs.of(node, partition, upstream) or ()))
        return whole, sliced

    def known(self, key: AssetKey) -> Recorded | None:
        """The event that speaks for an asset's data: one of this run has no storage id."""
        latest = self.assets.get(key)
        return latest.of(self._node(key)) if latest is not None else None

    def set(
        self, key: AssetKey, version: DataVersion, partition: str | None = None, *, observed: bool = False
    ) -> None:
        """This run made or observed an asset, or a partition of it."""
        now = Recorded(version, None, self.run_id, partition)
        self.assets[key] = _with(self.assets.get(key, _NOTHING), now, observed)
        if partition is not None:
            known = self.by_partition.setdefault(key, {})
            known[partition] = _with(known.get(partition, _NOTHING), now, observed)

    def tags(
        self, key: AssetKey, code_version: str | None, given: DataVersion | None, partition: str | None = None
    ) -> tuple[dict[str, str], DataVersion]:
        """The tags a materialization carries: from which code and inputs it was made, and the version of its data."""
        code = recorded_code_version(code_version, self.run_id)
        tags = {CODE_VERSION_TAG: code}
        inputs: dict[AssetKey, DataVersion] = {}
        node = self.graph.get(key)
        for parent in node.parents:
            found = self._input(node, parent, partition)
            inputs[parent] = found.version
            name = parent.to_user_string()
            tags[f"{INPUT_DATA_VERSION_TAG_PREFIX}/{name}"] = found.version.value
            at = found.newest.storage_id if found.newest is not None else None
            tags[f"{INPUT_EVENT_POINTER_TAG_PREFIX}/{name}"] = NO_EVENT_POINTER if at is None else str(at)
        version = given or compute_data_version(code, inputs)
        tags[DATA_VERSION_TAG] = version.value
        if given is not None:
            tags[DATA_VERSION_IS_USER_PROVIDED_TAG] = "true"
        return tags, version

    def _input(self, node: AssetNode, parent: AssetKey, partition: str | None) -> InputVersion:
        upstream = self._node(parent)
        latest = self.assets.get(parent)
        if upstream is None or not upstream.is_partitioned:
            return whole_input(upstream, latest)
        mapped = self.inputs.of(node, partition, upstream)
        by_partition = self.by_partition.get(parent, {})
        return sliced_input(upstream, mapped, partition, latest=latest, by_partition=by_partition)

    def _node(self, key: AssetKey) -> AssetNode | None:
        return self.graph.get(key) if key in self.graph else None


def _with(latest: Latest, now: Recorded, observed: bool) -> Latest:
    return latest._replace(observation=now) if observed else latest._replace(materialization=now)


def provenance_of(instance: Any, key: AssetKey) -> DataProvenance | None:
    """From which code and inputs the latest materialization of an asset was made."""
    entry = instance.get_latest_materialization_event(key)
    return DataProvenance.from_tags(entry.tags) if entry is not None and entry.tags else None
