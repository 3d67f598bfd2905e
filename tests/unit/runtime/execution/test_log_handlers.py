"""The settings of an instance may name handlers that are given all its runs say."""

from __future__ import annotations

import logging

import pytest

import mainspring as dg
from mainspring.core.records.run import Run
from mainspring.runtime.execution.log_handlers import settings_logger
from mainspring.runtime.execution.loggers import run_loggers
from mainspring.runtime.execution.run_log import RunLog


class Sink:
    def append(self, entry) -> None:
        pass

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


def settings(**handlers):
    config = {
        "handlers": handlers,
        "formatters": {"short": {"format": "%(levelname)s %(message)s"}},
        "filters": {"no_debug": {"()": "logging.Filter", "name": "python_logs"}},
    }
    return {"python_logs": {"dagster_handler_config": config}}


@pytest.mark.parametrize("said", [{}, {"python_logs": {}}, settings()])
def test_no_handlers(said) -> None:
    assert settings_logger(said) is None


def test_a_file_is_written(tmp_path, capsys) -> None:
    file = tmp_path / "all.log"
    said = settings(
        file={
            "class": "logging.FileHandler",
            "filename": str(file),
            "level": "INFO",
            "formatter": "short",
            "filters": ["no_debug"],
            "delay": True,
        }
    )
    here = logging.StreamHandler()
    logging.getLogger("somebody").addHandler(here)
    with dg.Instance.ephemeral(settings=said) as instance:
        loggers = run_loggers(dg.JobDefinition(name="j"), {}, instance, [], quiet=True)
        run = Run(job_name="j", run_id="r")
        loggers.start(run)
        log = RunLog(run, Sink(), instance.ambient.clock, loggers=loggers)
        log.message(logging.DEBUG, "small")
        log.message(logging.INFO, "great")
        log.close()
        for _, logger in loggers.made:
            for handler in logger.handlers:
                handler.close()
    assert file.read_text() == "INFO j - r - great\n"
    assert capsys.readouterr().err == ""
    assert any(known() is here for known in logging._handlerList), "the handlers of others stay"


def test_a_handler_that_is_none_hurts_nobody() -> None:
    with dg.Instance.ephemeral(settings=settings(lost={"class": "no.such.Handler"})) as instance:
        loggers = run_loggers(dg.JobDefinition(name="j"), {}, instance, [], quiet=True)
        loggers.start(Run(job_name="j", run_id="r"))
    ((name, error),) = loggers.failures
    assert (name, type(error)) == ("python_logs", ValueError)
