"""Trying settings without recording a model: ops in a loop."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from mainspring import Field, In, Nothing, Out, RetryPolicy, RetryRequested, graph, op

attempts = {"count": 0}


@op(config_schema={"rows": Field(int, default_value=80, is_required=False)}, out={"x": Out(), "y": Out()})
def toy_data(context):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(context.op_config["rows"], 2))
    yield_y = (x[:, 0] + x[:, 1] > 0).astype(int)
    return x, yield_y


@op(config_schema={"c": float}, out=Out(dict, metadata={"unit": "share"}))
def fit(context, x, y):
    score = LogisticRegression(C=context.op_config["c"]).fit(x, y).score(x, y)
    return {"c": context.op_config["c"], "score": score, "by": context.op_handle.name}


@op(ins={"scores": In(list)}, retry_policy=RetryPolicy(max_retries=3))
def best(context, scores):
    attempts["count"] += 1
    if context.retry_number == 0:
        raise RetryRequested(max_retries=1)
    return max(scores, key=lambda one: one["score"])


@op(ins={"after": In(Nothing)})
def notify(context) -> str:
    context.log.info("search is over")
    return f"done in {context.job_name}"


@graph
def search():
    x, y = toy_data()
    scores = []
    for index, c in enumerate((0.01, 1.0)):
        scores.append(fit.configured({"c": c}, name=f"fit_{index}")(x, y))
    scores.append(fit.alias("fit_free")(x, y))
    found = best(scores)
    notify(after=found)
    return found


search_job = search.to_job(
    name="search_job",
    config={"ops": {"fit_free": {"config": {"c": 5.0}}}},
    op_retry_policy=RetryPolicy(max_retries=1),
    tags={"team": "ml"},
)
