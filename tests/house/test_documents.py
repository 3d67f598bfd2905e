"""The documents are complete: every page can be found, every error is explained."""

import ast
import builtins
import re

import yaml

from mainspring._names import NAMES


class Site(yaml.SafeLoader):
    """Reads mkdocs.yml, whose tags name Python functions that are of no interest here."""


Site.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: suffix)
Site.add_multi_constructor("!", lambda loader, suffix, node: suffix)


def pages_in(nav) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    parts = nav.values() if isinstance(nav, dict) else nav
    return [page for part in parts for page in pages_in(part)]


def error_classes(root) -> set[str]:
    """The names of all public error classes of the product, found in its source by what they derive from."""
    bases = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for path in (root / "src" / "mainspring").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    }
    known = {name for name, thing in vars(builtins).items() if is_error(thing)}
    while found := {name for name, parents in bases.items() if parents & known} - known:
        known |= found
    return {name for name in known & set(bases) if not name.startswith("_")}


def is_error(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, BaseException) and not issubclass(thing, Warning)


def explained(root) -> dict[str, str]:
    """The sections of docs/errors, by the name in their heading."""
    text = "\n".join(path.read_text() for path in sorted((root / "docs" / "errors").glob("*.md")))
    parts = re.split(r"^##+ `(\w+)`.*$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_page_is_in_the_navigation(root) -> None:
    nav = pages_in(yaml.load((root / "mkdocs.yml").read_text(), Site)["nav"])
    pages = [path.relative_to(root / "docs").as_posix() for path in (root / "docs").rglob("*.md")]
    assert sorted(nav) == sorted(pages)


def test_every_error_is_explained(root) -> None:
    assert sorted(error_classes(root) - set(explained(root))) == []


def test_no_error_is_explained_that_is_not_there(root) -> None:
    assert sorted(set(explained(root)) - error_classes(root)) == []


def test_an_explanation_says_what_to_do(root) -> None:
    short = [name for name, text in explained(root).items() if "**What to do.**" not in text]
    assert short == []


def test_public_errors_name_their_known_spelling(root) -> None:
    """A reader who searches for the spelling of Dagster finds the page."""
    text = explained(root)
    lost = [
        alias
        for alias, target in NAMES.items()
        if alias.startswith("Dagster") and target.startswith("core.base.errors:")
        if alias not in text[target.partition(":")[2]]
    ]
    assert lost == []
