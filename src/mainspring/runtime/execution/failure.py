"""The exceptions a step can end with, each told from the others by who is to blame."""

from __future__ import annotations

from dataclasses import dataclass

from mainspring.core.base.errors import (
    ExecutionInterruptedError,
    OrchestratorError,
    StepExecutionError,
    UserCodeError,
)
from mainspring.core.records.error_info import ErrorInfo, error_info
from mainspring.core.records.event_data import StepFailureData, UserFailureData
from mainspring.core.values.asset_key import AssetCheckKey
from mainspring.runtime.definitions.retries import Failure


class CheckFailedError(UserCodeError):
    """A blocking check found its asset wrong, so that what lies downstream must not be made."""

    published_name = "DagsterAssetCheckFailedError"

    def __init__(self, keys: list[AssetCheckKey]) -> None:
        names = ", ".join(key.to_user_string() for key in keys)
        noun = "check" if len(keys) == 1 else "checks"
        super().__init__(f"Blocking {noun} did not pass with ERROR severity: {names}.")
        self.keys = keys


class HandleOutputError(StepExecutionError):
    """An IO manager could not store an output."""

    published_name = "DagsterExecutionHandleOutputError"


class LoadInputError(StepExecutionError):
    """An IO manager could not load an input."""

    published_name = "DagsterExecutionLoadInputError"


class StepTimeoutError(UserCodeError):
    """A step ran longer than its timeout allows."""

    def __init__(self, message: str = "The step ran longer than its timeout allows.") -> None:
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class StepError:
    """Why a step failed: the exception, as a record, and the user's own exception to raise."""

    exception: BaseException
    info: ErrorInfo
    source: str
    user_failure: UserFailureData | None = None

    @property
    def to_raise(self) -> BaseException:
        """What a caller who wants exceptions should see: the user's own where there is one."""
        if isinstance(self.exception, StepExecutionError) and self.exception.user_exception is not None:
            return self.exception.user_exception
        return self.exception

    def data(self) -> StepFailureData:
        """The data of the STEP_FAILURE event."""
        return StepFailureData(self.info, self.user_failure, self.source)


def step_error(exception: BaseException, *, what: str) -> StepError:
    """An exception that came out of a step, with user code's wrapped so that it says where it came from."""
    if isinstance(exception, Failure):
        failure = UserFailureData("intentional-failure", exception.description, dict(exception.metadata))
        return StepError(exception, error_info(exception), "USER_CODE_ERROR", failure)
    if isinstance(exception, (KeyboardInterrupt, ExecutionInterruptedError)):
        return StepError(exception, error_info(exception), "INTERRUPT")
    if isinstance(exception, OrchestratorError):
        source = "USER_CODE_ERROR" if exception.is_user_code_error else "FRAMEWORK_ERROR"
        return StepError(exception, error_info(exception), source)
    wrapped = StepExecutionError(f"Error occurred while executing {what}.", user_exception=exception)
    wrapped.__cause__ = exception
    return StepError(wrapped, error_info(wrapped), "USER_CODE_ERROR")
