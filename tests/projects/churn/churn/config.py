from enum import Enum
from typing import Literal, Optional, Union

from pydantic import Field, field_validator

from mainspring import Config


class Logistic(Config):
    kind: Literal["logistic"] = "logistic"
    penalties: list[float] = [0.1, 1.0, 10.0]

    @field_validator("penalties")
    @classmethod
    def not_empty(cls, value):
        if not value:
            raise ValueError("name at least one penalty")
        return value


class Tree(Config):
    kind: Literal["tree"] = "tree"
    max_depth: int = Field(default=3, gt=0, le=12)


class Metric(Enum):
    ACCURACY = "accuracy"
    RECALL = "recall"


class SplitConfig(Config):
    share: float = Field(default=0.25, gt=0, lt=1, description="Share of the customers that are held out")
    seed: int = 7


class TrainConfig(Config):
    """What a person may change when they train."""

    model: Union[Logistic, Tree] = Field(default=Logistic(), discriminator="kind")
    metric: Metric = Metric.ACCURACY
    note: Optional[str] = None
