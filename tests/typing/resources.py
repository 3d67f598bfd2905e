"""What a type checker must know of resources, IO managers, loggers and files made by functions. Checked, never run."""

import logging

import mainspring as dg


@dg.resource
def plain(context: dg.InitResourceContext) -> int:
    return 1


@dg.resource(config_schema={"url": str}, required_resource_keys={"plain"})
def configured(context: dg.InitResourceContext) -> str:
    return context.resource_config["url"]


@dg.io_manager(config_schema={"folder": str})
def files(context: dg.InitResourceContext) -> dg.InMemoryIOManager:
    return dg.InMemoryIOManager()


@dg.input_manager
def three(context: dg.InputContext) -> int:
    return 3


@dg.logger({"level": str})
def quiet(context: dg.InitLoggerContext) -> logging.Logger:
    context.run_id.upper()  # pyright: ignore[reportOptionalMemberAccess]
    return logging.Logger("quiet", context.logger_config["level"])


resources: list[dg.ResourceDefinition] = [
    plain,
    configured,
    files,
    three,
    configured.configured({"url": "x"}),
]
managers: list[dg.IOManagerDefinition] = [files, dg.mem_io_manager, files.configured({"folder": "x"})]
loggers: dict[str, dg.LoggerDefinition] = {"quiet": quiet, "console": dg.colored_console_logger}
bound: list[dg.AssetsDefinition] = list(dg.with_resources(list[dg.AssetsDefinition](), {"plain": plain}))

with dg.instance_for_test() as instance:
    kept: dg.DagsterInstance = instance

text: str = dg.serialize_value({"a": 1})
wrong_kind: dg.LoggerDefinition = plain  # pyright: ignore[reportAssignmentType]
