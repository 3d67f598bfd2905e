"""Loggers: where the messages of a run go besides its event log."""
