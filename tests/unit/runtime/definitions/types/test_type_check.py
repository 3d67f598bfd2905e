import numpy as np
import pytest

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.values.metadata import MetadataValue
from mainspring.runtime.definitions.types.type_check import FITS, TypeCheck, as_bool


def test_a_type_check_is_a_value():
    found = TypeCheck(False, "No.", {"rows": 0})
    assert (found.success, found.description, found.metadata) == (
        False,
        "No.",
        {"rows": MetadataValue.int(0)},
    )
    assert found == TypeCheck(success=False, description="No.", metadata={"rows": 0})
    assert TypeCheck(True) == FITS
    with pytest.raises(AttributeError):
        FITS.success = False


def test_success_is_a_bool_of_python():
    assert TypeCheck(np.float64(2) > 1).success is True
    with pytest.raises(InvariantViolationError, match="was given 'yes'"):
        TypeCheck("yes")


@pytest.mark.parametrize(
    "value,answer",
    [(True, True), (np.bool_(False), False), (1, None), (None, None), (np.int64(1), None)],
    ids=repr,
)
def test_what_counts_as_a_bool(value, answer):
    assert as_bool(value) is answer
