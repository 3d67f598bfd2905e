import sys
import textwrap
from importlib import import_module

import pytest

RAW = """
import mainspring as dg

@dg.asset
def raw(source): ...

source = dg.SourceAsset("source")
spec = dg.AssetSpec("spec", deps=["raw"])
more = [dg.asset(name=f"more_{i}", deps=[raw])(lambda: 1) for i in range(2)]
"""
CLEAN = """
import mainspring as dg
from shop.raw import raw

@dg.asset(group_name="own")
def clean(raw): ...

@dg.asset_check(asset=clean, additional_deps=[raw])
def full(clean): ...

nightly = dg.define_asset_job("nightly", [clean])
"""
HERE = """
import mainspring as dg

@dg.asset
def here(): ...

@dg.asset_check(asset=here)
def ok(): ...

assets = dg.load_assets_from_current_module(key_prefix="p")
checks = dg.load_asset_checks_from_current_module(asset_key_prefix="p")
defs = dg.load_definitions_from_current_module(resources={"db": 1})
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A package ``shop`` with the modules ``raw``, ``inner.clean`` and ``here``."""
    files = {"__init__": "", "raw": RAW, "inner/__init__": "", "inner/clean": CLEAN, "here": HERE}
    for name, text in files.items():
        path = tmp_path / "shop" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module("shop")
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]
