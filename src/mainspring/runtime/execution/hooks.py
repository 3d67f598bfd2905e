"""Call the hooks of a step once it has ended for good."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from mainspring.core.records.error_info import error_info
from mainspring.core.records.event import Event
from mainspring.core.records.event_data import HookErroredData, StepOutputData
from mainspring.core.records.event_type import EventType
from mainspring.runtime.contexts.hook import HookContext
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.plan.plan import Step


def run_hooks(
    state: RunState, step: Step, scope: StepScope, error: BaseException | None, *, since: int
) -> None:
    """Call the hooks of the step, of its definition and of the job, in the order of their names.

    ``since`` is the place of its first event in the log of the run.

    A hook that raises is recorded and changes nothing: neither the step nor the other hooks.
    """
    hooks = sorted(step.definition.hook_defs | step.hooks | state.job.hooks, key=lambda hook: hook.name)
    if not hooks:
        return
    made = ((name, (step.key, name)) for name in step.node.outs)
    values = {name: state.values[key] for name, key in made if key in state.values}
    events = [event for event in state.log.events[since:] if event.step_key == step.key]
    metadata = _metadata_of_outputs(events)
    for hook in hooks:
        context = HookContext(scope, hook, op_exception=error, values=values, metadata=metadata)
        try:
            result = hook.hook_fn(context, events)
        except (Exception, SystemExit) as raised:  # whatever a hook raises is recorded, and ends there
            state.log.event(
                EventType.HOOK_ERRORED,
                f'Error occurred during the execution of hook "{hook.name}" triggered for "{step.key}".',
                step_key=step.key,
                data=HookErroredData(error_info(raised)),
                level=logging.ERROR,
            )
            continue
        if getattr(result, "is_skipped", False):
            words = (
                f'Skipped the execution of hook "{hook.name}". '
                f'It did not meet its triggering condition during the execution of "{step.key}".'
            )
            state.log.event(EventType.HOOK_SKIPPED, words, step_key=step.key)
        else:
            words = f'Finished the execution of hook "{hook.name}" triggered for "{step.key}".'
            state.log.event(EventType.HOOK_COMPLETED, words, step_key=step.key)


def _metadata_of_outputs(events: Iterable[Event]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for event in events:
        data = event.event_specific_data
        if not isinstance(data, StepOutputData):
            continue
        if data.mapping_key is None:
            found[data.output_name] = data.metadata
        else:
            found.setdefault(data.output_name, {})[data.mapping_key] = data.metadata
    return found
