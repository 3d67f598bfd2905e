"""Why a check found what it found, on one line."""

from __future__ import annotations

from collections.abc import Mapping

from mainspring.cli.shown_metadata import shown
from mainspring.cli.wording import first_line
from mainspring.core.values.metadata import AnyMetadataValue

SHORT = 160


def reason(
    description: str | None, metadata: Mapping[str, AnyMetadataValue], *, longest: int | None = None
) -> str:
    """The description of an evaluation, then its metadata; cut to ``longest`` signs.

    >>> from mainspring.core.values.metadata import IntMetadataValue
    >>> reason("Some aircraft are unknown.", {"unknown": IntMetadataValue(7)})
    'Some aircraft are unknown. (unknown: 7)'
    """
    values = ", ".join(f"{name}: {shown(value)}" for name, value in metadata.items())
    said = first_line(description)
    text = f"{said} ({values})" if said and values else said or values
    return text if longest is None or len(text) <= longest else f"{text[: longest - 1]}…"
