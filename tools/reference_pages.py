"""An mkdocs hook: one reference page an area, made from the table of public names.

A page lists what is available now, so that the site builds while the package grows.
"""

from __future__ import annotations

import re
from typing import Any, cast

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from tools import surface
from tools.public_names import STUB, read_stub


def areas() -> dict[str, dict[str, list[str]]]:
    """Area to defined thing (``module:attribute``) to the public names it goes by, all in order."""
    published = surface.published()
    names: dict[str, list[str]] = {}
    for name, target in read_stub(STUB.read_text()).items():
        names.setdefault(target, []).append(name)
    found: dict[str, dict[str, list[str]]] = {}
    for target, spellings in sorted(names.items(), key=lambda pair: pair[0].rpartition(":")[2].lower()):
        known = [published[name].area for name in spellings if name in published]
        found.setdefault(known[0] if known else "Further names", {})[target] = sorted(spellings)
    return dict(sorted(found.items()))


def page(area: str, things: dict[str, list[str]]) -> str:
    """The text of one page."""
    parts = [f"# {area}\n"]
    for target, spellings in things.items():
        module, _, attribute = target.partition(":")
        name = attribute or module
        heading = ", also ".join([name, *(other for other in spellings if other != attribute)])
        path = f"mainspring.{module}.{attribute}".rstrip(".")
        options = {
            "show_root_heading": "true",
            "heading_level": 2,
            "heading": f'"{heading}"',
            "toc_label": name,
        }
        lines = "".join(f"      {key}: {value}\n" for key, value in options.items())
        parts.append(f"::: {path}\n    options:\n{lines}")
    return "\n".join(parts)


def place(area: str) -> str:
    """Where the page of an area lies in the site."""
    return f"reference/{re.sub(r'[^a-z]+', '-', area.lower()).strip('-')}.md"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages into the navigation, below the reference's first page."""
    for part in cast("list[Any]", config["nav"]):
        if "Reference" in part:
            part["Reference"] += [{area: place(area)} for area in areas()]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages to the site."""
    for area, things in areas().items():
        files.append(File.generated(config, place(area), content=page(area, things)))
    return files
