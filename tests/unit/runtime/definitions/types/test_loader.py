import pytest

from mainspring.core.config.schema import to_config_type
from mainspring.runtime.definitions.types.loader import TypeLoader


def test_a_loader_of_ones_own():
    class RangeLoader(TypeLoader):
        @property
        def schema_type(self):
            return to_config_type({"stop": int})

        def construct_from_config_value(self, context, config_value):
            return range(config_value["stop"])

    loader = RangeLoader()
    assert loader.construct_from_config_value(None, {"stop": 3}) == range(3)
    assert loader.required_resource_keys() == frozenset()


def test_a_loader_says_what_it_takes():
    with pytest.raises(TypeError, match="abstract"):
        TypeLoader()
