"""What a step's context says of assets."""

from __future__ import annotations

from typing import Any

from mainspring.core.base.errors import InvariantViolationError, did_you_mean
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.scope import StepScope


class AssetViews:
    """The assets a step makes and loads."""

    __slots__ = ()

    scope: StepScope

    @property
    def has_assets_def(self) -> bool:
        """Whether the step makes assets."""
        return self.scope.assets_def is not None and bool(self.scope.assets_def.specs_by_key)

    @property
    def assets_def(self) -> Any:
        """The definition of the assets this step makes."""
        if self.scope.assets_def is None or not (
            self.scope.assets_def.specs_by_key or self.scope.assets_def.check_specs_by_key
        ):
            raise InvariantViolationError("This step makes no assets.")
        return self.scope.assets_def

    @property
    def asset_key(self) -> AssetKey:
        """The asset this step makes: the one selected of several. Raises ``InvariantViolationError`` where it
        makes more.
        """
        keys = set(self.scope.keys_by_output.values())
        if len(keys) > 1 and self.scope.assets_def is not None:
            keys &= set(self.scope.assets_def.keys)
        if len(keys) != 1:
            raise InvariantViolationError(
                f"This step makes {len(keys)} assets, so it has no single asset key.",
                hint="Use `context.selected_asset_keys` or `context.asset_key_for_output(name)`.",
            )
        return next(iter(keys))

    def asset_key_for_output(self, output_name: str = "result") -> AssetKey:
        """The asset an output makes."""
        return _look_up(self.scope.keys_by_output, output_name, "output")

    def asset_key_for_input(self, input_name: str) -> AssetKey:
        """The asset an input is."""
        return _look_up(self.scope.keys_by_input, input_name, "input")

    def output_for_asset_key(self, asset_key: AssetKey) -> str:
        """The output that makes an asset."""
        for name, key in self.scope.keys_by_output.items():
            if key == asset_key:
                return name
        raise InvariantViolationError(f"This step does not make {asset_key.to_user_string()!r}.")

    @property
    def is_subset(self) -> bool:
        """Whether the run wants only a part of what this step can make."""
        return bool(self.scope.assets_def is not None and self.scope.assets_def.is_subset)


def _look_up(keys: Any, name: str, what: str) -> AssetKey:
    found = keys.get(name)
    if found is None:
        raise InvariantViolationError(
            f"This step has no {what} {name!r} that is an asset.", hint=did_you_mean(name, keys)
        )
    return found
