import os

from mainspring import In, Nothing, ResourceDefinition, define_asset_job, fs_io_manager, graph, job, op

stories_job = define_asset_job(
    "stories_job",
    selection="*titles",
    config={"ops": {"titles": {"config": {"upper": True}}}},
    tags={"team": "news"},
)
everything = define_asset_job("everything")


@op(config_schema={"folder": str})
def list_old(context):
    return sorted(name for name in os.listdir(context.op_config["folder"]) if name.startswith("old"))


@op(config_schema={"folder": str})
def remove(context, names):
    for name in names:
        os.remove(os.path.join(context.op_config["folder"], name))
    return len(names)


@op(ins={"done": In(Nothing)}, required_resource_keys={"bell"})
def ring(context):
    context.resources.bell("done")


@graph
def tidy():
    ring(remove(list_old()))


RUNG = []
tidy_job = tidy.to_job(resource_defs={"bell": ResourceDefinition.hardcoded_resource(RUNG.append)})


@op
def hello(context):
    return f"hello from {context.job_name}"


@job(resource_defs={"io_manager": fs_io_manager}, description="Does not do much")
def hello_job():
    hello()
