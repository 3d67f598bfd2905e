"""The contexts of assets and checks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.instance.instance import Instance
from mainspring.testing.world import simulated_world


@pytest.fixture
def instance() -> Iterator[Instance]:
    with Instance.ephemeral(ambient=simulated_world()) as made:
        yield made


@dg.asset
def subject(context: dg.AssetExecutionContext):
    return type(context).__name__


@dg.asset
def as_an_op(context: dg.OpExecutionContext):
    return context.asset_key.to_user_string()


def test_kinds_of_contexts(instance) -> None:
    seen = []

    @dg.asset_check(asset=subject)
    def looks(context: dg.AssetCheckExecutionContext):
        seen.append((type(context).__name__, [spec.name for spec in context.check_specs]))
        return True

    result = dg.materialize_to_memory([subject, as_an_op, looks], instance=instance)
    assert result.output_for_node("subject") == "AssetExecutionContext"
    assert result.output_for_node("as_an_op") == "as_an_op"
    assert seen == [("AssetCheckExecutionContext", ["looks"])]


def test_one_of_an_op_makes_one_of_an_asset() -> None:
    op = dg.build_op_context(partition_key="x")
    assert dg.AssetExecutionContext(op).partition_key == "x"
    assert dg.AssetExecutionContext(op_execution_context=op).op_execution_context.partition_key == "x"
    assert dg.AssetCheckExecutionContext(op).partition_key == "x"


def test_the_asset_of_a_step_that_makes_one_of_several(instance) -> None:
    seen = []

    @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")], can_subset=True)
    def several(context: dg.AssetExecutionContext):
        seen.append(context.asset_key)
        yield dg.MaterializeResult(context.asset_key)

    dg.materialize([several], selection="b", instance=instance)
    assert seen == [dg.AssetKey("b")]
    with pytest.raises(InvariantViolationError, match="makes 2 assets"):
        dg.materialize([several], instance=instance)


def test_metadata_of_another_asset_is_refused(instance) -> None:
    @dg.asset
    def wrong(context):
        context.add_asset_metadata({"a": 1}, asset_key="other")

    with pytest.raises(InvariantViolationError, match="does not make 'other'"):
        dg.materialize_to_memory([wrong], instance=instance)
