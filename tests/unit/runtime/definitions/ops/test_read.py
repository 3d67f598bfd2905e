import pytest

import mainspring as dg


class Limits(dg.Config):
    limit: int = 3


def plain(rows, other=1): ...


def named_context(rows, context): ...


def takes_config(config: Limits): ...


def loose_config(config): ...


def reserved(type): ...


def of_nothing(start: dg.Nothing): ...


@pytest.mark.parametrize(
    "function,said,message",
    [
        (
            plain,
            {"ins": {"row": dg.In(int)}},
            "op 'plain' has no parameter 'row', which `ins` speaks of.*\nDid you mean rows?",
        ),
        (
            plain,
            {"ins": {"zzz": dg.In(int)}},
            "Its inputs are: rows, other. To wait for another op without taking its value",
        ),
        (
            plain,
            {"ins": {"rows": int}},
            "`ins` of op 'plain' holds <class 'int'> for 'rows', which is no In.",
        ),
        (plain, {"ins": [1]}, "`ins` of op 'plain' is [1], of type list; it must be a dict."),
        (
            plain,
            {"ins": {"rows": dg.In(dg.Nothing)}},
            "The input 'rows' of op 'plain' is Nothing, which has no value, but the function has a parameter for it.",
        ),
        (of_nothing, {}, 'Drop the parameter and write ins={"start": In(Nothing)}.'),
        (
            plain,
            {"required_resource_keys": "db"},
            "`required_resource_keys` of op 'plain' is the string 'db'",
        ),
        (plain, {"tags": ["a"]}, "`tags` of op 'plain' is ['a'], of type list; it must be a dict."),
        (
            plain,
            {"retry_policy": 3},
            "`retry_policy` of op 'plain' is 3, of type int; it must be a RetryPolicy.",
        ),
        (plain, {"pool": 3}, "`pool` of op 'plain' is 3"),
        (plain, {"code_version": 3}, "`code_version` of op 'plain' is 3"),
        (named_context, {}, "The parameter `context` of 'named_context' is not the first."),
        (takes_config, {"config_schema": int}, "op 'takes_config' says its config twice"),
        (loose_config, {}, "The parameter `config` of 'loose_config' has no annotation"),
        (reserved, {}, "'type' cannot be the name of an input of op 'reserved': it is reserved."),
    ],
)
def test_what_cannot_be(function, said, message, refusal) -> None:
    found = refusal(lambda: dg.op(**said)(function))
    for part in message.split(".*"):
        assert part in found


def test_a_schema_that_is_none_is_refused_where_it_is_said(refusal) -> None:
    message = refusal(lambda: dg.op(config_schema={"a": object()})(plain), dg.InvalidConfigDefinitionError)
    assert message.startswith("The `config_schema` of op 'plain' is no schema.")


def test_an_input_of_any_keyword() -> None:
    @dg.op(ins={"a": dg.In(int), "b": dg.In(default_value=2)})
    def many(**kwargs):
        return kwargs

    assert list(many.ins) == ["a", "b"]
    assert many(a=1) == {"a": 1, "b": 2}
