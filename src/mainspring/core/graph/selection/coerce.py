"""Collections of definitions as a graph; check definitions as keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, cast, runtime_checkable

from mainspring.core.base.errors import InvalidSubsetError
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.node import AssetNode, CheckNode
from mainspring.core.values.asset_key import AssetCheckKey


@runtime_checkable
class ToAssetNodes(Protocol):
    """A definition that says which assets it declares."""

    def to_asset_nodes(self) -> Iterable[AssetNode]:
        """The assets it declares."""
        ...


@runtime_checkable
class ToCheckNodes(Protocol):
    """A definition that says which checks it declares."""

    def to_check_nodes(self) -> Iterable[CheckNode]:
        """The checks it declares."""
        ...


def graph_of(assets: object) -> AssetGraph:
    """The graph itself, or that of an iterable of definitions (or nodes)."""
    if isinstance(assets, AssetGraph):
        return assets
    nodes: list[AssetNode] = []
    checks: list[CheckNode] = []
    for asset in cast("Iterable[object]", assets):
        if isinstance(asset, AssetNode):
            nodes.append(asset)
            continue
        if isinstance(asset, CheckNode):
            checks.append(asset)
            continue
        if isinstance(asset, ToAssetNodes):
            nodes += asset.to_asset_nodes()
        elif not isinstance(asset, ToCheckNodes):
            raise InvalidSubsetError(
                f"A selection is resolved among asset definitions; {asset!r} is a {type(asset).__name__}.",
                hint="Give a list of assets, such as the functions decorated with @asset, or an asset graph.",
            )
        if isinstance(asset, ToCheckNodes):
            checks += asset.to_check_nodes()
    return AssetGraph(nodes, checks)


def check_keys_of(check: object) -> tuple[AssetCheckKey, ...]:
    """The key of a check, or the keys of all checks a definition holds."""
    if isinstance(check, AssetCheckKey):
        return (check,)
    keys = getattr(check, "check_keys", None)
    if isinstance(keys, Iterable):
        return tuple(sorted(cast("Iterable[AssetCheckKey]", keys)))
    raise InvalidSubsetError(
        f"Cannot select checks by {check!r}, a {type(check).__name__}.",
        hint="Give an AssetCheckKey, or a definition that holds checks.",
    )
