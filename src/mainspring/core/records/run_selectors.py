"""Which runs a sensor watches, said by the place their job is declared in."""

from __future__ import annotations

from typing import Final

import msgspec

from mainspring.core.records.run import Run
from mainspring.core.values.names import SINGLETON_REPOSITORY_NAME
from mainspring.core.values.tags import REPOSITORY_TAG

_ANY_PLACE: Final = ("", "")


class RepositorySelector(msgspec.Struct, frozen=True, tag="repository"):
    """The jobs of one repository of a code location."""

    location_name: str
    repository_name: str

    def matches(self, run: Run) -> bool:
        """Whether a run is of one of the jobs."""
        return place_of(run) == (self.location_name, self.repository_name)


class CodeLocationSelector(msgspec.Struct, frozen=True, tag="code_location"):
    """The jobs of one code location."""

    location_name: str

    def to_repository_selector(self) -> RepositorySelector:
        """The repository that a ``Definitions`` object makes there."""
        return RepositorySelector(self.location_name, SINGLETON_REPOSITORY_NAME)

    def matches(self, run: Run) -> bool:
        """Whether a run is of one of the jobs."""
        return place_of(run)[0] == self.location_name


class JobSelector(msgspec.Struct, frozen=True, tag="job"):
    """One job of a code location."""

    location_name: str
    repository_name: str | None = None
    job_name: str | None = None

    @property
    def repository_selector(self) -> RepositorySelector:
        """The repository the job is declared in."""
        return RepositorySelector(self.location_name, self.repository_name or SINGLETON_REPOSITORY_NAME)

    def matches(self, run: Run) -> bool:
        """Whether a run is of the job."""
        location, repository = place_of(run)
        return (
            location == self.location_name
            and repository == (self.repository_name or SINGLETON_REPOSITORY_NAME)
            and (self.job_name is None or run.job_name == self.job_name)
        )


def place_of(run: Run) -> tuple[str, str]:
    """The code location and the repository a run's job is declared in; two empty texts where it is unknown.

    The tag of a run reads ``repository@location``.
    """
    tag = run.tags.get(REPOSITORY_TAG)
    if tag is not None and "@" in tag:
        repository, _, location = tag.partition("@")
        return location, repository
    if run.code_location is not None:
        return run.code_location, SINGLETON_REPOSITORY_NAME
    return _ANY_PLACE
