"""Repositories: definitions under a name, the older form of ``Definitions``."""
