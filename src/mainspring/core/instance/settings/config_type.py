"""Described settings as a config schema, for classes that are asked for their ``config_type``."""

from __future__ import annotations

from mainspring.core.config.schema import Array, Field
from mainspring.core.config.types import BoolSource, ConfigType, FloatSource, IntSource, StringSource
from mainspring.core.instance.settings.kinds import Flag, Items, Kind, Number, OneOf, Section, Text, Whole


def config_type(section: Section) -> dict[str, Field]:
    """A field for each key. What the fields cannot say, such as the least number, is checked with the settings.

    >>> config_type(SQLITE)["base_dir"].is_required
    False
    """
    return {
        key: Field(
            _type(setting.kind),
            is_required=key in section.needs,
            description=setting.meaning,
            is_secret=setting.secret,
        )
        for key, setting in section.keys.items()
    }


def _type(kind: Kind) -> ConfigType | dict[str, Field] | type[dict[str, object]]:
    match kind:
        case Section():
            return config_type(kind)
        case Items():
            of = _type(kind.of)
            return Array(of if isinstance(of, ConfigType) else dict)
        case Flag():
            return BoolSource
        case Whole():
            return IntSource
        case Number():
            return FloatSource
        case Text() | OneOf():
            return StringSource
        case _:
            return dict
