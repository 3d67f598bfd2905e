"""Key patterns, against regular expressions."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.graph.selection.pattern import escape_pattern, matches, pattern_pieces


@given(st.text("ab*", max_size=8), st.text("ab", max_size=10))
def test_equal_to_a_regular_expression(pattern: str, text: str):
    expected = re.fullmatch(pattern.replace("*", ".*"), text) is not None
    assert matches(pattern_pieces(pattern), text) == expected


@given(st.text("a*\\", max_size=6), st.text("a*\\", max_size=6))
def test_an_escaped_text_matches_only_itself(text: str, other: str):
    pieces = pattern_pieces(escape_pattern(text))
    assert matches(pieces, text)
    assert matches(pieces, other) == (text == other)


def test_a_hostile_pattern_is_linear():
    assert not matches(pattern_pieces("*a" * 5000 + "b"), "a" * 9999)
