import logging

import pytest

from mainspring.core.base.errors import UnknownResourceError
from mainspring.core.records.run import Run
from mainspring.runtime.contexts.log import LogManager
from mainspring.runtime.contexts.resource import Resources
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.contexts.type_check import TypeCheckContext
from mainspring.runtime.definitions.types.value_type import ANY, ValueType

Limited = ValueType(
    lambda context, value: value <= context.resources.limit, name="Limited", required_resource_keys={"limit"}
)


def test_a_check_sees_the_resources_its_type_requires_and_no_others():
    context = TypeCheckContext("r1", LogManager(), Resources({"limit": 3, "secret": 4}), Limited)
    assert context.run_id == "r1"
    assert list(context.resources) == ["limit"]
    assert context.resources is context.resources
    assert [Limited.check(value, context).success for value in (3, 4)] == [True, False]
    with pytest.raises(UnknownResourceError, match="`secret`"):
        context.resources.secret


def test_a_resource_that_is_not_there_is_unknown():
    with pytest.raises(UnknownResourceError, match="`limit`"):
        TypeCheckContext("r1", LogManager(), None, Limited).resources.limit


def test_the_context_of_a_step():
    heard = []
    log = LogManager(handlers=[logging.NullHandler()])
    log.addFilter(lambda record: heard.append(record.getMessage()))
    scope = StepScope(
        "s", None, run=Run(job_name="j", run_id="r2"), log=log, resources=Resources({"limit": 1})
    )
    context = TypeCheckContext.for_step(scope, Limited)
    context.log.info("checked %s", 1)
    assert (context.run_id, context.resources.limit, heard) == ("r2", 1, ["checked 1"])
    assert TypeCheckContext.for_step(StepScope("s", None), ANY).run_id == "EPHEMERAL"
    assert repr(context) == "<TypeCheckContext of Limited>"
