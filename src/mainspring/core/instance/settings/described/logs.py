"""What is captured of runs, and what is logged."""

from __future__ import annotations

from typing import Final

from mainspring.core.instance.settings.kinds import (
    Anything,
    ClassOf,
    Items,
    OneOf,
    Section,
    Setting,
    Table,
    Text,
)

LEVELS: Final = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG", "NOTSET")

KEYS: Final = {
    "compute_logs": Setting(
        ClassOf("compute_logs"), "Where the output of each step is kept: stdout and stderr."
    ),
    "python_logs": Setting(
        Section(
            {
                "managed_python_loggers": Setting(
                    Items(Text()),
                    "Loggers of Python whose lines go into the log of the run; `root` for all.",
                    [],
                ),
                "python_log_level": Setting(
                    OneOf(LEVELS, any_case=True), "The least level of lines that go into the log of the run."
                ),
                "dagster_handler_config": Setting(
                    Section(
                        {
                            "handlers": Setting(Table(Anything()), "Handlers that every run's lines go to."),
                            "formatters": Setting(Table(Anything()), "Formatters that the handlers name."),
                            "filters": Setting(Table(Anything()), "Filters that the handlers name."),
                        }
                    ),
                    "Handlers for every run, written as for `logging.config.dictConfig`.",
                ),
            }
        ),
        "What is logged of a run.",
    ),
}
