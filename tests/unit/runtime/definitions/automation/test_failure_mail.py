"""Mails of failed runs, handed in at a real mail server on this machine."""

import datetime
import email
import socketserver
import ssl
import threading
from base64 import b64decode
from email import policy
from functools import partial

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import mainspring as dg
from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.runtime.definitions.automation.failure_mail import deliver_by_smtp

HOST = "localhost"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """The file of a certificate for this machine, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


class Dialogue(socketserver.StreamRequestHandler):
    """One client, by the rules of RFC 5321, 3207 and 4954."""

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        self.server.secure = self.server.kind == "SSL"
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "QUIT":
                self.say("221 bye")
                return
            getattr(self, f"on_{word.lower()}", lambda _: self.say("500 what?"))(line)

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def on_ehlo(self, line: str) -> None:
        self.say("250-here" if self.server.secure else "250-here\r\n250-STARTTLS")
        self.say("250 AUTH PLAIN")

    def on_starttls(self, line: str) -> None:
        self.say("220 go on")
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)
        self.server.secure = True

    def on_auth(self, line: str) -> None:
        _, user, password = b64decode(line.split()[2]).decode().split("\0")
        known = self.server.secure and (user, password) == ("ana@example.com", "secret")
        self.server.is_known = known
        self.say("235 welcome" if known else "535 no")

    def on_mail(self, line: str) -> None:
        self.say("250 fine" if self.server.is_known else "530 log in first")

    def on_rcpt(self, line: str) -> None:
        self.server.recipients.append(line.partition(":")[2].strip("<>"))
        self.say("250 fine")

    def on_data(self, line: str) -> None:
        self.say("354 go on")
        lines = []
        while (found := self.rfile.readline()) != b".\r\n":
            lines.append(found)
        self.server.mails.append(
            email.message_from_bytes(b"".join(lines).replace(b"\r\n", b"\n"), policy=policy.default)
        )
        self.say("250 taken")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, kind: str, certificate) -> None:
        self.kind, self.mails, self.recipients, self.is_known = kind, [], [], False
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(certificate)
        super().__init__((HOST, 0), Dialogue)

    def get_request(self):
        connection, address = super().get_request()
        if self.kind == "SSL":
            connection = self.tls.wrap_socket(connection, server_side=True)
        return connection, address

    def handle_error(self, request, client_address) -> None:
        """A client that goes away is none of this server's business."""


@pytest.fixture(params=["SSL", "STARTTLS"])
def server(request, certificate):
    with Server(request.param, certificate) as one:
        thread = threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield one
        one.shutdown()
        thread.join()


@pytest.fixture
def deliver(certificate):
    return partial(deliver_by_smtp, trust=ssl.create_default_context(cafile=str(certificate)))


@dg.asset
def broken():
    raise ValueError("no data")


def sensor_for(server, deliver, **parts):
    said = {
        "email_from": "ana@example.com",
        "email_password": "secret",
        "email_to": ["bo@example.com", "cy@example.com"],
    }
    return dg.make_email_on_run_failure_sensor(
        **(said | parts),
        smtp_host=HOST,
        smtp_type=server.kind,
        smtp_port=server.server_address[1],
        deliver=deliver,
    )


def failed_run(instance, sensor):
    first = sensor.evaluate_tick(dg.build_sensor_context(instance))
    result = dg.materialize([broken], instance=instance, raise_on_error=False)
    return result, sensor.evaluate_tick(dg.build_sensor_context(instance, first.cursor))


def test_a_mail_is_sent_for_a_failed_run(instance, server, deliver) -> None:
    sensor = sensor_for(server, deliver, webserver_base_url="https://example.com/")
    result, data = failed_run(instance, sensor)
    assert [one.error for one in data.dagster_run_reactions] == [None]
    (mail,) = server.mails
    assert server.recipients == ["bo@example.com", "cy@example.com"]
    assert (mail["From"], mail["To"]) == ("ana@example.com", "bo@example.com, cy@example.com")
    assert mail["Subject"] == f"Run failed: {result.dagster_run.job_name}"
    text = mail.get_content()
    assert f"Run: {result.run_id}" in text
    assert "Step broken: " in text
    assert "ValueError: no data" in text
    assert f"View the run: https://example.com/runs/{result.run_id}\n" in text


def test_text_of_ones_own(instance, server, deliver) -> None:
    sensor = sensor_for(
        server,
        deliver,
        email_body_fn=lambda context: f"<b>{context.dagster_run.job_name}</b>",
        email_subject_fn=lambda context: "Oh, no",
        webserver_base_url="https://example.com",
        email_password=dg.EnvVar("PASSWORD"),
        environ={"PASSWORD": "secret"},
    )
    result, _ = failed_run(instance, sensor)
    (mail,) = server.mails
    assert (mail["Subject"], mail.get_content_type()) == ("Oh, no", "text/html")
    assert mail.get_content() == (
        f"<b>{result.dagster_run.job_name}</b>"
        f'<p><a href="https://example.com/runs/{result.run_id}">View the run</a></p>\n'
    )


def test_a_mail_that_is_refused_is_noted_with_its_run(instance, server, deliver) -> None:
    _, data = failed_run(instance, sensor_for(server, deliver, email_password="wrong"))
    (reaction,) = data.dagster_run_reactions
    assert reaction.error.cls_name == "SMTPAuthenticationError"
    assert "wrong" not in reaction.error.to_string()
    assert server.mails == []


def test_a_certificate_that_nobody_vouches_for_is_refused(instance, server) -> None:
    _, data = failed_run(instance, sensor_for(server, deliver_by_smtp))
    assert data.dagster_run_reactions[0].error.cls_name == "SSLCertVerificationError"
    assert server.mails == []


def test_what_cannot_be(instance, refusal) -> None:
    make = partial(dg.make_email_on_run_failure_sensor, "a@example.com", "secret")
    assert "SSL or STARTTLS" in refusal(lambda: make(["b@example.com"], smtp_type="plain"))
    assert "a list of addresses" in refusal(lambda: make("b@example.com"))
    unset = make(["b@example.com"], environ={})
    assert unset.name == "email_on_run_failure"
    missing = dg.make_email_on_run_failure_sensor(
        "a@example.com",
        dg.EnvVar("PASSWORD"),
        ["b@example.com"],
        environ={},
        deliver=lambda server, mail: None,
    )
    _, data = failed_run(instance, missing)
    assert data.dagster_run_reactions[0].error.cls_name == InvalidDefinitionError.published_name
