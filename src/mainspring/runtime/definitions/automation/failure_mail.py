"""``make_email_on_run_failure_sensor``: a mail for each run that has failed."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Any, Final, NamedTuple

from mainspring.core.base.environment import Environment, system_environment
from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import user_position
from mainspring.core.config.env import EnvVar
from mainspring.core.records.run import RunStatus
from mainspring.runtime.definitions.automation.run_status_context import RunFailureSensorContext
from mainspring.runtime.definitions.automation.run_status_sensor import RunStatusSensorDefinition
from mainspring.runtime.definitions.automation.status import DefaultSensorStatus

_PORT_OF: Final = {"SSL": 465, "STARTTLS": 587}
_TIMEOUT: Final = 30.0
"""Seconds that a mail server may take for one answer."""


class MailServer(NamedTuple):
    """Where a mail is handed in, and as whom. ``kind`` is ``SSL`` or ``STARTTLS``."""

    host: str
    port: int
    kind: str
    user: str
    password: str


Deliver = Callable[[MailServer, EmailMessage], None]


def deliver_by_smtp(
    server: MailServer, message: EmailMessage, *, trust: ssl.SSLContext | None = None
) -> None:
    """Hand in a mail over an encrypted connection, whose certificate is checked."""
    checked = ssl.create_default_context() if trust is None else trust
    if server.kind == "SSL":
        with smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT, context=checked) as connection:
            connection.login(server.user, server.password)
            connection.send_message(message)
        return
    with smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT) as connection:
        connection.starttls(context=checked)
        connection.login(server.user, server.password)
        connection.send_message(message)


def failure_subject(context: RunFailureSensorContext) -> str:
    """The subject of a mail, where no function of the user makes it."""
    return f"Run failed: {context.dagster_run.job_name}"


def failure_text(context: RunFailureSensorContext) -> str:
    """The body of a mail, where no function of the user makes it: job, run, and the steps that failed."""
    run = context.dagster_run
    lines = [
        f"A run of the job {run.job_name} has failed.",
        "",
        f"Run: {run.run_id}",
        f"Reason: {context.failure_event.message}",
    ]
    for event in context.get_step_failure_events():
        error = getattr(event.event_specific_data, "error", None)
        lines += [
            "",
            f"Step {event.step_key}: {error.message.strip() if error is not None else event.message}",
        ]
        cause = getattr(error, "cause", None)
        if cause is not None:
            lines.append(f"  caused by {cause.message.strip()}")
    return "\n".join(lines)


def make_email_on_run_failure_sensor(  # noqa: PLR0913, PLR0917  # the published parameters
    email_from: str,
    email_password: str,
    email_to: Sequence[str],
    email_body_fn: Callable[[RunFailureSensorContext], str] = failure_text,
    email_subject_fn: Callable[[RunFailureSensorContext], str] = failure_subject,
    smtp_host: str = "smtp.gmail.com",
    smtp_type: str = "SSL",
    smtp_port: int | None = None,
    smtp_user: str | None = None,
    name: str | None = None,
    webserver_base_url: str | None = None,
    monitored_jobs: Sequence[Any] | None = None,
    monitor_all_code_locations: bool = False,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    *,
    deliver: Deliver = deliver_by_smtp,
    environ: Environment | None = None,
) -> RunStatusSensorDefinition:
    """A sensor that sends a mail for each run that has failed.

    * ``email_password``: of ``smtp_user``, by default ``email_from``; as an ``EnvVar`` it is read when a mail is sent.
    * ``email_body_fn``, ``email_subject_fn``: make the text of a mail; a body that begins with ``<`` is sent as HTML.
    * ``smtp_type``: ``SSL`` (port 465) or ``STARTTLS`` (port 587).
    * ``webserver_base_url``: where the web interface is found; the mail links to the run.
    * ``monitored_jobs``, ``monitor_all_code_locations``: which runs are watched, as for ``run_failure_sensor``.

    A mail that cannot be sent is noted with its run in the tick, and does not stop the mails of others.
    """
    where = user_position()
    kind = smtp_type.upper()
    if kind not in _PORT_OF:
        raise InvalidDefinitionError(
            f"The smtp_type of a sensor that sends mail is {smtp_type!r}.",
            where=where,
            hint=f"It can be {' or '.join(_PORT_OF)}.",
        )
    if isinstance(email_to, str) or not email_to:
        raise InvalidDefinitionError(
            f"The email_to of a sensor that sends mail is {email_to!r}; it is a list of addresses.",
            where=where,
        )

    def send(context: RunFailureSensorContext) -> None:
        known = system_environment() if environ is None else environ
        server = MailServer(
            smtp_host,
            _PORT_OF[kind] if smtp_port is None else smtp_port,
            kind,
            _read(smtp_user or email_from, known),
            _read(email_password, known),
        )
        message = EmailMessage()
        message["From"] = email_from
        message["To"] = ", ".join(email_to)
        message["Subject"] = email_subject_fn(context)
        _set_body(message, email_body_fn(context), _link(webserver_base_url, context))
        deliver(server, message)

    made = RunStatusSensorDefinition(
        name or "email_on_run_failure",
        RunStatus.FAILURE,
        send,
        monitored_jobs=monitored_jobs,
        monitor_all_code_locations=monitor_all_code_locations,
        default_status=default_status,
        for_failure=True,
    )
    made.where = where
    return made


def _read(text: str, environ: Environment) -> str:
    if not isinstance(text, EnvVar):
        return text
    found = environ.get(text.env_var_name)
    if found is None:
        raise InvalidDefinitionError(f"The environment variable {text.env_var_name!r} is not set.")
    return found


def _link(base_url: str | None, context: RunFailureSensorContext) -> str | None:
    return f"{base_url.rstrip('/')}/runs/{context.dagster_run.run_id}" if base_url else None


def _set_body(message: EmailMessage, body: str, link: str | None) -> None:
    if body.lstrip().startswith("<"):
        anchor = f'<p><a href="{link}">View the run</a></p>' if link else ""
        message.set_content(f"{body}{anchor}", subtype="html")
    else:
        message.set_content(f"{body}\n\nView the run: {link}\n" if link else f"{body}\n")
