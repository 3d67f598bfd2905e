"""Where records, values and secrets are kept."""

from __future__ import annotations

from typing import Final

from mainspring.core.instance.settings.kinds import (
    ClassOf,
    Flag,
    Folder,
    Kind,
    Refused,
    Section,
    Setting,
    Table,
    Text,
    Whole,
)

CONNECTION_WORDS: Final = (
    "application_name channel_binding client_encoding connect_timeout fallback_application_name gssdelegation"
    " gssencmode gsslib host hostaddr keepalives keepalives_count keepalives_idle keepalives_interval krbsrvname"
    " load_balance_hosts options passfile require_auth requirepeer service ssl_max_protocol_version"
    " ssl_min_protocol_version sslcert sslcertmode sslcompression sslcrl sslcrldir sslkey sslmode sslnegotiation"
    " sslpassword sslrootcert sslsni target_session_attrs tcp_user_timeout"
).split()
"""What may be said to PostgreSQL's client library besides host, port, user, password and database."""

SCHEMES: Final = r"postgres(?:ql)?(?:\+[a-z0-9]+)?"


class Parameter(Kind, frozen=True):
    """A parameter of a connection: text, number or yes-or-no, kept as the text that the client library reads."""

    @property
    def expected(self) -> str:
        return "a text or a number"

    def take(self, value: object) -> object:
        if isinstance(value, bool):
            return "1" if value else "0"
        return Text().take(str(value) if isinstance(value, int) else value)

    def read(self, text: str) -> object:
        return self.take(text)

    def schema(self) -> dict[str, object]:
        return {"type": ["string", "integer", "boolean"]}


_DATABASE: Final = Section(
    {
        "username": Setting(Text(), "The user of the database."),
        "password": Setting(Text(), "The user's password; best given as `{env: NAME}`.", secret=True),
        "hostname": Setting(Text(), "The machine of the server, or the folder of its socket."),
        "db_name": Setting(Text(), "The name of the database."),
        "port": Setting(Whole(1), "The port of the server.", 5432),
        "params": Setting(
            Table(Parameter(), CONNECTION_WORDS),
            "Further connection parameters of PostgreSQL, such as `sslmode: require`.",
        ),
        "scheme": Setting(
            Text("a scheme such as postgresql", SCHEMES),
            "How the address begins.",
            instead="The driver is always psycopg 3.",
        ),
    },
    needs=("username", "hostname", "db_name"),
)

_NO_IDENTITY: Final = Setting(
    Refused(
        "PostgreSQL takes no cloud identity here; give a password, best as"
        " `password: {env: NAME}`, or a `passfile` under `params`"
    ),
    "Signing in with the identity of a cloud service. Refused: give a password.",
)

POSTGRES: Final = Section(
    {
        "postgres_url": Setting(
            Text(
                "an address such as postgresql://user:password@host:5432/database",
                rf"{SCHEMES}://.+",
            ),
            "The address of the database, as `postgresql://user:password@host:5432/database?sslmode=require`.",
            secret=True,
        ),
        "postgres_db": Setting(_DATABASE, "The parts of the address, one by one."),
        "auth_provider": Setting(
            Section({name: _NO_IDENTITY for name in ("aws_wif", "azure_wif", "gcp_wif")}),
            "Signing in without a password.",
        ),
        "should_autocreate_tables": Setting(
            Flag(),
            "Whether tables that are missing are made.",
            True,
            instead="Tables are always made where there are none, under a lock.",
        ),
    },
    one_of=("postgres_url", "postgres_db"),
    name="postgres",
)

SQLITE: Final = Section(
    {"base_dir": Setting(Folder(), "The folder of the database file; by default the home folder itself.")}
)

_NO_MYSQL: Final = (
    "there is no MySQL here; use `storage.postgres`, or remove it to keep the records in SQLite"
)

_OLDER: Final = "One database holds all: this and the two others must name the same one."


def _older(role: str, what: str) -> Setting:
    return Setting(
        ClassOf(role), f"Older form: the class that keeps {what}. {_OLDER}", instead="Write `storage`."
    )


KEYS: Final = {
    "storage": Setting(
        Section(
            {
                "sqlite": Setting(SQLITE, "A database in a file; what holds where nothing is said."),
                "postgres": Setting(
                    POSTGRES, "A PostgreSQL database. Needs `pip install mainspring[postgres]`."
                ),
                "mysql": Setting(Refused(_NO_MYSQL), "Refused: use PostgreSQL or SQLite."),
                "custom": Setting(ClassOf("storage"), "A store of your own, by module, class and config."),
            },
            one_of=("sqlite", "postgres", "custom"),
            may_be_empty=True,
        ),
        "The database of the records.",
    ),
    "local_artifact_storage": Setting(
        ClassOf("local_artifact_storage"),
        "Where values lie that IO managers store in files: the folder `storage` under its `base_dir`.",
    ),
    "run_storage": _older("run_storage", "runs"),
    "event_log_storage": _older("event_log_storage", "events"),
    "schedule_storage": _older("schedule_storage", "the state of schedules and sensors"),
    "secrets": Setting(
        Section({"custom": Setting(ClassOf("secrets"), "A class that gives variables to user code.")}),
        "Where the environment of user code gets further variables from.",
    ),
    "defs_state_storage": Setting(
        ClassOf("defs_state_storage"), "Where components keep what they have fetched from other systems."
    ),
}

__all__ = ["CONNECTION_WORDS", "KEYS", "POSTGRES", "SCHEMES", "SQLITE", "Parameter"]
