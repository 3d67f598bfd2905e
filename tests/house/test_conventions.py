"""Conventions of the house that no linter holds. Each allowlist only shrinks."""

import ast
import re
import tomllib

import pytest

from mainspring._version import __version__

VAGUE = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "legacy"})
# Text of any committed file that would tie it to one machine, account or registry.
OF_ONE_MACHINE = re.compile(r"(?<![\w.~-])/(?:home|Users|root|work)/[\w.-]+|\bfile://" + "/")
TEXT = {".py", ".pyi", ".md", ".toml", ".yml", ".yaml", ".txt", ".lock", ".sh", ".json", ".cfg", ".csv", ""}
# Names that a document or a test shows on purpose.
SHOWN = re.compile(r"/(?:home|Users)/(?:user|me|you|ana|someone)\b")


def modules(files, root):
    package = root / "src" / "mainspring"
    return [path for path in files if path.suffix == ".py" and path.is_relative_to(package)]


def test_every_module_says_what_it_is(files, root) -> None:
    silent = [
        path.relative_to(root).as_posix()
        for path in modules(files, root)
        if path.name != "_names.py" and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_no_module_has_a_vague_name(files, root) -> None:
    vague = [
        path.relative_to(root).as_posix()
        for path in modules(files, root)
        if {path.stem, path.parent.name} & VAGUE
    ]
    assert vague == []


def test_unit_tests_follow_the_source_tree(files, root) -> None:
    """``src/mainspring/core/graph/x.py`` is tested by ``tests/unit/core/graph/test_x.py``, a package too."""
    package, unit = root / "src" / "mainspring", root / "tests" / "unit"
    astray = []
    for path in files:
        if path.suffix == ".py" and path.is_relative_to(unit) and path.name.startswith("test_"):
            source = package / path.relative_to(unit).parent / path.stem.removeprefix("test_")
            if not (source.with_suffix(".py").exists() or (source / "__init__.py").exists()):
                astray.append(path.relative_to(root).as_posix())
    assert astray == []


def test_no_init_files_among_the_tests(files, root) -> None:
    projects = root / "tests" / "projects"  # packages as users lay them out
    found = [
        path
        for path in files
        if path.name == "__init__.py"
        and path.is_relative_to(root / "tests")
        and not path.is_relative_to(projects)
    ]
    assert found == []


def test_no_file_names_a_place_of_one_machine(files, root) -> None:
    found = [
        f"{path.relative_to(root).as_posix()}: {match[0]}"
        for path in files
        if path.suffix in TEXT and path.stat().st_size < 2_000_000
        for match in OF_ONE_MACHINE.finditer(path.read_text(errors="replace"))
        if not SHOWN.match(match[0])
    ]
    assert found == []


def test_locks_name_no_host(root) -> None:
    lines = [
        line
        for path in sorted((root / "requirements").glob("*.lock"))
        for line in path.read_text().splitlines()
        if not line.startswith("#")
    ]
    odd = [
        line for line in lines if not re.fullmatch(r"[a-z0-9._-]+==[\w.+!-]+( ; [\w.\s<>='\"()!-]+)?", line)
    ]
    assert odd == []
    assert len(lines) > 100


def test_locks_agree_and_cover_the_dependencies(root) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[<>=\[ ;]", text)[0].lower() for text in project["dependencies"]}
    pins = {
        name: {line for line in (root / "requirements" / name).read_text().splitlines() if "==" in line}
        for name in ("demo.lock", "dev.lock")
    }
    assert pins["demo.lock"] - pins["dev.lock"] == set()
    assert wanted - {line.split("==")[0] for line in pins["demo.lock"]} == set(), "run: make lock"


def test_every_marker_in_use_is_registered(files, root, pytestconfig) -> None:
    registered = {line.partition(":")[0].partition("(")[0] for line in pytestconfig.getini("markers")}
    used = {
        match[1]
        for path in files
        if path.suffix == ".py" and path.is_relative_to(root / "tests")
        for match in re.finditer(r"pytest\.mark\.([a-z]\w*)", path.read_text())
    }
    assert sorted(used - registered) == []


def test_the_markers_we_promise_exist(pytestconfig) -> None:
    registered = {line.partition(":")[0] for line in pytestconfig.getini("markers")}
    assert {"postgres", "browser", "system", "slow"} <= registered


def test_the_changelog_speaks_of_this_version(root) -> None:
    assert re.search(rf"^## {re.escape(__version__)}\b", (root / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_every_make_target_has_a_line_of_help(root) -> None:
    text = (root / "Makefile").read_text()
    phony = set(re.findall(r"^\.PHONY: (\w+)$", text, re.MULTILINE))
    helped = set(re.findall(r"^(\w+):.*## \S", text, re.MULTILINE))
    assert phony == helped
    assert {"demo", "test", "check", "bench", "docs", "lock", "clean", "help"} <= helped


@pytest.mark.parametrize(
    "name", ["LICENSE", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "src/mainspring/py.typed"]
)
def test_the_files_a_stranger_looks_for_are_there(name, root) -> None:
    assert (root / name).exists()
