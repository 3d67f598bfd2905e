"""Bad input when definitions are brought together: each error names the culprit, its place, and the way out."""

import re

import pytest

from mainspring.core.base.errors import InvalidSubsetError
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.assets.ins_outs import AssetIn
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.checks.decorators import asset_check
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.jobs.asset_job import define_asset_job
from mainspring.runtime.definitions.types.value_type import NOTHING

HERE = re.compile(r"test_bad_input\.py:\d+")


def one(): ...


def two(up, other): ...


def declare(*names, **said):
    def function(): ...

    return [asset(name=name, **said)(function) for name in names]


def load(**parts):
    Definitions.validate_loadable(Definitions(**parts))


def check_of(key, **said):
    return asset_check(asset=key, name="ok", **said)(one)


TOGETHER = [
    (
        lambda: load(assets=[*declare("a"), *declare("a")]),
        "The asset 'a' is declared twice: at",
        "another name",
    ),
    (
        lambda: load(assets=[*declare("a"), AssetSpec("a")]),
        "The asset 'a' is declared twice: at",
        "one definition",
    ),
    (
        lambda: load(assets=declare("a"), asset_checks=[check_of("a"), check_of("a")]),
        "The check 'a:ok' is declared twice: at",
        "another name",
    ),
    (
        lambda: load(assets=[asset(two), *declare("other", "upp")]),
        "The parameter 'up' of asset 'two' asks for the value of the asset 'up'",
        "Did you mean upp? If it is made elsewhere, declare AssetSpec('up')",
    ),
    (
        lambda: load(asset_checks=[check_of("ordrs")], assets=declare("orders")),
        "The check 'ok' is about the asset 'ordrs', which nothing here declares",
        "Did you mean orders? If it is made elsewhere, declare AssetSpec('ordrs')",
    ),
    (
        lambda: load(assets=declare("a", required_resource_keys={"db"}), resources={"dbb": 1}),
        "The resource 'db', which asset 'a' requires, is not among the resources",
        "Did you mean dbb?",
    ),
    (
        lambda: load(assets=declare("a", io_manager_key="disk")),
        "The IO manager 'disk', which asset 'a' requires",
        "Definitions(..., resources={'disk': ...}). Known are: none",
    ),
    (
        lambda: load(assets=[asset(ins={"up": AssetIn(input_manager_key="lake"), "other": AssetIn()})(two)]),
        "The IO manager 'lake', which asset 'two' requires",
        "Definitions(..., resources=",
    ),
    (
        lambda: load(assets=declare("a"), asset_checks=[check_of("a", required_resource_keys={"db"})]),
        "The resource 'db', which check 'a:ok' requires",
        "Definitions(..., resources=",
    ),
    (lambda: load(assets=[object()]), "`assets` of Definitions: <object object", "@asset"),
    (
        lambda: load(assets=[one]),
        "`assets` of Definitions: <function one",
        "Decorate the function with @asset",
    ),
    (lambda: load(assets=[AssetKey("a")]), "`assets` of Definitions: AssetKey(['a'])", "AssetSpec"),
    (lambda: load(assets=[None]), "`assets` of Definitions: None", "@asset"),
    (lambda: load(assets=AssetSpec("a")), "`assets` of Definitions is AssetSpec('a')", "Write assets=[...]"),
    (lambda: load(assets="a"), "`assets` of Definitions is 'a'", "Write assets=[...]"),
    (
        lambda: load(asset_checks=declare("a")),
        "`asset_checks` holds <AssetsDefinition asset 'a'>",
        "@asset_check",
    ),
    (lambda: load(jobs=["nightly"]), "`jobs` holds 'nightly'", "define_asset_job"),
    (lambda: load(resources=["db"]), "`resources` of Definitions is ['db']", "a dict with names as keys"),
    (
        lambda: load(assets=declare("a"), jobs=[define_asset_job("x"), define_asset_job("x", "a")]),
        "Two jobs have the name 'x': at",
        "another name",
    ),
    (
        lambda: load(assets=declare("a"), jobs=[define_asset_job("__ASSET_JOB")]),
        "A job cannot be named '__ASSET_JOB'",
        "another name",
    ),
]


@pytest.mark.parametrize("make,culprit,way_out", TOGETHER, ids=[words for _, words, _ in TOGETHER])
def test_definitions_that_do_not_fit_together(refusal, make, culprit, way_out):
    text = refusal(make)
    assert culprit in text
    assert way_out in text


@pytest.mark.parametrize(
    "selection,culprit",
    [
        ("tag:none", "The job 'x': its selection 'tag:\"none\"' matches no asset"),
        ("key:nobody", "The job 'x'"),
        (["aa"], "The job 'x'"),
        (declare("elsewhere"), "The job 'x'"),
    ],
    ids=str,
)
def test_a_job_whose_selection_matches_nothing(refusal, selection, culprit):
    jobs = [define_asset_job("x", selection)]
    assert culprit in refusal(lambda: load(assets=declare("aaa"), jobs=jobs), InvalidSubsetError)


def test_a_cycle_is_shown_as_a_path_with_places(refusal):
    a, b, c = (asset(name=name, deps=[up])(lambda: 1) for name, up in (("a", "c"), ("b", "a"), ("c", "b")))
    text = refusal(lambda: load(assets=[a, b, c]))
    assert "in a circle: a → b → c → a" in text or "in a circle: a → c → b → a" in text
    assert len(re.findall(r"test_resolve\.py:\d+", text)) == 3
    assert "Remove one of these dependencies" in text
    assert "a → a" in refusal(lambda: load(assets=declare("a", deps=["a"])))


def test_a_check_may_be_of_an_asset_that_is_made_elsewhere():
    graph = Definitions(asset_checks=[check_of("warehouse_table")], assets=declare("a")).resolve_asset_graph()
    assert not graph.get(AssetKey("warehouse_table")).is_declared
    assert [key.name for key in graph.checks] == ["ok"]


def test_independent_faults_are_reported_at_once(refusal):
    text = refusal(
        lambda: load(
            assets=[*declare("a"), *declare("a"), asset(two), *declare("b", io_manager_key="disk")],
            asset_checks=[check_of("twoo")],
            jobs=[define_asset_job("x"), define_asset_job("x")],
        )
    )
    assert text.startswith("6 definitions are wrong:\n\n1. ")
    for words in ("'a' is declared twice", "'up' of asset 'two'", "'other' of asset 'two'", "'disk'"):
        assert words in text
    assert "about the asset 'twoo'" in text
    assert "Two jobs have the name 'x'" in text


def test_wrong_parts_are_reported_at_once(refusal):
    text = refusal(lambda: Definitions(assets=[1, 2], jobs=["x"], resources="db"))
    assert text.startswith("4 definitions are wrong:")


def test_a_missing_upstream_is_fine_where_no_value_is_needed():
    for assets in (
        declare("a", deps=["elsewhere"]),
        [asset(ins={"x": AssetIn("elsewhere", dagster_type=NOTHING)})(one)],
        [asset(lambda_with_default)],
    ):
        graph = Definitions(assets=assets).resolve_asset_graph()
        assert graph.undeclared_asset_keys == {AssetKey("elsewhere")}


def lambda_with_default(elsewhere=3): ...
