from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import Field, PrivateAttr, ValidationError

from mainspring.core.base.errors import (
    InvalidConfigError,
    InvalidDefinitionError,
    InvariantViolationError,
    ResourceFunctionError,
)
from mainspring.core.config.env import EnvVar
from mainspring.core.config.json_schema import json_schema
from mainspring.core.config.run_config import RunConfig
from mainspring.runtime.contexts.resource import InitResourceContext, Resources
from mainspring.runtime.definitions.config import Config
from mainspring.runtime.definitions.resources.build import build_init_resource_context, build_resources
from mainspring.runtime.definitions.resources.configurable import (
    ConfigurableResource,
    ConfigurableResourceFactory,
    PartialResource,
    ResourceDependency,
)
from mainspring.runtime.definitions.resources.decorator import resource
from mainspring.runtime.definitions.resources.scope import build_resource_set
from mainspring.runtime.definitions.resources.secret import collect_environment_names, collect_secret_values

SECRET = "s3cr3t-value"
ENVIRON = {"USER_NAME": "ann", "PASSWORD": SECRET, "PORT": "8080"}


class Login(ConfigurableResource[Any]):
    user: str
    password: str


class Store(ConfigurableResource[Any]):
    login: Login
    region: str = "eu"
    port: int = Field(default=80, gt=0)


class Engine(ConfigurableResourceFactory[str]):
    url: str
    login: ResourceDependency[Login]

    def create_resource(self, context: InitResourceContext) -> str:
        return f"{self.login.user}@{self.url} in {context.run_id}"


class Uses(ConfigurableResource[Any]):
    engine: ResourceDependency[str]


LOGIN = Login(user=EnvVar("USER_NAME"), password=EnvVar("PASSWORD"))


def test_variables_are_read_when_made_and_never_shown():
    store = Store(login=LOGIN, port=EnvVar.int("PORT"))
    with build_resource_set({"store": store}, {"store"}, environ=ENVIRON) as made:
        assert (made.store.login.password, made.store.port) == (SECRET, 8080)
        for shown in (store, made.store, made.store.login, LOGIN):
            assert SECRET not in repr(shown) + str(shown)
        assert repr(made.store.login) == "Login(user=EnvVar('USER_NAME'), password=EnvVar('PASSWORD'))"
    assert LOGIN.password == EnvVar("PASSWORD")


def test_missing_variables_are_all_named_with_the_field():
    store = Store(login=LOGIN, port=EnvVar.int("PORT"))
    with (
        pytest.raises(InvalidConfigError) as caught,
        build_resource_set({"store": store}, {"store"}, environ={"PORT": "many"}),
    ):
        pass
    hint = "Set it where the run is executed."
    assert [str(error) for error in caught.value.errors] == [
        f"root:resources:store:config:login:user: The environment variable USER_NAME is not set. {hint}",
        f"root:resources:store:config:login:password: The environment variable PASSWORD is not set. {hint}",
        "root:resources:store:config:port: The environment variable PORT does not hold a value of type int.",
    ]


def test_a_value_of_the_environment_that_does_not_fit_is_not_shown():
    class Short(ConfigurableResource[Any]):
        key: str = Field(max_length=3)

    with (
        pytest.raises(InvalidConfigError) as caught,
        build_resource_set({"s": Short(key=EnvVar("PASSWORD"))}, {"s"}, environ=ENVIRON),
    ):
        pass
    assert [str(e) for e in caught.value.errors] == [
        "root:resources:s:config:key: The value does not fit (string_too_long)."
    ]
    assert caught.value.__cause__ is None


def test_wrong_fields_are_refused_at_construction():
    with pytest.raises(ValidationError) as caught:
        Login(user={"not": "a string"}, password=SECRET)  # pyright: ignore[reportArgumentType]
    assert "not" not in caught.value.errors(include_input=False)[0]["msg"].split()
    assert SECRET not in str(caught.value)


