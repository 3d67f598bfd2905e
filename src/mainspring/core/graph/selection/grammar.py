"""The grammar of selection strings, and the words used when one cannot be read."""

from __future__ import annotations

FILTERS = (
    "key",
    "tag",
    "owner",
    "group",
    "kind",
    "code_location",
    "column",
    "columns",
    "table_name",
    "column_tag",
    "changed_in_branch",
    "check",
    "checks_for",
)
"""What may stand before a colon."""

FUNCTIONS = (
    "roots",
    "sinks",
    "sources",
    "materializable",
    "upstream_source_assets",
    "required_multi_asset_neighbors",
)
"""What may stand before parentheses."""

_NAME = r"[^\s()\"',=*+:<>]+"

GRAMMAR = rf"""
    start: either ("," either)*
    ?either: both (OR both)*
    ?both: term (AND term)*
    ?term: NOT layers -> negation
         | layers
    ?layers: UP* atom DOWN*
    ?atom: FILTER value (EQUAL value)? -> filtered
         | FUNCTION "(" either ")" -> call
         | "(" either ")" -> group
         | ALL -> everything
         | (NAME | QUOTED) -> name
    value: VALUE | QUOTED

    AND.9: /and(?=[\s("]|$)/i
    OR.9: /or(?=[\s("]|$)/i
    NOT.9: /not(?=[\s("]|$)/i
    FILTER.8: /({"|".join(sorted(FILTERS, key=len, reverse=True))})\s*:/i
    FUNCTION.7: /({"|".join(FUNCTIONS)})(?=\s*\()/i
    UP.6: /\d+\+|\++|\*(?=[^\s()"',=*+:<>])/
    DOWN.6: /\+\d+|\++|\*/
    ALL.3: "*"
    NAME.2: /(?!(?i:and|or|not)(?=[\s("]|$)){_NAME}(\*+{_NAME})*/
    VALUE.4: /<null>|[^\s()"',=+<>]+/
    QUOTED: /"(?:[^"\\]|\\.)*"/s
    EQUAL: "="
    %ignore /\s+/
"""

EXPECTED = {
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "FILTER": "a filter such as group:",
    "FUNCTION": "a function such as roots(",
    "UP": "'+'",
    "DOWN": "'+'",
    "ALL": "'*'",
    "NAME": "a name",
    "VALUE": "a value",
    "QUOTED": "text in double quotes",
    "EQUAL": "'='",
    "LPAR": "'('",
    "RPAR": "')'",
    "COMMA": "','",
    "$END": "the end",
}
"""How each terminal is called in a message."""
