"""The assets a command about records can speak of: the declared ones, where definitions are found, and those
that the instance knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mainspring.cli.options import TargetChoice
from mainspring.cli.output import say
from mainspring.core.base.errors import InvalidSubsetError, InvocationError, OrchestratorError, did_you_mean
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.instance.instance import Instance
from mainspring.core.values.asset_key import AssetKey


class Known(NamedTuple):
    """Declared and recorded assets. ``graph`` is ``None`` where no definitions were found."""

    graph: AssetGraph | None
    recorded: Sequence[AssetKey]

    @property
    def groups(self) -> Mapping[AssetKey, str]:
        """The group of each declared asset."""
        return (
            {}
            if self.graph is None
            else {node.key: node.group_name for node in self.graph.nodes if node.is_declared}
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
    return Known(_graph(choice, needed=needed), instance.get_asset_keys())


def _graph(choice: TargetChoice, *, needed: bool) -> AssetGraph | None:
    if choice.is_named or needed:
        return choice.load().catalog.assets.graph
    try:
        choice.target()
    except InvocationError:
        return None  # nothing is declared here, and nobody said otherwise
    try:
        return choice.load().catalog.assets.graph
    except OrchestratorError as error:
        say(
            f"warning: Only what is recorded is shown. {error.message.splitlines()[0]}\n"
            "hint: `mainspring check defs` tells why."
        )
        return None
