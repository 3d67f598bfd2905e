"""``AssetGraph``: all assets of a code location (or a deployment) and how they hang together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from types import MappingProxyType

from mainspring.core.base.dag import Dag
from mainspring.core.base.errors import InvalidDefinitionError, InvalidSubsetError, did_you_mean
from mainspring.core.graph.attribute_index import AttributeIndex
from mainspring.core.graph.node import AssetExecutionType, AssetNode, CheckNode
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey


class AssetGraph:
    """The assets, their checks and the edges between them. Immutable.

    >>> raw, orders = AssetKey("raw"), AssetKey("orders")
    >>> graph = AssetGraph([AssetNode(raw), AssetNode(orders, parents=(raw,))])
    >>> graph.parents(orders) == {raw}
    True

    A parent that nobody declares becomes a node of its own with ``is_declared`` false. Every asset has a
    position, an integer; ``positions`` and ``keys_at`` translate, and ``dag`` answers for positions what the
    methods answer for keys. Raises ``InvalidDefinitionError`` for a key declared twice and for a cycle.

    ``changes`` says why each changed asset differs from the base branch; ``None`` where there is no base.
    """

    def __init__(
        self,
        nodes: Iterable[AssetNode],
        checks: Iterable[CheckNode] = (),
        *,
        changes: Mapping[AssetKey, frozenset[str]] | None = None,
    ) -> None:
        self._nodes = list(nodes)
        # By the parts, not the key: hashing a tuple of strings costs a third of calling AssetKey.__hash__.
        self._position: dict[tuple[str, ...], int] = {node.key.parts: i for i, node in enumerate(self._nodes)}
        if len(self._position) != len(self._nodes):
            raise _declared_twice(self._nodes)
        self.checks: Mapping[AssetCheckKey, CheckNode] = MappingProxyType(
            {check.key: check for check in checks}
        )
        """The checks by key."""
        self._add_undeclared(check.asset_key for check in self.checks)
        self.dag: Dag = Dag.from_parents(self._link())
        self.changes = changes
        self._refuse_cycles()

    def _add_undeclared(self, keys: Iterable[AssetKey]) -> None:
        """Assets that nothing declares and that are spoken of all the same."""
        for key in keys:
            if key.parts not in self._position:
                self._position[key.parts] = len(self._nodes)
                self._nodes.append(AssetNode(key, is_declared=False))

    def _link(self) -> list[list[int]]:
        position, nodes = self._position, self._nodes
        edges: list[list[int]] = []
        for place, node in enumerate(nodes):  # grows while it runs: undeclared parents are added at the end
            above: list[int] = []
            for parent in node.parents:
                found = position.get(parent.parts)
                if found is None:
                    found = position[parent.parts] = len(nodes)
                    nodes.append(AssetNode(parent, is_declared=False))
                # An asset may be made from its own earlier partitions; that is no edge between assets.
                if found != place or node.partitions_def is None:
                    above.append(found)
            edges.append(above)
        return edges

    def _refuse_cycles(self) -> None:
        cycle = self.dag.find_cycle()
        if cycle is None:
            return
        nodes = [self._nodes[place] for place in cycle]
        path = " → ".join(node.key.to_user_string() for node in [*nodes, nodes[0]])
        places = "".join(f"\n    {node.key.to_user_string()}: {node.where}" for node in nodes if node.where)
        alone = (
            " Only an asset with partitions can be made from itself, from its earlier partitions."
            if len(nodes) == 1
            else ""
        )
        raise InvalidDefinitionError(
            f"The assets depend on each other in a circle: {path}{places}",
            hint=f"Remove one of these dependencies.{alone}",
        )

    # -- look-up ----------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, AssetKey) and key.parts in self._position

    @property
    def nodes(self) -> Sequence[AssetNode]:
        """All nodes, by position."""
        return self._nodes

    def get(self, key: AssetKey) -> AssetNode:
        """The node of a key. Raises ``InvalidSubsetError`` with the nearest names for an unknown one."""
        found = self._position.get(key.parts)
        if found is None:
            raise InvalidSubsetError(
                f"There is no asset {key.to_user_string()}.",
                hint=did_you_mean(key.to_user_string(), self.index.user_strings),
            )
        return self._nodes[found]

    def position(self, key: AssetKey) -> int | None:
        """The position of a key, ``None`` for one that is not there."""
        return self._position.get(key.parts)

    def positions(self, keys: Iterable[AssetKey]) -> set[int]:
        """The positions of those of the keys that are there."""
        position = self._position
        return {position[key.parts] for key in keys if key.parts in position}

    def keys_at(self, positions: Iterable[int]) -> set[AssetKey]:
        """The keys at some positions."""
        keys = self._keys
        return {keys[place] for place in positions}

    @cached_property
    def _keys(self) -> list[AssetKey]:
        return [node.key for node in self._nodes]

    @cached_property
    def index(self) -> AttributeIndex:
        """The assets by group, tag, kind, owner and the like."""
        return AttributeIndex(self._nodes)

    # -- kinds of assets --------------------------------------------------------------------------

    @cached_property
    def everything(self) -> frozenset[int]:
        """The positions of all assets."""
        return frozenset(range(len(self._nodes)))

    @cached_property
    def materializable(self) -> frozenset[int]:
        """The positions of the assets a run can make."""
        return frozenset(
            place
            for place, node in enumerate(self._nodes)
            if node.execution_type is AssetExecutionType.MATERIALIZATION
        )

    @cached_property
    def all_asset_keys(self) -> Set[AssetKey]:
        """All keys."""
        return frozenset(self._keys)

    @cached_property
    def materializable_asset_keys(self) -> Set[AssetKey]:
        """The assets a run can make."""
        return frozenset(self.keys_at(self.materializable))

    @cached_property
    def observable_asset_keys(self) -> Set[AssetKey]:
        """The assets a run can look at but not make."""
        return frozenset(node.key for node in self._nodes if node.is_observable)

    @cached_property
    def executable_asset_keys(self) -> Set[AssetKey]:
        """The assets a run can do something with."""
        return frozenset(node.key for node in self._nodes if node.is_executable)

    @cached_property
    def external_asset_keys(self) -> Set[AssetKey]:
        """The assets that are made elsewhere."""
        return frozenset(node.key for node in self._nodes if node.is_external)

    @cached_property
    def undeclared_asset_keys(self) -> Set[AssetKey]:
        """The assets that others are made from and nobody declares."""
        return frozenset(node.key for node in self._nodes if not node.is_declared)

    @cached_property
    def root_materializable_asset_keys(self) -> Set[AssetKey]:
        """The assets a run can make that have no such asset above them."""
        return frozenset(self.keys_at(self.dag.roots(self.materializable)))

    # -- edges ------------------------------------------------------------------------------------

    def parents(self, key: AssetKey) -> set[AssetKey]:
        """What an asset is made from; its own key where it reads its own earlier partitions."""
        return set(self.get(key).parents)

    def children(self, key: AssetKey) -> set[AssetKey]:
        """What is made from an asset."""
        node = self.get(key)
        below = self.keys_at(self.dag.children(self._position[key.parts]))
        return below | {key} if key in node.parents else below

    def ancestors(self, key: AssetKey, depth: int | None = None) -> set[AssetKey]:
        """What lies above an asset, at most ``depth`` edges away, without the asset itself."""
        self.get(key)
        return self.keys_at(self.dag.ancestors([self._position[key.parts]], depth))

    def descendants(self, key: AssetKey, depth: int | None = None) -> set[AssetKey]:
        """What lies below an asset, at most ``depth`` edges away, without the asset itself."""
        self.get(key)
        return self.keys_at(self.dag.descendants([self._position[key.parts]], depth))

    @cached_property
    def toposorted_asset_keys(self) -> Sequence[AssetKey]:
        """All keys, each after its parents, otherwise in the order of declaration."""
        return [self._keys[place] for place in self.dag.topological_order()]

    @cached_property
    def toposorted_by_level(self) -> Sequence[Sequence[AssetKey]]:
        """All keys by the longest way that leads to them from an asset without parents."""
        return [[self._keys[place] for place in level] for level in self.dag.levels()]

    # -- computed together ------------------------------------------------------------------------

    @cached_property
    def _checks_by_asset(self) -> Mapping[AssetKey, tuple[AssetCheckKey, ...]]:
        found: dict[AssetKey, list[AssetCheckKey]] = {}
        for key in self.checks:
            found.setdefault(key.asset_key, []).append(key)
        return {asset: tuple(keys) for asset, keys in found.items()}

    def check_keys_of(self, key: AssetKey) -> tuple[AssetCheckKey, ...]:
        """The checks of an asset, in the order of declaration; none for an asset that is not there."""
        return self._checks_by_asset.get(key, ())

    def get_execution_set_asset_keys(self, key: AssetKey) -> Set[AssetKey]:
        """The assets that can only be computed together with this one, itself among them."""
        return self.get(key).execution_set or frozenset((key,))


def _declared_twice(nodes: Sequence[AssetNode]) -> InvalidDefinitionError:
    places: dict[AssetKey, list[AssetNode]] = {}
    for node in nodes:
        places.setdefault(node.key, []).append(node)
    lines = [
        f"{key.to_user_string()}: {', '.join(str(node.where or 'an unknown place') for node in found)}"
        for key, found in places.items()
        if len(found) > 1
    ]
    return InvalidDefinitionError(
        "Some asset keys are declared more than once:\n    " + "\n    ".join(lines),
        hint="Give each asset a key of its own, with key= or key_prefix=.",
    )
