"""The section "Asset checks" of the public surface."""

import sys
import types

import pytest

import mainspring as dg

ORDERS = dg.AssetKey("orders")


@dg.asset
def orders():
    return [1, 2, 3]


@dg.asset_check(asset=orders, description="Has rows.")
def has_rows(orders):
    return dg.AssetCheckResult(passed=len(orders) > 0, metadata={"rows": len(orders)})


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with a module, each of which holds a check."""
    (tmp_path / "checked").mkdir()
    for name, check in (("__init__", "outer"), ("inner", "inner")):
        (tmp_path / "checked" / f"{name}.py").write_text(
            f"import mainspring as dg\n@dg.asset_check(asset='orders')\ndef {check}():\n    return True\n"
        )
    monkeypatch.syspath_prepend(tmp_path)
    yield "checked"
    for name in ("checked", "checked.inner"):
        sys.modules.pop(name, None)


def names_of(checks):
    return {key.name for one in checks for key in one.check_keys}


def test_asset_check_runs_with_its_asset_and_is_recorded():
    result = dg.materialize([orders, has_rows])
    (evaluation,) = result.get_asset_check_evaluations()
    assert isinstance(evaluation, dg.AssetCheckEvaluation)
    assert (evaluation.asset_key, evaluation.check_name, evaluation.passed) == (ORDERS, "has_rows", True)
    assert evaluation.metadata == {"rows": dg.MetadataValue.int(3)}


def test_asset_check_evaluation_tells_what_an_earlier_run_made():
    @dg.asset_check(asset=orders)
    def later():
        return dg.AssetCheckResult(passed=True)

    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([orders], instance=instance)
        only_checks = dg.AssetSelection.all_asset_checks()
        result = dg.materialize([orders, later], selection=only_checks, instance=instance)
        made = instance.get_latest_materialization_event(ORDERS)
    target = result.get_asset_check_evaluations()[0].target_materialization_data
    assert (target.run_id, target.timestamp) == (made.run_id, made.timestamp)
    assert target.run_id != result.run_id


def test_asset_check_that_blocks_stops_what_comes_after():
    @dg.asset_check(asset=orders, blocking=True)
    def sound():
        return dg.AssetCheckResult(passed=False)

    @dg.asset(deps=[orders])
    def report():
        return 1

    result = dg.materialize([orders, sound, report], raise_on_error=False)
    assert not result.success
    made = [event.asset_key.to_user_string() for event in result.get_asset_materialization_events()]
    assert made == ["orders"]


def test_asset_check_result_of_a_check_called_directly():
    answer = has_rows([])
    assert (answer.passed, answer.metadata) == (False, {"rows": dg.MetadataValue.int(0)})


def test_asset_check_severity_of_a_failed_check_is_kept():
    @dg.asset_check(asset=orders)
    def fresh():
        return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN, description="old")

    result = dg.materialize([orders, fresh])
    (evaluation,) = result.get_asset_check_evaluations()
    assert result.success
    assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert (evaluation.description, dg.AssetCheckResult(passed=True).severity.value) == ("old", "ERROR")


def test_asset_check_spec_declares_a_check_of_an_asset():
    @dg.asset(check_specs=[dg.AssetCheckSpec("positive", asset="numbers", description="All above 0.")])
    def numbers():
        yield dg.Output([1])
        yield dg.AssetCheckResult(passed=True)

    (spec,) = numbers.check_specs
    assert (spec.key, spec.blocking) == (dg.AssetCheckKey(dg.AssetKey("numbers"), "positive"), False)
    assert dg.materialize([numbers]).get_asset_check_evaluations()[0].passed


def test_asset_check_spec_without_its_result_fails():
    @dg.asset(check_specs=[dg.AssetCheckSpec("positive", asset="numbers")])
    def numbers():
        return 1

    assert not dg.materialize([numbers], raise_on_error=False).success


def test_asset_check_key_is_a_value():
    key = dg.AssetCheckKey(asset_key=ORDERS, name="has_rows")
    assert key == has_rows.check_key
    assert len({key, has_rows.check_key}) == 1
    assert (key.asset_key, key.name) == (ORDERS, "has_rows")


def test_asset_checks_definition_is_what_the_decorator_makes():
    assert isinstance(has_rows, dg.AssetChecksDefinition)
    (spec,) = has_rows.check_specs
    assert (spec.name, spec.asset_key, spec.description) == ("has_rows", ORDERS, "Has rows.")
    assert has_rows.keys_by_input_name == {"orders": ORDERS}
    assert list(has_rows.keys) == []


def test_multi_asset_check_answers_several():
    @dg.multi_asset_check(
        specs=[dg.AssetCheckSpec("a", asset="orders"), dg.AssetCheckSpec("b", asset="orders")]
    )
    def several():
        yield dg.AssetCheckResult(passed=True, asset_key="orders", check_name="a")
        yield dg.AssetCheckResult(passed=False, asset_key="orders", check_name="b")

    result = dg.materialize([orders, several])
    assert {one.check_name: one.passed for one in result.get_asset_check_evaluations()} == {
        "a": True,
        "b": False,
    }


def test_multi_asset_check_runs_only_what_is_asked_for():
    asked = []
    specs = [dg.AssetCheckSpec(name, asset="orders") for name in "ab"]

    @dg.multi_asset_check(specs=specs, can_subset=True)
    def several(context: dg.AssetCheckExecutionContext):
        for key in context.selected_asset_check_keys:
            asked.append(key.name)
            yield dg.AssetCheckResult(passed=True, asset_key=key.asset_key, check_name=key.name)

    job = dg.define_asset_job("only_b", dg.AssetSelection.checks(specs[1].key))
    dg.Definitions([orders], jobs=[job], asset_checks=[several]).resolve_job_def(
        "only_b"
    ).execute_in_process()
    assert asked == ["b"]


def test_asset_check_execution_context_knows_the_check():
    seen = []

    @dg.asset_check(asset=orders)
    def look(context: dg.AssetCheckExecutionContext):
        seen.append(
            (context.check_specs[0].name, context.run.run_id, type(context.log) is dg.DagsterLogManager)
        )
        return dg.AssetCheckResult(passed=True)

    result = dg.materialize([orders, look])
    assert seen == [("look", result.run_id, True)]


def test_build_asset_check_context_calls_a_check_directly():
    @dg.asset_check(asset=orders, required_resource_keys={"limit"})
    def short(context, orders):
        return dg.AssetCheckResult(passed=len(orders) < context.resources.limit)

    assert short(dg.build_asset_check_context(resources={"limit": 3}), [1]).passed
    assert not short(dg.build_asset_check_context(resources={"limit": 1}), [1]).passed


def table(*columns):
    @dg.asset(name="table")
    def made():
        schema = dg.TableSchema([dg.TableColumn(name) for name in columns])
        return dg.MaterializeResult(metadata={"dagster/column_schema": schema})

    return made


def test_build_column_schema_change_checks_tells_of_changes():
    checks = dg.build_column_schema_change_checks(assets=["table"])
    outcomes = []
    with dg.DagsterInstance.ephemeral() as instance:
        for columns in (["a"], ["a"], ["a", "b"]):
            result = dg.materialize([table(*columns), *checks], instance=instance)
            outcomes.append(result.get_asset_check_evaluations()[0].passed)
    assert outcomes == [True, True, False]


@pytest.mark.parametrize("rows,passed", [(5, True), (50, False)])
def test_build_metadata_bounds_checks(rows, passed):
    @dg.asset
    def counted():
        return dg.MaterializeResult(metadata={"rows": rows})

    checks = dg.build_metadata_bounds_checks(assets=[counted], metadata_key="rows", min_value=1, max_value=10)
    (evaluation,) = dg.materialize([counted, *checks]).get_asset_check_evaluations()
    assert evaluation.passed is passed


def test_load_asset_checks_from_modules():
    module = types.ModuleType("some")
    module.found = has_rows
    assert names_of(dg.load_asset_checks_from_modules([module])) == {"has_rows"}


def test_load_asset_checks_from_current_module():
    assert names_of(dg.load_asset_checks_from_current_module()) == {"has_rows"}


def test_load_asset_checks_from_package_name(package):
    assert names_of(dg.load_asset_checks_from_package_name(package)) == {"outer", "inner"}


def test_load_asset_checks_from_package_module_with_a_prefix(package):
    found = dg.load_asset_checks_from_package_module(__import__(package), asset_key_prefix="p")
    keys = {key.asset_key for one in found for key in one.check_keys}
    assert keys == {dg.AssetKey(["p", "orders"])}
