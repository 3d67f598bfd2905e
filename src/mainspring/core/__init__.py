"""The shared ground: values, records, graph and storage. Knows nothing of user code."""
