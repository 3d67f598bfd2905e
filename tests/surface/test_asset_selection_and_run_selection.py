"""The section "Asset selection and run selection" of the public surface."""

import pytest

import mainspring as dg


@dg.asset(group_name="raw", tags={"tier": "one"})
def a():
    return 1


@dg.asset(deps=[a], group_name="mart", owners=["team:data"], kinds={"duckdb"})
def b():
    return 2


@dg.asset(deps=[b], group_name="mart", key_prefix="p")
def c():
    return 3


@dg.asset_check(asset=b)
def sound():
    return dg.AssetCheckResult(passed=True)


@dg.multi_asset(specs=[dg.AssetSpec("m1"), dg.AssetSpec("m2")])
def both():
    yield dg.MaterializeResult("m1")
    yield dg.MaterializeResult("m2")


SOURCE = dg.AssetSpec("source")


@dg.asset(deps=[SOURCE])
def d():
    return 4


DEFS = dg.Definitions([SOURCE, a, b, c, d, both], asset_checks=[sound])


def keys(selection):
    """The keys that a job of the selection materialises, and the checks it runs."""
    job = dg.Definitions.merge(
        DEFS, dg.Definitions(jobs=[dg.define_asset_job("j", selection)])
    ).resolve_job_def("j")
    made = {
        event.asset_key.to_user_string()
        for event in job.execute_in_process().get_asset_materialization_events()
    }
    return " ".join(sorted(made))


S = dg.AssetSelection


@pytest.mark.parametrize(
    "selection,found",
    [
        (S.all(), "a b d m1 m2 p/c"),
        (S.assets("a", b), "a b"),
        (S.assets(dg.AssetKey(["p", "c"])), "p/c"),
        (S.groups("mart"), "b p/c"),
        (S.key_prefixes("p"), "p/c"),
        (S.tag("tier", "one"), "a"),
        (S.assets("a").downstream(), "a b p/c"),
        (S.assets("a").downstream(depth=1, include_self=False), "b"),
        (S.assets(c).upstream(depth=1), "b p/c"),
        (S.assets(c).upstream(include_self=False), "a b"),
        (S.all().roots() & S.groups("raw"), "a"),
        (S.groups("raw", "mart").sinks(), "p/c"),
        (S.all() - S.groups("mart") - S.assets("m1", "m2"), "a d"),
        (S.assets("a") | S.assets("b"), "a b"),
        (S.all(include_sources=True).materializable() & S.assets("source", "d"), "d"),
        ("group:mart or key:a", "a b p/c"),
        ("+key:b", "a b"),
        (["a", "b"], "a b"),
    ],
    ids=str,
)
def test_asset_selection_chooses(selection, found):
    assert keys(selection) == found


def test_asset_selection_of_half_a_multi_asset_finds_its_neighbours():
    graph = DEFS.resolve_asset_graph()
    assert S.assets("m1").required_multi_asset_neighbors().resolve(graph) == {
        dg.AssetKey("m1"),
        dg.AssetKey("m2"),
    }


def test_asset_selection_finds_the_sources_above():
    assert S.assets(d).upstream_source_assets().resolve(DEFS.resolve_asset_graph()) == {SOURCE.key}


@pytest.mark.parametrize(
    "selection,count",
    [
        (S.all_asset_checks(), 1),
        (S.checks_for_assets(b), 1),
        (S.checks_for_assets(a), 0),
        (S.checks(sound), 1),
        (S.checks(dg.AssetCheckKey(dg.AssetKey("b"), "sound")), 1),
        (S.assets(b), 1),
        (S.assets(b).without_checks(), 0),
    ],
    ids=str,
)
def test_asset_selection_of_checks(selection, count):
    assert len(selection.resolve_checks(DEFS.resolve_asset_graph())) == count


def test_asset_selection_is_refused_for_an_unknown_asset():
    with pytest.raises(dg.DagsterError, match=r"orders|asset job j"):
        keys(S.assets("orders"))


def test_code_location_selector_is_a_value():
    assert dg.CodeLocationSelector("shop") == dg.CodeLocationSelector(location_name="shop")
    assert len({dg.CodeLocationSelector("shop"), dg.CodeLocationSelector("bank")}) == 2


def test_repository_selector_is_a_value():
    selector = dg.RepositorySelector(location_name="shop", repository_name="main")
    assert (selector.location_name, selector.repository_name) == ("shop", "main")
    assert selector != dg.RepositorySelector(location_name="shop", repository_name="other")


def test_job_selector_names_a_job_for_a_run_status_sensor():
    selector = dg.JobSelector(location_name="shop", repository_name="main", job_name="nightly")

    @dg.run_status_sensor(run_status=dg.DagsterRunStatus.SUCCESS, monitored_jobs=[selector])
    def watch(context):
        """Watches a job of another place."""

    assert isinstance(watch, dg.SensorDefinition)
    assert (selector.location_name, selector.repository_name, selector.job_name) == (
        "shop",
        "main",
        "nightly",
    )
