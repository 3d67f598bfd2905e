"""``instance settings`` and ``instance schema``."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

pytestmark = pytest.mark.usefixtures("project")

TEXT = """
storage: {postgres: {postgres_db: {username: {env: PG_USER}, password: s3cret, hostname: nowhere.invalid, db_name: d}}}
run_queue: {max_concurrent_runs: 5}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose settings name a database that is not there."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "mainspring.yaml").write_text(TEXT)
    monkeypatch.setenv("PG_USER", "s3cret-user")
    return folder


def test_the_settings_that_hold(call, home) -> None:
    answer = call("instance", "settings")
    assert answer.status == 0
    lines = [line.split() for line in answer.out.splitlines()]
    assert lines[0] == ["setting", "value", "from"]
    assert ["storage.postgres.postgres_db.password", "(hidden)", "line", "2:62"] in lines
    assert ["concurrency.runs.max_concurrent_runs", "5", "`run_queue.max_concurrent_runs`"] in lines
    assert ["retention.logs.purge_after_days", "30", "default"] in lines
    assert answer.err == f"Sections given: storage, run_queue, in {home / 'mainspring.yaml'}.\n"
    assert "s3cret" not in answer.out + answer.err


def test_as_json(call, home) -> None:
    found = call("instance", "settings", "--json").json
    assert found["file"] == str(home / "mainspring.yaml")
    by_path = {line["path"]: line for line in found["settings"]}
    assert by_path["storage.postgres.postgres_db.username"] == {
        "path": "storage.postgres.postgres_db.username",
        "value": "{env: PG_USER}",
        "origin": "environment variable PG_USER",
    }


def test_without_a_file(call, tmp_path) -> None:
    answer = call("instance", "settings")
    assert (answer.status, answer.err) == (0, "There is no settings file: these are defaults.\n")
    assert call("instance", "settings", "--json").json["file"] is None
    assert not (tmp_path / "home").exists()


def test_a_file_that_is_named_is_checked(call, tmp_path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text("storag: 3\n")
    answer = call("instance", "settings", "-f", str(path))
    assert (answer.status, answer.out) == (2, "")
    assert f"{path}:1:1: `storag` is not a setting. Did you mean storage" in answer.err


def test_the_schema(call) -> None:
    schema = call("instance", "schema").json
    Draft202012Validator.check_schema(schema)
    assert not Draft202012Validator(schema).is_valid({"storag": 3})
    assert Draft202012Validator(schema).is_valid({"ui": {"name": {"env": "NAME"}}})
