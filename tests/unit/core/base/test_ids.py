"""Ids."""

import uuid

from mainspring.core.base.ids import CountingIds, SystemIds


def test_system_ids_are_uuids_that_differ() -> None:
    ids = SystemIds()
    made = {ids.new() for _ in range(100)}
    assert len(made) == 100
    assert {uuid.UUID(one).version for one in made} == {4}


def test_counting_ids_count_in_the_form_of_uuids() -> None:
    ids = CountingIds()
    made = [ids.new() for _ in range(2)]
    assert made == ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"]
    assert [str(uuid.UUID(one)) for one in made] == made
    assert CountingIds().new() == made[0]
