import enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, PrivateAttr, SecretStr, ValidationError, field_validator, model_validator

from mainspring.core.base.errors import InvalidConfigError, InvalidInvocationError
from mainspring.core.config.env import EnvVar
from mainspring.core.config.json_schema import json_schema
from mainspring.core.config.run_config import RunConfig
from mainspring.runtime.definitions.config import Config, PermissiveConfig, resolve_config
from mainspring.runtime.definitions.config.compile import shape_of
from mainspring.runtime.definitions.config.resolve import may_hold_references

SECRET = "s3cr3t-value"


class Role(enum.Enum):
    GUEST = "guest"
    ADMIN = "admin"


class Cat(Config):
    kind: Literal["cat"] = "cat"
    lives: int


class Dog(Config):
    kind: Literal["dog"] = "dog"
    weight: float


class Server(Config):
    host: str = "localhost"
    port: int | None


class Settings(Config):
    path: str
    limit: int = Field(default=3, ge=1, description="how many")
    role: Role = Role.GUEST
    roles: dict[str, Role] = {}  # noqa: RUF012
    pet: Cat | Dog = Field(default=Cat(lives=9), discriminator="kind")
    server: Server = Server()
    names: list[str] = Field(default_factory=list)
    mode: Literal["fast", "slow"] = "fast"
    token: SecretStr | None = None
    renamed: int = Field(default=1, alias="Renamed")

    @field_validator("path")
    @classmethod
    def has_a_dot(cls, value: str) -> str:
        if "." not in value:
            raise ValueError(f"no dot in {value}")
        return value


