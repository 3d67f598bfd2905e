import asyncio
from pathlib import Path
from typing import Any

import pytest
from upath import UPath

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.multi import MultiPartitionsDefinition
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.values.metadata import IntMetadataValue, PathMetadataValue
from mainspring.runtime.io.build import build_input_context, build_output_context
from mainspring.runtime.io.failures import StoredValueNotFoundError, UnstorableValueError
from mainspring.runtime.io.paths import UPathIOManager

REGIONS = StaticPartitionsDefinition(["eu", "us", "jp"])
EU_TO_US = {"asset_partition_key_range": PartitionKeyRange("eu", "us"), "asset_partitions_def": REGIONS}
ALL = {"asset_partition_key_range": PartitionKeyRange("eu", "jp"), "asset_partitions_def": REGIONS}


class TextFiles(UPathIOManager):
    extension = ".txt"

    def dump_to_path(self, context: Any, obj: str, path: Any) -> None:
        path.write_text(obj)

    def load_from_path(self, context: Any, path: Any) -> str:
        return path.read_text()

    def get_metadata(self, context: Any, obj: Any) -> dict[str, Any]:
        return {"length": len(obj)}


class AsyncFiles(TextFiles):
    """All loads are under way before the first ends, or this never ends."""

    def __init__(self, base_path: Any, together: int = 1) -> None:
        super().__init__(base_path)
        self.together, self.waiting = together, 0

    async def dump_to_path(self, context: Any, obj: str, path: Any) -> None:
        await asyncio.sleep(0)
        path.write_text(obj)

    async def load_from_path(self, context: Any, path: Any) -> str:
        self.waiting += 1
        while self.waiting < self.together:
            await asyncio.sleep(0)
        return path.read_text()


