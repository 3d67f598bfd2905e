from pathlib import Path

import pytest

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.config.files import (
    config_from_files,
    config_from_pkg_resources,
    config_from_yaml_strings,
)


def test_later_texts_win_at_every_depth():
    merged = config_from_yaml_strings(["a: {b: 1, c: 2}\nd: [1]", "a: {b: 3}\nd: [2]", ""])
    assert merged == {"a": {"b": 3, "c": 2}, "d": [2]}


def test_files_and_patterns(tmp_path: Path):
    (tmp_path / "1.yaml").write_text("a: 1")
    (tmp_path / "2.yaml").write_text("a: 2\nb: 3")
    assert config_from_files([str(tmp_path / "*.yaml")]) == {"a": 2, "b": 3}


def test_what_is_wrong_is_named(tmp_path: Path):
    with pytest.raises(InvariantViolationError, match=r"No config file matches '.*none\.yaml'"):
        config_from_files([str(tmp_path / "none.yaml")])
    with pytest.raises(InvariantViolationError, match="YAML text 1 is not valid YAML"):
        config_from_yaml_strings(["a: [1"])
    with pytest.raises(
        InvariantViolationError, match="YAML text 2 must hold a mapping at the top; it holds a list"
    ):
        config_from_yaml_strings(["a: 1", "[1]"])
    with pytest.raises(InvariantViolationError, match=r"nope\.yaml of package mainspring cannot be read"):
        config_from_pkg_resources([("mainspring", "nope.yaml")])
    with pytest.raises(InvariantViolationError, match="package no_such_package cannot be read"):
        config_from_pkg_resources([("no_such_package", "a.yaml")])
