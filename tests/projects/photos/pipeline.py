"""Every picture of a folder is read, measured and brightened, however many there are."""

import re
from pathlib import Path
from typing import Any, Iterator, List, NamedTuple, Tuple

from mainspring import (
    Backoff,
    Config,
    ConfigMapping,
    Definitions,
    DynamicOut,
    DynamicOutput,
    Field,
    GraphOut,
    In,
    Noneable,
    Nothing,
    OpExecutionContext,
    Out,
    Output,
    RetryPolicy,
    RetryRequested,
    config_mapping,
    graph,
    job,
    op,
)


class Picture(NamedTuple):
    name: str
    top: int
    pixels: List[int]


class FolderConfig(Config):
    folder: str
    pattern: str = "*.pgm"


@op(out=DynamicOut(str, description="A path for each file"))
def list_files(context: OpExecutionContext, config: FolderConfig) -> Iterator[DynamicOutput[str]]:
    """The files of a folder."""
    for path in sorted(Path(config.folder).glob(config.pattern)):
        yield DynamicOutput(str(path), mapping_key=re.sub(r"\W", "_", path.stem))
    context.log.info("listed %s", config.folder)


@op(retry_policy=RetryPolicy(max_retries=2, delay=0.001, backoff=Backoff.EXPONENTIAL))
def read_picture(context, path: str) -> Picture:
    text = Path(path).read_text()
    if not text.startswith("P2"):
        # another program may still be writing it
        raise RetryRequested(max_retries=1, seconds_to_wait=0.001) from ValueError(f"{path} is no picture")
    _, _, top, *pixels = text.split("\n", 3)[0:3] + text.split("\n", 3)[3].split()
    return Picture(Path(path).stem, int(top), [int(value) for value in pixels])


@op(out={"brightness": Out(float), "dark": Out(Picture, is_required=False)})
def measure(picture: Picture):
    mean = sum(picture.pixels) / len(picture.pixels)
    yield Output(mean, "brightness")
    if mean < 1:
        yield Output(picture, "dark")


@op(config_schema={"factor": Field(int, default_value=2), "limit": Field(Noneable(int), default_value=None)})
def brighten(context, picture):
    factor, limit = context.op_config["factor"], context.op_config["limit"] or picture.top
    return picture._replace(pixels=[min(limit, value * factor) for value in picture.pixels])


@config_mapping(config_schema={"strength": Field(int, default_value=1, is_required=False)})
def strength(value):
    return {"brighten": {"config": {"factor": value["strength"] * 10}}}


@graph(config=strength)
def save_dark(picture):
    """What is too dark becomes lighter, twice."""
    return brighten.alias("again")(brighten(picture))


@graph(out={"brightness": GraphOut(), "saved": GraphOut()})
def develop(path):
    picture = read_picture(path)
    brightness, dark = measure(picture)
    return {"brightness": brightness, "saved": save_dark(dark)}


@op(ins={"values": In(List[float])})
def mean_brightness(values) -> float:
    return sum(values) / len(values) if values else 0.0


@op
def contact_sheet(context, pictures: List[Any]) -> Tuple[str, int]:
    names = sorted(picture.name for picture in pictures)
    return ",".join(names), sum(sum(picture.pixels) for picture in pictures)


@op(ins={"ready": In(Nothing)})
def announce(context):
    context.log.info("all pictures are developed")
    return context.run_tags.get("album", "none")


@job(tags={"album": "summer"}, op_retry_policy=RetryPolicy(max_retries=0))
def develop_all():
    brightness, saved = list_files().map(develop)
    mean = mean_brightness(brightness.collect())
    contact_sheet(saved.collect())
    announce(ready=mean)


def folder_only(value: dict) -> dict:
    return {
        "list_files": {"config": {"folder": value["folder"], "pattern": value["pattern"]}},
    }


@graph
def sizes():
    @op
    def size(path) -> int:
        return len(Path(path).read_text())

    @op
    def double(n: int) -> int:
        return n * 2

    @op
    def total(numbers) -> int:
        return sum(numbers)

    return total(list_files().map(size).map(double).collect())


sizes_job = sizes.to_job(
    name="sizes_job",
    config=ConfigMapping(
        config_fn=lambda value: {"ops": folder_only(value)},
        config_schema={"folder": str, "pattern": Field(str, default_value="*")},
    ),
)

defs = Definitions(jobs=[develop_all, sizes_job])
