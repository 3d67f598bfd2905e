import csv
import io

from mainspring import (
    DagsterType,
    Field,
    MetadataValue,
    PythonObjectDagsterType,
    Selector,
    TypeCheck,
    check_dagster_type,
    dagster_type_loader,
    make_python_type_usable_as_dagster_type,
    usable_as_dagster_type,
)


@dagster_type_loader(
    Selector({"csv": Field(str, description="A file"), "text": str, "rows": [dict]}),
    required_resource_keys=None,
)
def load_table(_context, config):
    if "rows" in config:
        return [dict(row) for row in config["rows"]]
    text = open(config["csv"]).read() if "csv" in config else config["text"]  # noqa: SIM115
    return list(csv.DictReader(io.StringIO(text)))


def table_type(name, columns):
    """A list of rows with the named columns and nothing missing."""

    def check(_context, value):
        if not isinstance(value, list):
            return TypeCheck(False, description=f"{name} must be a list, got {type(value).__name__}")
        for number, row in enumerate(value):
            missing = sorted(set(columns) - set(row))
            if missing:
                return TypeCheck(
                    success=False,
                    description=f"row {number} has no {', '.join(missing)}",
                    metadata={"row": number, "missing": MetadataValue.json(missing)},
                )
        return TypeCheck(success=True, metadata={"rows": len(value), "columns": ", ".join(columns)})

    return DagsterType(
        name=name,
        type_check_fn=check,
        description=f"Rows of {', '.join(columns)}",
        loader=load_table,
        metadata={"columns": MetadataValue.json(list(columns))},
    )


People = table_type("People", ["name", "age", "city"])
Share = DagsterType(lambda _, value: isinstance(value, float) and 0 <= value <= 1, name="Share")


@usable_as_dagster_type(name="CityName", description="A city, capitalised")
class City(str):
    __slots__ = ()


class Census:
    def __init__(self, by_city):
        self.by_city = by_city


CensusType = PythonObjectDagsterType(python_type=Census, name="Census", description="Counts by city")


class Place:
    def __init__(self, lat, lon):
        self.lat, self.lon = lat, lon


make_python_type_usable_as_dagster_type(
    Place,
    DagsterType(
        name="PlaceOnEarth", type_check_fn=lambda _, value: isinstance(value, Place) and abs(value.lat) <= 90
    ),
)


def looks_like_people(value):
    return check_dagster_type(People, value).success
