"""The page of the settings, its JSON Schema and its samples are what the description of all keys says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from mainspring.core.instance.settings.json_schema import settings_schema
from mainspring.core.instance.settings.reading import of_text
from tests.unit.core.instance.settings.described_values import settings
from tools import settings_page

SAMPLES = sorted(settings_page.SAMPLES.glob("*.yaml"))
ENVIRON = {
    "PG_USER": "me",
    "PG_PASSWORD": "x",
    "PG_URL": "postgresql://me@db/records",
    "VAULT_ADDRESS": "https://vault",
    "STORE_ADDRESS": "https://store",
}


def given(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of all keys of a value; items of lists have none of their own."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            for key, below in one.items():
                yield (*path, key)
                yield from given(below, (*path, key))


def test_the_page_is_up_to_date() -> None:
    assert settings_page.PAGE.read_text(encoding="utf-8") == settings_page.page(), (
        "python -m tools.settings_page"
    )


def test_the_schema_is_up_to_date() -> None:
    text = settings_page.SCHEMA.read_text(encoding="utf-8")
    assert text == settings_page.schema_text(), "python -m tools.settings_page"
    Draft202012Validator.check_schema(settings_schema())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_right(sample) -> None:
    text = sample.read_text(encoding="utf-8")
    of_text(text, sample.name, ENVIRON)
    assert list(Draft202012Validator(settings_schema()).iter_errors(yaml.safe_load(text))) == []


def test_the_samples_have_every_key() -> None:
    known = {path for path, _ in settings() if "auth_provider" not in path}
    shown = {path for sample in SAMPLES for path in given(yaml.safe_load(sample.read_text(encoding="utf-8")))}
    assert sorted(known - shown) == []


def test_the_page_has_every_key() -> None:
    page = settings_page.page()
    missing = [path for path, _ in settings() if f"{path[-1]}`" not in page]
    assert missing == []
