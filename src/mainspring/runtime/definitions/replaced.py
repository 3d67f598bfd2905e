"""Older names that something better has replaced: they can be imported, and say what takes their place when used."""

# ruff: noqa: ARG001, ARG002, ARG004  # published parameters, none of which is read

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NoReturn

from mainspring.core.base.errors import InvalidInvocationError

_PIPES = "To run code elsewhere, start it by a Pipes client, such as PipesSubprocessClient, in the asset's function."


def _replaced(name: str, way_out: str) -> InvalidInvocationError:
    return InvalidInvocationError(f"{name} is an older name that nothing here carries out.", hint=way_out)


# -- step launchers: Pipes


class StepLauncher(ABC):
    """The older way to run a step in another place. Classes of it load; an object of one cannot be made."""

    def __new__(cls, *args: Any, **kwargs: Any) -> NoReturn:
        raise _replaced(f"The step launcher {cls.__name__}", _PIPES)

    @abstractmethod
    def launch_step(self, step_context: Any) -> Iterator[Any]:
        """Run a step elsewhere."""


class StepRunRef:
    """The older description of a step for another process. An object of it cannot be made."""

    def __init__(
        self,
        run_config: Mapping[str, object],
        dagster_run: Any,
        run_id: str,
        retry_mode: Any,
        step_key: str,
        recon_job: Any,
        known_state: Any,
    ) -> None:
        raise _replaced("StepRunRef", _PIPES)


def step_context_to_step_run_ref(step_context: Any, package_dir: str | None = None) -> NoReturn:
    """Says that Pipes takes its place."""
    raise _replaced("step_context_to_step_run_ref", _PIPES)


def step_run_ref_to_step_context(step_run_ref: Any, instance: Any) -> NoReturn:
    """Says that Pipes takes its place."""
    raise _replaced("step_run_ref_to_step_context", _PIPES)


def run_step_from_ref(step_run_ref: Any, instance: Any) -> NoReturn:
    """Says that Pipes takes its place."""
    raise _replaced("run_step_from_ref", _PIPES)


def external_instance_from_step_run_ref(
    step_run_ref: Any, event_listener_fn: Callable[[Any], object] | None = None
) -> NoReturn:
    """Says that Pipes takes its place."""
    raise _replaced("external_instance_from_step_run_ref", _PIPES)


# -- auto-materialise policies: automation conditions


def _condition(name: str, condition: str) -> InvalidInvocationError:
    return _replaced(name, f"Give the asset automation_condition=AutomationCondition.{condition}.")


class AutoMaterializePolicy:
    """The older way to say when an asset is made by itself. An automation condition takes its place."""

    def __init__(
        self,
        rules: AbstractSet[Any],
        max_materializations_per_minute: int | None = 1,
        asset_condition: Any = None,
    ) -> None:
        raise _condition("AutoMaterializePolicy", "eager(), or another condition")

    @staticmethod
    def eager(max_materializations_per_minute: int | None = 1) -> NoReturn:
        """Says that ``AutomationCondition.eager()`` takes its place."""
        raise _condition("AutoMaterializePolicy.eager", "eager()")

    @staticmethod
    def lazy(max_materializations_per_minute: int | None = 1) -> NoReturn:
        """Says that ``AutomationCondition.any_downstream_conditions()`` takes its place."""
        raise _condition("AutoMaterializePolicy.lazy", "any_downstream_conditions()")

    @staticmethod
    def from_automation_condition(automation_condition: Any) -> NoReturn:
        """Says that the condition itself takes its place."""
        raise _replaced(
            "AutoMaterializePolicy.from_automation_condition",
            "Give the asset that condition itself: automation_condition=...",
        )


class AutoMaterializeRule:
    """A part of an older ``AutoMaterializePolicy``. Automation conditions are put together of such parts."""

    @staticmethod
    def materialize_on_cron(
        cron_schedule: str, timezone: str = "UTC", all_partitions: bool = False
    ) -> NoReturn:
        """Says that ``AutomationCondition.on_cron`` takes its place."""
        raise _condition("AutoMaterializeRule.materialize_on_cron", f"on_cron({cron_schedule!r})")

    @staticmethod
    def materialize_on_missing() -> NoReturn:
        """Says that ``AutomationCondition.on_missing()`` takes its place."""
        raise _condition("AutoMaterializeRule.materialize_on_missing", "on_missing()")

    @staticmethod
    def materialize_on_parent_updated(updated_parent_filter: Any = None) -> NoReturn:
        """Says that ``AutomationCondition.any_deps_updated()`` takes its place."""
        raise _condition("AutoMaterializeRule.materialize_on_parent_updated", "any_deps_updated()")

    @staticmethod
    def materialize_on_required_for_freshness() -> NoReturn:
        """Says that ``AutomationCondition.eager()`` takes its place."""
        raise _condition("AutoMaterializeRule.materialize_on_required_for_freshness", "eager()")

    @staticmethod
    def skip_on_backfill_in_progress(all_partitions: bool = False) -> NoReturn:
        """Says that ``AutomationCondition.backfill_in_progress()`` takes its place, negated."""
        raise _skip("skip_on_backfill_in_progress", "backfill_in_progress()")

    @staticmethod
    def skip_on_not_all_parents_updated(require_update_for_all_parent_partitions: bool = False) -> NoReturn:
        """Says that ``AutomationCondition.all_deps_match`` takes its place."""
        raise _condition(
            "AutoMaterializeRule.skip_on_not_all_parents_updated",
            "all_deps_match(AutomationCondition.newly_updated())",
        )

    @staticmethod
    def skip_on_not_all_parents_updated_since_cron(cron_schedule: str, timezone: str = "UTC") -> NoReturn:
        """Says that ``AutomationCondition.all_deps_updated_since_cron`` takes its place."""
        raise _condition(
            "AutoMaterializeRule.skip_on_not_all_parents_updated_since_cron",
            f"all_deps_updated_since_cron({cron_schedule!r})",
        )

    @staticmethod
    def skip_on_parent_missing() -> NoReturn:
        """Says that ``AutomationCondition.any_deps_missing()`` takes its place, negated."""
        raise _skip("skip_on_parent_missing", "any_deps_missing()")

    @staticmethod
    def skip_on_parent_outdated() -> NoReturn:
        """Says that ``AutomationCondition.any_deps_in_progress()`` takes its place, negated."""
        raise _skip("skip_on_parent_outdated", "any_deps_in_progress()")

    @staticmethod
    def skip_on_required_but_nonexistent_parents() -> NoReturn:
        """Says that ``AutomationCondition.any_deps_missing()`` takes its place, negated."""
        raise _skip("skip_on_required_but_nonexistent_parents", "any_deps_missing()")

    @staticmethod
    def skip_on_run_in_progress() -> NoReturn:
        """Says that ``AutomationCondition.in_progress()`` takes its place, negated."""
        raise _skip("skip_on_run_in_progress", "in_progress()")


def _skip(name: str, condition: str) -> InvalidInvocationError:
    return _replaced(
        f"AutoMaterializeRule.{name}",
        f"Join `& ~AutomationCondition.{condition}` to the asset's automation_condition.",
    )
