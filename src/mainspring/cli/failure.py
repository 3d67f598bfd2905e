"""Errors as they are told: one sentence, the place, the way out. A traceback only for those who ask."""

from __future__ import annotations

import traceback

from mainspring.cli.output import say
from mainspring.core.base.errors import OrchestratorError


def tell(error: BaseException, *, debug: bool) -> None:
    """Write an error to stderr."""
    if debug:
        say("".join(traceback.format_exception(error)).rstrip())
        return
    if isinstance(error, OrchestratorError):
        say(told(error))
        return
    said = "".join(traceback.format_exception_only(type(error), error)).strip()
    say(
        f"error: Something went wrong inside this program: {said}\nhint: Please report it, with what --debug shows."
    )


def told(error: OrchestratorError) -> str:
    """An error of ours as text.

    >>> print(told(OrchestratorError("There is no asset ordrs.", hint="Did you mean orders?")))
    error: There is no asset ordrs.
    hint: Did you mean orders?
    """
    place = f"\n  at: {error.where}" if error.where else ""
    hint = f"\nhint: {error.hint}" if error.hint else ""
    return f"error: {error.message}{place}{hint}"
