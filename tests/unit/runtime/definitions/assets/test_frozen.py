import copy
import pickle

import pytest

from mainspring.runtime.definitions.assets.spec import AssetDep, AssetSpec

SPEC = AssetSpec("a", deps=["x"], tags={"t": ""}, metadata={"m": 1})


@pytest.mark.parametrize("value", [SPEC, AssetDep("x", metadata={"m": 1})], ids=repr)
def test_nothing_can_be_set_and_copies_are_whole(value):
    with pytest.raises(AttributeError, match=r"cannot be changed .tried to set 'metadata'"):
        value.metadata = {}
    with pytest.raises(AttributeError, match=r"cannot be changed .tried to delete 'metadata'"):
        del value.metadata
    assert copy.copy(value) == copy.deepcopy(value) == pickle.loads(pickle.dumps(value)) == value
    assert value.metadata == {"m": 1}
