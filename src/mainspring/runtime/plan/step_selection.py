"""Selections of steps: ``load``, ``*load``, ``load+``, and ``load[a]`` for one instance of a mapped step."""

from __future__ import annotations

from collections.abc import Iterable

from mainspring.core.base.errors import StepNotFoundError, did_you_mean
from mainspring.runtime.definitions.jobs.op_selection import read_term, walk
from mainspring.runtime.plan.plan import Plan, instance_key


def select_steps(plan: Plan, terms: Iterable[str]) -> set[str]:
    """The keys of the steps that the terms name together; of instances where a term names one.

    A plus is one layer, a star all of them; from an instance it goes on to the instances with the same mapping key.
    Raises ``StepNotFoundError`` for a name that is not there.
    """
    chosen: set[str] = set()
    for term in terms:
        up, name, down = read_term(term, what=f"the job {plan.job_name!r}", where=None)
        key, bracket, rest = name.partition("[")
        mapping_key = rest.removesuffix("]") if bracket and rest != "?]" else None
        if key not in plan.positions:
            raise StepNotFoundError(
                f"The step selection names {name!r}, which the job {plan.job_name!r} does not have.",
                hint=did_you_mean(key, plan.positions)
                or f"Its steps are: {', '.join(list(plan.positions)[:10])}.",
            )
        start = plan.positions[key]
        found = {start} | walk(plan.dag.parents, {start}, up) | walk(plan.dag.children, {start}, down)
        over = plan.steps[start].over
        for place in found:
            step = plan.steps[place]
            mapped = mapping_key is not None and step.over is not None and step.over == over
            chosen.add(
                instance_key(step.key, mapping_key) if mapped and mapping_key is not None else step.key
            )
    return chosen
