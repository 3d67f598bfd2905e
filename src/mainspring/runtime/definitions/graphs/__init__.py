"""Graphs of ops: how they are composed, what their inputs and outputs stand for, and the same as one flat list."""
