"""Graphs that make assets: one, several, parts of several; assets from a graph and an op; multi-assets in parts."""

import pickle

import pytest

import mainspring as dg

pytestmark = pytest.mark.system

PROJECT = "podcasts"
SAID = "hello and welcome / today we talk of bees / bees again"


def kept(project, *path):
    return pickle.loads(project.folder.joinpath("store", *path).read_bytes())


def made(project):
    return {
        event.asset_key.to_user_string(): event.materialization
        for event in project.events(dg.DagsterEventType.ASSET_MATERIALIZATION)
    }


def steps(project, kind=dg.DagsterEventType.STEP_SUCCESS):
    return {event.step_key for event in project.events(kind)}


def test_statistics(project, here) -> None:
    told = project.launch("--job", "stats_job")
    assert told["status"] == "SUCCESS"
    assert kept(project, "transcript") == SAID
    assert kept(project, "stats", "common") == ["bees"]
    assert kept(project, "stats", "ratio") == 10 / 4
    found = made(project)
    assert set(found) == {"listeners", "transcript", "stats/words", "stats/common", "stats/ratio"}
    assert found["stats/words"].metadata["different"].value == 9
    assert found["stats/common"].metadata["found"].value == 1
    assert {"transcript.transcribe[e1]", "transcript.join", "statistics.frequent"} <= steps(project)
    assert steps(project, dg.DagsterEventType.STEP_RESTARTED) == {"transcript.transcribe[e2]"}

    # what is stored is enough for a part of the graph
    assert here("launch", "--job", "words_job").status == 0
    assert set(made(project)) == {"stats/words"}
    assert steps(project) == {"statistics.count_words"}


def test_what_is_declared(here) -> None:
    listed = here("list", "defs", "--json")
    assert listed.status == 0, listed.err
    groups = {one["key"]: one["group"] for one in listed.json["assets"]}
    assert groups == {
        "listeners": "default",
        "transcript": "text",
        "stats/words": "stats",
        "stats/common": "stats",
        "stats/ratio": "stats",
        "site/transcript": "site",
        "feed": "site",
        "longest": "text",
        "shortest": "text",
        "sorted/all": "text",
        "first": "default",
        "last": "default",
    }


def test_the_site(project, load) -> None:
    definitions = load("podcasts.definitions")
    job = definitions.defs.resolve_job_def("site_job")
    with dg.DagsterInstance.get() as instance:
        missing = job.execute_in_process(instance=instance, raise_on_error=False)
        assert missing.get_failed_step_keys() == {"publishing.publish"}
        assert missing.is_node_success("fetch_feed")
        definitions.defs.resolve_job_def("stats_job").execute_in_process(instance=instance)
        result = job.execute_in_process(instance=instance)
        assert result.success
    assert definitions.SITE[-1][1] == SAID
    assert kept(project, "site", "transcript") == len(SAID)


@pytest.mark.parametrize(
    "words, status, told",
    [
        (["--assets", "+*stats/ratio"], 2, ""),
        (["--assets", 'key:"stats/common"'], 2, "root:ops:statistics:config"),
        (["--assets", 'key:"stats/common"', "--config-json", '{"ops":{"statistics":{"config":{"least":"x"}}}}'], 2,
         "root:ops:statistics:config:least"),
        (["--assets", 'key:"stats/ratio"', "--config-json", '{"ops":{"statistics":{"config":{"least":1}}}}'], 1,
         "transcript"),
        (["--assets", "shortest"], 0, ""),
    ],
)  # fmt: skip
def test_wrong_and_right_words(words, status, told, here) -> None:
    done = here("launch", *words)
    assert done.status == status, done.err
    assert told in done.err
    assert "Traceback" not in done.err


def test_nobody_listens(project, here, load) -> None:
    load("podcasts.ops").EPISODES.clear()
    definitions = load("podcasts.definitions")
    result = definitions.defs.resolve_job_def("stats_job").execute_in_process(raise_on_error=False)
    assert result.success
    assert result.output_for_node("transcript") == ""
    assert result.output_for_node("statistics", "ratio") == 0


def test_a_failing_part_leaves_the_others(project, load) -> None:
    definitions, assets = load("podcasts.definitions"), load("podcasts.assets")
    nobody = dg.asset(name="listeners")(lambda: 0)
    with dg.DagsterInstance.get() as instance:
        result = dg.materialize(
            [nobody, assets.transcript, assets.statistics],
            run_config={"ops": {"statistics": {"config": {"least": 1}}}},
            instance=instance,
            resources={"io_manager": definitions.defs.resources["io_manager"]},
            raise_on_error=False,
        )
        assert not result.success
        assert result.get_failed_step_keys() == {"statistics.per_listener"}
        assert result.failure_data_for_node("statistics.per_listener").error.cause.message == (
            "ZeroDivisionError: nobody listens\n"
        )
        keys = {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}
        assert keys == {"listeners", "transcript", "stats/words", "stats/common"}
        assert instance.get_latest_materialization_event(dg.AssetKey(["stats", "ratio"])) is None


def test_its_own_tests(project) -> None:
    project.own_tests()
