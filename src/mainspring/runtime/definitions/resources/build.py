"""Resources outside a run: ``build_resources`` and ``build_init_resource_context``, for tests and scripts."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from mainspring.runtime.contexts.resource import InitResourceContext, Resources
from mainspring.runtime.definitions.resources.scope import build_resource_set

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop


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
    """
    make_context = partial(
        InitResourceContext,
        instance=instance,
        dagster_run=dagster_run,
        log_manager=log_manager,
        event_loop=event_loop,
    )
    keys = frozenset(resources)
    with build_resource_set(resources, keys, config=resource_config, make_context=make_context) as made:
        yield made


class UnboundInitResourceContext(InitResourceContext):
    """An ``InitResourceContext`` that belongs to no run.

    Its resources are made when first asked for. Use it in a ``with`` statement to have them closed.
    """

    __slots__ = ("_definitions", "_opened")

    def __init__(self, config: Any, resources: Mapping[str, Any], instance: Any) -> None:
        super().__init__(config, Resources(), instance=instance, all_resource_defs=resources)
        self._definitions = dict(resources)
        self._opened: ExitStack | None = None

    @property
    def resources(self) -> Resources:
        """The resources given, made."""
        if self._opened is None:
            opened = ExitStack()
            self._resources = opened.enter_context(
                build_resources(self._definitions, instance=self._instance)
            )
            self._opened = opened
        return self._resources

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opened is not None:
            opened, self._opened = self._opened, None
            opened.close()


def build_init_resource_context(
    config: Mapping[str, Any] | None = None,
    resources: Mapping[str, Any] | None = None,
    instance: Any = None,
) -> UnboundInitResourceContext:
    """A context to call a resource function with, or to give to the methods of a resource class, in a test.

    >>> build_init_resource_context(config={"n": 21}).resource_config
    {'n': 21}
    """
    return UnboundInitResourceContext(config, resources or {}, instance)
