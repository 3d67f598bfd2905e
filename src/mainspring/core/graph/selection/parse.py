"""Strings as selections: the whole language, and plain names without loading the parser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar

import lazy_loader  # pyright: ignore[reportMissingTypeStubs]

from mainspring.core.base.errors import InvalidSubsetError, did_you_mean
from mainspring.core.graph.selection.build import SelectionBuilder, as_key
from mainspring.core.graph.selection.grammar import EXPECTED, FILTERS, FUNCTIONS, GRAMMAR
from mainspring.core.values.asset_key import AssetKey

# 40 ms to import: most command lines name an asset and never need it.
lark: Any = lazy_loader.load("lark")  # pyright: ignore[reportUnknownMemberType]

LONGEST = 20_000
"""The longest string that is read, in characters."""

DEEPEST = 100
"""The most parentheses that may stand inside each other."""

_S = TypeVar("_S")

_CLAUSE = re.compile(
    r"""(?P<up>\*|\d+\+|\++)?
        (?P<name>[^\s()"',=*+:<>]+)
        (?P<down>\*|\+\d+|\++)?""",
    re.VERBOSE,
)
_VALUE = r"""<null>|[^\s()"',=+<>]+|"(?:[^"\\]|\\.)*\""""
_FILTER = re.compile(
    rf"""(?P<up>\d+\+|\++)?
        (?P<filter>{"|".join(sorted(FILTERS, key=len, reverse=True))}):
        (?P<value>{_VALUE})(?:=(?P<second>{_VALUE}))?
        (?P<down>\+\d+|\++)?""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_PLAIN = re.compile(r"\w[\w/.-]*")
_SHOWN = 70
_KEYWORD = re.compile(r"and|or|not", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


def parse_selection(string: str, selections: type[_S], *, include_sources: bool = False) -> _S:
    """The selection that a string describes, built with the static methods of ``selections``.

    Raises ``InvalidSubsetError`` that shows the string with a caret under the place that cannot be read.
    """
    _refuse_oversized(string)
    text = string.strip()
    build = SelectionBuilder(selections, include_sources)
    if text == "*":
        return build.everything(None)
    clause = _CLAUSE.fullmatch(text)
    if clause and not _KEYWORD.fullmatch(text):
        return build.clause(clause, layers_are_counted=False)
    single = _FILTER.fullmatch(text)
    if single:
        return build.single(single)
    if not text:
        raise InvalidSubsetError(
            "An asset selection is empty.", hint="Name an asset, or write * for all materializable assets."
        )
    try:
        return _parser(selections, include_sources).parse(string)
    except lark.exceptions.UnexpectedInput as error:
        raise _unreadable(string, error) from None


def parse_clauses(clauses: Iterable[str | _S], selections: type[_S]) -> list[_S]:
    """The selections of a list of strings, the plain names among them as one.

    Here plus signs are counted: ``orders+`` means one layer below, ``orders*`` means all of them.
    """
    build = SelectionBuilder(selections, include_sources=False)
    names: list[AssetKey] = []
    found: list[_S] = []
    for item in clauses:
        if not isinstance(item, str):
            found.append(item)
            continue
        if _PLAIN.fullmatch(item) and not _KEYWORD.fullmatch(item):
            names.append(as_key(item))
            continue
        clause = _CLAUSE.fullmatch(item.strip())
        if clause is None or _KEYWORD.fullmatch(item.strip()):
            found.append(parse_selection(item, selections))
        elif clause["up"] or clause["down"]:
            found.append(build.clause(clause, layers_are_counted=True))
        else:
            names.append(as_key(clause["name"]))
    return [build.keys(names), *found] if names else found


@lru_cache(maxsize=4)
def _parser(selections: type[Any], include_sources: bool) -> Any:
    return lark.Lark(
        GRAMMAR,
        parser="lalr",
        transformer=SelectionBuilder(selections, include_sources),
        keep_all_tokens=True,
        maybe_placeholders=False,
    )


# -- what cannot be read -------------------------------------------------------------------------


def _refuse_oversized(string: str) -> None:
    if len(string) > LONGEST:
        raise InvalidSubsetError(
            f"An asset selection of {len(string):,} characters is too long; at most {LONGEST:,} are read.",
            hint="Give a list of keys instead, or give the assets a tag or a group and select by that.",
        )
    deep = deepest = 0
    for sign in re.findall(r"[()]", _QUOTED.sub("", string)):
        deep += 1 if sign == "(" else -1
        deepest = max(deepest, deep)
    if deepest > DEEPEST:
        raise InvalidSubsetError(
            f"An asset selection has parentheses {deepest} deep; at most {DEEPEST} are read."
        )


def _unreadable(string: str, error: Any) -> InvalidSubsetError:
    """The error with the place shown under the string."""
    # At the end of the input the error stands at the last thing that was read; the caret belongs after it.
    at_end = getattr(getattr(error, "token", None), "type", None) == "$END"
    place = len(string.rstrip()) if at_end or error.pos_in_stream is None else error.pos_in_stream
    start = max(0, place - _SHOWN // 2)
    shown = string[start : start + _SHOWN].replace("\n", " ").replace("\t", " ")
    caret = " " * (place - start) + "^"
    found = (
        "it ends"
        if place >= len(string.rstrip())
        else f"there is {string[place : place + 20].split(None, 1)[0]!r}"
    )
    expected = getattr(error, "accepts", None) or getattr(error, "allowed", None) or error.expected or ()
    words = sorted({EXPECTED[name] for name in expected if name in EXPECTED})
    return InvalidSubsetError(
        f"Cannot read the asset selection: {found} at column {place + 1}, where one of these could stand: "
        f"{', '.join(words)}.\n    {shown}\n    {caret}",
        hint=_way_out(string, place),
    )


def _way_out(string: str, place: int) -> str:
    before, rest = string[:place], string[place:]
    word = re.search(r"([\w.-]+)\s*$", before)
    if rest.startswith(":") and word:
        near = did_you_mean(word[1], FILTERS)
        return f"There is no filter {word[1]}:. {near or 'There are: ' + ', '.join(FILTERS)}"
    if rest.startswith("(") and word:
        near = did_you_mean(word[1], FUNCTIONS)
        return f"There is no function {word[1]}(). {near or 'There are: ' + ', '.join(FUNCTIONS)}"
    if _QUOTED.sub("", string).count('"'):
        return "A double quote is not closed."
    return (
        'Write for example key:"orders"+ or group:"sales" and not tag:"pii"="true"; '
        "put values with spaces or signs between double quotes."
    )