def test_a_nested_resource_that_is_registered_is_made_once():
    defs = {"store": Store(login=LOGIN), "engine": Engine(url="x", login=LOGIN), "login": LOGIN}
    with build_resource_set(defs, {"store", "engine", "login"}, environ=ENVIRON) as made:
        assert made.store.login is made.login
        assert made.engine == "ann@x in None"


def test_a_nested_resource_that_is_not_registered_is_made_once_too():
    heard: list[str] = []

    class Counted(ConfigurableResource[Any]):
        def setup_for_execution(self, context: InitResourceContext) -> None:
            heard.append("made")

    class Holder(ConfigurableResource[Any]):
        counted: Counted

    counted = Counted()
    defs = {"a": Holder(counted=counted), "b": Holder(counted=counted)}
    with build_resource_set(defs, {"a", "b"}) as made:
        assert made.a.counted is made.b.counted
    assert heard == ["made"]


def test_a_field_may_hold_anything_that_makes_a_resource():
    @resource(config_schema={"n": int})
    def numbers(context: InitResourceContext) -> Generator[str, None, None]:
        yield f"n={context.resource_config['n']}"

    engine = Engine(url="x", login=LOGIN)
    defs = {"a": Uses(engine=engine), "b": Uses(engine=numbers), "c": Uses(engine="plain"), "n": numbers}
    config = {"n": {"config": {"n": 3}}}
    with build_resource_set(defs, {"a", "b", "c"}, config=config, environ=ENVIRON) as made:
        assert [made.a.engine, made.b.engine, made.c.engine] == ["ann@x in None", "n=3", "plain"]


def test_run_config_may_give_fields_anew():
    with build_resource_set(
        {"store": Store(login=LOGIN, region="us")},
        {"store"},
        config={"store": {"config": {"port": 1}}},
        environ=ENVIRON,
    ) as made:
        assert (made.store.region, made.store.port) == ("us", 1)
    with (
        pytest.raises(
            InvalidConfigError, match=r"root:resources:store:config:port: Expected int, got str 'x'"
        ),
        build_resource_set(
            {"store": Store(login=LOGIN)},
            {"store"},
            config={"store": {"config": {"port": "x"}}},
            environ=ENVIRON,
        ),
    ):
        pass


def test_configured_at_launch():
    login = Login.configure_at_launch(user="bob")
    assert isinstance(login, PartialResource)
    defs = {"login": login, "store": Store(login=login)}  # pyright: ignore[reportArgumentType]
    config = {"login": {"config": {"password": {"env": "PASSWORD"}}}}
    with build_resource_set(defs, {"store", "login"}, config=config, environ=ENVIRON) as made:
        assert made.store.login is made.login
        assert (made.login.user, made.login.password) == ("bob", SECRET)
        assert SECRET not in repr(made.login)
    with (
        pytest.raises(
            InvalidConfigError, match="root:resources:login:config:password: Missing required field"
        ),
        build_resource_set(defs, {"store"}, environ=ENVIRON),
    ):
        pass


def test_run_config_by_object():
    plain = RunConfig(resources={"login": LOGIN}).to_config_dict()["resources"]
    assert plain == {"login": {"config": {"user": {"env": "USER_NAME"}, "password": {"env": "PASSWORD"}}}}
    with build_resource_set(
        {"login": Login.configure_at_launch()}, {"login"}, config=plain, environ=ENVIRON
    ) as made:
        assert made.login.password == SECRET


