import pytest

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.config.yaml_text import read_yaml


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
    ("text", "where"),
    [
        ("a: 1\nb: [1\nc: 2", "in line 3, column 2"),
        ("a: 1\nb: c: d", "in line 2, column 5"),
        ("a: !!python/object:os.system x", "in line 1, column 4"),
        ("a: 'x", "in line 1, column 6"),
    ],
)
def test_the_line_at_fault_is_named(text, where):
    with pytest.raises(InvariantViolationError, match="^conf/a.yaml is not valid YAML: ") as caught:
        read_yaml(text, "conf/a.yaml")
    assert where in str(caught.value)


def test_what_is_no_text():
    with pytest.raises(InvariantViolationError, match="a.yaml is not valid YAML"):
        read_yaml("a: \x00", "a.yaml")
