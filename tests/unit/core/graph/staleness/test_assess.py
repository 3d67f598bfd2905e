"""Which assets are up to date, and why not: on graphs and records made by hand."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence

import pytest

from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.node import AssetExecutionType, AssetNode
from mainspring.core.graph.staleness.assess import assess
from mainspring.core.graph.staleness.recorded import Latest, Recorded
from mainspring.core.graph.staleness.status import StaleCause, StaleCauseCategory, StaleStatus
from mainspring.core.partitions.mapping import AllPartitionMapping
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.code_version import unresolved
from mainspring.core.values.data_version import DEFAULT_DATA_VERSION, DataProvenance, DataVersion

A, B, C, D = (AssetKey(name) for name in "abcd")
FRESH, STALE, MISSING = StaleStatus.FRESH, StaleStatus.STALE, StaleStatus.MISSING
KEYS = StaticPartitionsDefinition(["x", "y", "z"])


class Log:
    """Records in memory: the latest events of assets and partitions."""

    def __init__(self) -> None:
        self.assets: dict[AssetKey, Latest] = {}
        self.partitions: dict[AssetKey, dict[str, Latest]] = {}
        self.last_id = 0

    def made(
        self,
        key: AssetKey,
        version: str,
        inputs: Mapping[AssetKey, str] | None = None,
        *,
        code: str | None = "1",
        partition: str | None = None,
    ) -> None:
        """A materialization; without ``code`` one that says nothing of how it was made."""
        provenance = None
        if code is not None:
            versions = {one: DataVersion(value) for one, value in (inputs or {}).items()}
            provenance = DataProvenance(code, versions, {}, is_user_provided=False)
        self._note(key, version, partition, provenance, "materialization")

    def seen(self, key: AssetKey, version: str) -> None:
        """An observation."""
        self._note(key, version, None, None, "observation")

    def _note(
        self, key: AssetKey, version: str, partition: str | None, how: DataProvenance | None, kind: str
    ) -> None:
        self.last_id += 1
        found = Recorded(DataVersion(version), self.last_id, "run", partition, how)
        self.assets[key] = self.assets.get(key, Latest())._replace(**{kind: found})
        if partition is not None:
            known = self.partitions.setdefault(key, {})
            known[partition] = known.get(partition, Latest())._replace(**{kind: found})

    def of_assets(self, keys: Iterable[AssetKey]) -> dict[AssetKey, Latest]:
        return {key: self.assets[key] for key in keys if key in self.assets}

    def of_partitions(self, key: AssetKey, partitions: Collection[str]) -> dict[str, Latest]:
        known = self.partitions.get(key, {})
        return {name: known[name] for name in partitions if name in known}

    def newest_partitions(self, key: AssetKey, limit: int, *, observed: bool = False) -> Sequence[str]:
        return list(reversed(self.partitions.get(key, {})))[:limit]


@pytest.fixture
def log() -> Log:
    return Log()


def made(key: AssetKey, *parents: AssetKey, code: str | None = "1", **said: object) -> AssetNode:
    return AssetNode(
        key,
        parents=parents,
        execution_type=AssetExecutionType.MATERIALIZATION,
        code_version=code,
        **said,  # pyright: ignore[reportArgumentType]
    )


def stands(log: Log, *nodes: AssetNode, **said: object) -> dict[str, tuple[str, list[str]]]:
    found = assess(AssetGraph(nodes), log, **said)  # pyright: ignore[reportArgumentType]
    return {key.to_user_string(): (one.status.name, one.reasons) for key, one in found.items()}


def test_nothing_is_recorded(log: Log) -> None:
    never = ["was never materialised, or was wiped since"]
    assert stands(log, made(A), made(B, A)) == {"a": ("MISSING", never), "b": ("MISSING", never)}


def test_all_is_as_it_was_made(log: Log) -> None:
    log.made(A, "v1")
    log.made(B, "v2", {A: "v1"})
    assert stands(log, made(A), made(B, A)) == {"a": ("FRESH", []), "b": ("FRESH", [])}


def test_a_new_code_version_makes_what_lies_below_stale(log: Log) -> None:
    log.made(A, "v1")
    log.made(B, "v2", {A: "v1"})
    log.made(C, "v3", {B: "v2"})
    found = assess(AssetGraph([made(A, code="2"), made(B, A), made(C, B)]), log)
    category = StaleCauseCategory
    assert {key: one.causes for key, one in found.items()} == {
        A: (StaleCause(key=A, category=category.CODE, reason='has a new code version: "2" (was "1")'),),
        B: (
            StaleCause(key=B, category=category.DATA, reason="the upstream asset `a` is stale", dependency=A),
        ),
        C: (
            StaleCause(key=C, category=category.DATA, reason="the upstream asset `b` is stale", dependency=B),
        ),
    }
    assert {one.status for one in found.values()} == {STALE}


def test_without_a_code_version_nothing_is_stale_by_code(log: Log) -> None:
    log.made(A, "v1", code="run-1")
    assert stands(log, made(A, code=None))["a"] == ("FRESH", [])


def test_a_code_version_that_cannot_be_computed_is_never_up_to_date(log: Log) -> None:
    version = unresolved("it calls eval")
    log.made(A, "v1", code=version)
    assert stands(log, made(A, code=version))["a"] == (
        "STALE",
        ["its code version cannot be computed: it calls eval"],
    )


def test_the_caller_may_tell_the_code_version(log: Log) -> None:
    log.made(A, "v1", code="auto:1")
    assert stands(log, made(A, code="auto"), code_version_of=lambda _: "auto:1")["a"] == ("FRESH", [])


def test_new_data_above(log: Log) -> None:
    log.made(A, "v2")
    log.made(B, "v2", {A: "v1"})
    log.made(C, "v3", {B: "v2"})
    assert stands(log, made(A), made(B, A), made(C, B)) == {
        "a": ("FRESH", []),
        "b": ("STALE", ["the upstream asset `a` has a new data version"]),
        "c": ("STALE", ["the upstream asset `b` is stale"]),
    }


def test_equal_data_made_anew_changes_nothing(log: Log) -> None:
    log.made(B, "v2", {A: "v1"})
    log.made(A, "v1")
    assert stands(log, made(A), made(B, A))["b"] == ("FRESH", [])


def test_dependencies_come_and_go(log: Log) -> None:
    log.made(A, "v1")
    log.made(C, "v1")
    log.made(B, "v2", {A: "v1"})
    assert stands(log, made(A), made(C), made(B, C))["b"] == (
        "STALE",
        ["has a new dependency, `c`", "the dependency `a` was removed"],
    )


def test_what_is_not_there_above(log: Log) -> None:
    log.made(B, "v2", {A: DEFAULT_DATA_VERSION.value})
    log.made(D, "v2", {C: "v1"})
    found = stands(log, made(A), made(B, A), made(C), made(D, C))
    assert found["b"] == ("STALE", ["the upstream asset `a` was never materialised"])
    assert found["d"] == ("STALE", ["the upstream asset `c` is no longer there"])


def test_what_is_made_elsewhere_is_known_by_being_looked_at(log: Log) -> None:
    log.made(B, "v2", {A: "v1"})
    log.seen(A, "v1")
    external = AssetNode(A, parents=(C,), execution_type=AssetExecutionType.OBSERVATION)
    assert stands(log, external, made(B, A)) == {
        "c": ("MISSING", []),
        "a": ("FRESH", []),
        "b": ("FRESH", []),
    }
    log.made(A, "v2", code=None)
    assert stands(log, external, made(B, A))["b"] == (
        "STALE",
        ["the upstream asset `a` has a new data version"],
    )
    log.seen(A, "v1")
    assert stands(log, external, made(B, A))["b"] == ("FRESH", [])


def test_nobody_is_stale_because_nothing_is_known_of_what_is_made_elsewhere(log: Log) -> None:
    log.made(B, "v2", {A: DEFAULT_DATA_VERSION.value})
    assert stands(log, AssetNode(A), made(B, A)) == {"a": ("MISSING", []), "b": ("FRESH", [])}


def test_a_look_at_what_is_made_here_makes_nothing(log: Log) -> None:
    log.seen(A, "v1")
    assert stands(log, made(A))["a"][0] == "MISSING"


def test_a_materialization_that_does_not_say_from_what_it_was_made(log: Log) -> None:
    log.made(A, "v1")
    log.made(B, "v2", code=None)
    assert stands(log, made(A), made(B, A, code=None))["b"] == ("FRESH", [])
    assert stands(log, made(A), made(B, A))["b"] == (
        "STALE",
        ['has the code version "1", and what was made does not say with which it was made'],
    )
    log.made(A, "v1")
    assert stands(log, made(A), made(B, A, code=None))["b"] == (
        "STALE",
        ["the upstream asset `a` changed after it was made"],
    )


def test_some_assets_are_asked_for_and_those_above_are_looked_at(log: Log) -> None:
    log.made(B, "v2", {A: "v1"})
    log.made(C, "v3", {B: "v2"})
    graph = AssetGraph([made(A), made(B, A), made(C, B), made(D)])
    found = assess(graph, log, [C])
    assert {key: one.reasons for key, one in found.items()} == {C: ["the upstream asset `b` is stale"]}


# -- partitions --------------------------------------------------------------------------------------------------------


def test_each_partition_stands_for_itself(log: Log) -> None:
    for name in "xyz":
        log.made(A, "v1", partition=name)
        log.made(B, "v2", {A: "v1"}, partition=name)
    nodes = made(A, partitions_def=KEYS), made(B, A, partitions_def=KEYS)
    assert stands(log, *nodes)["b"] == ("FRESH", [])
    log.made(A, "v9", partition="y")
    found = assess(AssetGraph(nodes), log)[B]
    assert (found.status, found.reasons, found.stale_partitions, found.partitions_looked_at) == (
        STALE,
        ["the upstream asset `a` has a new data version (the partition y)"],
        ("y",),
        3,
    )
    assert stands(log, *nodes, partitions=["x"])["b"] == ("FRESH", [])
    assert stands(log, *nodes, partitions=["y"])["b"][0] == "STALE"


def test_partitions_that_are_asked_for_and_not_there(log: Log) -> None:
    log.made(A, "v1", partition="x")
    node = made(A, partitions_def=KEYS)
    assert stands(log, node)["a"] == ("FRESH", [])
    assert stands(log, node, partitions=["y"])["a"][0] == "MISSING"
    assert stands(log, node, partitions=["x", "y"])["a"] == (
        "STALE",
        ["was never materialised, or was wiped since (the partition y)"],
    )


def test_no_partition_is_there(log: Log) -> None:
    assert stands(log, made(A, partitions_def=KEYS))["a"][0] == "MISSING"


def test_partitions_that_are_no_more_are_not_looked_at(log: Log) -> None:
    log.made(A, "v1", partition="gone", code="0")
    log.made(A, "v1", partition="x")
    assert stands(log, made(A, partitions_def=KEYS))["a"] == ("FRESH", [])


def test_a_stale_partition_above_counts_only_where_it_is_read(log: Log) -> None:
    for name in "xy":
        log.made(A, "v1", partition=name, code="1" if name == "x" else "0")
        log.made(B, "v2", {A: "v1"}, partition=name)
    nodes = made(A, partitions_def=KEYS), made(B, A, partitions_def=KEYS)
    assert stands(log, *nodes)["b"] == ("STALE", ["the upstream asset `a` is stale (the partition y)"])


def test_all_partitions_as_one_input(log: Log) -> None:
    from mainspring.core.graph.staleness.recorded import version_of_several

    log.made(A, "v1", partition="x")
    log.made(A, "v2", partition="y")
    known = {name: one.materialization for name, one in log.partitions[A].items() if one.materialization}
    log.made(B, "v3", {A: version_of_several(known).value})
    nodes = made(A, partitions_def=KEYS), made(B, A)
    assert stands(log, *nodes)["b"] == ("FRESH", [])
    log.made(A, "v2", partition="z")
    assert stands(log, *nodes)["b"] == ("STALE", ["the upstream asset `a` has a new data version"])


def test_an_asset_made_from_its_own_partitions(log: Log) -> None:
    from mainspring.core.graph.staleness.recorded import version_of_several

    node = made(A, A, partitions_def=KEYS, partition_mappings={A: AllPartitionMapping()})
    log.made(A, "v1", {A: "INITIAL"}, partition="x")
    known = {name: one.materialization for name, one in log.partitions[A].items() if one.materialization}
    log.made(A, "v2", {A: version_of_several(known).value}, partition="y")
    found = assess(AssetGraph([node]), log, partitions=["y"])[A]
    assert (found.status, found.reasons) == (FRESH, [])
    log.made(A, "v9", {A: "INITIAL"}, partition="x")
    found = assess(AssetGraph([node]), log, partitions=["y"])[A]
    assert found.reasons == ["the upstream asset `a` has a new data version (the partition y)"]


def test_a_chain_of_100_000_assets(log: Log) -> None:
    keys = [AssetKey(f"a{number}") for number in range(100_000)]
    graph = AssetGraph(made(key, *([keys[place - 1]] if place else [])) for place, key in enumerate(keys))
    began = time.perf_counter()
    assert assess(graph, log)[keys[-1]].status is MISSING
    assert time.perf_counter() - began < 20  # seconds; about one, and the machine may be busy
