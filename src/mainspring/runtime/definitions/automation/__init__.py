"""Schedules and sensors: what asks for runs, and how one tick of it is evaluated.

Nothing here runs by itself: an evaluation is a call, made by a test or by the daemon.
"""