def test_the_life_of_a_resource():
    log: list[object] = []

    class Tracked(ConfigurableResource[Any]):
        name: str
        fails: bool = False
        _state: list[str] = PrivateAttr(default_factory=list)

        def setup_for_execution(self, context: InitResourceContext) -> None:
            self._state.append("set up")
            log.append(("setup", self.name, list(self._state), context is self.get_resource_context()))

        def teardown_after_execution(self, context: InitResourceContext) -> None:
            log.append(("teardown", self.name))
            if self.fails:
                raise ValueError("cannot close")

    tracked = Tracked(name="a", fails=True)
    for _ in range(2):
        with (
            pytest.raises(ResourceFunctionError, match="closing the resource `a`: ValueError: cannot close"),
            build_resource_set({"a": tracked, "b": Tracked(name="b")}, {"a", "b"}),
        ):
            log.append("body")
    once = [
        ("setup", "a", ["set up"], True),
        ("setup", "b", ["set up"], True),
        "body",
        ("teardown", "b"),
        ("teardown", "a"),
    ]
    assert log == [*once, *once]


def test_yield_for_execution_takes_the_place_of_setup_and_teardown():
    log: list[str] = []

    class Managed(ConfigurableResource[Any]):
        @contextmanager
        def yield_for_execution(self, context: InitResourceContext) -> Generator["Managed", None, None]:
            log.append("open")
            yield self
            log.append("close")

    with pytest.raises(KeyError), build_resource_set({"m": Managed()}, {"m"}):
        raise KeyError("body")
    assert log == ["open", "close"]
    with pytest.raises(InvariantViolationError, match="Managed has a yield_for_execution"):
        Managed().process_config_and_initialize()
    with Managed().process_config_and_initialize_cm() as made:
        assert isinstance(made, Managed)
    assert log == ["open", "close"] * 2


def test_setup_that_fails_needs_no_teardown_and_names_its_place():
    class Broken(ConfigurableResource[Any]):
        def setup_for_execution(self, context: InitResourceContext) -> None:
            raise OSError("no route")

        def teardown_after_execution(self, context: InitResourceContext) -> None:
            raise AssertionError("never set up")

    with (
        pytest.raises(ResourceFunctionError, match="making the resource `b`: OSError: no route") as caught,
        build_resource_set({"b": Broken()}, {"b"}),
    ):
        pass
    assert caught.value.where is not None
    assert caught.value.where.file == __file__


def test_a_class_with_a_constructor_of_its_own():
    class Custom(ConfigurableResource[Any]):
        url: str
        password: str = ""

        def __init__(self, host: str, password: str) -> None:
            super().__init__(url=f"http://{host}", password=password)

    with build_resource_set({"c": Custom("h", EnvVar("PASSWORD"))}, {"c"}, environ=ENVIRON) as made:
        assert (made.c.url, made.c.password) == ("http://h", SECRET)


def test_a_factory_that_makes_nothing():
    class Lazy(ConfigurableResourceFactory[int]):
        pass

    with (
        pytest.raises(ResourceFunctionError, match="Lazy does not say what it makes"),
        build_resource_set({"lazy": Lazy()}, {"lazy"}),
    ):
        pass


def test_a_class_in_place_of_an_object():
    with (
        pytest.raises(InvalidDefinitionError, match=r"`login` is given as the class Login") as caught,
        build_resource_set({"login": Login}, {"login"}),
    ):
        pass
    assert "Login(...)" in str(caught.value)


def test_processed_outside_a_run(monkeypatch: pytest.MonkeyPatch):
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    assert Engine(url="x", login=LOGIN).process_config_and_initialize() == "ann@x in None"
    assert Store(login=LOGIN).process_config_and_initialize().login.password == SECRET
    with Engine(url="x", login=LOGIN).process_config_and_initialize_cm() as engine:
        assert engine == "ann@x in None"


def test_from_a_context():
    @resource(config_schema=Login.to_config_schema())
    def login(context: InitResourceContext) -> Login:
        return Login.from_resource_context(context)

    made = login(build_init_resource_context(config={"user": "a", "password": "b"}))
    assert (made.user, made.password) == ("a", "b")
    context = InitResourceContext({"url": "u"}, Resources(), dagster_run=SimpleNamespace(run_id="r1"))
    with Engine.from_resource_context_cm(context, {"login": made}) as engine:
        assert engine == "a@u in r1"


