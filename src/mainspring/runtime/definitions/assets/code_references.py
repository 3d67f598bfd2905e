"""Where the code of an asset lies: on this machine, and in the repository people read it in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mainspring.core.base.errors import InvalidInvocationError
from mainspring.core.values.metadata import (
    CodeReferencesMetadataValue,
    LocalFileCodeReference,
    UrlCodeReference,
)
from mainspring.core.values.metadata.keys import CODE_REFERENCES
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.source_asset import SourceAsset
from mainspring.runtime.definitions.assets.spec import AssetSpec

Platform = Literal["github", "gitlab"]


class FilePathMapping(ABC):
    """Says where a local file lies in a repository."""

    @abstractmethod
    def convert_to_source_control_path(self, local_path: Path) -> str:
        """The path in the repository of a local file."""


@dataclass(frozen=True)
class AnchorBasedFilePathMapping(FilePathMapping):
    """Follows from one folder whose place in the repository is known.

    >>> mapping = AnchorBasedFilePathMapping(Path("/home/me/project/src"), "src")
    >>> mapping.convert_to_source_control_path(Path("/home/me/project/src/assets.py"))
    'src/assets.py'
    """

    local_file_anchor: Path
    file_anchor_path_in_repository: str

    def convert_to_source_control_path(self, local_path: Path) -> str:
        """The path in the repository: that of the anchor with the way from the anchor to the file."""
        up = Path(self.local_file_anchor)
        parts: list[str] = []
        while not local_path.is_relative_to(up):
            parts.append("..")
            up = up.parent
        joined = [*Path(self.file_anchor_path_in_repository).parts, *parts, *local_path.relative_to(up).parts]
        resolved: list[str] = []
        for part in joined:
            if part == ".." and resolved:
                resolved.pop()
            elif part != "..":
                resolved.append(part)
        return "/".join(resolved)


def with_source_code_references(assets_defs: Sequence[Any]) -> Sequence[Any]:
    """The same assets, each with the file and line of its function in its metadata. Those without a function stay."""
    return [_mapped(item, _with_own_place) for item in assets_defs]


def _mapped(item: Any, change: Callable[[AssetsDefinition], AssetsDefinition]) -> Any:
    if isinstance(item, SourceAsset):
        return change(item.to_assets_definition())
    return change(item) if isinstance(item, AssetsDefinition) else item


def _with_own_place(definition: AssetsDefinition) -> AssetsDefinition:
    where = definition.where
    if definition.computation is None or where is None:
        return definition
    reference = LocalFileCodeReference(file_path=str(Path(where.file).absolute()), line_number=where.line)
    return definition.map_asset_specs(lambda spec: _with_references(spec, [*_references(spec), reference]))


def link_code_references_to_git(
    assets_defs: Sequence[Any],
    git_url: str,
    git_branch: str,
    file_path_mapping: FilePathMapping,
    platform: Platform | None = None,
) -> Sequence[Any]:
    """The same assets with their local code references turned into links to a repository on GitHub or GitLab.

    ``platform`` is told from the host where it is not given; ``InvalidInvocationError`` where it cannot be.
    """
    host = platform or _platform_of(git_url)
    base = git_url.removesuffix("/").removesuffix(".git")
    tree = f"{base}/-/tree/{git_branch}" if host == "gitlab" else f"{base}/tree/{git_branch}"

    def link(reference: Any) -> Any:
        if not isinstance(reference, LocalFileCodeReference):
            return reference
        path = file_path_mapping.convert_to_source_control_path(Path(reference.file_path))
        line = f"#L{reference.line_number}" if reference.line_number else ""
        return UrlCodeReference(url=f"{tree}/{path}{line}", label=reference.label)

    def change(definition: AssetsDefinition) -> AssetsDefinition:
        return definition.map_asset_specs(
            lambda spec: _with_references(spec, [link(r) for r in _references(spec)])
        )

    return [_mapped(item, change) for item in assets_defs]


def _platform_of(git_url: str) -> Platform:
    if "gitlab" in git_url:
        return "gitlab"
    if "github" in git_url:
        return "github"
    raise InvalidInvocationError(
        f"The host of {git_url!r} is neither GitHub nor GitLab by its name.",
        hint='Say platform="github" or platform="gitlab".',
    )


def _references(spec: AssetSpec) -> list[Any]:
    found = spec.metadata.get(CODE_REFERENCES)
    return list(found.code_references) if isinstance(found, CodeReferencesMetadataValue) else []


def _with_references(spec: AssetSpec, references: list[Any]) -> AssetSpec:
    if not references:
        return spec
    value = CodeReferencesMetadataValue(code_references=references)
    return spec.replace_attributes(metadata={**spec.metadata, CODE_REFERENCES: value})
