from functools import partial

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.runtime.definitions.ops.function import (
    checked_function,
    description_of,
    name_of,
    place_of,
    seconds_of,
)


def documented():
    """One.

    Two.
    """


def test_what_is_read_of_a_function() -> None:
    assert checked_function(documented, "op") is documented
    assert (name_of(documented), name_of(partial(documented))) == ("documented", "documented")
    assert (description_of(documented, None), description_of(documented, "")) == ("One.\n\nTwo.", "")
    place = place_of(partial(documented))
    assert place is not None
    assert place.line == documented.__code__.co_firstlineno


def test_a_class_is_no_function() -> None:
    with pytest.raises(InvalidDefinitionError, match="@op decorates a function; got <class 'int'>"):
        checked_function(int, "op")


def test_seconds() -> None:
    assert seconds_of(None, what="op 'x'", where=None) is None
    assert seconds_of(2, what="op 'x'", where=None) == 2.0
    with pytest.raises(InvalidDefinitionError, match="The timeout of op 'x' is 'a'"):
        seconds_of("a", what="op 'x'", where=None)  # type: ignore[arg-type]
