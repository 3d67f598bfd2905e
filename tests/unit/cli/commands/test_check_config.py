"""``check config``."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("project")

GOOD = '{"ops": {"limited": {"config": {"most": 3}}}}'


def test_a_config_that_fits(call) -> None:
    answer = call("check", "config", "--config-json", GOOD)
    assert (answer.status, answer.out) == (0, "The run config fits all assets.\n")
    assert call("check", "config", "-j", "daily").out == "The run config fits the job daily.\n"


def test_with_defaults_as_json(call) -> None:
    assert call("check", "config", "--json", "--config-json", GOOD).json["ops"] == {
        "limited": {"config": {"most": 3}}
    }


def test_several_files_and_what_is_wrong_with_them(call) -> None:
    Path("one.yaml").write_text("ops: {limited: {config: {most: many}}}")
    Path("two.yaml").write_text("resources: {paper: {config: A5}}\nopps: {}")
    answer = call("check", "config", "-c", "one.yaml", "-c", "two.yaml")
    assert answer.status == 2
    assert answer.err.splitlines()[1:] == [
        "    Error 1: root:opps: There is no section 'opps'. Did you mean ops? (two.yaml:2)",
        "    Error 2: root:ops:limited:config:most: Expected int, got str 'many'. (one.yaml:1)",
    ]
    Path("two.yaml").write_text("ops: {limited: {config: {most: 3}}}")
    assert call("check", "config", "-c", "one.yaml", "-c", "two.yaml").status == 0
