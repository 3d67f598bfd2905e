import pytest

from mainspring.core.base.errors import InvalidDefinitionError, InvariantViolationError
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.multi import multi_asset
from mainspring.runtime.definitions.assets.observable import observable_source_asset
from mainspring.runtime.definitions.assets.source_asset import SourceAsset
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.automation.partitioned_schedule import build_schedule_from_partitioned_job
from mainspring.runtime.definitions.automation.schedule import ScheduleDefinition
from mainspring.runtime.definitions.automation.sensor_decorator import sensor
from mainspring.runtime.definitions.checks.decorators import asset_check
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.graphs.decorator import graph
from mainspring.runtime.definitions.jobs.asset_job import define_asset_job
from mainspring.runtime.definitions.jobs.decorator import job
from mainspring.runtime.definitions.loggers.console import json_console_logger
from mainspring.runtime.definitions.ops.decorator import op
from mainspring.runtime.definitions.resources.parameter import ResourceParam

A, B, C, D = (AssetKey(name) for name in "abcd")
FULL = AssetCheckKey(A, "full")


@asset
def a(c): ...


@asset(deps=["d"], group_name="g")
def b(a): ...


@asset_check(asset="a")
def full(a): ...


@observable_source_asset
def d(): ...


def some(**more):
    return Definitions(**({"assets": [a, b, AssetSpec("c"), d], "asset_checks": [full]} | more))


def test_one_graph_of_all():
    defs = some()
    graph = defs.resolve_asset_graph()
    assert defs.resolve_all_asset_keys() == [A, B, C, D]
    assert [spec.key for spec in defs.resolve_all_asset_specs()] == [A, B, C, D]
    assert (graph.parents(B), graph.children(C), graph.external_asset_keys) == ({A, D}, {A}, {C, D})
    assert list(graph.checks) == [FULL]
    assert graph is defs.resolve_asset_graph()


def test_the_implicit_job_makes_all_that_can_be_made():
    job = some().resolve_implicit_global_asset_job_def()
    assert (job.name, job.keys, job.check_keys) == ("__ASSET_JOB", {A, B}, {FULL})
    assert [definition.key for definition in job.definitions if definition.keys] == [A, B]
    assert some().has_implicit_global_asset_job_def()
    assert not Definitions(assets=[AssetSpec("c")]).has_implicit_global_asset_job_def()


def test_look_ups():
    defs = some(jobs=[define_asset_job("nightly")])
    assert defs.resolve_assets_def("b") is defs.get_assets_def(B) is b
    assert isinstance(defs.get_assets_def("c"), AssetsDefinition)
    assert defs.get_asset_checks_def(FULL) is full
    assert defs.resolve_job_def("nightly").keys == {A, B}
    assert defs.get_job_def("__ASSET_JOB") is defs.get_implicit_global_asset_job_def()
    assert [job.name for job in defs.resolve_all_job_defs()] == ["nightly", "__ASSET_JOB"]


@pytest.mark.parametrize(
    "look,words",
    [
        (lambda defs: defs.resolve_assets_def("aa"), "No asset 'aa' is declared.\nDid you mean a?"),
        (lambda defs: defs.get_job_def("nighty"), "No job 'nighty' is declared.\nDid you mean nightly?"),
        (
            lambda defs: defs.get_asset_checks_def(AssetCheckKey(A, "ful")),
            "No check 'a:ful' is declared.\nDid you mean a:full?",
        ),
    ],
)
def test_look_ups_of_nothing(look, words):
    with pytest.raises(InvariantViolationError) as caught:
        look(some(jobs=[define_asset_job("nightly")]))
    assert str(caught.value) == words


def test_a_check_may_stand_among_the_assets_and_things_repeat():
    spec, source = AssetSpec("c"), SourceAsset("d")
    defs = Definitions(assets=[a, [spec, a, full], source, spec, source], asset_checks=[full])
    assert defs.resolve_all_asset_keys() == [A, C, D]
    assert list(defs.resolve_asset_graph().checks) == [FULL]


def test_what_is_only_a_dep_is_in_the_graph_but_not_declared():
    defs = Definitions(assets=[asset(name="x", deps=["elsewhere"])(lambda: 1)])
    assert defs.resolve_all_asset_keys() == [AssetKey("x")]
    assert defs.resolve_asset_graph().undeclared_asset_keys == {AssetKey("elsewhere")}


