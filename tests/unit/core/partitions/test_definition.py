"""Static, dynamic and multi-dimensional partitions."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import product
from subprocess import run

import pytest

from mainspring.core.base.errors import InvalidDefinitionError, InvariantViolationError, UnknownPartitionError
from mainspring.core.partitions.backfill_policy import BackfillPolicy, BackfillPolicyType
from mainspring.core.partitions.calendar_windows import DailyPartitionsDefinition
from mainspring.core.partitions.definition import PartitionsDefinition
from mainspring.core.partitions.dynamic import (
    AddDynamicPartitionsRequest,
    DeleteDynamicPartitionsRequest,
    DynamicPartitionsDefinition,
)
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.loading import moment, partition_loading_context
from mainspring.core.partitions.multi import MultiPartitionsDefinition
from mainspring.core.partitions.multi_key import MultiPartitionKey
from mainspring.core.partitions.static import StaticPartitionsDefinition

NOW = datetime(2024, 1, 4, tzinfo=UTC)


class Store:
    def __init__(self, **keys: Sequence[str]) -> None:
        self.keys = {name: list(each) for name, each in keys.items()}

    def get_dynamic_partitions(self, partitions_def_name: str) -> Sequence[str]:
        return self.keys.get(partitions_def_name, [])

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        return partition_key in self.keys.get(partitions_def_name, [])


def test_static_partitions_keep_their_order() -> None:
    regions = StaticPartitionsDefinition(["us", "eu", "jp"])
    assert regions.get_partition_keys() == ["us", "eu", "jp"]
    assert regions.get_partition_keys_in_range(PartitionKeyRange("eu", "jp")) == ["eu", "jp"]
    assert (regions.get_first_partition_key(), regions.get_last_partition_key()) == ("us", "jp")
    assert (
        regions
        == StaticPartitionsDefinition(("us", "eu", "jp"))
        != StaticPartitionsDefinition(["us", "jp", "eu"])
    )
    assert pickle.loads(pickle.dumps(regions)) == regions
    with pytest.raises(
        UnknownPartitionError, match=r"'eus' is not .*the keys are 'us', 'eu', 'jp'\.(.|\n)*Did you mean"
    ):
        regions.validate_partition_key("eus")


@pytest.mark.parametrize(
    "keys,message",
    [
        ("abc", "not the single string 'abc'"),
        (["a", 1], "1 of .* is a int"),
        (["a...b"], r"contains '\.\.\.'"),
        (["a", "b", "a"], "more than once: 'a'"),
    ],
)
def test_keys_that_cannot_be_are_refused(keys, message) -> None:
    with pytest.raises(InvalidDefinitionError, match=message) as caught:
        StaticPartitionsDefinition(keys)
    assert "test_definition.py:" in str(caught.value)


def test_pages_hold_on_to_their_key_while_keys_are_added_and_deleted() -> None:
    store, regions = Store(regions=["a", "b", "c", "d"]), DynamicPartitionsDefinition(name="regions")
    first = regions.get_paginated_partition_keys(moment(NOW, store), 2, True)
    assert (first.results, first.has_more) == (["a", "b"], True)
    store.keys["regions"] = ["z", "a", "b", "c", "d"]
    second = regions.get_paginated_partition_keys(moment(NOW, store), 2, True, first.cursor)
    assert (second.results, second.has_more) == (["c", "d"], False)
    back = regions.get_paginated_partition_keys(moment(NOW, store), 3, False)
    assert (back.results, back.has_more) == (["d", "c", "b"], True)
    assert regions.get_paginated_partition_keys(moment(NOW, store), 3, False, back.cursor).results == [
        "a",
        "z",
    ]
    with pytest.raises(InvariantViolationError, match="is not a cursor"):
        regions.get_paginated_partition_keys(moment(NOW, store), 2, True, "%%")


def test_dynamic_partitions_come_from_the_store() -> None:
    store, regions = Store(regions=["us", "eu"]), DynamicPartitionsDefinition(name="regions")
    assert regions.get_partition_keys(dynamic_partitions_store=store) == ["us", "eu"]
    with partition_loading_context(dynamic_partitions_store=store):
        assert [regions.has_partition_key(key) for key in ("eu", "nz")] == [True, False]
        with pytest.raises(UnknownPartitionError, match="'nz' is not a partition key"):
            regions.validate_partition_key("nz")
    with pytest.raises(InvariantViolationError, match="only an instance knows"):
        regions.get_partition_keys()
    assert regions.build_add_request(["nz"]) == AddDynamicPartitionsRequest("regions", ["nz"])
    assert regions.build_delete_request(["nz"]) == DeleteDynamicPartitionsRequest("regions", ["nz"])
    with pytest.raises(InvalidDefinitionError, match=r"contains '\.\.\.'"):
        regions.build_add_request(["a...b"])


def test_dynamic_partitions_may_come_from_a_function_of_the_time() -> None:
    days = DynamicPartitionsDefinition(lambda when: [str(d) for d in range(1, when.day)])
    assert days.get_partition_keys(NOW) == ["1", "2", "3"]
    with pytest.raises(InvariantViolationError, match="come from a function"):
        days.build_add_request(["4"])
    for arguments in ({}, {"partition_fn": list, "name": "x"}, {"name": ""}):
        with pytest.raises(InvalidDefinitionError):
            DynamicPartitionsDefinition(**arguments)


def three() -> tuple[MultiPartitionsDefinition, Store]:
    definition = MultiPartitionsDefinition(
        {
            "region": StaticPartitionsDefinition(["us", "eu", "jp"]),
            "date": DailyPartitionsDefinition("2024-01-01"),
            "customer": DynamicPartitionsDefinition(name="customers"),
        }
    )
    return definition, Store(customers=["acme", "zoo"])


def test_three_dimensions_of_three_kinds() -> None:
    definition, store = three()
    days = ["2024-01-01", "2024-01-02", "2024-01-03"]
    expected = ["|".join(key) for key in product(["acme", "zoo"], days, ["us", "eu", "jp"])]
    with partition_loading_context(NOW, store):
        keys = definition.get_partition_keys()
        assert keys == expected
        space = definition.key_space()
        assert [space.key(i) for i in range(18)] == expected
        assert [space.ordinal(key) for key in expected] == list(range(18))
        assert [space.keys(i, j) for i, j in ((0, 18), (5, 7), (3, 17), (9, 9))] == [
            expected[i:j] for i, j in ((0, 18), (5, 7), (3, 17), (9, 9))
        ]
        assert keys[4].keys_by_dimension == {"customer": "acme", "date": "2024-01-02", "region": "eu"}
        assert definition.get_num_partitions() == 18
        box = PartitionKeyRange("acme|2024-01-02|eu", "zoo|2024-01-03|jp")
        assert definition.get_partition_keys_in_range(box) == [
            "|".join(k) for k in product(["acme", "zoo"], days[1:], ["eu", "jp"])
        ]
        assert definition.get_multipartition_keys_with_dimension_value("date", "2024-01-03") == [
            k for k in expected if "01-03" in k
        ]
        assert definition.filter_valid_partition_keys({"acme|2024-01-02|eu", "acme|eu", "x|y|z"}) == {
            "acme|2024-01-02|eu"
        }
        with pytest.raises(UnknownPartitionError, match=r"written customer\|date\|region"):
            definition.validate_partition_key("acme|2024-01-02|mars")


def test_what_a_multi_partitions_definition_says_of_itself() -> None:
    definition, _ = three()
    assert definition.partition_dimension_names == ["customer", "date", "region"]
    assert (definition.primary_dimension.name, definition.secondary_dimension.name) == ("date", "customer")
    key = MultiPartitionKey({"region": "eu", "date": "2024-01-02", "customer": "zoo"})
    assert definition.get_partition_key_from_str("zoo|2024-01-02|eu") == key
    assert definition.time_window_for_partition_key(key).start == datetime(2024, 1, 2, tzinfo=UTC)
    assert definition.get_tags_for_partition_key(key) == {
        "dagster/partition": "zoo|2024-01-02|eu",
        "dagster/partition/customer": "zoo",
        "dagster/partition/date": "2024-01-02",
        "dagster/partition/region": "eu",
    }
    assert pickle.loads(pickle.dumps(key)).keys_by_dimension == key.keys_by_dimension
    with pytest.raises(InvalidDefinitionError, match="two dimensions or more"):
        MultiPartitionsDefinition({"a": StaticPartitionsDefinition(["x"])})
    with pytest.raises(InvalidDefinitionError, match="has dimensions itself"):
        MultiPartitionsDefinition({"a": definition, "b": StaticPartitionsDefinition(["x"])})
    with pytest.raises(InvalidDefinitionError, match=r"'x\|y' of the dimension 'b'"):
        MultiPartitionsDefinition(
            {"a": StaticPartitionsDefinition(["x"]), "b": StaticPartitionsDefinition(["x|y"])}
        )
    assert pickle.loads(pickle.dumps(definition)) == definition


def test_a_definition_of_ones_own_needs_only_its_keys() -> None:
    class Squares(PartitionsDefinition[str]):
        def get_partition_keys(self, current_time=None, dynamic_partitions_store=None):
            return ["1", "4", "9"]

    squares = Squares()
    assert squares.get_partition_keys_in_range(PartitionKeyRange("4", "9")) == ["4", "9"]
    assert squares.subset_with_partition_keys(["9", "1"]).get_partition_keys() == ["1", "9"]
    assert (squares.has_partition_key("4"), squares.get_num_partitions()) == (True, 3)


def test_backfill_policies() -> None:
    assert BackfillPolicy() == BackfillPolicy.multi_run() == BackfillPolicy(max_partitions_per_run=1)
    assert BackfillPolicy.single_run().max_partitions_per_run is None
    assert BackfillPolicy.single_run().policy_type is BackfillPolicyType.SINGLE_RUN
    assert BackfillPolicy.multi_run(7).policy_type is BackfillPolicyType.MULTI_RUN
    for wrong in (0, -1, True, "3"):
        with pytest.raises(InvalidDefinitionError, match="a number of 1 or more"):
            BackfillPolicy(wrong)


def test_defining_partitions_loads_neither_bitmaps_nor_zones_nor_the_cron_library() -> None:
    code = (
        "import sys; from mainspring.core.partitions.calendar_windows import DailyPartitionsDefinition;"
        "from mainspring.core.partitions import multi_mapping, static_mapping, backfill_policy;"
        "DailyPartitionsDefinition('2024-01-01').get_partition_keys();"
        "print({'croniter', 'dateutil', 'zoneinfo', 'pyroaring'} & set(sys.modules))"
    )
    assert run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
