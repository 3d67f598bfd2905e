"""The IO manager behind each input and output of a run."""

from __future__ import annotations

from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError, did_you_mean
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY
from mainspring.runtime.execution.state import RunState


def manager(state: RunState, key: str, method: str) -> Any:
    """The resource under a key, which must have ``handle_output`` or ``load_input``.

    Raises ``InvalidDefinitionError`` where there is none, or it is no IO manager.
    """
    resources = state.resources
    if key not in resources:
        raise InvalidDefinitionError(
            f"There is no IO manager {key!r} among the resources.", hint=did_you_mean(key, resources)
        )
    found = getattr(resources, key)
    if not callable(getattr(found, method, None)):
        raise InvalidDefinitionError(
            f"The resource {key!r} is a {type(found).__name__}, which is no IO manager: it has no `{method}`.",
            hint="Subclass ConfigurableIOManager (or IOManager), or name another io_manager_key.",
        )
    return found


def manager_key_of(definition: AssetsDefinition | None, key: AssetKey) -> str:
    """The key of the IO manager that stores an asset's values."""
    if definition is None or key not in definition.specs_by_key:
        return DEFAULT_IO_MANAGER_KEY
    return definition.get_io_manager_key_for_asset_key(key)
