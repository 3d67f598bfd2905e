"""Tags: reserved keys, strict tags of definitions, lenient tags of runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition
from mainspring.core.values import tags

PUBLISHED = """
.dagster/ .dagster/repository .dagster/scheduled_execution_time dagster/ dagster/asset_evaluation_id
dagster/asset_partition_range_end dagster/asset_partition_range_start dagster/auto_materialize
dagster/auto_retry_run_id dagster/backfill dagster/code_location dagster/compute_kind dagster/concurrency_key
dagster/failure_reason dagster/from_automation_condition dagster/image dagster/is_asset_resume_retry
dagster/is_resume_retry dagster/isolation dagster/kind/ dagster/max_retries dagster/max_runtime
dagster/parent_backfill_id dagster/parent_run_id dagster/partition dagster/partition/ dagster/partition_set
dagster/priority dagster/retry_number dagster/retry_on_asset_or_op_failure dagster/retry_strategy
dagster/root_backfill_id dagster/root_run_id dagster/run_key dagster/schedule_name dagster/sensor_name
dagster/step_selection dagster/tick dagster/will_retry kind
""".split()


def test_reserved_keys_are_spelt_as_published() -> None:
    ours = {value for name, value in vars(tags).items() if name.endswith(("_TAG", "_PREFIX"))}
    assert ours == set(PUBLISHED)


def test_valid_tags_come_back_in_a_fresh_dict() -> None:
    given_tags = {
        "team": "core",
        "acme.org/tier_1": "a-b.c",
        "empty": "",
        "dagster/priority": "any text, at all!",
    }
    result = tags.validate_tags(given_tags, what="asset 'a'")
    assert result == given_tags
    assert result is not given_tags
    assert tags.validate_tags(None, what="asset 'a'") == {}


parts = st.text("abcXYZ019_.-", min_size=1, max_size=63)


@given(st.one_of(parts, st.tuples(parts, parts).map("/".join)), st.text("abcXYZ019_.-", max_size=63))
def test_every_key_and_value_of_the_allowed_form_is_valid(key: str, value: str) -> None:
    assert tags.validate_tags({key: value}, what="asset 'a'") == {key: value}


@pytest.mark.parametrize("key", ["", "a b", "a/b/c", "/a", "a/", "é", "a" * 64, "a\n"])
def test_other_keys_are_refused(key: str) -> None:
    where = SourcePosition("shop.py", 3)
    with pytest.raises(InvalidDefinitionError) as caught:
        tags.validate_tags({key: "x"}, what="asset 'a'", where=where)
    assert str(caught.value) == (
        f"The tag key {key!r} of asset 'a' is not valid. (declared at shop.py:3)\n"
        "A key is a name or prefix/name; each of them is made of letters, digits, '_', '-' and '.',"
        " at most 63 of them."
    )


@pytest.mark.parametrize("value", ["a b", "a/b", "é", "a" * 64])
def test_other_values_are_refused(value: str) -> None:
    with pytest.raises(InvalidDefinitionError, match="The tag 'k' of asset 'a' has the value"):
        tags.validate_tags({"k": value}, what="asset 'a'")


@pytest.mark.parametrize("bad", [{1: "x"}, {"k": 1}, {"dagster/priority": 3}])
def test_tags_are_strings(bad) -> None:
    with pytest.raises(InvalidDefinitionError, match="are strings"):
        tags.validate_tags(bad, what="asset 'a'")


def test_run_tags_take_any_text_and_write_the_rest_as_json() -> None:
    given_tags = {"a b": "c d", "n": 3, "yes": True, "list": [1, 2], "map": {"cpu": 2}, "none": None}
    assert tags.normalize_run_tags(given_tags, what="job 'j'") == {
        "a b": "c d",
        "n": "3",
        "yes": "true",
        "list": "[1,2]",
        "map": '{"cpu":2}',
        "none": "null",
    }
    assert tags.normalize_run_tags(None, what="job 'j'") == {}


def test_run_tags_refuse_what_cannot_be_written() -> None:
    with pytest.raises(
        InvalidDefinitionError, match=r"The tag 'k' of job 'j' has the value <object.*as JSON"
    ):
        tags.normalize_run_tags({"k": object()}, what="job 'j'")
    with pytest.raises(InvalidDefinitionError, match="A tag key of job 'j' is 1, a int"):
        tags.normalize_run_tags({1: "x"}, what="job 'j'")


def test_system_tags_are_told_by_their_prefix() -> None:
    assert [
        key for key in ("dagster/x", ".dagster/x", "dagster", "team", "kind") if tags.is_system_tag(key)
    ] == [
        "dagster/x",
        ".dagster/x",
    ]
    assert tags.partition_dimension_tag("date") == "dagster/partition/date"
