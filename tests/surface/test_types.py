"""The section "Types" of the public surface."""

import pytest

import mainspring as dg


def run_of(dagster_type, value):
    """Whether an op may return a value of a type."""

    @dg.op(out=dg.Out(dagster_type))
    def gives():
        return value

    @dg.job
    def giving():
        gives()

    return giving.execute_in_process(raise_on_error=False).success


@pytest.mark.parametrize(
    "dagster_type,good,bad",
    [
        (dg.Int, 1, "1"),
        (dg.Float, 0.5, "x"),
        (dg.String, "a", 1),
        (dg.Bool, True, "yes"),
        (dg.List[int], [1, 2], ["a"]),
        (dg.Dict[str, int], {"a": 1}, {"a": "b"}),
        (dg.Set[str], {"a"}, {1}),
        (dg.Tuple[int, str], (1, "a"), ("a", 1)),
        (dg.Optional[int], None, "a"),
        (list[int], [1], ["a"]),
        (int | None, None, "a"),
    ],
    ids=["Int", "Float", "String", "Bool", "List", "Dict", "Set", "Tuple", "Optional", "list", "union"],
)
def test_built_in_types_check_values(dagster_type, good, bad):
    assert dg.check_dagster_type(dagster_type, good).success
    assert not dg.check_dagster_type(dagster_type, bad).success
    assert (run_of(dagster_type, good), run_of(dagster_type, bad)) == (True, False)


def test_any_accepts_everything():
    assert all(dg.check_dagster_type(dg.Any, value).success for value in (1, "a", None, object()))


def test_nothing_orders_steps_without_a_value():
    order = []

    @dg.op(out=dg.Out(dg.Nothing))
    def first():
        order.append("first")

    @dg.op(ins={"after": dg.In(dg.Nothing)})
    def second():
        order.append("second")

    @dg.job
    def ordered():
        second(after=first())

    assert ordered.execute_in_process().success
    assert order == ["first", "second"]


def test_dagster_type_with_a_check_of_its_own():
    def is_even(context, value):
        assert isinstance(context, dg.TypeCheckContext)
        return dg.TypeCheck(
            success=value % 2 == 0, description="even" if value % 2 == 0 else "odd", metadata={"value": value}
        )

    Even = dg.DagsterType(is_even, name="Even", description="an even number", metadata={"unit": "m"})
    assert (Even.display_name, Even.description, Even.unique_name) == ("Even", "an even number", "Even")
    found = dg.check_dagster_type(Even, 3)
    assert (found.success, found.description, found.metadata) == (
        False,
        "odd",
        {"value": dg.MetadataValue.int(3)},
    )
    assert (run_of(Even, 2), run_of(Even, 3)) == (True, False)


def test_a_type_check_that_fails_names_input_and_type():
    Short = dg.DagsterType(lambda _, value: len(value) < 3, name="Short")

    @dg.op
    def gives():
        return "too long"

    @dg.op(ins={"word": dg.In(Short)})
    def takes(word):
        return word

    @dg.job
    def passing():
        takes(gives())

    with pytest.raises(dg.DagsterTypeCheckDidNotPass, match="Short"):
        passing.execute_in_process()


def test_type_check_context_reaches_resources():
    def in_list(context: dg.TypeCheckContext, value):
        return value in context.resources.allowed

    Allowed = dg.DagsterType(in_list, name="Allowed", required_resource_keys={"allowed"})

    @dg.op(out=dg.Out(Allowed))
    def gives():
        return "a"

    @dg.job(resource_defs={"allowed": dg.ResourceDefinition.hardcoded_resource(["a"])})
    def giving():
        gives()

    assert giving.execute_in_process().success


def test_type_check_holds_a_verdict():
    verdict = dg.TypeCheck(False, "wrong", metadata={"n": 1})
    assert (verdict.success, verdict.description, verdict.metadata) == (
        False,
        "wrong",
        {"n": dg.MetadataValue.int(1)},
    )


def test_python_object_dagster_type_checks_by_isinstance():
    Number = dg.PythonObjectDagsterType((int, float), name="Number")
    assert isinstance(Number, dg.DagsterType)
    assert [dg.check_dagster_type(Number, value).success for value in (1, 0.5, "a")] == [True, True, False]


def test_usable_as_dagster_type_names_a_class():
    @dg.usable_as_dagster_type(name="Point", description="in the plane")
    class Place:
        pass

    @dg.op
    def gives() -> Place:
        return Place()

    assert gives.output_defs[0].dagster_type.display_name == "Point"
    assert gives.output_defs[0].dagster_type.description == "in the plane"
    assert (run_of(Place, Place()), run_of(Place, 1)) == (True, False)


def test_make_python_type_usable_as_dagster_type():
    class Word(str):
        pass

    Named = dg.PythonObjectDagsterType(Word, name="NamedWord")
    dg.make_python_type_usable_as_dagster_type(Word, Named)

    @dg.op
    def takes(word: Word):
        return word

    assert takes.input_defs[0].dagster_type is Named


def test_dagster_type_loader_makes_a_value_from_config():
    @dg.dagster_type_loader(config_schema={"x": int, "y": int})
    def load_point(_, config):
        return (config["x"], config["y"])

    assert isinstance(load_point, dg.DagsterTypeLoader)
    Point = dg.DagsterType(lambda _, value: isinstance(value, tuple), name="Point", loader=load_point)

    @dg.op(ins={"point": dg.In(Point)})
    def adds(point):
        return sum(point)

    @dg.job
    def adding():
        adds()

    config = {"ops": {"adds": {"inputs": {"point": {"x": 1, "y": 2}}}}}
    assert adding.execute_in_process(run_config=config).output_for_node("adds") == 3
    with pytest.raises(dg.DagsterInvalidConfigError):
        adding.execute_in_process(run_config={"ops": {"adds": {"inputs": {"point": {"x": 1}}}}})


def test_dagster_type_loader_by_a_class():
    class Upper(dg.DagsterTypeLoader):
        @property
        def schema_type(self):
            return dg.Field(str).config_type

        def construct_from_config_value(self, context, config_value):
            return config_value.upper()

    Loud = dg.DagsterType(lambda _, value: value.isupper(), name="Loud", loader=Upper())

    @dg.op(ins={"word": dg.In(Loud)})
    def says(word):
        return word

    @dg.job
    def saying():
        says()

    config = {"ops": {"says": {"inputs": {"word": "hello"}}}}
    assert saying.execute_in_process(run_config=config).output_for_node("says") == "HELLO"
