"""Against a real S3 server on the loopback."""

from typing import Any
from zlib import crc32

import pytest

from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.integrations.aws.s3 import S3PickleIOManager, S3Resource
from mainspring.runtime.definitions.resources.build import build_resources
from mainspring.runtime.io.build import build_input_context, build_output_context
from mainspring.runtime.io.failures import StoredValueNotFoundError
from mainspring.runtime.io.filesystem import FilesystemIOManager
from mainspring.runtime.io.paths import UPathIOManager
from mainspring.runtime.io.places import place

pytest.importorskip("s3fs")
# botocore and s3fs are not free of warnings of their own.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
REGIONS = StaticPartitionsDefinition(["eu", "us"])


@pytest.fixture
def resource(s3_endpoint: str) -> S3Resource:
    return S3Resource(
        endpoint_url=s3_endpoint,
        region_name="eu-west-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )


@pytest.fixture
def bucket(resource: S3Resource, request: pytest.FixtureRequest) -> str:
    import fsspec

    name = f"bucket-{crc32(request.node.name.encode())}"
    fsspec.filesystem("s3", **resource.storage_options()).mkdir(name)
    return name


def keys_in(resource: S3Resource, bucket: str) -> list[str]:
    import fsspec

    files = fsspec.filesystem("s3", skip_instance_cache=True, **resource.storage_options())
    return sorted(key.removeprefix(f"{bucket}/") for key in files.find(bucket))


def test_values_as_objects(resource: S3Resource, bucket: str) -> None:
    given = S3PickleIOManager(s3_resource=resource, s3_bucket=bucket, s3_prefix="values")
    with build_resources({"io": given}) as made:
        for key in (["shop"], ["shop", "orders"]):
            made.io.handle_output(build_output_context(asset_key=key), {"x": key})
            assert made.io.load_input(build_input_context(asset_key=key)) == {"x": key}
            assert made.io.has_output(build_output_context(asset_key=key))
        with pytest.raises(StoredValueNotFoundError, match=rf"s3://{bucket}/values/shop/order") as caught:
            made.io.load_input(build_input_context(asset_key=["shop", "order"]))
        assert "Did you mean orders?" in str(caught.value)
    assert keys_in(resource, bucket) == ["values/shop", "values/shop/orders"]


def test_the_resource_may_be_shared(resource: S3Resource, bucket: str) -> None:
    given = {"s3": resource, "io": S3PickleIOManager(s3_resource=resource, s3_bucket=bucket)}
    with build_resources(given) as made:
        made.io.handle_output(build_output_context(asset_key="a"), 1)
    assert keys_in(resource, bucket) == ["mainspring/a"]


def test_several_partitions(resource: S3Resource, bucket: str) -> None:
    both = {"asset_partition_key_range": PartitionKeyRange("eu", "us"), "asset_partitions_def": REGIONS}
    with build_resources(
        {"io": S3PickleIOManager(s3_resource=resource, s3_bucket=bucket, s3_prefix="")}
    ) as made:
        made.io.handle_output(build_output_context(asset_key="a", **both), {"eu": 1, "us": 2})
        assert made.io.load_input(build_input_context(asset_key="a", **both)) == {"eu": 1, "us": 2}
    assert keys_in(resource, bucket) == ["a/eu", "a/us"]


def test_a_file_manager_on_a_url(resource: S3Resource, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same ``FilesystemIOManager``; what is needed to reach S3 comes from the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_ENDPOINT_URL", str(resource.endpoint_url))
    with build_resources({"io": FilesystemIOManager(base_dir=f"s3://{bucket}/files")}) as made:
        made.io.handle_output(build_output_context(asset_key="a"), 1)
        assert made.io.load_input(build_input_context(asset_key="a")) == 1
    assert keys_in(resource, bucket) == ["files/a"]


def test_a_form_of_ones_own(resource: S3Resource, bucket: str) -> None:
    class Text(UPathIOManager):
        extension = ".txt"

        def dump_to_path(self, context: Any, obj: Any, path: Any) -> None:
            path.write_text(obj)

        def load_from_path(self, context: Any, path: Any) -> Any:
            return path.read_text()

    text = Text(place(f"s3://{bucket}/text", resource.storage_options()))
    text.handle_output(build_output_context(asset_key=["shop", "a"]), "words")
    assert text.load_input(build_input_context(asset_key=["shop", "a"])) == "words"
    assert text.storage_options["key"] == "key"
    assert keys_in(resource, bucket) == ["text/shop/a.txt"]


def test_options_that_were_not_given_are_left_out() -> None:
    assert S3Resource(use_unsigned_session=True, profile_name="p", verify=False).storage_options() == {
        "profile": "p",
        "anon": True,
        "client_kwargs": {"verify": False, "use_ssl": True},
        "config_kwargs": {"retries": {"max_attempts": 5}},
    }