def test_the_context_is_replaced_on_a_copy():
    login = Login(user="a", password="b")
    context = build_init_resource_context()
    assert login.with_replaced_resource_context(context).get_resource_context() is context
    with pytest.raises(InvariantViolationError, match="Login has no context"):
        login.get_resource_context()


def test_the_published_schema_shows_variables_by_name():
    shape = json_schema(Store(login=LOGIN, port=EnvVar.int("PORT")).get_resource_definition().config_field)
    assert {name: entry["default"] for name, entry in shape["properties"].items()} == {
        "region": "eu",
        "port": {"env": "PORT"},
    }
    assert "required" not in shape
    partial_shape = json_schema(Login.configure_at_launch(user="x").get_resource_definition().config_field)
    assert partial_shape["required"] == ["password"]


def test_secret_values_of_resources_and_run_config():
    class Hidden(ConfigurableResource[Any]):
        token: str = EnvVar("TOKEN")

    @resource(config_schema={"a": dict})
    def configured(_context: InitResourceContext) -> None: ...

    defs = {
        "uses": Uses(engine=Engine(url="x", login=LOGIN)),
        "partial": Hidden.configure_at_launch(),
        "configured": configured.configured({"a": {"b": {"env": "DEEP"}}}),
        "plain": object(),
    }
    run_config = {"ops": {"x": {"config": {"key": {"env": "KEY"}}}}}
    assert collect_environment_names(defs, run_config) == {"USER_NAME", "PASSWORD", "TOKEN", "DEEP", "KEY"}
    assert collect_secret_values(defs, {**ENVIRON, "KEY": ""}, run_config=run_config) == {"ann", SECRET}


def test_build_resources():
    log: list[str] = []

    @resource(required_resource_keys={"store"})
    def after(context: InitResourceContext) -> Generator[str, None, None]:
        yield f"{context.resources.store.region} {context.run_id} {context.log}"
        log.append("closed")

    config = {"store": {"config": {"region": "us"}}}
    run: Any = SimpleNamespace(run_id="r1")
    store = Store(login=Login(user="u", password="p"))
    with build_resources({"store": store, "after": after}, None, config, run, "LOG") as made:
        assert made.after == "us r1 LOG"
    assert log == ["closed"]


def test_build_init_resource_context():
    closed: list[int] = []

    @resource
    def one() -> Generator[int, None, None]:
        yield 1
        closed.append(1)

    with build_init_resource_context({"n": 3}, {"one": one}) as context:
        assert (context.resource_config, context.resources.one, context.resources.one) == ({"n": 3}, 1, 1)
        assert context.replace_config(4).resource_config == 4
    assert closed == [1]


def test_a_context_maker_gives_each_resource_the_run():
    seen: list[str | None] = []

    class Asks(ConfigurableResource[Any]):
        def setup_for_execution(self, context: InitResourceContext) -> None:
            seen.append(context.run_id)

    maker = partial(InitResourceContext, dagster_run=SimpleNamespace(run_id="r7"))
    with build_resource_set({"a": Asks()}, {"a"}, make_context=maker):
        pass
    assert seen == ["r7"]


def test_the_definition_of_an_object_is_not_configured_twice():
    with pytest.raises(InvalidDefinitionError, match="Login takes its config as fields"):
        LOGIN.get_resource_definition().configured({"user": "a"})


def test_a_run_config_by_object_may_hold_nested_config_and_hides_it():
    class Options(Config):
        token: str

    class Client(ConfigurableResource[Any]):
        options: Options = Options(token=EnvVar("PASSWORD"))

    with build_resource_set({"c": Client()}, {"c"}, environ=ENVIRON) as made:
        assert made.c.options.token == SECRET
        assert SECRET not in repr(made.c) + repr(made.c.options)
