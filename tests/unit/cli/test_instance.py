"""Which instance a command works on."""

import stat

from mainspring.cli.instance import open_instance
from mainspring.core.base.ambient import Ambient


def test_the_home_that_is_named(tmp_path, capsys) -> None:
    ambient = Ambient(environ={"MAINSPRING_HOME": str(tmp_path / "home")})
    with open_instance(folder=tmp_path, ambient=ambient, to_write=True) as instance:
        assert instance.root_directory == str(tmp_path / "home")
    assert capsys.readouterr().err == ""


def test_beside_the_nearest_project_closed_to_others(tmp_path, capsys) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "below").mkdir()
    home = tmp_path / ".mainspring"
    environ = {"OTHER": "1"}
    with open_instance(
        folder=tmp_path / "below", ambient=Ambient(environ=environ), to_write=True
    ) as instance:
        assert instance.root_directory == str(home)
        environ["LATER"] = "2"
        assert instance.ambient.environ["LATER"] == "2"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert capsys.readouterr().err == f"MAINSPRING_HOME is not set: records are kept in {home}.\n"
    assert "MAINSPRING_HOME" not in environ


def test_without_a_project_in_the_folder_itself(tmp_path) -> None:
    with open_instance(folder=tmp_path, ambient=Ambient(environ={}), to_write=True) as instance:
        assert instance.root_directory == str(tmp_path / ".mainspring")


def test_reading_makes_no_folder(tmp_path, capsys) -> None:
    with open_instance(folder=tmp_path, ambient=Ambient(environ={})) as instance:
        assert instance.is_ephemeral
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err.startswith("Nothing is recorded yet: ")


def test_reading_makes_no_folder_that_was_named_either(tmp_path, capsys) -> None:
    home = tmp_path / "home"
    with open_instance(folder=tmp_path, ambient=Ambient(environ={"MAINSPRING_HOME": str(home)})) as instance:
        assert instance.is_ephemeral
    assert not home.exists()
    assert capsys.readouterr().err == f"Nothing is recorded yet: there is no {home}.\n"


def test_the_folder_is_told_of_only_when_it_is_made(tmp_path, capsys) -> None:
    for expected in (f"MAINSPRING_HOME is not set: records are kept in {tmp_path / '.mainspring'}.\n", ""):
        open_instance(folder=tmp_path, ambient=Ambient(environ={}), to_write=True).dispose()
        assert capsys.readouterr().err == expected
