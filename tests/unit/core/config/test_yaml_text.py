import pytest

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.config.yaml_text import lines_of, read_yaml


def test_texts_that_look_like_dates_and_numbers():
    text = "day: 2024-01-01\ntime: 2024-01-01T10:00:00Z\nmany: 1e3\nfew: -2E-2\nword: 1e3x\nyes: on\nn: 12"
    assert read_yaml(text, "a.yaml") == {
        "day": "2024-01-01",
        "time": "2024-01-01T10:00:00Z",
        "many": 1000.0,
        "few": -0.02,
        "word": "1e3x",
        True: True,
        "n": 12,
    }


@pytest.mark.parametrize(
    "text, where",
    [
        ("a: 1\nb: [1\nc: 2", "in line 3, column 2"),
        ("a: 1\nb: c: d", "in line 2, column 5"),
        ("a: !!python/object:os.system x", "in line 1, column 4"),
        ("a: 'x", "in line 1, column 6"),
    ],
)
def test_the_line_at_fault_is_named(text, where):
    with pytest.raises(InvariantViolationError, match=r"^conf/a\.yaml is not valid YAML: ") as caught:
        read_yaml(text, "conf/a.yaml")
    assert where in str(caught.value)


def test_what_is_no_text():
    with pytest.raises(InvariantViolationError, match=r"a\.yaml is not valid YAML"):
        read_yaml("a: \x00", "a.yaml")


def test_lines():
    text = "ops:\n  load:\n    config:\n      tags:\n        - a\n        - b\n  other: {config: {n: 1}}\n"
    assert lines_of(text) == {
        ("ops",): 1,
        ("ops", "load"): 2,
        ("ops", "load", "config"): 3,
        ("ops", "load", "config", "tags"): 4,
        ("ops", "load", "config", "tags", "[0]"): 5,
        ("ops", "load", "config", "tags", "[1]"): 6,
        ("ops", "other"): 7,
        ("ops", "other", "config"): 7,
        ("ops", "other", "config", "n"): 7,
    }
    assert lines_of("") == {}


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{a: " * 50_000, "- " * 50_000, "?\n" + " ?\n" * 9 + "? " * 50_000]
)
def test_what_would_take_all_of_the_stack_is_refused(text):
    with pytest.raises(
        InvariantViolationError, match=r"more than 200 mappings and lists inside each other in line"
    ):
        read_yaml(text, "a.yaml")


def test_what_is_deep_and_harmless_is_read():
    assert read_yaml("[" * 150 + "]" * 150, "a.yaml") is not None
    assert read_yaml("a: [" + "b: 1, " * 5000 + "]", "a.yaml") is not None


def test_what_holds_itself_has_lines():
    assert lines_of("a: &a\n  b: *a\n")[("a", "b", "b")] == 2
    doubled = "a: &a [x, x]\n" + "".join(
        f"{n}: &{n} [*{p}, *{p}]\n"
        for p, n in zip("abcdefghijklmnopqrst", "bcdefghijklmnopqrstu", strict=True)
    )
    assert lines_of(doubled)[("a",)] == 1
