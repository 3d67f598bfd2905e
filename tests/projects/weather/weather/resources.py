import os
from collections.abc import Iterator

import requests
from pydantic import Field, PrivateAttr

import mainspring as dg
from mainspring.integrations.duckdb import DuckDBResource
from mainspring.integrations.duckdb_pandas import DuckDBPandasIOManager


class ApiCredentials(dg.ConfigurableResource):
    """Shared by everything that talks to the agency."""

    token: str


class WeatherApi(dg.ConfigurableResource):
    """Client for the (paged) HTTP API of the weather agency."""

    base_url: str = Field(description="Root of the API, without a slash at the end")
    page_size: int = 2
    credentials: ApiCredentials

    _session: requests.Session = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {self.credentials.token}"
        context.log.debug("session opened for %s", self.base_url)

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        self._session.close()

    def rows(self, what: str, **params) -> Iterator[dict]:
        page = 1
        while page is not None:
            response = self._session.get(
                f"{self.base_url}/{what}",
                params={**params, "page": page, "size": self.page_size},
                timeout=5,
            )
            if response.status_code in (429, 503):
                raise dg.RetryRequested(max_retries=2)
            response.raise_for_status()
            body = response.json()
            yield from body["items"]
            page = body["next"]


RESOURCES = {
    "api": WeatherApi(
        base_url=dg.EnvVar("WEATHER_API_URL"),
        credentials=ApiCredentials(token=dg.EnvVar("WEATHER_API_TOKEN")),
    ),
    "io_manager": DuckDBPandasIOManager(database=dg.EnvVar("WEATHER_DB"), schema="public"),
    "duckdb": DuckDBResource(database=os.getenv("WEATHER_DB", "weather.duckdb")),
}
