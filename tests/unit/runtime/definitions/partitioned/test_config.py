import pytest

from mainspring.core.base.errors import InvalidInvocationError, InvariantViolationError, UserCodeError
from mainspring.core.config.run_config import RunConfig
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.runtime.definitions.partitioned.config import PartitionedConfig

LETTERS = StaticPartitionsDefinition(["a", "b"])


def config_of(key: str) -> dict[str, object]:
    return {"ops": {"load": {"config": {"key": key}}}}


def test_config_and_tags_of_a_partition() -> None:
    made = PartitionedConfig(
        LETTERS,
        run_config_for_partition_key_fn=config_of,
        tags_for_partition_key_fn=lambda key: {"letter": key.upper()},
    )
    assert made.get_run_config_for_partition_key("a") == config_of("a")
    assert made.get_tags_for_partition_key("a") == {"letter": "A", "dagster/partition": "a"}
    assert made.get_tags_for_partition_key("a", "nightly") == {
        "letter": "A",
        "dagster/partition": "a",
        "dagster/partition_set": "nightly_partition_set",
    }
    assert made.get_partition_keys() == ["a", "b"]
    assert made.partitions_def is LETTERS
    assert made.run_config_for_partition_key_fn is config_of


def test_a_run_config_object_is_made_plain() -> None:
    made = PartitionedConfig(LETTERS, run_config_for_partition_key_fn=lambda key: RunConfig(ops={key: {}}))
    assert made.get_run_config_for_partition_key("b")["ops"] == {"b": {}}


def test_errors_of_the_function_name_the_partition() -> None:
    made = PartitionedConfig(LETTERS, run_config_for_partition_key_fn=lambda key: {}[key])  # type: ignore[index]
    with pytest.raises(UserCodeError, match="raised for 'a': KeyError") as caught:
        made.get_run_config_for_partition_key("a")
    assert isinstance(caught.value.__cause__, KeyError)
    wrong = PartitionedConfig(LETTERS, run_config_for_partition_key_fn=lambda key: [key])  # type: ignore[arg-type]
    with pytest.raises(InvariantViolationError, match=r"answered \['a'\] for 'a'"):
        wrong.get_run_config_for_partition_key("a")


def test_only_a_decorated_one_is_called() -> None:
    plain = PartitionedConfig(LETTERS, run_config_for_partition_key_fn=config_of)
    with pytest.raises(InvalidInvocationError, match="made by a decorator"):
        plain("a")
    decorated = PartitionedConfig(LETTERS, decorated_fn=config_of, run_config_for_partition_key_fn=config_of)
    assert decorated("a") == config_of("a")


def test_plain_config_is_that_of_every_partition() -> None:
    made = PartitionedConfig.from_flexible_config({"ops": {"x": {}}}, LETTERS)
    assert [made.get_run_config_for_partition_key(key) for key in "ab"] == [{"ops": {"x": {}}}] * 2
    assert PartitionedConfig.from_flexible_config(None, LETTERS).get_run_config_for_partition_key("a") == {}
    assert PartitionedConfig.from_flexible_config(made, LETTERS) is made


def test_what_cannot_be(refusal) -> None:
    made = PartitionedConfig(LETTERS, run_config_for_partition_key_fn=config_of)
    other = StaticPartitionsDefinition(["c"])
    assert "differ from those" in refusal(lambda: PartitionedConfig.from_flexible_config(made, other))
    assert "is 7" in refusal(lambda: PartitionedConfig.from_flexible_config(7, LETTERS))
    assert "no partitions definition" in refusal(
        lambda: PartitionedConfig(["a"], run_config_for_partition_key_fn=config_of)
    )
    assert "needs run_config_for_partition_key_fn" in refusal(lambda: PartitionedConfig(LETTERS))
    assert "takes run_config_for_partition_key_fn" in refusal(
        lambda: PartitionedConfig(LETTERS, run_config_for_partition_fn=config_of)
    )
