"""Mainspring: declare the tables, files and models that should exist, and keep them up to date.

``import mainspring as dg`` is cheap: a name loads the module that defines it when it is first used.
What is public is listed once, in ``__init__.pyi``.
"""

from mainspring._lazy import attach
from mainspring._names import NAMES
from mainspring._version import __version__ as __version__

__getattr__, __dir__, __all__ = attach(__name__, NAMES)
