"""The lowest floor: errors, clock, ids, randomness, environment, serialisation, graphs of integers, places."""
