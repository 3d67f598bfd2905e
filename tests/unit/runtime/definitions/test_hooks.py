"""Hooks, called directly."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvalidDefinitionError, InvalidInvocationError


def test_a_hook_called_without_what_it_needs():
    @dg.success_hook(required_resource_keys={"mail"})
    def note(context):
        return context.resources.mail

    with pytest.raises(InvalidDefinitionError, match="'note' needs the resource 'mail'"):
        note(dg.build_hook_context())
    with pytest.raises(InvalidInvocationError, match="None in place of a context"):
        note(None)
    assert note(dg.build_hook_context(resources={"mail": "sent"})) == "sent"
