"""Assets and how they hang together: nodes, the integer-indexed graph, selections."""
