import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.runtime.definitions.types.function_loader import type_loader
from mainspring.runtime.definitions.types.infer import resolve_type
from mainspring.runtime.definitions.types.usable import usable_as_type


def test_a_class_becomes_a_type():
    loader = type_loader(str)(lambda _context, config: Table())

    @usable_as_type(name="Rows", description="Rows with columns.", loader=loader)
    class Table: ...

    found = resolve_type(Table)
    assert (found.name, found.description, found.loader) == ("Rows", "Rows with columns.", loader)
    assert (found.check(Table()).success, found.check(3).success) == (True, False)
    assert isinstance(Table(), Table)


def test_without_words_the_class_gives_the_name():
    @usable_as_type
    class Bare: ...

    @usable_as_type()
    class Called: ...

    assert (resolve_type(Bare).name, resolve_type(Called).name) == ("Bare", "Called")


def test_a_class_is_given_a_type_once():
    @usable_as_type("First")
    class Twice: ...

    with pytest.raises(InvalidDefinitionError, match="class Twice stands for the type First already"):
        usable_as_type("Second")(Twice)
