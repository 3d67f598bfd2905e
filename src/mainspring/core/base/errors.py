"""The errors of the project, in families by who must act.

* ``DefinitionError``: the author of a definition; found at load time.
* ``InvocationError``: the caller of an API or command; found at the call.
* ``OperatorError``: whoever runs the instance: storage, files, settings.
* ``UserCodeError``: user code raised; the original exception is the ``__cause__``.

Each message names the thing, its place and the way out. ``transient`` says whether trying again can help.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import ClassVar

from mainspring.core.base.source import SourcePosition


class OrchestratorError(Exception):
    """The root of all errors raised by this package.

    ``where`` is the place of the declaration at fault, ``hint`` the way out; both are part of ``str(error)``.
    """

    transient: ClassVar[bool] = False
    published_name: ClassVar[str]
    """Where stored errors are known to others by another name than the class has here: that name."""
    is_user_code_error: ClassVar[bool] = False

    def __init__(self, message: str, *, where: SourcePosition | None = None, hint: str | None = None) -> None:
        self.message = message
        self.where = where
        self.hint = hint
        super().__init__(message)

    def __str__(self) -> str:
        place = f" (declared at {self.where})" if self.where else ""
        way_out = f"\n{self.hint}" if self.hint else ""
        return f"{self.message}{place}{way_out}"


class DefinitionError(OrchestratorError):
    """A definition is wrong; its author must change it."""


class InvalidDefinitionError(DefinitionError):
    """A definition, or several that do not fit together, cannot be loaded.

    ``faults`` holds each error where several were found at once.
    """

    published_name = "DagsterInvalidDefinitionError"

    faults: Sequence[OrchestratorError] = ()


class InvalidConfigDefinitionError(DefinitionError):
    """A config schema is not made of things a schema can be made of."""

    published_name = "DagsterInvalidConfigDefinitionError"


class InvalidSubsetError(DefinitionError):
    """A selection names nothing that exists, or does not parse."""

    published_name = "DagsterInvalidSubsetError"


class UnmetExecutorRequirementsError(DefinitionError):
    """An executor cannot run this job in this setting."""

    published_name = "DagsterUnmetExecutorRequirementsError"


class InvocationError(OrchestratorError):
    """A function or command was called in a way it does not support."""


class InvalidInvocationError(InvocationError):
    """A definition was called directly with arguments that do not fit it."""

    published_name = "DagsterInvalidInvocationError"


class InvariantViolationError(InvocationError):
    """Something was asked or returned that the situation does not allow."""

    published_name = "DagsterInvariantViolationError"


class InvalidConfigError(InvocationError):
    """A run config does not fit its schema, or settings are wrong. ``errors`` holds every fault found, each with
    the path to it.
    """

    published_name = "DagsterInvalidConfigError"

    def __init__(
        self,
        preamble: str,
        errors: Sequence[object],
        config_value: object = None,
        *,
        where: SourcePosition | None = None,
    ) -> None:
        self.errors: list[object] = list(errors)
        self.config_value = config_value
        lines = "\n".join(f"    Error {i}: {error}" for i, error in enumerate(self.errors, 1))
        super().__init__(f"{preamble}\n{lines}" if lines else preamble, where=where)

    def __str__(self) -> str:
        """The place belongs to what the config is for, so it stands before the faults."""
        preamble, newline, lines = self.message.partition("\n")
        place = f" (declared at {self.where})" if self.where else ""
        return f"{preamble}{place}{newline}{lines}"


class UnknownResourceError(InvocationError, AttributeError):
    """A resource was asked for that is not among those the step requires."""

    published_name = "DagsterUnknownResourceError"

    def __init__(self, resource_name: str, message: str | None = None, *, hint: str | None = None) -> None:
        self.resource_name = resource_name
        text = message or f"Unknown resource `{resource_name}`."
        super().__init__(text, hint=hint)


class UnknownPartitionError(InvocationError):
    """A partition key does not exist in its partitions definition."""

    published_name = "DagsterUnknownPartitionError"


class RunNotFoundError(InvocationError):
    """No run has this id."""

    published_name = "DagsterRunNotFoundError"


class StepNotFoundError(InvocationError):
    """No step of the plan has this key."""

    published_name = "DagsterExecutionStepNotFoundError"


class StepOutputNotFoundError(InvocationError):
    """A step has no output of this name."""

    published_name = "DagsterStepOutputNotFoundError"


class EventLogInvalidForRun(InvocationError):
    """The event log of a run cannot be read as the log of one run."""

    published_name = "DagsterEventLogInvalidForRun"

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(f"The event log of run {run_id} cannot be read as the log of one run.")


class SubprocessError(OrchestratorError):
    """A child process failed."""

    published_name = "DagsterSubprocessError"


class TypeCheckDidNotPass(InvocationError):
    """A value is not of the type declared for it."""

    published_name = "DagsterTypeCheckDidNotPass"

    def __init__(
        self,
        description: str | None = None,
        metadata: object = None,
        dagster_type: object = None,
    ) -> None:
        self.description = description
        self.metadata: object = metadata if metadata is not None else {}
        self.dagster_type = dagster_type
        super().__init__(
            description or "A value is not of the type declared for it.",
            hint="Give a value of that type, or change the type that is declared.",
        )


class OperatorError(OrchestratorError):
    """The instance cannot do its work until whoever runs it acts."""


class StorageError(OperatorError):
    """The database or the home folder cannot be used as it is."""


class StorageBusyError(StorageError):
    """The database did not answer in time; trying again can help."""

    transient = True


class StorageFullError(StorageError):
    """There is no room left where the database lies."""

    transient = True


class StorageAwayError(StorageError):
    """The database server cannot be reached, or went away in the middle; trying again can help."""

    transient = True


class NotADatabaseError(StorageError):
    """The file at the place of the database is not a database of this project."""


class NewerSchemaError(StorageError):
    """The database was written by a newer version of this project."""


class FencedError(OrchestratorError):
    """A writer holds an epoch that is no longer the run's: another worker took over, or the run has ended."""


