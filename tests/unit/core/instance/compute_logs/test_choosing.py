import pytest

from mainspring.core.base.errors import InvalidConfigError
from mainspring.core.instance.compute_logs.absent import NoOpComputeLogManager
from mainspring.core.instance.compute_logs.choosing import Surroundings, compute_log_store_of
from mainspring.core.instance.compute_logs.local import LocalComputeLogManager
from mainspring.core.instance.compute_logs.object_store import FsspecComputeLogManager


def chosen(
    clock, name=None, *, module="dagster.core.storage", persistent=True, plug_in=lambda: None, **config
):
    settings = {"compute_logs": {"module": module, "class": name, "config": config}} if name else {}
    around = Surroundings(lambda: "home/storage", clock, {"CREDENTIALS": '{"type": "x"}'}, plug_in)
    return compute_log_store_of(settings, around, persistent=persistent)


def test_by_default_files_beside_the_values(clock) -> None:
    store = chosen(clock)
    assert isinstance(store, LocalComputeLogManager)
    assert (store.base_dir, store.max_bytes) == ("home/storage", 50 * 1024 * 1024)
    assert isinstance(chosen(clock, persistent=False), NoOpComputeLogManager)


def test_the_classes_of_ours(clock) -> None:
    local = chosen(clock, "LocalComputeLogManager", base_dir="logs", max_bytes=7, polling_timeout=None)
    assert (local.base_dir, local.max_bytes) == ("logs", 7)
    assert not chosen(clock, "NoOpComputeLogManager").captures
    remote = chosen(
        clock, "FsspecComputeLogManager", module="mainspring", url="memory://logs/", upload_interval=0
    )
    assert isinstance(remote, FsspecComputeLogManager)
    assert (remote.url, remote.upload_interval, remote.upload_timeout) == ("memory://logs", None, 60.0)


@pytest.mark.parametrize(
    "name, config, url, options",
    [
        ("S3ComputeLogManager", {"bucket": "b"}, "s3://b/dagster", {}),
        (
            "S3ComputeLogManager",
            {"bucket": "b", "prefix": "p", "endpoint_url": "http://x", "region": "r", "verify": False},
            "s3://b/p",
            {"endpoint_url": "http://x", "client_kwargs": {"region_name": "r", "verify": False}},
        ),
        (
            "S3ComputeLogManager",
            {"bucket": "b", "verify_cert_path": "c.pem", "upload_extra_args": {"ACL": "private"}},
            "s3://b/dagster",
            {"client_kwargs": {"verify": "c.pem"}, "s3_additional_kwargs": {"ACL": "private"}},
        ),
        (
            "GCSComputeLogManager",
            {"bucket": "b", "json_credentials_envvar": "CREDENTIALS", "show_url_only": True},
            "gs://b/dagster",
            {"token": {"type": "x"}},
        ),
        (
            "AzureBlobComputeLogManager",
            {"storage_account": "a", "container": "c", "secret_key": "k"},
            "abfs://c/dagster",
            {"account_name": "a", "account_key": "k"},
        ),
    ],
)
def test_the_known_ones_of_object_stores(clock, name, config, url, options) -> None:
    store = chosen(clock, name, module="dagster_aws.s3.compute_log_manager", **config)
    assert (store.url, store.storage_options) == (url, options)


def test_a_class_of_ones_own(clock) -> None:
    own = NoOpComputeLogManager()
    assert chosen(clock, "LocalComputeLogManager", module="my_package", plug_in=lambda: own) is own


@pytest.mark.parametrize(
    "name, config, told",
    [
        ("LocalComputeLogManger", {}, "LocalComputeLogManger: there is no such class. Did you mean"),
        ("LocalComputeLogManager", {"base_folder": "x"}, "`config.base_folder` is not a setting."),
        (
            "LocalComputeLogManager",
            {"max_bytes": "many"},
            "`config.max_bytes` must be a whole number of at least 1",
        ),
        ("S3ComputeLogManager", {}, "`config.bucket` is missing."),
        ("FsspecComputeLogManager", {"url": "folder"}, "`config.url` must be a URL"),
        ("FsspecComputeLogManager", {"url": "s3://b", "upload_interval": "often"}, "could not convert"),
        ("GCSComputeLogManager", {"bucket": "b", "json_credentials_envvar": "NONE"}, "NONE is not set"),
    ],
)
def test_what_cannot_be_made_is_refused(clock, name, config, told) -> None:
    with pytest.raises(InvalidConfigError, match="`compute_logs` are wrong") as refusal:
        chosen(clock, name, **config)
    assert told in str(refusal.value)
