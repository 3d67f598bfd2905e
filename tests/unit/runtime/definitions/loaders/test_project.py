"""Finding the target of a folder."""

import pytest

from mainspring.core.base.errors import InvocationError
from mainspring.runtime.definitions.loaders.project import find_target
from mainspring.runtime.definitions.loaders.project_file import project_file
from mainspring.runtime.definitions.loaders.target import Target


@pytest.fixture
def write(tmp_path):
    def write(**files: str):
        for name, text in files.items():
            path = tmp_path / name.replace("__in__", "/").replace("__dot__", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return write


@pytest.mark.parametrize(
    "text, wanted",
    [
        (
            '[tool.mainspring]\nmodule_name = "a.b"\nattribute = "x"\n',
            {"module_name": "a.b", "attribute": "x"},
        ),
        ('[tool.mainspring]\npackage_name = "a"\n', {"package_name": "a"}),
        ('[tool.dagster]\nmodule_name = "a.b"\ncode_location_name = "a"\n', {"module_name": "a.b"}),
        ('[tool.dg.project]\nroot_module = "a"\n', {"module_name": "a.definitions"}),
        (
            '[tool.dg.project]\nroot_module = "a"\ncode_location_target_module = "a.x"\n',
            {"module_name": "a.x"},
        ),
        (
            '[tool.mainspring]\nmodule_name = "ours"\n[tool.dagster]\nmodule_name = "theirs"\n',
            {"module_name": "ours"},
        ),
    ],
)
def test_what_pyproject_names(text, wanted, write, tmp_path) -> None:
    write(pyproject__dot__toml=text)
    (tmp_path / "below").mkdir()
    assert find_target(tmp_path / "below") == Target(search=(tmp_path,), **wanted)


def test_a_file_lies_beside_pyproject_and_src_is_searched(write, tmp_path) -> None:
    write(pyproject__dot__toml='[tool.mainspring]\npython_file = "defs.py"\n', src__in__x__dot__py="")
    assert find_target(tmp_path) == Target(
        python_file=tmp_path / "defs.py", search=(tmp_path, tmp_path / "src")
    )


@pytest.mark.parametrize(
    "text, told",
    [
        (
            "[tool.mainspring]\nmodul_name = 'x'\n",
            "the key 'modul_name', which means nothing.\nDid you mean module_name?",
        ),
        ("[tool.mainspring]\nmodule_name = 3\n", "'module_name' in .* is 3; it must be a string"),
        ("[tool.mainspring]\nmodule_name = 'a'\npython_file = 'b'\n", "must name one of"),
        ("[tool.mainspring]\nattribute = 'a'\n", "must name one of"),
        ("[tool]\nmainspring = 3\n", "must be a table"),
        ("[tool.mainspring\n", "cannot be read"),
    ],
)
def test_what_pyproject_must_not_say(text, told, write, tmp_path) -> None:
    write(pyproject__dot__toml=text)
    with pytest.raises(InvocationError, match=told):
        find_target(tmp_path)


def test_definitions_in_the_folder(write, tmp_path) -> None:
    write(definitions__dot__py="")
    assert find_target(tmp_path) == Target(python_file=tmp_path / "definitions.py", search=(tmp_path,))


def test_definitions_in_the_only_package(write, tmp_path) -> None:
    write(flights__in__definitions__dot__py="", flights__in____init____dot__py="")
    assert find_target(tmp_path) == Target(module_name="flights.definitions", search=(tmp_path,))
    assert find_target(tmp_path / "flights") == Target(module_name="flights.definitions", search=(tmp_path,))


def test_several_packages(write, tmp_path) -> None:
    write(a__in__definitions__dot__py="", src__in__b__in__definitions__dot__py="")
    with pytest.raises(InvocationError) as caught:
        find_target(tmp_path)
    assert (
        str(caught.value)
        == "There are 2 places with definitions: a/definitions.py, b/definitions.py.\nChoose one: -m a.definitions"
    )


def test_nothing_at_all(tmp_path) -> None:
    with pytest.raises(InvocationError, match="No definitions were named"):
        find_target(tmp_path)


def test_the_nearest_project(write, tmp_path) -> None:
    write(pyproject__dot__toml="", inner__in__pyproject__dot__toml="", inner__in__deep__in__x="")
    assert project_file(tmp_path / "inner" / "deep") == tmp_path / "inner" / "pyproject.toml"
    assert project_file(tmp_path) == tmp_path / "pyproject.toml"
