"""What a type checker must accept of the public face, and what it must refuse.

Checked, never run: each ``pyright: ignore`` below names an error that has to be there.
"""

from collections.abc import Iterator

import mainspring as dg


@dg.asset
def plain() -> int:
    return 1


@dg.asset(group_name="sales", owners=["team:data"], deps=[plain], kinds={"python"})
def with_arguments(context: dg.AssetExecutionContext, plain: int) -> dg.MaterializeResult[int]:
    context.log.info("%s of %s", context.asset_key.to_user_string(), context.run.run_id)
    return dg.MaterializeResult(value=plain, metadata={"rows": 3, "schema": dg.TableSchema(columns=[])})


@dg.multi_asset(specs=[dg.AssetSpec("one"), dg.AssetSpec("two", deps=["one"])])
def several() -> Iterator[dg.MaterializeResult[int]]:
    yield dg.MaterializeResult(asset_key="one")


@dg.asset_check(asset=plain, blocking=True)
def positive(plain: int) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=plain > 0, severity=dg.AssetCheckSeverity.WARN)


@dg.op(out={"low": dg.Out(int), "high": dg.Out()}, retry_policy=dg.RetryPolicy(), timeout=3)
def both(context: dg.OpExecutionContext, number: int) -> tuple[int, int]:
    context.log.info("%s", context.op_config)
    return number, number


@dg.op(ins={"start": dg.In(dg.Nothing)}, out=dg.DynamicOut(int))
def many() -> Iterator[dg.DynamicOutput[int]]:
    yield dg.DynamicOutput(1, mapping_key="one", metadata={"rows": 1})


@dg.graph(out={"low": dg.GraphOut("d")}, config={"both": {}})
def lowest(number: object) -> object:
    return {"low": both.alias("mine").with_hooks(set())(number).low}


@dg.job(tags={"team": "core"}, hooks=set())
def nightly() -> None:
    lowest(many().map(both).low.collect())


@dg.graph_asset(group_name="sales", ins={"plain": dg.AssetIn()})
def made_of_ops(plain: object) -> object:
    return lowest(plain)


def of_ops() -> tuple[str, dg.GraphDefinition, dg.JobDefinition, dg.AssetsDefinition]:
    return both.name, lowest, nightly, made_of_ops


class Warehouse(dg.ConfigurableResource[object]):
    url: str


class Limit(dg.Config):
    rows: int = 10


@dg.dagster_type_loader({"stop": int}, required_resource_keys={"limit"})
def load_range(context: dg.DagsterTypeLoaderContext, config: dict[str, int]) -> range:
    context.log.info("%s", context.run_id)
    return range(config["stop"])


def check_even(context: dg.TypeCheckContext, value: int) -> bool | dg.TypeCheck:
    context.log.info("%s", context.resources)
    return dg.TypeCheck(value % 2 == 0, "odd", metadata={"value": value})


@dg.usable_as_dagster_type(name="Rows", loader=load_range)
class Rows:
    size: int = 0


@dg.usable_as_dagster_type
class Columns: ...


@dg.asset
def typed(one: dg.List[dg.Int], two: dg.Dict[dg.String, dg.Float], three: dg.Optional[dg.Bool]) -> dg.Nothing:
    sums: float = sum(one) + sum(two.values()) + Rows().size
    nothing: Columns | None = Columns() if three and sums else None
    del nothing


even = dg.DagsterType(check_even, name="Even", loader=load_range, required_resource_keys={"limit"})
odd = dg.DagsterType(lambda _, value: value % 2 == 1, "odd", "Odd")
fits: bool = dg.check_dagster_type(even, 3).success and dg.check_dagster_type(dg.List[dg.Int], []).success
number_or_text = dg.PythonObjectDagsterType((int, str), name="NumberOrText", metadata={"a": 1})
dg.make_python_type_usable_as_dagster_type(range, number_or_text)
nothing_at_all: type = dg.Nothing

definitions: dg.AssetsDefinition = plain
checks: dg.AssetChecksDefinition = positive
instance: dg.DagsterInstance = dg.Instance.ephemeral()
result: dg.ExecuteInProcessResult = dg.materialize([plain, positive], instance=instance)
event: dg.EventLogEntry | None = instance.get_latest_materialization_event(plain.key)
run: dg.DagsterRun | None = instance.get_run_by_id(result.run_id)
defs = dg.Definitions(assets=[plain, several], resources={"warehouse": Warehouse(url="x")})
selection = dg.AssetSelection.groups("sales").downstream() - dg.AssetSelection.assets(plain)

wrong_key: int = plain.key  # pyright: ignore[reportAssignmentType]
wrong_success: str = result.success  # pyright: ignore[reportAssignmentType]
dg.AssetCheckResult()  # pyright: ignore[reportCallIssue]
dg.DagsterType(lambda _, value: "yes", name="Odd")  # pyright: ignore[reportArgumentType]
dg.TypeCheck(success="yes")  # pyright: ignore[reportArgumentType]
dg.usable_as_dagster_type(3)  # pyright: ignore[reportCallIssue, reportArgumentType]
dg.AssetSpec("x", groups="y")  # pyright: ignore[reportCallIssue]
dg.no_such_name  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
