import re
from collections.abc import Callable

import pytest

from mainspring.core.base.errors import InvalidDefinitionError, OrchestratorError


@pytest.fixture
def refusal(request: pytest.FixtureRequest) -> Callable[..., str]:
    """Calls what cannot be and gives the message, which must name a place in the file of the test."""
    here = re.compile(rf"{re.escape(request.path.name)}:\d+")

    def message(make: Callable[[], object], kind: type[OrchestratorError] = InvalidDefinitionError) -> str:
        with pytest.raises(kind) as caught:
            make()
        text = str(caught.value)
        assert here.search(text), text
        return text

    return message
