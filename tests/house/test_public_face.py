"""The face is lazy, cheap and whole: each name of the stub loads, and not before it is asked for."""

import subprocess
import sys
import tomllib

import pytest

import mainspring
from mainspring._lazy import attach
from mainspring._names import NAMES
from tools import public_names

# What `mainspring.asset` must not load: declaring needs no data frame, no database, no terminal.
HEAVY_FOR_A_DECLARATION = frozenset(
    "pandas numpy polars pyarrow duckdb sklearn matplotlib "
    "sqlalchemy alembic psycopg sqlite3 pydantic click rich".split()
)
HEAVY = HEAVY_FOR_A_DECLARATION | frozenset(
    "lark yaml fsspec upath croniter pyroaring asyncio http email ssl".split()
)


def loaded_by(program: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after the program."""
    program += "\nimport sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_import_loads_nothing_heavy() -> None:
    assert loaded_by("import mainspring") & HEAVY - loaded_by("pass") == set()


def test_a_declaration_loads_nothing_heavy() -> None:
    if "asset" not in NAMES:
        pytest.skip("the stub does not list mainspring.asset")
    program = "import mainspring as dg\n@dg.asset\ndef one(): ...\n@dg.asset\ndef two(one): ...\n"
    assert loaded_by(program) & HEAVY_FOR_A_DECLARATION == set()


def test_import_loads_no_part_of_the_package_but_the_face() -> None:
    program = "import mainspring, sys; print(*sorted(n for n in sys.modules if n.startswith('mainspring')))"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        "mainspring",
        "mainspring._lazy",
        "mainspring._names",
        "mainspring._version",
    ]


def test_the_table_says_what_the_stub_says() -> None:
    assert public_names.read_stub(public_names.STUB.read_text()) == NAMES, "run: make names"
    assert public_names.TABLE.read_text() == public_names.render(NAMES)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_name_loads(name) -> None:
    value = getattr(mainspring, name)
    assert value is getattr(mainspring, name)


def test_all_and_dir_list_every_name() -> None:
    assert sorted(mainspring.__all__) == sorted(NAMES)
    assert set(NAMES) | {"__version__", "__doc__", "__all__"} <= set(dir(mainspring))


def test_version_is_the_projects(root) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    assert project["tool"]["hatch"]["version"]["path"] == "src/mainspring/_version.py"
    assert f'__version__ = "{mainspring.__version__}"' in (root / "src/mainspring/_version.py").read_text()


def test_an_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(AttributeError) as caught:
        mainspring.AssetKy
    assert "module 'mainspring' has no attribute 'AssetKy'. Did you mean AssetKey" in str(caught.value)


def test_a_private_name_is_refused_without_a_search() -> None:
    with pytest.raises(AttributeError, match=r"^module 'mainspring' has no attribute '__wrapped__'$"):
        mainspring.__wrapped__


def test_eager_import_loads_every_name_at_once() -> None:
    program = (
        "import os; os.environ['EAGER_IMPORT'] = '1'\n"
        "import mainspring._names as names\n"
        "assert set(names.NAMES) <= set(vars(__import__('mainspring')))"
    )
    subprocess.run([sys.executable, "-I", "-c", program], check=True)


def test_a_table_may_name_a_module() -> None:
    load, listed, names = attach("mainspring", {"ids": "core.base.ids:"})
    try:
        assert load("ids") is sys.modules["mainspring.core.base.ids"]
        assert names == ["ids"]
        assert "ids" in listed()
    finally:
        vars(mainspring).pop("ids", None)


@pytest.mark.parametrize(
    "text,said",
    [
        ("from .a import b", "write 'import b as b'"),
        ("from ..a import b as b", "outside the package"),
        ("from .a import b as b\nfrom .c import d as b", "line 2: b is listed twice"),
    ],
)
def test_a_stub_that_cannot_be_followed_is_refused(text, said) -> None:
    with pytest.raises(public_names.StubError, match=said):
        public_names.read_stub(text)


def test_a_stub_becomes_a_table() -> None:
    text = (
        "from ._v import __version__ as __version__\nfrom .a.b import C as D, E as E\nfrom . import f as f\n"
    )
    assert public_names.read_stub(text) == {"D": "a.b:C", "E": "a.b:E", "f": "f:"}
