import json

from mainspring import Field, IOManager, fs_io_manager, io_manager, resource


class FeedIOManager(IOManager):
    def __init__(self, path):
        self.path = path

    def handle_output(self, context, obj):
        raise TypeError("the feed is read only")

    def load_input(self, context):
        assert context.upstream_output.asset_key.path == ["feed"]
        with open(self.path) as file:
            return json.load(file)


@io_manager(config_schema={"path": Field(str, default_value="feed.json")})
def feed_io_manager(context):
    return FeedIOManager(context.resource_config["path"])


@resource(config_schema=int)
def limit(context):
    if context.resource_config < 1:
        raise ValueError("a limit is at least 1")
    return context.resource_config


LOCAL = {
    "io_manager": fs_io_manager.configured({"base_dir": "store"}),
    "feed_io_manager": feed_io_manager,
    "limit": limit.configured(2),
}
