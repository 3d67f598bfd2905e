import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, recall_score
from sklearn.tree import DecisionTreeClassifier

from mainspring import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetIn,
    AssetKey,
    AssetOut,
    Backoff,
    Failure,
    Jitter,
    MaterializeResult,
    MetadataValue,
    Output,
    RetryPolicy,
    TableColumn,
    TableRecord,
    TableSchema,
    asset,
    multi_asset,
)

from .config import Logistic, Metric, SplitConfig, TrainConfig

GROUP = "churn"


@asset(group_name=GROUP, required_resource_keys={"rows"}, io_manager_key="io_manager")
def customers(context):
    """Months as a customer, complaints, and whether they left."""
    rng = np.random.default_rng(0)
    n = context.resources.rows
    months, complaints = rng.integers(1, 60, n), rng.poisson(1.0, n)
    left = (complaints * 2 - months / 12 + rng.normal(0, 0.5, n)) > 0
    context.log.info(f"{left.mean():.0%} of {n} left")
    return np.column_stack([months, complaints, left]).astype(float)


@multi_asset(
    outs={
        "train": AssetOut(key_prefix=["churn", "split"], description="What is learned from"),
        "held_out": AssetOut(key=AssetKey(["churn", "split", "test"]), metadata={"held": "out"}),
    },
    group_name=GROUP,
    internal_asset_deps={"train": {AssetKey("customers")}, "held_out": {AssetKey("customers")}},
)
def split(context, config: SplitConfig, customers):
    order = np.random.default_rng(config.seed).permutation(len(customers))
    cut = int(len(customers) * config.share)
    if cut == 0:
        raise Failure(
            description="Nobody would be held out",
            metadata={"customers": len(customers), "share": config.share},
            allow_retries=False,
        )
    yield Output(customers[order[cut:]], "train", metadata={"rows": len(customers) - cut})
    yield Output(customers[order[:cut]], output_name="held_out", metadata={"rows": cut})


@asset(
    group_name=GROUP,
    key_prefix="churn",
    ins={"train": AssetIn(key=AssetKey(["churn", "split", "train"]))},
    io_manager_key="models",
    retry_policy=RetryPolicy(max_retries=2, delay=0.001, backoff=Backoff.LINEAR, jitter=Jitter.PLUS_MINUS),
    kinds={"sklearn"},
)
def model(context, config: TrainConfig, train):
    x, y = train[:, :2], train[:, 2]
    if len(set(y)) < 2:
        raise Failure("Everybody did the same", metadata={"rows": MetadataValue.int(len(y))})
    score = accuracy_score if config.metric is Metric.ACCURACY else recall_score
    if isinstance(config.model, Logistic):
        fitted = [(c, LogisticRegression(C=c).fit(x, y)) for c in config.model.penalties]
        tried = [(c, float(score(y, one.predict(x))), one) for c, one in fitted]
    else:
        one = DecisionTreeClassifier(max_depth=config.model.max_depth, random_state=0).fit(x, y)
        tried = [(config.model.max_depth, float(score(y, one.predict(x))), one)]
    setting, best, chosen = max(tried, key=lambda row: row[1])
    return Output(
        chosen,
        metadata={
            "score": best,
            "setting": setting,
            "note": MetadataValue.text(config.note or "-"),
            "retries": context.retry_number,
            "tried": MetadataValue.table(
                [TableRecord({"setting": s, "score": v}) for s, v, _ in tried],
                schema=TableSchema([TableColumn("setting", "float"), TableColumn("score", "float")]),
            ),
        },
    )


@asset(
    group_name=GROUP,
    key_prefix="churn",
    ins={"model": AssetIn(key_prefix="churn"), "test": AssetIn(["churn", "split", "test"])},
    check_specs=[AssetCheckSpec("better_than_a_guess", asset=["churn", "report"], blocking=True)],
)
def report(model, test):
    predicted = model.predict(test[:, :2])
    accuracy = float(accuracy_score(test[:, 2], predicted))
    guess = float(max(test[:, 2].mean(), 1 - test[:, 2].mean()))
    return MaterializeResult(
        value={"accuracy": accuracy, "guess": guess},
        metadata={"accuracy": accuracy},
        check_results=[AssetCheckResult(passed=accuracy > guess, metadata={"gain": accuracy - guess})],
    )
