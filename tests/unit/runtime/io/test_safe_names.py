from hypothesis import given
from hypothesis import strategies as st

from mainspring.runtime.io.safe_names import safe_name

ANY = st.text(min_size=1, max_size=300)


def test_a_plain_name_stays() -> None:
    assert [safe_name(text) for text in ("orders", "2024-01-01-00:00", "ünï", ".hidden", "a.b")] == [
        "orders", "2024-01-01-00:00", "ünï", ".hidden", "a.b",
    ]  # fmt: skip


def test_what_would_lead_out_is_coded() -> None:
    names = ["..", ".", "/etc/passwd", "a\\b", "a\x00b", "100%"]
    assert [safe_name(text) for text in names] == [
        "%2E%2E",
        "%2E",
        "%2Fetc%2Fpasswd",
        "a%5Cb",
        "a%00b",
        "100%25",
    ]


def test_a_long_name_ends_in_a_hash() -> None:
    one, other = safe_name("x" * 5000 + "a"), safe_name("x" * 5000 + "b")
    assert one != other
    assert max(len(one), len(other)) <= 180


@given(ANY)
def test_every_name_is_that_of_a_file(text: str) -> None:
    name = safe_name(text)
    assert name not in {"", ".", ".."}
    assert "/" not in name
    assert "\0" not in name
    assert len(name.encode()) <= 200


@given(ANY, ANY)
def test_different_texts_have_different_names(one: str, other: str) -> None:
    assert (safe_name(one) == safe_name(other)) == (one == other)
