import pytest

import mainspring as dg
from mainspring.runtime.definitions.automation.location import LocationView, location_view


@dg.asset
def orders(): ...


DEFS = dg.Definitions(assets=[orders], jobs=[dg.define_asset_job("nightly")], resources={"api": "x"})


@pytest.mark.parametrize("source", [DEFS, DEFS.get_repository_def()], ids=["definitions", "repository"])
def test_definitions_and_repositories_look_alike(source) -> None:
    view = location_view(None, source)
    assert isinstance(view, LocationView)
    assert view.job("nightly").name == "nightly"
    assert view.graph.all_asset_keys == {dg.AssetKey("orders")}
    assert set(view.assets_by_key) == {dg.AssetKey("orders")}
    assert set(view.resources) == {"api"}
    with pytest.raises(dg.DagsterInvariantViolationError, match=r"'nihgtly'[\s\S]*nightly"):
        view.job("nihgtly")


def test_without_either() -> None:
    assert location_view(None, None) is None
