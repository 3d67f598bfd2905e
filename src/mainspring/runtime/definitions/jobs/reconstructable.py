"""``ReconstructableJob``: a job by the place of the code that makes it, so that another process can make it again."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError, InvariantViolationError
from mainspring.core.base.source import position_of
from mainspring.runtime.definitions.jobs.job import JobDefinition


@dataclass(frozen=True)
class ReconstructableJob:
    """A function of a module that makes a job, or the job itself by its name there, with the function's arguments.

    >>> ReconstructableJob("my_project.jobs", "nightly").get_definition()  # doctest: +SKIP
    <JobDefinition nightly: 3 ops>
    """

    module_name: str
    name: str
    args: Sequence[object] = ()
    kwargs: Mapping[str, object] = field(default_factory=dict[str, object])
    working_directory: str | None = None

    def get_definition(self) -> JobDefinition:
        """The job, made by its code. Raises ``InvariantViolationError`` where the code is not there or makes no job."""
        if self.working_directory is not None and self.working_directory not in sys.path:
            sys.path.insert(0, self.working_directory)
        module = import_module(self.module_name)
        target: Any = getattr(module, self.name, None)
        if target is None:
            raise InvariantViolationError(f"The module {self.module_name!r} has no {self.name!r}.")
        made = target(*self.args, **self.kwargs) if inspect.isfunction(target) else target
        if not isinstance(made, JobDefinition):
            raise InvariantViolationError(
                f"{self.module_name}.{self.name} is, or returns, {made!r}; it must be a job.",
                hint="Decorate it with @job, or let it return graph.to_job().",
            )
        return made


def reconstructable(target: Callable[..., Any] | JobDefinition) -> ReconstructableJob:
    """A job that other processes can make again, from a job or a function that makes one, at the top of a module.

    >>> execute_job(reconstructable(nightly), instance=instance)  # doctest: +SKIP

    Raises ``InvariantViolationError`` for a function inside another one and for a lambda.
    """
    function = _composition(target) if isinstance(target, JobDefinition) else target
    if not inspect.isfunction(function):
        raise InvariantViolationError(
            f"{target!r} cannot be made again elsewhere: nothing says by which code it was made.",
            hint="Give a job that was made with @job, or a function that returns the job.",
        )
    if function.__qualname__ != function.__name__ or function.__name__ == "<lambda>":
        raise InvariantViolationError(
            f"{function.__qualname__!r} cannot be made again elsewhere: it is not at the top of a module.",
            where=position_of(function),
            hint="Move it to the top of its module, and give it a name.",
        )
    return ReconstructableJob(function.__module__, function.__name__)


def _composition(job: JobDefinition) -> Any:
    return None if job.graph is None or job.graph.name != job.name else job.graph.composition_fn


def build_reconstructable_job(
    reconstructor_module_name: str,
    reconstructor_function_name: str,
    reconstructable_args: tuple[object, ...] | None = None,
    reconstructable_kwargs: Mapping[str, object] | None = None,
    reconstructor_working_directory: str | None = None,
) -> ReconstructableJob:
    """A job that a function of a module makes of these arguments.

    Raises ``InvalidDefinitionError`` for names that are no names.
    """
    for name in (*reconstructor_module_name.split("."), reconstructor_function_name):
        if not name.isidentifier():
            raise InvalidDefinitionError(
                f"build_reconstructable_job: {name!r} is no name of a module or a function.",
                hint='Write build_reconstructable_job("my_project.jobs", "make_job", ("daily",)).',
            )
    return ReconstructableJob(
        reconstructor_module_name,
        reconstructor_function_name,
        reconstructable_args or (),
        reconstructable_kwargs or {},
        reconstructor_working_directory,
    )
