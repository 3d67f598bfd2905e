"""``PendingNodeInvocation``: an op or graph with what is said of one use of it, before the call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, cast

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import user_position
from mainspring.core.values.names import validate_name
from mainspring.core.values.tags import normalize_run_tags
from mainspring.runtime.definitions.door import call
from mainspring.runtime.definitions.hooks import HookDefinition
from mainspring.runtime.definitions.ops.composition import current_composition
from mainspring.runtime.definitions.ops.node_definition import NodeDefinition
from mainspring.runtime.definitions.retries import RetryPolicy


class PendingNodeInvocation:
    """A use of an op or a graph: its alias, tags, hooks and retry policy there. Never changed.

    Calling it inside a graph or job adds the node; elsewhere it calls the op.

    >>> @job
    ... def nightly():
    ...     load.alias("load_sales").with_retry_policy(RetryPolicy(max_retries=3))()
    """

    __slots__ = ("given_alias", "hook_defs", "node_def", "retry_policy", "tags")

    def __init__(
        self,
        node_def: NodeDefinition,
        given_alias: str | None = None,
        tags: Mapping[str, Any] | None = None,
        hook_defs: Iterable[Any] | None = None,
        retry_policy: RetryPolicy | None = None,
    ) -> None:
        self.node_def: NodeDefinition = node_def
        self.given_alias: str | None = given_alias
        self.tags: Mapping[str, Any] = dict(tags or {})
        self.hook_defs: frozenset[Any] = frozenset(hook_defs or ())
        self.retry_policy: RetryPolicy | None = retry_policy

    def describe_node(self) -> str:
        """What messages call it."""
        return (
            self.node_def.describe_node()
            if self.given_alias is None
            else (f"{self.node_def.node_type_str} {self.given_alias!r}")
        )

    def _with(self, **changes: Any) -> PendingNodeInvocation:
        parts = {name: getattr(self, name) for name in self.__slots__}
        return PendingNodeInvocation(**(parts | changes))

    def alias(self, name: str) -> PendingNodeInvocation:
        """The use under this name."""
        what = f"a use of the {self.node_def.describe_node()}"
        return self._with(given_alias=validate_name(name, what=what, where=user_position()))

    def tag(self, tags: Mapping[str, Any] | None) -> PendingNodeInvocation:
        """The use with these tags besides its own."""
        what = f"a use of the {self.node_def.describe_node()}"
        return self._with(tags={**self.tags, **normalize_run_tags(tags, what=what, where=user_position())})

    def with_hooks(self, hook_defs: AbstractSet[Any]) -> PendingNodeInvocation:
        """The use with these hooks besides its own."""
        given: Any = hook_defs
        hooks: list[Any] = list(cast("Iterable[Any]", given)) if isinstance(given, Iterable) else [given]
        if not isinstance(given, Iterable) or not all(isinstance(hook, HookDefinition) for hook in hooks):
            raise InvalidDefinitionError(
                f"The hooks of a use of the {self.node_def.describe_node()} are {given!r:.80}; they must be a set "
                "of hooks.",
                where=user_position(),
                hint="Write with_hooks({hook}), where hook is decorated with @success_hook or @failure_hook.",
            )
        return self._with(hook_defs=self.hook_defs | frozenset(hooks))

    def with_retry_policy(self, retry_policy: RetryPolicy) -> PendingNodeInvocation:
        """The use with this retry policy, which goes before that of the op."""
        if not isinstance(retry_policy, RetryPolicy):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidDefinitionError(
                f"The retry policy of a use of the {self.node_def.describe_node()} is {retry_policy!r}.",
                where=user_position(),
                hint="Write with_retry_policy(RetryPolicy(max_retries=3)).",
            )
        return self._with(retry_policy=retry_policy)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Inside a graph or job: the use itself. Elsewhere: call the op."""
        composition = current_composition()
        if composition is None:
            return self.node_def(*args, **kwargs)
        return composition.use(
            self.node_def,
            args,
            kwargs,
            alias=self.given_alias,
            tags=self.tags,
            hook_defs=self.hook_defs,
            retry_policy=self.retry_policy,
        )

    def to_job(self, name: str | None = None, **arguments: Any) -> Any:
        """A job of the graph, with the tags, hooks and retry policy of this use. See ``GraphDefinition.to_job``."""
        return call("job_of_use")(self, name, arguments)

    def execute_in_process(self, **arguments: Any) -> Any:
        """Run the graph in this process. See ``GraphDefinition.execute_in_process``."""
        return call("execute_use_in_process")(self, arguments)

    def __repr__(self) -> str:
        return f"PendingNodeInvocation({self.describe_node()})"


class UsableDefinition(NodeDefinition):
    """Something that a use in a graph can be made of: what ops and graphs offer for it."""

    __slots__ = ()

    def get_pending_invocation(
        self,
        given_alias: str | None = None,
        tags: Mapping[str, Any] | None = None,
        hook_defs: Iterable[Any] | None = None,
        retry_policy: RetryPolicy | None = None,
    ) -> PendingNodeInvocation:
        """A use of it that is still to be called."""
        return PendingNodeInvocation(self, given_alias, tags, hook_defs, retry_policy)

    def alias(self, name: str) -> PendingNodeInvocation:
        """The same under another name, for this use in a graph."""
        return self.get_pending_invocation().alias(name)

    def tag(self, tags: Mapping[str, Any] | None) -> PendingNodeInvocation:
        """The same with tags, for this use in a graph."""
        return self.get_pending_invocation().tag(tags)

    def with_hooks(self, hook_defs: AbstractSet[Any]) -> PendingNodeInvocation:
        """The same with hooks, for this use in a graph."""
        return self.get_pending_invocation().with_hooks(hook_defs)

    def with_retry_policy(self, retry_policy: RetryPolicy) -> PendingNodeInvocation:
        """The same with a retry policy, for this use in a graph."""
        return self.get_pending_invocation().with_retry_policy(retry_policy)
