import numpy as np
import pytest
from churn import assets, search
from churn.config import Logistic, SplitConfig, TrainConfig, Tree
from pydantic import ValidationError

import mainspring as dg


@pytest.fixture
def rows():
    months = np.arange(40.0)
    return np.column_stack([months, (40 - months) / 10, months < 20])


def test_customers():
    table = assets.customers(dg.build_asset_context(resources={"rows": 10}))
    assert table.shape == (10, 3)


def test_split(rows):
    train, held_out = assets.split(dg.build_asset_context(), SplitConfig(share=0.5), rows)
    assert (train.output_name, len(train.value), len(held_out.value)) == ("train", 20, 20)


def test_split_holds_somebody_out(rows):
    with pytest.raises(dg.Failure) as caught:
        list(assets.split(dg.build_asset_context(), config=SplitConfig(share=0.01), customers=rows))
    assert caught.value.metadata == {
        "customers": dg.MetadataValue.int(40),
        "share": dg.MetadataValue.float(0.01),
    }
    assert caught.value.allow_retries is False


@pytest.mark.parametrize("chosen", [Logistic(penalties=[1.0]), Tree(max_depth=2)])
def test_model(rows, chosen):
    output = assets.model(dg.build_asset_context(), TrainConfig(model=chosen), train=rows)
    assert output.metadata["score"].value > 0.9


def test_config_is_checked():
    with pytest.raises(ValidationError, match="less than 1"):
        SplitConfig(share=2)
    with pytest.raises(ValidationError, match="at least one penalty"):
        Logistic(penalties=[])


def test_fit_alone():
    x, y = search.toy_data(dg.build_op_context(op_config={"rows": 20}))
    assert x.shape == (20, 2)
    assert set(y) == {0, 1}


def test_whole_run():
    result = dg.materialize_to_memory(
        [assets.customers, assets.split, assets.model, assets.report],
        resources={"rows": 60},
        run_config=dg.RunConfig({"churn__model": TrainConfig(model=Tree())}),
    )
    assert result.success
    assert result.output_for_node("churn__report")["accuracy"] > 0.5
