"""``OpDefinition``: a unit of computation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Self

from mainspring.core.base.environment import Environment
from mainspring.core.base.source import SourcePosition, position_of, user_position
from mainspring.core.config.classes import config_class
from mainspring.core.config.fault import Path, Result
from mainspring.core.config.make import make_config
from mainspring.runtime.definitions.door import call
from mainspring.runtime.definitions.ops.composition import is_composing
from mainspring.runtime.definitions.ops.declared import In, Out
from mainspring.runtime.definitions.ops.inputs_outputs import (
    DEFAULT_OUTPUT,
    InputDefinition,
    OutputDefinition,
)
from mainspring.runtime.definitions.ops.pending import UsableDefinition
from mainspring.runtime.definitions.ops.read import op_parts
from mainspring.runtime.definitions.ops.signature import Signature
from mainspring.runtime.definitions.retries import RetryPolicy

_NO_TAGS: Mapping[str, Any] = {}
_NO_KEYS: frozenset[str] = frozenset()


class OpDefinition(UsableDefinition):
    """A function with its inputs, outputs, config, resources and policies. Compared by identity; never changed.

    ``@op`` makes one of a function. Made by hand, ``compute_fn`` takes a context and the inputs by name, or a
    context and one dict of all inputs, and gives what an op may give.

    >>> double = OpDefinition(
    ...     lambda context, inputs: inputs["x"] * 2, "double", ins={"x": In(int)}, outs={"result": Out(int)}
    ... )
    >>> double(None, x=4)
    8

    ``timeout`` is in seconds; ``config_schema`` is a config class, or whatever a schema can be made of.
    """

    __slots__ = (
        "__weakref__",
        "code_version",
        "compute_fn",
        "config_schema",
        "description",
        "ins",
        "name",
        "outs",
        "pool",
        "required_resource_keys",
        "retry_policy",
        "signature",
        "tags",
        "timeout",
        "where",
    )

    name: str
    compute_fn: Callable[..., Any]
    signature: Signature
    ins: Mapping[str, InputDefinition]
    outs: Mapping[str, OutputDefinition]
    config_schema: Any
    required_resource_keys: frozenset[str]
    tags: Mapping[str, Any]
    description: str | None
    retry_policy: RetryPolicy | None
    pool: str | None
    code_version: str | None
    timeout: float | None
    where: SourcePosition | None

    def __init__(  # noqa: PLR0913, PLR0917  # the published parameters
        self,
        compute_fn: Callable[..., Any],
        name: str,
        ins: Mapping[str, In] | None = None,
        outs: Mapping[str, Out] | None = None,
        description: str | None = None,
        config_schema: Any = None,
        required_resource_keys: AbstractSet[str] | None = None,
        tags: Mapping[str, Any] | None = None,
        version: str | None = None,
        retry_policy: RetryPolicy | None = None,
        code_version: str | None = None,
        pool: str | None = None,
    ) -> None:
        where = position_of(compute_fn) or user_position()
        parts = op_parts(
            compute_fn,
            name=name,
            ins=ins,
            out={DEFAULT_OUTPUT: Out()} if outs is None else outs,
            config_schema=config_schema,
            required_resource_keys=required_resource_keys,
            tags=tags,
            retry_policy=retry_policy,
            pool=pool,
            code_version=code_version or version,
            description=description,
            where=where,
        )
        self._fill(**parts)

    @classmethod
    def of(cls, **parts: Any) -> Self:
        """An op of parts that are checked already, each by the name of its attribute. The decorators' way."""
        op = cls.__new__(cls)
        op._fill(**parts)
        return op

    def _fill(  # noqa: PLR0913  # one for each attribute
        self,
        *,
        name: str,
        compute_fn: Callable[..., Any],
        signature: Signature,
        ins: Mapping[str, InputDefinition],
        outs: Mapping[str, OutputDefinition],
        config_schema: Any = None,
        required_resource_keys: frozenset[str] = _NO_KEYS,
        tags: Mapping[str, Any] = _NO_TAGS,
        description: str | None = None,
        retry_policy: RetryPolicy | None = None,
        pool: str | None = None,
        code_version: str | None = None,
        timeout: float | None = None,
        where: SourcePosition | None = None,
    ) -> None:
        self.name = name
        self.compute_fn = compute_fn
        self.signature = signature
        self.ins = ins
        self.outs = outs
        self.config_schema = config_schema
        self.required_resource_keys = required_resource_keys
        self.tags = tags
        self.description = description
        self.retry_policy = retry_policy
        self.pool = pool
        self.code_version = code_version
        self.timeout = timeout
        self.where = where

    @property
    def input_dict(self) -> Mapping[str, InputDefinition]:
        """The inputs by name; the same as ``ins``."""
        return self.ins

    @property
    def output_dict(self) -> Mapping[str, OutputDefinition]:
        """The outputs by name; the same as ``outs``."""
        return self.outs

    @property
    def own_config(self) -> Any:
        """The config it takes; the same as ``config_schema``."""
        return self.config_schema

    @property
    def has_config(self) -> bool:
        """Whether the op says what config it takes."""
        return self.config_schema is not None

    def evaluate_config(self, raw: object, environ: Environment, path: Path = ()) -> Result:
        """What its function receives for a config: an object where it takes a ``Config`` class, else what the
        schema says.

        A config that ``configured`` put on top is checked and applied first.
        """
        made = make_config(self.config_schema, raw, environ, path=path)
        model = None if self.signature.config is None else config_class(self.signature.config[1])
        if made.errors or model is None or isinstance(made.value, model):
            return made
        return make_config(model, made.value, environ, path=path)

    @property
    def pools(self) -> AbstractSet[str]:
        """The pool it takes a place in, if any."""
        return set() if self.pool is None else {self.pool}

    @property
    def positional_inputs(self) -> Sequence[str]:
        """The inputs that can be given by place: those of the function in its order, then the others."""
        own = [name for name in self.signature.positional if name in self.ins]
        return own + [name for name in self.ins if name not in self.signature.positional]

    def dynamic_origin(self, output_name: str) -> tuple[str, ...] | None:
        """The output itself, where it is dynamic."""
        return (output_name,) if self.outs[output_name].is_dynamic else None

    def dynamic_inside(self) -> str | None:
        """The name of its first dynamic output, if it has one."""
        return next((name for name, out in self.outs.items() if out.is_dynamic), None)

    def copy_with(self, **changes: Any) -> Self:
        """The op with some of its parts replaced."""
        parts = {name: getattr(self, name) for name in OpDefinition.__slots__ if name != "__weakref__"}
        return self.of(**(parts | changes))

    def configured(
        self,
        config_or_config_fn: Any,
        name: str | None = None,
        config_schema: Any = None,
        description: str | None = None,
    ) -> Self:
        """The op with its config given: as a constant, or by a function of a config of ``config_schema``.

        >>> @op(config_schema={"times": int})
        ... def repeat(context):
        ...     return "ab" * context.op_config["times"]
        >>> repeat.configured({"times": 2}, name="twice")(build_op_context())
        'abab'
        """
        return self.copy_with(
            name=self.name if name is None else name,
            config_schema=self.configured_schema(config_or_config_fn, config_schema),
            description=description or self.description,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Inside a graph or a job: use the op there. Elsewhere: call its function, as a test does."""
        if is_composing():
            return self.get_pending_invocation()(*args, **kwargs)
        return call("invoke_op")(self, args, kwargs)

    def __repr__(self) -> str:
        return f"OpDefinition({self.name!r})"