def test_merge():
    database = object()
    one = Definitions(assets=[a, AssetSpec("c")], resources={"db": database}, metadata={"m": 1})
    two = Definitions(assets=[b, a], asset_checks=[full], resources={"db": database, "x": 1}, executor="e")
    merged = Definitions.merge(one, two, Definitions(jobs=[define_asset_job("nightly")]))
    assert set(merged.resolve_all_asset_keys()) == {A, B, C}
    assert (merged.resources, merged.executor) == ({"db": database, "x": 1}, "e")
    assert merged.get_job_def("nightly").keys == {A, B}
    assert set(merged.metadata) == {"m"}
    assert Definitions.merge().resolve_all_asset_keys() == []


def test_a_merge_reports_every_conflict():
    one = Definitions(resources={"db": 1, "x": 1}, executor="one")
    two = Definitions(resources={"db": 2, "x": 1}, loggers={"l": json_console_logger}, executor="two")
    with pytest.raises(InvariantViolationError) as caught:
        Definitions.merge(one, two)
    text = str(caught.value)
    assert f"different resources the name 'db': at {one.where} and at {two.where}" in text
    assert "name different executors" in text
    assert "'x'" not in text


def test_map_asset_specs():
    defs = some(jobs=[define_asset_job("nightly")], resources={"db": 1})
    owned = defs.map_asset_specs(func=lambda spec: spec.replace_attributes(owners=["team:data"]))
    assert {node.owners for node in owned.resolve_asset_graph().nodes} == {("team:data",)}
    assert (owned.resources, [job.name for job in owned.jobs]) == ({"db": 1}, ["nightly"])


@pytest.mark.parametrize("selection", ["group:g", ["b"], [b], "a+ and not a"], ids=str)
def test_map_asset_specs_of_some(selection):
    changed = some().map_asset_specs(
        func=lambda spec: spec.merge_attributes(tags={"t": ""}), selection=selection
    )
    tagged = {node.key for node in changed.resolve_asset_graph().nodes if "t" in node.tags}
    assert tagged == {B}


def test_with_resources():
    defs = some(resources={"db": 1, "x": 2}).with_resources({"db": 3})
    assert defs.resources == {"db": 3, "x": 2}


def test_validate_loadable_finds_selections_that_cut_through():
    @multi_asset(specs=[AssetSpec("x"), AssetSpec("y")], check_specs=[AssetCheckSpec("ok", asset="x")])
    def whole(): ...

    defs = Definitions(assets=[whole], jobs=[define_asset_job("one", "x"), define_asset_job("two", "y")])
    with pytest.raises(InvalidDefinitionError) as caught:
        Definitions.validate_loadable(defs)
    text = str(caught.value)
    for words in ("The job 'one':", "The job 'two':", "can_subset=True"):
        assert words in text
    Definitions.validate_loadable(some())


# -- jobs of ops, schedules and sensors

LINE = "0 0 * * *"


@op
def one(): ...


@op(required_resource_keys={"db"})
def uses_db(): ...


@graph
def g():
    one()


@job
def counting():
    one()


@job(resource_defs={"own": 1})
def with_db():
    uses_db()


def test_a_graph_among_the_jobs_is_a_job():
    defs = Definitions(jobs=[g, counting], executor="ours", loggers={"l": json_console_logger})
    assert [found.name for found in defs.jobs] == ["g", "counting"]
    found = defs.get_job_def("g")
    assert (found.executor_def, list(found.loggers), found.is_op_job) == ("ours", ["l"], True)
    assert found.execute_in_process().success
    assert defs.resolve_all_job_defs() == list(defs.catalog.jobs.values())  # no asset, no implicit job
    assert not defs.has_implicit_global_asset_job_def()


def test_a_job_of_ops_is_given_what_it_lacks():
    with pytest.raises(
        InvalidDefinitionError, match=r"The job 'with_db': The resource 'db', which op 'uses_db'"
    ):
        Definitions.validate_loadable(Definitions(jobs=[with_db]))
    found = Definitions(jobs=[with_db], resources={"db": 1, "own": 2}).get_job_def("with_db")
    assert found.resource_defs == {"db": 1, "own": 1}


