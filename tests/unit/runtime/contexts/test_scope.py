"""``StepScope``: each try of a step has its own."""

from __future__ import annotations

from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.op import OpExecutionContext
from mainspring.runtime.contexts.scope import CURRENT, StepScope


def test_what_user_code_adds_belongs_to_one_try() -> None:
    first, second = (StepScope("s", None, keys_by_output={"result": AssetKey("a")}) for _ in range(2))
    OpExecutionContext(first).add_output_metadata({"a": 1})
    OpExecutionContext(first).set_requires_typed_event_stream()
    assert first.output_metadata == {("result", None): {"a": 1}}
    assert first.typed_stream == (True, None)
    assert second.output_metadata == {}
    assert second.typed_stream == (False, None)


def test_nobody_is_current_outside_a_step() -> None:
    assert CURRENT.get(None) is None
