"""Resources outside a run: ``build_resources`` and ``build_init_resource_context``, for tests and scripts."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from mainspring.runtime.contexts.resource import InitResourceContext, Resources
from mainspring.runtime.definitions.resources.own_instance import OwnInstance
from mainspring.runtime.definitions.resources.scope import build_resource_set

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop


class _ContextOutsideRun(InitResourceContext):
    """The context of a resource that is made outside a run."""

    __slots__ = ("_own",)

    def __init__(self, *given: Any, own: OwnInstance, **said: Any) -> None:
        super().__init__(*given, **said)
        self._own = own

    @property
    def instance(self) -> Any:
        """The instance that was given, or one in memory."""
        return self._own.get()

    def replace_config(self, config: Any) -> InitResourceContext:
        """The same context with another config."""
        return _ContextOutsideRun(
            config,
            self.resources,
            self._resource_def,
            self._all_resource_defs,
            dagster_run=self._run,
            log_manager=self._log_manager,
            event_loop=self._event_loop,
            own=self._own,
        )


@contextmanager
def build_resources(
    resources: Mapping[str, Any],
    instance: Any = None,
    resource_config: Mapping[str, Any] | None = None,
    dagster_run: Any = None,
    log_manager: Any = None,
    event_loop: AbstractEventLoop | None = None,
) -> Generator[Resources, None, None]:
    """Make resources for a ``with`` block, as a run would, and close them at its end.

    >>> with build_resources({"limit": 3}) as made:
    ...     made.limit
    3

    ``resource_config`` is the ``resources`` section of a run config: ``{"warehouse": {"config": {...}}}``.
    Without an ``instance``, resources that ask for one are given one in memory.
    """
    with (
        OwnInstance(instance) as own,
        open_resources(
            resources,
            own,
            resource_config,
            dagster_run=dagster_run,
            log_manager=log_manager,
            event_loop=event_loop,
        ) as made,
    ):
        yield made


def open_resources(
    resources: Mapping[str, Any], own: OwnInstance, config: Mapping[str, Any] | None = None, **said: Any
) -> AbstractContextManager[Resources]:
    """All of the resources, for a ``with`` block; ``said`` is what else their contexts say."""
    make_context = partial(_ContextOutsideRun, own=own, **said)
    return build_resource_set(resources, frozenset(resources), config=config, make_context=make_context)


class UnboundInitResourceContext(_ContextOutsideRun):
    """An ``InitResourceContext`` that belongs to no run.

    Its resources are made when first asked for. Use it in a ``with`` statement to have them closed.
    """

    __slots__ = ("_definitions", "_opened")

    def __init__(self, config: Any, resources: Mapping[str, Any], instance: Any) -> None:
        super().__init__(config, Resources(), all_resource_defs=resources, own=OwnInstance(instance))
        self._definitions = dict(resources)
        self._opened: ExitStack | None = None

    @property
    def resources(self) -> Resources:
        """The resources given, made."""
        if self._opened is None:
            opened = ExitStack()
            self._resources = opened.enter_context(open_resources(self._definitions, self._own))
            self._opened = opened
        return self._resources

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._opened is not None:
            opened, self._opened = self._opened, None
            opened.close()
        self._own.close()


def build_init_resource_context(
    config: Mapping[str, Any] | None = None,
    resources: Mapping[str, Any] | None = None,
    instance: Any = None,
) -> UnboundInitResourceContext:
    """A context to call a resource function with, or to give to the methods of a resource class, in a test.

    >>> build_init_resource_context(config={"n": 21}).resource_config
    {'n': 21}

    Without an ``instance`` it has one in memory.
    """
    return UnboundInitResourceContext(config, resources or {}, instance)
