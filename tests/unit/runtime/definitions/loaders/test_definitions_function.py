"""@definitions: a function that makes Definitions when they are loaded."""

from pathlib import Path
from types import ModuleType

import pytest

from mainspring.core.base.errors import InvalidDefinitionError, InvalidInvocationError
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.loaders.definitions_function import (
    DefsLoadContext,
    context_of,
    definitions,
)

CONTEXT = DefsLoadContext(Path("shop/defs/a.py"), Path("shop"), Path("shop/defs"), "shop.defs")


def test_it_is_called_when_it_is_asked():
    called = []

    @definitions
    def defs():
        """Ours."""
        called.append(1)
        return Definitions(assets=[AssetSpec("a")])

    assert called == []
    assert (defs.__name__, defs.__doc__, defs.takes_context) == ("defs", "Ours.", False)
    assert repr(defs) == "<DefinitionsFunction defs>"
    assert defs().resolve_all_asset_keys() == [AssetKey("a")]
    assert defs(CONTEXT).resolve_all_asset_keys() == [AssetKey("a")]
    assert called == [1, 1]


def test_it_may_take_a_context():
    @definitions
    def defs(context, more=1, *others, **named):
        return Definitions(assets=[AssetSpec(context.path.stem)])

    assert defs.takes_context
    assert defs(CONTEXT).resolve_all_asset_keys() == [AssetKey("a")]
    with pytest.raises(InvalidInvocationError, match="The @definitions function 'defs' takes a context"):
        defs()


def test_what_cannot_be_decorated():
    with pytest.raises(InvalidDefinitionError) as caught:

        @definitions
        def defs(context, other): ...

    assert "'defs' has the parameters context, other. (declared at " in str(caught.value)
    with pytest.raises(InvalidDefinitionError, match="has the parameters context"):
        definitions(lambda *, context: None)
    with pytest.raises(InvalidDefinitionError, match="without parentheses"):
        definitions(Definitions())


def test_what_it_returns_is_checked():
    @definitions
    def defs():
        return [AssetSpec("a")]

    with pytest.raises(InvalidDefinitionError, match=r"'defs' returned \[.*\]; it must return Definitions"):
        defs()


def test_the_context_of_a_module(tmp_path):
    module = ModuleType("shop.definitions")
    folder = tmp_path / "src" / "shop"
    folder.mkdir(parents=True)
    module.__file__ = str(folder / "definitions.py")
    module.__package__ = "shop"
    alone = DefsLoadContext(folder / "definitions.py", folder, folder, "shop")
    assert context_of(module) == alone
    (tmp_path / "pyproject.toml").write_text("")
    assert context_of(module) == DefsLoadContext(folder / "definitions.py", tmp_path, folder, "shop")
