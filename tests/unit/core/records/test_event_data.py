"""What events say: values that are brought into their form."""

from __future__ import annotations

from mainspring.core.base.serial import decode, text
from mainspring.core.records.event_data import ExpectationResult
from mainspring.core.values.metadata import MetadataValue


def test_an_expectation_keeps_its_metadata_as_values() -> None:
    stated = ExpectationResult(True, "few", metadata={"rows": 3, "place": MetadataValue.path("a/b")})
    assert stated.metadata == {"rows": MetadataValue.int(3), "place": MetadataValue.path("a/b")}
    assert decode(text(stated), ExpectationResult) == stated
    assert ExpectationResult(False, metadata=None).metadata == {}
