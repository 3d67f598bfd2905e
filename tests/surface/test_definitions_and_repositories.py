"""The section "Definitions and repositories" of the public surface."""

import sys
import types

import pytest

import mainspring as dg


@dg.asset
def orders():
    return 1


@dg.asset_check(asset=orders)
def fine():
    return dg.AssetCheckResult(passed=True)


@dg.op
def one():
    return 1


@dg.job
def plain():
    one()


@dg.schedule(job=plain, cron_schedule="@daily")
def nightly():
    return {}


@dg.sensor(job=plain)
def inbox():
    return dg.SkipReason("empty")


everything = dg.define_asset_job("everything")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with a module, each of which holds an asset."""
    (tmp_path / "defined").mkdir()
    for name, asset in (("__init__", "outer"), ("inner", "inner")):
        (tmp_path / "defined" / f"{name}.py").write_text(
            f"import mainspring as dg\n@dg.asset\ndef {asset}():\n    return 1\n"
        )
    monkeypatch.syspath_prepend(tmp_path)
    yield "defined"
    for name in ("defined", "defined.inner"):
        sys.modules.pop(name, None)


def keys_of(defs):
    return sorted(spec.key.to_user_string() for spec in defs.resolve_all_asset_specs())


def module_of(name, **things):
    module = types.ModuleType(name)
    vars(module).update(things)
    return module


def test_definitions_hold_and_resolve_everything():
    defs = dg.Definitions([orders], [nightly], [inbox], [plain, everything], {"r": 1}, asset_checks=[fine])
    assert keys_of(defs) == ["orders"]
    assert (defs.resolve_job_def("plain").name, defs.resolve_schedule_def("nightly").name) == (
        "plain",
        "nightly",
    )
    assert defs.resolve_sensor_def("inbox").name == "inbox"
    result = defs.resolve_job_def("everything").execute_in_process()
    assert [event.asset_key for event in result.get_asset_materialization_events()] == [orders.key]
    assert len(result.get_asset_check_evaluations()) == 1


def test_definitions_merge():
    merged = dg.Definitions.merge(dg.Definitions([orders]), dg.Definitions([dg.AssetSpec("b")], jobs=[plain]))
    assert (keys_of(merged), merged.resolve_job_def("plain").name) == (["b", "orders"], "plain")


def test_definitions_are_checked_when_loaded():
    @dg.asset(required_resource_keys={"missing_one"})
    def needy():
        return 1

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="missing_one"):
        dg.Definitions.validate_loadable(dg.Definitions([needy]))
    dg.Definitions.validate_loadable(dg.Definitions([needy], resources={"missing_one": 1}))


def test_definitions_map_their_asset_specs():
    defs = dg.Definitions([orders, dg.AssetSpec("raw")])
    mapped = defs.map_asset_specs(func=lambda spec: spec.replace_attributes(group_name="g"))
    assert {spec.group_name for spec in mapped.resolve_all_asset_specs()} == {"g"}


def test_definitions_load_a_stored_value():
    defs = dg.Definitions([orders])
    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([orders], instance=instance)
        assert defs.load_asset_value("orders", instance=instance) == 1


def test_repository_holds_definitions_by_name():
    @dg.repository(description="Everything of the shop.")
    def shop():
        return [orders, plain, nightly, inbox]

    assert isinstance(shop, dg.RepositoryDefinition)
    assert (shop.name, shop.description) == ("shop", "Everything of the shop.")
    assert (shop.has_job("plain"), shop.get_job("plain").name) == (True, "plain")
    assert [one.name for one in shop.schedule_defs] == ["nightly"]
    assert shop.has_sensor_def("inbox")
    assert sorted(key.to_user_string() for key in shop.assets_defs_by_key) == ["orders"]


def test_repository_data_is_asked_when_needed():
    asked = []

    class Lazy(dg.RepositoryData):
        def get_all_jobs(self):
            asked.append(1)
            return [plain]

        def get_top_level_resources(self):
            return {}

        def get_env_vars_by_top_level_resource(self):
            return {}

    @dg.repository
    def lazy():
        return Lazy()

    assert [job.name for job in lazy.get_all_jobs()] == ["plain"]
    assert asked


def test_create_repository_using_definitions_args():
    found = dg.create_repository_using_definitions_args("shop", assets=[orders], jobs=[plain])
    repository = (
        found if isinstance(found, dg.RepositoryDefinition) else found.compute_repository_definition()
    )
    assert (repository.name, repository.has_job("plain")) == ("shop", True)


def test_load_definitions_from_module():
    defs = dg.load_definitions_from_module(module_of("m", orders=orders, plain=plain))
    assert (keys_of(defs), defs.resolve_job_def("plain").name) == (["orders"], "plain")


def test_load_definitions_from_modules_with_resources():
    defs = dg.load_definitions_from_modules(
        [module_of("m", a=orders), module_of("n", b=nightly, c=plain)], resources={"r": 1}
    )
    assert (keys_of(defs), defs.resolve_schedule_def("nightly").name) == (["orders"], "nightly")


def test_load_definitions_from_current_module():
    defs = dg.load_definitions_from_current_module()
    assert keys_of(defs) == ["orders"]
    assert defs.resolve_sensor_def("inbox").name == "inbox"


def test_load_definitions_from_package_name(package):
    assert keys_of(dg.load_definitions_from_package_name(package)) == ["inner", "outer"]


def test_load_definitions_from_package_module(package):
    assert keys_of(dg.load_definitions_from_package_module(__import__(package))) == ["inner", "outer"]
