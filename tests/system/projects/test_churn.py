"""Training a model: config with a union and its checks, a model store, a search of ops made in a loop."""

import pickle
from pathlib import Path

import pytest

import mainspring as dg

pytestmark = pytest.mark.system

PROJECT = "churn"
MODEL = dg.AssetKey(["churn", "model"])


def logistic(**given):
    return {"ops": {"churn__model": {"config": given}}}


@pytest.fixture
def run(load):
    """Run a job of the project against a real instance."""
    defs = load("churn.definitions").defs

    def run(job, **given):
        with dg.DagsterInstance.get() as instance:
            return defs.resolve_job_def(job).execute_in_process(instance=instance, **given)

    return run


def test_training_keeps_a_model_and_its_numbers(run, project) -> None:
    result = run("train", run_config=logistic(model={"logistic": {"penalties": [0.5, 2.0]}}, metric="RECALL"))
    assert result.success
    parts = {
        one.asset_key.to_user_string(): one.metadata
        for event in result.get_asset_materialization_events()
        for one in [event.materialization]
    }
    assert set(parts) == {"customers", "churn/split/train", "churn/split/test", "churn/model", "churn/report"}
    assert (parts["churn/split/train"]["rows"].value, parts["churn/split/test"]["rows"].value) == (320, 80)
    told = parts["churn/model"]
    assert (told["setting"].value in {0.5, 2.0}, told["note"].value, told["retries"].value) == (True, "-", 0)
    assert [record.data["setting"] for record in told["tried"].records] == [0.5, 2.0]
    assert [column.name for column in told["tried"].schema.columns] == ["setting", "score"]
    stored = Path(told["path"].value)
    assert stored == Path("models/churn/model") / f"{result.run_id}.pkl"
    assert told["setting"].value == pickle.loads(stored.read_bytes()).C
    report = result.output_for_node("churn__report")
    assert report["accuracy"] > report["guess"]
    [check] = result.get_asset_check_evaluations()
    assert (check.check_name, check.passed) == ("better_than_a_guess", True)
    assert check.metadata["gain"].value == pytest.approx(report["accuracy"] - report["guess"])


def test_training_again_reads_what_was_stored(run, project) -> None:
    run("train")
    result = run("retrain", run_config=logistic(model={"tree": {"max_depth": 2}}, note="again"))
    made = [event.asset_key.to_user_string() for event in result.get_asset_materialization_events()]
    assert made == ["churn/model", "churn/report"]
    assert len(list(Path("models/churn/model").glob("*.pkl"))) == 2
    with project.instance() as instance:
        latest = instance.get_latest_materialization_event(MODEL).asset_materialization
        assert (latest.metadata["note"].value, latest.metadata["setting"].value) == ("again", 2)
    assert (
        type(pickle.loads(Path(latest.metadata["path"].value).read_bytes())).__name__
        == "DecisionTreeClassifier"
    )


def test_wrong_config_names_every_fault(run) -> None:
    wrong = {"ops": {"split": {"config": {"share": "much"}}, **logistic(metrik="RECALL")["ops"]}}
    with pytest.raises(dg.DagsterInvalidConfigError) as caught:
        run("train", run_config=wrong)
    said = str(caught.value)
    assert "root:ops:split:config:share" in said
    assert "metrik" in said
    assert "metric" in said


@pytest.mark.parametrize(
    "given, told",
    [
        ({"model": {"tree": {"max_depth": 0}}}, "max_depth"),
        ({"model": {"logistic": {"penalties": []}}}, "name at least one penalty"),
    ],
)
def test_what_the_models_of_config_refuse(given, told, run) -> None:
    with pytest.raises(dg.DagsterInvalidConfigError, match=told):
        run("train", run_config=logistic(**given))


def test_a_failure_carries_its_numbers_and_is_not_tried_again(run) -> None:
    result = run("train", run_config={"ops": {"split": {"config": {"share": 0.001}}}}, raise_on_error=False)
    assert not result.success
    failed = result.failure_data_for_node("split")
    assert failed.user_failure_data.description == "Nobody would be held out"
    assert failed.user_failure_data.metadata["customers"].value == 400
    assert result.retry_attempts_for_node("split") == 0
    assert not result.is_node_success("split")
    assert result.get_failed_step_keys() == {"split"}


def test_the_search_tries_again_and_finds_the_best(load) -> None:
    search = load("churn.search")
    result = search.search_job.execute_in_process()
    assert result.success
    assert result.output_value()["by"] in {"fit_0", "fit_1", "fit_free"}
    assert {result.output_for_node(name)["c"] for name in ("fit_0", "fit_1", "fit_free")} == {0.01, 1.0, 5.0}
    assert search.attempts["count"] == 2
    assert result.retry_attempts_for_node("best") == 1
    assert result.output_for_node("notify") == "done in search_job"
    assert result.output_for_node("toy_data", "x").shape == (80, 2)
    with pytest.raises(dg.DagsterInvalidConfigError, match="fit_free"):
        search.search.execute_in_process(run_config={"ops": {"fit_free": {"config": {"c": "strong"}}}})


def test_its_own_tests(project) -> None:
    project.own_tests()
