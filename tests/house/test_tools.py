"""The checks of the repository notice what they are for."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import griffe
import pytest

from tools import check_sizes, docstrings, reference_pages


def body(lines: int) -> str:
    return "def f():\n" + "    x = 1\n" * lines


@pytest.mark.parametrize(
    "text,found",
    [
        (body(60), []),
        (body(61), ["m.py:1: f has 61 lines, 60 are allowed"]),
        ('def f():\n    """' + "\n" * 80 + '    """\n    return 1\n', []),
        ("x = 1\n" * 600, []),
        ("x = 1\n" * 601, ["m.py:1: 601 lines, 600 are the end: make it a folder of the same name"]),
        ("class A:\n" + "".join(f"    def m{n}(self): ...\n" for n in range(19)), []),
        (
            "class A:\n" + "".join(f"    def m{n}(self): ...\n" for n in range(20)),
            ["m.py:1: A has 20 public methods, under 20 are allowed"],
        ),
        ("class A:\n" + "".join(f"    @property\n    def m{n}(self): ...\n" for n in range(30)), []),
        ("class A:\n" + "".join(f"    def _m{n}(self): ...\n" for n in range(30)), []),
    ],
)
def test_sizes(text, found) -> None:
    assert list(check_sizes.breaches("m.py", text)) == found


def test_exceptions_from_sizes_name_what_exists_or_will(root) -> None:
    for name in check_sizes.LONG_FILES:
        assert (root / name).exists()


def test_hidden_folders_are_not_entered(tmp_path) -> None:
    for name in ("a.py", ".envs/b.py", "c/d.py", "c/.e/f.py", "__pycache__/g.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    assert [path.name for path in check_sizes.own_files(tmp_path)] == ["a.py", "d.py"]


@pytest.mark.parametrize(
    "text,shown",
    [
        ("One line.", "One line."),
        ("A.\n\n>>> 1 + 1\n2\n\nB.", "A.\n\n```pycon\n>>> 1 + 1\n2\n```\n\nB."),
        ("A:\n>>> f()", "A:\n\n```pycon\n>>> f()\n```"),
    ],
)
def test_examples_in_docstrings_become_code(text, shown) -> None:
    assert docstrings.fenced(text) == shown


def test_the_reference_shows_borrowed_methods_and_what_structs_are_made_of() -> None:
    code = {
        "__init__.py": "from p import runs\n\nclass Home:\n    x = 1\n    get_run = runs.get_run\n",
        "runs.py": 'def get_run(home, run_id: str) -> int:\n    """One run."""\n',
        "run.py": "import msgspec\n\nclass Run(msgspec.Struct, frozen=True):\n    job: str\n    step: int = 3\n",
    }
    extensions = griffe.load_extensions(docstrings.Examples)
    with griffe.temporary_visited_package("p", code, extensions=extensions) as package:
        borrowed = package["Home.get_run"]
        assert [parameter.name for parameter in borrowed.parameters] == ["self", "run_id"]
        assert (borrowed.docstring.value, borrowed.lineno) == ("One run.", 5)
        assert package["Home.x"].is_attribute
        made = package["run.Run.__init__"].parameters
        assert [(one.name, str(one.annotation), one.default) for one in made][1:] == [
            ("job", "str", None),
            ("step", "int", "3"),
        ]


def test_a_reference_page_names_every_spelling() -> None:
    things = {"core.base.errors:RunNotFoundError": ["DagsterRunNotFoundError", "RunNotFoundError"]}
    text = reference_pages.page("Errors and warnings", things)
    assert 'heading: "RunNotFoundError, also DagsterRunNotFoundError"' in text
    assert "::: mainspring.core.base.errors.RunNotFoundError\n" in text
    assert reference_pages.place("Errors and warnings") == "reference/errors-and-warnings.md"


AMBIENT = [
    "import datetime\n\nNOW = datetime.datetime.now(datetime.UTC)\n",
    "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n",
    "import time\n\ntime.sleep(1)\n",
    "from time import monotonic\n\nNOW = monotonic()\n",
    "import uuid\n\nNAME = uuid.uuid4()\n",
    "import random\n\nCHANCE = random.random()\n",
    "import os\n\nHOME = os.environ['HOME']\n",
    "import os\n\nHOME = os.getenv('HOME')\n",
]


def ruff(text: str, name: str, root: Path) -> set[str]:
    """The codes of what ruff says of a text, as if it stood in a file of this name."""
    command = [
        str(Path(sys.executable).with_name("ruff")),
        *("check", "--no-cache", "--output-format", "concise", "--stdin-filename", name, "-"),
    ]
    done = subprocess.run(command, input=text, cwd=root, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith(name)]
    return {line.split(": ", 1)[1].split(" ")[0] for line in lines}


@pytest.mark.parametrize("text", AMBIENT)
def test_ambient_calls_are_refused(text, root) -> None:
    docstring = '"""What it is."""\n\n'
    assert "TID251" in ruff(docstring + text, "src/mainspring/core/graph/planted.py", root)
    assert "TID251" not in ruff(docstring + text, "src/mainspring/core/base/clock.py", root)


@pytest.mark.parametrize(
    "text,name,code",
    [
        ("import pandas\n", "src/mainspring/runtime/io/planted.py", "TID253"),
        ("print(1)\n", "src/mainspring/core/values/planted.py", "T201"),
        ("def f():\n    import json\n", "src/mainspring/core/values/planted.py", "PLC0415"),
        ("from datetime import datetime\n\nX = datetime(2024, 1, 1)\n", "src/mainspring/core/x.py", "DTZ001"),
    ],
)
def test_other_refused_lines(text, name, code, root) -> None:
    assert code in ruff('"""What it is."""\n\n' + text, name, root)


def test_every_rule_has_a_test(root) -> None:
    rules = {path.stem for path in (root / "tools/rules").glob("*.yml")}
    tests = {path.stem.removesuffix("-test") for path in (root / "tools/rule-tests").glob("*.yml")}
    assert rules == tests


def test_setup_says_in_one_sentence_what_is_missing(root, tmp_path) -> None:
    python = "/nowhere/python3"
    shutil.copytree(root / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        ["sh", "tools/setup.sh", "dev"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == f"Mainspring needs Python 3.11 or newer, PYTHON={python} is not there.\n"


def test_tools_are_small_programs_with_a_docstring(root) -> None:
    silent = [
        path.name
        for path in (root / "tools").glob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []
