"""From what was declared to one graph: every fault that does not hide another is reported at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError, OrchestratorError, did_you_mean, nearest
from mainspring.core.base.source import SourcePosition
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.node import AssetNode, CheckNode
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.code_version import AUTO_CODE_VERSION
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.source_asset import SourceAsset
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.door import call
from mainspring.runtime.definitions.graphs.graph import GraphDefinition
from mainspring.runtime.definitions.ops.op import OpDefinition


def as_definition(item: Any) -> AssetsDefinition:
    """What may be given as an asset, as a definition. Raises ``InvalidDefinitionError`` for what is none."""
    if isinstance(item, AssetsDefinition):
        return item
    if isinstance(item, AssetSpec):
        return AssetsDefinition(specs=[item], where=item.where)
    if isinstance(item, SourceAsset):
        return item.to_assets_definition()
    hint = "Assets are made with @asset, @multi_asset or AssetSpec."
    name = getattr(item, "__name__", None)
    if isinstance(item, type):
        hint = f"It is a class: give an object of it, `{name}(...)`, if that is an asset."
    elif callable(item) and name is not None:
        hint = f"Decorate the function with @asset, or call `{name}(...)` if it makes assets."
    raise InvalidDefinitionError(f"{item!r} is no asset; it is of type {type(item).__name__}.", hint=hint)


@dataclass(frozen=True)
class ResolvedAssets:
    """All assets and checks of one set of definitions, as one graph, with the definition behind each."""

    graph: AssetGraph
    definitions: Sequence[AssetsDefinition]
    by_key: Mapping[AssetKey, AssetsDefinition]
    by_check: Mapping[AssetCheckKey, AssetsDefinition]

    def subset(self, keys: frozenset[AssetKey], checks: frozenset[AssetCheckKey]) -> list[AssetsDefinition]:
        """The definitions that make these assets and evaluate these checks, each cut down to them."""
        chosen: dict[int, AssetsDefinition] = {}
        for key in keys:
            definition = self.by_key[key]
            chosen[id(definition)] = definition
        for check in checks:
            definition = self.by_check[check]
            chosen[id(definition)] = definition
        return [
            definition.subset_for(definition.keys & keys, definition.check_keys & checks)
            for definition in self._in_order(chosen)
            if definition.is_executable
        ]

    def _in_order(self, chosen: Mapping[int, AssetsDefinition]) -> Iterable[AssetsDefinition]:
        return sorted(chosen.values(), key=lambda definition: self._position[id(definition)])

    def code_version(self, key: AssetKey) -> str | None:
        """The code version of an asset, computed where ``"auto"`` was said; ``None`` without one."""
        definition = self.by_key.get(key)
        if definition is None:
            return None
        said = definition.specs_by_key[key].code_version
        computed = definition.computation
        return said if computed is None else self.code_version_of(computed.node, said)

    def code_version_of(self, op: OpDefinition | GraphDefinition, said: str | None) -> str | None:
        """The code version of something an op makes, of which this was said."""
        return self._code_versions.of_op(op) if said == AUTO_CODE_VERSION else said

    @cached_property
    def _code_versions(self) -> Any:
        """Computes code versions; loaded where one is asked for, since few projects do."""
        return call("code_versions")()

    @cached_property
    def _position(self) -> Mapping[int, int]:
        return {id(definition): place for place, definition in enumerate(self.definitions)}


class Faults:
    """Errors found while definitions are resolved, raised together."""

    def __init__(self) -> None:
        self.found: list[OrchestratorError] = []

    def add(self, message: str, *, where: SourcePosition | None = None, hint: str | None = None) -> None:
        """Note an error."""
        self.found.append(InvalidDefinitionError(message, where=where, hint=hint))

    def raise_if_any(self) -> None:
        """Raise the only error, or one that lists all."""
        if self.found:
            raise self.as_error()

    def as_error(self) -> OrchestratorError:
        """The only error, or one that lists all."""
        return self.found[0] if len(self.found) == 1 else FaultsError(self.found)


class FaultsError(InvalidDefinitionError):
    """Several definitions are wrong. ``faults`` holds an error for each."""

    def __init__(self, faults: Sequence[OrchestratorError]) -> None:
        self.faults: Sequence[OrchestratorError] = list(faults)
        listed = "\n\n".join(f"{i}. {error}" for i, error in enumerate(self.faults, 1))
        super().__init__(f"{len(self.faults)} definitions are wrong:\n\n{listed}")


def resolve_assets(definitions: Sequence[AssetsDefinition]) -> ResolvedAssets:
    """The graph of these definitions.

    Raises ``InvalidDefinitionError`` for an asset or check that is declared twice, a parameter that no asset
    answers, a check on an asset nobody declares, and a cycle.
    """
    faults = Faults()
    by_key, by_check = _index(definitions, faults)
    _check_inputs(definitions, by_key, faults)
    _check_checks(by_check, by_key, definitions, faults)
    _check_code_versions(definitions, faults)
    faults.raise_if_any()
    nodes: list[AssetNode] = []
    checks: list[CheckNode] = []
    for definition in definitions:
        nodes.extend(definition.to_asset_nodes())
        checks.extend(definition.to_check_nodes())
    return ResolvedAssets(AssetGraph(nodes, checks), definitions, by_key, by_check)


def _index(
    definitions: Sequence[AssetsDefinition], faults: Faults
) -> tuple[dict[AssetKey, AssetsDefinition], dict[AssetCheckKey, AssetsDefinition]]:
    by_key: dict[AssetKey, AssetsDefinition] = {}
    by_check: dict[AssetCheckKey, AssetsDefinition] = {}
    for definition in definitions:
        for key in definition.keys:
            other = by_key.setdefault(key, definition)
            if other is not definition:
                faults.add(
                    f"The asset {key.to_user_string()!r} is declared twice: "
                    f"at {_place(other, key)} and at {_place(definition, key)}.",
                    hint="Give one of them another name or key_prefix; an asset has one definition.",
                )
        for check in definition.check_keys:
            other = by_check.setdefault(check, definition)
            if other is not definition:
                faults.add(
                    f"The check {check.to_user_string()!r} is declared twice: "
                    f"at {other.where} and at {definition.where}.",
                    hint="Give one of them another name.",
                )
    return by_key, by_check


def _place(definition: AssetsDefinition, key: AssetKey) -> object:
    return definition.where or definition.specs_by_key[key].where or "an unknown place"


def _check_inputs(
    definitions: Sequence[AssetsDefinition], by_key: Mapping[AssetKey, AssetsDefinition], faults: Faults
) -> None:
    """A parameter's value must come from an asset somebody declares; a ``deps`` entry may be anything."""
    for definition in definitions:
        computation = definition.computation
        if computation is None:
            continue
        for name, key in computation.keys_by_input.items():
            if key not in by_key:
                item = computation.node.input_dict[name]
                if not item.is_nothing and not item.has_default_value:
                    _note_unknown(definition, name, key, by_key, faults)


