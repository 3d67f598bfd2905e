import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.spec import AssetDep, AssetSpec, coerce_deps, map_asset_specs

SPEC = AssetSpec(
    "a",
    deps=["x"],
    description="Words.",
    metadata={"m": 1},
    group_name="g",
    code_version="1",
    owners=["team:one"],
    tags={"t": "1"},
    kinds={"sql"},
)


def test_defaults():
    spec = AssetSpec(["p", "a"])
    assert spec.key == AssetKey(["p", "a"])
    assert (list(spec.deps), spec.metadata, list(spec.owners), spec.tags) == ([], {}, [], {})
    assert (spec.group_name, spec.skippable, spec.code_version, spec.is_virtual) == (None, False, None, False)
    assert spec.where == (__file__, test_defaults.__code__.co_firstlineno + 1)


def test_kinds_are_tags():
    assert SPEC.kinds == {"sql"}
    assert SPEC.tags == {"t": "1", "dagster/kind/sql": ""}


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "b"},
        {"deps": ["y", "z"]},
        {"deps": None},
        {"description": None},
        {"metadata": {"n": 2}},
        {"metadata": None},
        {"skippable": True},
        {"group_name": None},
        {"code_version": "2"},
        {"automation_condition": "c"},
        {"owners": ["a@b.com"]},
        {"owners": None},
        {"partitions_def": StaticPartitionsDefinition(["1"])},
        {"freshness_policy": "f"},
        {"is_virtual": True},
    ],
    ids=str,
)
def test_replace_attributes_changes_these_alone(changes):
    said = {
        "key": "a",
        "deps": ["x"],
        "description": "Words.",
        "metadata": {"m": 1},
        "group_name": "g",
        "code_version": "1",
        "owners": ["team:one"],
        "tags": {"t": "1"},
        "kinds": {"sql"},
    }
    assert SPEC.replace_attributes(**changes) == AssetSpec(**(said | changes))
    assert SPEC.replace_attributes(**changes).where == SPEC.where


@pytest.mark.parametrize(
    "changes,tags",
    [
        ({"tags": {"u": ""}}, {"u": "", "dagster/kind/sql": ""}),
        ({"tags": None}, {"dagster/kind/sql": ""}),
        ({"tags": {"dagster/kind/python": ""}}, {"dagster/kind/python": ""}),
        ({"kinds": {"python"}}, {"t": "1", "dagster/kind/python": ""}),
        ({"kinds": None}, {"t": "1"}),
        ({"kinds": set(), "tags": {}}, {}),
    ],
    ids=str,
)
def test_replacing_tags_and_kinds(changes, tags):
    assert SPEC.replace_attributes(**changes).tags == tags


def test_kinds_said_twice_are_refused():
    with pytest.raises(InvalidDefinitionError, match="asset 'a' name kinds, and so does `kinds`"):
        SPEC.replace_attributes(kinds={"x"}, tags={"dagster/kind/python": ""})


def test_merge_attributes_adds():
    merged = SPEC.merge_attributes(
        deps=["y", "x"],
        metadata={"m": 2, "n": 3},
        owners=["team:one", "team:two"],
        tags={"t": "2", "u": ""},
        kinds={"python"},
    )
    assert merged == AssetSpec(
        "a",
        deps=["x", "y"],
        description="Words.",
        metadata={"m": 2, "n": 3},
        group_name="g",
        code_version="1",
        owners=["team:one", "team:two"],
        tags={"t": "2", "u": ""},
        kinds={"sql", "python"},
    )
    assert SPEC.merge_attributes() == SPEC


def test_a_merge_cannot_bring_a_fourth_kind():
    with pytest.raises(InvalidDefinitionError, match="asset 'a' has 4 kinds: a, b, c, sql"):
        SPEC.merge_attributes(kinds={"a", "b", "c"})


@given(st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz")))
def test_merging_tags_is_merging_dicts(more):
    assert SPEC.merge_attributes(tags=more).tags == {**SPEC.tags, **more}


def test_an_io_manager_key_is_metadata():
    assert SPEC.with_io_manager_key("disk").metadata == {"m": 1, "dagster/io_manager_key": "disk"}


def test_partition_mappings_by_upstream_asset():
    spec = AssetSpec("a", deps=[AssetDep("x", partition_mapping="all"), "y"])
    assert spec.partition_mappings == {AssetKey("x"): "all"}


def test_deps_that_disagree_are_refused():
    with pytest.raises(InvalidDefinitionError, match="Two `deps` of asset 'a' on 'x' say different things"):
        AssetSpec("a", deps=["x", AssetDep("x", metadata={"why": "because"})])


def test_coerce_deps_keeps_a_dep_as_it_is():
    dep = AssetDep("x", partition_mapping="m")
    assert coerce_deps([dep, "y"]) == [dep, AssetDep("y")]
    assert AssetDep.from_coercible(dep) is dep


def test_equality_is_of_what_is_said():
    assert AssetSpec("a", deps=("x",)) == AssetSpec("a", deps=["x"])
    assert AssetSpec("a") != AssetSpec("a", group_name="default")
    assert len({AssetSpec("a"), AssetSpec("a")}) == 1
    assert AssetDep("x") != AssetDep("x", metadata={"a": 1})


def test_map_asset_specs_of_specs():
    mapped = map_asset_specs(lambda spec: spec.replace_attributes(group_name="all"), [AssetSpec("a"), SPEC])
    assert [(spec.key, spec.group_name) for spec in mapped] == [(AssetKey("a"), "all")] * 2
