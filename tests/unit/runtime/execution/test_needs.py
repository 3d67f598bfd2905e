"""Which resources a run has: those of the job, of what it computes, and of what it only loads."""

from __future__ import annotations

import pytest

import mainspring as dg


class Five(dg.IOManager):
    def handle_output(self, context, obj):
        raise TypeError("read only")

    def load_input(self, context):
        return 5


FIVE = dg.IOManagerDefinition.hardcoded_io_manager(Five())


@dg.asset
def doubled(source):
    return source * 2


@pytest.mark.parametrize(
    "source",
    [
        dg.SourceAsset("source", io_manager_key="five", resource_defs={"five": FIVE}),
        dg.SourceAsset("source", io_manager_def=FIVE),
        dg.with_resources([dg.SourceAsset("source", io_manager_key="five")], {"five": FIVE})[0],
    ],
)
def test_a_source_brings_the_io_manager_it_is_loaded_with(source) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([doubled, source], instance=instance)
        assert result.output_for_node("doubled") == 10
    job = dg.Definitions(assets=[doubled, source]).resolve_implicit_global_asset_job_def()
    assert job.execute_in_process().output_for_node("doubled") == 10


def test_two_definitions_do_not_share_a_name_for_different_resources() -> None:
    @dg.asset(resource_defs={"five": dg.ResourceDefinition.hardcoded_resource(6)})
    def tripled(context, source):
        return source * 3

    source = dg.SourceAsset("source", io_manager_key="five", resource_defs={"five": FIVE})
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="'five'"):
        dg.materialize([tripled, source])
