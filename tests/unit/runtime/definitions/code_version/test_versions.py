"""Computed code versions: what changes them and what does not, in processes of their own, on small projects."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

import mainspring as dg
from mainspring.core.values.code_version import unresolved_reason
from mainspring.runtime.definitions.code_version.versions import CodeVersions

SOURCE = Path(dg.__file__).resolve().parents[1]

MAIN = '''
import functools
import math
import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

import mainspring as dg
import tools
from tools import helper
from package import inner

LIMIT = 3
WORDS = {"a": [1, 2], "b": {"x", "y", "z"}}
PATTERN = re.compile("a+")
UNREAD = 1


class Color(Enum):
    RED = 1


class Base:
    def shared(self):
        return 1


class Client(Base):
    size = 10

    def __init__(self):
        self.rate = 2

    def get(self):
        """Get it."""
        return self.size

    @staticmethod
    def fixed():
        return 7

    @property
    def name(self):
        return "client"


@dataclass
class Row:
    id: int = 1
    tags: list = field(default_factory=list)


class Settings(dg.Config):
    limit: int = 5


class Db:
    def query(self):
        return [1]


def decorate(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs) + 1
    return wrapper


def factory(number):
    def made():
        return number
    return made


@decorate
def decorated():
    return 1


def recursive(n):
    return 1 if n < 2 else recursive(n - 1) + other(n)


def other(n):
    return recursive(n - 2)


half = functools.partial(helper, 5)
from_factory = factory(4)
double = lambda x: x * 2
settings = Row(id=3)


@functools.lru_cache
def cached(x):
    return x + 1


def make(a=1, *, key="k"):
    """Make it."""
    return a


def target():
    return make()
'''
TOOLS = """
FACTOR = 2


def helper(x, y=0):
    return inside(x) * FACTOR


def inside(x):
    return x


def unused():
    return 0
"""
INNER = """
def work():
    return deep()


def deep():
    return 1
