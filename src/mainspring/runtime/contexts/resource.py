"""What a resource is made with, and the namespace in which made resources are found."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mainspring.core.base.errors import UnknownResourceError, did_you_mean

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

_LOG = logging.getLogger("mainspring.resources")


class IAttachDifferentObjectToOpContext(ABC):
    """A resource that appears as another object under ``context.resources``.

    A function that takes the resource as a parameter still gets the resource itself.
    """

    @abstractmethod
    def get_object_to_set_on_execution_context(self) -> Any:
        """The object to be found under ``context.resources``."""


class Resources:
    """The resources of a step, as attributes: ``context.resources.warehouse``.

    Only those that were asked for are there; any other name raises ``UnknownResourceError``.
    """

    __slots__ = ("_attached", "_details", "_made")

    _made: dict[str, Any]
    _attached: dict[str, Any]
    _details: Mapping[str, ResourceDetails]

    def __init__(
        self, made: Mapping[str, Any] | None = None, details: Mapping[str, ResourceDetails] | None = None
    ) -> None:
        values = dict(made or {})
        object.__setattr__(self, "_details", details or {})
        object.__setattr__(self, "_made", values)
        object.__setattr__(self, "_attached", {key: _attached(value) for key, value in values.items()})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in Resources.__slots__:  # looked for while being unpickled
            raise AttributeError(name)
        try:
            return self._attached[name]
        except KeyError:
            raise _unknown(name, self._attached) from None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"the resources of a step cannot be changed (tried to set {name!r})")

    def __contains__(self, name: object) -> bool:
        return name in self._attached

    def __iter__(self) -> Iterator[str]:
        return iter(self._attached)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._attached]

    def __repr__(self) -> str:
        return f"Resources({', '.join(self._attached)})"

    def __getstate__(self) -> dict[str, Any]:
        return self._made

    def __setstate__(self, state: dict[str, Any]) -> None:
        Resources.__init__(self, state)

    def _asdict(self) -> dict[str, Any]:
        """The resources by name, as ``context.resources`` shows them."""
        return dict(self._attached)


class ResourceDetails(NamedTuple):
    """What one of the resources was made with: its config, and the resources it requires."""

    config: Any
    resources: Resources


def resource_details(resources: Resources, name: str) -> ResourceDetails:
    """What a resource was made with; all the resources and no config where that is not known."""
    known = resources._details  # pyright: ignore[reportPrivateUsage]  # a namespace has no public methods
    return known[name] if name in known else ResourceDetails(None, resources)


def injected_resource(resources: Resources, name: str) -> Any:
    """The resource that a function parameter ``name`` receives. Raises ``UnknownResourceError``."""
    made = resources._made  # pyright: ignore[reportPrivateUsage]  # a namespace has no public methods
    if name not in made:
        raise _unknown(name, made)
    return made[name]


def _attached(value: object) -> object:
    if isinstance(value, IAttachDifferentObjectToOpContext):
        return value.get_object_to_set_on_execution_context()
    return value


def _unknown(name: str, known: Mapping[str, object]) -> UnknownResourceError:
    have = f"Available here: {', '.join(known)}." if known else "No resource is available here."
    return UnknownResourceError(
        name,
        f"Unknown resource `{name}`. {have}",
        hint=did_you_mean(name, known)
        or f"Take `{name}` as a parameter, or name it in required_resource_keys, of what uses it.",
    )


class InitResourceContext:
    """What the function or class of a resource is given: its config, the resources it requires, the run."""

    __slots__ = (
        "_all_resource_defs",
        "_event_loop",
        "_instance",
        "_log_manager",
        "_resource_config",
        "_resource_def",
        "_resources",
        "_run",
    )

    def __init__(
        self,
        resource_config: Any,
        resources: Resources,
        resource_def: Any = None,
        all_resource_defs: Mapping[str, Any] | None = None,
        instance: Any = None,
        dagster_run: Any = None,
        log_manager: Any = None,
        event_loop: AbstractEventLoop | None = None,
    ) -> None:
        self._resource_config = resource_config
        self._resources = resources
        self._resource_def = resource_def
        self._all_resource_defs = dict(all_resource_defs or {})
        self._instance = instance
        self._run = dagster_run
        self._log_manager = log_manager
        self._event_loop = event_loop

    @property
    def resource_config(self) -> Any:
        """The config of the resource, checked, with the environment read."""
        return self._resource_config

    @property
    def resources(self) -> Resources:
        """The resources this one requires."""
        return self._resources

    @property
    def resource_def(self) -> Any:
        """The definition of the resource being made."""
        return self._resource_def

    @property
    def all_resource_defs(self) -> Mapping[str, Any]:
        """The definitions of all resources of the job."""
        return self._all_resource_defs

    @property
    def instance(self) -> Any:
        """The instance the run belongs to, or ``None``."""
        return self._instance

    @property
    def run(self) -> Any:
        """The run, or ``None`` outside one."""
        return self._run

    @property
    def dagster_run(self) -> Any:
        """The same as ``run``."""
        return self._run

    @property
    def run_id(self) -> str | None:
        """The id of the run, or ``None`` outside one."""
        return None if self._run is None else self._run.run_id

    @property
    def log(self) -> Any:
        """Where the resource logs: the log of the run, or python's own outside one."""
        return _LOG if self._log_manager is None else self._log_manager

    @property
    def log_manager(self) -> Any:
        """The same as ``log``."""
        return self.log

    @property
    def event_loop(self) -> AbstractEventLoop | None:
        """The loop on which coroutines of the run are run, where there is one."""
        return self._event_loop

    def replace_config(self, config: Any) -> InitResourceContext:
        """The same context with another config."""
        return InitResourceContext(
            resource_config=config,
            resources=self.resources,
            resource_def=self._resource_def,
            all_resource_defs=self._all_resource_defs,
            instance=self._instance,
            dagster_run=self._run,
            log_manager=self._log_manager,
            event_loop=self._event_loop,
        )
