"""The benchmarks there are, with the budgets of the design."""

from __future__ import annotations

from typing import Literal

from harness.series import Budget, Level, Measure, Series, Size, Unit

QUICK, FULL, DEEP, NEVER = Level.QUICK, Level.FULL, Level.DEEP, Level.NEVER


def import_series() -> Series:
    """A fresh interpreter and one import."""
    return Series(
        name="import",
        title="Import, over a bare interpreter",
        item="start",
        script="import_cold.py",
        sizes=(Size(3),),
        targets=("mainspring", "dagster", "prefect"),
        measures=(
            Measure("seconds", "import", budget=Budget(at=3, limit=0.08, ratio=7)),
            Measure("used", "import, with the decorators loaded"),
            Measure("rss_kb", "memory of the process", Unit.MEMORY, budget=Budget(at=3, limit=30)),
            Measure("bare_seconds", "bare interpreter"),
            Measure("bare_rss_kb", "memory of a bare interpreter", Unit.MEMORY),
        ),
        note="The size is how many fresh interpreters one measurement takes the median of. Its seconds "
        "are what the import adds to a bare interpreter; the memory is the whole process, at its peak.",
    )


def define_series(style: str, title: str, *, quick: int) -> Series:
    """Declarations up to the implicit job."""
    return Series(
        name=f"define-{style}",
        title=title,
        item="asset",
        script="define.py",
        arguments=("--style", style),
        sizes=tuple(Size(n, peers=QUICK if n <= quick else FULL) for n in (100, 1_000, 10_000)),
        measures=(
            Measure("seconds", "time", each=True, budget=Budget(at=10_000, limit=0.8, ratio=15)),
            Measure("rss_kb", "memory added", Unit.MEMORY, each=True, budget=Budget(at=10_000, limit=60)),
        ),
    )


def chain_series() -> Series:
    """As deep as it gets."""
    return Series(
        name="define-chain",
        title="Definition of one chain, each asset on the one before",
        item="asset",
        script="define.py",
        arguments=("--style", "chain"),
        sizes=(
            Size(300),
            Size(1_000),
            Size(3_000, peers=FULL),
            Size(10_000, peers=FULL),
            Size(100_000, FULL, FULL),
        ),
        measures=(
            Measure("seconds", "time", each=True, budget=Budget(at=100_000, each=True, limit=0.8e-4)),
            Measure("rss_kb", "memory added", Unit.MEMORY, each=True),
        ),
        timeout=240,
        note="The budget is that of 10,000 assets, for each asset.",
    )


def materialise_series(store: str, title: str, each: float, *, sizes: tuple[Size, ...]) -> Series:
    """In-process runs."""
    return Series(
        name=f"materialise-{store}",
        title=title,
        item="asset",
        script="materialise.py",
        arguments=("--store", store),
        sizes=sizes,
        measures=(
            Measure("seconds", "time", each=True, budget=Budget(at=200, limit=each, each=True, ratio=35)),
            Measure("rss_kb", "memory added", Unit.MEMORY),
        ),
    )


def ops_series(shape: str, title: str, at: int, *, sizes: tuple[Size, ...]) -> Series:
    """Jobs of ops."""
    return Series(
        name=f"ops-{shape}",
        title=title,
        item="op",
        script="ops.py",
        arguments=("--shape", shape),
        sizes=sizes,
        measures=(
            Measure("seconds", "time", each=True, budget=Budget(at=at, limit=0.3e-3, each=True, ratio=35)),
            Measure("rss_kb", "memory added", Unit.MEMORY),
        ),
        note="The budget is that of a step of assets.",
    )


def fibo_series() -> Series:
    """Light tasks."""
    return Series(
        name="fibo",
        title="40 × fibo(10) in process, in memory",
        item="task",
        script="fibo.py",
        scripts={"prefect": "fibo_prefect.py"},
        sizes=(Size(40),),
        targets=("mainspring", "dagster", "prefect"),
        measures=(
            Measure("seconds", "time", each=True, budget=Budget(at=40, limit=0.03)),
            Measure("threads", "time, submitted to threads", only=frozenset({"prefect"}), each=True),
        ),
        note="Assets in one run; in Prefect tasks in one flow, called one by one, its temporary server up.",
    )


def command_series() -> Series:
    """The shell."""
    return Series(
        name="command",
        title="Cold command line: materialise the one asset of a file",
        item="repeat",
        script="cli_cold.py",
        sizes=(Size(1, QUICK, QUICK), Size(5, FULL, FULL)),
        measures=(
            Measure("fresh", "in a home never used before"),
            Measure("seconds", "in the same home again", budget=Budget(at=1, limit=0.35, ratio=10)),
            Measure("rss_kb", "memory of the process", Unit.MEMORY),
        ),
    )


