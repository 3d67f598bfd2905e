"""The section "IO managers and input managers" of the public surface."""

import pickle

import pytest
from upath import UPath

import mainspring as dg


class Shelf(dg.IOManager):
    """Keeps values by identifier, and the contexts it was called with."""

    def __init__(self):
        self.values = {}
        self.seen = []

    def handle_output(self, context, obj):
        self.seen.append(context)
        self.values[context.asset_key if context.has_asset_key else context.step_key] = obj

    def load_input(self, context):
        self.seen.append(context)
        upstream = context.upstream_output
        return self.values[upstream.asset_key if upstream.has_asset_key else upstream.step_key]


@dg.op
def one():
    return 1


@dg.op
def double(number):
    return 2 * number


@dg.job
def doubled():
    double(one())


@dg.asset
def source():
    return [1, 2]


@dg.asset
def target(source):
    return [*source, 3]


def test_io_manager_class_stores_and_loads():
    shelf = Shelf()
    result = dg.materialize([source, target], resources={"io_manager": shelf})
    assert result.success
    assert shelf.values == {source.key: [1, 2], target.key: [1, 2, 3]}
    assert [type(context) for context in shelf.seen] == [dg.OutputContext, dg.InputContext, dg.OutputContext]


def test_output_context_tells_what_is_stored():
    seen = {}

    class Looks(dg.IOManager):
        def handle_output(self, context: dg.OutputContext, obj):
            seen.update(
                key=context.asset_key,
                name=context.name,
                step=context.step_key,
                job=context.job_name,
                metadata=dict(context.definition_metadata),
                type=context.dagster_type.display_name,
                identifier=list(context.get_asset_identifier()),
                run=context.run_id,
            )
            context.add_output_metadata({"bytes": 10})
            context.log.info("stored")

        def load_input(self, context):
            raise AssertionError("nothing loads it")

    @dg.asset(key_prefix="lake", metadata={"table": "t"})
    def rain() -> int:
        return 1

    result = dg.materialize([rain], resources={"io_manager": Looks()})
    assert seen == {
        "key": dg.AssetKey(["lake", "rain"]),
        "name": "result",
        "step": "lake__rain",
        "job": result.dagster_run.job_name,
        "metadata": {"table": "t"},
        "type": "Int",
        "identifier": ["lake", "rain"],
        "run": result.run_id,
    }
    (made,) = result.asset_materializations_for_node("lake__rain")
    assert made.metadata["bytes"] == dg.MetadataValue.int(10)


def test_input_context_tells_what_is_loaded():
    seen = {}

    class Looks(Shelf):
        def load_input(self, context: dg.InputContext):
            seen.update(
                key=context.asset_key,
                name=context.name,
                upstream=context.upstream_output.step_key,
                metadata=dict(context.definition_metadata),
                op=context.op_def.name,
                partitioned=context.has_asset_partitions,
            )
            return super().load_input(context)

    @dg.asset(ins={"rows": dg.AssetIn("source", metadata={"column": "a"})})
    def counted(rows):
        return len(rows)

    assert dg.materialize([source, counted], resources={"io_manager": Looks()}).success
    assert seen == {
        "key": source.key,
        "name": "rows",
        "upstream": "source",
        "metadata": {"column": "a"},
        "op": "counted",
        "partitioned": False,
    }


def test_io_manager_decorator_with_config():
    shelf = Shelf()

    @dg.io_manager(config_schema={"name": str}, required_resource_keys={"shelves"}, description="a shelf")
    def shelf_manager(init_context):
        return init_context.resources.shelves[init_context.resource_config["name"]]

    assert isinstance(shelf_manager, dg.IOManagerDefinition)
    result = dg.materialize(
        [source, target],
        resources={"io_manager": shelf_manager.configured({"name": "low"}), "shelves": {"low": shelf}},
    )
    assert (result.success, sorted(key.to_user_string() for key in shelf.values)) == (
        True,
        ["source", "target"],
    )


