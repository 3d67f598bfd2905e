"""The text of a settings file: places of keys, and texts that would harm who reads them."""

from __future__ import annotations

import pytest

from mainspring.core.base.errors import InvalidConfigError
from mainspring.core.instance.settings.document import Document


def test_each_key_and_item_has_a_place() -> None:
    document = Document("a:\n  b: [1, {c: 2}]\n  'd':\n    - e\n", "m.yaml")
    assert document.values == {"a": {"b": [1, {"c": 2}], "d": ["e"]}}
    places = {path: document.place(path) for path in (("a", "b"), ("a", "b", 1, "c"), ("a", "d", 0))}
    assert places == {
        ("a", "b"): "m.yaml:2:3",
        ("a", "b", 1, "c"): "m.yaml:2:11",
        ("a", "d", 0): "m.yaml:4:7",
    }
    assert document.place(("a", "b", 7)) == "m.yaml:2:3"
    assert document.place(("z",)) == "m.yaml:1:1"


def test_what_is_taken_over_has_a_place() -> None:
    document = Document("a: &a\n  b: 1\nc:\n  <<: *a\n  d: 2\n", "m.yaml")
    assert document.values == {"a": {"b": 1}, "c": {"b": 1, "d": 2}}
    assert (document.place(("c", "b")), document.place(("c", "d"))) == ("m.yaml:2:3", "m.yaml:5:3")


def test_keys_that_stand_twice_are_found() -> None:
    document = Document("a:\n  b: 1\n  b: 2\nc: {<<: {b: 1}, b: 2}\na: 3\n", "m.yaml")
    assert document.twice == [("m.yaml:5:1", "a", 1), ("m.yaml:3:3", "b", 2)]


@pytest.mark.parametrize(
    "text,told",
    [
        ("a: [", "m.yaml:2:1: "),
        ("a: b: c", "m.yaml:1:5: "),
        ("[" * 100_000, "m.yaml:1:41: there are more than 40 mappings and lists inside each other"),
        ("{a: " * 50_000, "more than 40 mappings"),
        ("- " * 50_000, "more than 40 mappings"),
        ("a: 1\n---\nb: 2", "m.yaml:2:1: "),
        ("a: *b", "m.yaml:1:4: "),
        ("a: !!python/object:os.system x", "m.yaml:1:4: "),
        ("a: !!bool maybe", "m.yaml: "),
        ("a: !!int x", "m.yaml: "),
        ("a: !!timestamp x", "m.yaml: "),
        ("a: \x00", "m.yaml: "),
        ("{[a]: 1}: 2", "m.yaml:1:"),
        ("#" * 1_000_001, "it has more than 1,000,000 characters"),
    ],
)
def test_what_is_no_yaml_is_refused(text, told) -> None:
    with pytest.raises(InvalidConfigError, match=r"The settings file m\.yaml is not YAML") as caught:
        Document(text, "m.yaml")
    assert told in str(caught.value.errors[0])


def test_a_text_that_grows_without_end_has_places_all_the_same() -> None:
    text = "a: &a [x, x]\n" + "".join(
        f"{n}: &{n} [*{p}, *{p}]\n"
        for p, n in zip("abcdefghijklmnopqrst", "bcdefghijklmnopqrstu", strict=True)
    )
    assert Document(text, "m.yaml").place(("a",)) == "m.yaml:1:1"
    assert Document("a: &a\n  b: *a\n", "m.yaml").place(("a", "b")) == "m.yaml:2:3"
