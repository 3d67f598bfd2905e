"""Write the page of the settings and their JSON Schema from the one description of all keys.

``python -m tools.settings_page`` writes ``docs/reference/settings.md`` and ``docs/reference/mainspring.schema.json``;
a test says when they are out of date.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from mainspring.core.instance.settings.classes import KNOWN, PLUGGABLE, shown_names
from mainspring.core.instance.settings.described import ROOT
from mainspring.core.instance.settings.json_schema import settings_schema
from mainspring.core.instance.settings.kinds import ClassOf, Either, Items, Kind, Refused, Section, Setting

FOLDER = Path(__file__).resolve().parent.parent / "docs/reference"
PAGE = FOLDER / "settings.md"
SCHEMA = FOLDER / "mainspring.schema.json"
SAMPLES = FOLDER / "samples"

HEAD = """# Settings: `mainspring.yaml`

<!-- Written by `python -m tools.settings_page`. -->

An instance reads its settings from `mainspring.yaml` in its home folder (`MAINSPRING_HOME`); where there is none, from
`dagster.yaml`. Every key may be left out. `overrides` of `Instance.local_temp` and `instance_for_test`, and `settings`
of `Instance.ephemeral`, take the same keys as a mapping.

- **All faults are told at once**, each with file, line and column, what was expected, and the nearest key.
- **`{env: NAME}`** may stand for any value: a text, a number, an item of a list, a whole section (as JSON). The text of
  the variable becomes what the key takes. Messages and commands never show what came from a variable. The values of a
  mapping whose names you choose may be variables, the mapping itself not: `run_tags: {env: production}` is a tag.
- **Folders** may begin with `~`; a relative one lies in the home folder.
- `mainspring instance settings` shows what holds and where it comes from, without secrets; `mainspring instance schema`
  writes the [JSON Schema](mainspring.schema.json) for an editor. With the YAML language server, begin the file with

```yaml
# yaml-language-server: $schema=mainspring.schema.json
```

Nothing is sent anywhere, so there is no telemetry to turn off.
"""

CLASSES = """
## Classes by name

Some keys take a class: `module`, `class` and `config`. The classes that Dagster made known are read as settings, under
their modules there as well as under `mainspring`; nothing of them is imported. Others of its packages are refused.

{known}

In {pluggable} a class of your own may stand. It derives from `ConfigurableClass`, is imported when it is first needed,
and its config is checked with its `config_type`.

```python
from mainspring.core.instance.plugins import ConfigurableClass


class Vault(ConfigurableClass):
    def __init__(self, address, inst_data=None):
        self.address = address
        self._inst_data = inst_data

    @property
    def inst_data(self):
        return self._inst_data

    @classmethod
    def config_type(cls):
        return {{"address": str}}

    @classmethod
    def from_config_value(cls, inst_data, config_value):
        return cls(inst_data=inst_data, **config_value)


assert Vault.from_config_value(None, {{"address": "https://vault"}}).address == "https://vault"
```
"""


def page() -> str:
    """The text of the page."""
    parts = [HEAD, "\n## Samples\n"]
    for path in sorted(SAMPLES.glob("*.yaml")):
        parts.append(f'\n```yaml title="{path.name}"\n{path.read_text(encoding="utf-8")}```\n')
    for key, setting in ROOT.keys.items():
        parts.append(f"\n## `{key}`\n\n{setting.meaning}{_instead(setting)}\n")
        rows = list(_rows((), setting.kind))
        if rows:
            parts.append("\n| key | takes | default | meaning |\n| --- | --- | --- | --- |\n" + "".join(rows))
        else:
            parts.append(f"\nTakes {_takes(setting.kind)}.\n")
    known = "| key | class | becomes |\n| --- | --- | --- |\n"
    for role, classes in KNOWN.items():
        for name, one in zip(shown_names(role), classes.values(), strict=True):
            known += f"| `{_key(role)}` | `{name}` | {one.becomes} |\n"
    pluggable = ", ".join(f"`{_key(role)}`" for role in sorted(PLUGGABLE))
    parts.append(CLASSES.format(known=known.rstrip(), pluggable=pluggable))
    return "".join(parts)


def schema_text() -> str:
    """The text of the JSON Schema."""
    return json.dumps(settings_schema(), indent=1, ensure_ascii=False) + "\n"


def _key(role: str) -> str:
    return {"storage": "storage.custom", "secrets": "secrets.custom"}.get(role, role)


def _rows(path: tuple[str, ...], kind: Kind) -> Iterator[str]:
    """The rows of what lies below a setting."""
    below = _below(kind)
    if below is None:
        return
    inner = (*path[:-1], f"{path[-1]}[]") if isinstance(kind, Items) and path else path
    for key, setting in below.keys.items():
        here = (*inner, key)
        default = "" if setting.default is None else f"`{json.dumps(setting.default)}`"
        cells = [f"`{'.'.join(here)}`", _takes(setting.kind), default, setting.meaning + _instead(setting)]
        if key in below.needs:
            cells[2] = "must be given"
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
        yield from _rows(here, setting.kind)


def _below(kind: Kind) -> Section | None:
    if isinstance(kind, Items):
        kind = kind.of
    if isinstance(kind, Either):
        kind = kind.detailed
    return kind if isinstance(kind, Section) else None


def _takes(kind: Kind) -> str:
    if isinstance(kind, Refused):
        return "nothing"
    if isinstance(kind, ClassOf):
        return "a [class](#classes-by-name)"
    if isinstance(kind, Either):
        return f"{kind.plain.expected}; or a section"
    if isinstance(kind, Section):
        return f"one of {', '.join(f'`{key}`' for key in kind.one_of)}" if kind.one_of else "a section"
    if isinstance(kind, Items):
        return f"a list: {_takes(kind.of)}"
    return kind.expected


def _instead(setting: Setting) -> str:
    return f" *Accepted, changes nothing:* {setting.instead}" if setting.instead else ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    SCHEMA.write_text(schema_text(), encoding="utf-8")
