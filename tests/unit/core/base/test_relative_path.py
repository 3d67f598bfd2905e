"""A path beside a module does not depend on where the process was started."""

from pathlib import Path

from mainspring.core.base.relative_path import file_relative_path


def test_it_lies_beside_the_module(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert file_relative_path("package/assets.py", "data/orders.csv") == str(
        tmp_path / "package" / "data" / "orders.csv"
    )
    assert Path(file_relative_path(__file__, "test_relative_path.py")).samefile(__file__)