class SettingsError(OperatorError):
    """The settings file of the instance is wrong."""


class UserCodeError(OrchestratorError):
    """User code raised. The original exception is ``user_exception`` and the ``__cause__``."""

    published_name = "DagsterUserCodeExecutionError"

    is_user_code_error = True

    def __init__(
        self,
        message: str,
        *,
        user_exception: BaseException | None = None,
        where: SourcePosition | None = None,
        hint: str | None = None,
    ) -> None:
        self.user_exception = user_exception
        super().__init__(message, where=where, hint=hint)


class StepExecutionError(UserCodeError):
    """The function of a step raised."""

    published_name = "DagsterExecutionStepExecutionError"


class ResourceFunctionError(UserCodeError):
    """A resource could not be made or closed because its code raised."""

    published_name = "DagsterResourceFunctionError"


class ConfigMappingError(UserCodeError):
    """The function of a config mapping raised."""

    published_name = "DagsterConfigMappingFunctionError"


class TypeCheckError(UserCodeError):
    """The function that checks a type raised or answered with something that is no answer."""

    published_name = "DagsterTypeCheckError"


class LoadError(UserCodeError):
    """A module with definitions could not be imported."""


class ExecutionInterruptedError(BaseException):
    """The run was asked to stop while user code was running."""

    published_name = "DagsterExecutionInterruptedError"


def nearest(name: str, candidates: Iterable[str], *, most: int = 3) -> list[str]:
    """Up to ``most`` candidates that look like ``name``, best first; what a hint offers for a misspelt name."""
    known = [c for c in candidates if isinstance(c, str)]  # pyright: ignore[reportUnnecessaryIsInstance]
    lowered = {c.lower(): c for c in reversed(known)}
    found = get_close_matches(name.lower(), list(lowered), n=most, cutoff=0.6)
    return [lowered[f] for f in found]


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """A hint such as ``Did you mean orders, orders_raw?``, or ``None`` where nothing is near."""
    found = nearest(name, candidates)
    return f"Did you mean {', '.join(found)}?" if found else None
