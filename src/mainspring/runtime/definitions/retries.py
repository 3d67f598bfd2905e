"""When a failed step is tried again, and how user code asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.randomness import Random, system_random
from mainspring.core.base.source import user_position
from mainspring.core.values.metadata import normalize_metadata


class Backoff(Enum):
    """How the delay grows with each try: LINEAR ``delay * n``, EXPONENTIAL ``delay * (2 ** n - 1)``."""

    LINEAR = "LINEAR"
    EXPONENTIAL = "EXPONENTIAL"


class Jitter(Enum):
    """How chance changes the delay: FULL takes between none and all of it, PLUS_MINUS up to one base delay
    more or less.
    """

    FULL = "FULL"
    PLUS_MINUS = "PLUS_MINUS"


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Try a failed step again.

    ``max_retries`` tries after the first; ``delay`` in seconds between them.

    >>> RetryPolicy(max_retries=3, delay=1, backoff=Backoff.EXPONENTIAL).calculate_delay(3)
    7
    """

    max_retries: int = 1
    delay: float | None = None
    backoff: Backoff | None = None
    jitter: Jitter | None = None

    def __post_init__(self) -> None:
        if isinstance(self.max_retries, bool) or not isinstance(self.max_retries, int):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise _refused("max_retries", self.max_retries, "it must be a whole number")
        if self.max_retries < 0:
            raise _refused("max_retries", self.max_retries, "it cannot be negative")
        if self.delay is not None and not isinstance(self.delay, (int, float)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise _refused("delay", self.delay, "it must be a number of seconds")
        if self.delay is not None and self.delay < 0:
            raise _refused("delay", self.delay, "it cannot be negative")
        for name, kind in (("backoff", Backoff), ("jitter", Jitter)):
            value = getattr(self, name)
            if value is not None and not isinstance(value, kind):
                names = ", ".join(f"{kind.__name__}.{member.name}" for member in kind)
                raise _refused(name, value, f"it must be one of {names}")
            if value is not None and self.delay is None:
                raise _refused(name, value, "it changes a delay; give `delay` in seconds as well")

    def calculate_delay(self, attempt_num: int, random: Random | None = None) -> float:
        """The seconds to wait before try number ``attempt_num`` (1 is the first retry)."""
        delay = self.delay or 0
        if self.backoff is Backoff.EXPONENTIAL:
            delay = (2**attempt_num - 1) * delay
        elif self.backoff is Backoff.LINEAR:
            delay = attempt_num * delay
        if self.jitter is None or not delay:
            return delay
        chance = (random or system_random()).random()
        if self.jitter is Jitter.FULL:
            return delay * chance
        return delay + ((2 * chance - 1) * (self.delay or 0))


def _refused(name: str, value: object, why: str) -> InvalidDefinitionError:
    shown = str(value) if isinstance(value, Enum) else repr(value)
    return InvalidDefinitionError(f"RetryPolicy({name}={shown}): {why}.", where=user_position())


class RetryRequested(Exception):  # the published name
    """Raise it in a step to have it tried again.

    >>> raise RetryRequested(max_retries=3, seconds_to_wait=1)
    Traceback (most recent call last):
    ...
    mainspring.runtime.definitions.retries.RetryRequested: The step asks to be tried again, 3 times at most.
    """

    def __init__(self, max_retries: int | None = 1, seconds_to_wait: float | None = None) -> None:
        self.max_retries: int = 1 if max_retries is None else max_retries
        times = "once" if self.max_retries == 1 else f"{self.max_retries} times"
        super().__init__(f"The step asks to be tried again, {times} at most.")
        self.seconds_to_wait = seconds_to_wait


class Failure(Exception):  # the published name
    """Raise it to fail a step with words and metadata of your own; ``allow_retries=False`` ends all tries."""

    def __init__(
        self,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        allow_retries: bool | None = None,
    ) -> None:
        super().__init__(*(() if description is None else (description,)))
        self.description = description
        self.metadata: dict[str, Any] = normalize_metadata(metadata) if metadata else {}
        self.allow_retries: bool = True if allow_retries is None else allow_retries
