"""Which assets are up to date, which are not, and why: a pure function of the graph and of what is recorded."""
