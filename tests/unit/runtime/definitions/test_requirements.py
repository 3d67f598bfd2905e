"""What resources require of one another is checked with the definitions, before anything runs."""

from __future__ import annotations

import pytest

import mainspring as dg


class Inner(dg.ConfigurableResource):
    url: str

    def ask(self) -> str:
        return self.url


class Outer(dg.ConfigurableResource):
    inner: Inner

    def ask(self) -> str:
        return self.inner.url


@dg.resource(required_resource_keys={"account"})
def warehouse(_init_context): ...


@dg.resource(required_resource_keys={"warehouse"})
def account(_init_context): ...


@dg.asset(required_resource_keys={"warehouse"})
def orders(context): ...


@dg.op(required_resource_keys={"warehouse"})
def load(context): ...


def refused(**resources) -> str:
    with pytest.raises(dg.InvalidDefinitionError) as caught:
        dg.Definitions.validate_loadable(dg.Definitions(assets=[orders], resources=resources))
    return str(caught.value)


def test_what_a_resource_requires_must_be_there() -> None:
    said = refused(warehouse=warehouse, acount=1)
    assert (
        "The resource 'account', which the resource 'warehouse' requires, is not among the resources" in said
    )
    assert "test_requirements.py" in said
    assert "Did you mean acount?" in said


def test_of_a_job_of_ops_too() -> None:
    @dg.job(resource_defs={"warehouse": warehouse, "account": 1})
    def fine():
        load()

    @dg.graph
    def nightly():
        load()

    assert fine.execute_in_process().success
    with pytest.raises(dg.InvalidDefinitionError, match="'account', which the resource 'warehouse' requires"):
        nightly.to_job(resource_defs={"warehouse": warehouse}).execute_in_process()


def test_a_circle() -> None:
    assert "warehouse → account → warehouse" in refused(warehouse=warehouse, account=account)


def test_config_that_no_run_can_give() -> None:
    said = refused(warehouse=Outer(inner=Inner.configure_at_launch()))
    assert (
        "The field `inner` of the resource `warehouse` holds a resource whose config a run must give" in said
    )


def test_a_class_in_place_of_an_object() -> None:
    assert "is given as the class Inner" in refused(warehouse=Inner)


def test_what_nothing_uses_may_be_incomplete() -> None:
    defs = dg.Definitions(assets=[orders], resources={"warehouse": 1, "account": account, "spare": Inner})
    dg.Definitions.validate_loadable(defs)
    assert defs.resolve_implicit_global_asset_job_def().required_resource_keys == {"warehouse"}


def test_of_resources_bound_to_a_definition() -> None:
    @dg.asset(resource_defs={"shop": warehouse})
    def sold(context): ...

    with pytest.raises(dg.InvalidDefinitionError, match="'account', which the resource 'shop' requires"):
        dg.Definitions.validate_loadable(dg.Definitions(assets=[sold]))
    dg.Definitions.validate_loadable(dg.Definitions(assets=[sold], resources={"account": 3}))