def test_io_manager_definition_of_a_fixed_manager_and_output_config():
    seen = []

    class Configured(Shelf):
        def handle_output(self, context, obj):
            seen.append(context.config)
            super().handle_output(context, obj)

    @dg.io_manager(output_config_schema={"path": str})
    def configured_manager():
        return Configured()

    fixed = dg.IOManagerDefinition.hardcoded_io_manager(Shelf())
    assert doubled.graph.execute_in_process(resources={"io_manager": fixed}).success
    job = doubled.graph.to_job(resource_defs={"io_manager": configured_manager})
    config = {
        "ops": {
            "one": {"outputs": {"result": {"path": "a"}}},
            "double": {"outputs": {"result": {"path": "b"}}},
        }
    }
    assert job.execute_in_process(run_config=config).success
    assert seen == [{"path": "a"}, {"path": "b"}]


def test_configurable_io_manager_has_fields():
    class Folder(dg.ConfigurableIOManager):
        folder: str

        def handle_output(self, context, obj):
            (UPath(self.folder) / context.step_key).write_bytes(pickle.dumps(obj))

        def load_input(self, context):
            return pickle.loads((UPath(self.folder) / context.upstream_output.step_key).read_bytes())

    def run_in(folder):
        folder.mkdir()
        return dg.materialize([source, target], resources={"io_manager": Folder(folder=str(folder))})

    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        folder = UPath(temporary) / "a"
        assert run_in(folder).success
        assert sorted(path.name for path in folder.iterdir()) == ["source", "target"]


def test_configurable_io_manager_factory_makes_one():
    shelves = []

    class Makes(dg.ConfigurableIOManagerFactory):
        start: int

        def create_io_manager(self, context) -> Shelf:
            shelves.append(Shelf())
            shelves[-1].values["start"] = self.start
            return shelves[-1]

    assert dg.materialize([source, target], resources={"io_manager": Makes(start=3)}).success
    assert [shelf.values["start"] for shelf in shelves] == [3]
    assert shelves[0].values[target.key] == [1, 2, 3]


def test_configurable_legacy_io_manager_adapter_wraps_an_older_one():
    @dg.io_manager(config_schema={"name": str})
    def older(init_context):
        shelf = Shelf()
        shelf.values["name"] = init_context.resource_config["name"]
        made.append(shelf)
        return shelf

    class Newer(dg.ConfigurableLegacyIOManagerAdapter):
        name: str

        @property
        def wrapped_io_manager(self) -> dg.IOManagerDefinition:
            return older

    made = []
    assert dg.materialize([source], resources={"io_manager": Newer(name="low")}).success
    assert made[0].values == {"name": "low", source.key: [1, 2]}


def test_filesystem_io_manager_keeps_pickles(tmp_path):
    manager = dg.FilesystemIOManager(base_dir=str(tmp_path))
    assert dg.materialize([source, target], resources={"io_manager": manager}).success
    assert pickle.loads((tmp_path / "source").read_bytes()) == [1, 2]
    again = dg.materialize([source, target], selection=[target], resources={"io_manager": manager})
    assert again.output_for_node("target") == [1, 2, 3]


def test_fs_io_manager_is_configured_with_a_folder(tmp_path):
    job = doubled.graph.to_job(
        resource_defs={"io_manager": dg.fs_io_manager.configured({"base_dir": str(tmp_path)})}
    )
    result = job.execute_in_process()
    assert pickle.loads((tmp_path / result.run_id / "one" / "result").read_bytes()) == 1


def test_custom_path_fs_io_manager_writes_where_it_is_told(tmp_path):
    @dg.op(out=dg.Out(metadata={"path": "here"}))
    def kept():
        return 5

    @dg.job(
        resource_defs={"io_manager": dg.custom_path_fs_io_manager.configured({"base_dir": str(tmp_path)})}
    )
    def keeping():
        kept()

    assert keeping.execute_in_process().success
    assert pickle.loads((tmp_path / "here").read_bytes()) == 5


def test_mem_io_manager_and_in_memory_io_manager():
    assert doubled.graph.execute_in_process(resources={"io_manager": dg.mem_io_manager}).success
    manager = dg.InMemoryIOManager()
    assert dg.materialize([source], resources={"io_manager": manager}).success
    again = dg.materialize([source, target], selection=[target], resources={"io_manager": manager})
    assert again.output_for_node("target") == [1, 2, 3]


