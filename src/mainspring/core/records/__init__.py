"""What happened: events, runs, and the filters that ask for them. Values only, no I/O."""
