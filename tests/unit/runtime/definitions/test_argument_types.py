"""Bad input where something is declared: each error names the culprit, its place, and the way out."""

import re

import pytest

from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.assets.ins_outs import AssetIn, AssetOut
from mainspring.runtime.definitions.assets.multi import multi_asset
from mainspring.runtime.definitions.assets.observable import observable_source_asset
from mainspring.runtime.definitions.assets.source_asset import SourceAsset
from mainspring.runtime.definitions.assets.spec import AssetDep, AssetSpec
from mainspring.runtime.definitions.checks.decorators import asset_check, multi_asset_check

HERE = re.compile(r"test_bad_input\.py:\d+")


def one(): ...


def two(up, other): ...


DECORATED = [
    # names and keys
    (lambda: asset(name="no name")(one), "'no name' cannot be the name of an asset", 'Try "no_name"'),
    (lambda: asset(name="config")(one), "'config' cannot be the name of an asset", "reserved"),
    (lambda: asset(name=3)(one), "name of an asset is 3", "names are strings"),
    (lambda: asset(key="a", name="b")(one), "The asset 'b' has a `key` and also a `name`", "give it alone"),
    (lambda: asset(key=5)(one), "The key of the asset 'one' is wrong", "Write for instance"),
    (lambda: asset(key=["a", 5])(one), "5 in ['a', 5] is a int", "Write for instance"),
    (lambda: asset(key="")(one), "needs at least one part", "Write for instance"),
    (lambda: asset(key_prefix=5)(one), "`key_prefix` of asset 'one' is 5", 'Write key_prefix=["'),
    (lambda: asset(key_prefix=["a", ""])(one), "`key_prefix` of asset 'one'", 'Write key_prefix=["'),
    # what people see of it
    (lambda: asset(group_name="a group")(one), "'a group' cannot be the name of asset 'one'", "Try"),
    (lambda: asset(group_name=5)(one), "asset 'one' is 5", "names are strings"),
    (lambda: asset(owners=["bob"])(one), "The owner 'bob' of asset 'one'", 'Try "team:bob"'),
    (lambda: asset(owners="team:x")(one), "owners of asset 'one' are the string", 'Write ["team:x"]'),
    (lambda: asset(tags={"a b": "c"})(one), "The tag key 'a b' of asset 'one'", "A key is"),
    (lambda: asset(tags={"a": 5})(one), "The tag 'a' of asset 'one' is 5", 'Write it as text: "5"'),
    (lambda: asset(tags=["a"])(one), "`tags` of asset 'one' is ['a']", "must be a dict"),
    (lambda: asset(kinds="sql")(one), "kinds of asset 'one' are the string 'sql'", 'Write {"sql"}'),
    (lambda: asset(kinds={"a b"})(one), "The kind 'a b' of asset 'one'", "A kind is made of"),
    (lambda: asset(kinds={"a", "b", "c", "d"})(one), "asset 'one' has 4 kinds", "Leave 1 of them out"),
    (lambda: asset(kinds={"a"}, compute_kind="b")(one), "asset 'one' has `kinds` and also", "alone"),
    (lambda: asset(metadata=["a"])(one), "`metadata` of asset 'one' is ['a']", "must be a dict"),
    (lambda: asset(description=5)(one), "`description` of asset 'one' is 5", "must be a string"),
    (lambda: asset(code_version=1)(one), "`code_version` of asset 'one' is 1", 'Write code_version="1"'),
    (lambda: asset(partitions_def="daily")(one), "`partitions_def` of asset 'one'", "DailyPartitions"),
    # how it runs
    (lambda: asset(retry_policy=3)(one), "`retry_policy` of asset 'one' is 3", "must be a RetryPolicy"),
    (lambda: asset(backfill_policy="all")(one), "`backfill_policy` of asset 'one'", "a BackfillPolicy"),
    (lambda: asset(op_tags="a")(one), "`op_tags` of asset 'one' is 'a'", "must be a dict"),
    (lambda: asset(pool=5)(one), "`pool` of asset 'one' is 5", 'Write pool="5"'),
    (lambda: asset(timeout=0)(one), "The timeout of asset 'one' is 0", "above zero"),
    (lambda: asset(timeout="5s")(one), "timeout of asset 'one' is '5s'", "seconds or a timedelta"),
    (lambda: asset(io_manager_key=5)(one), "`io_manager_key` of asset 'one' is 5", "must be a string"),
    (
        lambda: asset(io_manager_key="a", io_manager_def=1, resource_defs={"a": 2})(one),
        "asset 'one' has an `io_manager_def`",
        "Give one of them",
    ),
    (
        lambda: asset(required_resource_keys="db")(one),
        "`required_resource_keys` of asset 'one' is the string 'db'",
        'Write required_resource_keys={"db"}',
    ),
    (lambda: asset(resource_defs=["db"])(one), "`resource_defs` of asset 'one'", "must be a dict"),
    # upstream assets
    (lambda: asset(deps="up")(one), "`deps` of asset 'one' is 'up'", "Write deps=[...]"),
    (lambda: asset(deps=AssetKey("up"))(one), "`deps` of asset 'one' is AssetKey", "Write deps=[...]"),
    (lambda: asset(deps=asset(one))(one), "`deps` of asset 'one' is <AssetsDefinition", "Write deps=[...]"),
    (lambda: asset(deps=[object()])(one), "`deps` of asset 'one': <object object", "Give an AssetKey"),
    (lambda: asset(deps=[None])(one), "`deps` of asset 'one': None stands for no asset", "Give an"),
    (lambda: asset(deps=["up"])(two), "depends on 'up' twice", "Keep the parameter"),
    (
        lambda: asset(deps=["x", AssetDep("x", metadata={"a": 1})])(one),
        "Two `deps` of asset 'one' on 'x'",
        "Keep one",
    ),
    (lambda: asset(ins={"upp": AssetIn()})(two), "asset 'two' has no parameter 'upp'", "Did you mean up?"),
    (lambda: asset(ins={"x": AssetIn()})(one), "asset 'one' has no parameter 'x'", "goes into `deps`"),
    (lambda: asset(ins=["up"])(two), "`ins` of asset 'two' is ['up']", "must be a dict"),
    (lambda: asset(ins={"up": 5})(two), "`ins` of asset 'two' says of 'up': 5", "Give an AssetKey"),
    (lambda: AssetIn(key="a", key_prefix="b"), "AssetIn(key='a', key_prefix='b')", "not both"),
    (lambda: AssetDep(AssetDep("a")), "takes an asset, not another AssetDep", ""),
    # checks inside
    (
        lambda: asset(check_specs=[AssetCheckSpec("c", asset="b")])(one),
        "'c' in the `check_specs` of asset 'one' is about 'b'",
        "@asset_check",
    ),
    (
        lambda: asset(check_specs=[AssetCheckSpec("c", asset="one")] * 2)(one),
        "asset 'one' has two checks 'one:c'",
        "another name",
    ),
    (lambda: asset(check_specs=["c"])(one), "`check_specs` of asset 'one' holds 'c'", "AssetCheckSpec"),
    (
        lambda: asset(check_specs=AssetCheckSpec("c", asset="one"))(one),
        "`check_specs` of asset 'one' is AssetCheckSpec",
        "Write check_specs=[...]",
    ),
    (lambda: AssetCheckSpec("c", asset=None), "`asset` of the check 'c': None", "Give an AssetKey"),
    (lambda: AssetCheckSpec("no name", asset="a"), "'no name' cannot be the name", 'Try "no_name"'),
    # what is decorated
    (lambda: asset("orders"), "@asset decorates a function; got 'orders'", "above a `def`"),
    (lambda: asset(name="x")(None), "@asset decorates a function; got None", "above a `def`"),
    (lambda: multi_asset(specs=[])(5), "@multi_asset decorates a function; got 5", "above a `def`"),
    (lambda: asset_check(asset="a")(5), "@asset_check decorates a function; got 5", "above a `def`"),
    (lambda: multi_asset_check(specs=[])(5), "@multi_asset_check decorates a function", "above a `def`"),
    (lambda: observable_source_asset(key="a")(5), "@observable_source_asset decorates", "above a `def`"),
    # specs
    (lambda: AssetSpec(5), "The key of an AssetSpec is wrong", "Write for instance"),
    (lambda: AssetSpec("a", deps=[object()]), "`deps` of asset 'a'", "Give an AssetKey"),
    (lambda: AssetSpec("a", owners=[5]), "The owner 5 of asset 'a'", "Give an e-mail address"),
    (lambda: SourceAsset(5), "The key of a SourceAsset is wrong", "Write for instance"),
    # several assets
    (lambda: multi_asset()(one), "multi-asset 'one' needs `specs` or `outs`", "Write specs="),
    (lambda: multi_asset(specs=[], outs={})(one), "multi-asset 'one' needs `specs` or `outs`", "not both"),
    (lambda: multi_asset(specs=["a"])(one), "`specs` of multi-asset 'one' holds 'a'", "an AssetSpec"),
    (lambda: multi_asset(specs=AssetSpec("a"))(one), "`specs` of multi-asset 'one' is", "Write specs=["),
    (
        lambda: multi_asset(specs=[AssetSpec("a"), AssetSpec("a")])(one),
        "multi-asset 'one' makes 'a' twice",
        "Remove one",
    ),
    (
        lambda: multi_asset(specs=[AssetSpec("a/b"), AssetSpec("a__b")])(one),
        "'a/b' and 'a__b' give the same output name",
        "`outs`",
    ),
    (lambda: multi_asset(outs={"a": None})(one), "`outs` of multi-asset 'one' holds None", "AssetOut()"),
    (lambda: multi_asset(outs=["a"])(one), "`outs` of multi-asset 'one' is ['a']", "must be a dict"),
    (lambda: multi_asset(outs={"a b": AssetOut()})(one), "'a b' cannot be the name of an output", "Try"),
    (
        lambda: multi_asset(outs={"a": AssetOut(), "b": AssetOut(key="a")})(one),
        "multi-asset 'one' makes 'a' twice",
        "Remove one",
    ),
    (
        lambda: multi_asset(outs={"a": AssetOut()}, internal_asset_deps={"aa": set()})(one),
        "speaks of the output 'aa'",
        "Did you mean a?",
    ),
    (
        lambda: multi_asset(outs={"a": AssetOut()}, internal_asset_deps={"a": {AssetKey("othr")}})(two),
        "makes 'a' depend on 'othr'",
        "Did you mean other?",
    ),
    (
        lambda: multi_asset(specs=[AssetSpec("a")], internal_asset_deps={"a": {"x"}})(one),
        "multi-asset 'one' has `internal_asset_deps`",
        "AssetSpec(..., deps=[...])",
    ),
    (
        lambda: multi_asset(specs=[AssetSpec("a", group_name="g")], group_name="h")(one),
        "multi-asset 'one' has a `group_name`, and so has the spec of 'a'",
        "one of the two",
    ),
]


@pytest.mark.parametrize("make,culprit,way_out", DECORATED, ids=[words for _, words, _ in DECORATED])
def test_a_declaration_that_cannot_be(refusal, make, culprit, way_out):
    text = refusal(make)
    assert culprit in text
    assert way_out in text
