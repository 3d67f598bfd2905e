"""The values of secrets are taken out of what a run says; everything else stays as it is."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus

import pytest

import mainspring as dg
from mainspring.core.base.errors import UserCodeError
from mainspring.core.records.asset_events import AssetCheckEvaluation, AssetMaterialization
from mainspring.core.records.error_info import ErrorInfo, error_info
from mainspring.core.records.event_data import (
    EngineEventData,
    StepFailureData,
    StepMaterializationData,
    StepSuccessData,
    UserFailureData,
)
from mainspring.runtime.execution.scrub import HIDDEN, Scrubber

SCRUBBER = Scrubber({"hunter2", "hunter22", 'quo"te\\', "abc", ""})


@pytest.mark.parametrize(
    "said, kept",
    [
        ("nothing here", "nothing here"),
        ("it is hunter2!", f"it is {HIDDEN}!"),
        ("hunter22 hunter2", f"{HIDDEN} {HIDDEN}"),
        ('raw quo"te\\ here', f"raw {HIDDEN} here"),
        ("shown as " + repr('quo"te\\'), f"shown as '{HIDDEN}'"),
        ('in JSON "quo\\"te\\\\"', f'in JSON "{HIDDEN}"'),
        ("abc is too short to be hidden", "abc is too short to be hidden"),
    ],
)
def test_texts(said, kept) -> None:
    assert SCRUBBER.text(said) == kept


def test_without_secrets_it_is_idle() -> None:
    assert Scrubber(()).is_idle
    assert Scrubber({"abc", ""}).is_idle
    assert not SCRUBBER.is_idle
    record = EngineEventData(error=error_info(ValueError("hunter2")))
    assert Scrubber(()).record(record) is record


def test_a_record_without_secrets_is_the_same_object() -> None:
    for record in (
        StepSuccessData(1.5),
        StepMaterializationData(
            AssetMaterialization("a", "words", {"rows": 3, "j": {"x": ["y"]}}, "p", {"t": "v"})
        ),
        EngineEventData(error=error_info(ValueError("fine"))),
        None,
    ):
        assert SCRUBBER.record(record) is record


def test_errors_through_the_whole_chain() -> None:
    try:
        try:
            raise KeyError("hunter2")
        except KeyError as cause:
            raise UserCodeError("with hunter2") from cause
    except UserCodeError as error:
        info = error_info(error)
    data = StepFailureData(info, UserFailureData("x", "hunter2", {"m": dg.MetadataValue.text("hunter2")}))
    clean = SCRUBBER.record(data)
    assert "hunter2" not in repr(clean)
    assert clean.error.message.endswith(f"with {HIDDEN}\n")
    assert clean.error.cause.message == f"KeyError: '{HIDDEN}'\n"
    assert clean.error.cls_name == info.cls_name
    assert len(clean.error.stack) == len(info.stack)


def test_metadata_of_every_form_and_the_users_tags() -> None:
    made = AssetMaterialization(
        "hunter2/orders",
        "by hunter2",
        {
            "text": "hunter2",
            "markdown": dg.MetadataValue.md("**hunter2**"),
            "url": dg.MetadataValue.url("http://u:hunter2@x"),
            "json": {"a": ["hunter2", {"hunter2": 1}]},
            "rows": 3,
            "hunter2": 1,
        },
        None,
        {"mine": "hunter2", "dagster/data_version": "hunter2"},
    )
    clean = SCRUBBER.record(StepMaterializationData(made)).materialization
    assert clean.asset_key == made.asset_key  # names say what a record is about
    assert clean.description == f"by {HIDDEN}"
    assert clean.metadata == {
        "text": dg.MetadataValue.text(HIDDEN),
        "markdown": dg.MetadataValue.md(f"**{HIDDEN}**"),
        "url": dg.MetadataValue.url(f"http://u:{HIDDEN}@x"),
        "json": dg.MetadataValue.json({"a": [HIDDEN, {HIDDEN: 1}]}),
        "rows": dg.MetadataValue.int(3),
        HIDDEN: dg.MetadataValue.int(1),
    }
    assert clean.tags == {"mine": "hidden", "dagster/data_version": "hidden"}


def test_a_secret_that_is_the_word_for_a_kind_breaks_nothing() -> None:
    made = AssetMaterialization("a", metadata={"m": dg.MetadataValue.md("some md_str")})
    clean = Scrubber({"md_str"}).record(StepMaterializationData(made)).materialization
    assert clean.metadata == {"m": dg.MetadataValue.md(f"some {HIDDEN}")}


def test_a_secret_that_is_part_of_a_form_hides_the_whole_value() -> None:
    table = dg.MetadataValue.table_schema(dg.TableSchema(columns=[dg.TableColumn("name")]))
    made = AssetMaterialization("a", metadata={"m": table})
    clean = Scrubber({"columns"}).record(StepMaterializationData(made)).materialization
    assert clean.metadata == {"m": dg.MetadataValue.text(HIDDEN)}


def test_check_evaluations() -> None:
    evaluation = AssetCheckEvaluation("a", "c", True, {"m": "hunter2"}, description="hunter2")
    assert SCRUBBER.record(evaluation) == AssetCheckEvaluation(
        "a", "c", True, {"m": HIDDEN}, description=HIDDEN
    )


@pytest.mark.parametrize("write", [json.dumps, quote, quote_plus, repr])
def test_the_forms_a_secret_is_written_in(write) -> None:
    secret = 'pä ss"/w+rd'
    assert Scrubber({secret}).text(f"<{write(secret).strip(chr(39) + chr(34))}>") == f"<{HIDDEN}>"


def test_a_secret_that_is_no_text_elsewhere() -> None:
    assert Scrubber({"hunter\udcff2"}).text("hunter\udcff2") == HIDDEN


@pytest.mark.parametrize(
    "value", ["short", "Production", "staging", "localhost", "/users/ada", "/srv/shop/", "/srv/shop/jobs"]
)
def test_values_that_are_no_secret(value) -> None:
    assert Scrubber({value}, home="/users/ada", within="/srv/shop/jobs").is_idle


def test_a_folder_elsewhere_is_a_secret() -> None:
    assert not Scrubber({"/srv/other"}, home="/users/ada", within="/srv/shop").is_idle


def test_of_a_frame_only_the_source_line() -> None:
    place = '  File "/hunter2/a.py", line 3, in hunter2'
    clean = SCRUBBER.record(ErrorInfo("m", [f"{place}\n    f('hunter2')\n"]))
    assert clean == ErrorInfo("m", [f"{place}\n    f('{HIDDEN}')\n"])
