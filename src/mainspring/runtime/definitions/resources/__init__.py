"""Resources: what computations need from outside, made before a run's steps and closed after them.

Nothing is imported here, so that asking whether a parameter is a resource (``parameter.py``) never loads
pydantic; only ``configurable.py`` does.
"""
