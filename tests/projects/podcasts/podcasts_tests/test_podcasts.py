import pytest
from podcasts import assets
from podcasts.definitions import defs

import mainspring as dg

LEAST = {"ops": {"statistics": {"config": {"least": 2}}}}


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def materialized(result):
    return {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}


def test_what_they_are():
    assert assets.transcript.keys == {dg.AssetKey("transcript")}
    assert {key.path[-1] for key in assets.statistics.keys} == {"words", "common", "ratio"}
    assert assets.published.group_names_by_key == {dg.AssetKey(["site", "transcript"]): "site"}
    assert assets.published.asset_deps[dg.AssetKey(["site", "transcript"])] == {dg.AssetKey("transcript")}
    assert assets.statistics.can_subset
    assert isinstance(assets.transcript.node_def, dg.GraphDefinition)
    assert isinstance(assets.feed.node_def, dg.OpDefinition)


def test_graph_asset():
    result = dg.materialize_to_memory([assets.transcript])
    assert result.output_for_node("transcript") == "hello and welcome / today we talk of bees / bees again"


def test_config_of_a_graph_asset():
    config = {"ops": {"transcript": {"ops": {"fetch_feed": {"config": {"show": "x"}}}}}}
    assert dg.materialize_to_memory([assets.transcript], run_config=config).success
    with pytest.raises(dg.DagsterInvalidConfigError):
        dg.materialize_to_memory([assets.transcript], run_config={"ops": {"transcript": {"config": {}}}})


def test_graph_multi_asset():
    result = dg.materialize_to_memory(
        [assets.listeners, assets.transcript, assets.statistics], run_config=LEAST
    )
    assert materialized(result) == {"listeners", "transcript", "stats/words", "stats/common", "stats/ratio"}
    assert result.output_for_node("statistics", "ratio") == 10 / 4
    assert result.output_for_node("statistics", "common") == ["bees"]


def test_a_part_of_a_graph_multi_asset():
    result = dg.materialize(
        [assets.listeners, assets.transcript, assets.statistics],
        selection=dg.AssetSelection.keys(["stats", "words"], "transcript"),
        run_config=LEAST,
        instance=dg.DagsterInstance.ephemeral(),
    )
    assert materialized(result) == {"transcript", "stats/words"}
    steps = {event.step_key for event in result.get_step_success_events()}
    assert "statistics.per_listener" not in steps


@pytest.mark.parametrize(
    ("selection", "made"),
    [
        (["shortest"], {"shortest"}),
        (["longest", "shortest"], {"longest", "shortest"}),
        (None, {"longest", "shortest", "sorted/all"}),
    ],
)
def test_a_part_of_a_multi_asset(selection, made):
    result = dg.materialize([assets.extremes], selection=selection)
    assert materialized(result) == made
    assert len(result.get_asset_check_evaluations()) == int(not selection or "longest" in selection)


def test_outputs_that_are_not_asked_for():
    result = dg.materialize([assets.listeners, assets.ends], selection=["listeners", "first"])
    assert materialized(result) == {"listeners", "first"}
    assert result.output_for_node("ends", "first") == 4


def test_jobs():
    site = []
    job = defs.resolve_job_def("site_job")
    defs.resolve_job_def("stats_job").execute_in_process()
    result = job.execute_in_process(
        resources={"site": site, "io_manager": dg.FilesystemIOManager(base_dir="store")}
    )
    assert materialized(result) == {"feed", "site/transcript"}
    assert [text[:5] for _, text in site] == ["hello"]