@pytest.fixture(params=["local", "text", "upath", "memory"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    address = f"memory://{tmp_path.name}"
    return {"local": tmp_path, "text": str(tmp_path), "upath": UPath(tmp_path), "memory": UPath(address)}[
        request.param
    ]


def stored(base: Any) -> list[str]:
    folder = UPath(base)
    return sorted(str(path).removeprefix(str(folder)) for path in folder.rglob("*") if path.is_file())


def partition(key: str) -> dict[str, Any]:
    return {"partition_key": key, "asset_partitions_def": REGIONS}


def test_an_asset(base: Any) -> None:
    files = TextFiles(base)
    output = build_output_context(asset_key=["shop", "orders"])
    assert not files.has_output(output)
    files.handle_output(output, "words")
    assert files.load_input(build_input_context(asset_key=["shop", "orders"])) == "words"
    assert stored(base) == ["/shop/orders.txt"]
    assert files.has_output(output)
    assert output.consume_logged_metadata() == {
        "path": PathMetadataValue(str(UPath(base) / "shop" / "orders.txt")),
        "length": IntMetadataValue(5),
    }


def test_the_output_of_an_op(base: Any) -> None:
    files = TextFiles(base)
    output = build_output_context(step_key="step", name="result", run_id="run", mapping_key="k")
    files.handle_output(output, "words")
    assert files.load_input(build_input_context(upstream_output=output)) == "words"
    assert stored(base) == ["/run/step/result/k.txt"]


def test_one_partition(base: Any) -> None:
    files = TextFiles(base)
    files.handle_output(build_output_context(asset_key="a", **partition("eu")), "words")
    assert files.load_input(build_input_context(asset_key="a", **partition("eu"))) == "words"
    assert stored(base) == ["/a/eu.txt"]


def test_several_partitions(base: Any) -> None:
    files = TextFiles(base)
    output = build_output_context(asset_key="a", **EU_TO_US)
    files.handle_output(output, {"eu": "1", "us": "2"})
    assert files.load_input(build_input_context(asset_key="a", **EU_TO_US)) == {"eu": "1", "us": "2"}
    assert files.load_input(build_input_context(asset_key="a", **partition("us"))) == "2"
    assert stored(base) == ["/a/eu.txt", "/a/us.txt"]
    assert files.has_output(output)
    assert not files.has_output(build_output_context(asset_key="a", **ALL))
    with pytest.raises(UnstorableValueError, match=r"2 partitions of the asset 'a', and the value is a str"):
        files.handle_output(build_output_context(asset_key="a", **EU_TO_US), "words")


def test_dimensions_are_folders(base: Any) -> None:
    both = MultiPartitionsDefinition({"region": REGIONS, "day": StaticPartitionsDefinition(["mon", "tue"])})
    files = TextFiles(base)
    context = {"asset_key": "a", "partition_key": "tue|eu", "asset_partitions_def": both}
    files.handle_output(build_output_context(**context), "words")
    assert files.load_input(build_input_context(**context)) == "words"
    assert stored(base) == ["/a/tue/eu.txt"]


@pytest.mark.parametrize("key", ["../../up", "/etc/passwd", "..", "a\x00b", "x" * 3000, "a/b"])
def test_no_key_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    base = tmp_path / "base"
    files = TextFiles(base)
    contexts = [{"asset_key": "a", "partition_key": key}, {"asset_key": [key, key]}]
    for context in contexts:
        files.handle_output(build_output_context(**context), "words")
        assert files.load_input(build_input_context(**context)) == "words"
    assert [path.relative_to(base).parts[0] for path in base.rglob("*")] != []
    assert list(tmp_path.iterdir()) == [base]
    assert len(stored(base)) == 2


def test_a_layout_of_ones_own_cannot_lead_out_either(tmp_path: Path) -> None:
    class Own(TextFiles):
        def get_asset_relative_path(self, context: Any) -> Any:
            return Path("..", "elsewhere")

    with pytest.raises(InvariantViolationError, match="leads out"):
        Own(tmp_path).handle_output(build_output_context(asset_key="a"), "words")


def test_a_layout_of_ones_own(tmp_path: Path) -> None:
    class Own(TextFiles):
        def get_asset_relative_path(self, context: Any) -> Any:
            return UPath("all", "assets")

        def get_path_for_partition(self, context: Any, path: Any, partition: str) -> Any:
            return path / f"of-{partition}"

    Own(tmp_path).handle_output(build_output_context(asset_key="a", **partition("eu")), "words")
    assert stored(tmp_path) == ["/all/assets/of-eu.txt"]


def test_what_was_never_stored(tmp_path: Path) -> None:
    files = TextFiles(tmp_path)
    files.handle_output(build_output_context(asset_key=["shop", "orders"]), "words")
    with pytest.raises(StoredValueNotFoundError) as caught:
        files.load_input(build_input_context(asset_key=["shop", "order"]))
    assert str(caught.value) == (
        f"No value is stored for the asset 'shop/order': there is nothing at {tmp_path}/shop/order.txt.\n"
        "Materialise 'shop/order' first, with the same IO manager as the run that loads it. "
        "Did you mean orders?"
    )
    output = build_output_context(step_key="step", name="out", run_id="run")
    with pytest.raises(StoredValueNotFoundError, match="the output 'out' of the step 'step'"):
        files.load_input(build_input_context(upstream_output=output))


def test_another_file_that_is_missing_is_not_mistaken_for_the_value(tmp_path: Path) -> None:
    class Broken(TextFiles):
        def load_from_path(self, context: Any, path: Any) -> str:
            return (path.parent / "other").read_text()

    files = Broken(tmp_path)
    files.handle_output(build_output_context(asset_key="a"), "words")
    with pytest.raises(FileNotFoundError, match="other") as caught:
        files.load_input(build_input_context(asset_key="a"))
    assert not isinstance(caught.value, StoredValueNotFoundError)


@pytest.mark.parametrize("kind", [TextFiles, AsyncFiles])
def test_partitions_that_may_be_missing(tmp_path: Path, kind: Any, caplog: Any) -> None:
    files = kind(tmp_path)
    files.handle_output(build_output_context(asset_key="a", **partition("us")), "words")
    with pytest.raises(StoredValueNotFoundError, match="the partition 'eu' of the asset 'a'") as caught:
        files.load_input(build_input_context(asset_key="a", **ALL))
    assert "allow_missing_partitions" in str(caught.value)
    fine = {"definition_metadata": {"allow_missing_partitions": True}, "asset_key": "a"}
    assert files.load_input(build_input_context(**fine, **ALL)) == {"us": "words"}
    assert files.load_input(build_input_context(**fine, **partition("jp"))) is None
    upstream = build_output_context(asset_key="a", definition_metadata={"allow_missing_partitions": True})
    context = build_input_context(asset_key="a", upstream_output=upstream, **EU_TO_US)
    assert files.load_input(context) == {"us": "words"}


def test_partitions_are_loaded_at_the_same_time(tmp_path: Path) -> None:
    files = AsyncFiles(tmp_path, together=3)
    files.handle_output(build_output_context(asset_key="a", **ALL), {"eu": "1", "us": "2", "jp": "3"})
    assert files.load_input(build_input_context(asset_key="a", **ALL)) == {"eu": "1", "us": "2", "jp": "3"}


def test_an_async_io_manager_works_where_a_loop_runs_already(tmp_path: Path) -> None:
    files = AsyncFiles(tmp_path)

    async def main() -> str:
        files.handle_output(build_output_context(asset_key="a"), "words")
        return files.load_input(build_input_context(asset_key="a"))

    assert asyncio.run(main()) == "words"


def test_what_is_logged(tmp_path: Path) -> None:
    class Told(TextFiles):
        lines: list[str]

        def get_writing_output_log_message(self, path: Any) -> str:
            return f"write {path.name}"

        def get_loading_input_log_message(self, path: Any) -> str:
            return f"load {path.name}"

        def get_loading_input_partition_log_message(self, path: Any, partition_key: str) -> str:
            return f"load {partition_key}"

        def get_missing_partition_log_message(self, partition_key: str) -> str:
            return f"missing {partition_key}"

    lines: list[str] = []
    files = Told(tmp_path)
    contexts = [
        build_output_context(asset_key="a"),
        build_output_context(asset_key="a", **partition("eu")),
        build_input_context(asset_key="a"),
        build_input_context(
            asset_key="a", definition_metadata={"allow_missing_partitions": True}, **EU_TO_US
        ),
    ]
    for context in contexts:
        context.log.addFilter(lambda record: lines.append(record.getMessage()) or False)
    files.handle_output(contexts[0], "words")
    files.handle_output(contexts[1], "words")
    files.load_input(contexts[2])
    files.load_input(contexts[3])
    assert lines == ["write a.txt", "write eu.txt", "load a.txt", "load eu", "load us", "missing us"]


def test_the_file_system_and_its_options(tmp_path: Path) -> None:
    assert (TextFiles(tmp_path).fs.protocol, TextFiles(tmp_path).storage_options) == (("file", "local"), {})
    remote = TextFiles(UPath("memory://somewhere"))
    assert (remote.fs.protocol, remote.storage_options) == ("memory", {})
    files = TextFiles(tmp_path)
    files.make_directory(tmp_path / "a" / "b")
    files.unlink(tmp_path / "none")
    assert [files.path_exists(tmp_path / name) for name in ("a", "b")] == [True, False]


def test_the_base_path_may_be_a_property(tmp_path: Path) -> None:
    class Dated(TextFiles):
        def __init__(self) -> None:
            pass

        @property
        def _base_path(self) -> Any:
            return tmp_path / "2024"

    Dated().handle_output(build_output_context(asset_key="a"), "words")
    assert stored(tmp_path) == ["/2024/a.txt"]
