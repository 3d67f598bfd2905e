"""What the assets read from and write to: source files, a DuckDB file, folders of models and reports."""

import hashlib
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

import mainspring as dg
from mainspring.integrations.duckdb import DuckDBResource
from mainspring.integrations.duckdb_pandas import DuckDBPandasIOManager
from mainspring.integrations.duckdb_polars import DuckDBPolarsIOManager

PROJECT = Path(__file__).resolve().parents[1]


class SourceFiles(dg.ConfigurableResource):
    """The Parquet files as they were published; nothing writes here."""

    directory: str

    def path(self, table: str) -> Path:
        """Where the file of one table lies."""
        return Path(self.directory) / f"{table}.parquet"

    def pandas(self, table: str) -> pd.DataFrame:
        """One table as a pandas frame."""
        return pd.read_parquet(self.path(table))

    def polars(self, table: str) -> pl.DataFrame:
        """One table as a polars frame."""
        return pl.read_parquet(self.path(table))

    def version(self, table: str) -> dg.DataVersion:
        """The data version of one table: the start of its file's SHA-256."""
        return dg.DataVersion(hashlib.sha256(self.path(table).read_bytes()).hexdigest()[:16])


class ReportFolder(dg.ConfigurableResource):
    """The folder which the rendered plots and pages are written to."""

    directory: str

    def write(self, name: str, content: bytes) -> Path:
        """Write one file, whole or not at all, and say where it lies."""
        path = Path(self.directory) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(path.suffix + ".part")
        part.write_bytes(content)
        return part.replace(path)

    def read(self, name: str) -> bytes:
        """The content of a file written before."""
        return (Path(self.directory) / name).read_bytes()


def database_path(output: Path) -> Path:
    """The DuckDB file of a deployment whose results lie in `output`."""
    return output / "flights.duckdb"


def build_resources(*, output: Path, data: Path = PROJECT / "data") -> dict[str, Any]:
    """The resources of one deployment, which reads from `data` and writes below the folder `output`."""
    database = str(database_path(output))
    return {
        "source_files": SourceFiles(directory=str(data)),
        "duckdb": DuckDBResource(database=database),
        "warehouse": DuckDBPandasIOManager(database=database),
        "warehouse_polars": DuckDBPolarsIOManager(database=database),
        "models": dg.FilesystemIOManager(base_dir=str(output / "models")),
        "reports": ReportFolder(directory=str(output / "reports")),
    }
