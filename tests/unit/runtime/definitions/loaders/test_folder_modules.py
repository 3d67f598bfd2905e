"""The modules of a folder of definitions."""

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.runtime.definitions.loaders.folder_modules import modules_below


@pytest.fixture
def write(tmp_path):
    def write(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")

    return write


def test_modules_at_any_depth_in_order(write, tmp_path):
    write("__init__.py", "b.py", "a.py", "x/y/z.py", "x/__init__.py", "notes.txt", "w/v.py")
    write("__pycache__/a.py", ".hidden/a.py", "no-module/a.py")
    found = modules_below(tmp_path, "shop.defs", stop_at_definitions=False)
    assert found == [
        "shop.defs",
        "shop.defs.a",
        "shop.defs.b",
        "shop.defs.w.v",
        "shop.defs.x",
        "shop.defs.x.y.z",
    ]


def test_a_folder_with_definitions_may_stand_for_all_of_it(write, tmp_path):
    write("a.py", "x/__init__.py", "x/definitions.py", "x/b.py", "x/y/c.py")
    assert modules_below(tmp_path, "d", stop_at_definitions=True) == ["d.a", "d.x.definitions"]
    assert len(modules_below(tmp_path, "d", stop_at_definitions=False)) == 5


def test_every_file_that_cannot_be_loaded_is_told(write, tmp_path):
    write("transform/defs.yaml", "2024-sales.py", "old/component.yaml")
    with pytest.raises(InvalidDefinitionError) as caught:
        modules_below(tmp_path, "shop.defs", stop_at_definitions=False)
    text = str(caught.value)
    for path in ("transform/defs.yaml", "old/component.yaml"):
        assert (
            f"{tmp_path / path} declares a component. Components are not supported by this version." in text
        )
    assert f"{tmp_path / '2024-sales.py'} cannot be imported" in text
