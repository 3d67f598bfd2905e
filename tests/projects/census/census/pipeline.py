import typing

from mainspring import (
    Any,
    AssetMaterialization,
    AssetObservation,
    Bool,
    Dict,
    ExpectationResult,
    Failure,
    Float,
    In,
    Int,
    List,
    MetadataValue,
    Nothing,
    Optional,
    Out,
    Output,
    ResourceDefinition,
    String,
    graph,
    job,
    mem_io_manager,
    op,
)

from .io import json_folder, only_some, price_list
from .types import Census, CensusType, City, People, Place, Share


@op(
    ins={"people": In(People, description="Who was asked", metadata={"source": "survey"})},
    out={
        "adults": Out(People, io_manager_key="json", metadata={"unit": "persons"}),
        "children": Out(People, is_required=False, io_manager_key="json"),
    },
    config_schema={"age": Int},
)
def split_by_age(context, people):
    of_age = context.op_config["age"]
    try:
        people = [{**row, "age": int(row["age"])} for row in people]
    except ValueError as error:
        raise Failure(
            description="An age is no number",
            metadata={"error": MetadataValue.text(str(error)), "rows": len(people)},
        ) from error
    yield ExpectationResult(
        success=all(row["age"] < 120 for row in people),
        label="nobody_is_older_than_120",
        description="An age is plausible",
        metadata={"oldest": max(row["age"] for row in people)},
    )
    yield AssetMaterialization(
        asset_key=["census", "raw"], description="all rows", metadata={"rows": len(people)}, partition="2026"
    )
    context.log_event(AssetObservation("survey", metadata={"asked": len(people)}))
    yield Output([row for row in people if row["age"] >= of_age], "adults", metadata={"kept": True})
    children = [row for row in people if row["age"] < of_age]
    if children:
        yield Output(children, output_name="children")


@op(
    ins={"adults": In(People, input_manager_key="some", metadata={"most": 2})},
    out=Out(CensusType, io_manager_key="memory"),
)
def count(_, adults):
    by_city: typing.Dict[City, int] = {}
    for row in adults:
        city = City(row["city"].capitalize())
        by_city[city] = by_city.get(city, 0) + 1
    return Census(by_city)


@op(out={"city": Out(City, io_manager_key="memory"), "share": Out(Share, io_manager_key="memory")})
def largest(census: Census):
    city, most = max(census.by_city.items(), key=lambda item: item[1])
    return city, most / sum(census.by_city.values())


@op(ins={"share": In(Share), "loud": In(Bool, default_value=False)}, out=Out(String, io_manager_key="memory"))
def headline(city: City, share, loud, place: typing.Optional[Place] = None) -> str:
    text = f"{share:.0%} live in {city}" + (f" at {place.lat}" if place else "")
    return text.upper() if loud else text


@op(ins={"start": In(Nothing)}, out=Out(Nothing, io_manager_key="json"))
def clean_up(context):
    context.log.info("cleaned")


@op(
    ins={"after": In(Nothing), "prices": In(Dict[str, Any], input_manager_key="price_list")},
    out=Out(Float, io_manager_key="memory"),
)
def cost(prices):
    return prices["row"] * 3.0


@op(out=Out(List[Int], io_manager_key="memory"))
def squares(numbers: typing.List[int]):
    return [number**2 for number in numbers]


@op(ins={"names": In(Optional[List[String]], default_value=None)}, out=Out(Optional[Int]))
def how_many(names):
    return None if names is None else len(names)


@op
def half_as_much_again() -> float:
    return 1.5


@op
def rome() -> City:
    return City("Rome")


@graph
def census_graph(people):
    adults, _children = split_by_age(people)
    city, share = largest(count(adults))
    text = headline(city, share)
    cost(after=clean_up(start=text))
    return text


OF_AGE = {"ops": {"split_by_age": {"config": {"age": 18}}}}

RESOURCES = {
    "json": json_folder,
    "some": only_some,
    "memory": mem_io_manager,
    "price_list": price_list,
    "price_book": ResourceDefinition.hardcoded_resource({"row": 2}),
}

census_job = census_graph.to_job(name="census_job", resource_defs=RESOURCES)


@job(resource_defs={"memory": mem_io_manager})
def numbers_job():
    squares()
    how_many()


@job(resource_defs={"memory": mem_io_manager})
def wrong_job():
    headline(city=rome(), share=half_as_much_again())
