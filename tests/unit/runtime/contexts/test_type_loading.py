from mainspring.core.records.run import Run
from mainspring.runtime.contexts.resource import Resources
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.contexts.type_loading import TypeLoaderContext


def test_a_loader_sees_the_step():
    run = Run(job_name="j", run_id="r1", tags={"a": "b"})
    context = TypeLoaderContext(StepScope("s", None, run=run, resources=Resources({"limit": 3})))
    assert (context.run_id, context.get_tag("a"), context.resources.limit) == ("r1", "b", 3)
