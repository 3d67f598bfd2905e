"""``AssetsDefinition.from_op`` and ``.from_graph``: assets that the outputs of an op or graph stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Self, cast

from mainspring.core.base.errors import InvalidDefinitionError, did_you_mean
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.argument_types import coerced_key
from mainspring.runtime.definitions.assets.check_outputs import check_outputs
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.ins_outs import AssetIn
from mainspring.runtime.definitions.assets.of_node import (
    NodeInputs,
    check_outputs_of,
    definition_parts,
    inputs_of_node,
)
from mainspring.runtime.definitions.assets.parts import coerced_prefix
from mainspring.runtime.definitions.assets.spec import AssetDep, AssetSpec, coerce_deps
from mainspring.runtime.definitions.graphs.graph import GraphDefinition
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_OUTPUT, OutputDefinition
from mainspring.runtime.definitions.ops.op import OpDefinition

Node = OpDefinition | GraphDefinition
ByOutput = Mapping[str, Any]


class MadeOfNodes:
    """How a definition of assets is made of an op or a graph that was declared by itself."""

    __slots__ = ()

    @classmethod
    def from_graph(  # noqa: PLR0913  # the published parameters
        cls,
        graph_def: GraphDefinition,
        *,
        keys_by_input_name: Mapping[str, AssetKey] | None = None,
        keys_by_output_name: Mapping[str, AssetKey] | None = None,
        key_prefix: str | Sequence[str] | None = None,
        internal_asset_deps: Mapping[str, AbstractSet[AssetKey]] | None = None,
        partitions_def: Any = None,
        partition_mappings: Mapping[str, Any] | None = None,
        resource_defs: Mapping[str, object] | None = None,
        group_name: str | None = None,
        group_names_by_output_name: Mapping[str, str | None] | None = None,
        descriptions_by_output_name: Mapping[str, str] | None = None,
        metadata_by_output_name: Mapping[str, Mapping[str, Any] | None] | None = None,
        tags_by_output_name: Mapping[str, Mapping[str, str] | None] | None = None,
        automation_conditions_by_output_name: Mapping[str, Any] | None = None,
        backfill_policy: Any = None,
        can_subset: bool = False,
        check_specs: Sequence[AssetCheckSpec] | None = None,
        owners_by_output_name: Mapping[str, Sequence[str]] | None = None,
        code_versions_by_output_name: Mapping[str, str | None] | None = None,
        hook_defs: AbstractSet[Any] | None = None,
    ) -> Self:
        """Assets that the outputs of a graph stand for.

        Its inputs are upstream assets named like them, unless ``keys_by_input_name`` says otherwise; its outputs are
        assets named like them (one called ``result`` like the graph), unless ``keys_by_output_name`` does.
        ``key_prefix`` goes before the keys of the outputs. Each asset depends on all inputs, unless
        ``internal_asset_deps`` says what it depends on.

        Raises ``InvalidDefinitionError`` for names the graph does not have, and for outputs that cannot be assets.

        >>> AssetsDefinition.from_graph(summarise, keys_by_input_name={"rows": AssetKey("orders")})
        """
        made = _Making(
            _checked(graph_def, GraphDefinition, "from_graph"),
            by_output={
                "group_name": group_names_by_output_name,
                "description": descriptions_by_output_name,
                "metadata": metadata_by_output_name,
                "tags": tags_by_output_name,
                "automation_condition": automation_conditions_by_output_name,
                "owners": owners_by_output_name,
                "code_version": code_versions_by_output_name,
            },
            group_name=group_name,
            partitions_def=partitions_def,
        )
        keys = made.keys(keys_by_output_name, key_prefix, check_specs)
        inputs = made.inputs(keys_by_input_name, partition_mappings)
        parts = made.parts(
            keys,
            inputs,
            internal_asset_deps or {},
            check_specs,
            can_subset=can_subset,
            backfill_policy=backfill_policy,
            resource_defs=resource_defs,
            hook_defs=hook_defs,
        )
        return cast("Any", cls)(**parts)

    @classmethod
    def from_op(  # noqa: PLR0913  # the published parameters
        cls,
        op_def: OpDefinition,
        *,
        keys_by_input_name: Mapping[str, AssetKey] | None = None,
        keys_by_output_name: Mapping[str, AssetKey] | None = None,
        key_prefix: str | Sequence[str] | None = None,
        internal_asset_deps: Mapping[str, AbstractSet[AssetKey]] | None = None,
        partitions_def: Any = None,
        partition_mappings: Mapping[str, Any] | None = None,
        group_name: str | None = None,
        group_names_by_output_name: Mapping[str, str | None] | None = None,
        descriptions_by_output_name: Mapping[str, str] | None = None,
        metadata_by_output_name: Mapping[str, Mapping[str, Any] | None] | None = None,
        tags_by_output_name: Mapping[str, Mapping[str, str] | None] | None = None,
        automation_conditions_by_output_name: Mapping[str, Any] | None = None,
        backfill_policy: Any = None,
        can_subset: bool = False,
        hook_defs: AbstractSet[Any] | None = None,
    ) -> Self:
        """Assets that the outputs of an op stand for; the parameters are those of ``from_graph``.

        >>> AssetsDefinition.from_op(load_orders, key_prefix="shop").key
        AssetKey(['shop', 'load_orders'])
        """
        made = _Making(
            _checked(op_def, OpDefinition, "from_op"),
            by_output={
                "group_name": group_names_by_output_name,
                "description": descriptions_by_output_name,
                "metadata": metadata_by_output_name,
                "tags": tags_by_output_name,
                "automation_condition": automation_conditions_by_output_name,
            },
            group_name=group_name,
            partitions_def=partitions_def,
        )
        keys = made.keys(keys_by_output_name, key_prefix, None)
        inputs = made.inputs(keys_by_input_name, partition_mappings)
        parts = made.parts(
            keys,
            inputs,
            internal_asset_deps or {},
            None,
            can_subset=can_subset,
            backfill_policy=backfill_policy,
            hook_defs=hook_defs,
        )
        return cast("Any", cls)(**parts)


def _checked(node: Any, kind: type, method: str) -> Any:
    if isinstance(node, kind):
        return node
    noun = "a graph" if kind is GraphDefinition else "an op"
    raise InvalidDefinitionError(
        f"AssetsDefinition.{method} takes {noun}; got {node!r:.80}.",
        where=user_position(),
        hint="Decorate the function with @graph or @op, and give the result, not a call of it.",
    )


_PLURALS = {
    "group_name": "group_names",
    "description": "descriptions",
    "metadata": "metadata",
    "tags": "tags",
    "automation_condition": "automation_conditions",
    "owners": "owners",
    "code_version": "code_versions",
}


@dataclass(frozen=True, slots=True)
class _Making:
    """An op or graph that is to be assets. ``by_output`` says the attributes of the specs by the names of outputs."""

    node: Node
    by_output: Mapping[str, ByOutput | None]
    group_name: str | None
    partitions_def: Any

    @property
    def what(self) -> str:
        """What messages call it."""
        return self.node.describe_node()

    @property
    def where(self) -> SourcePosition | None:
        """Where the function of the op or graph stands."""
        return self.node.where

    def _refuse(self, message: str, hint: str | None) -> InvalidDefinitionError:
        return InvalidDefinitionError(message, where=self.where or user_position(), hint=hint)

    def _known(self, said: Iterable[str], known: Iterable[str], argument: str, kind: str) -> None:
        names = list(known)
        for name in said:
            if name not in names:
                raise self._refuse(
                    f"`{argument}` speaks of the {kind} {name!r}, which the {self.what} does not have.",
                    did_you_mean(name, names) or f"Its {kind}s are: {', '.join(names) or 'none'}.",
                )

    def keys(
        self,
        said: Mapping[str, AssetKey] | None,
        key_prefix: str | Sequence[str] | None,
        check_specs: Sequence[AssetCheckSpec] | None,
    ) -> dict[str, AssetKey]:
        """The asset each output stands for; outputs that stand for checks are left out."""
        outputs = self.node.output_dict
        self._known(said or {}, outputs, "keys_by_output_name", "output")
        prefix = () if key_prefix is None else coerced_prefix(key_prefix, what=self.what, where=self.where)
        checks = {spec.get_python_identifier() for spec in check_specs or ()}
        keys: dict[str, AssetKey] = {}
        for name in outputs:
            if name in checks:
                continue
            own = (said or {}).get(name)
            if own is None:
                own = AssetKey((self.node.name if name == DEFAULT_OUTPUT else name,))
            keys[name] = AssetKey(
                (*prefix, *coerced_key(own, what=f"the output {name!r}", where=self.where).path)
            )
        if not keys:
            raise self._refuse(
                f"The {self.what} has no output that could be an asset.", "Let it return something."
            )
        return keys

    def inputs(
        self, said: Mapping[str, AssetKey] | None, partition_mappings: Mapping[str, Any] | None
    ) -> NodeInputs:
        """The assets that the inputs are."""
        names = self.node.input_dict
        self._known(said or {}, names, "keys_by_input_name", "input")
        self._known(partition_mappings or {}, names, "partition_mappings", "input")
        keys, mappings = said or {}, partition_mappings or {}
        ins = {
            name: AssetIn(key=keys.get(name, AssetKey((name,))), partition_mapping=mappings.get(name))
            for name in names
            if name in keys or name in mappings
        }
        return inputs_of_node(self.node, ins, what=self.what, where=self.where)

    def parts(
        self,
        keys: Mapping[str, AssetKey],
        inputs: NodeInputs,
        internal: Mapping[str, Any],
        check_specs: Sequence[AssetCheckSpec] | None,
        **said: Any,
    ) -> dict[str, Any]:
        """The arguments of the definition."""
        self._known(internal, keys, "internal_asset_deps", "output")
        for attribute, by_output in self.by_output.items():
            self._known(by_output or {}, keys, f"{_PLURALS[attribute]}_by_output_name", "output")
        specs = {
            name: self._spec(name, key, self._deps(name, keys, inputs, internal))
            for name, key in keys.items()
        }
        checks = self._checks(keys, check_specs)
        return definition_parts(
            self.node, inputs, specs, what=self.what, where=self.where, checks=checks, **said
        )

    def _deps(
        self,
        name: str,
        keys: Mapping[str, AssetKey],
        inputs: NodeInputs,
        internal: Mapping[str, Any],
    ) -> list[AssetDep]:
        if name not in internal:
            return inputs.deps
        known = {dep.asset_key: dep for dep in inputs.deps} | {key: AssetDep(key) for key in keys.values()}
        found = coerce_deps(internal[name], what=self.what, where=self.where)
        for dep in found:
            if dep.asset_key not in known:
                text, names = dep.asset_key.to_user_string(), [key.to_user_string() for key in known]
                raise self._refuse(
                    f"`internal_asset_deps` makes the output {name!r} of the {self.what} depend on {text!r}, which is "
                    "neither one of its inputs nor one of its outputs.",
                    did_you_mean(text, names) or f"They are: {', '.join(names)}.",
                )
        return [known[dep.asset_key] for dep in sorted(found, key=lambda dep: dep.asset_key)]

    def _spec(self, name: str, key: AssetKey, deps: list[AssetDep]) -> AssetSpec:
        out = self.node.output_dict[name]
        own = {attribute: (said or {}).get(name) for attribute, said in self.by_output.items()}
        if self.group_name is not None and own.get("group_name") is not None:
            raise self._refuse(
                f"The {self.what} has a `group_name`, and its output {name!r} another in `group_names_by_output_name`.",
                "Say the group in one of the two.",
            )
        own["group_name"] = own.get("group_name") or self.group_name
        own["description"] = own.get("description") or self._description(out)
        own["metadata"] = {**out.metadata, **(own.get("metadata") or {})} or None
        own["code_version"] = (
            own.get("code_version") or out.code_version or getattr(self.node, "code_version", None)
        )
        said = {attribute: value for attribute, value in own.items() if value is not None}
        return AssetSpec(
            key,
            deps=deps or None,
            partitions_def=self.partitions_def,
            skippable=not out.is_required,
            where=self.where,
            **said,
        )

    def _description(self, out: OutputDefinition) -> str | None:
        return out.description or (self.node.description if out.name == DEFAULT_OUTPUT else None)

    def _checks(
        self, keys: Mapping[str, AssetKey], check_specs: Sequence[AssetCheckSpec] | None
    ) -> dict[str, AssetCheckSpec]:
        check_keys: Mapping[str, AssetCheckKey]
        _, check_keys = check_outputs(
            check_specs, set(keys.values()), what=self.what, where=self.where, taken=keys
        )
        for name, key in check_keys.items():
            if not self.node.has_output(name):
                raise self._refuse(
                    f"The {self.what} has no output {name!r} for the check {key.to_user_string()!r}.",
                    f'Name the output that gives its result: out={{..., "{name}": GraphOut()}}.',
                )
        return check_outputs_of(check_keys, check_specs or ())
