"""Warnings about names that may still change, or that something better has replaced."""

from __future__ import annotations


class BetaWarning(Warning):
    """The feature works and may change in a minor release."""


class PreviewWarning(Warning):
    """The feature is on trial and may change or vanish in any release."""


class SupersessionWarning(FutureWarning):
    """Something better exists; the old name goes on working."""


class ConfigArgumentWarning(SyntaxWarning):
    """An argument of a config class is written in a way that will not do what it seems to."""
