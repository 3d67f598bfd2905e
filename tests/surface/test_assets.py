"""The section "Assets" of the public surface."""

import sys
import types

import pytest

import mainspring as dg


@dg.asset
def orders():
    return [1, 2, 3]


@dg.asset
def total(orders):
    return sum(orders)


def text_of(keys):
    return sorted(key.to_user_string() for key in keys)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with a module, each of which holds an asset."""
    (tmp_path / "stocked").mkdir()
    for name, asset in (("__init__", "outer"), ("inner", "inner")):
        (tmp_path / "stocked" / f"{name}.py").write_text(
            f"import mainspring as dg\n@dg.asset\ndef {asset}():\n    return 1\n"
        )
    monkeypatch.syspath_prepend(tmp_path)
    yield "stocked"
    for name in ("stocked", "stocked.inner"):
        sys.modules.pop(name, None)


# -- keys and specs


def test_asset_key_is_a_path():
    key = dg.AssetKey(["warehouse", "orders"])
    assert (key.path, key.to_user_string(), str(dg.AssetKey("a").path)) == (
        ["warehouse", "orders"],
        "warehouse/orders",
        "['a']",
    )
    assert {key: 1}[dg.AssetKey(["warehouse", "orders"])] == 1
    assert dg.AssetKey("a") < dg.AssetKey("b")


def test_asset_or_check_key_is_either():
    assert isinstance(dg.AssetKey("a"), dg.AssetOrCheckKey)
    assert isinstance(dg.AssetCheckKey(dg.AssetKey("a"), "c"), dg.AssetOrCheckKey)
    assert not isinstance("a", dg.AssetOrCheckKey)


def test_asset_spec_describes_an_asset():
    spec = dg.AssetSpec(
        ["p", "a"], deps=["b"], description="d", metadata={"k": 1}, group_name="g", code_version="1",
        owners=["team:x"], tags={"t": "v"}, kinds={"table"}, skippable=True,
    )  # fmt: skip
    assert (spec.key, [dep.asset_key for dep in spec.deps]) == (dg.AssetKey(["p", "a"]), [dg.AssetKey("b")])
    assert (spec.description, dict(spec.metadata), spec.group_name) == ("d", {"k": 1}, "g")
    assert (spec.code_version, list(spec.owners), set(spec.kinds)) == ("1", ["team:x"], {"table"})
    assert (spec.tags["t"], spec.skippable) == ("v", True)


def test_asset_spec_changes_in_copies():
    spec = dg.AssetSpec("a", group_name="g", tags={"x": "1"}, deps=["b"])
    merged = spec.merge_attributes(tags={"y": "2"}, deps=["c"])
    assert (dict(merged.tags), text_of(dep.asset_key for dep in merged.deps)) == (
        {"x": "1", "y": "2"},
        ["b", "c"],
    )
    replaced = spec.replace_attributes(tags={"y": "2"}, group_name="h")
    assert (dict(replaced.tags), replaced.group_name, spec.group_name) == ({"y": "2"}, "h", "g")


def test_asset_spec_gives_its_io_manager_to_a_value_made_elsewhere():
    class Shelf(dg.IOManager):
        def handle_output(self, context, obj):
            raise AssertionError("nothing here makes it")

        def load_input(self, context):
            return f"from {context.asset_key.to_user_string()}"

    made_elsewhere = dg.AssetSpec("raw").with_io_manager_key("shelf")

    @dg.asset
    def reader(raw):
        return raw

    result = dg.materialize([made_elsewhere, reader], resources={"shelf": Shelf()}, selection=[reader])
    assert result.output_for_node("reader") == "from raw"


def test_asset_dep_carries_what_lies_between_two_assets():
    mapping = dg.AllPartitionMapping()
    dep = dg.AssetDep(orders, partition_mapping=mapping, metadata={"k": 1})
    assert (dep.asset_key, dep.partition_mapping, dict(dep.metadata)) == (orders.key, mapping, {"k": 1})

    @dg.asset(deps=[dep])
    def report():
        return 1

    assert list(report.dependency_keys) == [orders.key]
    assert report.get_partition_mapping(orders.key) == mapping


def test_asset_in_names_the_asset_of_an_input():
    @dg.asset(ins={"numbers": dg.AssetIn("orders"), "more": dg.AssetIn(key_prefix="p", metadata={"k": 1})})
    def both(numbers, more):
        return numbers + more

    assert dict(both.keys_by_input_name) == {
        "numbers": dg.AssetKey("orders"),
        "more": dg.AssetKey(["p", "more"]),
    }
    assert dg.AssetIn(input_manager_key="m").input_manager_key == "m"


def test_asset_out_declares_each_asset_of_several():
    @dg.multi_asset(
        outs={"a": dg.AssetOut(group_name="g"), "b": dg.AssetOut(key=["p", "b"], is_required=False)}
    )
    def two():
        yield dg.Output(1, "a")

    assert dict(two.keys_by_output_name) == {"a": dg.AssetKey("a"), "b": dg.AssetKey(["p", "b"])}
    assert dict(two.group_names_by_key) == {dg.AssetKey("a"): "g", dg.AssetKey(["p", "b"]): "default"}
    made = dg.materialize([two]).get_asset_materialization_events()
    assert text_of(event.asset_key for event in made) == ["a"]
    assert dg.AssetOut.from_spec(dg.AssetSpec("c", description="d"), is_required=False).description == "d"


def test_map_asset_specs_changes_specs_and_definitions():
    grouped = dg.map_asset_specs(
        lambda spec: spec.replace_attributes(group_name="g"), [orders, dg.AssetSpec("raw")]
    )
    specs = [
        spec for one in grouped for spec in (one.specs if isinstance(one, dg.AssetsDefinition) else [one])
    ]
    assert {spec.key.to_user_string(): spec.group_name for spec in specs} == {"orders": "g", "raw": "g"}


# -- functions that make assets


def test_asset_feeds_the_next():
    result = dg.materialize([orders, total])
    assert (result.success, result.output_for_node("total")) == (True, 6)
    assert list(total.dependency_keys) == [orders.key]


def test_asset_with_every_attribute():
    @dg.asset(
        key_prefix="p", description="d", metadata={"k": "v"}, tags={"t": "1"}, owners=["a@b.com"], kinds={"s3"},
        group_name="g", code_version="2", deps=["raw"],
    )  # fmt: skip
    def rich():
        """Ignored, as a description is given."""

    spec = rich.get_asset_spec()
    assert (spec.key, spec.description, spec.group_name) == (dg.AssetKey(["p", "rich"]), "d", "g")
    assert (spec.code_version, list(spec.owners), spec.kinds) == ("2", ["a@b.com"], {"s3"})
    assert (spec.tags["t"], spec.metadata["k"], text_of(rich.dependency_keys)) == ("1", "v", ["raw"])


@pytest.mark.parametrize("name", ["a.b", "a-b", "1a"])
def test_asset_name_may_hold_dots_and_hyphens(name):
    @dg.asset(name=name)
    def made():
        return 1

    @dg.asset(deps=[made])
    def after():
        return 2

    events = dg.materialize([made, after]).get_asset_materialization_events()
    assert [event.asset_key for event in events] == [dg.AssetKey([name]), dg.AssetKey("after")]


@pytest.mark.parametrize("name", ["a b", "a/b", "é", "a:b"])
def test_asset_name_holds_nothing_else(name):
    with pytest.raises(dg.DagsterInvalidDefinitionError, match=name):
        dg.asset(name=name)(lambda: 1)


def test_asset_called_directly_is_its_function():
    assert total([4, 5]) == 9


def test_multi_asset_of_specs_gives_results():
    @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b", deps=["a"])])
    def pair():
        yield dg.MaterializeResult("a", metadata={"rows": 1})
        yield dg.MaterializeResult("b")

    events = dg.materialize([pair]).get_asset_materialization_events()
    assert [event.asset_key.to_user_string() for event in events] == ["a", "b"]


def test_multi_asset_makes_what_is_selected():
    @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")], can_subset=True)
    def pair(context: dg.AssetExecutionContext):
        for key in sorted(context.selected_asset_keys):
            yield dg.MaterializeResult(key)

    events = dg.materialize([pair], selection="b").get_asset_materialization_events()
    assert [event.asset_key.to_user_string() for event in events] == ["b"]


def test_graph_asset_is_made_by_several_ops():
    @dg.op
    def fetch():
        return 2

    @dg.op
    def double(x):
        return 2 * x

    @dg.graph_asset(group_name="g")
    def doubled():
        return double(fetch())

    result = dg.materialize([doubled])
    assert result.asset_value("doubled") == 4
    assert sorted(event.step_key for event in result.get_step_success_events()) == [
        "doubled.double",
        "doubled.fetch",
    ]


def test_graph_multi_asset_makes_several():
    @dg.op(out={"a": dg.Out(), "b": dg.Out()})
    def split():
        return 1, 2

    @dg.graph_multi_asset(outs={"a": dg.AssetOut(), "b": dg.AssetOut()})
    def halves():
        a, b = split()
        return {"a": a, "b": b}

    result = dg.materialize([halves])
    assert (result.asset_value("a"), result.asset_value("b")) == (1, 2)


def test_assets_definition_of_an_op_and_of_a_graph():
    @dg.op(ins={"x": dg.In(int)}, out=dg.Out(int))
    def add_one(x):
        return x + 1

    @dg.graph
    def chain(x):
        return add_one(x)

    of_op = dg.AssetsDefinition.from_op(add_one, keys_by_input_name={"x": dg.AssetKey("total")})
    of_graph = dg.AssetsDefinition.from_graph(
        chain,
        keys_by_input_name={"x": dg.AssetKey("add_one")},
        keys_by_output_name={"result": dg.AssetKey("last")},
    )
    result = dg.materialize([orders, total, of_op, of_graph])
    assert (result.asset_value("add_one"), result.asset_value("last")) == (7, 8)


def test_assets_definition_tells_what_it_makes():
    assert (orders.key, orders.keys, orders.op.name) == (
        dg.AssetKey("orders"),
        {dg.AssetKey("orders")},
        "orders",
    )
    assert (orders.can_subset, orders.partitions_def, list(orders.dependency_keys)) == (False, None, [])
    assert [spec.key for spec in orders.specs] == [orders.key]
    assert isinstance(orders.to_source_asset(), dg.SourceAsset)


def test_assets_definition_with_hooks_calls_them():
    called = []

    @dg.success_hook
    def note(context):
        called.append(context.op.name)

    dg.materialize([orders.with_hooks({note}), total])
    assert called == ["orders"]


def test_source_asset_is_loaded_and_not_made():
    class Shelf(dg.IOManager):
        def handle_output(self, context, obj):
            raise AssertionError("a source is not made")

        def load_input(self, context):
            return 10

    raw = dg.SourceAsset("raw", io_manager_key="shelf", description="d", group_name="g")

    @dg.asset
    def reader(raw):
        return raw + 1

    result = dg.materialize([raw, reader], resources={"shelf": Shelf()})
    assert (result.output_for_node("reader"), raw.key, raw.group_name) == (11, dg.AssetKey("raw"), "g")
    assert text_of(event.asset_key for event in result.get_asset_materialization_events()) == ["reader"]


def test_observable_source_asset_records_a_data_version():
    @dg.observable_source_asset(description="d")
    def feed():
        return dg.DataVersion("v7")

    with dg.DagsterInstance.ephemeral() as instance:
        assert dg.materialize([feed], instance=instance).success
        record = instance.fetch_observations(dg.AssetKey("feed"), limit=1).records[0]
    assert record.asset_observation.data_version == "v7"


def test_multi_observable_source_asset_observes_several():
    @dg.multi_observable_source_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")])
    def feeds():
        yield dg.ObserveResult("a", metadata={"rows": 1})
        yield dg.ObserveResult("b", data_version=dg.DataVersion("2"))

    events = dg.materialize([feeds]).get_asset_observation_events()
    seen = [event.asset_observation_data.asset_observation for event in events]
    assert [(one.asset_key.to_user_string(), one.data_version) for one in seen][1] == ("b", "2")
    assert seen[0].metadata == {"rows": dg.MetadataValue.int(1)}


# -- what functions give back and say


def test_materialize_result_records_metadata_tags_and_version():
    @dg.asset
    def told():
        return dg.MaterializeResult(
            metadata={"rows": 3}, tags={"t": "v"}, data_version=dg.DataVersion("x"), value=5
        )

    result = dg.materialize([told])
    (event,) = result.get_asset_materialization_events()
    assert event.materialization.metadata["rows"] == dg.MetadataValue.int(3)
    assert event.materialization.tags["t"] == "v"
    assert (event.materialization.tags["dagster/data_version"], result.asset_value("told")) == ("x", 5)


def test_observe_result_keeps_what_it_is_given():
    result = dg.ObserveResult("a", metadata={"k": 1}, data_version=dg.DataVersion("2"), tags={"t": "v"})
    assert (result.asset_key, result.data_version) == (dg.AssetKey("a"), dg.DataVersion("2"))
    assert (dict(result.metadata), dict(result.tags)) == ({"k": 1}, {"t": "v"})


def test_asset_materialization_is_reported_by_an_op():
    @dg.op
    def reports(context):
        context.log_event(
            dg.AssetMaterialization("file", metadata={"size": 1}, partition="p", description="d")
        )

    @dg.job
    def reporting():
        reports()

    (event,) = reporting.execute_in_process().get_asset_materialization_events()
    made = event.materialization
    assert (made.asset_key, made.partition, made.description) == (dg.AssetKey("file"), "p", "d")
    assert dg.AssetMaterialization.file("/a/b").metadata["path"] == dg.MetadataValue.path("/a/b")


def test_asset_observation_is_reported_from_outside():
    seen = dg.AssetObservation("raw", metadata={"size": 1}, tags={"t": "v"})
    with dg.DagsterInstance.ephemeral() as instance:
        instance.report_runless_asset_event(seen)
        found = instance.fetch_observations(dg.AssetKey("raw"), limit=1).records[0].asset_observation
    assert (found.metadata, found.tags["t"]) == ({"size": dg.MetadataValue.int(1)}, "v")


def test_data_version_is_a_value():
    assert dg.DataVersion("1") == dg.DataVersion("1")
    assert dg.DataVersion("1") != dg.DataVersion("2")
    assert dg.DataVersion("1").value == "1"


def test_data_versions_by_partition_are_recorded_each():
    @dg.observable_source_asset(partitions_def=dg.StaticPartitionsDefinition(["a", "b"]))
    def feed():
        return dg.DataVersionsByPartition({"a": "1", "b": dg.DataVersion("2")})

    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([feed], instance=instance)
        records = instance.fetch_observations(dg.AssetKey("feed"), limit=5).records
    assert {one.partition_key: one.asset_observation.data_version for one in records} == {"a": "1", "b": "2"}


def test_data_provenance_tells_of_what_an_asset_was_made():
    found = []

    @dg.asset(code_version="v2", deps=[orders])
    def derived(context: dg.AssetExecutionContext):
        found.append(context.get_asset_provenance(dg.AssetKey("derived")))

    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([orders, derived], instance=instance)
        dg.materialize([orders, derived], instance=instance)
    first, second = found
    assert first is None
    assert isinstance(second, dg.DataProvenance)
    assert (second.code_version, list(second.input_data_versions)) == ("v2", [orders.key])
    assert second.is_user_provided is False


# -- running


def test_asset_execution_context_knows_the_asset_and_the_run():
    seen = {}

    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["eu", "us"]))
    def regional(context: dg.AssetExecutionContext):
        seen.update(key=context.asset_key, partition=context.partition_key, run=context.run.run_id)
        seen.update(single=context.has_partition_key, job=context.job_name, assets=context.assets_def.keys)
        context.add_output_metadata({"rows": 1})
        context.add_asset_metadata({"more": 2})

    result = dg.materialize([regional], partition_key="eu")
    key = dg.AssetKey("regional")
    assert (seen["key"], seen["partition"], seen["run"]) == (key, "eu", result.run_id)
    assert (seen["single"], seen["job"], seen["assets"]) == (True, result.job_def.name, {key})
    metadata = result.get_asset_materialization_events()[0].materialization.metadata
    assert metadata["rows"].value == 1


def test_build_asset_context_calls_an_asset_directly():
    @dg.asset(required_resource_keys={"limit"}, config_schema={"start": int})
    def counted(context):
        return list(range(context.op_execution_context.op_config["start"], context.resources.limit))

    context = dg.build_asset_context(resources={"limit": 4}, asset_config={"start": 2})
    assert counted(context) == [2, 3]
    assert dg.build_asset_context(partition_key="eu").partition_key == "eu"


def test_materialize_with_config_resources_and_a_selection():
    @dg.asset(config_schema={"n": int}, required_resource_keys={"factor"})
    def scaled(context):
        return context.op_execution_context.op_config["n"] * context.resources.factor

    result = dg.materialize(
        [orders, scaled],
        selection=["scaled"],
        resources={"factor": 3},
        run_config={"ops": {"scaled": {"config": {"n": 2}}}},
        tags={"who": "me"},
    )
    assert (result.output_for_node("scaled"), result.dagster_run.tags["who"]) == (6, "me")
    assert len(result.get_step_success_events()) == 1


def test_materialize_to_memory_uses_no_manager_of_the_assets():
    assert dg.materialize_to_memory([orders, total]).asset_value("total") == 6


def test_define_asset_job_runs_a_selection_with_its_config_and_tags():
    @dg.asset(config_schema={"n": dg.Field(int, default_value=1)})
    def counted(context):
        return context.op_execution_context.op_config["n"]

    job = dg.define_asset_job(
        "some",
        selection=[counted],
        config={"ops": {"counted": {"config": {"n": 5}}}},
        tags={"a": "b"},
        description="d",
    )
    resolved = dg.Definitions([orders, counted], jobs=[job]).resolve_job_def("some")
    result = resolved.execute_in_process()
    assert (result.output_for_node("counted"), result.dagster_run.tags["a"], resolved.description) == (
        5,
        "b",
        "d",
    )


def test_execute_in_process_result_answers_for_what_happened():
    result = dg.materialize([orders, total])
    assert isinstance(result, dg.ExecuteInProcessResult)
    assert [event.step_key for event in result.get_step_success_events()] == ["orders", "total"]
    assert [event.event_type_value for event in result.filter_events(lambda one: one.is_step_success)] == [
        "STEP_SUCCESS",
        "STEP_SUCCESS",
    ]
    assert text_of(event.asset_key for event in result.asset_materializations_for_node("orders")) == [
        "orders"
    ]
    assert (result.output_for_node("orders"), result.get_failed_step_keys()) == ([1, 2, 3], set())
    assert result.events_for_node("total")[0].step_key == "total"


@dg.op
def one():
    return 1


@dg.job
def lonely():
    one()


def test_job_execution_result_of_a_job_in_another_process(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        with dg.execute_job(dg.reconstructable(lonely), instance=instance) as result:
            assert isinstance(result, dg.JobExecutionResult)
            assert (result.success, result.output_for_node("one")) == (True, 1)
        assert instance.get_run_by_id(result.run_id).is_success


# -- loaders


def test_load_assets_from_modules_with_a_group():
    module = types.ModuleType("some")
    module.found = orders
    (loaded,) = dg.load_assets_from_modules([module], group_name="g", key_prefix="p")
    assert (loaded.key, loaded.get_asset_spec().group_name) == (dg.AssetKey(["p", "orders"]), "g")


def test_load_assets_from_current_module():
    assert text_of(key for one in dg.load_assets_from_current_module() for key in one.keys) == [
        "orders",
        "total",
    ]


def test_load_assets_from_package_name(package):
    found = dg.load_assets_from_package_name(package)
    assert text_of(key for one in found for key in one.keys) == ["inner", "outer"]


def test_load_assets_from_package_module(package):
    found = dg.load_assets_from_package_module(__import__(package), key_prefix=["p"])
    assert text_of(key for one in found for key in one.keys) == ["p/inner", "p/outer"]
