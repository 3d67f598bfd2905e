import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.assets.spec import AssetDep, AssetSpec

SPEC = AssetCheckSpec(
    "ok", asset="p/a", description="Words.", additional_deps=["x"], blocking=True, metadata={"m": 1}
)


def up():
    return 1


@pytest.mark.parametrize(
    "given",
    ["up", ["up"], AssetKey("up"), AssetSpec("up"), asset(up)],
    ids=lambda given: type(given).__name__,
)
def test_the_asset_of_every_form(given):
    assert AssetCheckSpec("ok", asset=given).key == AssetCheckKey(AssetKey("up"), "ok")


def test_fields():
    assert (SPEC.name, SPEC.asset_key, SPEC.blocking) == ("ok", AssetKey(["p", "a"]), True)
    assert (SPEC.additional_deps, SPEC.metadata) == ([AssetDep("x")], {"m": 1})
    assert SPEC.get_python_identifier() == "p__a_ok"


def test_changed_copies():
    renamed = SPEC.replace_key(AssetCheckKey(AssetKey("b"), "fine"))
    assert renamed == AssetCheckSpec(
        "fine", asset="b", description="Words.", additional_deps=["x"], blocking=True, metadata={"m": 1}
    )
    assert SPEC.with_metadata({"n": 2}).metadata == {"n": 2}
    assert SPEC.with_metadata({"m": 1}) == SPEC


def test_its_own_asset_is_no_additional_dep():
    with pytest.raises(InvalidDefinitionError, match="'ok' on 'a' lists its own asset"):
        AssetCheckSpec("ok", asset="a", additional_deps=["a"])
