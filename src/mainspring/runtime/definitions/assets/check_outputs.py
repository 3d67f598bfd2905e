"""The outputs of a computation that stand for checks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.ops.inputs_outputs import OutputDefinition


def check_outputs(
    check_specs: Sequence[AssetCheckSpec] | None,
    keys: Collection[AssetKey] | None,
    *,
    what: str,
    where: SourcePosition | None,
    required: bool = False,
    taken: Collection[str] = (),
) -> tuple[dict[str, OutputDefinition], dict[str, AssetCheckKey]]:
    """An output for each check, and the check each output stands for.

    ``keys`` are the assets the checks may be about; ``None`` for any. Raises ``InvalidDefinitionError`` for a
    check on another asset, and for two of the same name. ``taken`` are the names of the other outputs.
    """
    if not check_specs:
        return {}, {}
    outs: dict[str, OutputDefinition] = {}
    by_output: dict[str, AssetCheckKey] = {}
    for spec in _checked(check_specs, keys, what, where):
        name = spec.get_python_identifier()
        while name in outs or name in taken:  # two keys may give the same identifier
            name = f"{name}_check"
        outs[name] = OutputDefinition(name, is_required=required, description=spec.description, is_check=True)
        by_output[name] = spec.key
    return outs, by_output


def _checked(
    specs: Iterable[AssetCheckSpec],
    keys: Collection[AssetKey] | None,
    what: str,
    where: SourcePosition | None,
) -> Iterable[AssetCheckSpec]:
    seen: set[AssetCheckKey] = set()
    for spec in specs:
        if spec.key in seen:
            raise InvalidDefinitionError(
                f"{what} has two checks {spec.key.to_user_string()!r}.",
                where=where,
                hint="Give one of them another name.",
            )
        if keys is not None and spec.asset_key not in keys:
            raise InvalidDefinitionError(
                f"The check {spec.name!r} in the `check_specs` of {what} is about "
                f"{spec.asset_key.to_user_string()!r}, which {what} does not make.",
                where=where,
                hint="Checks on other assets are declared with @asset_check.",
            )
        seen.add(spec.key)
        yield spec
