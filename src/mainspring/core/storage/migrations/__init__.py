"""The steps from each schema to the next, as Alembic revisions. Loaded by the command that migrates, by
nothing else.
"""