def write_series(mode: str, medium: str, title: str, *, peers: int) -> Series:
    """Events of one process."""
    at_ten_thousand = FULL if medium == "memory" else DEEP
    more = (10_000, 100_000, 1_000_000)
    return Series(
        name=f"events-{mode}-{medium}",
        title=title,
        item="event",
        script="events_write.py",
        arguments=("--mode", mode),
        medium="memory" if medium == "memory" else "disk",
        sizes=(
            Size(peers),
            *(
                Size(n, QUICK if n <= 10_000 else FULL, at_ten_thousand if n <= 10_000 else NEVER)
                for n in more
            ),
        ),
        measures=(
            Measure("seconds", "written", Unit.RATE, budget=Budget(at=10_000, limit=10_000, ratio=30)),
            Measure("seconds", "time", each=True),
            Measure("rss_kb", "memory added", Unit.MEMORY),
        ),
        timeout=600,
    )


def many_series(medium: str, title: str, *, peers: int, writers: int = 20) -> Series:
    """Events of many processes to SQLite."""
    return Series(
        name=f"events-{writers}-{medium}",
        title=title,
        item="event",
        script="events_many.py",
        arguments=("--writers", str(writers)),
        medium="memory" if medium == "memory" else "disk",
        sizes=(Size(peers, QUICK, FULL), Size(10_000, QUICK, DEEP), Size(100_000, FULL, NEVER)),
        measures=(
            Measure("seconds", "written", Unit.RATE, budget=Budget(at=10_000, limit=5_000, ratio=30)),
            Measure("seconds", "time", each=True),
        ),
        timeout=600,
    )


def postgres_series(writers: int, title: str) -> Series:
    """Events to a PostgreSQL server that waits for the disk at each commit."""
    return Series(
        name=f"events-{writers}-postgres",
        title=title,
        item="event",
        script="events_many.py",
        arguments=("--writers", str(writers)),
        database="postgres",
        sizes=(Size(400, QUICK, FULL), Size(10_000, FULL, NEVER)),
        measures=(Measure("seconds", "written", Unit.RATE), Measure("seconds", "time", each=True)),
        timeout=600,
        note="Each event is a call of its own and is on the server's disk when the call returns.",
    )


def postgres_run_series() -> Series:
    """Events of a run to PostgreSQL: they travel in groups."""
    return Series(
        name="events-run-postgres",
        title="Events to PostgreSQL, logged by one running asset",
        item="event",
        script="events_write.py",
        arguments=("--mode", "run"),
        database="postgres",
        sizes=(Size(400, QUICK, FULL), Size(10_000, QUICK, NEVER), Size(100_000, FULL, NEVER)),
        measures=(Measure("seconds", "written", Unit.RATE), Measure("seconds", "time", each=True)),
        timeout=600,
    )


def read_series(database: Literal["sqlite", "postgres"], title: str) -> Series:
    """Reads of a filled home."""
    lite = database == "sqlite"
    return Series(
        name="events-read" if lite else "events-read-postgres",
        title=title,
        item="event",
        script="events_read.py",
        medium="memory",
        database=database,
        prepared=True,
        sizes=(
            Size(1_000, QUICK, FULL),
            Size(10_000, QUICK, FULL if lite else DEEP),
            Size(100_000, FULL, DEEP),
            Size(1_000_000, FULL if lite else DEEP, NEVER),
        ),
        measures=(
            Measure("latest", "latest materialization of an asset"),
            Measure("record", "record of one asset"),
            Measure("records", "records of 100 assets"),
            Measure("page", "50 materializations of an asset"),
            Measure("runs", "50 run records"),
        ),
        timeout=1_800,
        note="The size is the number of events stored; a figure is the median of many calls.",
    )


def runs_series(database: Literal["sqlite", "postgres"], title: str) -> Series:
    """The page of runs."""
    lite = database == "sqlite"
    return Series(
        name="runs-read" if lite else "runs-read-postgres",
        title=title,
        item="run",
        script="runs_read.py",
        medium="memory",
        database=database,
        prepared=True,
        sizes=(
            Size(1_000, QUICK, FULL),
            Size(10_000, QUICK, FULL if lite else DEEP),
            Size(100_000, FULL, DEEP),
            Size(1_000_000, FULL if lite else DEEP, NEVER),
        ),
        measures=(
            Measure("newest", "the newest 50", budget=Budget(at=100_000, limit=0.1)),
            Measure("failed", "the newest 50 that failed", budget=Budget(at=100_000, limit=0.1)),
            Measure("job", "the newest 50 of a job", budget=Budget(at=100_000, limit=0.1)),
            Measure("tagged", "the one with a tag of its own", budget=Budget(at=100_000, limit=0.1)),
            Measure("team", "the newest 50 with a tag that every seventh has"),
            Measure("deep", "50 from the middle on", budget=Budget(at=100_000, limit=0.1)),
            Measure("one", "one by its id"),
        ),
        timeout=1_800,
        note="The size is the number of runs stored. The budget is that of any page's query.",
    )