def test_schedules_and_sensors_bring_their_jobs_and_assets():
    @sensor(jobs=[counting, g])
    def watch(): ...

    nightly = define_asset_job("nightly", "b")
    schedules = [
        ScheduleDefinition(job=nightly, cron_schedule=LINE),
        ScheduleDefinition("all", target=[d], cron_schedule=LINE),
        ScheduleDefinition("named", job_name="__ASSET_JOB", cron_schedule=LINE),
    ]
    defs = Definitions(assets=[b, a, AssetSpec("c")], schedules=schedules, sensors=[watch])
    assert list(defs.catalog.jobs) == ["nightly", "__anonymous_asset_job_all", "counting", "g"]
    assert set(defs.resolve_all_asset_keys()) == {A, B, C, D}
    assert defs.get_schedule_def("nightly_schedule").job is defs.resolve_job_def("nightly")
    assert defs.resolve_schedule_def("named").job_name == "__ASSET_JOB"
    assert defs.get_unresolved_schedule_def("all") is schedules[1]
    assert defs.get_sensor_def("watch") is defs.resolve_sensor_def("watch")
    assert defs.get_unresolved_sensor_def("watch") is watch
    assert repr(defs) == "<Definitions: 3 assets, 3 schedules, 1 sensors>"
    for look in (defs.get_schedule_def, defs.get_unresolved_schedule_def, defs.get_sensor_def):
        with pytest.raises(InvariantViolationError, match=r"No (schedule|sensor) 'x' is declared"):
            look("x")


def test_a_schedule_of_partitions_is_resolved():
    parts = StaticPartitionsDefinition(["x", "y"])
    made = asset(name="made", partitions_def=parts)(lambda: 1)
    sliced = define_asset_job("sliced", ["made"])
    schedule = build_schedule_from_partitioned_job(sliced, cron_schedule=LINE)
    defs = Definitions(assets=[made], schedules=[schedule])
    assert defs.get_unresolved_schedule_def("sliced_schedule") is schedule
    assert defs.get_schedule_def("sliced_schedule").cron_schedule == LINE


def test_every_fault_of_schedules_and_sensors_is_told():
    @sensor(job=counting, name="twin")
    def watch(needs_db: ResourceParam[str]): ...

    defs = Definitions(
        schedules=[
            ScheduleDefinition("twin", job_name="counting", cron_schedule=LINE),
            ScheduleDefinition("lost", job_name="cuonting", cron_schedule=LINE),
        ],
        sensors=[watch, sensor(job=counting, name="needy", required_resource_keys={"db"})(lambda: None)],
        resources={"needs_db": 1},
    )
    with pytest.raises(InvalidDefinitionError) as caught:
        Definitions.validate_loadable(defs)
    text = str(caught.value)
    assert "Two schedules or sensors have the name 'twin': at " in text
    assert "The schedule 'lost' runs the job 'cuonting', which is not declared." in text
    assert "Did you mean counting?" in text
    assert "The resource 'db', which the sensor 'needy' requires, is not among the resources." in text


def test_each_part_holds_what_belongs_in_it():
    with pytest.raises(InvalidDefinitionError) as caught:
        Definitions(jobs=[one], schedules=[counting], sensors=[1])
    text = str(caught.value)
    assert "`schedules` holds <JobDefinition counting: 1 ops>, which is no schedule." in text
    assert "`sensors` holds 1, which is no sensor." in text
    assert "which is no job." in text


def test_a_logger_is_a_logger():
    with pytest.raises(InvalidDefinitionError, match="`loggers` holds 1 under 'l', which is no logger"):
        Definitions(loggers={"l": 1})


def test_metadata_is_updated():
    defs = some(metadata={"m": 1}).with_definition_metadata_update(lambda known: {**known, "n": 2})
    assert (set(defs.metadata), defs.resolve_all_asset_keys()) == ({"m", "n"}, [A, B, C, D])


def test_the_implicit_job_for_some_assets():
    defs = some()
    assert defs.resolve_implicit_job_def_def_for_assets([A]) is defs.get_implicit_global_asset_job_def()
    assert defs.resolve_implicit_job_def_def_for_assets([A, C]) is None
    assert Definitions(assets=[AssetSpec("a")], asset_checks=[full]).has_implicit_global_asset_job_def()


def test_one_repository_of_them():
    defs = some()
    assert not defs.has_resolved_repository_def()
    assert defs.get_repository_def() is defs.get_repository_def()
    assert defs.has_resolved_repository_def()
    assert defs.get_repository_def().definitions is defs


def test_a_long_chain_needs_no_recursion():
    def nothing(): ...

    count = 5_000
    chain = [asset(name=f"a{i}", deps=[f"a{i - 1}"] if i else None)(nothing) for i in range(count)]
    job = Definitions(assets=chain).resolve_implicit_global_asset_job_def()
    assert (len(job.keys), len(job.definitions)) == (count, count)
    assert job.asset_graph.toposorted_asset_keys[-1] == AssetKey(f"a{count - 1}")
