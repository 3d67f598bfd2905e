from pathlib import Path

import pytest

from mainspring.core.base.errors import InvalidConfigError, InvariantViolationError
from mainspring.core.config.fault import ConfigFault
from mainspring.core.config.files import (
    config_from_files,
    config_from_pkg_resources,
    config_from_yaml_strings,
    with_lines,
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


def test_faults_with_the_lines_they_are_written_on(tmp_path: Path):
    (tmp_path / "1.yaml").write_text("ops:\n  load:\n    config:\n      n: a\n      m: 1\n")
    (tmp_path / "2.yaml").write_text("ops:\n  load: {config: {m: 2}}\n")
    error = InvalidConfigError(
        "It does not fit.",
        [
            ConfigFault(("ops", "load", "config", "n"), "Expected int.", "type"),
            ConfigFault(("ops", "load", "config", "m"), "Expected str.", "type", "A hint."),
            ConfigFault(("ops", "load", "config", "missing"), "Missing.", "missing"),
            ConfigFault(("resources",), "Missing.", "missing"),
        ],
        {"a": 1},
    )
    found = with_lines(error, [str(tmp_path / "*.yaml")])
    assert str(found) == (
        "It does not fit.\n"
        f"    Error 1: root:ops:load:config:n: Expected int. ({tmp_path}/1.yaml:4)\n"
        f"    Error 2: root:ops:load:config:m: Expected str. A hint. ({tmp_path}/2.yaml:2)\n"
        f"    Error 3: root:ops:load:config:missing: Missing. ({tmp_path}/2.yaml:2)\n"
        "    Error 4: root:resources: Missing."
    )
    assert found.config_value == {"a": 1}