def faults(raw: object, model: type[Config] = Settings, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(InvalidConfigError) as caught:
        resolve_config(model, raw, environ=environ or {}, path=("ops", "load", "config"))
    assert caught.value.__cause__ is None
    return [str(error) for error in caught.value.errors]


def test_a_full_config_is_read():
    made = resolve_config(
        Settings,
        {
            "path": {"env": "P"},
            "role": "ADMIN",
            "roles": {"me": "GUEST"},
            "pet": {"dog": {"weight": 2}},
            "server": {"host": {"env": "H"}, "port": 8},
            "names": ["a", {"env": "H"}],
            "mode": "slow",
            "token": {"env": "H"},
            "Renamed": 5,
        },
        environ={"P": "x.y", "H": "h"},
    )
    assert made.model_dump() == {
        "path": "x.y",
        "limit": 3,
        "role": Role.ADMIN,
        "roles": {"me": Role.GUEST},
        "pet": {"kind": "dog", "weight": 2.0},
        "server": {"host": "h", "port": 8},
        "names": ["a", "h"],
        "mode": "slow",
        "token": SecretStr("h"),
        "renamed": 5,
    }


def test_faults_at_every_level_are_reported_at_once():
    raw = {
        "path": 3,
        "limit": "x",
        "role": "admn",
        "roles": {"me": "BOSS"},
        "pet": {"bird": {}},
        "server": {"host": [1]},
        "names": ["a", 1],
        "mode": "fst",
        "Renamd": 3,
    }
    assert faults(raw) == [
        "root:ops:load:config:Renamd: Unknown field 'Renamd'. Did you mean Renamed?",
        "root:ops:load:config:path: Expected str, got int 3.",
        "root:ops:load:config:limit: Expected int, got str 'x'.",
        "root:ops:load:config:role: Expected one of GUEST, ADMIN, got str 'admn'. Did you mean ADMIN?",
        "root:ops:load:config:roles:me: Expected one of GUEST, ADMIN, got str 'BOSS'.",
        "root:ops:load:config:pet:bird: Unknown field 'bird'. Known fields: cat, dog.",
        "root:ops:load:config:server:host: Expected str, got list [1].",
        "root:ops:load:config:names[1]: Expected str, got int 1.",
        "root:ops:load:config:mode: Expected one of fast, slow, got str 'fst'. Did you mean fast?",
    ]


def test_what_pydantic_finds_has_its_path_too():
    assert faults({"path": "nodot", "limit": 0}) == [
        "root:ops:load:config:path: Value error, no dot in nodot; got str 'nodot'.",
        "root:ops:load:config:limit: Input should be greater than or equal to 1; got int 0.",
    ]


def test_a_value_of_the_environment_is_in_no_message():
    environ = {"P": SECRET}
    assert faults({"path": {"env": "P"}}, environ=environ) == [
        "root:ops:load:config:path: The value does not fit (value_error)."
    ]
    assert faults({"path": "a.b", "limit": {"env": "P"}}, environ=environ) == [
        "root:ops:load:config:limit: The environment variable P does not hold a value of type int."
    ]


def test_a_check_of_the_whole_model_hides_values_of_the_environment():
    class Pair(Config):
        a: str
        b: str = "b"

        @model_validator(mode="after")
        def differ(self) -> "Pair":
            raise ValueError(f"bad {self.a}")

    assert faults({"a": {"env": "P"}}, Pair, {"P": SECRET}) == [
        "root:ops:load:config: The value does not fit (value_error)."
    ]


def test_a_missing_variable_is_named():
    assert faults({"path": {"env": "P"}, "server": {"host": {"env": "H"}}}) == [
        "root:ops:load:config:path: The environment variable P is not set. Set it where the run is executed.",
        "root:ops:load:config:server:host: "
        "The environment variable H is not set. Set it where the run is executed.",
    ]


def test_env_vars_are_kept_until_resolved_and_never_shown():
    kept = Settings(
        path=EnvVar("P"),
        names=["a", EnvVar("H")],
        limit=EnvVar.int("L"),
        server=Server(host=EnvVar("H"), port=1),
    )
    assert kept.path == EnvVar("P")
    made = resolve_config(Settings, kept, environ={"P": f"{SECRET}.x", "H": SECRET, "L": "7"})
    assert (made.path, made.names, made.limit, made.server.host) == (f"{SECRET}.x", ["a", SECRET], 7, SECRET)
    for text in (repr(kept), str(kept), repr(made), str(made), repr(made.server), f"{made}"):
        assert SECRET not in text
    assert "path=EnvVar('P')" in repr(made)
    assert repr(made.server) == "Server(host=EnvVar('H'), port=1)"


def test_a_default_may_be_a_variable():
    class WithDefault(Config):
        user: str = EnvVar("U")
        size: int = EnvVar.int("S")

    made = resolve_config(WithDefault, {}, environ={"U": "me", "S": "3"})
    assert (made.user, made.size) == ("me", 3)
    assert json_schema(shape_of(WithDefault))["properties"]["user"]["default"] == {"env": "U"}


def test_a_config_object_becomes_run_config_and_back():
    settings = Settings(path=EnvVar("P"), role=Role.ADMIN, pet=Dog(weight=2.5), roles={"x": Role.GUEST})
    plain = RunConfig(ops={"load": settings}).to_config_dict()["ops"]["load"]["config"]
    assert plain == {
        "path": {"env": "P"},
        "limit": 3,
        "role": "ADMIN",
        "roles": {"x": "GUEST"},
        "pet": {"dog": {"weight": 2.5}},
        "server": {"host": "localhost", "port": None},
        "names": [],
        "mode": "fast",
        "token": None,
        "Renamed": 1,
    }
    environ = {"P": "a.b"}
    assert resolve_config(Settings, plain, environ=environ).model_dump() == (
        resolve_config(Settings, settings, environ=environ).model_dump()
    )


def test_a_variable_in_an_untyped_field_is_refused_in_run_config():
    class Loose(Config):
        anything: Any

    with pytest.raises(InvalidConfigError, match=r"root:anything: EnvVar\('A'\) cannot be stored"):
        RunConfig(ops={"x": Loose(anything={"a": EnvVar("A")})}).to_config_dict()
    assert resolve_config(Loose, Loose(anything=[EnvVar("A")]), environ={"A": "1"}).anything == ["1"]


def test_a_choice_may_be_written_flat():
    made = resolve_config(Settings, {"path": "a.b", "pet": {"kind": "cat", "lives": 2}})
    assert made.pet == Cat(lives=2)


def test_what_may_be_none_may_be_left_out():
    assert Server().port is None
    assert resolve_config(Server, {"host": None}) == Server()
    assert resolve_config(Server, None) == Server()


def test_config_is_immutable_and_closed():
    server = Server()
    with pytest.raises(InvalidInvocationError, match="cannot be set"):
        server.host = "x"  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(ValidationError, match="Extra inputs"):
        Server(hots="x")  # pyright: ignore[reportCallIssue]


def test_permissive_config_takes_more():
    class Open(PermissiveConfig):
        a: int = 1

    made = resolve_config(Open, {"b": [1]})
    assert (made.a, made.b) == (1, [1])  # pyright: ignore[reportAttributeAccessIssue]
    assert made._to_config_dict() == {"a": 1, "b": [1]}  # noqa: SLF001, RUF100
    kept = Open(token=EnvVar("T"))  # pyright: ignore[reportCallIssue]
    resolved = resolve_config(Open, kept, environ={"T": SECRET})
    assert resolved.token == SECRET  # pyright: ignore[reportAttributeAccessIssue]
    assert SECRET not in repr(resolved)


def test_a_model_inside_itself():
    class Node(Config):
        name: str
        children: list["Node"] = []  # noqa: RUF012

    made = resolve_config(Node, {"name": "a", "children": [{"name": "b"}]})
    assert made.children == [Node(name="b")]


def test_variables_pass_validators_of_every_form():
    class Strict(Config):
        user: Annotated[str, Field(min_length=5)]
        count: int = Field(ge=10)
        scores: list[int] = []  # noqa: RUF012

        @field_validator("user", mode="before")
        @classmethod
        def lower(cls, value: object) -> object:
            assert not isinstance(value, EnvVar), "a variable is not checked before it is read"
            return str(value).lower()

    kept = Strict(user=EnvVar("U"), count=EnvVar.int("C"), scores=[EnvVar.int("C")])
    made = resolve_config(Strict, kept, environ={"U": "ALICE", "C": "12"})
    assert (made.user, made.count, made.scores) == ("alice", 12, [12])
    assert faults(kept, Strict, {"U": "AL", "C": "3"}) == [
        "root:ops:load:config:user: The value does not fit (string_too_short).",
        "root:ops:load:config:count: The value does not fit (greater_than_equal).",
    ]


def test_a_class_is_compiled_once():
    assert shape_of(Settings) is shape_of(Settings)


def test_the_schema_is_exported():
    exported = json_schema(Server.to_config_schema().as_field())
    assert set(exported["properties"]) == {"host", "port"}
    assert Settings.to_fields_dict()["limit"].default_value == 3
    assert Settings.to_fields_dict()["limit"].description == "how many"


# -- forms that configs take in practice -------------------------------------------------------------------------------


class Household(Config):
    cats: list[Cat] = Field(default_factory=list)
    by_name: dict[str, Cat] = {}  # noqa: RUF012
    pets: list[Annotated[Cat | Dog, Field(discriminator="kind")]] = Field(default_factory=list)
    guest: Cat | None = None
    number_or_word: int | str = 3
    either: Cat | Dog | None = None


def test_config_classes_inside_lists_mappings_and_choices():
    raw = {
        "cats": [{"lives": 1}],
        "by_name": {"Tom": {"lives": 2}},
        "pets": [{"cat": {"lives": 3}}, {"kind": "dog", "weight": 4}],
        "guest": {"lives": 5},
        "number_or_word": "six",
        "either": {"kind": "dog", "weight": 7},
    }
    assert resolve_config(Household, raw, environ={}) == Household(
        cats=[Cat(lives=1)],
        by_name={"Tom": Cat(lives=2)},
        pets=[Cat(lives=3), Dog(weight=4)],
        guest=Cat(lives=5),
        number_or_word="six",
        either=Dog(weight=7),
    )


def test_what_is_wrong_inside_them_is_named_with_its_place():
    raw = {
        "cats": [{"lives": 1}, {"live": 1}],
        "by_name": {"Tom": {"lives": "x"}},
        "pets": [{"bird": {}}],
        "guest": 3,
        "either": {"kind": "bird"},
    }
    assert faults(raw, Household)[:5] == [
        "root:ops:load:config:cats[1]:live: Unknown field 'live'. Did you mean lives?",
        "root:ops:load:config:cats[1]:lives: Missing required field; expected int.",
        "root:ops:load:config:by_name:Tom:lives: Expected int, got str 'x'.",
        "root:ops:load:config:pets[0]:bird: Unknown field 'bird'. Known fields: cat, dog.",
        "root:ops:load:config:guest: Expected an object with the fields kind, lives or null, got int 3.",
    ]
    assert any(fault.startswith("root:ops:load:config:either:") for fault in faults(raw, Household)[5:])


class Limits(Config):
    count: int = Field(default=1, ge=1)
    word: str = Field(default="ab", min_length=2)
    token: SecretStr = Field(default=SecretStr("abcd"), min_length=4)
    fine: int = 3


def test_limits_of_some_fields_and_forms_of_others_are_reported_together():
    assert faults({"count": 0, "word": "a", "fine": "3", "token": "abc"}, Limits) == [
        "root:ops:load:config:fine: Expected int, got str '3'. Write it without quotes.",
        "root:ops:load:config:count: Input should be greater than or equal to 1; got int 0.",
        "root:ops:load:config:word: String should have at least 2 characters; got str 'a'.",
        "root:ops:load:config:token: The value does not fit (too_short).",
    ]


def test_an_enum_may_be_given_by_value_as_well():
    assert resolve_config(Settings, {"path": "a.b", "role": "admin"}, environ={}).role is Role.ADMIN
    assert resolve_config(Settings, {"path": "a.b", "roles": {"me": "GUEST"}}, environ={}).roles == {
        "me": Role.GUEST
    }
    assert RunConfig(ops={"x": Settings(path="a.b", role=Role.ADMIN)}).to_config_dict()["ops"]["x"]["config"][
        "role"
    ] == ("ADMIN")


class Named(Config, populate_by_name=True):
    full: int = Field(alias="short")


class Open(PermissiveConfig, populate_by_name=True):
    full: int = Field(alias="short")


@pytest.mark.parametrize("model", [Named, Open])
def test_a_field_with_an_alias_may_be_given_by_its_name_where_the_class_says_so(model):
    assert resolve_config(model, {"short": 3}, environ={}).full == 3
    assert resolve_config(model, {"full": 3}, environ={}).full == 3


def test_without_that_only_the_alias_is_known():
    assert faults({"path": "a.b", "renamed": 3}) == [
        "root:ops:load:config:renamed: Unknown field 'renamed'. Did you mean Renamed, names?"
    ]


class FromEnvironment(Config):
    password: str = EnvVar("PW")
    port: int = EnvVar.int("PORT")
    hosts: list[str] = [EnvVar("HOST"), "other"]  # noqa: RUF012


def test_defaults_may_come_from_the_environment():
    made = resolve_config(FromEnvironment, {}, environ={"PW": SECRET, "PORT": "80", "HOST": "h"})
    assert (made.password, made.port, made.hosts) == (SECRET, 80, ["h", "other"])
    assert SECRET not in repr(made)
    assert faults({"password": "x", "hosts": []}, FromEnvironment) == [
        "root:ops:load:config:port: The environment variable PORT is not set. Set it where the run is executed."
    ]


class WithPrivate(Config):
    size: int = 1
    _seen: list[int] = PrivateAttr(default_factory=list)


def test_private_attributes_are_no_config():
    first, second = (resolve_config(WithPrivate, {"size": 2}, environ={}) for _ in range(2))
    first._seen.append(1)
    assert (first._seen, second._seen) == ([1], [])
    assert faults({"_seen": [1]}, WithPrivate) == [
        "root:ops:load:config:_seen: Unknown field '_seen'. Known fields: size."
    ]


def test_null_is_the_default_where_the_field_knows_no_null():
    assert resolve_config(WithPrivate, {"size": None}, environ={}).size == 1
    assert faults({"path": None}) == ["root:ops:load:config:path: Expected str, got null."]


class Inner(Config):
    host: str = EnvVar("HOST")
    port: int = 1


class Outer(Config):
    inner: Inner
    others: list[Inner] = Field(default_factory=list)


def test_variables_of_classes_inside_are_read_too():
    made = resolve_config(Outer, {"inner": {"port": 2}, "others": [{}]}, environ={"HOST": SECRET})
    assert made.model_dump() == {
        "inner": {"host": SECRET, "port": 2},
        "others": [{"host": SECRET, "port": 1}],
    }
    assert SECRET not in repr(made)


class Factory(Config):
    host: str = Field(default_factory=lambda: EnvVar("HOST"))


def test_variables_that_a_factory_gives_are_read():
    assert resolve_config(Factory, {}, environ={"HOST": "h"}).host == "h"


@pytest.mark.parametrize(
    "model, expected", [(Server, False), (Outer, True), (Factory, True), (WithPrivate, False)]
)
def test_which_classes_are_looked_through_for_variables(model, expected):
    assert may_hold_references(model) is expected