def partitions_series(database: Literal["sqlite", "postgres"], title: str) -> Series:
    """How partitions stand."""
    lite = database == "sqlite"
    return Series(
        name="partition-status" if lite else "partition-status-postgres",
        title=title,
        item="partition",
        script="partitions_read.py",
        medium="memory",
        database=database,
        prepared=True,
        sizes=(
            Size(1_000, QUICK, FULL),
            Size(10_000, QUICK, FULL if lite else DEEP),
            Size(100_000, FULL, DEEP),
            Size(1_000_000, FULL if lite else DEEP, NEVER),
        ),
        measures=(
            Measure("materialized", "which are materialised", each=True),
            Measure("status", "the status of all", each=True),
            Measure("some", "the status of a hundred"),
        ),
        timeout=1_800,
        note="The size is the number of partitions of one asset; the answers name every one of them.",
    )


def selection_series() -> Series:
    """Selections over a graph."""
    bound = Budget(at=10_000, limit=0.005)
    return Series(
        name="selection",
        title="Asset selection over a graph, from text to keys",
        item="asset",
        script="selection.py",
        sizes=(Size(1_000), Size(10_000)),
        measures=(
            Measure("ancestors", '`+key:"a…"`', budget=bound),
            Measure("neighbours", '`1+key:"a…"+1`', budget=bound),
            Measure("attributes", '`group:"g3" and tag:"team"="t1"`', budget=bound),
            Measure("wildcard", '`key:"a1*"+2`', budget=bound),
            Measure("negation", '`not (group:"g3" or group:"g4")`', budget=bound),
            Measure("keys", "`AssetSelection.assets` of every tenth key", budget=bound),
            Measure("from_list", "attributes, resolved from a list of assets"),
        ),
    )


def run_config_series() -> Series:
    """Run configs against the schema of a job."""
    return Series(
        name="run-config",
        title="Validation of a run config, by its fields",
        item="field",
        script="run_config.py",
        sizes=(Size(100), Size(1_000), Size(10_000, FULL, FULL)),
        measures=(
            Measure("seconds", "fields of one op", each=True, budget=Budget(at=1_000, ratio=10)),
            Measure("spread", "over ops of ten fields each", each=True, budget=Budget(at=1_000, ratio=10)),
            Measure("faulty", "fields of one op, all wrong", each=True),
            Measure("first", "first call for a job"),
        ),
        note="`validate_run_config` of a job that is there; a figure but the last is the median of several calls.",
    )


SUITE: tuple[Series, ...] = (
    import_series(),
    define_series("deps", "Definition up to the implicit job, with `deps=`", quick=10_000),
    define_series("parameters", "Definition up to the implicit job, by parameter names", quick=1_000),
    chain_series(),
    materialise_series(
        "memory",
        "Materialisation in process, in memory",
        0.3e-3,
        sizes=(Size(20, QUICK, FULL), Size(200), Size(1_000, QUICK, FULL), Size(10_000, FULL, NEVER)),
    ),
    materialise_series(
        "sqlite",
        "Materialisation in process, events in SQLite and values in files",
        0.6e-3,
        sizes=(Size(20, QUICK, FULL), Size(200), Size(1_000, QUICK, FULL)),
    ),
    ops_series(
        "chain",
        "A job of ops in process, in memory: a chain",
        1_000,
        sizes=(Size(100), Size(1_000, QUICK, FULL), Size(10_000, FULL, NEVER)),
    ),
    ops_series(
        "fan-out",
        "A job of ops in process, in memory: one op mapped over a dynamic output",
        10_000,
        sizes=(Size(100), Size(1_000, QUICK, FULL), Size(10_000, FULL, NEVER)),
    ),
    fibo_series(),
    command_series(),
    write_series(
        "report", "memory", "Events to SQLite in shared memory, one process, one call an event", peers=1_000
    ),
    write_series("report", "disk", "Events to SQLite on disk, one process, one call an event", peers=200),
    write_series(
        "run", "memory", "Events to SQLite in shared memory, logged by one running asset", peers=1_000
    ),
    write_series("run", "disk", "Events to SQLite on disk, logged by one running asset", peers=200),
    many_series("memory", "Events to SQLite in shared memory, 20 processes", peers=400),
    many_series("disk", "Events to SQLite on disk, 20 processes", peers=100),
    many_series("disk", "Events to SQLite on disk, 8 processes", peers=80, writers=8),
    postgres_run_series(),
    postgres_series(1, "Events to PostgreSQL, one process, one call an event"),
    postgres_series(8, "Events to PostgreSQL, 8 processes"),
    postgres_series(20, "Events to PostgreSQL, 20 processes"),
    read_series("sqlite", "Event reads, with 100 assets and 60 runs in SQLite"),
    read_series("postgres", "Event reads, with 100 assets and 60 runs in PostgreSQL"),
    runs_series("sqlite", "Run records, in SQLite"),
    runs_series("postgres", "Run records, in PostgreSQL"),
    partitions_series("sqlite", "Partition status of one asset, in SQLite"),
    partitions_series("postgres", "Partition status of one asset, in PostgreSQL"),
    selection_series(),
    run_config_series(),
)
