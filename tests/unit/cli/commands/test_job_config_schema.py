"""``job config-schema``."""

import pytest
from jsonschema import Draft202012Validator

pytestmark = pytest.mark.usefixtures("project")


def test_the_schema_of_all_assets(call) -> None:
    answer = call("job", "config-schema")
    assert answer.status == 0
    schema = answer.json
    assert (schema["$schema"], schema["title"]) == (
        "https://json-schema.org/draft/2020-12/schema",
        "Run config of all assets",
    )
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"ops": {"limited": {"config": {"most": 3}}}})
    assert [
        error.message for error in validator.iter_errors({"ops": {"limited": {"config": {"mots": 3}}}})
    ] == [
        "Additional properties are not allowed ('mots' was unexpected)",
        "'most' is a required property",
    ]


def test_the_schema_of_a_job(call) -> None:
    assert call("job", "config-schema", "-j", "daily").json["title"] == "Run config of the job daily"


def test_an_unknown_job(call) -> None:
    answer = call("job", "config-schema", "-j", "dayly")
    assert (answer.status, "Did you mean daily?" in answer.err) == (2, True)