"""


class Case(NamedTuple):
    """A change of the project: what stands in ``target``, and what is replaced by what, by file."""

    name: str
    body: str
    file: str
    old: str
    new: str
    changes: bool


YES, NO = True, False
# ruff: noqa: E501  # a line for each case reads best
CASES = [
    Case("own body", "return 1", "main.py", "return 1\n#end", "return 2", YES),
    Case("body of a helper in the module", "return make()", "main.py", "return a\n", "return a + 1\n", YES),
    Case("body of an imported helper", "return helper(1)", "tools.py", "inside(x) *", "inside(x) +", YES),
    Case("what a helper calls", "return helper(1)", "tools.py", "    return x\n", "    return x + 1\n", YES),
    Case("constant of a helper's module", "return helper(1)", "tools.py", "FACTOR = 2", "FACTOR = 3", YES),
    Case("by the module", "return tools.helper(1)", "tools.py", "return x\n", "return -x\n", YES),
    Case("another function of the module", "return tools.helper(1)", "tools.py", "return 0", "return 1", NO),
    Case("in a package, two calls away", "return inner.work()", "package/inner.py", "return 1", "return 2", YES),
    Case("imported inside", "from package.inner import work; return work()", "package/inner.py", "return 1", "return 2", YES),
    Case("imported inside as a module", "import package.inner; return package.inner.work()", "package/inner.py", "return 1", "return 2", YES),
    Case("a module handed on", "return repr(tools)", "tools.py", "return 0", "return 1", YES),
    Case("getattr of a module", "return getattr(tools, 'un' + 'used')()", "tools.py", "return 0", "return 1", YES),
    Case("constant", "return LIMIT", "main.py", "LIMIT = 3", "LIMIT = 4", YES),
    Case("type of a constant", "return LIMIT", "main.py", "LIMIT = 3", "LIMIT = 3.0", YES),
    Case("constant that is not read", "return LIMIT", "main.py", "UNREAD = 1", "UNREAD = 2", NO),
    Case("nested constant", "return WORDS", "main.py", "[1, 2]", "[1, 3]", YES),
    Case("element of a set", "return WORDS", "main.py", '"z"}', '"w"}', YES),
    Case("order of a set", "return WORDS", "main.py", '{"x", "y", "z"}', '{"z", "y", "x"}', NO),
    Case("pattern", "return PATTERN.match('a')", "main.py", '"a+"', '"a*"', YES),
    Case("default of a parameter", "return make()", "main.py", "make(a=1", "make(a=2", YES),
    Case("keyword default", "return make()", "main.py", 'key="k"', 'key="l"', YES),
    Case("comment", "return make()", "main.py", "return a\n", "# why\n    return a  # here\n", NO),
    Case("empty lines", "return make()", "main.py", "LIMIT = 3", "\n\n\nLIMIT = 3\n\n", NO),
    Case("docstring", "return make()", "main.py", '"""Make it."""', '"""Make it well."""', NO),
    Case("no docstring", "return make()", "main.py", '    """Make it."""\n', "", NO),
    Case("docstring of a method", "return Client().get()", "main.py", '"""Get it."""', '"""Got."""', NO),
    Case("brackets", "return make()", "main.py", "return a\n", "return (a)\n", NO),
    Case("method", "return Client().get()", "main.py", "return self.size", "return -self.size", YES),
    Case("method called of an instance", "c = Client(); return c.get()", "main.py", "return self.size", "return 0", YES),
    Case("attribute of a class", "return Client().get()", "main.py", "size = 10", "size = 11", YES),
    Case("constructor", "return Client().get()", "main.py", "self.rate = 2", "self.rate = 3", YES),
    Case("static method", "return Client.fixed()", "main.py", "return 7", "return 8", YES),
    Case("property", "return Client().name", "main.py", '"client"', '"server"', YES),
    Case("base class", "return Client().shared()", "main.py", "def shared(self):\n        return 1", "def shared(self):\n        return 2", YES),
    Case("order of methods", "return Row", "main.py", "class Color(Enum):\n    RED = 1", "class Color(Enum):\n    BLUE = 1", NO),
    Case("enumeration", "return Color.RED", "main.py", "RED = 1", "RED = 2", YES),
    Case("member of an enumeration", "return Color['RED']", "main.py", "RED = 1", "RED = 1\n    BLUE = 2", YES),
    Case("default of a dataclass", "return Row()", "main.py", "id: int = 1", "id: int = 2", YES),
    Case("factory of a dataclass", "return Row()", "main.py", "default_factory=list", "default_factory=dict", YES),
    Case("default of a config", "return Settings()", "main.py", "limit: int = 5", "limit: int = 6", YES),
    Case("type of a config", "return Settings()", "main.py", "limit: int = 5", "limit: float = 5", YES),
    Case("closure", "return from_factory()", "main.py", "factory(4)", "factory(5)", YES),
    Case("function that makes a closure", "return from_factory()", "main.py", "return number", "return number + 1", YES),
    Case("lambda", "return double(2)", "main.py", "x * 2", "x * 3", YES),
    Case("partial", "return half()", "main.py", "partial(helper, 5)", "partial(helper, 6)", YES),
    Case("function of a partial", "return half()", "tools.py", "return x\n", "return -x\n", YES),
    Case("decorator", "return decorated()", "main.py", "**kwargs) + 1", "**kwargs) + 2", YES),
    Case("what is decorated", "return decorated()", "main.py", "@decorate\ndef decorated():\n    return 1", "@decorate\ndef decorated():\n    return 9", YES),
    Case("cached", "return cached(1)", "main.py", "return x + 1", "return x + 2", YES),
    Case("recursion", "return recursive(9)", "main.py", "recursive(n - 2)", "recursive(n - 3)", YES),
    Case("object", "return settings", "main.py", "Row(id=3)", "Row(id=4)", YES),
    Case("inner function", "return (lambda: [helper(i) for i in range(3)])()", "tools.py", "return x\n", "return -x\n", YES),
    Case("annotation of a parameter", "pass\ndef target(db: Db):\n    return db.query()", "main.py", "return [1]", "return [2]", YES),
    Case("annotation as text", "pass\ndef target(db: 'Db'):\n    return db.query()", "main.py", "return [1]", "return [2]", YES),
    Case("what the standard library has", "return math.sqrt(2)", "main.py", "import math", "import math  # roots", NO),
    Case("a name of another function", "return math.sqrt(2)", "main.py", "math.sqrt(2)", "math.cos(2)", YES),
]  # fmt: skip

PROGRAM = """
import json, sys
from mainspring.runtime.definitions.code_version.versions import CodeVersions
found = {}
for folder in sys.argv[1:]:
    before = set(sys.modules)
    sys.path.insert(0, folder)
    import main
    found[folder.rsplit("/", 1)[1]] = CodeVersions().of_function(main.target)
    sys.path.remove(folder)
    for name in ("main", "tools", "package", "package.inner"):
        sys.modules.pop(name, None)
