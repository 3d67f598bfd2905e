import functools

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvalidInvocationError, UnknownResourceError, UserCodeError
from mainspring.runtime.contexts.resource import Resources
from mainspring.runtime.definitions.automation.tick_function import TickFunction, user_code


class Api(dg.ConfigurableResource):
    url: str


API = Api(url="x")


def made(function, given=("context",)) -> TickFunction:
    return TickFunction(function, what="the sensor 's'", given=given)


@pytest.mark.parametrize(
    "function,filled,resources",
    [
        (lambda: 1, (), ()),
        (lambda context: 1, ("context",), ()),
        (lambda anything: 1, ("anything",), ()),
        (lambda context, event: 1, ("context", "event"), ()),
        (lambda context, event, more=1: 1, ("context", "event"), ()),
        (int, (), ()),
        (lambda context, /, event: 1, ("context", "event"), ()),
        (functools.partial(lambda context, n: 1, n=3), ("context", "n"), ()),
    ],
)
def test_parameters_are_filled_in_order(function, filled, resources) -> None:
    found = made(function, ("context", "asset_event"))
    assert (found.filled, found.resource_names) == (filled, resources)


def test_resources_are_told_by_their_annotation() -> None:
    def look(context, api: Api, raw: dg.ResourceParam[dict], *, other: "Api"):
        return (context, api, raw, other)

    found = made(look)
    assert (found.filled, found.resource_names) == (("context",), ("api", "raw", "other"))
    resources = Resources({"api": API, "raw": {"a": 1}, "other": API})
    assert found.call(["tick"], resources) == ("tick", API, {"a": 1}, API)
    assert found.required(None) == {"api", "raw", "other"}


def test_what_nothing_fills_is_refused(refusal) -> None:
    assert "parameter 'n', which nothing fills" in refusal(lambda: made(lambda context, n: 1))

    async def later(context):
        return None

    assert "is async" in refusal(lambda: made(later))

    def look(context, api: Api):
        return None

    assert "has parameters for resources: api" in refusal(lambda: made(look).required({"api"}))


def test_direct_calls() -> None:
    def look(context, api: Api):
        return (context, api.url)

    found = made(look)
    take = lambda context: Resources({"api": API})  # noqa: E731
    for args, kwargs in (
        ((1,), {}),
        ((), {"context": 1}),
        ((1,), {"api": API}),
        ((), {"context": 1, "api": API}),
    ):
        assert found.invoke(args, kwargs, take, maker="build_sensor_context") == (1, "x")


@pytest.mark.parametrize(
    "args,kwargs,message",
    [
        ((), {}, r"takes 'context', and none was given[\s\S]*build_sensor_context"),
        ((1, 2), {}, "takes 1 arguments by place; got 2"),
        ((1,), {"context": 2}, "'context' twice"),
        ((1,), {"apy": 2}, r"no parameter 'apy'[\s\S]*api"),
    ],
)
def test_direct_calls_that_do_not_fit(args, kwargs, message) -> None:
    def look(context, api: Api):
        return None

    with pytest.raises(InvalidInvocationError, match=message):
        made(look).invoke(args, kwargs, lambda context: Resources(), maker="build_sensor_context")


def test_a_resource_that_the_context_lacks() -> None:
    def look(api: Api):
        return api.url

    with pytest.raises(InvalidInvocationError, match="takes the resource 'api'"):
        made(look).invoke((), {}, lambda context: Resources(), maker="build_sensor_context")
    with pytest.raises(UnknownResourceError):
        made(look).invoke((1,), {}, lambda context: Resources(), maker="build_sensor_context")


def test_a_context_that_is_not_wanted_does_no_harm() -> None:
    assert made(lambda: 7).invoke((1,), {}, lambda context: Resources(), maker="m") == 7
    assert made(lambda: 7).invoke((), {"context": 1}, lambda context: Resources(), maker="m") == 7


def test_parameters_by_place_only() -> None:
    def look(context, /, *, api: Api):
        return (context, api.url)

    assert made(look).call([1], Resources({"api": API})) == (1, "x")
    assert made(look).invoke((1,), {"api": API}, lambda context: Resources(), maker="m") == (1, "x")


def test_errors_of_user_code_name_what_was_evaluated() -> None:
    with (
        pytest.raises(
            UserCodeError, match="The sensor 's' raised ZeroDivisionError: division by zero"
        ) as caught,
        user_code("The sensor 's'", None),
    ):
        1 / 0
    assert isinstance(caught.value.user_exception, ZeroDivisionError)
    with pytest.raises(dg.DagsterInvariantViolationError, match="mine"), user_code("x", None):
        raise dg.DagsterInvariantViolationError("mine")
