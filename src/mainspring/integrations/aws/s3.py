"""S3: values kept as pickles in a bucket. Needs ``pip install mainspring[aws]``."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from mainspring.runtime.contexts.resource import InitResourceContext
from mainspring.runtime.definitions.resources.configurable import ConfigurableResource, ResourceDependency
from mainspring.runtime.io.configurable import ConfigurableIOManagerFactory
from mainspring.runtime.io.pickled import PickledObjectFilesystemIOManager


class S3Resource(ConfigurableResource):
    """How to reach S3, or a store that speaks like it. What is not given comes from the environment, as for
    boto3.

    >>> S3Resource(endpoint_url="http://localhost:9000", region_name="us-east-1").region_name
    'us-east-1'
    """

    region_name: str | None = Field(default=None, description="The region, such as eu-west-1.")
    endpoint_url: str | None = Field(default=None, description="The address of a store other than Amazon's.")
    max_attempts: int = Field(default=5, ge=1, description="How often a request is tried.")
    profile_name: str | None = Field(default=None, description="The profile in the credentials file.")
    use_unsigned_session: bool = Field(default=False, description="Read public buckets without credentials.")
    use_ssl: bool = Field(default=True, description="Whether to talk HTTPS.")
    verify: bool | None = Field(default=None, description="Whether to check the certificate of the store.")
    aws_access_key_id: str | None = Field(default=None, description="The id of the access key.")
    aws_secret_access_key: str | None = Field(default=None, description="The secret of the access key.")
    aws_session_token: str | None = Field(default=None, description="The token of a temporary access key.")

    def storage_options(self) -> dict[str, Any]:
        """The options in the words of s3fs, as pandas, polars and ``UPath`` take them."""
        client = {"region_name": self.region_name, "verify": self.verify, "use_ssl": self.use_ssl}
        options = {
            "endpoint_url": self.endpoint_url,
            "profile": self.profile_name,
            "key": self.aws_access_key_id,
            "secret": self.aws_secret_access_key,
            "token": self.aws_session_token,
            "anon": self.use_unsigned_session or None,
        }
        return {name: value for name, value in options.items() if value is not None} | {
            "client_kwargs": {name: value for name, value in client.items() if value is not None},
            "config_kwargs": {"retries": {"max_attempts": self.max_attempts}},
        }


class S3PickleIOManager(ConfigurableIOManagerFactory[PickledObjectFilesystemIOManager]):
    """Keeps each value as a pickle in a bucket: the asset ``["shop", "orders"]`` at ``<prefix>/shop/orders``.

    >>> S3PickleIOManager(s3_resource=S3Resource(), s3_bucket="values").s3_prefix
    'mainspring'
    """

    s3_resource: ResourceDependency[S3Resource]
    s3_bucket: str = Field(description="The bucket.")
    s3_prefix: str = Field(default="mainspring", description="The folder in the bucket.")

    def create_io_manager(self, context: InitResourceContext) -> PickledObjectFilesystemIOManager:
        """The IO manager for a run."""
        del context
        base = f"s3://{self.s3_bucket}/{self.s3_prefix.strip('/')}".rstrip("/")
        return PickledObjectFilesystemIOManager(base, **self.s3_resource.storage_options())
