"""Reading YAML as config is written: what JSON would call a text stays a text."""

from __future__ import annotations

import re
from typing import Any, cast

import yaml

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.config.fault import Path

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TIMESTAMP, _FLOAT = "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:float"
_EXPONENT = re.compile(r"^[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+$")


class ConfigLoader(_Base):
    """Loads no dates, so that ``day: 2024-01-01`` is the text it would be in JSON; ``1e3`` is a number."""


ConfigLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != _TIMESTAMP]
    for first, found in _Base.yaml_implicit_resolvers.items()
}
ConfigLoader.add_implicit_resolver(_FLOAT, _EXPONENT, list("-+0123456789"))


DEEPEST = 200
"""How many mappings and lists may stand inside each other."""

MOST_LINES = 100_000
"""Of how many entries the lines are known; aliases can make any number of a short text."""


def refuse_depth(text: str, deepest: int = DEEPEST) -> None:
    """Raise ``yaml.MarkedYAMLError`` for a text with more things inside each other than ``deepest``.

    The library walks into them until the process has no stack left, and then the process is gone: count first.
    """
    marks = sum(text.count(sign) for sign in ("[", "{", "-", "?", ":"))
    if marks <= deepest:
        return
    depth = 0
    for event in yaml.parse(text, Loader=ConfigLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > deepest:
                mark: Any = event.start_mark
                problem = f"there are more than {deepest} mappings and lists inside each other"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def lines_of(text: str) -> dict[Path, int]:
    """The line on which each entry of a YAML text stands, by the path that a ``ConfigFault`` gives it.

    >>> lines_of("ops:\\n  load: [1, 2]")[("ops", "load", "[1]")]
    2
    """
    refuse_depth(text)
    top = yaml.compose(text, Loader=ConfigLoader)
    lines: dict[Path, int] = {}
    pending: list[tuple[Path, Any]] = [((), top)]
    while pending and len(lines) < MOST_LINES:
        path, node = pending.pop()
        if len(path) >= DEEPEST:  # only what holds itself by an alias goes so deep
            continue
        if isinstance(node, yaml.MappingNode):
            for key, value in cast("list[tuple[Any, Any]]", node.value):
                here = (*path, str(key.value))
                lines[here] = key.start_mark.line + 1
                pending.append((here, value))
        elif isinstance(node, yaml.SequenceNode):
            for place, value in enumerate(cast("list[Any]", node.value)):
                here = (*path, f"[{place}]")
                lines[here] = value.start_mark.line + 1
                pending.append((here, value))
    return lines


def read_yaml(text: str, origin: str) -> object:
    """What a YAML text holds. Raises ``InvariantViolationError`` that names ``origin`` and the line at fault."""
    try:
        refuse_depth(text)
        return yaml.load(text, Loader=ConfigLoader)  # a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise InvariantViolationError(f"{origin} is not valid YAML: {error.problem}{where}.") from error
    except (yaml.YAMLError, ValueError) as error:
        raise InvariantViolationError(f"{origin} is not valid YAML: {error}.") from error
