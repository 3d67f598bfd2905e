from mainspring import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetIn,
    AssetKey,
    AssetOut,
    AssetsDefinition,
    AssetSpec,
    GraphOut,
    MaterializeResult,
    Output,
    asset,
    config_mapping,
    graph,
    graph_asset,
    graph_multi_asset,
    multi_asset,
)

from . import ops


@asset(io_manager_key="io_manager")
def listeners():
    return 4


@graph_asset(
    group_name="text",
    description="All that was said",
    metadata={"language": "en"},
    tags={"kind": "text"},
    owners=["team:audio"],
    kinds={"audio"},
)
def transcript():
    return ops.join(ops.episodes(ops.fetch_feed()).map(ops.transcribe).collect())


@config_mapping(config_schema={"least": int})
def least_only(value):
    return {"frequent": {"config": {"least": value["least"]}}}


@graph_multi_asset(
    outs={
        "words": AssetOut(key=AssetKey(["stats", "words"]), metadata={"unit": "words"}),
        "common": AssetOut(key_prefix="stats", is_required=False),
        "ratio": AssetOut(key_prefix="stats"),
    },
    ins={"text": AssetIn("transcript"), "listeners": AssetIn()},
    can_subset=True,
    config=least_only,
    group_name="stats",
)
def statistics(text, listeners):
    words, total = ops.count_words(text)
    return {"words": words, "common": ops.frequent(words), "ratio": ops.per_listener(listeners, total)}


@graph(out={"length": GraphOut()})
def publishing(text):
    """Puts a text on the site."""
    return {"length": ops.publish(text)}


published = AssetsDefinition.from_graph(
    publishing,
    keys_by_input_name={"text": AssetKey("transcript")},
    keys_by_output_name={"length": AssetKey(["site", "transcript"])},
    group_name="site",
)

feed = AssetsDefinition.from_op(
    ops.fetch_feed, keys_by_output_name={"result": AssetKey("feed")}, group_name="site"
)


@multi_asset(
    specs=[
        AssetSpec("longest", deps=["transcript"], skippable=True, code_version="1"),
        AssetSpec("shortest", deps=["transcript"], skippable=True),
        AssetSpec(["sorted", "all"], deps=["longest", "shortest"], skippable=True),
    ],
    check_specs=[AssetCheckSpec("has_letters", asset="longest")],
    can_subset=True,
    name="extremes",
    group_name="text",
)
def extremes(context: AssetExecutionContext):
    found = sorted(ops.EPISODES.values(), key=len)
    for key in (AssetKey("longest"), AssetKey("shortest"), AssetKey(["sorted", "all"])):
        if key in context.selected_asset_keys:
            yield MaterializeResult(
                asset_key=key, metadata={"text": found[-1 if key.path[-1] == "longest" else 0]}
            )
    if any(key.name == "has_letters" for key in context.selected_asset_check_keys):
        yield AssetCheckResult(asset_key="longest", check_name="has_letters", passed=found[-1].strip() != "")


@multi_asset(
    outs={"first": AssetOut(is_required=False), "last": AssetOut(is_required=False)},
    can_subset=True,
    internal_asset_deps={"first": {AssetKey("listeners")}, "last": {AssetKey("first")}},
    ins={"listeners": AssetIn()},
)
def ends(context, listeners):
    names = context.op_execution_context.selected_output_names
    if "first" in names:
        yield Output(1 * listeners, "first")
    if "last" in names:
        yield Output(3 * listeners, "last")
