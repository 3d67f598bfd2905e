"""``Composition``: the graph that is being put together while the function of a graph or job runs."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from mainspring.core.base.errors import InvalidDefinitionError, did_you_mean
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.values.has_keys import key_of
from mainspring.runtime.definitions.ops.dependencies import (
    Dependency,
    DependencyDefinition,
    DynamicCollectDependencyDefinition,
    InputMapping,
    MappedInputPlaceholder,
    MultiDependencyDefinition,
)
from mainspring.runtime.definitions.ops.handles import (
    CollectedHandle,
    DynamicHandle,
    InputHandle,
    MappedHandle,
    OutputHandle,
    OutputHandles,
    Wire,
)
from mainspring.runtime.definitions.ops.inputs_outputs import OutputDefinition
from mainspring.runtime.definitions.ops.node import Node
from mainspring.runtime.definitions.ops.node_definition import NodeDefinition
from mainspring.runtime.definitions.retries import RetryPolicy

_CURRENT: ContextVar[Composition | None] = ContextVar("mainspring_composition", default=None)


def is_composing() -> bool:
    """Whether the function of a graph or job runs now, so that calls of ops mean their use."""
    return _CURRENT.get() is not None


def current_composition() -> Composition | None:
    """The innermost graph that is being composed."""
    return _CURRENT.get()


@contextmanager
def composing(composition: Composition) -> Generator[Composition]:
    """Let calls of ops and graphs add to this composition."""
    token = _CURRENT.set(composition)
    try:
        yield composition
    finally:
        _CURRENT.reset(token)


class Composition:
    """The nodes of a graph and how they hang together, one call after the other.

    ``kind`` and ``name`` are for messages.
    """

    __slots__ = (
        "_counts",
        "_maps",
        "dependencies",
        "input_assets",
        "input_mappings",
        "kind",
        "name",
        "nodes",
    )

    def __init__(self, name: str, *, kind: str = "graph") -> None:
        self.name: str = name
        self.kind: str = kind
        self.nodes: dict[str, Node] = {}
        self.dependencies: dict[str, dict[str, Dependency]] = {}
        self.input_mappings: list[InputMapping] = []
        self.input_assets: dict[str, dict[str, Any]] = {}
        self._counts: dict[str, int] = {}

    @property
    def describe(self) -> str:
        """What messages call it."""
        return f"{self.kind} {self.name!r}"

    # -- a call of an op or graph ------------------------------------------------------------------------

    def use(
        self,
        definition: NodeDefinition,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        *,
        alias: str | None = None,
        tags: Mapping[str, Any] | None = None,
        hook_defs: frozenset[Any] = frozenset(),
        retry_policy: RetryPolicy | None = None,
    ) -> Any:
        """Add a node and give handles of its outputs: none, one, or several."""
        where = user_position()
        name = self._name(definition, alias, where)
        node = Node(name, definition, tags or {}, hook_defs, retry_policy, where)
        given = self._bind(node, args, kwargs)
        found: dict[str, Dependency] = {}
        over: dict[tuple[str, ...], str] = {}
        for input_name, value in given.items():
            self._connect(node, input_name, value, found, over)
        if len(over) > 1:
            raise mixed_dynamic(node.describe, over, where)
        self.nodes[name] = node
        if found:
            self.dependencies[name] = found
        return self._handles(node, next(iter(over), None))

    def _name(self, definition: NodeDefinition, alias: str | None, where: SourcePosition | None) -> str:
        if alias is not None:
            if alias in self.nodes:
                raise InvalidDefinitionError(
                    f"The {self.describe} uses the name {alias!r} twice.",
                    where=where,
                    hint="Give each use another alias.",
                )
            return alias
        name = definition.name
        if name not in self.nodes:
            return name
        number = self._counts.get(name, 1) + 1
        while f"{name}_{number}" in self.nodes:
            number += 1
        self._counts[name] = number
        return f"{name}_{number}"

    def _bind(self, node: Node, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Mapping[str, Any]:
        """The arguments by the names of the inputs."""
        if not args and not kwargs:
            return kwargs
        names = node.definition.positional_inputs
        if len(args) > len(names):
            raise InvalidDefinitionError(
                f"The {node.describe} takes {len(names)} inputs ({', '.join(names) or 'none'}); "
                f"{len(args)} were given in the {self.describe}.",
                where=node.where,
                hint="Config and resources are not given in a composition: they come with the run.",
            )
        given = dict(zip(names, args, strict=False))
        for name, value in kwargs.items():
            if name in given:
                raise InvalidDefinitionError(
                    f"The {node.describe} was given the input {name!r} twice: by place and by name.",
                    where=node.where,
                )
            if not node.definition.has_input(name):
                raise InvalidDefinitionError(
                    f"The {node.describe} has no input {name!r}, which was given in the {self.describe}.",
                    where=node.where,
                    hint=did_you_mean(name, node.definition.input_dict)
                    or f"Its inputs are: {', '.join(node.definition.input_dict) or 'none'}. "
                    "To wait for another op without its value, declare ins={...: In(Nothing)}.",
                )
            given[name] = value
        return given

    def _connect(
        self,
        node: Node,
        input_name: str,
        value: Any,
        found: dict[str, Dependency],
        over: dict[tuple[str, ...], str],
    ) -> None:
        """Note where an input comes from, and the dynamic output it is a value of inside a ``.map``."""
        if isinstance(value, Wire):
            self._check_wire(value, node, input_name)
        if isinstance(value, CollectedHandle):
            found[input_name] = DynamicCollectDependencyDefinition(value.node_name, value.output_name)
        elif isinstance(value, OutputHandle):
            found[input_name] = DependencyDefinition(value.node_name, value.output_name)
            if isinstance(value, MappedHandle):
                over.setdefault(value.over, input_name)
        elif isinstance(value, InputHandle):
            self.input_mappings.append(InputMapping(value.input_name, node.name, input_name))
        elif isinstance(value, list):
            found[input_name] = self._fan_in(node, input_name, cast("list[Any]", value), over)
        elif _is_asset(value):
            self.input_assets.setdefault(node.name, {})[input_name] = value
        else:
            raise self._no_wire(node, input_name, value)

    def _fan_in(
        self, node: Node, input_name: str, values: list[Any], over: dict[tuple[str, ...], str]
    ) -> MultiDependencyDefinition:
        parts: list[DependencyDefinition | type[MappedInputPlaceholder]] = []
        for place, value in enumerate(values):
            if isinstance(value, Wire):
                self._check_wire(value, node, input_name)
            if isinstance(value, InputHandle):
                self.input_mappings.append(InputMapping(value.input_name, node.name, input_name, place))
                parts.append(MappedInputPlaceholder)
            elif isinstance(value, OutputHandle) and not isinstance(value, CollectedHandle):
                parts.append(DependencyDefinition(value.node_name, value.output_name))
                if isinstance(value, MappedHandle):
                    over.setdefault(value.over, input_name)
            else:
                raise self._no_part(node, input_name, value)
        return MultiDependencyDefinition(parts)

    def _handles(self, node: Node, over: tuple[str, ...] | None) -> Any:
        made = [self._handle(node, name, out, over) for name, out in node.definition.output_dict.items()]
        if len(made) == 1:
            return made[0]
        return OutputHandles.of(node.name, made) if made else None

    def _handle(
        self, node: Node, name: str, out: OutputDefinition, over: tuple[str, ...] | None
    ) -> OutputHandle:
        if out.is_dynamic:
            if over is not None:
                raise nested_dynamic(node.describe, name, node.where)
            origin = node.definition.dynamic_origin(name) or (name,)
            return DynamicHandle(self, node.name, name, (node.name, *origin))
        if over is not None:
            return MappedHandle(self, node.name, name, over)
        return OutputHandle(self, node.name, name)

    # -- dynamic outputs -------------------------------------------------------------------------------

    def mapped(self, handle: DynamicHandle, fn: Callable[[Any], Any]) -> Any:
        """What ``fn`` wires for one value of a dynamic output, as outputs that are dynamic themselves."""
        if not callable(fn):
            raise InvalidDefinitionError(
                f"{handle.describe()} was mapped with {fn!r:.80}, which cannot be called.",
                where=user_position(),
                hint="Write .map(lambda part: clean(part)).",
            )
        inner = MappedHandle(self, handle.node_name, handle.output_name, handle.over)
        answer = fn(inner)
        if isinstance(answer, OutputHandles):
            return OutputHandles.of(answer.node_name, (self._outward(part, handle) for part in answer))
        if isinstance(answer, tuple):
            return tuple(self._outward(part, handle) for part in answer)  # pyright: ignore[reportUnknownVariableType]
        return None if answer is None else self._outward(answer, handle)

    def _outward(self, answer: Any, handle: DynamicHandle) -> DynamicHandle:
        if isinstance(answer, MappedHandle) and answer.over == handle.over:
            return DynamicHandle(self, answer.node_name, answer.output_name, answer.over)
        raise InvalidDefinitionError(
            f"The function given to .map of {handle.describe()[:1].lower()}{handle.describe()[1:]} returned "
            f"{answer!r}, which is not made of its argument.",
            where=user_position(),
            hint="Return what an op gives that was handed the argument, a tuple of such, or None.",
        )

    def check_own(self, value: Wire, what: str, where: SourcePosition | None) -> None:
        """Raise ``InvalidDefinitionError`` for a handle that was made while another graph was composed."""
        if value.composition is not self:
            raise InvalidDefinitionError(
                f"{value.describe()} of the {value.composition.describe} {what} of the {self.describe}.",
                where=where,
                hint="Make it an input of the inner graph: a parameter of its function.",
            )

    # -- what is refused -------------------------------------------------------------------------------

    def _check_wire(self, value: Wire, node: Node, input_name: str) -> None:
        self.check_own(value, f"was given to the input {input_name!r} of the {node.describe}", node.where)
        if isinstance(value, DynamicHandle):
            raise InvalidDefinitionError(
                f"{value.describe()} is dynamic and was given as it is to the input {input_name!r} of the "
                f"{node.describe}.",
                where=node.where,
                hint=f"Write .map(...) to run {node.name!r} once for each value, or .collect() to give it the "
                "list of all.",
            )

    def _no_wire(self, node: Node, input_name: str, value: Any) -> InvalidDefinitionError:
        if isinstance(value, OutputHandles):
            return InvalidDefinitionError(
                f"The input {input_name!r} of the {node.describe} was given all {len(value)} outputs of "
                f"{value.node_name!r}.",
                where=node.where,
                hint=f"Say which one: {', '.join(f'.{name}' for name in value.names)}.",
            )
        if isinstance(value, NodeDefinition):
            return InvalidDefinitionError(
                f"The input {input_name!r} of the {node.describe} was given the {value.describe_node()} itself.",
                where=node.where,
                hint=f"Call it: {value.name}().",
            )
        return InvalidDefinitionError(
            f"The input {input_name!r} of the {node.describe} was given {value!r:.80} in the {self.describe}; "
            "an input there is the output of another op, an input of the graph, an asset, or a list of outputs.",
            where=node.where,
            hint="Give constants as config, as the default of the parameter, or by an op that returns them.",
        )

    def _no_part(self, node: Node, input_name: str, value: Any) -> InvalidDefinitionError:
        if isinstance(value, CollectedHandle):
            hint = "Give the collected list to an input of its own."
        elif _is_asset(value):
            hint = "Give the asset to an input of its own, or load it in an op and give the op's output."
        else:
            hint = "Each part of a list is the output of an op or an input of the graph."
        return InvalidDefinitionError(
            f"The list given to the input {input_name!r} of the {node.describe} holds {value!r:.80}.",
            where=node.where,
            hint=hint,
        )


def nested_dynamic(what: str, output: str, where: SourcePosition | None) -> InvalidDefinitionError:
    """The error of a dynamic output inside a mapping over another one."""
    return InvalidDefinitionError(
        f"The {what} is mapped over a dynamic output and has a dynamic output {output!r} itself.",
        where=where,
        hint="Dynamic outputs do not nest: collect the outer one first, or give the inner values as one list.",
    )


def mixed_dynamic(
    what: str, found: Mapping[Any, str], where: SourcePosition | None
) -> InvalidDefinitionError:
    """The error of a node with values of two dynamic outputs; ``found`` names an input for each."""
    (one, first), (two, second) = list(found.items())[:2]
    return InvalidDefinitionError(
        f"The {what} has values of two dynamic outputs: its input {first!r} of {'.'.join(one)!r}, "
        f"{second!r} of {'.'.join(two)!r}.",
        where=where,
        hint="An op is mapped over one dynamic output: collect the other with .collect().",
    )


def _is_asset(value: object) -> bool:
    if isinstance(value, (str, list, tuple, Mapping)) or value is None:
        return False
    try:
        key_of(value)
    except Exception:  # what has no asset key is no asset
        return False
    return True


def composed(composition: Composition, fn: Callable[..., Any], inputs: Iterable[str]) -> Any:
    """What the function returns when it is called with handles for its inputs."""
    with composing(composition):
        return fn(**{name: InputHandle(composition, name) for name in inputs})
