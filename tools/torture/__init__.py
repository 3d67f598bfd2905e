"""Many processes at one store, some of them killed, and a check of what they were told: ``python -m tools.torture``.

``place`` is the database, ``diary`` what a process was told outside of it, ``work`` the life of a process,
``disturb`` what happens to processes and servers meanwhile, ``check`` what must be true at the end.
"""
