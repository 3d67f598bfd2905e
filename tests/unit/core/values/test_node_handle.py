"""``NodeHandle``: the way to a node and back."""

from __future__ import annotations

import pytest

from mainspring.core.values.node_handle import NodeHandle


def test_the_way_to_a_node_and_back() -> None:
    handle = NodeHandle.from_path(("outer", "inner", "load"))
    assert handle == NodeHandle("load", NodeHandle("inner", NodeHandle("outer")))
    assert (handle.path, handle.to_string(), str(handle)) == (
        ["outer", "inner", "load"],
        "outer.inner.load",
        "outer.inner.load",
    )
    assert NodeHandle.from_string("outer.inner.load") == handle


def test_a_node_has_a_name() -> None:
    with pytest.raises(ValueError, match="at least one name"):
        NodeHandle.from_path(())