print(json.dumps(found))
"""


def project(folder: Path, case: Case, *, changed: bool) -> None:
    files = {"main.py": MAIN, "tools.py": TOOLS, "package/__init__.py": "", "package/inner.py": INNER}
    files["main.py"] = MAIN.replace("return make()\n", f"{case.body}\n#end\n")
    if changed:
        assert case.old in files[case.file], case.name
        files[case.file] = files[case.file].replace(case.old, case.new, 1)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def computed(folders: list[Path], *, seed: str) -> dict[str, str]:
    """The versions of ``target`` in these projects, as a process of its own computes them."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, *map(str, folders)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, dict[str, str]]:
    """Before and after each change; ``again`` is before it, in another process."""
    root = tmp_path_factory.mktemp("projects")
    places: dict[str, list[Path]] = {"before": [], "again": [], "after": []}
    for when, folders in places.items():
        for case in CASES:
            folders.append(root / when / case.name)
            project(folders[-1], case, changed=when == "after")
    return {
        when: computed(folders, seed=str(number)) for number, (when, folders) in enumerate(places.items())
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_change(case: Case, versions: Mapping[str, dict[str, str]]) -> None:
    before, again, after = (versions[when][case.name] for when in ("before", "again", "after"))
    assert unresolved_reason(before) is None
    assert again == before
    assert (after != before) is case.changes


# -- what cannot be followed -------------------------------------------------------------------------------------------


def calls_eval() -> object:
    return eval("1")


def calls_import_module(name: str) -> object:
    import importlib

    return importlib.import_module(name)


def reads_a_socket() -> object:
    return OPEN_FILE


def imports_what_is_not_there() -> object:
    from .not_there import something  # pyright: ignore[reportMissingImports]

    return something


OPEN_FILE = open(__file__)  # noqa: SIM115
OPEN_FILE.close()


@pytest.mark.parametrize(
    "function, reason",
    [
        (calls_eval, "uses `eval`, and what that reaches is not known"),
        (reads_a_socket, "reads `OPEN_FILE`, a TextIOWrapper, which cannot be compared"),
    ],
)
def test_what_cannot_be_followed_is_never_up_to_date(function, reason) -> None:
    found = unresolved_reason(CodeVersions().of_function(function))
    assert found is not None
    assert found.startswith(f"{function.__name__} (")
    assert found.endswith(reason)


def test_an_asset_whose_code_cannot_be_followed_is_stale_and_its_data_new_each_time() -> None:
    @dg.asset(code_version="auto")
    def odd() -> object:
        return calls_eval()

    @dg.asset(code_version="1")
    def below(odd: object) -> object:
        return odd

    with dg.DagsterInstance.ephemeral() as instance:
        defs = dg.Definitions(assets=[odd, below])
        seen: set[str] = set()
        for _ in range(2):
            assert dg.materialize([odd, below], instance=instance).success
            entry = instance.get_latest_materialization_event(dg.AssetKey("below"))
            assert entry is not None
            assert entry.tags is not None
            seen.add(entry.tags["dagster/data_version"])
        standing = defs.resolve_staleness(instance)
        assert len(seen) == 2
        assert [one.status.name for one in standing.values()] == ["STALE", "STALE"]
        assert standing[dg.AssetKey("odd")].reasons[0].startswith("its code version cannot be computed: ")


# -- definitions -------------------------------------------------------------------------------------------------------


def version_of(definition: dg.AssetsDefinition, name: str) -> str | None:
    graph = dg.Definitions(assets=[definition]).catalog.assets
    return graph.code_version(dg.AssetKey(name))


def test_assets_of_one_function_have_its_version() -> None:
    @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b", code_version="7")], code_version="auto")
    def both():
        yield dg.MaterializeResult(asset_key="a")
        yield dg.MaterializeResult(asset_key="b")

    @dg.multi_asset(outs={"c": dg.AssetOut(code_version="auto"), "d": dg.AssetOut()})
    def others() -> tuple[int, int]:
        return 1, 2

    first = version_of(both, "a")
    assert first is not None
    assert first.startswith("auto:")
    assert version_of(both, "b") == "7"
    assert (version_of(others, "c") or "").startswith("auto:")
    assert version_of(others, "d") is None


def test_the_form_of_the_config_counts() -> None:
    def body(context) -> None:
        del context

    one = dg.asset(name="a", code_version="auto", config_schema={"limit": int})(body)
    other = dg.asset(name="a", code_version="auto", config_schema={"limit": str})(body)
    assert version_of(one, "a") != version_of(other, "a")


def test_an_asset_made_elsewhere_has_no_code_here() -> None:
    defs = dg.Definitions(assets=[dg.AssetSpec("a", code_version="auto")])
    with pytest.raises(dg.DagsterInvalidDefinitionError, match='"auto", and nothing here makes it'):
        defs.resolve_asset_graph()


def test_declaring_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise AssertionError("computed")

    monkeypatch.setattr(CodeVersions, "of_op", refuse)

    @dg.asset(code_version="auto")
    def lazy() -> None: ...

    assert dg.Definitions(assets=[lazy]).resolve_asset_graph().get(lazy.key).code_version == "auto"


def test_a_graph_has_the_version_of_all_its_ops() -> None:
    def graph_of(factor: int) -> dg.AssetsDefinition:
        @dg.op
        def one() -> int:
            return 1

        @dg.op
        def scale(x: int) -> int:
            return x * factor

        @dg.graph_asset(code_version="auto")
        def scaled() -> int:
            return scale(one())

        return scaled

    first, same, other = (version_of(graph_of(factor), "scaled") for factor in (2, 2, 3))
    assert first is not None
    assert first.startswith("auto:")
    assert first == same != other


def test_ops_tell_their_io_managers() -> None:
    told: list[str | None] = []

    class Telling(dg.IOManager):
        def handle_output(self, context: dg.OutputContext, obj: object) -> None:
            told.append(context.version)

        def load_input(self, context: dg.InputContext) -> int:
            return 1

    @dg.op(code_version="auto")
    def one() -> int:
        return 1

    @dg.op(out=dg.Out(code_version="auto"))
    def two(x: int) -> int:
        return x

    @dg.op
    def three(x: int) -> int:
        return x

    @dg.job(resource_defs={"io_manager": Telling()})  # pyright: ignore[reportArgumentType]
    def all_three() -> None:
        three(two(one()))

    all_three.execute_in_process()
    assert [(version or "")[:5] for version in told] == ["auto:", "auto:", ""]
