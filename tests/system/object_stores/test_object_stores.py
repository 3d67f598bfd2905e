"""Values in real object stores: what goes over the wire is what S3, Google and Azure get."""

import asyncio
import json
import pickle
import subprocess
import sys
from zlib import crc32

import fsspec
import pytest
from upath import UPath

import mainspring as dg
from mainspring.runtime.io.failures import StoredValueNotFoundError, UnstorableValueError

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(400),  # the first time Azurite is installed
]
REGIONS = dg.StaticPartitionsDefinition(["eu", "us"])
DAYS = dg.MultiPartitionsDefinition({"day": dg.StaticPartitionsDefinition(["1", "2"]), "region": REGIONS})


class JsonFiles(dg.UPathIOManager):
    extension = ".json"

    def dump_to_path(self, context, obj, path):
        path.write_text(json.dumps(obj))

    def load_from_path(self, context, path):
        return json.loads(path.read_text())


class JsonFilesAtOnce(JsonFiles):
    async def load_from_path(self, context, path):
        await asyncio.sleep(0)
        return json.loads(path.read_text())


@dg.asset(key_prefix="shop")
def orders():
    return [120, 80, 200]


@dg.asset(key_prefix="shop", ins={"orders": dg.AssetIn(key=["shop", "orders"])})
def revenue(orders):
    return sum(orders)


@dg.asset(partitions_def=REGIONS)
def visits(context):
    return {"eu": 5, "us": 7}[context.partition_key]


@dg.asset
def all_visits(visits):
    return visits


@dg.asset(ins={"visits": dg.AssetIn(metadata={"allow_missing_partitions": True})})
def known_visits(visits):
    return visits


@dg.asset(partitions_def=DAYS)
def sales(context):
    return context.partition_key.keys_by_dimension


@pytest.fixture
def folder(request) -> str:
    """A folder of this test alone."""
    return f"test-{crc32(request.node.name.encode())}"


@pytest.fixture
def fsspec_knows(store, monkeypatch) -> None:
    """The options of the store stand in the configuration of fsspec."""
    monkeypatch.setitem(fsspec.config.conf, store.scheme, store.options)


@pytest.fixture(params=["pickles", "json", "json at once"])
def manager(request, store, folder, monkeypatch):
    if request.param == "pickles":
        request.getfixturevalue("fsspec_knows")
        return dg.FilesystemIOManager(base_dir=store.url(folder))
    of = {"json": JsonFiles, "json at once": JsonFilesAtOnce}[request.param]
    return of(UPath(store.url(folder), **store.options))


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def pickles(store, folder, fsspec_knows):
    with dg.build_resources({"io": dg.FilesystemIOManager(base_dir=store.url(folder))}) as made:
        yield made.io


def ending(manager) -> str:
    return ".json" if isinstance(manager, JsonFiles) else ""


def test_a_value_goes_from_run_to_run(store, folder, manager, instance) -> None:
    given = {"instance": instance, "resources": {"io_manager": manager}}
    assert dg.materialize([orders], **given).success
    second = dg.materialize([orders, revenue], selection=[revenue], **given)
    assert second.output_for_node("shop__revenue") == 400
    ends = ending(manager)
    assert store.keys(folder) == [f"shop/orders{ends}", f"shop/revenue{ends}"]
    defs = dg.Definitions(assets=[orders, revenue], resources={"io_manager": manager})
    assert defs.load_asset_value(["shop", "revenue"], instance=instance) == 400
    recorded = second.asset_materializations_for_node("shop__revenue")[0].metadata["path"]
    assert recorded.value == f"{store.url(folder)}/shop/revenue{ends}"


def test_partitions_are_objects_of_their_own(store, folder, manager, instance) -> None:
    given = {"instance": instance, "resources": {"io_manager": manager}}
    for region in ("eu", "us"):
        assert dg.materialize([visits], partition_key=region, **given).success
    every = [visits, all_visits, known_visits]
    done = dg.materialize(every, selection=[all_visits, known_visits], **given)
    assert done.output_for_node("all_visits") == done.output_for_node("known_visits") == {"eu": 5, "us": 7}
    us = f"visits/us{ending(manager)}"
    store.file_system().rm(f"{store.url(folder)}/{us}")
    done = dg.materialize(every, selection=[known_visits], **given)
    assert done.output_for_node("known_visits") == {"eu": 5}
    with pytest.raises(StoredValueNotFoundError, match="the partition 'us' of the asset 'visits'"):
        dg.materialize(every, selection=[all_visits], **given)


