"""Ready-made resources and IO managers for other tools.

Each imports its library only when it is imported itself.
"""
