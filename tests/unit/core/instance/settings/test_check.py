"""The check of settings: every key, right and wrong; variables; every fault at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given as given_by
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mainspring.core.base.errors import InvalidConfigError
from mainspring.core.config.env import EnvVar
from mainspring.core.instance.settings import checked
from mainspring.core.instance.settings.in_force import lines
from mainspring.core.instance.settings.json_schema import settings_schema
from mainspring.core.instance.settings.kinds import ClassOf, Section, Table
from mainspring.core.instance.settings.reading import of_text
from mainspring.core.instance.storage_place import storage_of
from tests.unit.core.instance.settings.described_values import holding, right, settings, wrong

KEYS = {".".join(path): (path, setting) for path, setting in settings()}
VALIDATOR = Draft202012Validator(settings_schema())


def faults(text: str, **environ: str) -> list[str]:
    with pytest.raises(InvalidConfigError) as caught:
        of_text(text, "m.yaml", environ)
    return [str(one) for one in caught.value.errors]


def at(values: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        values = values[0] if isinstance(values, list) else values
        values = values[part]
    return values


@pytest.mark.parametrize("name", KEYS)
def test_every_key_takes_what_it_says(name) -> None:
    path, setting = KEYS[name]
    value = right(setting.kind)
    text = yaml.safe_dump(holding(path, value))
    found = of_text(text, "m.yaml", {})
    assert at(found.values, path) == value
    assert VALIDATOR.is_valid(yaml.safe_load(text)), list(VALIDATOR.iter_errors(yaml.safe_load(text)))


@pytest.mark.parametrize("name", KEYS)
def test_every_key_refuses_what_it_does_not_take(name) -> None:
    path, setting = KEYS[name]
    given = holding(path, wrong(setting.kind))
    (told,) = faults(yaml.safe_dump(given))
    assert told.startswith("m.yaml:")
    assert f".{path[-1]}` must be " in f".{told.partition('`')[2]}" or path[-1] in told
    assert "must be" in told
    assert not VALIDATOR.is_valid(given)


@pytest.mark.parametrize("name", [name for name, (_, one) in KEYS.items() if not isinstance(one.kind, Table)])
def test_every_key_may_come_from_the_environment(name) -> None:
    path, setting = KEYS[name]
    value = right(setting.kind)
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    given = holding(path, {"env": "NAME"})
    found = of_text(yaml.safe_dump(given), "m.yaml", {"NAME": text})
    assert at(found.values, path) == value
    assert at(found.written, path) == {"env": "NAME"}
    assert VALIDATOR.is_valid(given)
    (told,) = faults(yaml.safe_dump(given))
    assert "takes its value from the environment variable NAME, which is not set." in told


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, (_, one) in KEYS.items()
        if type(one.kind).__name__ in ("Flag", "Whole", "Number", "OneOf")
    ],
)
def test_what_came_from_the_environment_is_never_told(name) -> None:
    path, _ = KEYS[name]
    (told,) = faults(yaml.safe_dump(holding(path, {"env": "NAME"})), NAME="s3cret")
    assert "s3cret" not in told
    assert "the environment variable NAME holds something else" in told


@pytest.mark.parametrize(
    "name", [name for name, (_, one) in KEYS.items() if isinstance(one.kind, Section | ClassOf)]
)
def test_what_a_section_from_the_environment_holds_is_never_told(name) -> None:
    path, _ = KEYS[name]
    for text in (
        "s3cret",
        '["s3cret"]',
        '{"s3cret": 1}',
        '{"module": "dagster_s3cret", "class": {"s3cret": 1}}',
    ):
        told = " ".join(faults(yaml.safe_dump(holding(path, {"env": "NAME"})), NAME=text))
        assert "s3cret" not in told
        assert "NAME" in told


@pytest.mark.parametrize(
    "section,text",
    [
        ("auto_materialize", '{"run_tags": {"s3cret": 3}}'),
        ("storage", '{"postgres": {"postgres_db": {"params": {"s3cret": "x"}}}}'),
        ("run_launcher", '{"module": "dagster_docker", "class": "S3cret"}'),
        ("compute_logs", '{"module": "dagster", "class": "S3ComputeLogManager", "config": {"s3cret": 1}}'),
        ("compute_logs", '{"module": "mine", "class": "X", "config": {"a\\u0000s3cret": 1}}'),
        ("python_logs", '{"dagster_handler_config": {"handlers": {"s3cret": "\\u0000"}}}'),
    ],
)
def test_what_stands_deep_in_the_environment_is_never_told(section, text) -> None:
    for given in ({section: {"env": "NAME"}}, {section: EnvVar("NAME")}):
        with pytest.raises(InvalidConfigError) as caught:
            checked(given, place="a test", environ={"NAME": text})
        assert "s3cret" not in str(caught.value).lower()


@pytest.mark.parametrize(
    "text,told",
    [
        ("storag: {}", "m.yaml:1:1: `storag` is not a setting. Did you mean storage, run_storage?"),
        ("ui:\n  nmae: x", "m.yaml:2:3: `ui.nmae` is not a setting. Did you mean name?"),
        ("pools: {}", "m.yaml:1:1: `pools` is not a setting. There is `concurrency.pools`."),
        (
            "nux: {zzz: 1}",
            "m.yaml:1:7: `nux.zzz` is not a setting. Known keys: enabled.",
        ),
        ("ui: {name: 3}", "m.yaml:1:6: `ui.name` must be a text; got 3. Write it in quotes."),
        (
            "run_retries:\n  max_retries: '3'",
            "m.yaml:2:3: `run_retries.max_retries` must be a whole number, 0 or more; got '3'. Write it without quotes",
        ),
        ("freshness: {enabled: 'no'}", "got 'no'. Write it without quotes."),
        ("freshness: 3", "m.yaml:1:1: `freshness` must be a section with the keys enabled; got 3."),
        ("freshness: [a]", "got a list."),
        ("ui: {environment: {colour: red}}", "m.yaml:1:6: `ui.environment.label` must be given: A word shown"),
        ("ui: {environment: }", "`ui.environment.label` must be given"),
        ("ui: {environment: {label: a, colour: mauve}}", "must be one of grey, red"),
        ("ui: {path_prefix: /a/}", "must be a path such as /mainspring, with no / at its end; got '/a/'."),
        ("storage: {sqlite: {}, postgres: {postgres_url: 'postgres://a'}}", "names sqlite and postgres, of which"),
        ("storage: {postgres: {}}", "`storage.postgres` must have one of the keys postgres_url, postgres_db."),
        ("storage: {postgres: }", "`storage.postgres` must have one of the keys postgres_url, postgres_db."),
        ("storage: {postgres: {postgres_db: {username: a, db_name: b}}}", "`storage.postgres.postgres_db.hostname` "),
        (
            "storage: {mysql: {mysql_url: 'mysql://x'}}",
            "m.yaml:1:11: `storage.mysql` cannot be used: there is no MySQL here; use `storage.postgres`",
        ),
        (
            "storage: {postgres: {postgres_url: 'postgres://a', auth_provider: {aws_wif: {}}}}",
            "`storage.postgres.auth_provider.aws_wif` cannot be used: PostgreSQL takes no cloud identity here",
        ),
        (
            "storage: {postgres: {postgres_db: {username: a, hostname: b, db_name: c, params: {slmode: require}}}}",
            "`storage.postgres.postgres_db.params.slmode` is not known. Did you mean sslmode",
        ),
        ("concurrency: {runs: {tag_concurrency_limits: [3]}}", "m.yaml:1:47: `concurrency.runs.tag_con"),
        ("run_retries: {max_retries: .inf}", "must be a whole number, 0 or more; got inf."),
        ("run_monitoring: {start_timeout_seconds: .nan}", "must be a number, 0 or more; got nan."),
        ("run_retries: {max_retries: 1e400}", "must be a whole number, 0 or more; got inf."),
        (f"run_retries: {{max_retries: {10**30}}}", "must be a whole number, 0 or more"),
        ("run_retries: {max_retries: !!timestamp 2020-01-01}", "m.yaml:1:15: `run_retries.max_retries` cannot be a"),
        ("ui: {name: !!binary aGk=}", "`ui.name` cannot be a bytes."),
        ('ui: {name: "a\\0b"}', "`ui.name` must be a text"),
        ("ui: {name: ''}", "`ui.name` must be a text; got ''."),
        ("1: 2", "m.yaml:1:1: `1` is not a setting."),
        ("python_logs: {dagster_handler_config: {handlers: {1: 2}}}", "must have a text for its name"),
        ("{env: X}", "The settings must be written here, as a mapping of sections."),
        ("ui: {name: a}\nui: {name: b}", "m.yaml:2:1: `ui` stands twice, first in line 1."),
    ],
)  # fmt: skip
def test_what_is_told(text, told) -> None:
    (found,) = faults(text)
    assert told in found


def test_every_fault_is_told_at_once() -> None:
    text = "storag: {}\nrun_queue: {max_concurent_runs: 3}\nstorage: 5\nui: {name: {env: MISSING}}\nui: {}\n"
    assert [one.partition(": ")[0] for one in faults(text)] == [
        "m.yaml:5:1", "m.yaml:1:1", "m.yaml:2:13", "m.yaml:3:1",
    ]  # fmt: skip


def test_secrets_are_never_told() -> None:
    text = "storage: {postgres: {postgres_db: {password: [s3cret], username: a, hostname: b, db_name: c}}}"
    (told,) = faults(text)
    assert "must be a text; what stands there is not shown." in told
    (told,) = faults("storage: {postgres: {postgres_url: 'mysql://me:s3cret@db/x'}}")
    assert "s3cret" not in told


def test_variables_stand_at_any_depth() -> None:
    text = """
    compute_logs: {module: mine, class: Logs, config: {deep: [{here: {env: A}}, {env: B}]}}
    concurrency: {runs: {tag_concurrency_limits: [{key: {env: A}, limit: {env: N}}]}}
    python_logs: {managed_python_loggers: {env: LIST}}
    """
    values = of_text(text, "m.yaml", {"A": "x", "B": "y", "N": " 4 ", "LIST": '["a", "b"]'}).values
    assert values == {
        "compute_logs": {"module": "mine", "class": "Logs", "config": {"deep": [{"here": "x"}, "y"]}},
        "concurrency": {"runs": {"tag_concurrency_limits": [{"key": "x", "limit": 4}]}},
        "python_logs": {"managed_python_loggers": ["a", "b"]},
    }


def test_a_variable_does_not_lead_to_another() -> None:
    (told,) = faults("ui: {env: A}", A='{"name": {"env": "A"}}')
    assert "the environment variable A holds something else" in told


def test_a_mapping_of_names_of_ones_own_is_no_variable() -> None:
    assert of_text("auto_materialize: {run_tags: {env: production}}", "m", {}).values == {
        "auto_materialize": {"run_tags": {"env": "production"}}
    }


def test_a_mapping_may_be_given_by_hand() -> None:
    given = {
        "ui": {"name": EnvVar("NAME")},
        "secrets": None,
        "python_logs": {"managed_python_loggers": ("a",)},
    }
    assert checked(given, place="a test", environ={"NAME": "x"}) == {
        "ui": {"name": "x"},
        "secrets": {},
        "python_logs": {"managed_python_loggers": ["a"]},
    }
    with pytest.raises(InvalidConfigError) as caught:
        checked({"ui": {"name": 3, 4: 5}, "nux": object()}, place="a test", environ={})
    assert str(caught.value) == "The settings in a test are wrong.\n    Error 1: `nux` cannot be a object."
    with pytest.raises(InvalidConfigError, match="must be a mapping of sections"):
        checked(["ui"], place="a test", environ={})


def test_a_mapping_without_an_end_is_refused() -> None:
    endless: dict[str, Any] = {}
    endless["ui"] = endless
    with pytest.raises(InvalidConfigError, match="40 levels"):
        checked(endless, place="a test", environ={})


# -- any text
# ------------------------------------------------------------------------------------------------------------

words = st.sampled_from(
    [part for path, _ in KEYS.values() for part in path] + ["env", "module", "class", "config"]
)
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), words,
    st.sampled_from(["dagster", "dagster_postgres", "PostgresRunStorage", "QueuedRunCoordinator", "postgresql://a/b"]),
)  # fmt: skip
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=4)),
    max_leaves=20,
)
pieces = st.lists(
    st.sampled_from(
        ["storage", ":", " ", "\n", "- ", "{", "}", "[", "]", ",", "&a", "*a", "<<", "!!int", "!!bool", "!!set", "!!x",
         "!!timestamp", "!!float", "? ", "|", ">", "'", '"', "#", "\t", "---", "...", "%YAML 1.1", "ui", "name", "1e9",
         "0x", "~", "é", "\ufeff", "\x00", "\x85", "env", "secrets", "custom", "=", "-1", "1:30", "2020-01-01"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


def settle(text: str) -> None:
    """Settings come of the text, which the JSON Schema takes as well, or what is wrong with it is told."""
    try:
        found = of_text(text, "m.yaml", {"storage": "x", "name": "3", "": '{"a": 1}'})
    except InvalidConfigError as error:
        told = str(error)
        assert told  # whatever it is, it can be told
        return
    assert list(VALIDATOR.iter_errors(found.written)) == []
    list(lines(found))
    storage_of(found, Path("/home"))


def merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    made = dict(under)
    for key, value in over.items():
        below = made.get(key)
        made[key] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return made


@st.composite
def likely(draw: st.DrawFn) -> dict[str, Any]:
    """Settings that are right but for some of their values."""
    made: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(sorted(KEYS)), max_size=4, unique=True)):
        path, setting = KEYS[name]
        good = st.just(right(setting.kind))
        value = draw(st.one_of(good, good, st.just({"env": "name"}), leaves, trees))
        made = merged(made, holding(path, value))
    return made


@given_by(
    st.one_of(st.text(max_size=60), pieces, trees.map(lambda tree: yaml.safe_dump(tree, allow_unicode=True)))
)
def test_any_text_gives_settings_or_says_what_is_wrong(text) -> None:
    settle(text)


@given_by(st.dictionaries(words, trees, max_size=4))
def test_any_mapping_gives_settings_or_says_what_is_wrong(tree) -> None:
    settle(yaml.safe_dump(tree))


@given_by(likely())
def test_what_is_nearly_right_gives_settings_or_says_what_is_wrong(tree) -> None:
    settle(yaml.safe_dump(tree))
