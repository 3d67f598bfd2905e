"""Loading a target: what is missing, what raises, what is in it."""

import sys

import pytest

from mainspring.core.base.errors import InvalidDefinitionError, InvocationError, LoadError
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.loaders.target import Target, load_target

ASSET = "import mainspring as dg\n\n@dg.asset\ndef {name}(): ...\n"


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write modules below a folder that is searched; forget them afterwards."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)

    def write(**texts: str):
        for name, text in texts.items():
            path = tmp_path / (name.replace("__in__", "/") + ".py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    yield write
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def load(tmp_path):
    def load(**target):
        return load_target(Target(search=(tmp_path,), **target))

    return load


def keys(definitions):
    return [key.to_user_string() for key in definitions.resolve_all_asset_keys()]


# -- what is in it


def test_the_only_definitions_of_a_module(write, load) -> None:
    write(
        mod_one=ASSET.format(name="a")
        + "b = dg.AssetSpec('b')\ndefs = dg.Definitions(assets=[b])\nsame = defs\n"
    )
    assert keys(load(module_name="mod_one")) == ["b"]


def test_a_module_without_definitions_gives_its_assets(write, load) -> None:
    write(mod_two=ASSET.format(name="a"))
    assert keys(load(module_name="mod_two")) == ["a"]


def test_several_definitions_ask_for_one(write, load) -> None:
    write(mod_three="import mainspring as dg\none = dg.Definitions()\ntwo = dg.Definitions()\n")
    with pytest.raises(InvocationError) as caught:
        load(module_name="mod_three")
    assert str(caught.value) == "The module mod_three holds 2 Definitions: one, two.\nChoose one: -a one"
    assert keys(load(module_name="mod_three", attribute="two")) == []


def test_a_function_that_makes_them(write, load) -> None:
    write(mod_four=ASSET.format(name="a") + "def make():\n    return dg.Definitions(assets=[a])\n")
    assert keys(load(module_name="mod_four", attribute="make")) == ["a"]


def test_attributes_that_are_none(write, load) -> None:
    write(mod_five="import mainspring as dg\ndefinitions = dg.Definitions()\nother = 3\n")
    with pytest.raises(InvocationError, match=r"has no attribute 'definitons'\.\nDid you mean definitions\?"):
        load(module_name="mod_five", attribute="definitons")
    with pytest.raises(
        InvocationError,
        match="The attribute 'other' of the module mod_five is of the type int, not Definitions",
    ):
        load(module_name="mod_five", attribute="other")


def test_a_module_that_declares_nothing(write, load) -> None:
    write(mod_six="x = 1\n")
    with pytest.raises(
        InvocationError, match="The module mod_six declares no assets, checks, jobs, schedules or sensors"
    ):
        load(module_name="mod_six")


def test_a_package_with_all_its_modules(write, load) -> None:
    write(pack__in____init__="", pack__in__one=ASSET.format(name="a"), pack__in__two=ASSET.format(name="b"))
    assert keys(load(package_name="pack")) == ["a", "b"]
    with pytest.raises(InvocationError, match="--package-name pack"):
        load(module_name="pack")


def test_a_file_with_a_sibling(write, load, tmp_path) -> None:
    write(
        sibling="NAME = 'from_sibling'\n",
        main_file="import mainspring as dg\nimport sibling\ndefs = dg.Definitions([dg.AssetSpec(sibling.NAME)])\n",
    )
    definitions = load(python_file=tmp_path / "main_file.py")
    assert definitions.resolve_all_asset_keys() == [AssetKey("from_sibling")]
    assert sys.modules["main_file"].defs is definitions


def test_a_file_named_like_a_loaded_module_does_not_replace_it(write, load, tmp_path) -> None:
    import json

    write(json=ASSET.format(name="a"))
    assert keys(load(python_file=tmp_path / "json.py")) == ["a"]
    assert sys.modules["json"] is json


# -- what is missing


def test_a_missing_module_is_told_from_a_missing_import(write, load, tmp_path) -> None:
    write(parcels="import pandaz\n")
    with pytest.raises(InvocationError) as missing:
        load(module_name="pracels")
    assert not isinstance(missing.value, LoadError)
    assert missing.value.message == "There is no module 'pracels'."
    assert missing.value.hint == (
        f"Did you mean parcels? It was looked for in {tmp_path} and among the installed packages. "
        "Name another folder with -d."
    )
    with pytest.raises(LoadError) as inside:
        load(module_name="parcels")
    assert inside.value.message == (
        "parcels could not be imported.\n"
        f'  File "{tmp_path / "parcels.py"}", line 1, in <module>\n'
        "    import pandaz\n"
        "ModuleNotFoundError: No module named 'pandaz'"
    )
    assert str(inside.value.where) == "parcels.py:1"
    assert inside.value.hint.startswith("'pandaz' is imported there and is not found: install the package")


def test_a_missing_module_of_a_package(write, load) -> None:
    write(there__in____init__="")
    with pytest.raises(InvocationError, match=r"There is no module 'there.definitions'\."):
        load(module_name="there.definitions")
    with pytest.raises(InvocationError, match=r"There is no module 'gone.definitions': there is no 'gone'\."):
        load(module_name="gone.definitions")


def test_a_module_that_imports_itself_missing_is_its_own_fault(write, load) -> None:
    """The name that is missing is the one asked for, but the user's code asked."""
    write(loop__in____init__="import loop.definitions\n")
    with pytest.raises(LoadError):
        load(module_name="loop.definitions")


@pytest.mark.parametrize("name", ["a b", "", "a..b", "./defs.py"])
def test_names_that_no_module_has(name, load) -> None:
    with pytest.raises(InvocationError, match="is not the name of a module"):
        load(module_name=name)


def test_missing_files(write, load, tmp_path) -> None:
    write(defs="")
    with pytest.raises(InvocationError, match=r"def\.py does not exist\.\nDid you mean defs\.py\?"):
        load(python_file=tmp_path / "def.py")
    with pytest.raises(InvocationError, match="is a folder, not a file"):
        load(python_file=tmp_path)


# -- what raises


def test_a_module_that_raises(write, load, tmp_path) -> None:
    write(lower="def f():\n    return 1 / 0\n", upper="import lower\n\nlower.f()\n")
    with pytest.raises(LoadError) as caught:
        load(module_name="upper")
    frames = [line.strip() for line in caught.value.message.splitlines() if line.startswith("  File")]
    assert frames == [
        f'File "{tmp_path / "upper.py"}", line 3, in <module>',
        f'File "{tmp_path / "lower.py"}", line 2, in f',
    ]
    assert caught.value.message.endswith("ZeroDivisionError: division by zero")
    assert str(caught.value.where) == "lower.py:2"
    assert isinstance(caught.value.user_exception, ZeroDivisionError)


def test_a_syntax_error(write, load) -> None:
    write(spelt="x = 1\ndef f(:\n    pass\n")
    with pytest.raises(LoadError) as caught:
        load(module_name="spelt")
    assert str(caught.value.where) == "spelt.py:2"
    assert "SyntaxError" in caught.value.message


def test_a_module_that_ends_the_process(write, load) -> None:
    write(ends="import sys\nsys.exit(3)\n")
    with pytest.raises(LoadError, match="SystemExit: 3"):
        load(module_name="ends")


def test_code_that_ends_with_what_is_no_exception(write, load, tmp_path) -> None:
    write(
        ends="class Ended(BaseException): ...\nraise Ended('now')\n",
        function="def defs(): raise SystemExit(3)\n",
    )
    for target in ({"module_name": "ends"}, {"python_file": tmp_path / "ends.py"}):
        with pytest.raises(LoadError, match="Ended: now"):
            load(**target)
    with pytest.raises(LoadError, match="SystemExit: 3"):
        load(module_name="function", attribute="defs")


def test_ctrl_c_while_a_module_is_loaded(write, load, tmp_path) -> None:
    write(waits="raise KeyboardInterrupt\n")
    for target in ({"module_name": "waits"}, {"python_file": tmp_path / "waits.py"}):
        with pytest.raises(KeyboardInterrupt):
            load(**target)


def test_a_file_that_raises_is_not_kept(write, load, tmp_path) -> None:
    write(half="1 / 0\n")
    with pytest.raises(LoadError):
        load(python_file=tmp_path / "half.py")
    assert "half" not in sys.modules


def test_a_wrong_definition_says_so_itself(write, load) -> None:
    write(wrong="import mainspring as dg\n\ndefs = dg.Definitions(assets=[3])\n")
    with pytest.raises(InvalidDefinitionError) as caught:
        load(module_name="wrong")
    assert str(caught.value.where) == "wrong.py:3"


# -- @definitions and @repository

FUNCTION = """
import mainspring as dg

@dg.definitions
def {name}(context):
    return dg.Definitions(assets=[dg.AssetSpec(context.path.stem)])
"""
REPOSITORY = """
import mainspring as dg

@dg.repository
def {name}():
    return [dg.AssetSpec("a")]
"""


def test_a_definitions_function(write, load) -> None:
    write(mod_fn=FUNCTION.format(name="defs"))
    assert keys(load(module_name="mod_fn")) == ["mod_fn"]
    assert keys(load(module_name="mod_fn", attribute="defs")) == ["mod_fn"]


def test_an_imported_definitions_function_counts_where_there_is_nothing_else(write, load) -> None:
    write(
        mod_from=FUNCTION.format(name="defs"),
        mod_only="from mod_from import defs\n",
        mod_both="import mainspring as dg\nfrom mod_from import defs\nours = dg.Definitions()\n",
    )
    assert keys(load(module_name="mod_only")) == ["mod_only"]
    assert keys(load(module_name="mod_both")) == []


def test_a_repository(write, load) -> None:
    write(
        mod_repo=REPOSITORY.format(name="sales"),
        mod_make=REPOSITORY.format(name="sales") + "def make():\n    return sales\n",
    )
    assert keys(load(module_name="mod_repo")) == ["a"]
    assert keys(load(module_name="mod_make", attribute="make")) == ["a"]


def test_several_repositories(write, load) -> None:
    text = REPOSITORY.format(name="one") + REPOSITORY.format(name="two")
    write(mod_several=text, mod_mixed=text + "defs = dg.Definitions()\n")
    with pytest.raises(InvocationError) as caught:
        load(module_name="mod_several")
    assert str(caught.value) == "The module mod_several holds 2 repositories: one, two.\nChoose one: -a one"
    with pytest.raises(InvocationError, match="holds 1 Definitions and 2 repositories: defs, one, two"):
        load(module_name="mod_mixed")
    assert keys(load(module_name="mod_several", attribute="two")) == ["a"]
    with pytest.raises(InvocationError, match=r"has no attribute 'x'\.\nIt has one, two"):
        load(module_name="mod_several", attribute="x")


def test_a_function_that_raises(write, load) -> None:
    write(
        mod_raises="import mainspring as dg\n@dg.definitions\ndef defs():\n    raise ValueError('no')\n",
        mod_wrong="import mainspring as dg\n@dg.definitions\ndef defs():\n    return dg.Definitions(jobs=[1])\n",
    )
    with pytest.raises(LoadError, match="defs of the module mod_raises could not be imported"):
        load(module_name="mod_raises")
    with pytest.raises(InvalidDefinitionError) as caught:
        load(module_name="mod_wrong")
    assert "mod_wrong.py:4" in str(caught.value)


def test_schedules_and_sensors_stand_in_a_module_too(write, load) -> None:
    write(
        mod_auto=ASSET.format(name="a")
        + "nightly = dg.ScheduleDefinition('nightly', target=a, cron_schedule='0 0 * * *')\n"
        + "@dg.sensor(target=a)\ndef watch(): ...\n"
    )
    found = load(module_name="mod_auto")
    assert (list(found.catalog.schedules), list(found.catalog.sensors)) == (["nightly"], ["watch"])
