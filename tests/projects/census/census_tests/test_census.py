import pytest
from census import pipeline
from census.types import Census, City, People, looks_like_people

from mainspring import (
    AssetMaterialization,
    DagsterTypeCheckDidNotPass,
    ExpectationResult,
    Failure,
    Output,
    build_op_context,
    check_dagster_type,
)

ANA = {"name": "Ana", "age": 30, "city": "rome"}
BEN = {"name": "Ben", "age": 9, "city": "oslo"}


def test_people():
    assert looks_like_people([ANA])
    assert not looks_like_people({"name": "Ana"})
    found = check_dagster_type(People, [ANA, {"name": "Ben"}])
    assert (found.success, found.description) == (False, "row 1 has no age, city")
    assert found.metadata["row"].value == 1


def test_split_by_age():
    context = build_op_context(op_config={"age": 18})
    given = list(pipeline.split_by_age(context, [ANA, BEN]))
    assert [type(one) for one in given] == [ExpectationResult, AssetMaterialization, Output, Output]
    assert given[0].success is True
    assert (given[2].value, given[3].value) == ([ANA], [BEN])
    with pytest.raises(Failure, match="An age is no number"):
        list(pipeline.split_by_age(context, people=[{**ANA, "age": "old"}]))


def test_plain_calls():
    assert pipeline.count(None, [ANA, ANA]).by_city == {"Rome": 2}
    assert pipeline.largest(Census({City("Rome"): 3, City("Oslo"): 1})) == (City("Rome"), 0.75)
    assert pipeline.headline(City("Rome"), 0.5, True) == "50% LIVE IN ROME"
    assert pipeline.cost({"row": 2}) == 6.0


def test_wrong_values():
    with pytest.raises(DagsterTypeCheckDidNotPass, match="share"):
        pipeline.wrong_job.execute_in_process()


def test_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = pipeline.census_job.execute_in_process(
        pipeline.OF_AGE, input_values={"people": [ANA, ANA, ANA, BEN]}
    )
    assert result.output_value() == "100% live in Rome"
    assert result.output_for_node("cost") == 6.0


def test_loaded_numbers():
    ops = {"squares": {"inputs": {"numbers": [1, 2, {"value": 3}]}}, "how_many": {"inputs": {"names": ["a"]}}}
    result = pipeline.numbers_job.execute_in_process(run_config={"ops": ops})
    assert result.output_for_node("squares") == [1, 4, 9]
    assert result.output_for_node("how_many") == 1
