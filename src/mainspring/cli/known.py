"""The assets a command about records can speak of: the declared ones, where definitions are found, and those
that the instance knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from mainspring.cli.options import TargetChoice
from mainspring.cli.output import say
from mainspring.core.base.errors import InvalidSubsetError, InvocationError, OrchestratorError, did_you_mean
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.staleness.status import AssetStaleness
from mainspring.core.instance.instance import Instance
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.resolve import ResolvedAssets
from mainspring.runtime.definitions.staleness import assets_staleness


class Known(NamedTuple):
    """Declared and recorded assets. ``assets`` is ``None`` where no definitions were found."""

    assets: ResolvedAssets | None
    recorded: Sequence[AssetKey]

    @property
    def graph(self) -> AssetGraph | None:
        """The graph of the declared assets."""
        return None if self.assets is None else self.assets.graph

    def staleness(self, instance: Instance, keys: Iterable[AssetKey]) -> Mapping[AssetKey, AssetStaleness]:
        """How those of these assets stand that are declared and made here."""
        if self.assets is None:
            return {}
        graph = self.assets.graph
        made = [key for key in keys if key in graph and graph.get(key).is_materializable]
        return assets_staleness(self.assets, instance, made)

    @property
    def groups(self) -> Mapping[AssetKey, str]:
        """The group of each declared asset."""
        graph = self.graph
        return (
            {} if graph is None else {node.key: node.group_name for node in graph.nodes if node.is_declared}
        )

    def all_keys(self) -> list[AssetKey]:
        """Every asset, by key."""
        return sorted({*self.groups, *self.recorded})

    def key(self, text: str) -> AssetKey:
        """The asset that a word names. Raises ``InvalidSubsetError`` with the nearest names for an unknown one."""
        key = AssetKey.from_user_string(text)
        keys = self.all_keys()
        if key not in keys:
            near = did_you_mean(text, (one.to_user_string() for one in keys))
            way_out = near or (
                "`mainspring asset list` shows what there is."
                if keys
                else "No asset is declared or recorded here."
            )
            raise InvalidSubsetError(f"There is no asset {text!r}.", hint=way_out)
        return key


def known_assets(instance: Instance, choice: TargetChoice, *, needed: bool = False) -> Known:
    """What is declared and recorded.

    Definitions that were not named and cannot be found or loaded are done without, unless they are ``needed``.
    """
    return Known(_assets(choice, needed=needed), instance.get_asset_keys())


def _assets(choice: TargetChoice, *, needed: bool) -> ResolvedAssets | None:
    if choice.is_named or needed:
        return choice.load().catalog.assets
    try:
        choice.target()
    except InvocationError:
        return None  # nothing is declared here, and nobody said otherwise
    try:
        return choice.load().catalog.assets
    except OrchestratorError as error:
        say(
            f"warning: Only what is recorded is shown. {error.message.splitlines()[0]}\n"
            "hint: `mainspring check defs` tells why."
        )
        return None
