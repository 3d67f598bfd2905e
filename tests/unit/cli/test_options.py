"""Where the definitions are, from the options of a command line."""

from pathlib import Path

import pytest

from mainspring.cli.options import TargetChoice
from mainspring.core.base.errors import InvocationError
from mainspring.runtime.definitions.loaders.target import Target


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_module_is_looked_for_in_the_working_directory(here) -> None:
    assert TargetChoice(module_name="a").target() == Target(module_name="a", search=(here,))
    (here / "sub").mkdir()
    assert TargetChoice(package_name="a", working_directory="sub").target() == Target(
        package_name="a", search=(here / "sub",)
    )


def test_the_siblings_of_a_file_are_found(here) -> None:
    assert TargetChoice(python_file="sub/a.py").target() == Target(
        python_file=Path("sub/a.py"), search=(here / "sub",)
    )


def test_an_attribute_of_what_is_found(here) -> None:
    (here / "definitions.py").touch()
    wanted = Target(python_file=here / "definitions.py", attribute="x", search=(here,))
    assert TargetChoice(attribute="x").target() == wanted


def test_only_one_place(here) -> None:
    with pytest.raises(InvocationError, match="--module-name and --python-file exclude each other"):
        TargetChoice(module_name="a", python_file="b.py").target()


def test_a_working_directory_that_is_none(here) -> None:
    with pytest.raises(InvocationError, match="gone is not a folder"):
        TargetChoice(module_name="a", working_directory="gone").target()


def test_what_counts_as_named() -> None:
    assert not TargetChoice().is_named
    assert TargetChoice(working_directory="x").is_named
