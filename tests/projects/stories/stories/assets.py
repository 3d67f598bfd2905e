from mainspring import AssetIn, AssetKey, SourceAsset, asset

feed = SourceAsset(
    key=AssetKey("feed"), description="Posts as they came in", io_manager_key="feed_io_manager"
)


@asset(required_resource_keys={"limit"}, group_name="stories", dagster_type=None)
def best(context, feed):
    """The posts with the most points."""
    found = sorted(feed, key=lambda post: -post["points"])[: context.resources.limit]
    context.log.info("%d of %d", len(found), len(feed))
    context.add_output_metadata({"count": len(found)})
    return found


@asset(ins={"posts": AssetIn("best")}, group_name="stories", config_schema={"upper": bool})
def titles(context, posts):
    change = str.upper if context.op_config["upper"] else str
    return [change(post["title"]) for post in posts]


@asset(group_name="authors")
def authors(best):
    return sorted({post["by"] for post in best})