def test_upath_io_manager_writes_a_file_for_each_partition(tmp_path):
    class Text(dg.UPathIOManager):
        extension = ".txt"

        def dump_to_path(self, context, obj, path):
            path.write_text(obj)

        def load_from_path(self, context, path):
            return path.read_text()

    letters = dg.StaticPartitionsDefinition(["a", "b"])

    @dg.asset(partitions_def=letters, key_prefix="lake")
    def letter(context):
        return context.partition_key.upper()

    @dg.asset(deps=[], ins={"letter": dg.AssetIn(key=["lake", "letter"])})
    def word(letter):
        return "".join(letter.values())

    manager = Text(UPath(tmp_path))
    for key in ("a", "b"):
        dg.materialize([letter], partition_key=key, resources={"io_manager": manager})
    result = dg.materialize([letter, word], selection=[word], resources={"io_manager": manager})
    assert result.output_for_node("word") == "AB"
    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.txt"))
    assert files == ["lake/letter/a.txt", "lake/letter/b.txt", "word.txt"]


def test_the_first_partition_of_a_chain_loads_nothing(tmp_path):
    days = dg.DailyPartitionsDefinition("2026-01-01", end_date="2026-01-04")
    before = dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)

    @dg.asset(partitions_def=days, ins={"total": dg.AssetIn(partition_mapping=before)})
    def total(total):
        return 1 if total is None else total + 1

    manager = dg.FilesystemIOManager(base_dir=str(tmp_path))
    made = [
        dg.materialize([total], partition_key=key, resources={"io_manager": manager}).output_for_node("total")
        for key in days.get_partition_keys()
    ]
    assert made == [1, 2, 3]


def test_input_manager_decorator_loads_an_input():
    @dg.input_manager(input_config_schema={"name": str}, description="reads")
    def named(context):
        return f"hello {context.config['name']}"

    assert isinstance(named, dg.InputManagerDefinition)

    @dg.op(ins={"word": dg.In(input_manager_key="names")})
    def says(word):
        return word

    @dg.job(resource_defs={"names": named})
    def saying():
        says()

    config = {"ops": {"says": {"inputs": {"word": {"name": "you"}}}}}
    assert saying.execute_in_process(run_config=config).output_for_node("says") == "hello you"


def test_input_manager_class_replaces_the_loading_of_one_input():
    class Nine(dg.InputManager):
        def load_input(self, context):
            return 9

    nine = dg.InputManagerDefinition(lambda _: Nine(), description="nine")

    @dg.op(ins={"number": dg.In(input_manager_key="nine")})
    def shown(number):
        return number

    @dg.job(resource_defs={"nine": nine})
    def showing():
        shown(one())

    assert showing.execute_in_process().output_for_node("shown") == 9
    assert nine.description == "nine"


def test_asset_value_loader_opens_managers_once():
    manager = dg.InMemoryIOManager()
    definitions = dg.Definitions([source, target], resources={"io_manager": manager})
    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([source, target], resources={"io_manager": manager}, instance=instance)
        with definitions.get_asset_value_loader(instance) as loader:
            assert isinstance(loader, dg.AssetValueLoader)
            assert loader.load_asset_value("target") == [1, 2, 3]
            assert loader.load_asset_value(dg.AssetKey("source"), python_type=list) == [1, 2]


def test_migrate_io_storage_copies_values(tmp_path):
    old = dg.FilesystemIOManager(base_dir=str(tmp_path / "old"))
    shelf = Shelf()
    definitions = dg.Definitions([source, target], resources={"io_manager": old})
    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([source, target], resources={"io_manager": old}, instance=instance)
        result = dg.migrate_io_storage(
            definitions=definitions,
            destination_io_manager=shelf,
            instance=instance,
            should_skip=lambda key, partition: key == target.key,
            transform=lambda value: [*value, 9],
        )
    assert isinstance(result, dg.MigrateIOStorageResult)
    counts = [len(part) for part in (result.migrated, result.skipped, result.failed)]
    assert counts == [1, 1, 0]
    assert list(shelf.values.values()) == [[1, 2, 9]]


def test_what_a_manager_raises_fails_the_step():
    class Broken(Shelf):
        def handle_output(self, context, obj):
            raise ValueError("full")

    with pytest.raises(ValueError, match="full"):
        dg.materialize([source], resources={"io_manager": Broken()})
