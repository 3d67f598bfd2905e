"""Selection strings: what they mean, what is said of one that cannot be read, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base.errors import InvalidSubsetError
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.node import AssetNode
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey

A = AssetSelection
X, Y, Z = A.assets("x"), A.assets("y"), A.assets("z")


@pytest.mark.parametrize(
    "string,expected",
    [
        ("*", A.all()),
        (" x ", X),
        ("a/b", A.assets(["a", "b"])),
        ("2021_x", A.assets("2021_x")),
        ('"x y"', A.assets("x y")),
        ("a*b", A.key_pattern("a*b")),
        ("x+", X.downstream()),
        ("+x", X.upstream()),
        ("2+x", X.upstream(2)),
        ("x+3", X.downstream(3)),
        ("1+x+2", X.upstream(1) | X.downstream(2)),
        ("++x", X.upstream(2)),
        ("x+++", X.downstream(3)),
        ("*x", X.upstream()),
        ("x*", X.downstream()),
        ("*x*", X.upstream() | X.downstream()),
        ("*x+ and y", (X.upstream() | X.downstream()) & Y),
        ('key:"x"', A.key_pattern("x")),
        ("key:x*", A.key_pattern("x*")),
        ('KEY: "x"+', A.key_pattern("x").downstream()),
        (r'key:"a\/b/c"', A.assets(["a/b", "c"])),
        (r'key:"a\*"', A.assets("a*")),
        ("tag:k=v", A.tag("k", "v")),
        ('tag:"k"="v w"', A.tag("k", "v w")),
        ("tag:dagster/k", A.tag("dagster/k", "")),
        ("tag:<null>", A.attribute("tag", None, include_sources=False)),
        ("owner:team:data", A.owner("team:data")),
        ("owner:a@b.org", A.owner("a@b.org")),
        ("owner:<null>", A.owner(None)),
        ('group:"my group"', A.groups("my group")),
        ("1+kind:dbt", A.kind("dbt").upstream(1)),
        ("kind:<null>", A.kind(None)),
        ("code_location:l", A.attribute("code_location", "l")),
        ("column:id", A.attribute("column", "id")),
        ("columns:id", A.attribute("column", "id")),
        ("table_name:db.t", A.attribute("table_name", "db.t")),
        ("column_tag:pii=yes", A.attribute("column_tag", ("pii", "yes"))),
        ("changed_in_branch:NEW", A.changed_in_branch("NEW")),
        ("check:*", A.all_asset_checks()),
        ("check:x:whole", A.checks(AssetCheckKey(AssetKey("x"), "whole"))),
        ("checks_for:x", A.checks_for_assets("x")),
        ("x and y or z", (X & Y) | Z),
        ("x or y and z", X | (Y & Z)),
        ("x AND (y Or z)", X & (Y | Z)),
        ("not x", A.all() - X),
        ("not x+", A.all() - X.downstream()),
        ("x and not y", X - Y),
        ("x and (not y)", X & (A.all() - Y)),
        ("not x and not y", A.all() - X - Y),
        ("(x or y)+2", (X | Y).downstream(2)),
        ("android or notes", A.assets("android") | A.assets("notes")),
        ("roots(x or y)", (X | Y).roots()),
        ("Sinks ( +x )+", X.upstream().sinks().downstream()),
        ("x, y+", X | Y.downstream()),
    ],
)
def test_meaning(string: str, expected: AssetSelection):
    assert A.from_string(string) == expected


def test_external_assets_are_included_on_demand():
    assert A.from_string("group:g and not tag:k=v", include_sources=True) == (
        A.groups("g", include_sources=True) - A.tag("k", "v", include_sources=True)
    )


@pytest.mark.parametrize(
    "string,said",
    [
        ("", "An asset selection is empty."),
        ("a b", "there is 'b' at column 3"),
        ('key:"a" an key:"b"', "there is 'an' at column 9"),
        ("a and", "it ends at column 6"),
        ("and", "there is 'and' at column 1"),
        ("a or or b", "there is 'or' at column 6"),
        ("(a", "it ends at column 3, where one of these could stand: ')'."),
        ("a)", "there is ')' at column 2"),
        ('key:"a', "A double quote is not closed."),
        ("key:", "where one of these could stand: a value, text in double quotes."),
        ("grop:y", "There is no filter grop:. Did you mean group?"),
        ("status:x", "There is no filter status:. There are: key, tag,"),
        ("rots(x)", "There is no function rots(). Did you mean roots?"),
        ("not not a", "there is 'not' at column 5"),
        ("tag:a=b=c", "there is '=c' at column 8"),
        ("owner:x=y", "only tag: and column_tag: take a value after =, not owner:."),
        ("check:x", "check: takes asset:check_name, or * for all checks; got 'x'."),
        ("group:<null>", "group: needs a value"),
        ("a//b", "In an asset selection 'a//b' is no key: "),
        ('""', "In an asset selection '' is no key: "),
        ("(" * 101 + "a" + ")" * 101, "parentheses 101 deep; at most 100 are read."),
        ("x" * 20_001, "of 20,001 characters is too long; at most 20,000 are read."),
    ],
)
def test_what_is_said_of_a_string_that_cannot_be_read(string: str, said: str):
    with pytest.raises(InvalidSubsetError) as caught:
        A.from_string(string)
    assert said in str(caught.value)


def test_the_place_is_shown():
    with pytest.raises(InvalidSubsetError) as caught:
        A.from_string('group:"sales" adn kind:dbt')
    assert str(caught.value) == (
        "Cannot read the asset selection: there is 'adn' at column 15, where one of these could stand: "
        "'+', ',', '=', and, or, the end.\n"
        '    group:"sales" adn kind:dbt\n'
        "                  ^\n"
        'Write for example key:"orders"+ or group:"sales" and not tag:"pii"="true"; '
        "put values with spaces or signs between double quotes."
    )


@given(st.text(alphabet='ab*+()":=,<>\\ \n' + "andornkey", max_size=40))
def test_any_string_is_a_selection_or_a_readable_error(string: str):
    with suppress(InvalidSubsetError):
        assert isinstance(A.from_string(string), A)


@given(st.lists(st.text(alphabet='ab*"/\\ :+é', min_size=1), min_size=1, max_size=3))
def test_any_key_survives_its_string(parts: list[str]):
    graph = AssetGraph([AssetNode(AssetKey(parts)), AssetNode(AssetKey("other"))])
    selection = A.assets(AssetKey(parts))
    assert A.from_string(selection.to_selection_str()).resolve(graph) == {AssetKey(parts)}


@given(st.text(alphabet='ab*"\\ :=+<', min_size=1), st.text(alphabet='ab"\\ =', max_size=4))
def test_any_value_survives_its_string(key: str, value: str):
    for selection in (A.tag(key, value), A.groups(key), A.owner(key), A.kind(key)):
        assert A.from_string(selection.to_selection_str()) == selection


@pytest.mark.parametrize("string", ["x", "*", "+a/b+2", "group:sales", 'tag:"a"="b c"+', 'key:"a*"'])
def test_simple_strings_are_read_without_the_parser(string: str):
    code = (
        "import sys; from mainspring.core.graph.selection.selection import AssetSelection as A; "
        f"A.from_string({string!r}); sys.exit('lark.lark' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
