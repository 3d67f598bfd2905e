"""The section "Declarative automation" of the public surface: older names that say what takes their place."""

import pytest

import mainspring as dg


def test_auto_materialize_policy_names_the_condition():
    with pytest.raises(dg.DagsterInvalidInvocationError, match=r"AutomationCondition\.eager\(\)"):
        dg.AutoMaterializePolicy.eager()


def test_auto_materialize_rule_names_the_condition():
    with pytest.raises(dg.DagsterInvalidInvocationError, match=r"AutomationCondition\.on_cron\('@daily'\)"):
        dg.AutoMaterializeRule.materialize_on_cron("@daily")
