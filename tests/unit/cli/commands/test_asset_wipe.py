"""``asset wipe``."""

import io
import sys

import pytest

from mainspring.core.records.asset_events import AssetMaterialization
from mainspring.core.values.asset_key import AssetKey

ORDERS, REGIONS = AssetKey("orders"), AssetKey("regions")


class Terminal(io.StringIO):
    """Somebody who sits there and types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def recorded(instance):
    instance.report_runless_asset_event(AssetMaterialization(ORDERS))
    for partition in "abc":
        instance.report_runless_asset_event(AssetMaterialization(REGIONS, partition=partition))
    return instance


def test_with_yes(call, recorded) -> None:
    answer = call("asset", "wipe", "orders", "--yes")
    assert (answer.status, answer.out) == (0, "")
    said, hint = answer.err.splitlines()
    assert said == "Wiped the history of 1 asset."
    assert hint.startswith("hint: `mainspring asset unwipe 5` takes that back until 2")
    assert recorded.get_asset_keys() == [REGIONS]


def test_all_as_json(call, recorded) -> None:
    assert call("asset", "wipe", "--all", "--noprompt", "--json").json == {
        "wiped": ["orders", "regions"],
        "partitions": [],
        "wipe_ids": [5, 6],
    }
    assert recorded.get_asset_keys() == []


def test_some_partitions(call, recorded) -> None:
    answer = call("asset", "wipe", "regions", "--partitions", "a", "--partition", "c", "--yes")
    assert answer.err.startswith("Wiped 2 partitions of regions.\nhint: ")
    assert recorded.get_materialized_partitions(REGIONS) == {"b"}


@pytest.mark.parametrize("typed, left", [("y\n", [REGIONS]), ("n\n", [ORDERS, REGIONS])])
def test_it_asks(typed, left, call, recorded, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    answer = call("asset", "wipe", "orders")
    assert answer.status == 0
    assert answer.err.startswith("To be wiped:\n  orders  materialized 2")
    assert ": 1 materialization\nWipe the history of 1 asset? [y/N]:" in answer.err
    assert recorded.get_asset_keys() == left


def test_without_a_terminal_nothing_is_wiped(call, recorded, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    answer = call("asset", "wipe", "--all")
    assert answer.status == 2
    assert answer.err.endswith(
        "error: There is no terminal to ask at, so nothing was wiped.\nhint: Add --yes to wipe without being asked.\n"
    )
    assert recorded.get_asset_keys() == [ORDERS, REGIONS]


@pytest.mark.parametrize(
    "words, told",
    [
        ([], "error: Say what to wipe: either keys of assets or --all."),
        (["orders", "--all"], "error: Say what to wipe: either keys of assets or --all."),
        (["orders", "regions", "--partitions", "a"], "error: --partitions takes exactly one asset."),
        (["ordrs"], "error: There is no asset 'ordrs'.\nhint: Did you mean orders?"),
        (["regions", "--partitions", "d"], "error: Nothing is recorded of the partition 'd' of 'regions'."),
    ],
)
def test_what_cannot_be_asked(words, told, call, recorded) -> None:
    answer = call("asset", "wipe", *words, "--yes")
    assert answer.status == 2
    assert answer.err.startswith(told)
    assert recorded.get_asset_keys() == [ORDERS, REGIONS]
