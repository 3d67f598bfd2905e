"""Resources of functions: called in tests, configured, given ready; what can be asked of their definitions."""

from __future__ import annotations

import contextlib
from unittest.mock import MagicMock, Mock

import pytest

import mainspring as dg
from mainspring.runtime.definitions.resources.definition import ResourceDefinition
from mainspring.runtime.definitions.with_resources import with_resources


@dg.resource(config_schema={"n": dg.Field(int, default_value=1)}, description="Counts.", version="2")
def counter(init_context):
    return init_context.resource_config["n"]


@dg.resource(required_resource_keys={"counter"})
def doubled(init_context):
    return 2 * init_context.resources.counter


def test_what_it_says_of_itself() -> None:
    assert (counter.description, counter.version, counter.required_resource_keys) == (
        "Counts.",
        "2",
        frozenset(),
    )
    assert doubled.required_resource_keys == {"counter"}
    assert (counter.resource_fn.__name__, counter.has_config_field) == ("counter", True)
    assert list(counter.config_schema.config_type.fields) == ["n"]
    assert counter.get_config_field() == counter.config_field
    assert repr(counter) == "ResourceDefinition(counter)"


def test_called_with_a_context() -> None:
    assert counter(dg.build_init_resource_context(config={"n": 3})) == 3
    assert counter(init_context=dg.build_init_resource_context()) == 1


def test_called_with_nothing_to_say() -> None:
    assert counter(None) == 1

    @dg.resource
    def plain():
        return 3

    assert plain() == 3


def test_called_with_the_resources_it_requires() -> None:
    assert doubled(dg.build_init_resource_context(resources={"counter": 4})) == 8
    with dg.build_init_resource_context(resources={"counter": counter.configured({"n": 5})}) as context:
        assert doubled(context) == 10


def test_called_as_what_it_is() -> None:
    @dg.resource
    def yields(_init_context):
        yield 3

    @dg.resource
    @contextlib.contextmanager
    def manages(_init_context):
        yield 3

    assert list(yields(None)) == [3]
    with manages(None) as value:
        assert value == 3


@pytest.mark.parametrize("given", [(), ({"n": 3},), (None, None)])
def test_called_without_a_context(given) -> None:
    with pytest.raises(dg.InvalidInvocationError, match="build_init_resource_context"):
        counter(*given)


def test_a_call_that_gives_what_is_not_taken() -> None:
    @dg.resource
    def plain():
        return 3

    with pytest.raises(dg.InvalidInvocationError, match="takes no context"):
        plain(None)


def test_configured_by_a_constant_or_a_function() -> None:
    three = counter.configured({"n": 3}, description="Three.")

    @dg.configured(counter, config_schema={"half": int})
    def twice(config):
        return {"n": config["half"] * 2}

    assert (three(None), three.description, type(three)) == (3, "Three.", ResourceDefinition)
    assert (twice.description, twice.version) == ("Counts.", "2")
    config = {"twice": {"config": {"half": 4}}}
    with dg.build_resources({"three": three, "twice": twice}, resource_config=config) as made:
        assert (made.three, made.twice) == (3, 8)
    assert twice.apply_config_mapping({"config": {"half": 2}}).value == {"n": 4}


def test_ready_made() -> None:
    given = {
        "value": ResourceDefinition.hardcoded_resource([1], "A list."),
        "nothing": ResourceDefinition.none_resource(),
        "text": ResourceDefinition.string_resource("A text."),
        "mock": ResourceDefinition.mock_resource(),
        "values": dg.make_values_resource(region=str, retries=int),
    }
    config = {
        "text": {"config": "hello"},
        "values": {"config": {"region": "north", "retries": 2}},
    }
    with dg.build_resources(given, resource_config=config) as made:
        assert (made.value, made.nothing, made.text) == ([1], None, "hello")
        assert isinstance(made.mock, MagicMock)
        assert (made.values.region, made.values.retries) == ("north", 2)
    assert (given["value"].description, given["text"].description) == ("A list.", "A text.")


def test_ready_made_ones_are_called_like_others() -> None:
    context = dg.build_init_resource_context("hello")
    assert ResourceDefinition.hardcoded_resource(3)(context) == 3
    assert ResourceDefinition.hardcoded_resource(3)(None) == 3
    assert ResourceDefinition.none_resource()(None) is None
    assert ResourceDefinition.string_resource()(context) == "hello"
    assert isinstance(ResourceDefinition.mock_resource()(None), MagicMock)


def test_what_it_and_what_it_holds_requires() -> None:
    class Holder(dg.ConfigurableResource):
        inner: dg.ResourceDependency[int]

    held = Holder(inner=doubled).get_resource_definition()
    assert doubled.get_required_resource_keys({}) == {"counter"}
    assert held.get_required_resource_keys({}) == {"counter"}
    assert held.get_required_resource_keys({"doubled": doubled}) == set()


def test_config_that_no_run_can_give_is_said_when_the_resource_is_made() -> None:
    class Inner(dg.ConfigurableResource):
        url: str

    class Outer(dg.ConfigurableResource):
        inner: Inner

        def ask(self) -> str:
            return self.inner.url

    inner = Inner.configure_at_launch()
    outer = Outer(inner=inner)
    with (
        pytest.raises(dg.InvalidDefinitionError, match="The field `inner` of the resource `outer`") as caught,
        dg.build_resources({"outer": outer}),
    ):
        pass
    assert "test_definition.py" in str(caught.value.where)
    config = {"inner": {"config": {"url": "there"}}}
    with dg.build_resources({"outer": outer, "inner": inner}, resource_config=config) as made:
        assert made.outer.ask() == "there"


def test_older_and_newer_resources_beside_one_another() -> None:
    class Warehouse(dg.ConfigurableResource):
        url: str

    class Loader(dg.ConfigurableResource):
        count: dg.ResourceDependency[int]
        warehouse: Warehouse

    @dg.resource(required_resource_keys={"loader", "warehouse"})
    def report(init_context):
        made = init_context.resources
        return f"{made.loader.count} at {made.loader.warehouse.url}", made.loader.warehouse is made.warehouse

    warehouse = Warehouse(url="there")
    given = {
        "report": report,
        "loader": Loader(count=counter.configured({"n": 7}), warehouse=warehouse),
        "warehouse": warehouse,
    }
    with dg.build_resources(given) as made:
        assert made.report == ("7 at there", True)


def test_bound_to_a_definition_it_stays_what_it_is() -> None:
    @dg.asset(required_resource_keys={"doubled"})
    def counted(context):
        return context.resources.doubled

    (bound,) = with_resources([counted], {"doubled": doubled, "counter": counter})
    with dg.build_resources(bound.resource_defs) as made:
        assert made.doubled == 2


def test_a_mock_of_a_resource_class_is_the_resource_itself() -> None:
    class Warehouse(dg.ConfigurableResource):
        url: str

        def query(self) -> int:
            return 1

    @dg.asset
    def rows(warehouse: Warehouse) -> int:
        return warehouse.query()

    double = Mock(spec=Warehouse)
    double.query.return_value = 7
    assert rows(double) == rows(warehouse=double) == 7
    assert dg.materialize([rows], resources={"warehouse": double}).output_for_node("rows") == 7
    with dg.build_resources({"warehouse": double}) as made:
        assert made.warehouse is double
