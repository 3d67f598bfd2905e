import subprocess
import sys

import pytest

from mainspring.runtime.definitions.config import Config
from mainspring.runtime.definitions.resources.configurable import (
    ConfigurableResource,
    ConfigurableResourceFactory,
)
from mainspring.runtime.definitions.resources.parameter import ResourceParam, is_config_class, resource_key_of


class Settings(Config):
    pass


class Client(ConfigurableResource):  # pyright: ignore[reportMissingTypeArgument]
    pass


@pytest.mark.parametrize(
    "annotation,is_config,is_resource",
    [
        (Settings, True, False),
        (Client, False, True),
        (ConfigurableResourceFactory[int], False, True),
        (ResourceParam[int], False, True),
        (ResourceParam[Client], False, True),
        (int, False, False),
        (list[int], False, False),
        (None, False, False),
        ("Client", False, False),
        (Client(), False, False),
    ],
)
def test_annotations_are_told_apart(annotation: object, is_config: bool, is_resource: bool):
    assert is_config_class(annotation) is is_config
    assert (resource_key_of("name", annotation) == "name") is is_resource


def test_asking_loads_no_pydantic():
    code = (
        "import sys\n"
        "import mainspring.runtime.definitions.resources.parameter\n"
        "import mainspring.runtime.definitions.resources.build\n"
        "import mainspring.runtime.definitions.resources.decorator\n"
        "import mainspring.core.config.run_config, mainspring.core.config.definition\n"
        "sys.exit(any(name in sys.modules for name in ('pydantic', 'yaml', 'asyncio', 'unittest.mock')))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
