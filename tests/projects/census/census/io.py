import json

from mainspring import Field, InputContext, IOManager, OutputContext, input_manager, io_manager


class JsonFolder(IOManager):
    def __init__(self, base):
        self.base = base

    def _path(self, context):
        return f"{self.base}/{context.step_key}.{context.name}.json"

    def handle_output(self, context: OutputContext, obj):
        if context.dagster_type.is_nothing:
            return
        with open(self._path(context), "w") as file:
            json.dump(obj, file)
        context.add_output_metadata(
            {"type": context.dagster_type.display_name, "unit": context.definition_metadata.get("unit", "-")}
        )

    def load_input(self, context: InputContext):
        with open(self._path(context.upstream_output)) as file:
            return json.load(file)


@io_manager(config_schema={"base": Field(str, default_value=".")})
def json_folder(context):
    return JsonFolder(context.resource_config["base"])


@input_manager(
    config_schema={"base": Field(str, default_value=".")},
    input_config_schema={"first": Field(int, is_required=False)},
)
def only_some(context):
    """The first rows of what was stored by `json_folder`."""
    rows = JsonFolder(context.resource_config["base"]).load_input(context)
    most = context.config.get("first", context.definition_metadata["most"])
    return rows[:most]


@input_manager(required_resource_keys={"price_book"})
def price_list(context):
    return {**context.resources.price_book, "asked by": context.name}
