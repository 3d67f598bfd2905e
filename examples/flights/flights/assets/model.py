"""Will a flight arrive late? A model that knows only what is known at the hour of the scheduled departure."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from pydantic import Field
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder
from threadpoolctl import threadpool_limits

import mainspring as dg
from flights.table import table_metadata

OWNERS = ["team:data-science"]
TAGS = {"domain": "aviation", "layer": "model"}
FEATURES = dg.AssetKey(["model", "delay_features"])
MODEL = dg.AssetKey(["model", "delay_model"])
PREDICTIONS = dg.AssetKey(["model", "delay_predictions"])

CATEGORIES = ["carrier", "origin", "destination"]
NUMBERS = [
    "departure_minute",
    "day_of_week",
    "distance_miles",
    "temperature_c",
    "humidity_percent",
    "wind_ms",
    "precipitation_mm",
    "visibility_km",
    "pressure_hpa",
    "seats",
    "aircraft_age",
]
INPUTS = [*CATEGORIES, *NUMBERS]
FIRST_TEST_DAY = pd.Timestamp("2013-10-01")


class DelayModelConfig(dg.Config):
    """How the model is trained: flights sampled from January to September, and the size of the forest."""

    sample_size: int = Field(default=40_000, gt=0, description="flights to train on")
    seed: int = Field(default=2013, description="for the sample and the training")
    trees: int = Field(default=40, gt=0, description="boosting rounds")
    learning_rate: float = Field(default=0.1, gt=0, le=1)


@dg.asset(
    key=FEATURES,
    ins={"flights": dg.AssetIn(key=["analysis", "flights_with_weather"])},
    group_name="model",
    io_manager_key="warehouse",
    code_version="1",
    owners=OWNERS,
    kinds={"pandas", "duckdb"},
    tags=TAGS,
)
def delay_features(flights: pd.DataFrame) -> dg.Output[pd.DataFrame]:
    """One row a flown flight: what is known at its scheduled hour, and whether it arrived late.

    Neither the delay at departure nor anything later is in it: a model that saw them would only repeat them.
    """
    flown = flights[flights["status"] == "flown"]
    departure = flown["scheduled_departure"].astype("int64")
    frame = flown.assign(
        departure_minute=departure // 100 * 60 + departure % 100,
        day_of_week=flown["flight_date"].dt.day_of_week,
        late=flown["late"].astype(bool),
    )[["flight_date", *INPUTS, "late"]].reset_index(drop=True)
    share = float(frame["late"].mean())
    return dg.Output(frame, metadata={**table_metadata(frame, "model.delay_features"), "late_share": share})


@dg.asset(
    key=MODEL,
    ins={"features": dg.AssetIn(key=FEATURES)},
    group_name="model",
    io_manager_key="models",
    code_version="1",
    owners=OWNERS,
    kinds={"sklearn"},
    tags=TAGS,
)
def delay_model(
    context: dg.AssetExecutionContext, config: DelayModelConfig, features: pd.DataFrame
) -> dg.Output[Pipeline]:
    """Gradient-boosted trees for the probability of a late arrival, trained on January to September."""
    train = features[features["flight_date"] < FIRST_TEST_DAY]
    sample = train.sample(min(config.sample_size, len(train)), random_state=config.seed)
    model = make_pipeline(
        make_column_transformer(
            (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan), CATEGORIES),
            ("passthrough", NUMBERS),
        ),
        HistGradientBoostingClassifier(
            max_iter=config.trees,
            learning_rate=config.learning_rate,
            categorical_features=list(range(len(CATEGORIES))),
            random_state=config.seed,
        ),
    )
    # Several threads gain little on so small a sample, and crawl when other work keeps the cores busy.
    with threadpool_limits(limits=1, user_api="openmp"):
        model.fit(inputs(sample), sample["late"].astype(bool))
    context.log.info("trained on %s of %s flights", f"{len(sample):,}", f"{len(train):,}")
    return dg.Output(
        model,
        metadata={
            "trained_on": len(sample),
            "late_share_in_training": float(sample["late"].mean()),
            "auc_in_training": float(roc_auc_score(sample["late"].astype(bool), probability(model, sample))),
            "config": config.model_dump(),
        },
    )


def inputs(features: pd.DataFrame) -> pd.DataFrame:
    """The columns the model sees, the numbers as plain floats with NaN for what is not known."""
    return features[INPUTS].astype(dict.fromkeys(NUMBERS, "float64"))


def probability(model: Pipeline, features: pd.DataFrame) -> np.ndarray:
    """The probability, 0 to 1, that each flight arrives late."""
    return model.predict_proba(inputs(features))[:, 1]


@dg.asset(
    key=PREDICTIONS,
    ins={"features": dg.AssetIn(key=FEATURES), "model": dg.AssetIn(key=MODEL)},
    group_name="model",
    io_manager_key="warehouse",
    code_version="1",
    owners=OWNERS,
    kinds={"sklearn", "duckdb"},
    tags=TAGS,
    check_specs=[
        dg.AssetCheckSpec(
            "better_than_hour_of_day",
            asset=PREDICTIONS,
            description="The model ranks flights better than the hour of departure alone does.",
        )
    ],
)
def delay_predictions(
    features: pd.DataFrame, model: Pipeline
) -> Iterator[dg.Output[pd.DataFrame] | dg.AssetCheckResult]:
    """The model's probabilities for October to December, which it never saw, with what came true."""
    is_test = features["flight_date"] >= FIRST_TEST_DAY
    train, test = features[~is_test], features[is_test].reset_index(drop=True)
    by_hour = train["late"].astype(float).groupby(train["departure_minute"] // 60).mean()
    frame = test[["flight_date", "carrier", "origin", "destination"]].assign(
        late=test["late"].astype(bool),
        probability=probability(model, test),
        by_hour_of_day=(test["departure_minute"] // 60).map(by_hour).fillna(by_hour.mean()).astype(float),
    )
    scores = evaluate(frame)
    yield dg.Output(frame, metadata={**table_metadata(frame, "model.delay_predictions"), **scores})
    yield dg.AssetCheckResult(
        check_name="better_than_hour_of_day",
        passed=scores["auc"] > scores["auc_by_hour_of_day"],
        metadata=scores,
    )


def evaluate(predictions: pd.DataFrame) -> dict[str, float]:
    """How good the probabilities are, beside a guess by the hour of departure alone.

    AUC: 0.5 is a coin, 1 is perfect. Brier score and mean absolute error: the lower the better.
    """
    late, said = predictions["late"], predictions["probability"]
    return {
        "auc": float(roc_auc_score(late, said)),
        "auc_by_hour_of_day": float(roc_auc_score(late, predictions["by_hour_of_day"])),
        "brier_score": float(brier_score_loss(late, said)),
        "mean_absolute_error": float((late - said).abs().mean()),
    }


@dg.asset(
    key_prefix="model",
    ins={"predictions": dg.AssetIn(key=PREDICTIONS)},
    group_name="model",
    io_manager_key="warehouse",
    code_version="1",
    owners=OWNERS,
    kinds={"pandas", "duckdb"},
    tags=TAGS,
)
def delay_calibration(predictions: pd.DataFrame) -> dg.Output[pd.DataFrame]:
    """Ten groups of flights by predicted probability: how many were said to be late, how many were."""
    group = pd.qcut(predictions["probability"], 10, labels=False, duplicates="drop") + 1
    frame = (
        predictions.astype({"late": float})
        .groupby(group.rename("decile"))
        .agg(flights=("late", "size"), predicted=("probability", "mean"), actual=("late", "mean"))
        .reset_index()
    )
    weights = frame["flights"] / frame["flights"].sum()
    error = float(((frame["predicted"] - frame["actual"]).abs() * weights).sum())
    metadata = table_metadata(frame, "model.delay_calibration", unique=["decile"])
    return dg.Output(frame, metadata={**metadata, "calibration_error": error})
