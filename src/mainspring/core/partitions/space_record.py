"""Key spaces made again from the record that was stored beside a subset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.partitions.key_list import KeyList
from mainspring.core.partitions.key_product import KeyProduct
from mainspring.core.partitions.space import KeySpace
from mainspring.core.partitions.windows import GridLine, WindowSpace


def _key_list(record: Mapping[str, Any]) -> KeySpace:
    return KeyList([str(key) for key in record["keys"]])


def _windows(record: Mapping[str, Any]) -> KeySpace:
    line = GridLine(
        cron_schedule=str(record["cron_schedule"]),
        timezone=str(record["timezone"]),
        fmt=str(record["fmt"]),
        start=int(record["start"]),
        excluded_instants=tuple(int(at) for at in record["excluded_instants"]),
        excluded_lines=tuple(str(line) for line in record["excluded_lines"]),
    )
    return WindowSpace(line, int(record["count"]))


def _product(record: Mapping[str, Any]) -> KeySpace:
    return KeyProduct({str(name): space_of_record(inner) for name, inner in record["dimensions"]})


_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], KeySpace]] = {
    "keys": _key_list,
    "windows": _windows,
    "product": _product,
}


def space_of_record(record: Mapping[str, Any]) -> KeySpace:
    """The space of a record that ``KeySpace.describe`` wrote."""
    try:
        return _MAKERS[str(record["kind"])](record)
    except (KeyError, TypeError, ValueError) as error:
        raise InvariantViolationError(
            "A stored set of partitions cannot be read: what it says of its keys is damaged."
        ) from error
