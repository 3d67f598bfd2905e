"""Making the resources of a run and closing them again: the one place where resources come to life."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from mainspring.core.base.clock import Clock, SystemClock
from mainspring.core.base.environment import Environment, system_environment
from mainspring.core.base.errors import ResourceFunctionError
from mainspring.core.config.fault import ConfigFault, raise_faults
from mainspring.core.config.schema import ANY_FIELD, Shape
from mainspring.core.config.validate import validate
from mainspring.runtime.contexts.resource import InitResourceContext, ResourceDetails, Resources
from mainspring.runtime.definitions.resources.definition import Prepared, ResourceDefinition
from mainspring.runtime.definitions.resources.order import ResourceNode, ordered

_ENTRY = Shape({"config": ANY_FIELD})


class ContextMaker(Protocol):
    """Makes the context of one resource; ``functools.partial(InitResourceContext, instance=..., ...)`` is
    one.
    """

    def __call__(
        self,
        *,
        resource_config: Any,
        resources: Resources,
        resource_def: ResourceDefinition,
        all_resource_defs: Mapping[str, Any],
    ) -> InitResourceContext:
        """The context to make the resource with."""
        ...


class ResourceWatch:
    """Is told how the making of resources goes. Override what is of interest; each key is named once per
    call.

    A resource nested in another and not registered itself has the key ``outer.field``.
    """

    def on_start(self, key: str) -> None:
        """The making of a resource begins."""

    def on_success(self, key: str, seconds: float) -> None:
        """A resource has been made."""

    def on_failure(self, key: str, error: BaseException) -> None:
        """The making of a resource failed; the error is raised afterwards."""

    def on_teardown_failure(self, key: str, error: BaseException) -> None:
        """The closing of a resource failed; the others are closed all the same."""


@dataclass(slots=True)
class _Scope:
    """The resources made so far, and how to close them."""

    watch: ResourceWatch
    clock: Clock
    made: dict[str, Any] = field(default_factory=dict)
    open: list[tuple[ResourceNode, AbstractContextManager[Any]]] = field(default_factory=list)

    def start(self, node: ResourceNode, make: Callable[[], AbstractContextManager[Any]]) -> None:
        """Make one resource."""
        self.watch.on_start(node.key)
        began = self.clock.monotonic()
        try:
            manager = make()
            value = manager.__enter__()
        except (Exception, SystemExit) as error:
            failure = _failure(node, error, "making")
            self.watch.on_failure(node.key, failure)
            raise failure from error
        self.open.append((node, manager))
        self.made[node.key] = value
        self.watch.on_success(node.key, self.clock.monotonic() - began)

    def close(self) -> list[ResourceFunctionError]:
        """Close all, the last made first; the errors of those that could not be closed."""
        failures: list[ResourceFunctionError] = []
        while self.open:
            node, manager = self.open.pop()
            try:
                manager.__exit__(None, None, None)
            except (Exception, SystemExit) as error:
                failure = _failure(node, error, "closing")
                failure.__cause__ = error
                failures.append(failure)
                self.watch.on_teardown_failure(node.key, failure)
        return failures


@contextmanager
def build_resource_set(
    resource_defs: Mapping[str, object],
    required: AbstractSet[str],
    *,
    config: Mapping[str, Any] | None = None,
    make_context: ContextMaker = InitResourceContext,
    environ: Environment | None = None,
    watch: ResourceWatch | None = None,
    clock: Clock | None = None,
) -> Generator[Resources, None, None]:
    """Make the required resources and what they need, in order; close them in reverse order at the end.

    ``config`` is the ``resources`` section of a run config: ``{key: {"config": ...}}``. All config is read
    first: what is wrong, a missing environment variable too, is raised at once as one
    ``InvalidConfigError`` before anything is made. An error while making is raised as
    ``ResourceFunctionError``, after what was made before is closed. All are closed even where one fails to;
    errors of closing are raised unless the body itself raised.
    """
    nodes = ordered(resource_defs, required)
    prepared = _prepared(nodes, config or {}, system_environment() if environ is None else environ)
    scope = _Scope(watch or ResourceWatch(), clock or SystemClock())
    definitions = {node.key: node.definition for node in nodes}
    try:
        for node in nodes:
            scope.start(
                node,
                lambda node=node: _opened(node, prepared[node.key], scope.made, make_context, definitions),
            )
        yield _namespace(nodes, scope.made, prepared, required)
    except BaseException as error:
        for failure in scope.close():
            error.add_note(str(failure))
        raise
    failures = scope.close()
    if failures:
        first, *others = failures
        for other in others:
            first.add_note(str(other))
        raise first


def _namespace(
    nodes: list[ResourceNode],
    made: Mapping[str, Any],
    prepared: Mapping[str, Prepared],
    required: AbstractSet[str],
) -> Resources:
    details = {
        node.key: ResourceDetails(
            prepared[node.key].config, Resources({key: made[key] for key in sorted(node.requires)})
        )
        for node in nodes
        if node.key in required
    }
    return Resources({key: made[key] for key in sorted(required)}, details)


def _opened(
    node: ResourceNode,
    prepared: Prepared,
    made: Mapping[str, Any],
    make_context: ContextMaker,
    definitions: Mapping[str, Any],
) -> AbstractContextManager[Any]:
    context = make_context(
        resource_config=prepared.config,
        resources=Resources({key: made[key] for key in node.requires}),
        resource_def=node.definition,
        all_resource_defs=definitions,
    )
    return prepared.open(context, {field: made[key] for field, key in node.nested.items()})


def resource_config_faults(
    resource_defs: Mapping[str, object],
    required: AbstractSet[str],
    config: Mapping[str, Any],
    environ: Environment,
) -> list[ConfigFault]:
    """What ``build_resource_set`` would refuse in the config of these resources; nothing is made.

    Raises what it would for resources that are not there or require one another in a circle.
    """
    return _prepare(ordered(resource_defs, required), config, environ)[1]


def _prepared(
    nodes: list[ResourceNode], config: Mapping[str, Any], environ: Environment
) -> dict[str, Prepared]:
    made, faults = _prepare(nodes, config, environ)
    raise_faults("The config of the resources does not fit.", faults, given=dict(config))
    return made


def _prepare(
    nodes: list[ResourceNode], config: Mapping[str, Any], environ: Environment
) -> tuple[dict[str, Prepared], list[ConfigFault]]:
    made: dict[str, Prepared] = {}
    faults: list[ConfigFault] = []
    for node in nodes:
        raw, wrong = _given(node, config)
        made[node.key] = node.definition.prepare(raw, environ, path=node.path)
        faults.extend(wrong or made[node.key].faults)
    return made, faults


def _given(node: ResourceNode, config: Mapping[str, Any]) -> tuple[object, tuple[ConfigFault, ...]]:
    if node.key not in config:
        return None, ()
    entry = validate(_ENTRY, config[node.key], path=("resources", node.key))
    return (
        (None, entry.errors)
        if entry.errors
        else (cast("Mapping[str, object]", entry.value).get("config"), ())
    )


def _failure(node: ResourceNode, error: BaseException, act: str) -> ResourceFunctionError:
    return ResourceFunctionError(
        f"Error while {act} the resource `{node.key}`: {type(error).__name__}: {error}",
        user_exception=error,
        where=node.definition.where,
        hint="Mend the code of the resource, or see to its config and to what it connects to.",
    )