def test_two_dimensions_are_two_folders(store, folder, manager, instance) -> None:
    given = {"instance": instance, "resources": {"io_manager": manager}}
    key = dg.MultiPartitionKey({"day": "2", "region": "eu"})
    assert dg.materialize([sales], partition_key=key, **given).success
    assert store.keys(folder) == [f"sales/2/eu{ending(manager)}"]
    defs = dg.Definitions(assets=[sales], resources={"io_manager": manager})
    found = defs.load_asset_value("sales", partition_key=key, instance=instance)
    assert found == {"day": "2", "region": "eu"}


def test_what_is_not_there_is_told(store, folder, pickles) -> None:
    pickles.handle_output(dg.build_output_context(asset_key=["shop", "orders"]), 1)
    wanted = dg.build_input_context(asset_key=["shop", "order"])
    with pytest.raises(StoredValueNotFoundError) as caught:
        pickles.load_input(wanted)
    assert f"for the asset 'shop/order': there is nothing at {store.url(folder)}/shop/order" in str(
        caught.value
    )
    assert "Did you mean orders?" in str(caught.value)
    assert not pickles.has_output(dg.build_output_context(asset_key=["shop", "order"]))
    assert pickles.has_output(dg.build_output_context(asset_key=["shop", "orders"]))


def test_what_others_store_later_is_seen(store, folder, pickles) -> None:
    """fsspec remembers listings: of what is not there, and of how long an object is."""
    other = JsonFilesAtOnce(UPath(store.url(folder), skip_instance_cache=True, **store.options))
    mine = JsonFiles(UPath(store.url(folder), **store.options))
    stored, wanted = (
        dg.build_output_context(asset_key=["a", "b"]),
        dg.build_input_context(asset_key=["a", "b"]),
    )
    other.handle_output(dg.build_output_context(asset_key=["a", "near"]), 1)
    with pytest.raises(StoredValueNotFoundError):
        mine.load_input(wanted)
    other.handle_output(stored, [1])
    assert mine.load_input(wanted) == [1]
    assert len(mine.fs.ls(f"{store.url(folder)}/a")) == 2
    other.handle_output(stored, [1] * 100)
    assert mine.load_input(wanted) == [1] * 100
    mine.fs.ls(f"{store.url(folder)}/a")
    other.fs.rm(f"{store.url(folder)}/a/b.json")
    assert not mine.has_output(stored)


@pytest.mark.filterwarnings("ignore:Sending a large body directly:ResourceWarning")  # adlfs does
def test_a_value_of_several_parts(store, folder, pickles) -> None:
    """More than the clients send in one piece."""
    value = bytes(range(256)) * (44 << 10)
    pickles.handle_output(dg.build_output_context(asset_key="large"), value)
    assert pickles.load_input(dg.build_input_context(asset_key="large")) == value
    pickles.handle_output(dg.build_output_context(asset_key="large"), b"")
    assert pickles.load_input(dg.build_input_context(asset_key="large")) == b""


def test_a_value_that_cannot_be_pickled_leaves_the_old_one(store, folder, pickles) -> None:
    stored = dg.build_output_context(asset_key="orders")
    pickles.handle_output(stored, [1])
    with pytest.raises(UnstorableValueError):
        pickles.handle_output(stored, [lambda: 1])
    assert pickles.load_input(dg.build_input_context(asset_key="orders")) == [1]


def test_names_are_keys(store, folder, pickles) -> None:
    keys = [["a b", "ü%?#"], ["..", "x"], ["a", "b", "c"], ["a", "b"]]
    for number, key in enumerate(keys):
        pickles.handle_output(dg.build_output_context(asset_key=key), number)
    assert [pickles.load_input(dg.build_input_context(asset_key=key)) for key in keys] == [0, 1, 2, 3]


DEFINITIONS = """
import mainspring as dg

@dg.asset
def orders():
    return [120, 80, 200]

@dg.asset
def revenue(orders):
    return dg.Output(sum(orders), metadata={"revenue": sum(orders)})

defs = dg.Definitions([orders, revenue], resources={"io_manager": dg.FilesystemIOManager(base_dir=BASE)})
"""


def test_processes_of_their_own_with_nothing_but_the_environment(
    store, folder, tmp_path, monkeypatch
) -> None:
    (tmp_path / "definitions.py").write_text(DEFINITIONS.replace("BASE", repr(store.url(folder))))
    monkeypatch.setenv("MAINSPRING_HOME", str(tmp_path / "home"))
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    for asset in ("orders", "revenue"):
        command = [sys.executable, "-m", "mainspring", "launch", "--assets", asset]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert pickle.loads(store.file_system().cat(store.url(folder) + "/revenue")) == 400
