"""Older names load, may be subclassed, and say what takes their place when they are used."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.runtime.definitions import replaced

RULES = [
    ("materialize_on_cron", ["0 0 * * *"], "on_cron('0 0 * * *')"),
    ("materialize_on_missing", [], "on_missing()"),
    ("materialize_on_parent_updated", [], "any_deps_updated()"),
    ("materialize_on_required_for_freshness", [], "eager()"),
    ("skip_on_backfill_in_progress", [], "& ~AutomationCondition.backfill_in_progress()"),
    ("skip_on_not_all_parents_updated", [], "all_deps_match(AutomationCondition.newly_updated())"),
    ("skip_on_not_all_parents_updated_since_cron", ["@daily"], "all_deps_updated_since_cron('@daily')"),
    ("skip_on_parent_missing", [], "& ~AutomationCondition.any_deps_missing()"),
    ("skip_on_parent_outdated", [], "& ~AutomationCondition.any_deps_in_progress()"),
    ("skip_on_required_but_nonexistent_parents", [], "& ~AutomationCondition.any_deps_missing()"),
    ("skip_on_run_in_progress", [], "& ~AutomationCondition.in_progress()"),
]


class Cluster(replaced.StepLauncher):
    def __init__(self, size: int) -> None:
        self.size = size

    def launch_step(self, step_context):
        yield


def test_a_step_launcher_can_be_written_and_not_made() -> None:
    with pytest.raises(dg.InvalidInvocationError, match="The step launcher Cluster is an older") as caught:
        Cluster(3)
    assert "Pipes client" in str(caught.value)


def test_a_run_with_a_step_launcher_fails_with_the_sentence() -> None:
    @dg.resource
    def launcher(_init_context):
        return Cluster(3)

    @dg.op(required_resource_keys={"launcher"})
    def load(): ...

    @dg.job(resource_defs={"launcher": launcher})
    def loading():
        load()

    with pytest.raises(dg.ResourceFunctionError, match="Pipes client"):
        loading.execute_in_process()


@pytest.mark.parametrize(
    "use",
    [
        lambda: replaced.StepRunRef({}, None, "1", None, "s", None, None),
        lambda: replaced.step_context_to_step_run_ref(None),
        lambda: replaced.step_run_ref_to_step_context(None, None),
        lambda: list(replaced.run_step_from_ref(None, None)),
        lambda: replaced.external_instance_from_step_run_ref(None),
    ],
)
def test_what_belonged_to_step_launchers(use) -> None:
    with pytest.raises(dg.InvalidInvocationError, match="Pipes client"):
        use()


@pytest.mark.parametrize("name,given,condition", RULES)
def test_rules_name_their_condition(name, given, condition) -> None:
    with pytest.raises(dg.InvalidInvocationError, match=f"AutoMaterializeRule.{name} is an older") as caught:
        getattr(replaced.AutoMaterializeRule, name)(*given)
    assert condition in str(caught.value)


@pytest.mark.parametrize(
    "use,condition",
    [
        (replaced.AutoMaterializePolicy.eager, "eager()"),
        (replaced.AutoMaterializePolicy.lazy, "any_downstream_conditions()"),
        (lambda: replaced.AutoMaterializePolicy(set()), "eager(), or another"),
        (lambda: replaced.AutoMaterializePolicy.from_automation_condition(None), "that condition itself"),
    ],
)
def test_policies_name_their_condition(use, condition) -> None:
    with pytest.raises(dg.InvalidInvocationError, match="AutoMaterializePolicy") as caught:
        use()
    assert condition in str(caught.value)
