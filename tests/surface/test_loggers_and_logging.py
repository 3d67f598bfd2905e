"""The section "Loggers and logging" of the public surface."""

import json
import logging

import mainspring as dg


class Kept(logging.Handler):
    """Keeps what it is given."""

    def __init__(self):
        super().__init__()
        self.said = []

    def emit(self, record):
        self.said.append((record.levelname, record.getMessage()))


def kept_logger(name):
    handler = Kept()
    made = logging.Logger(name)
    made.addHandler(handler)
    return made, handler


def test_logger_is_given_the_messages_of_a_run():
    made, handler = kept_logger("mine")

    @dg.logger({"level": dg.Field(str, default_value="INFO")}, description="keeps")
    def keeping(context: dg.InitLoggerContext):
        made.setLevel(context.logger_config["level"])
        return made

    @dg.op
    def speaks(context):
        context.log.debug("low")
        context.log.warning("look out")

    @dg.job(logger_defs={"keeping": keeping})
    def speaking():
        speaks()

    speaking.execute_in_process(run_config={"loggers": {"keeping": {"config": {"level": "WARNING"}}}})
    assert isinstance(keeping, dg.LoggerDefinition)
    assert keeping.description == "keeps"
    assert [level for level, text in handler.said if "look out" in text] == ["WARNING"]
    assert not [text for _, text in handler.said if "low" in text]


def test_logger_definition_is_configured_once():
    def make(context):
        return logging.Logger(context.logger_config["name"])

    definition = dg.LoggerDefinition(make, config_schema={"name": str}, description="named")
    set_up = definition.configured({"name": "lake"})
    assert set_up(dg.build_init_logger_context()).name == "lake"
    assert definition.logger_fn is make


def test_build_init_logger_context_calls_a_logger_directly():
    @dg.logger({"level": str})
    def levelled(context):
        assert isinstance(context, dg.InitLoggerContext)
        made = logging.Logger("x")
        made.setLevel(context.logger_config["level"])
        return made

    assert levelled(dg.build_init_logger_context(logger_config={"level": "ERROR"})).level == logging.ERROR


def test_log_manager_is_a_logger_and_keeps_levels():
    seen = {}

    @dg.op
    def speaks(context):
        seen["kind"] = (
            isinstance(context.log, dg.DagsterLogManager),
            isinstance(context.log, logging.Logger),
        )
        context.log.log("INFO", "by name %s", 1)
        context.log.error("bad")

    @dg.job
    def speaking():
        speaks()

    with dg.instance_for_test() as instance:
        result = speaking.execute_in_process(instance=instance)
        said = [
            (entry.level, entry.user_message)
            for entry in instance.all_logs(result.run_id)
            if not entry.is_dagster_event
        ]
    assert seen["kind"] == (True, True)
    assert said == [(logging.INFO, "by name 1"), (logging.ERROR, "bad")]


def test_get_dagster_logger_writes_into_the_log_of_the_run():
    @dg.op
    def speaks():
        dg.get_dagster_logger().info("from afar")
        dg.get_dagster_logger("lake").warning("named")

    @dg.job
    def speaking():
        speaks()

    with dg.instance_for_test() as instance:
        result = speaking.execute_in_process(instance=instance)
        said = [
            (entry.step_key, entry.user_message)
            for entry in instance.all_logs(result.run_id)
            if not entry.is_dagster_event
        ]
    assert said == [("speaks", "from afar"), ("speaks", "named")]


def test_event_log_record_of_a_materialization():
    with dg.DagsterInstance.ephemeral() as instance:
        instance.report_runless_asset_event(dg.AssetMaterialization("t", partition="a"))
        (record,) = instance.fetch_materializations(dg.AssetKey("t"), limit=1).records
    assert isinstance(record, dg.EventLogRecord)
    assert (record.asset_key, record.partition_key) == (dg.AssetKey("t"), "a")
    assert record.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION
    assert record.timestamp == record.event_log_entry.timestamp
    assert record.asset_materialization.partition == "a"


def test_json_log_formatter_writes_one_object_a_line():
    record = logging.makeLogRecord(
        {"name": "lake", "msg": "rows %d", "args": (3,), "levelname": "INFO", "rows": 3}
    )
    line = json.loads(dg.JsonLogFormatter().format(record))
    assert (line["name"], line["levelname"], line["rows"]) == ("lake", "INFO", 3)


def test_colored_console_logger_is_set_up_by_config():
    made = dg.colored_console_logger(
        dg.build_init_logger_context(logger_config={"name": "lake", "log_level": "WARNING"})
    )
    assert (made.name, made.level) == ("lake", logging.WARNING)


def test_json_console_logger_writes_json(capsys):
    made = dg.json_console_logger(
        dg.build_init_logger_context(logger_config={"name": "lake", "log_level": "INFO"})
    )
    made.info("done")
    captured = capsys.readouterr()
    line = json.loads((captured.out + captured.err).strip())
    assert (line["name"], line["levelname"]) == ("lake", "INFO")


def test_default_loggers_and_default_system_loggers():
    assert list(dg.default_loggers()) == ["console"]
    ((definition, config),) = dg.default_system_loggers(None)
    assert isinstance(definition, dg.LoggerDefinition)
    assert config["name"]
