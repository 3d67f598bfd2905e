"""S3, Google Cloud Storage and Azure Blob Storage as servers on the loopback, each with a bucket ``values``.

Azurite, Microsoft's own server for tests, is an npm package: it is installed once into ``.cache`` and needs
Node. The other two are Python packages of the test group.
"""

import hashlib
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.server import HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

BUCKET = "values"
HOST = "127.0.0.1"
AZURITE = Path(__file__).with_name("azurite")
CACHE = Path(__file__).resolve().parents[3] / ".cache" / "azurite"
# The account that every Azurite has; its key is published with the product.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@dataclass(frozen=True)
class Store:
    """A store that runs: the scheme of its URLs, and the options fsspec reaches it with."""

    scheme: str
    options: dict[str, str]
    environment: dict[str, str]

    def url(self, folder: str) -> str:
        return f"{self.scheme}://{BUCKET}/{folder}"

    def file_system(self) -> Any:
        """The store as another process sees it: nothing is shared with the file system under test."""
        import fsspec

        return fsspec.filesystem(self.scheme, skip_instance_cache=True, **self.options)

    def keys(self, folder: str) -> list[str]:
        """The keys of all objects below a folder."""
        start = f"{BUCKET}/{folder}/"
        return sorted(key.removeprefix(start) for key in self.file_system().find(start))


@contextmanager
def s3() -> Iterator[Store]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address=HOST, port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield _store("s3", {"key": "key", "secret": "secret", "endpoint_url": f"http://{host}:{port}"})
    finally:
        server.stop()


@contextmanager
def gcs() -> Iterator[Store]:
    from gcp_storage_emulator.server import RequestHandler
    from gcp_storage_emulator.storage import Storage

    class Quiet(RequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(HTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Silence: the client hangs up on answers whose body it has no use for."""

    server = Server((HOST, 0), partial(Quiet, Storage(use_memory_fs=True)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    # gcsfs asks what kind of bucket it has before it, by gRPC, which the server does not speak.
    environment = {"GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false"}
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            options = {"endpoint_url": f"http://{HOST}:{server.server_port}", "token": "anon"}
            yield _store("gs", options, environment)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def azure() -> Iterator[Store]:
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Azurite needs Node: node and npm are not on the PATH")
    words = ["--inMemoryPersistence", "--blobHost", HOST, "--blobPort", "0", "--skipApiVersionCheck"]
    command = ["node", _azurite(), *words, "--silent", "--disableTelemetry"]
    with TemporaryDirectory() as folder:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        try:
            endpoint = _address(process.stdout)
            said = {
                "DefaultEndpointsProtocol": "http",
                "AccountName": ACCOUNT,
                "AccountKey": ACCOUNT_KEY,
                "BlobEndpoint": f"{endpoint}/{ACCOUNT}",
            }
            connection_string = ";".join(f"{name}={value}" for name, value in said.items())
            yield _store("abfs", {"connection_string": connection_string})
        finally:
            process.kill()  # all it has is in its memory
            process.wait()
            process.stdout.close()


def _store(scheme: str, options: dict[str, str], environment: dict[str, str] | None = None) -> Store:
    """A store with its bucket; another process is told of the options by what fsspec reads at its start."""
    said = {f"FSSPEC_{scheme}_{name}".upper(): value for name, value in options.items()}
    store = Store(scheme, options, said | (environment or {}))
    with suppress(FileExistsError):  # the servers of one process share what they keep
        store.file_system().mkdir(BUCKET)
    return store


def _azurite() -> Path:
    """The script of Azurite's blob service, in a folder named for the exact versions that were locked."""
    lock = (AZURITE / "package-lock.json").read_bytes()
    installed = CACHE / hashlib.sha256(lock).hexdigest()[:16]
    if not installed.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=CACHE) as fresh:
            folder = shutil.copytree(AZURITE, Path(fresh) / "azurite")
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"Azurite could not be installed:\n{done.stderr}"
            try:
                folder.rename(installed)  # as a whole, so that what is there is complete
            except OSError:
                assert installed.exists()  # by another run of the tests, at the same time
    return installed / "node_modules/azurite/dist/src/blob/main.js"


def _address(lines: Any) -> str:
    """The address that Azurite says it listens on."""
    heard: list[str] = []
    for line in lines:
        heard.append(line)
        if "successfully listens on" in line:
            return line.split()[-1]
    raise AssertionError(f"Azurite did not start:\n{''.join(heard)}")


@pytest.fixture(scope="session", params=[s3, gcs, azure], ids=lambda start: start.__name__)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with request.param() as running:
        yield running
