"""Going through the ``ops`` section of a run config with the tree of a job: every fault, and each value."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple, cast

from mainspring.core.base.environment import Environment
from mainspring.core.base.errors import ConfigMappingError, did_you_mean
from mainspring.core.config.config_mapping import ConfigMapping
from mainspring.core.config.fault import ConfigFault, Result
from mainspring.core.config.fault import Path as ConfigPath
from mainspring.runtime.definitions.run_config.connections import NodePath
from mainspring.runtime.definitions.run_config.reading import Found, Origin, Reading
from mainspring.runtime.definitions.run_config.slot import Slot
from mainspring.runtime.definitions.run_config.tree import Entry, GraphEntry, OpEntry, Slots


@dataclass(slots=True)
class _Level:
    """The nodes of one graph, and what the run config says of them. ``normal`` receives it in normal form."""

    graph: GraphEntry
    said: Mapping[str, Any]
    where: ConfigPath
    path: NodePath
    origin: Origin | None
    normal: dict[str, Any]


@dataclass(slots=True)
class _Walk:
    how: Reading
    found: Found
    pending: list[_Level] = field(default_factory=list[_Level])

    def fault(self, level: _Level, fault: ConfigFault) -> None:
        origin = level.origin
        self.found.faults.append(fault if origin is None else origin.of(fault))

    def faults(self, level: _Level, faults: Iterable[ConfigFault]) -> None:
        for fault in faults:
            self.fault(level, fault)

    def keys(
        self, level: _Level, said: Any, where: ConfigPath, known: Collection[str]
    ) -> Mapping[str, Any] | None:
        """What is said of a node; a fault for something that is no mapping, and for each unknown key."""
        if said is None:
            return {}
        if not isinstance(said, Mapping):
            wanted = f"an object with the fields {', '.join(known)}" if known else "nothing"
            words = f"Expected {wanted}, got {type(said).__name__}."
            self.fault(level, ConfigFault(where, words, "type"))
            return None
        entries = cast("Mapping[str, Any]", said)
        for name in entries:
            if name not in known:
                self.fault(level, _unknown_field((*where, str(name)), name, known))
        return entries


def walk(
    tree: GraphEntry,
    run_config: Mapping[str, Any],
    how: Reading,
    *,
    origin: Origin | None = None,
    normal: dict[str, Any] | None = None,
) -> Found:
    """Go through the sections ``ops`` and ``inputs`` of a run config.

    ``normal`` receives the same with defaults filled in.
    """
    done = _Walk(how, Found())
    made: dict[str, Any] = {} if normal is None else normal
    root = _Level(tree, {}, (), (), origin, made)
    if tree.inputs or run_config.get("inputs"):
        values = _slots(done, root, tree.inputs, run_config.get("inputs"), ("inputs",), runs=True)
        made["inputs"] = {key: value.normal for key, value in values.items()}
        done.found.inputs.update({((), key): value.value for key, value in values.items()})
    said = run_config.get("ops")
    made["ops"] = nodes = _empty()
    if tree.mapping is None:
        level = _level(done, tree, said, (("ops",), ()), origin, nodes)
        if level is not None:
            done.pending.append(level)
    else:
        whole = done.keys(root, said, ("ops",), ("config",))
        if whole is not None:
            _mapped(done, root, (tree, ("ops",), ()), whole, nodes)
    while done.pending:
        _nodes(done, done.pending.pop())
    return done.found


def _empty() -> dict[str, Any]:
    return {}


def _level(
    walk: _Walk,
    graph: GraphEntry,
    said: object,
    place: tuple[ConfigPath, NodePath],
    origin: Origin | None,
    normal: dict[str, Any],
) -> _Level | None:
    where, path = place
    level = _Level(graph, {}, where, path, origin, normal)
    if said is None:
        return level
    if isinstance(said, Mapping):
        level.said = cast("Mapping[str, Any]", said)
        return level
    walk.fault(level, ConfigFault(where, f"Expected a mapping of ops, got {type(said).__name__}.", "type"))
    return None


def _nodes(walk: _Walk, level: _Level) -> None:
    """What is said of the nodes of one graph; graphs inside it are left for later, in order."""
    below = len(walk.pending)
    known, said = level.graph.nodes, level.said
    names: Iterable[str] = level.graph.heard
    if said:
        names = dict.fromkeys((*said, *names))
    for name in names:
        entry = known.get(name)
        if entry is None:
            walk.fault(level, _unknown_node((*level.where, str(name)), name, known))
        elif isinstance(entry, OpEntry):
            _op(walk, level, name, entry)
        else:
            _graph(walk, level, name, entry)
    walk.pending[below:] = reversed(walk.pending[below:])


def _unknown_node(where: ConfigPath, name: object, known: Collection[str]) -> ConfigFault:
    near = did_you_mean(str(name), known)
    names = list(islice(known, 10))
    hint = near or f"Known are: {', '.join(names) or 'none'}{', ...' if len(known) > len(names) else ''}."
    return ConfigFault(where, f"There is no op {str(name)!r}.", "unknown", hint)


def _unknown_field(where: ConfigPath, name: object, known: Collection[str]) -> ConfigFault:
    others = f"Known fields: {', '.join(known)}." if known else "No fields are known here."
    hint = did_you_mean(str(name), known) or others
    return ConfigFault(where, f"Unknown field {str(name)!r}.", "unknown", hint)


# -- ops -------------------------------------------------------------------------------------------------------------


def _op(walk: _Walk, level: _Level, name: str, entry: OpEntry) -> None:
    path, where = (*level.path, name), (*level.where, name)
    runs = walk.how.runs(path)
    if not runs and name not in level.said:
        return
    said = walk.keys(level, level.said.get(name), where, ("config", "inputs", "outputs"))
    if said is None:
        return
    normal: dict[str, Any] = {}
    made = _config(walk, level, entry.config, said.get("config"), (*where, "config"), runs=runs)
    if made is not None:
        normal["config"] = made.normal
        if runs:
            walk.found.ops[path] = made.value
    for section, slots, into in (
        ("inputs", entry.inputs, walk.found.inputs),
        ("outputs", entry.outputs, walk.found.outputs),
    ):
        if slots or said.get(section):
            values = _slots(walk, level, slots, said.get(section), (*where, section), runs=runs)
            if values:
                normal[section] = {key: value.normal for key, value in values.items()}
                into.update({(path, key): value.value for key, value in values.items()} if runs else {})
    if normal:
        level.normal[name] = normal


def _config(
    walk: _Walk, level: _Level, slot: Slot | None, raw: object, where: ConfigPath, *, runs: bool
) -> _Made | None:
    if slot is not None:
        return _value(walk, level, slot, raw, where, runs=runs)
    if raw:
        words = "Its function has no parameter for it."
        walk.fault(level, ConfigFault(where, "This op takes no config.", "unknown", words))
    return None


class _Made(NamedTuple):
    value: Any
    normal: Any


def _slots(
    walk: _Walk, level: _Level, slots: Slots, said: object, where: ConfigPath, *, runs: bool
) -> dict[str, _Made]:
    """The values of the inputs or outputs of a node."""
    given = walk.keys(level, said, where, list(slots))
    made: dict[str, _Made] = {}
    for name, slot in slots.items() if given is not None else ():
        raw = None if given is None else given.get(name)
        value = _value(walk, level, slot, raw, (*where, name), runs=runs)
        if value is not None and (raw is not None or slot.field.default_provided):
            made[name] = value
    return made


def _value(
    walk: _Walk, level: _Level, slot: Slot, raw: object, where: ConfigPath, *, runs: bool
) -> _Made | None:
    """The value of one place of the run config; ``None`` where something is wrong or missing."""
    environ = walk.how.environ
    if not runs:
        if raw is None:
            return None
        environ = None
    result = slot.check(raw, path=where) if environ is None else slot.make(raw, environ, path=where)
    if result.errors:
        walk.faults(level, result.errors)
        return None
    return _Made(result.value, result.value if environ is None else raw)


# -- graphs ----------------------------------------------------------------------------------------------------------


def _graph(walk: _Walk, level: _Level, name: str, entry: GraphEntry) -> None:
    path, where = (*level.path, name), (*level.where, name)
    runs = walk.how.runs(path)
    if not runs and name not in level.said:
        return
    inner = "ops" if entry.mapping is None else "config"
    said = walk.keys(level, level.said.get(name), where, (inner, "inputs"))
    if said is None:
        return
    normal: dict[str, Any] = {}
    level.normal[name] = normal
    if entry.inputs or said.get("inputs"):
        values = _slots(walk, level, entry.inputs, said.get("inputs"), (*where, "inputs"), runs=runs)
        normal["inputs"] = {key: value.normal for key, value in values.items()}
        for key, value in values.items() if runs else ():
            _pass_on(walk.found, entry, path, key, value.value)
    if entry.mapping is not None:
        _mapped(walk, level, (entry, where, path), said, normal)
        return
    normal["ops"] = inside = _empty()
    below = _level(walk, entry, said.get("ops"), ((*where, "ops"), path), level.origin, inside)
    if below is not None:
        walk.pending.append(below)


def _pass_on(found: Found, entry: GraphEntry, path: NodePath, name: str, value: object) -> None:
    """The value of an input of a graph for the inputs of the ops inside that it stands for."""
    pending: list[tuple[Entry, NodePath, str]] = [(entry, path, name)]
    while pending:
        here, place, key = pending.pop()
        if isinstance(here, OpEntry):
            found.inputs[place, key] = value
        else:
            for node, inner in here.inner_ends.get(key, ()):
                pending.append((here.nodes[node], (*place, node), inner))


def _mapped(
    walk: _Walk,
    level: _Level,
    place: tuple[GraphEntry, ConfigPath, NodePath],
    said: Mapping[str, Any],
    normal: dict[str, Any],
) -> None:
    """A graph with a config of its own: what its mapping makes of that is what is said of its nodes."""
    entry, where, path = place
    mapping, slot = entry.mapping, entry.mapping_slot
    assert mapping is not None  # asked by the caller
    assert slot is not None
    raw, environ = said.get("config"), walk.how.environ
    runs = walk.how.runs(path) if path else True
    if environ is None or not runs:
        value = _value(walk, level, slot, raw, (*where, "config"), runs=runs)
        if value is None:
            return
        normal["config"] = value.normal
    reads = mapping.names_variables(raw)
    if not runs or (environ is None and reads):
        return
    received = _received(mapping, slot, raw, environ or {}, (*where, "config"))
    if received.errors:
        walk.faults(level, received.errors)
        return
    answer = _answer(entry, received.value)
    hides = reads or (level.origin is not None and level.origin.hides)
    words = f"It comes from the config mapping of the graph {entry.name!r}"
    origin = Origin(f"{words}, declared at {mapping.where}." if mapping.where else f"{words}.", hides)
    walk.pending.append(_Level(entry, answer, (*where, "ops"), path, origin, {}))


def _received(
    mapping: ConfigMapping, slot: Slot, raw: object, environ: Environment, where: ConfigPath
) -> Result:
    """What the mapping's function is to be given."""
    missing = slot.missing(raw, path=where)
    return Result(None, (missing,)) if missing else mapping.received(raw, environ, path=where)


def _answer(entry: GraphEntry, config: object) -> dict[str, Any]:
    """What the mapping of a graph says of its nodes; a whole ``RunConfig`` says it under ``ops``."""
    assert entry.mapping is not None  # asked by the caller
    try:
        answer = entry.mapping.call(config)
    except ConfigMappingError as error:
        error.message = f"The graph {entry.name!r}: {error.message}"
        raise
    is_whole = "ops" in answer and "ops" not in entry.nodes
    return cast("dict[str, Any]", answer["ops"] or {}) if is_whole else answer
