"""A settings file as text: read into plain values, with the line and column of each key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

import yaml

from mainspring.core.base.errors import InvalidConfigError
from mainspring.core.config.yaml_text import ConfigLoader, refuse_depth
from mainspring.core.instance.settings.given import Path

MOST_CHARACTERS: Final = 1_000_000
DEEPEST: Final = 40
MOST_VALUES: Final = 20_000


class Document:
    """The text of one file. ``values`` is what it says, ``twice`` names keys that stand twice in one section.

    Raises ``InvalidConfigError`` for a text that is no YAML, or too deep or large for settings.
    """

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self._text = text
        self._places: dict[Path, tuple[int, int]] | None = None
        try:
            _refuse_size(text)
            loader: Any = ConfigLoader(text)
            top = loader.get_single_node()
            self.twice: list[tuple[str, str, int]] = [] if top is None else list(self._repeated(top))
            self.values: object = None if top is None else loader.construct_document(top)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
            raise _no_yaml(file, f"{place}: {error.problem or error.context}") from error
        except InvalidConfigError:
            raise
        except Exception as error:  # a tag that does not fit its value makes the library raise anything
            raise _no_yaml(file, f"{file}: {error}") from error

    def _repeated(self, top: Any) -> Iterator[tuple[str, str, int]]:
        """Keys that stand twice in one section: where the second is, the key, the line of the first."""
        seen: set[int] = set()
        pending: list[Any] = [top]
        while pending:
            node = pending.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, yaml.MappingNode):
                pairs = cast("list[tuple[Any, Any]]", node.value)
                pending.extend(value for _, value in pairs)
                first: dict[tuple[str, str], int] = {}
                for key, _ in pairs:
                    mark, word = key.start_mark, (key.tag, str(key.value))
                    if word in first and isinstance(key, yaml.ScalarNode):
                        yield f"{self.file}:{mark.line + 1}:{mark.column + 1}", word[1], first[word]
                    first.setdefault(word, mark.line + 1)
            elif isinstance(node, yaml.SequenceNode):
                pending.extend(cast("list[Any]", node.value))

    def place(self, path: Path) -> str:
        """``file:line:column`` of the key at a path, or of the nearest one around it that is written."""
        if self._places is None:
            self._places = _places(self._text)
        ends = (path[:end] for end in range(len(path), 0, -1))
        line, column = next((self._places[end] for end in ends if end in self._places), (1, 1))
        return f"{self.file}:{line}:{column}"


def _no_yaml(file: str, fault: str) -> InvalidConfigError:
    return InvalidConfigError(f"The settings file {file} is not YAML.", [fault])


def _refuse_size(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise yaml.YAMLError(f"it has more than {MOST_CHARACTERS:,} characters")
    refuse_depth(text, DEEPEST)


def _places(text: str) -> dict[Path, tuple[int, int]]:
    """The line and column of each key and item, counted from one. The text has been read before."""
    loader: Any = ConfigLoader(text)
    top = loader.get_single_node()
    loader.construct_document(top)  # writes out what ``<<`` takes over
    places: dict[Path, tuple[int, int]] = {}
    pending: list[tuple[Path, Any]] = [((), top)]
    while pending and len(places) < MOST_VALUES:
        path, node = pending.pop()
        if len(path) >= DEEPEST:  # what holds itself is refused, but with a place
            continue
        if isinstance(node, yaml.MappingNode):
            for key, value in cast("list[tuple[Any, Any]]", node.value):
                here = (*path, str(loader.construct_object(key, deep=True)))
                places[here] = (key.start_mark.line + 1, key.start_mark.column + 1)
                pending.append((here, value))
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(cast("list[Any]", node.value)):
                places[(*path, index)] = (value.start_mark.line + 1, value.start_mark.column + 1)
                pending.append(((*path, index), value))
    return places
