import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.instance.compute_logs.log_key import file_key_of, run_log_key, safe_name

PLAIN = set(string.ascii_letters + string.digits + "_.-~")
WORDS = st.text(min_size=0, max_size=200)


@pytest.mark.parametrize("part", ["orders", "a.b-c_d", "5f0c8e2a-0000", "step_2024-01-01"])
def test_a_plain_word_is_its_own_name(part) -> None:
    assert safe_name(part) == part


@pytest.mark.parametrize(
    "part",
    [
        "..",
        ".",
        "",
        "../x",
        "/etc/passwd",
        "a\0b",
        "a/b",
        "a\\b",
        ".hidden",
        "~x",
        "x" * 300,
        "\udcff",
        "步骤",
    ],
)
def test_any_other_word_has_a_name_that_leads_nowhere(part) -> None:
    name = safe_name(part)
    assert name[0] == "~"
    assert len(name) < 80
    assert set(name) <= PLAIN


@given(WORDS)
def test_a_name_is_always_a_plain_file_name(part) -> None:
    name = safe_name(part)
    assert set(name) <= PLAIN
    assert name not in {"", ".", ".."}
    assert name[0] != "."


@given(WORDS, WORDS)
def test_different_words_have_different_names(one, other) -> None:
    assert (safe_name(one) == safe_name(other)) is (one == other)


@given(WORDS)
def test_no_word_has_the_name_that_another_is_given(part) -> None:
    assert safe_name(safe_name(part)) != safe_name(part) or safe_name(part) == part


def test_the_file_key_of_steps() -> None:
    assert file_key_of("r", ["orders"]) == "orders"
    several = file_key_of("r", ["a", "b"])
    assert several == file_key_of("r", ["a", "b"])
    assert several not in {
        file_key_of("r", ["ab"]),
        file_key_of("q", ["a", "b"]),
        file_key_of("r", ["b", "a"]),
    }
    assert safe_name(several) == several
    assert run_log_key("r", several) == ["r", "compute_logs", several]
