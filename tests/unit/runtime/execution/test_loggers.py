"""What a run says is passed on to its loggers, which can hurt nobody but themselves."""

from __future__ import annotations

import json
import logging

import pytest

import mainspring as dg
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run
from mainspring.runtime.definitions.loggers.console import colored_console_logger, json_console_logger
from mainspring.runtime.definitions.loggers.definition import LoggerDefinition, logger
from mainspring.runtime.execution.capture import captured_loggers
from mainspring.runtime.execution.loggers import run_loggers
from mainspring.runtime.execution.run_log import RunLog
from mainspring.runtime.execution.scrub import HIDDEN, Scrubber


class Keeping(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @property
    def said(self) -> list[tuple[int, str]]:
        return [(record.levelno, record.getMessage()) for record in self.records]


def keeping_logger(kept, level=logging.DEBUG):
    @logger(config_schema={"level": dg.Field(int, default_value=level)})
    def keeps(init_context):
        made = logging.Logger("keeps", init_context.logger_config["level"])
        made.addHandler(kept)
        return made

    return keeps


class Sink:
    def __init__(self) -> None:
        self.taken = []

    def append(self, entry) -> None:
        self.taken.append(entry)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


def job_with(**loggers):
    return dg.JobDefinition(name="j", logger_defs=loggers)


def log_of(job, config, instance, **said):
    faults = []
    loggers = run_loggers(job, config, instance, faults, quiet=said.pop("quiet", False))
    assert faults == []
    run = Run(job_name="j", run_id="r", tags={"team": "data"})
    loggers.start(run)
    sink = Sink()
    return RunLog(run, sink, instance.ambient.clock, loggers=loggers, **said), sink


@pytest.fixture
def speak(instance):
    """Say the same three things with the loggers of a run config; the lines that reached the log."""

    def say(job, config, **said):
        log, sink = log_of(job, config, instance, **said)
        log.event(EventType.STEP_START, "begins", step_key="graph.step[k]")
        log.message(logging.INFO, "hello", "graph.step[k]", timestamp=1.25)
        log.message(logging.ERROR, "oh no")
        log.close()
        return sink.taken

    return say


def test_a_named_logger_is_given_all_with_its_place_in_the_run(speak) -> None:
    kept = Keeping()
    speak(job_with(mine=keeping_logger(kept)), {"loggers": {"mine": {}}})
    assert kept.said == [
        (logging.DEBUG, "j - r - graph.step[k] - begins"),
        (logging.INFO, "j - r - graph.step[k] - hello"),
        (logging.ERROR, "j - r - oh no"),
    ]
    began, hello, _ = kept.records
    assert began.dagster_meta["dagster_event"].event_type_value == "STEP_START"
    assert (hello.name, hello.created, hello.msecs) == ("keeps", 1.25, 250)
    assert hello.dagster_meta == {
        "dagster_event": None,
        "job_name": "j",
        "job_tags": {"team": "data"},
        "log_timestamp": "1970-01-01T00:00:01.250000+00:00",
        "op_name": "step",
        "orig_message": "hello",
        "run_id": "r",
        "step_key": "graph.step[k]",
    }


def test_the_level_of_a_logger_holds(speak) -> None:
    kept = Keeping()
    config = {"loggers": {"mine": {"config": {"level": logging.ERROR}}}}
    speak(job_with(mine=keeping_logger(kept)), config)
    assert kept.said == [(logging.ERROR, "j - r - oh no")]


def test_only_named_loggers_speak(speak, capsys) -> None:
    kept, other = Keeping(), Keeping()
    job = job_with(mine=keeping_logger(kept), other=keeping_logger(other))
    speak(job, {"loggers": {"mine": {"config": {}}}})
    assert (len(kept.said), other.said, capsys.readouterr().err) == (3, [], "")


def test_without_names_the_console_speaks(speak, capsys) -> None:
    kept = Keeping()
    speak(job_with(mine=keeping_logger(kept)), {})
    assert kept.said == []
    shown = [line.partition(" - ")[2] for line in capsys.readouterr().err.splitlines()]
    assert shown == [
        "mainspring - INFO - j - r - graph.step[k] - hello",
        "mainspring - ERROR - j - r - oh no",
    ]


def test_a_console_of_the_job_takes_its_place(speak, capsys) -> None:
    kept = Keeping()
    speak(job_with(console=keeping_logger(kept)), {})
    assert (len(kept.said), capsys.readouterr().err) == (3, "")


def test_a_console_that_needs_config_speaks_only_where_it_is_named(speak, capsys) -> None:
    needing = LoggerDefinition(lambda _: logging.Logger("never"), {"url": str})
    speak(job_with(console=needing), {})
    assert "oh no" in capsys.readouterr().err


def test_whoever_shows_the_run_himself_wants_named_loggers_only(speak, capsys) -> None:
    kept = Keeping()
    job = job_with(mine=keeping_logger(kept))
    speak(job, {}, quiet=True)
    speak(job, {"loggers": {"mine": None}}, quiet=True)
    assert (len(kept.said), capsys.readouterr().err) == (3, "")


def test_the_level_of_the_instance_is_that_of_the_console(capsys) -> None:
    settings = {"python_logs": {"python_log_level": "error"}}
    with dg.Instance.ephemeral(settings=settings) as instance:
        log, _ = log_of(job_with(), {}, instance)
        log.message(logging.WARNING, "quiet")
        log.message(logging.ERROR, "loud")
    shown = capsys.readouterr().err
    assert "loud" in shown
    assert "quiet" not in shown


def test_the_console_is_always_known(speak, capsys) -> None:
    job = job_with(mine=keeping_logger(Keeping()))
    speak(job, {"loggers": {"console": {"config": {"log_level": "debug", "name": "me"}}}})
    shown = capsys.readouterr().err
    assert "me - DEBUG - j - r - graph.step[k] - begins" in shown


def test_every_fault_of_the_config_is_found(instance) -> None:
    faults = []
    job = job_with(mine=keeping_logger(Keeping()))
    config = {
        "loggers": {
            "mine": {"config": {"level": "high", "leval": 1}},
            "console": {"config": {"log_level": "LOUD"}},
            "consol": {},
        }
    }
    run_loggers(job, config, instance, faults)
    assert sorted(fault.location for fault in faults) == [
        "root:loggers:consol",
        "root:loggers:console:config:log_level",
        "root:loggers:mine:config:leval",
        "root:loggers:mine:config:level",
    ]


def test_a_section_of_another_kind(instance) -> None:
    faults = []
    run_loggers(job_with(), {"loggers": ["console"]}, instance, faults)
    assert [fault.location for fault in faults] == ["root:loggers"]


def test_a_missing_variable_of_the_environment(instance) -> None:
    faults = []
    mine = LoggerDefinition(lambda _: logging.Logger("never"), {"token": dg.StringSource})
    run_loggers(
        job_with(mine=mine),
        {"loggers": {"mine": {"config": {"token": {"env": "NO_SUCH_VARIABLE"}}}}},
        instance,
        faults,
    )
    assert [(fault.location, fault.reason) for fault in faults] == [("root:loggers:mine:config:token", "env")]


def test_what_is_no_logger_definition() -> None:
    with (
        pytest.raises(
            dg.InvalidDefinitionError, match="'mine' is a RootLogger, which is no LoggerDefinition"
        ),
        dg.Instance.ephemeral() as instance,
    ):
        run_loggers(job_with(mine=logging.getLogger()), {}, instance, [])


def test_a_logger_is_told_of_the_run(instance) -> None:
    seen = []

    @logger
    def asks(init_context):
        seen.append((init_context.run_id, init_context.job_def, init_context.logger_def))
        return logging.Logger("asks")

    job = job_with(asks=asks)
    log_of(job, {"loggers": {"asks": {}}}, instance)
    assert seen == [("r", job, asks)]


class Raising(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        raise ConnectionError("the log server is away")


def test_a_logger_that_raises_is_left_out_and_told_of_once(speak) -> None:
    kept = Keeping()
    raising = keeping_logger(Raising())
    job = job_with(bad=raising, good=keeping_logger(kept))
    lines = speak(job, {"loggers": {"bad": {}, "good": {}}})
    told = 'The logger "bad" raised ConnectionError: the log server is away. It is not used in this run any more.'
    events = [entry.dagster_event for entry in lines if entry.is_dagster_event]
    assert [event.message for event in events] == ["begins", told]
    assert events[1].event_specific_data.error.cls_name == "ConnectionError"
    assert [text for _, text in kept.said] == [
        "j - r - graph.step[k] - begins",
        f"j - r - {told}",
        "j - r - graph.step[k] - hello",
        "j - r - oh no",
    ]


@pytest.mark.parametrize("made", [lambda _: 1 / 0, lambda _: "no logger"])
def test_a_logger_that_cannot_be_made(speak, made) -> None:
    kept = Keeping()
    job = job_with(bad=LoggerDefinition(made), good=keeping_logger(kept))
    lines = speak(job, {"loggers": {"bad": {}, "good": {}}})
    assert [entry.level for entry in lines] == [logging.DEBUG, logging.ERROR, logging.INFO, logging.ERROR]
    assert len(kept.said) == 4


def test_a_handler_that_cannot_write_at_the_end(speak) -> None:
    class Holding(Keeping):
        def flush(self) -> None:
            raise OSError("no room")

    lines = speak(job_with(bad=keeping_logger(Holding())), {"loggers": {"bad": {}}})
    assert 'The logger "bad" raised OSError: no room.' in lines[-1].dagster_event.message


def test_no_logger_hears_a_secret(speak) -> None:
    kept = Keeping()
    job = job_with(mine=keeping_logger(kept))
    speak(job, {"loggers": {"mine": {}}}, scrubber=Scrubber({"begins"}))
    assert kept.said[0] == (logging.DEBUG, f"j - r - graph.step[k] - {HIDDEN}")
    assert "begins" not in repr(kept.records[0].__dict__)


def test_an_error_is_shown_below_the_line(instance) -> None:
    kept = Keeping()
    log, _ = log_of(job_with(mine=keeping_logger(kept)), {"loggers": {"mine": {}}}, instance)
    from mainspring.core.records.error_info import ErrorInfo

    log.message(logging.ERROR, "failed", error=ErrorInfo("ZeroDivisionError: division by zero\n"))
    assert (
        logging.Formatter().format(kept.records[0]) == "j - r - failed\nZeroDivisionError: division by zero\n"
    )


def test_as_json(speak, capsys) -> None:
    speak(job_with(json=json_console_logger), {"loggers": {"json": {"config": {"log_level": "DEBUG"}}}})
    began, hello, _ = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert began["dagster_meta"]["dagster_event"]["event_type_value"] == "STEP_START"
    assert (hello["levelname"], hello["msg"], hello["created"]) == (
        "INFO",
        "j - r - graph.step[k] - hello",
        1.25,
    )
    assert hello["dagster_meta"]["orig_message"] == "hello"


def test_a_logger_that_is_captured_does_not_hear_itself() -> None:
    settings = {"python_logs": {"managed_python_loggers": ["echoing"]}}

    @logger
    def echoing(_init_context):
        made = logging.getLogger("echoing")
        made.setLevel(logging.DEBUG)
        return made

    with dg.Instance.ephemeral(settings=settings) as instance:
        log, sink = log_of(job_with(echoing=echoing), {"loggers": {"echoing": {}}}, instance)
        with captured_loggers(instance, log.message):
            log.message(logging.INFO, "said by the run")
            logging.getLogger("echoing").warning("said by user code")
    assert [entry.user_message for entry in sink.taken] == ["said by the run", "said by user code"]


def test_a_configured_console(speak, capsys) -> None:
    quiet = colored_console_logger.configured({"log_level": "ERROR", "name": "only-errors"})
    speak(job_with(console=quiet), {})
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(" - ")[2] for line in lines] == ["only-errors - ERROR - j - r - oh no"]


@dg.asset
def talking(context: dg.AssetExecutionContext):
    context.log.info("hello")
    dg.get_dagster_logger("mine").warning("careful")


def test_a_run_of_definitions_with_loggers(instance, capsys) -> None:
    kept = Keeping()
    defs = dg.Definitions(
        assets=[talking], jobs=[dg.define_asset_job("talk")], loggers={"mine": keeping_logger(kept)}
    )
    config = {"loggers": {"mine": {"config": {"level": logging.INFO}}}}
    result = defs.resolve_job_def("talk").execute_in_process(config, instance)
    run_id = result.run_id
    assert kept.said == [
        (logging.INFO, f"talk - {run_id} - talking - hello"),
        (logging.WARNING, f"talk - {run_id} - talking - careful"),
    ]
    assert capsys.readouterr().err == ""
    defs.resolve_job_def("talk").execute_in_process(instance=instance)
    assert len(kept.said) == 2
    assert [line.rpartition(" - ")[2] for line in capsys.readouterr().err.splitlines()] == [
        "hello",
        "careful",
    ]


def test_a_run_of_ops_with_loggers(instance) -> None:
    kept = Keeping()

    @dg.op
    def speaks(context):
        context.log.info("hello")

    @dg.op
    def fails():
        raise ValueError("no way")

    @dg.job(logger_defs={"mine": keeping_logger(kept, logging.INFO)}, config={"loggers": {"mine": {}}})
    def both():
        speaks()
        fails()

    result = both.execute_in_process(instance=instance, raise_on_error=False)
    levels = [(level, text.partition(f"{result.run_id} - ")[2]) for level, text in kept.said]
    assert levels == [
        (logging.INFO, "speaks - hello"),
        (logging.ERROR, 'fails - Execution of step "fails" failed.'),
        (logging.ERROR, "Execution of run for \"both\" failed. Steps failed: ['fails']."),
    ]
    assert "ValueError: no way" in kept.records[1].exc_text


def test_every_fault_is_told_once(instance) -> None:
    config = {"loggers": {"consol": {}, "console": {"config": {"log_level": 3}}}}
    with pytest.raises(dg.InvalidConfigError) as caught:
        dg.materialize([talking], instance=instance, run_config=config)
    assert sorted(fault.location for fault in caught.value.errors) == [
        "root:loggers:consol",
        "root:loggers:console:config:log_level",
    ]
