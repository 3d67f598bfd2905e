"""A griffe extension: examples in docstrings (``>>> 1 + 1``) are shown as code, not as quotations."""

from __future__ import annotations

import re
from typing import Any

import griffe

PROMPT = re.compile(r"^\s*>>> ")


def fenced(text: str) -> str:
    """The text with each run of lines from a prompt to the next empty line inside a fence."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if not inside and PROMPT.match(line):
            lines += ["```pycon"] if not lines or not lines[-1] else ["", "```pycon"]
            inside = True
        elif inside and not line.strip():
            lines.append("```")
            inside = False
        lines.append(line)
    return "\n".join([*lines, "```"] if inside else lines)


class Examples(griffe.Extension):
    """Fences the examples of every docstring."""

    def on_object(self, *, obj: griffe.Object, **_kwargs: Any) -> None:
        """Rewrite one docstring."""
        if obj.docstring:
            obj.docstring.value = fenced(obj.docstring.value)
