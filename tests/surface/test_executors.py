"""The section "Executors" of the public surface, as far as it is built: the older names that Pipes replaces."""

import pytest

import mainspring as dg


def test_a_step_launcher_loads_and_names_what_replaces_it():
    class Cluster(dg.StepLauncher):
        def launch_step(self, step_context):
            yield from ()

    with pytest.raises(dg.DagsterError, match="Pipes"):
        Cluster()


@pytest.mark.parametrize(
    "call",
    [
        lambda: dg.StepRunRef({}, None, "r1", None, "step", None, None),
        lambda: dg.step_context_to_step_run_ref(None),
        lambda: dg.step_run_ref_to_step_context(None, None),
        lambda: list(dg.run_step_from_ref(None, None)),
        lambda: dg.external_instance_from_step_run_ref(None),
    ],
    ids=["ref", "to_ref", "from_ref", "run", "instance"],
)
def test_what_belongs_to_step_launchers_names_what_replaces_it(call):
    with pytest.raises(dg.DagsterError, match="Pipes"):
        call()
