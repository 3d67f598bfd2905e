"""The raw output of runs: what stdout and stderr were given, caught by descriptor, kept, read and followed.

A trap: descriptors 1 and 2 belong to the process, not to a run. Only ``descriptors`` changes them, so that runs
within runs, and runs in several threads, find them as they were whatever the order in which they end.
"""