def _note_unknown(
    definition: AssetsDefinition,
    name: str,
    key: AssetKey,
    by_key: Mapping[AssetKey, AssetsDefinition],
    faults: Faults,
) -> None:
    text = key.to_user_string()
    found = nearest(text, (known.to_user_string() for known in by_key))
    offer = f"Did you mean {', '.join(found)}? " if found else ""
    faults.add(
        f"The parameter {name!r} of {definition.label} asks for the value of the asset {text!r}, "
        "which nothing here declares.",
        where=definition.where,
        hint=f"{offer}If it is made elsewhere, declare AssetSpec({text!r}); if only the order "
        "matters, put it "
        "into `deps`; if it is a resource, annotate it with its class or ResourceParam.",
    )


def _check_checks(
    by_check: Mapping[AssetCheckKey, AssetsDefinition],
    by_key: Mapping[AssetKey, AssetsDefinition],
    definitions: Sequence[AssetsDefinition],
    faults: Faults,
) -> None:
    known = set(by_key) | {dep for definition in definitions for dep in definition.dependency_keys}
    for check, definition in by_check.items():
        if check.asset_key in known:
            continue
        text = check.asset_key.to_user_string()
        near = did_you_mean(text, (key.to_user_string() for key in known))
        if near is not None:  # else it is of an asset that is made elsewhere
            faults.add(
                f"The check {check.name!r} is about the asset {text!r}, which nothing here declares.",
                where=definition.where,
                hint=f"{near} If it is made elsewhere, declare AssetSpec({text!r}).",
            )


def _check_code_versions(definitions: Sequence[AssetsDefinition], faults: Faults) -> None:
    """A version can be computed only of code that is here."""
    for definition in definitions:
        if definition.computation is None:
            for spec in definition.specs:
                if spec.code_version == AUTO_CODE_VERSION:
                    faults.add(
                        f'The asset {spec.key.to_user_string()!r} has code_version="auto", and nothing here makes it.',
                        where=spec.where or definition.where,
                        hint="Leave the code version out: that of code elsewhere cannot be known here.",
                    )
