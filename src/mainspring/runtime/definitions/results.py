"""What the function of a step may return or yield besides a plain value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from mainspring.core.base.errors import InvalidDefinitionError, InvariantViolationError, did_you_mean
from mainspring.core.base.source import user_position
from mainspring.core.records.asset_events import AssetCheckSeverity
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.data_version import DataVersion
from mainspring.core.values.metadata import MetadataValue, normalize_metadata

T = TypeVar("T")


class NoValue:
    """Stands for "no value was given", where ``None`` would be a value."""

    def __repr__(self) -> str:
        return "NO_VALUE"


NO_VALUE: Any = NoValue()


def _key(asset_key: object) -> AssetKey | None:
    return None if asset_key is None else AssetKey.from_coercible(asset_key)  # pyright: ignore[reportArgumentType]


class _Result:
    """Values that compare by their fields and are not changed."""

    __slots__ = ()

    def _fields(self) -> list[str]:
        slots = [name for kind in type(self).__mro__ for name in getattr(kind, "__slots__", ())]
        return [name for name in slots if name != "recorded_metadata"]

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(
            getattr(self, n) == getattr(other, n) for n in self._fields()
        )

    __hash__: ClassVar[None] = None  # pyright: ignore[reportIncompatibleMethodOverride]

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._fields())
        return f"{type(self).__name__}({fields})"


class Output(_Result, Generic[T]):
    """A value for an output, with metadata to record beside it.

    >>> Output([1, 2], metadata={"rows": 2}).value
    [1, 2]
    """

    __slots__ = ("_data_version", "metadata", "output_name", "tags", "value")

    def __init__(
        self,
        value: T,
        output_name: str | None = "result",
        metadata: Mapping[str, Any] | None = None,
        data_version: DataVersion | None = None,
        *,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        self.value: T = value
        self.output_name: str = output_name or "result"
        self.metadata: Mapping[str, MetadataValue] = normalize_metadata(metadata) if metadata else {}
        self._data_version = data_version
        self.tags: dict[str, str] = dict(tags or {})

    @property
    def data_version(self) -> DataVersion | None:
        """The version of the data, where the function knows it better than the engine."""
        return self._data_version

    def with_metadata(self, metadata: Mapping[str, Any] | None) -> Output[T]:
        """The same output with other metadata."""
        return Output(self.value, self.output_name, metadata, self._data_version, tags=self.tags)


class DynamicOutput(_Result, Generic[T]):
    """One of the values of a dynamic output, under a key of its own.

    ``mapping_key`` becomes part of the keys of the steps mapped over it: letters, digits and underscores.
    Raises ``InvalidDefinitionError`` for another.

    >>> DynamicOutput([1, 2], mapping_key="part_1").mapping_key
    'part_1'
    """

    __slots__ = ("mapping_key", "metadata", "output_name", "value")

    def __init__(
        self,
        value: T,
        mapping_key: str,
        output_name: str | None = "result",
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        self.value: T = value
        self.mapping_key: str = checked_mapping_key(mapping_key)
        self.output_name: str = output_name or "result"
        self.metadata: Mapping[str, MetadataValue] = normalize_metadata(metadata) if metadata else {}


_MAPPING_KEY = re.compile(r"[A-Za-z0-9_]+")


def checked_mapping_key(mapping_key: object) -> str:
    """The key. Raises ``InvalidDefinitionError`` for one not made of letters, digits and underscores."""
    if isinstance(mapping_key, str) and _MAPPING_KEY.fullmatch(mapping_key):
        return mapping_key
    near = re.sub(r"[^A-Za-z0-9_]+", "_", str(mapping_key)).strip("_")
    raise InvalidDefinitionError(
        f"DynamicOutput(mapping_key={mapping_key!r}): a mapping key is a string of letters, digits and "
        "underscores, since it becomes part of the keys of steps.",
        where=user_position(),
        hint=f'Write for instance mapping_key="{near}".' if near else None,
    )


class AssetCheckResult(_Result):
    """What a check found. ``check_name`` and ``asset_key`` may be left out where only one check is meant."""

    __slots__ = ("asset_key", "check_name", "description", "metadata", "passed", "severity")

    def __init__(
        self,
        *,
        passed: bool,
        asset_key: AssetKey | str | Sequence[str] | None = None,
        check_name: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        severity: AssetCheckSeverity = AssetCheckSeverity.ERROR,
        description: str | None = None,
    ) -> None:
        self.passed: bool = _truth(passed)
        self.asset_key: AssetKey | None = _key(asset_key)
        self.check_name: str | None = check_name
        self.metadata: Mapping[str, MetadataValue] = normalize_metadata(metadata) if metadata else {}
        self.severity: AssetCheckSeverity = AssetCheckSeverity(severity)
        self.description: str | None = description

    def with_metadata(self, metadata: Mapping[str, Any]) -> AssetCheckResult:
        """The same result with other metadata."""
        return AssetCheckResult(
            passed=self.passed,
            asset_key=self.asset_key,
            check_name=self.check_name,
            metadata=metadata,
            severity=self.severity,
            description=self.description,
        )


def _truth(passed: object) -> bool:
    item = getattr(passed, "item", None)  # numpy's bool is not Python's
    found = item() if callable(item) else passed
    if isinstance(found, bool):
        return found
    raise InvariantViolationError(
        f"AssetCheckResult(passed={passed!r}): it must be True or False.",
        where=user_position(),
        hint="Write passed=bool(...).",
    )


class _AssetResult(_Result):
    __slots__ = ("asset_key", "check_results", "data_version", "metadata", "recorded_metadata", "tags")

    def __init__(
        self,
        asset_key: AssetKey | str | Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        check_results: Sequence[AssetCheckResult] | None = None,
        data_version: DataVersion | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        self.asset_key: AssetKey | None = _key(asset_key)
        # Users compare what they gave; what cannot be recorded is refused here, where they see it.
        self.metadata: Mapping[str, Any] = dict(metadata) if metadata else {}
        self.recorded_metadata: Mapping[str, MetadataValue] = normalize_metadata(metadata) if metadata else {}
        self.check_results: list[AssetCheckResult] = list(check_results or ())
        for result in self.check_results:
            if not isinstance(result, AssetCheckResult):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise self._refused("check_results", result, "AssetCheckResult(passed=...)")
        if data_version is not None and not isinstance(data_version, DataVersion):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise self._refused("data_version", data_version, f'DataVersion("{data_version}")')
        self.data_version: DataVersion | None = data_version
        self.tags: dict[str, str] | None = None if tags is None else dict(tags)

    def _refused(self, name: str, value: object, instead: str) -> InvariantViolationError:
        return InvariantViolationError(
            f"`{name}` of a {type(self).__name__} is or holds {value!r}, of type {type(value).__name__}.",
            where=user_position(),
            hint=f"Write {instead}.",
        )

    def check_result_named(self, check_name: str) -> AssetCheckResult:
        """The result of one check. Raises ``InvariantViolationError`` where there is none of this name."""
        for result in self.check_results:
            if result.check_name == check_name:
                return result
        known = [result.check_name or "" for result in self.check_results]
        raise InvariantViolationError(
            f"No check result is named {check_name!r}.", hint=did_you_mean(check_name, known)
        )


class MaterializeResult(_AssetResult, Generic[T]):
    """Say that an asset was materialised, with metadata, check results and, if you like, the value to
    store.
    """

    __slots__ = ("value",)

    def __init__(
        self,
        asset_key: AssetKey | str | Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        check_results: Sequence[AssetCheckResult] | None = None,
        data_version: DataVersion | None = None,
        tags: Mapping[str, str] | None = None,
        value: T = NO_VALUE,
    ) -> None:
        super().__init__(asset_key, metadata, check_results, data_version, tags)
        self.value: T = value


class ObserveResult(_AssetResult):
    """Say what was seen of an asset that something else makes."""

    __slots__ = ()
