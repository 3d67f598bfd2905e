"""What the function of a schedule or sensor answered, sorted; and the rules such answers obey."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.base.source import SourcePosition
from mainspring.core.records.run_request import RunRequest, SkipReason
from mainspring.core.records.tick_result import RunReaction, SensorResult


@dataclass(slots=True)
class Answers:
    """One tick's answers. ``result`` is set where it was a ``SensorResult``, whose parts are unfolded."""

    run_requests: list[RunRequest] = field(default_factory=list[RunRequest])
    skip_message: str | None = None
    reactions: list[RunReaction] = field(default_factory=list[RunReaction])
    result: SensorResult | None = None


def unfolded(answered: Any) -> list[Any]:
    """The answers as a list. A generator is run to its end here: that is user code."""
    if answered is None:
        return []
    if isinstance(answered, (list, tuple, Iterator)):
        return [item for item in cast("Iterator[Any]", answered) if item is not None]
    return [answered]


def sort_answers(found: list[Any], *, what: str, where: SourcePosition | None) -> Answers:
    """The answers by kind. Raises ``InvariantViolationError`` for those that do not go together."""
    sorted_ = Answers()
    skips: list[SkipReason] = []
    for item in found:
        if isinstance(item, RunRequest):
            sorted_.run_requests.append(item)
        elif isinstance(item, SkipReason):
            skips.append(item)
        elif isinstance(item, RunReaction):
            sorted_.reactions.append(item)
        elif isinstance(item, SensorResult):
            _must_be_alone(found, what, where)
            _unfold(item, sorted_)
        else:
            raise InvariantViolationError(
                f"{what} answered {item!r}, a {type(item).__name__}.",
                where=where,
                hint="Answer a RunRequest, several of them, or a SkipReason; a sensor also a SensorResult.",
            )
    if skips and (sorted_.run_requests or len(skips) > 1):
        raise InvariantViolationError(
            f"{what} answered {_counts(sorted_.run_requests, skips)}; a tick asks for runs or gives one "
            "reason why not.",
            where=where,
        )
    if skips:
        sorted_.skip_message = skips[0].skip_message
    return sorted_


def _must_be_alone(found: list[Any], what: str, where: SourcePosition | None) -> None:
    if len(found) > 1:
        raise InvariantViolationError(
            f"{what} answered a SensorResult and {len(found) - 1} more; a SensorResult comes alone.",
            where=where,
            hint="Put the run requests into its run_requests.",
        )


def _unfold(result: SensorResult, into: Answers) -> None:
    into.result = result
    into.run_requests += result.run_requests
    into.skip_message = result.skip_reason.skip_message if result.skip_reason else None


def _counts(requests: list[RunRequest], skips: list[SkipReason]) -> str:
    parts = [f"{len(requests)} RunRequests"] if requests else []
    return " and ".join([*parts, f"{len(skips)} SkipReasons" if len(skips) > 1 else "a SkipReason"])
