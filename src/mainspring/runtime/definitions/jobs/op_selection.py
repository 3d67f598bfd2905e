"""Selections of ops: ``load``, ``*load`` (and all before it), ``load+`` (and what is right after), ``outer.load``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from mainspring.core.base.dag import Dag
from mainspring.core.base.errors import InvalidSubsetError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.runtime.definitions.graphs.flat import Collected, FlatGraph, FlatOp, OutputOf, Path

_TERM = re.compile(r"^(?P<up>\*|\++)?(?P<name>[^*+]+)(?P<down>\*|\++)?$")


def select_ops(
    graph: FlatGraph, terms: Iterable[str], *, what: str, where: SourcePosition | None
) -> set[Path]:
    """The ops that the terms name together.

    A plus is one layer, a star all of them. A name stands for a node of the outermost graph, ``outer.inner`` for one
    within. Raises ``InvalidSubsetError`` for a term that cannot be read and for a name that is not there.
    """
    chosen: set[Path] = set()
    for term in terms:
        up, name, down = read_term(term, what=what, where=where)
        chosen |= _named(graph, name, up, down, what, where)
    return chosen


def read_term(term: str, *, what: str, where: SourcePosition | None) -> tuple[str, str, str]:
    """What stands before a name, the name, and what stands after it. Raises ``InvalidSubsetError``."""
    found = _TERM.match(term.strip())
    if found is None:
        raise InvalidSubsetError(
            f"The selection {term!r} of {what} cannot be read.",
            where=where,
            hint="Write a name, with `*` or `+` before or after it: `*load`, `load+`, `load++`.",
        )
    return found["up"] or "", found["name"], found["down"] or ""


def _named(
    graph: FlatGraph, name: str, up: str, down: str, what: str, where: SourcePosition | None
) -> set[Path]:
    depth = name.count(".") + 1
    groups: dict[Path, list[FlatOp]] = {}
    for op in graph.ops:
        groups.setdefault(op.path[:depth], []).append(op)
    names = list(groups)
    wanted = tuple(name.split("."))
    if wanted not in groups:
        known = [".".join(path) for path in names]
        raise InvalidSubsetError(
            f"The op selection of {what} names {name!r}, which it does not have.",
            where=where,
            hint=did_you_mean(name, known) or f"It has: {', '.join(known[:10])}.",
        )
    places = {path: place for place, path in enumerate(names)}
    dag = Dag(len(names), _edges(groups, places, depth))
    start = {places[wanted]}
    found = start | walk(dag.parents, start, up) | walk(dag.children, start, down)
    return {op.path for place in found for op in groups[names[place]]}


def _edges(
    groups: Mapping[Path, list[FlatOp]], places: Mapping[Path, int], depth: int
) -> Iterable[tuple[int, int]]:
    for path, ops in groups.items():
        above = {parent[:depth] for op in ops for parent in _parents(op)}
        for parent in above - {path}:
            yield places[parent], places[path]


def _parents(op: FlatOp) -> Iterable[Path]:
    for source in op.sources.values():
        for part in source if isinstance(source, tuple) else (source,):
            if isinstance(part, OutputOf):
                yield part.path
            elif isinstance(part, Collected):
                yield part.output.path
    if op.over is not None:
        yield op.over.path


def walk(step: Callable[[int], list[int]], start: set[int], said: str) -> set[int]:
    """What lies as many layers away as ``said`` has pluses; all of it for a star."""
    found: set[int] = set()
    layer = set(start)
    layers = -1 if said == "*" else len(said)
    while layer and layers != 0:
        layer = {near for place in layer for near in step(place)} - found
        found |= layer
        layers -= 1
    return found
