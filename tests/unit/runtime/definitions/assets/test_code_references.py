"""Code references point at the user's function, and become links to a repository."""

from pathlib import Path

import pytest

import mainspring as dg
from mainspring.core.values.metadata.keys import CODE_REFERENCES
from mainspring.runtime.definitions.assets.code_references import (
    AnchorBasedFilePathMapping,
    link_code_references_to_git,
    with_source_code_references,
)


@dg.asset
def orders() -> None: ...


LINE = orders.where.line
HERE = Path(__file__)


def references(definition):
    return list(definition.get_asset_spec().metadata[CODE_REFERENCES].code_references)


def test_an_asset_is_told_where_its_function_lies():
    (found,) = with_source_code_references([orders])
    assert references(found) == [dg.LocalFileCodeReference(file_path=str(HERE), line_number=LINE)]


def test_what_has_no_function_stays_as_it_is():
    spec = dg.AssetSpec("made_elsewhere")
    assert with_source_code_references([spec]) == [spec]


@pytest.mark.parametrize(
    "url, platform, link",
    [
        ("https://github.com/me/project", None, "https://github.com/me/project/tree/main/tests/assets/"),
        (
            "https://gitlab.com/me/project.git",
            None,
            "https://gitlab.com/me/project/-/tree/main/tests/assets/",
        ),
        (
            "https://git.example/me/project/",
            "github",
            "https://git.example/me/project/tree/main/tests/assets/",
        ),
    ],
)
def test_local_references_become_links(url, platform, link):
    mapping = AnchorBasedFilePathMapping(HERE.parent, "tests/assets")
    (found,) = link_code_references_to_git(
        with_source_code_references([orders]), url, "main", mapping, platform
    )
    assert references(found) == [dg.UrlCodeReference(url=f"{link}{HERE.name}#L{LINE}")]


def test_a_host_that_says_nothing_of_its_platform_must_be_told():
    mapping = AnchorBasedFilePathMapping(HERE.parent, "tests")
    with pytest.raises(dg.DagsterInvalidInvocationError, match="platform="):
        link_code_references_to_git([orders], "https://git.example/me", "main", mapping)


def test_a_file_beside_the_anchor_is_found_by_going_up():
    mapping = AnchorBasedFilePathMapping(Path("/home/me/project/src/package"), "src/package")
    assert mapping.convert_to_source_control_path(Path("/home/me/project/setup.py")) == "setup.py"
