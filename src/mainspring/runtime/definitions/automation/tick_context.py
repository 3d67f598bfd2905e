"""What every context of a tick offers: instance, resources, a log.

The contexts of ticks lie beside their definitions, not among those of steps: they make resources when they are
asked for, and resources are definitions.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import msgspec

from mainspring.core.base.errors import InvariantViolationError, UnknownResourceError, did_you_mean
from mainspring.runtime.contexts.log import EventLogHandler, LogManager, PassOnHandler
from mainspring.runtime.contexts.resource import InitResourceContext, Resources, injected_resource
from mainspring.runtime.definitions.automation.location import LocationView, location_view
from mainspring.runtime.definitions.resources.scope import build_resource_set

if TYPE_CHECKING:
    from mainspring.core.instance.instance import Instance

_LOGGER = "mainspring.tick"
"""The standard logger that hears what is logged in ticks."""


class TickLogLine(msgspec.Struct, frozen=True):
    """A line that was logged in a tick. ``level`` is a level of standard logging, ``timestamp`` seconds since 1970."""

    level: int
    message: str
    timestamp: float


class TickContext:
    """The part of a tick's context that schedules and sensors share.

    Resources are made when they are first asked for. Use the context in a ``with`` statement to have them
    closed at its end; an evaluation outside one closes them itself.
    """

    def __init__(
        self,
        *,
        instance: Any = None,
        log_key: Sequence[str] | None = None,
        resources: Mapping[str, Any] | None = None,
        repository_def: Any = None,
        definitions: Any = None,
    ) -> None:
        self._instance = instance
        self._log_key = log_key
        self._resource_defs: dict[str, Any] = dict(resources or {})
        self._repository_def = repository_def
        self._definitions = definitions
        self._made: dict[str, Any] = {}
        self._opened: ExitStack | None = None
        self._entered = False
        self._log: LogManager | None = None
        self.logged: list[TickLogLine] = []
        """What has been logged so far."""

    # -- where it happens -----------------------------------------------------------------------------

    @property
    def instance(self) -> Instance:
        """The deployment. Raises ``InvariantViolationError`` for a context built without one."""
        if self._instance is None:
            raise InvariantViolationError(
                "This context has no instance.",
                hint="Pass instance= to the function that builds it, for example DagsterInstance.ephemeral().",
            )
        return self._instance

    @property
    def instance_ref(self) -> Instance | None:
        """The deployment, or ``None``."""
        return self._instance

    @property
    def has_instance(self) -> bool:
        """Whether there is an instance."""
        return self._instance is not None

    @property
    def location(self) -> LocationView | None:
        """The definitions around the tick, where they are known."""
        return location_view(self._repository_def, self._definitions)

    # -- resources ------------------------------------------------------------------------------------

    @property
    def resource_defs(self) -> Mapping[str, Any] | None:
        """The resources as they are declared."""
        return self._resource_defs

    @property
    def resources(self) -> Resources:
        """The resources, made."""
        self._open(frozenset(self._resource_defs))
        return Resources(self._made)

    def require(self, keys: AbstractSet[str], *, by: str) -> None:
        """Make these resources. Raises ``UnknownResourceError`` where one is not known here."""
        location = self.location
        for key in sorted(keys - set(self._resource_defs)):
            known: Mapping[str, Any] = location.resources if location is not None else {}
            if key not in known:
                raise UnknownResourceError(
                    key,
                    f"{by} requires the resource {key!r}, which its context does not have.",
                    hint=did_you_mean(key, {**known, **self._resource_defs})
                    or f"Pass resources={{{key!r}: ...}} to the function that builds the context.",
                )
            self._resource_defs[key] = known[key]
        self._open(frozenset(keys))

    def merge_resources(self, resources_dict: Mapping[str, Any]) -> Self:
        """A context of the same tick with more resources; theirs win over ours of the same name."""
        made = self.__class__.__new__(self.__class__)
        made.__dict__.update(self.__dict__)
        made._resource_defs = {**self._resource_defs, **resources_dict}
        made._made = {}
        made._opened = None
        made._entered = False
        return made

    def _open(self, keys: AbstractSet[str]) -> None:
        missing = keys - set(self._made)
        if not missing:
            return
        location = self.location
        known = {**(location.resources if location is not None else {}), **self._resource_defs}
        if self._opened is None:
            self._opened = ExitStack()
        make_context = partial(InitResourceContext, instance=self._instance, log_manager=self.log)
        made = self._opened.enter_context(build_resource_set(known, missing, make_context=make_context))
        self._made |= {key: injected_resource(made, key) for key in missing}

    def close(self) -> None:
        """Close the resources that were made. Doing it twice does no harm."""
        opened, self._opened = self._opened, None
        self._made = {}
        if opened is not None:
            opened.close()

    @contextmanager
    def evaluating(self) -> Generator[None, None, None]:
        """The time of one evaluation: at its end resources are closed, unless a ``with`` block does it."""
        try:
            yield
        finally:
            if not self._entered:
                self.close()

    def __enter__(self) -> Self:
        self._entered = True
        return self

    def __exit__(self, *exception: object) -> None:
        self._entered = False
        self.close()

    # -- log ------------------------------------------------------------------------------------------

    @property
    def log(self) -> LogManager:
        """A logger whose lines are kept with the tick."""
        if self._log is None:
            self._log = LogManager(
                _LOGGER, [EventLogHandler(self._keep), PassOnHandler(logging.getLogger(_LOGGER))]
            )
        return self._log

    def _keep(self, level: int, message: str, timestamp: float) -> None:
        self.logged.append(TickLogLine(level, message, timestamp))

    @property
    def log_key(self) -> Sequence[str] | None:
        """The place the lines of this tick are kept at, where it has one."""
        return self._log_key

    def has_captured_logs(self) -> bool:
        """Whether anything was logged."""
        return bool(self.logged)

    @property
    def key_of_logs(self) -> list[str] | None:
        """The place of the lines, where there are any."""
        return list(self._log_key) if self._log_key is not None and self.logged else None
