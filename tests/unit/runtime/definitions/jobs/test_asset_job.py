import pytest

from mainspring.core.base.errors import InvalidDefinitionError, InvalidSubsetError
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.assets.multi import multi_asset
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.checks.decorators import asset_check
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.hooks import success_hook
from mainspring.runtime.definitions.jobs.asset_job import define_asset_job
from mainspring.runtime.definitions.retries import RetryPolicy

A, B = AssetKey("a"), AssetKey("b")


@asset(group_name="g")
def a(): ...


@asset
def b(a): ...


@asset_check(asset="a")
def full(): ...


def resolved(job, *more):
    return Definitions(
        assets=[a, b, AssetSpec("outside"), *more], asset_checks=[full], jobs=[job]
    ).get_job_def(job.name)


@pytest.mark.parametrize(
    "selection,keys",
    [
        (None, {A, B}),
        ("a", {A}),
        ("a+", {A, B}),
        ("group:g", {A}),
        (["a", "b"], {A, B}),
        ([a], {A}),
        (b, {B}),
        (AssetSelection.all() - AssetSelection.assets("a"), {B}),
        ("* and not key:outside", {A, B}),
    ],
)
def test_selections_of_every_form(selection, keys):
    assert resolved(define_asset_job("some", selection)).keys == keys


def test_checks_come_with_their_assets():
    assert resolved(define_asset_job("some", "a")).check_keys == {AssetCheckKey(A, "full")}
    assert resolved(define_asset_job("some", "b")).check_keys == set()
    alone = resolved(define_asset_job("some", AssetSelection.all_asset_checks()))
    assert (alone.keys, alone.check_keys) == (set(), {AssetCheckKey(A, "full")})


@success_hook
def say_so(context): ...


def test_all_that_can_be_said_reaches_the_job():
    policy = RetryPolicy(max_retries=2)
    job = resolved(
        define_asset_job(
            "some",
            config={"ops": {}},
            description="Words.",
            tags={"team": "core", "limits": {"cpu": 2}},
            run_tags={"run": 1},
            metadata={"m": 1},
            executor_def="executor",
            hooks={say_so},
            op_retry_policy=policy,
            owners=["team:data"],
        )
    )
    assert (job.config, job.description, job.op_retry_policy) == ({"ops": {}}, "Words.", policy)
    assert (job.tags, job.run_tags, job.tags_of_runs) == (
        {"team": "core", "limits": '{"cpu":2}'},
        {"run": "1"},
        {"run": "1"},
    )
    assert (job.executor_def, job.hooks, job.owners) == ("executor", {say_so}, ("team:data",))
    assert set(job.metadata) == {"m"}
    assert job.where.file == __file__


def test_narrower_jobs():
    job = resolved(define_asset_job("some"))
    assert job.select("a").keys == {A}
    assert job.select("a").check_keys == {AssetCheckKey(A, "full")}
    assert job.with_keys([B]).keys == {B}
    assert job.with_keys([A], []).check_keys == set()


def test_a_job_of_a_part_of_a_multi_asset():
    specs = [AssetSpec("x"), AssetSpec("y")]

    @multi_asset(specs=specs, can_subset=True, check_specs=[AssetCheckSpec("ok", asset="x")])
    def part(): ...

    (definition,) = resolved(define_asset_job("some", "y"), part).definitions
    assert (definition.keys, definition.check_keys) == ({AssetKey("y")}, set())


@pytest.mark.parametrize(
    "make,kind,words",
    [
        (
            lambda: define_asset_job("no name"),
            InvalidDefinitionError,
            "'no name' cannot be the name of a job",
        ),
        (lambda: define_asset_job("x", "and and"), InvalidSubsetError, "The `selection` of the job 'x': "),
        (lambda: define_asset_job("x", object()), InvalidDefinitionError, "The `selection` of the job 'x': "),
        (lambda: define_asset_job("x", owners=["bob"]), InvalidDefinitionError, "owner 'bob' of job 'x'"),
        (lambda: define_asset_job("x", tags={"t": object()}), InvalidDefinitionError, "tag 't' of job 'x'"),
    ],
)
def test_jobs_that_cannot_be(make, kind, words):
    with pytest.raises(kind) as caught:
        make()
    assert words in str(caught.value)
    assert caught.value.where.file == __file__
