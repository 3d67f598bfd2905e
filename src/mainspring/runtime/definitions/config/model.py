"""``Config`` and ``PermissiveConfig``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self, cast

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, PrivateAttr
from pydantic_core import CoreSchema

from mainspring.core.base.environment import Environment
from mainspring.core.base.errors import InvalidConfigError, InvalidInvocationError
from mainspring.core.config.definition import DefinitionConfigSchema
from mainspring.core.config.env import references_in
from mainspring.core.config.fault import ConfigFault, Path
from mainspring.core.config.schema import Field
from mainspring.runtime.definitions.config.compile import shape_of
from mainspring.runtime.definitions.config.resolve import construct
from mainspring.runtime.definitions.config.unresolved import take_references
from mainspring.runtime.definitions.config.value import model_value


class Config(BaseModel):
    """The settings of an op, asset, check or sensor: subclass it, and annotate a parameter with the
    subclass.

    >>> class LoadConfig(Config):
    ...     path: str
    ...     limit: int = 100
    >>> LoadConfig(path="orders.csv").limit
    100

    A run config then holds the fields under ``ops: <name>: config:``, or the object itself in a
    ``RunConfig``. Fields may be nested ``Config`` classes, enums (given by name), choices with a
    discriminator, lists, mappings and all that pydantic knows. Objects are immutable; an unknown field is
    an error. A field may be given as an ``EnvVar``: it is read when the computation runs. A field that may
    be ``None`` may be left out.
    """

    __mainspring_config__: ClassVar[bool] = True

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    _mainspring_shown: dict[str, object] = PrivateAttr(default_factory=dict)
    """What the text of the object shows in place of values that were read from the environment."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and type(self).model_config.get("frozen"):
            kind = type(self).__name__
            raise InvalidInvocationError(
                f"The attribute {name!r} of {kind} cannot be set: its objects do not change once they are made.",
                hint=f"Make another one: {kind}({name}=...). For state of its own give the class a private attribute, "
                "`_state = PrivateAttr(None)`.",
            )
        super().__setattr__(name, value)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Let fields that may be ``None`` be left out."""
        super().__pydantic_init_subclass__(**kwargs)
        changed = False
        for info in cls.model_fields.values():
            if info.is_required() and type(None) in getattr(info.annotation, "__args__", ()):
                info.default = None
                changed = True
        if changed:
            cls.model_rebuild(force=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let every field take an ``EnvVar``, ahead of all checks of the field."""
        made = handler(source)
        try:
            whole = handler.resolve_ref_schema(made)
        except LookupError:  # a model inside itself: its schema is still being made, and is wrapped when done
            return made
        take_references(cast("dict[str, Any]", whole))
        return made

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """What the text of the object shows: the names of variables, never what was read from them."""
        for name, value in super().__repr_args__():
            yield name, self._mainspring_shown.get(name or "", value)

    @classmethod
    def to_config_schema(cls) -> DefinitionConfigSchema:
        """The schema that a run config is checked against."""
        return DefinitionConfigSchema(Field(shape_of(cls)))

    @classmethod
    def to_fields_dict(cls) -> dict[str, Field]:
        """The fields of the schema, by the names a run config uses."""
        return dict(shape_of(cls).fields)

    @classmethod
    def _from_config(
        cls, raw: object, environ: Environment, path: Path
    ) -> tuple[Self | None, tuple[ConfigFault, ...]]:
        """An object of what a run config holds for the class, or all that is wrong with that."""
        return construct(cls, raw, environ=environ, path=path)

    def _to_config_dict(self) -> dict[str, object]:
        """The object as a run config holds it. Raises for an ``EnvVar`` in a field whose type cannot carry
        one.
        """
        made = model_value(self, shape_of(type(self)))
        faults = [
            ConfigFault(
                (name,),
                f"{reference!r} cannot be stored in a field of this type.",
                "value",
                "Use str, int, float or bool.",
            )
            for name, value in made.items()
            for reference in references_in(value)
        ]
        if faults:
            raise InvalidConfigError(f"A {type(self).__name__} cannot be part of a run config.", faults)
        return made


class PermissiveConfig(Config):
    """A ``Config`` that takes any further fields; they can be read as attributes.

    >>> PermissiveConfig(colour="red").colour
    'red'
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")
