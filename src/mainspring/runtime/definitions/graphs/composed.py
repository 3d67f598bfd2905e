"""From a function that composes a graph to the parts of the graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from mainspring.core.base.errors import InvalidDefinitionError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.core.config.config_mapping import ConfigMapping
from mainspring.core.values.names import validate_name
from mainspring.runtime.definitions.graphs.parts import GraphParts, graph_parts
from mainspring.runtime.definitions.ops.composition import Composition, composed
from mainspring.runtime.definitions.ops.declared import GraphIn, GraphOut
from mainspring.runtime.definitions.ops.dependencies import InputMapping, OutputMapping
from mainspring.runtime.definitions.ops.handles import (
    CollectedHandle,
    DynamicHandle,
    InputHandle,
    OutputHandle,
    OutputHandles,
)
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_OUTPUT
from mainspring.runtime.definitions.ops.signature import EMPTY, Signature, read_signature


def compose(
    function: Callable[..., Any],
    *,
    name: Any,
    kind: str = "graph",
    ins: Mapping[str, GraphIn] | None = None,
    out: GraphOut | Mapping[str, GraphOut] | None = None,
    where: SourcePosition | None = None,
) -> GraphParts:
    """Run the function with handles for its inputs, and read the graph off what it called and returned.

    ``kind`` is what messages call it: ``graph``, ``job``, ``graph asset``.
    """
    own = validate_name(name, what=f"a {kind}", where=where)
    signature = read_signature(function, where=where)
    _check_parameters(signature, f"{kind} {own!r}", where)
    names = [parameter.name for parameter in signature.inputs]
    said = _said(ins, names, f"{kind} {own!r}", where)
    composition = Composition(own, kind=kind)
    answer = composed(composition, function, names)
    mappings = _described(composition.input_mappings, names, said)
    for missing in names:
        if all(mapping.graph_input_name != missing for mapping in mappings):
            raise InvalidDefinitionError(
                f"The {kind} {own!r} has the parameter {missing!r}, which it gives to no op.",
                where=where,
                hint="Give it to an op, or drop the parameter.",
            )
    return graph_parts(
        own,
        composition.nodes,
        composition.dependencies,
        input_mappings=mappings,
        output_mappings=_Outputs(composition, out, where).mappings(answer),
        input_assets=composition.input_assets,
        where=where,
        what=composition.describe,
    )


def _check_parameters(signature: Signature, what: str, where: SourcePosition | None) -> None:
    found: tuple[str, str] | None = None
    if signature.context is not None:
        found = signature.context, "Only ops are given a context: this function runs before there is a run."
    elif signature.config is not None:
        found = signature.config[0], "Ops take config; give the graph one with config=ConfigMapping(...)."
    elif signature.resources:
        found = signature.resources[0][0], "Ops take resources: move the parameter to the op that uses it."
    if found is not None:
        raise InvalidDefinitionError(
            f"The function of the {what} has the parameter {found[0]!r}, which is no input.",
            where=where,
            hint=found[1],
        )
    for parameter in signature.inputs:
        if parameter.default is not EMPTY:
            raise InvalidDefinitionError(
                f"The parameter {parameter.name!r} of the {what} has a default value.",
                where=where,
                hint="Give the default to the parameter of the op that takes it: `def op(x=1)`.",
            )


def _said(ins: Any, names: list[str], what: str, where: SourcePosition | None) -> Mapping[str, GraphIn]:
    if ins is not None and not isinstance(ins, Mapping):
        raise InvalidDefinitionError(
            f"`ins` of the {what} is {ins!r}; it must be a dict of GraphIns by name.", where=where
        )
    said = cast("Mapping[str, Any]", ins or {})
    for name, one in said.items():
        if name not in names:
            raise InvalidDefinitionError(
                f"The {what} has no parameter {name!r}, which `ins` speaks of.",
                where=where,
                hint=did_you_mean(name, names) or f"Its parameters are: {', '.join(names) or 'none'}.",
            )
        if not isinstance(one, GraphIn):
            raise InvalidDefinitionError(
                f"`ins` of the {what} holds {one!r} for {name!r}, which is no GraphIn.",
                where=where,
                hint=f'Write ins={{"{name}": GraphIn()}}.',
            )
    return said


def _described(
    mappings: list[InputMapping], names: list[str], said: Mapping[str, GraphIn]
) -> list[InputMapping]:
    """The mappings in the order of the parameters, with the descriptions of the inputs."""
    place = {name: i for i, name in enumerate(names)}
    ordered = sorted(mappings, key=lambda mapping: place[mapping.graph_input_name])
    if not said:
        return ordered
    return [
        replace(mapping, graph_input_description=said[mapping.graph_input_name].description)
        if mapping.graph_input_name in said
        else mapping
        for mapping in ordered
    ]


class _Outputs:
    """The outputs of a graph, from what its function returned and what was said of them."""

    def __init__(self, composition: Composition, out: Any, where: SourcePosition | None) -> None:
        self.composition = composition
        self.where = where
        self.said = self._checked(out)

    def _checked(self, out: Any) -> Mapping[str, GraphOut] | None:
        if out is None:
            return None
        if isinstance(out, GraphOut):
            return {DEFAULT_OUTPUT: out}
        said = cast("Mapping[str, Any]", out) if isinstance(out, Mapping) else None
        if said is not None and all(isinstance(one, GraphOut) for one in said.values()):
            for name in said:
                validate_name(name, what=f"an output of the {self.composition.describe}", where=self.where)
            return said
        raise self._refused(
            f"`out` of the {self.composition.describe} is {out!r:.80}; it must be a GraphOut, or a dict of them by "
            "name.",
            'Write out={"one": GraphOut(), "two": GraphOut()}.',
        )

    def _refused(self, message: str, hint: str) -> InvalidDefinitionError:
        return InvalidDefinitionError(message, where=self.where, hint=hint)

    def mappings(self, answer: Any) -> list[OutputMapping]:
        """What each output is."""
        found = self._by_name(answer)
        self._check_names(found)
        return [self._mapping(name, handle) for name, handle in found.items()]

    def _by_name(self, answer: Any) -> dict[str, Any]:
        said = self.said
        if answer is None:
            return {}
        if isinstance(answer, Mapping):
            return {str(name): handle for name, handle in answer.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        if isinstance(answer, OutputHandles) and (said is None or set(said) == set(answer.names)):
            return dict(answer.names)
        if isinstance(answer, (tuple, list)) and not (
            isinstance(answer, OutputHandles) and len(said or ()) == 1
        ):
            handles = cast("Sequence[Any]", answer)
            if said is None:
                raise self._refused(
                    f"The function of the {self.composition.describe} returned {len(handles)} outputs without names.",
                    'Return a dict: {"one": one(), "two": two()}; or name them in order: '
                    'out={"one": GraphOut(), "two": GraphOut()}.',
                )
            if len(handles) != len(said):
                raise self._refused(
                    f"The function of the {self.composition.describe} returned {len(handles)} outputs, but it is "
                    f"to have {len(said)}: {', '.join(said)}.",
                    "Return one for each name, in their order.",
                )
            return dict(zip(said, handles, strict=True))
        name = next(iter(said)) if said is not None and len(said) == 1 else DEFAULT_OUTPUT
        return {name: answer}

    def _check_names(self, found: Mapping[str, Any]) -> None:
        said = self.said
        if said is None:
            for name in found:
                validate_name(name, what=f"an output of the {self.composition.describe}", where=self.where)
            return
        if set(found) == set(said):
            return
        missing = [name for name in said if name not in found]
        if missing:
            raise self._refused(
                f"The function of the {self.composition.describe} returned nothing for "
                f"its {_plural('output', len(missing))} {', '.join(map(repr, missing))}.",
                'Return a dict with all of them: {"one": one(), "two": two()}.',
            )
        unknown = next(name for name in found if name not in said)
        raise self._refused(
            f"The function of the {self.composition.describe} returned {unknown!r}, which is none of its "
            "outputs.",
            did_you_mean(unknown, said) or f"Its outputs are: {', '.join(said)}.",
        )

    def _mapping(self, name: str, handle: Any) -> OutputMapping:
        description = None if self.said is None else self.said[name].description
        if isinstance(handle, OutputHandle) and not isinstance(handle, CollectedHandle):
            self.composition.check_own(handle, f"was returned as the output {name!r}", self.where)
            return OutputMapping(
                name,
                handle.node_name,
                handle.output_name,
                description,
                from_dynamic_mapping=isinstance(handle, DynamicHandle),
            )
        raise self._refused(
            f"The function of the {self.composition.describe} returned {_shown(handle)} as the output {name!r}.",
            _hint(handle),
        )


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"


def _shown(value: Any) -> str:
    if isinstance(value, OutputHandles):
        return f"all outputs of {value.node_name!r}"
    return f"{value!r:.80}"


def _hint(value: Any) -> str:
    if isinstance(value, CollectedHandle):
        return "Give the collected list to an op, and return what that gives; or return it uncollected."
    if isinstance(value, InputHandle):
        return "An output is made by an op of the graph; an input can be given to an op that returns it."
    if isinstance(value, OutputHandles):
        return "Say which one by its name."
    return "Return what a call of an op or graph gives; constants are returned by ops."


def compose_config(config: Any, *, what: str, where: SourcePosition | None) -> ConfigMapping | None:
    """The config mapping of a graph: as given, or for a dict one that always gives that dict."""
    if config is None or isinstance(config, ConfigMapping):
        return config
    if isinstance(config, Mapping):
        constant = cast("Mapping[str, Any]", config)
        return ConfigMapping(lambda _: constant, config_schema={})
    raise InvalidDefinitionError(
        f"`config` of the {what} is {config!r:.80}; it must be a ConfigMapping or a dict.",
        where=where,
        hint="Decorate the function that makes the config with @config_mapping.",
    )
